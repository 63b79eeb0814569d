"""The flow: what comes in is kept, a refresh walks through the steps, what is asked leaves.

In: a store, files, one report at a time. Out: what was imported, a run's id, rows for an export.
Each step is called here and nowhere else; ``refresh.py`` is the whole of it on one page. May not
enter: Flask, a command line.

Everywhere ``store`` is the district's, ``epsg`` the code of its UTM zone, ``report_id`` a report's
id, ``now`` the clock's moment, aware, and ``tell`` a :data:`Tell`, told how far it is. ``path`` is
a file, ``name`` what rejects and messages call it where that is not its own name, ``table`` what it
holds, ``how`` how it is to be read (:data:`HOW`), ``layout`` how it lies, ``record`` a
:data:`Record`, told what became of it, and ``import_id`` the number under which that is kept.
"""

from geo_service.casework import REASONS, SHOWN, Actor
from geo_service.flow import assignments, effects, exports, forecasts, jobs, stop_order
from geo_service.flow.areas import retire_areas
from geo_service.flow.begin import begin_district
from geo_service.flow.cases import CaseFile, allowed, case_file, postponements, situation
from geo_service.flow.deadlines import marks, unknown_year, within_shift
from geo_service.flow.demo_work import work_demo
from geo_service.flow.duties import forget_exception, who_answers
from geo_service.flow.fallback_points import decide_point, judged_points
from geo_service.flow.forms import KEYS, Change, FormTable, change_row, fields_of
from geo_service.flow.handed import HANDED, HOW, Preview, import_handed, options_of, preview
from geo_service.flow.history import import_events
from geo_service.flow.imports import (
    Tell,
    WordTable,
    import_areas,
    import_osm,
    import_reports,
    import_table,
    import_visits,
    load_demo,
    make_grid,
    silent,
)
from geo_service.flow.live import (
    Accepted,
    Acted,
    NearSite,
    SiteIndex,
    accept,
    act,
    near,
    place,
    told,
)
from geo_service.flow.locating import present
from geo_service.flow.own_words import own_words, say_words
from geo_service.flow.photos import (
    Episode,
    Shown,
    episodes_of,
    erase_photos,
    keep_photo,
    photos_of,
)
from geo_service.flow.presets import keep_preset, preset_names
from geo_service.flow.recorded import COUNTS, Imported, Record, recorded, suggested, undo
from geo_service.flow.refresh import as_of_day, default_as_of, refresh
from geo_service.flow.risks import order_said
from geo_service.flow.visits import CLEANUP, Visited, visit
from geo_service.intake import MEANINGS
from geo_service.measure import moment_at
