import csv
import io

import pytest

from tests.flow.city import CREWS


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("crews", CREWS),
        ("units", "unit_id,name,kind\nU1,环卫站,unit\nU2,西湖社区,社区\n"),
        ("categories", "code,name_zh\nX1,新类\nX2,另类\n"),
        ("kinds", "kind,name_zh,fineness\nbridge,桥梁,4\npier,码头,5\n"),
    ],
)
def test_a_table_comes_by_file_and_is_listed(run, tmp_path, table, text):
    path = tmp_path / f"{table}.csv"
    path.write_text(text, "utf-8")
    assert run(table, "import", path).out == "read 2 accepted 2 updated 0 unchanged 0 rejected 0\n"
    got = run(table, "import", path, "--format", "json").json
    assert (got["read"], got["unchanged"]) == (2, 2)
    keys = [line.split(",")[0] for line in text.splitlines()]
    listed = {one[keys[0]] for one in run(table, "list", "--format", "json").json}
    assert listed >= set(keys[1:])
    by_csv = csv.DictReader(io.StringIO(run(table, "list", "--format", "csv").out))
    assert {one[keys[0]] for one in by_csv} == listed
    assert keys[1] in run(table, "list").out or len(listed) > 40


def test_a_row_that_is_wrong_is_rejected_with_its_reason(run, tmp_path):
    path = tmp_path / "crews.csv"
    path.write_text("crew_id,capacity_minutes\nC1,many\nC2,420\n")
    got = run("crews", "import", path)
    assert got.code == 0
    counts, reason = got.out.splitlines()
    assert counts == "read 2 accepted 1 updated 0 unchanged 0 rejected 1"
    assert reason.split()[0] == "1"
    assert "many" in run("reports", "rejects").out


@pytest.mark.parametrize("table", ["crews", "units", "categories", "kinds"])
def test_a_table_without_its_key_fails_and_says_which(run, tmp_path, table):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    got = run(table, "import", path)
    assert (got.code, got.out) == (1, "")
    assert "no column" in got.err
    assert run(table, "import", tmp_path / "missing.csv").code == 1


def test_a_long_table_says_how_many_rows_it_leaves_out(run, tmp_path):
    path = tmp_path / "crews.csv"
    path.write_text("crew_id\n" + "".join(f"C{n}\n" for n in range(45)))
    run("crews", "import", path)
    lines = run("crews", "list").out.splitlines()
    assert len(lines) == 42
    assert "5" in lines[-1]
