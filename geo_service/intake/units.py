"""What is asked of a file of units besides: their kinds, who is above whom, and their areas."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from geo_service.intake.rows.refusals import Refusals
from geo_service.intake.tables import Check
from geo_service.terms import UNIT_KINDS, say


def units_check(
    known: Mapping[str, str | None], areas: Collection[str], subdistricts: Collection[str]
) -> Check:
    """Return what a file of units is asked.

    Parameters
    ----------
    known
        Units that are kept already, each with the one above it.
    areas, subdistricts
        Ids that there are.
    """
    words = {say(f"units.kind_{one}", tongue): one for one in UNIT_KINDS for tongue in ("zh", "en")}

    def check(out: dict[str, pd.Series], refusals: Refusals) -> None:
        if "kind" in out:
            kind = out["kind"].replace(words)
            strange = kind.notna() & ~kind.isin(UNIT_KINDS)
            refusals.refuse(strange.to_numpy(), "kind", out["kind"], "unknown_unit_kind")
            out["kind"] = kind
        if "subdistrict_id" in out:
            _refuse_others(out, "subdistrict_id", subdistricts, refusals, "unknown_subdistrict")
        if "area_ids" in out:
            listed = out["area_ids"].str.replace(r"\s*[;,，；、\s]\s*", ";", regex=True)
            out["area_ids"] = listed.str.strip(";")
            each = out["area_ids"].str.split(";").explode()
            wrong = each[each.notna() & ~each.isin(list(areas))].groupby(level=0).first()
            told = wrong.reindex(out["area_ids"].index)
            refusals.refuse(told.notna().to_numpy(), "area_ids", told, "unknown_area")
        if "parent_id" in out:
            _check_parents(out, known, refusals)

    return check


def _refuse_others(
    out: dict[str, pd.Series], name: str, known: Collection[str], refusals: Refusals, reason: str
) -> None:
    other = out[name].notna() & ~out[name].isin(list(known))
    refusals.refuse(other.to_numpy(), name, out[name], reason)


def _check_parents(
    out: dict[str, pd.Series], known: Mapping[str, str | None], refusals: Refusals
) -> None:
    """Refuse rows above which nobody is, or they themselves are; until all that are left stand."""
    ids, parents = out["unit_id"], out["parent_id"]
    while True:
        before = int(refusals.refused.sum())
        kept = ~refusals.refused
        above = {**known, **dict(zip(ids[kept], parents[kept], strict=True))}
        _refuse_others(out, "parent_id", above, refusals, "unknown_parent")
        around = np.array([_comes_back(one, above) for one in ids], dtype=bool)
        refusals.refuse(around, "parent_id", parents, "circular_parent")
        if int(refusals.refused.sum()) == before:
            return


def _comes_back(unit_id: object, above: Mapping[str, str | None]) -> bool:
    """Tell whether going upwards from a unit leads to itself again."""
    one, met = above.get(str(unit_id)), set[object]()
    while one is not None and not pd.isna(one) and one not in met:
        if one == unit_id:
            return True
        met.add(one)
        one = above.get(one)
    return False
