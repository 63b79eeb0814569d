"""How a file was read is kept as a preset of the district, and reads the next file."""

from datetime import UTC, datetime

import pytest

from geo_service import flow
from geo_service.intake import ImportOptions, Layout
from geo_service.terms import BadInput, BadUse

NOW = datetime(2026, 6, 29, tzinfo=UTC)
OURS = ImportOptions(
    preset="szcg",
    mapping={"reported_at": "发现于", "category": "类", "address": ""},
    layout=Layout("gb18030", None, 3),
    time_format="%d.%m.%Y",
)
ROWS = """六月台账,,,,,
任务,,,,,
任务号,类,发现于,X坐标,Y坐标,address
1,暴露垃圾,02.06.2026,103.8,36.06,甲
"""


def kept(store, name="本区"):
    flow.keep_preset(store, name, OURS, by="anna", now=NOW)


def test_a_preset_of_the_district_reads_the_next_file(store, tmp_path):
    kept(store)
    assert flow.preset_names(store)[0] == "本区"
    path = tmp_path / "a.csv"
    path.write_text(ROWS, "gb18030")
    done = flow.import_reports(store, path, ImportOptions(preset="本区"), now=NOW)
    assert done.accepted == 1
    row = store.reports.read().iloc[0]
    assert (row["category"], row["reported_at"].day, row["lon"]) == ("0102", 1, 103.8)
    assert row.isna()["address"], "it was said that the file has none"


def test_it_is_guessed_before_a_packaged_one_and_says_how_the_file_lies(store, tmp_path):
    kept(store)
    path = tmp_path / "a.csv"
    path.write_text(ROWS.removeprefix("六月台账,,,,,\n任务,,,,,\n"), "gb18030")
    assert flow.preview(store, path, "reports", {}, now=NOW).preset == "本区"
    path.write_text(ROWS, "gb18030")
    seen = flow.preview(store, path, "reports", {"preset": "本区"}, now=NOW)
    assert (seen.found.layout, seen.kept) == (Layout("gb18030", None, 3), 1)


def test_who_kept_it_and_when_is_kept_and_the_next_one_takes_its_place(store):
    kept(store)
    flow.keep_preset(store, "本区", ImportOptions(preset="本区", crs="gcj02"), by="bo", now=NOW)
    one = store.district.get().presets["本区"]
    assert (one["by"], one["at"], one["told"]["crs"]) == ("bo", NOW.isoformat(), "gcj02")
    assert one["told"]["columns"]["reported_at"] == "发现于"
    assert len(store.district.get().presets) == 1


@pytest.mark.parametrize("name", ["szcg", "", "-", "../x", "a" * 41, "a\nb"])
def test_a_name_that_is_taken_or_none_is_refused(store, name):
    with pytest.raises(BadUse):
        kept(store, name)
    assert store.district.get().presets == {}


def test_a_ground_that_does_not_exist_is_named(store):
    with pytest.raises(BadInput, match="no such"):
        flow.keep_preset(store, "a", ImportOptions(preset="no such"), by=None, now=NOW)
