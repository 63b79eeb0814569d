import json


def test_what_the_command_line_does_is_written_down(run, store):
    run("user", "add", "ann", "--role", "office")
    run("user", "disable", "ann")
    got = run("audit", "--format", "json")
    rows = json.loads(got.out)
    assert [(row["action"], row["subject"]) for row in rows] == [
        ("changed_person", "ann"),
        ("added_person", "ann"),
    ]
    assert all(row["actor"].startswith("cli:") for row in rows)
    assert rows[1]["after"]["role"] == "office"
    assert "0 events" in got.err


def test_days_and_people(run):
    run("user", "add", "ann", "--role", "office")
    assert json.loads(run("audit", "--to", "2001-01-01", "--format", "json").out) == []
    assert json.loads(run("audit", "--actor", "nobody", "--format", "json").out) == []
    assert run("audit", "--from", "yesterday").code == 2
