"""An area's curve beside the district's."""


def test_the_drawer_has_the_curve_beside_the_districts_with_what_it_rests_on(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D01").json["curve"]
    assert got["days"][5] == got["at_risk_days"][1] == 30
    assert got["area"] == {
        "back": [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2],
        "at_risk": [40, 30, 20, 10],
    }
    assert got["district"]["at_risk"] == [400, 300, 200, 100]
    assert got["estimate"]["p_rebound_30"] == 0.6
    # an earlier week is another question: the curve is the last week's
    before = viewer.get("/api/areas/A1/summary?category=D01&week=2026-W25").json["curve"]
    assert before == got


def test_without_enough_data_there_is_the_districts_curve_alone(viewer):
    got = viewer.get("/api/areas/M2/summary?category=D01").json["curve"]
    assert (got["area"], got["estimate"]) == (None, None)
    assert len(got["district"]["back"]) == 10
    assert viewer.get("/api/areas/A1/summary?category=D07").json["curve"] is None


def test_the_drawer_tells_of_a_week_a_month_and_three_months(viewer):
    got = viewer.get("/api/areas/A1/summary?category=D01").json["horizons"]
    assert [(row["days"], row["back"], row["fixes"]) for row in got] == [
        *[(7, 2, 30), (30, 5, 30), (90, 9, 30)]
    ]
    assert (got[1]["share"], got[1]["low"], got[1]["high"]) == (0.15, 0.1, 0.3)
    assert got[0]["share"] is None
    assert viewer.get("/api/areas/A2/summary?category=D01").json["horizons"] == []
