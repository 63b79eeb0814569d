"""Rejects are written so that they can be mended and imported again."""

from __future__ import annotations

import csv
import io
import json

from geo_service.cli.rejects import write_rejects
from tests.intake.conftest import refused

TEXT = (
    "reported_at,address,lon,lat,reason\n"
    "bad,西津西路,103.8,36.1,mine\n"
    '2026-05-01,"=1+1",-0,0,\n'
    "2026-05-01,x,1,2,3,4\n"
)


def written(rejects, format_, **options):
    out = io.StringIO(newline="")
    rows = rejects.astype(object).where(rejects.notna(), None).to_dict("records")
    write_rejects(rows, out, format_, **options)
    return out.getvalue()


def as_csv(rejects):
    return written(rejects, "csv")


def test_csv_has_the_reject_then_the_row(read):
    rows = list(csv.DictReader(io.StringIO(as_csv(read(TEXT).rejects))))
    assert [row["line"] for row in rows] == ["2", "3", "4"]
    # the file's own column "reason" keeps its name
    assert rows[0]["reject_reason"] == "not a date"
    assert rows[0]["reason"] == "mine"
    assert rows[0]["address"] == "西津西路"
    assert rows[1]["address"] == "'=1+1"
    assert rows[2]["+1"] == "4"


def test_mended_rejects_come_in_with_the_ids_they_would_have_had(read):
    whole = "reported_at,address\n2026-05-01,=x\nbad,b\n"
    got = read(whole)
    assert refused(got) == [(3, "reported_at", "bad_date")]
    mended = as_csv(got.rejects).replace(",bad,b", ",2026-05-02,b")
    again = read(mended, name="mended.csv")
    right = read("reported_at,address\n2026-05-02,b\n")
    assert again.reports["report_id"].tolist() == right.reports["report_id"].tolist()
    assert len(again.rejects) == 0


def test_guard_against_formulas_is_taken_off_again(read):
    got = read("reported_at,address\nbad,=SUM(A1)\n")
    mended = as_csv(got.rejects).replace("bad,'", "2026-05-01,'")
    assert read(mended).reports["address"].tolist() == ["=SUM(A1)"]


def test_json_has_key_and_sentence(read):
    first = json.loads(written(read(TEXT).rejects, "json", language="zh"))[0]
    assert first["reason"] == "intake.bad_date"
    assert first["say"] == "日期无法识别"
    assert first["row"]["address"] == "西津西路"
    assert (first["line"], first["field"], first["value"]) == (2, "reported_at", "bad")


def test_none_is_a_header_alone(read):
    assert as_csv(read("reported_at\n2026-05-01\n").rejects) == "file,line,field,value,reason\n"
