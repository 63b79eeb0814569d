import json
import zipfile

import geopandas as gpd
import pytest
import shapely

from tests.flow.city import AREAS, feature, write_areas, write_reports


def test_areas_are_imported_and_counted(run, tmp_path, store):
    path = write_areas(tmp_path)
    assert run("areas", "import", path).out == (
        "read 4 accepted 4 updated 0 unchanged 0 rejected 0\n"
    )
    assert run("areas", "import", path, "--format", "json").json["unchanged"] == 4
    assert store.areas.read()["area_id"].tolist() == ["A1", "B1", "M1", "S1"]


def test_kind_id_and_name_come_from_options(run, tmp_path, store):
    shape = json.loads(shapely.to_geojson(shapely.box(103.75, 36.05, 103.76, 36.06)))
    properties = {"nr": 7, "title": "Loop"}
    one = {"type": "Feature", "properties": properties, "geometry": shape}
    path = write_areas(tmp_path, [one])
    options = ["--kind", "subdistrict", "--id-field", "nr", "--name-field", "title"]
    assert run("areas", "import", path, *options).code == 0
    (area,) = store.areas.read(geometry=False).to_dict("records")
    assert (area["area_id"], area["name"], area["kind"]) == ("7", "Loop", "subdistrict")


def test_a_repaired_polygon_is_named_on_stderr(run, tmp_path):
    bow = shapely.Polygon([(103.75, 36.05), (103.752, 36.052), (103.752, 36.05), (103.75, 36.052)])
    got = run("areas", "import", write_areas(tmp_path, [feature("A9", "结", "alley", bow)]))
    assert got.code == 0
    assert "A9" in got.err
    assert "A9" not in got.out


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--kind", "moonbase"], "moonbase"),
        (["--id-field", "moon"], "moon"),
        (["--crs", "EPSG:1"], "EPSG:1"),
    ],
)
def test_an_option_that_names_nothing_is_refused(run, tmp_path, store, options, named):
    bare = [{**one, "properties": {"name": one["properties"]["name"]}} for one in AREAS]
    got = run("areas", "import", write_areas(tmp_path, bare), *options)
    assert got.code in (1, 2) or "rejected 4" in got.out
    assert named in got.err + got.out
    assert len(store.areas.read()) == 0


@pytest.mark.parametrize("name", ["missing.geojson", "folder.geojson", "broken.geojson"])
def test_a_file_that_cannot_be_read_fails_in_a_sentence(run, tmp_path, name):
    (tmp_path / "folder.geojson").mkdir()
    (tmp_path / "broken.geojson").write_text('{"type": "FeatureColl')
    got = run("areas", "import", tmp_path / name)
    assert (got.code, got.out) == (1, "")
    assert name in got.err


def test_a_grid_is_laid_over_the_reports(run, tmp_path, store):
    run("reports", "import", write_reports(tmp_path))
    got = run("areas", "grid", "--cell", "500")
    assert got.code == 0
    made = len(store.areas.read())
    assert got.out == f"read {made} accepted {made} updated 0 unchanged 0 rejected 0\n"
    assert f"unchanged {made}" in run("areas", "grid", "--cell", "500").out


@pytest.mark.parametrize("cell", ["0", "-3", "1e9", "nan"])
def test_a_grid_that_makes_no_sense_is_bad_use(run, tmp_path, cell):
    run("reports", "import", write_reports(tmp_path))
    assert run("areas", "grid", "--cell", cell).code == 2


def test_a_grid_over_nothing_fails(run):
    got = run("areas", "grid", "--cell", "250")
    assert (got.code, got.out) == (1, "")
    assert "reports import" in got.err


def test_chinese_fields_of_a_zip_that_does_not_say_its_encoding(run, tmp_path, store):
    boxes = [shapely.box(103.75, 36.05, 103.76, 36.06), shapely.box(103.77, 36.05, 103.78, 36.06)]
    table = {"编号": ["a1", "a2"], "名称": ["背街一巷", "背街二巷"], "类型": "背街小巷"}
    gpd.GeoDataFrame(table, geometry=boxes, crs=4326).to_file(tmp_path / "g.shp", encoding="GBK")
    with zipfile.ZipFile(tmp_path / "g.zip", "w") as archive:
        for part in ("shp", "shx", "dbf", "prj"):
            archive.write(tmp_path / f"g.{part}", f"g.{part}")
    got = run("areas", "import", tmp_path / "g.zip", "--id-field", "编号", "--name-field", "名称")
    assert got.out.startswith("read 2 accepted 2")
    assert "gb18030" in got.err
    read = store.areas.read(geometry=False)
    assert read[["area_id", "name", "kind"]].values.tolist() == [
        ["a1", "背街一巷", "alley"],
        ["a2", "背街二巷", "alley"],
    ]
    again = run("areas", "import", tmp_path / "g.zip", "--encoding", "gbk", "--format", "json")
    assert (again.json["unchanged"], again.json["warnings"]) == (2, [])
    wrong = run("areas", "import", tmp_path / "g.zip", "--encoding", "utf-8")
    assert (wrong.code, wrong.out) == (1, "")
    assert "gb18030" in wrong.err


def test_areas_are_taken_out_of_use_and_back(run, tmp_path, store):
    run("areas", "import", write_areas(tmp_path))
    assert run("areas", "retire", "A1", "B1").out.startswith("2 areas are out of use")
    ended = store.areas.read(geometry=False).dropna(subset="valid_to")
    assert ended["area_id"].tolist() == ["A1", "B1"]
    assert run("areas", "retire", "--undo", "A1").out.startswith("1 areas are in use again")
    assert store.areas.read(geometry=False)["valid_to"].notna().sum() == 1
    unknown = run("areas", "retire", "M1", "Z9")
    assert (unknown.code, "Z9" in unknown.err) == (1, True)
    assert run("areas", "retire").code == 2


def test_twins_are_told(run, tmp_path):
    shape = shapely.box(103.75, 36.05, 103.76, 36.06)
    run("areas", "import", write_areas(tmp_path, [feature("one", "后街", "alley", shape)]))
    other = write_areas(tmp_path, [feature("two", "后街", "alley", shape)])
    got = run("areas", "import", other, "--format", "json")
    assert got.json["warnings"] == [{"key": "same_ground", "count": 1, "example": "two = one"}]
