import csv

FILE = """visit_id,person,area_id,started_at,minutes
v1,王,S1,2026-06-01 08:00,20
v2,王,nowhere,2026-06-01,5
"""


def test_an_import_says_what_it_did_and_twice_changes_nothing(run, city):
    areas = run("export", "areas", "--output", "areas.csv")
    assert areas.code == 0
    with (city / "areas.csv").open(encoding="utf-8") as stream:
        area = next(row["area_id"] for row in csv.DictReader(stream))
    (city / "visits.csv").write_text(FILE.replace("S1", area), "utf-8")
    first = run("visits", "import", "visits.csv", "--format", "json").json
    assert {k: first[k] for k in ("read", "accepted", "rejected")} == {
        "read": 2,
        "accepted": 1,
        "rejected": 1,
    }
    assert first["rejected_by_reason"] == {"unknown_area": 1}
    again = run("visits", "import", "visits.csv", "--format", "json").json
    assert (again["accepted"], again["unchanged"]) == (0, 1)
    assert run("reports", "rejects").out.startswith("visits.csv\t3\tarea_id\tnowhere\t")

    assert run("export", "visits", "--output", "out.csv").code == 0
    with (city / "out.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["visit_id"], row["area_id"]) for row in rows] == [("v1", area)]
    assert run("export", "visits", "--output", "out.geojson").code == 0
    assert '"Polygon"' in (city / "out.geojson").read_text("utf-8")
