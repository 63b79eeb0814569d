"""What is asked of a file of an office's days: that they are days, of a kind, with good hours."""

import pandas as pd

from geo_service.intake.rows.refusals import Refusals
from geo_service.terms import DAY_KINDS, say

_DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?"


def calendar_check(out: dict[str, pd.Series], refusals: Refusals) -> None:
    """Refuse what is no day, no kind of day, or no span of hours; write the others one way."""
    parts = out["date"].str.extract(f"^{_DATE}$")
    written = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    days = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")
    refusals.refuse(days.isna().to_numpy(), "date", out["date"], "bad_date")
    out["date"] = written.mask(days.isna())
    words = {
        say(f"casework.day_{one}", tongue): one for one in DAY_KINDS for tongue in ("zh", "en")
    }
    kind = out.get("kind", pd.Series(pd.NA, index=written.index, dtype="str")).replace(words)
    refusals.refuse((~kind.isin(DAY_KINDS)).to_numpy(), "kind", kind, "unknown_day_kind")
    out["kind"] = kind
    if "from" in out or "to" in out:
        none = pd.Series(pd.NA, index=written.index, dtype="str")
        first, last = (out.get(name, none).str.slice(0, 5).str.zfill(5) for name in ("from", "to"))
        said = first.notna() | last.notna()
        good = (first < last).fillna(value=False).astype(bool)
        refusals.refuse((said & ~good).to_numpy(), "to", out.get("to", none), "bad_hours")
        out |= {"from": first, "to": last}
