"""``effect`` and ``trial`` on the command line."""

import csv


def ids_of(run, city):
    assert run("export", "areas", "--output", "areas.csv").code == 0
    with (city / "areas.csv").open(encoding="utf-8") as stream:
        return [one["area_id"] for one in csv.DictReader(stream) if one["kind"] != "subdistrict"]


def test_an_effect_is_told_beside_what_was_expected(run, city):
    ids = ids_of(run, city)
    (city / "ids.csv").write_text("area_id\n" + "\n".join(ids[:1]) + "\n", "utf-8")
    days = ("--from", "2026-03-09", "--to", "2026-03-15")
    assert run("refresh").code == 0
    told = run("effect", "--areas", "ids.csv", *days, "--format", "json", "--keep", "spring")
    assert told.code == 0
    assert {"group", "observed", "expected", "change", "low", "high", "before"} <= set(told.json[0])
    assert told.json[0]["areas"] == 1
    assert told.json[0]["expected"] is None, "a short past says nothing"
    assert run("effect", "--areas", ids[0], *days).code == 0
    assert run("effect", *days).code == 2
    assert run("effect", "--areas", "nowhere", *days).code == 2
    assert run("effect", "--crew", "nobody", *days).code == 2
    assert run("effect", "--areas", ids[0], "--from", "2026-03-09", "--to", "2026-03-01").code == 2


def test_a_trial_is_drawn_listed_and_closed_in_its_time(run, city):
    ids = ids_of(run, city)
    pool = ",".join(ids)
    if len(ids) >= 4:
        drawn = run("trial", "draw", "--areas", pool, "--k", "2", "--seed", "3", "--format", "json")
        assert drawn.code == 0
        assert {one["area_id"] for one in drawn.json} <= set(ids)
        assert len(drawn.json) == 2
        assert run("trial", "list", "--format", "json").json[0]["probability"] == 2 / len(ids)
        assert run("trial", "close", "1").code == 1, "its week is to come"
    assert run("trial", "draw", "--areas", pool, "--k", str(len(ids))).code == 2
    assert run("trial", "close", "99").code == 1
