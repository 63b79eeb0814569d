"""The command line, ``geo-service``: one file a subject.

Results go to stdout, progress and sentences to stderr; exit 0, 1 (failed) or 2 (bad use); bad
input never shows a traceback. What a command does is one call into ``flow`` or ``store``.
"""

from geo_service.cli.app import cli, main

__all__ = ["cli", "main"]
