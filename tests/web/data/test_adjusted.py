"""The adjusted rate beside the raw one."""

from __future__ import annotations


def test_the_adjusted_rate_stands_beside_the_raw_one(logged):
    got = logged.get("/api/areas/A1/summary").json["adjusted"]
    assert (got["closures"], got["rebounds_30"], got["p_rebound_30"]) == (40, 10, 0.25)
    assert (got["observed_rebounds_30"], got["blind_rebounds"]) == (8, 3)
    assert (got["p_observed_30"], got["p_observed_30_low"]) == (0.31, 0.2)
    assert logged.get("/api/areas/A2/summary").json["adjusted"] is None


def test_without_a_log_there_is_no_adjusted_rate(viewer):
    assert viewer.get("/api/areas/A1/summary").json["adjusted"] is None
