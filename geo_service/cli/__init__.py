"""The command line, ``geo-service``: one file a subject.

Results go to stdout, progress and sentences to stderr; exit 0, 1 (failed) or 2 (bad use); bad
input never shows a traceback. What a command does is one call into ``flow`` or ``store``.
"""

from geo_service.cli.later import HEAVY, later

later(*HEAVY)

from geo_service.cli.app import cli, main  # noqa: E402 (what it imports may wait)
