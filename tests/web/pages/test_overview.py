"""The overview's frame: map and slider are there before any data."""

import pytest


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_has_its_parts_in_both_languages(viewer, lang):
    page = viewer.get(f"/?lang={lang}").get_data(as_text=True)
    assert f'<html lang="{lang}' in page
    assert 'type="range"' in page
    assert "unpkg" not in page
