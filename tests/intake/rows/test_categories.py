"""Categories as they are written."""

from __future__ import annotations

from geo_service.terms import FRAMES
from tests.intake.conftest import HEAD, line


def test_empty_category_is_unspecified_and_texts_become_a_scheme(read):
    got = read(HEAD + line(category="") + line(id_="2", category="Dead rats") + line(id_="3"))
    assert got.reports["category"].tolist() == ["unspecified", "Dead rats", "D01"]
    assert got.scheme == "local"
    # packaged ones keep their names: only what is new is listed
    table = got.categories[["scheme", "code", "name_zh", "name_en"]]
    assert table.to_numpy().tolist() == [["local", "Dead rats", "Dead rats", "Dead rats"]]
    assert got.categories.columns.tolist() == FRAMES["categories"].names
