"""How a file of reports lies, and which preset it was made for, by the names of its columns."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from geo_service.intake.options import AS_FOUND, Found, ImportOptions, IntakeWarning, Layout
from geo_service.intake.presets import load_preset, preset_names
from geo_service.intake.readers.headers import plain_name
from geo_service.intake.readers.sources import read_rows
from geo_service.intake.rows.columns import by_plain_name, known_names

_FEW: Final = 2
"""So many headers of a preset may be there by chance."""


def look(
    path: Path,
    layout: Layout = AS_FOUND,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    named: str | None = None,
) -> tuple[Found, str | None, list[IntakeWarning]]:
    """Return how a file of reports lies, which preset it was made for, and what to tell.

    The preset is None where headers are field names at least as often, or none knows more than a
    few of them. Of two that know as many the district's `own` goes first; the one that is `named`
    says how the file lies, where `layout` does not.

    Raises
    ------
    BadInput
        If the file cannot be read.
    """
    presets = [load_preset(name, None, own) for name in (*(own or {}), *preset_names())]
    fields = known_names(ImportOptions(), None)
    known = fields.union(*(known_names(ImportOptions(), preset) for preset in presets))
    if chosen := load_preset(named, None, own):
        layout = layout.or_of(chosen.layout)
    raw = read_rows(path, known=known, layout=layout)
    have = set(by_plain_name(raw.cells.columns))
    best, most = None, max(len(have & fields), _FEW)
    for preset in presets:
        columns = preset.columns.values() if preset else ()
        found = sum(any(plain_name(name) in have for name in names) for names in columns)
        if preset and found > most:
            best, most = preset.name, found
    return Found(raw.layout, raw.sheets, tuple(raw.cells.columns)), best, raw.warnings
