"""Coverage-adjusted beside raw: what of an area's returns somebody could have seen."""

from typing import Any

from geo_service.web.base import desk
from geo_service.web.base.keep import Kept
from geo_service.web.base.records import records

_ADJUSTED = Kept[dict[str, dict[str, Any]]]("adjusted")
_FACTS = (
    *("closures", "rebounds_30", "p_rebound_30", "observed_days", "observed_rebounds_30"),
    *("blind_rebounds", "p_observed_30", "p_observed_30_low", "p_observed_30_high"),
)


def adjusted(area_id: str, category: str) -> dict[str, Any] | None:
    """Return both rates of an area over its whole record; None where there is no log."""
    run = desk.run()
    if not run.coverage_known:
        return None

    def read() -> dict[str, dict[str, Any]]:
        table = desk.store().runs.rates("area", category, run.run_id)
        table = table[table["observed_days"].notna()]
        found = records(table, list(_FACTS))
        return dict(zip(table["area_id"].astype("str"), found, strict=True))

    return _ADJUSTED.of((run.run_id, category), read).get(area_id)
