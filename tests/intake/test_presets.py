"""Presets are data: packaged ones are right, a user's own is checked."""

from __future__ import annotations

import pytest

from geo_service.intake import preset_names
from geo_service.intake.columns import FIELDS
from geo_service.intake.places import reference
from geo_service.intake.presets import load_preset
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
