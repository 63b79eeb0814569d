"""Presets: those of the package, and those that a district keeps of how it read its files."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from geo_service import intake
from geo_service.intake import ImportOptions
from geo_service.store import Store
from geo_service.terms import BadUse

_NAME: Final = re.compile(r"\w[\w -]{0,39}")


def own_presets(store: Store) -> Mapping[str, Mapping[str, Any]]:
    """Return the district's own presets: name → what their TOML says."""
    return {name: one["told"] for name, one in store.district.get().presets.items()}


def preset_names(store: Store) -> list[str]:
    """Return the names of all presets, the district's own first."""
    return [*sorted(own_presets(store)), *intake.preset_names()]


def keep_preset(
    store: Store, name: str, options: ImportOptions, *, by: str | None, now: datetime
) -> None:
    """Keep how a file of reports was read as a preset of the district, in place of one so called.

    Parameters
    ----------
    options
        How it was read; a preset that they name is the ground on which the rest is laid.
    by
        Who says so; kept.

    Raises
    ------
    BadUse
        If the name is a packaged preset's, or none that can be asked for.
    BadInput
        If it says something that cannot be.
    """
    if not _NAME.fullmatch(name) or name in intake.preset_names():
        raise BadUse("pipeline.bad_preset_name", name=name)
    with store.writer("preset"), store.transaction():
        own = store.district.get().presets
        told = intake.described(replace(options, presets=own_presets(store)), name)
        kept = {"told": told, "by": by, "at": now.isoformat()}
        store.district.set(presets={**own, name: kept})
