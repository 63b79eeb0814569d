"""Presets are data: packaged ones are right, a user's own is checked."""

from __future__ import annotations

import pytest

from geo_service.intake import preset_names
from geo_service.intake.presets import load_preset
from geo_service.intake.rows.columns import FIELDS
from geo_service.intake.rows.points import reference
from geo_service.terms import BadInput
from tests.intake.conftest import warned

OWN = """
scheme = "gotham"
timezone = "America/New_York"
[columns]
reported_at = "When"
closed_at = "Done"
category = ["Detail", "Type"]
lon = "X"
lat = "Y"
address = "Where"
[values]
source = "gotham-hotline"
[times]
order = "month-first"
[duplicate]
field = "category"
equals = "again"
[precision]
point = "address"
"""
TEXT = "When,Done,Detail,Type,X,Y\n01/02/2026,,,Rats,-74,40.7\n01/02/2026,,again,Rats,-74,40.7\n"


@pytest.mark.parametrize("name", preset_names())
def test_packaged_presets_name_fields_that_exist(name):
    preset = load_preset(name, None)
    assert preset is not None
    assert set(preset.columns) | set(preset.values) <= set(FIELDS)
    assert "reported_at" in preset.columns
    reference(preset.crs)


def test_own_preset(read, write):
    got = read(TEXT, preset_file=write(OWN, "gotham.toml"))
    assert got.reports["category"].tolist() == ["Rats", "again"]
    assert got.reports["is_duplicate"].tolist() == [False, True]
    assert got.reports["source"].tolist() == ["gotham-hotline"] * 2
    assert got.reports["precision"].tolist() == ["address"] * 2
    assert got.reports["reported_at"].iloc[0].isoformat() == "2026-01-02T05:00:00+00:00"
    assert (got.scheme, got.timezone) == ("gotham", "America/New_York")
    assert warned(got) == {"preset_column_missing": 1}


def test_what_is_said_by_hand_goes_before_the_preset(read, write):
    got = read(TEXT, preset_file=write(OWN, "gotham.toml"), timezone="UTC",
               mapping={"category": "Type"}, set_values={"source": "me"})  # fmt: skip
    assert got.reports["category"].tolist() == ["Rats", "Rats"]
    assert got.reports["source"].tolist() == ["me", "me"]
    assert got.timezone == "UTC"


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "scheme = 1",
        "colour = 'red'",
        "columns = 'x'",
        "[times]\norder = 'year-first'",
        "[times]\noffset = 'add'",
        "[times]\nzone = 'x'",
        "[columns]\nreported_at = 1",
        "[columns]\nreported_at = []",
        "[precision]\npoint = 'roof'",
    ],
)
def test_senseless_presets_are_refused(read, write, text):
    with pytest.raises(BadInput, match="Preset p cannot be used"):
        read(TEXT, preset_file=write(text, "p.toml"))


def test_preset_with_an_unknown_field(read, write):
    with pytest.raises(BadInput, match="no field colour"):
        read(TEXT, preset_file=write("[columns]\ncolour = 'Type'", "p.toml"))


def test_missing_preset_file(read, tmp_path):
    with pytest.raises(BadInput, match=r"no file nothing\.toml"):
        read(TEXT, preset_file=tmp_path / "nothing.toml")


SZCG = (
    "任务号,问题来源,大类名称,小类名称,问题描述,位置描述,街道,社区,X坐标,Y坐标,上报时间,立案时间,派遣时间,"
    "处置截止时间,处置时间,结案时间,案卷状态,处置部门,返工次数\n"
    "2026-1,监督员上报,市容环境,暴露垃圾,一堆,西津西路12号,西湖街道,晏家坪,103.75,36.07,"
    "2026-05-01 08:00:00,2026-05-01 08:20:00,2026-05-01 08:40:00,2026-05-01 12:40:00,"
    "2026-05-01 10:00:00,2026-05-01 11:00:00,已结案,环卫所,0\n"
    "2026-2,12319,街面秩序,蚊虫孳生,,,,,,,2026-05-02 08:00:00,,,,,,处置中,,1\n"
    "2026-3,12319,街面秩序,,,,,,,,2026-05-02 09:00:00,,,,,,处置中,,\n"
)


def test_szcg_spreadsheet(read):
    got = read(SZCG, preset="szcg", encoding="gb18030")
    rows = got.reports.set_index("report_id")
    assert rows["category"].tolist() == ["0102", "蚊虫孳生", "05"]
    first = rows.iloc[0]
    assert (first["lon"], first["lat"], first["precision"]) == (103.75, 36.07, "point")
    assert first["reported_at"].isoformat() == "2026-05-01T00:00:00+00:00"
    assert first["fixed_at"].isoformat() == "2026-05-01T02:00:00+00:00"
    assert first["verified_at"].isoformat() == "2026-05-01T03:00:00+00:00"
    assert (first["subdistrict"], first["address"]) == ("西湖街道", "西津西路12号")
    assert first["due_at"].isoformat() == "2026-05-01T04:40:00+00:00"
    assert first["dispatched_at"].isoformat() == "2026-05-01T00:40:00+00:00"
    assert (first["community"], first["unit"]) == ("晏家坪", "环卫所")
    assert rows["reworks"].fillna(-1).tolist() == [0, 1, -1]
    assert got.categories["code"].tolist() == ["蚊虫孳生"]
    assert not got.warnings


def test_szcg_in_metres(read):
    text = SZCG.replace("103.75,36.07", "477463.12,3991741.5")
    with pytest.raises(BadInput, match="--crs"):
        read(text, preset="szcg")
    first = read(text, preset="szcg", crs="EPSG:32648").reports.iloc[0]
    assert (first["lon"], first["lat"]) == pytest.approx((104.75, 36.07), abs=1e-3)


def test_names_of_an_unknown_scheme(read, write):
    path = write(OWN + '[categories]\nnames = "gotham"\n', "own.toml")
    with pytest.raises(BadInput, match="categories"):
        read(TEXT, preset_file=path)
