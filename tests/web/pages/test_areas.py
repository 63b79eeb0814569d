"""One area's page is found by its id, and no other."""


def test_an_area_is_called_by_its_name_and_an_unknown_one_is_not_found(viewer):
    page = viewer.get("/areas/A1?lang=en")
    assert page.status_code == 200
    assert "<h1" in page.get_data(as_text=True)
    missing = viewer.get("/areas/X99?lang=en")
    assert (missing.status_code, "X99" in missing.get_data(as_text=True)) == (404, True)
