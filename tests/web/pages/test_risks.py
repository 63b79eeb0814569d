"""The list to re-inspect, as a page."""


def test_inspectors_read_it_and_crews_do_not(as_role):
    page = as_role("inspector").get("/patrol/risks?lang=en").get_data(as_text=True)
    assert "Sites to re-inspect" in page
    assert 'data-testid="risk-row"' in page or "Nothing to list" in page
    assert as_role("crew-leader").get("/patrol/risks").status_code == 403
