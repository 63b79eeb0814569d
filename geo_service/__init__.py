"""Where street problems come back, how sure that is, and who goes there next.

The flow, one step a package, each from tables to tables (``flow/refresh.py`` walks it)::

    intake    files and calls        -> REPORTS, CLOSURES, REJECTS
    locate    REPORTS x AREAS        -> LOCATED
    link      LOCATED x CLOSURES     -> CASES, SITES, SPELLS
    rebound   SPELLS                 -> RATES
    hotspots  counts, SPELLS         -> HOTSPOTS
    store     keeps them; publish shapes them; web and cli show them
"""

__version__ = "0.1.0"
