"""Measured figures of geo_service beside those of the usual way; run by ``make bench``.

A benchmark is a module with a function ``measure()`` that yields rows; the names of its rows
begin with its own name.
"""

BENCHMARKS = {
    "map": "benchmarks.map_page",
    "chicago": "benchmarks.chicago",
    "locate": "benchmarks.locate",
    "link": "benchmarks.link",
    "live": "benchmarks.live",
    "act": "benchmarks.acting",
    "rebound": "benchmarks.rebound",
    "patterns": "benchmarks.patterns",
    "intake": "benchmarks.intake",
    "refresh": "benchmarks.refresh",
    "start": "benchmarks.start",
    "compile": "benchmarks.compiling",
    "areas": "benchmarks.serving",
    "casework": "benchmarks.casework",
    "desk": "benchmarks.desk",
    "load": "benchmarks.load",
    "meanwhile": "benchmarks.meanwhile",
}
"""Every benchmark: its name and its module."""
