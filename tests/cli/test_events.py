import csv


def test_a_history_is_imported_once_and_checked(run, city):
    assert run("export", "cases", "--output", "cases.csv").code == 0
    with (city / "cases.csv").open(encoding="utf-8") as stream:
        case = next(row for row in csv.DictReader(stream) if not row["fixed_at"])
    line = f"{case['case_id']},noted,{case['opened_at']},旧系统说明"
    text = f"case_id,kind,at,note\n{line}\n{case['case_id']},swept,2026-06-01,\n"
    (city / "old.csv").write_text(text, "utf-8")
    first = run("events", "import", "old.csv", "--source", "旧平台", "--format", "json").json
    assert {name: first[name] for name in ("read", "accepted", "unchanged", "rejected")} == {
        "read": 2,
        "accepted": 1,
        "unchanged": 0,
        "rejected": 1,
    }
    again = run("events", "import", "old.csv", "--source", "旧平台", "--format", "json").json
    assert (again["accepted"], again["unchanged"]) == (0, 1)
    assert run("reports", "rejects").out.startswith("old.csv\t3\tkind\tswept\t")
    assert run("export", "events", "--output", "events.csv").code == 0
    with (city / "events.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["actor"], row["kind"]) == ("import:旧平台", "noted")
    assert run("check").code == 0
    assert run("imports", "list", "--format", "json").json[0]["kind"] == "events"
