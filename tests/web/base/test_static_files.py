"""Static files: kept for good under a versioned address, asked about under a plain one."""

import gzip
import re
from urllib.parse import urljoin

import pytest

from geo_service.web.base import static_files


@pytest.fixture
def addresses(client):
    page = client.get("/sign-in").get_data(as_text=True)
    return re.findall(r'(?:src|href)="(/static/[^"#]+)', page)


def test_a_page_names_versions_that_are_kept_for_good(client, addresses):
    assert len(addresses) > 2
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]


def test_a_script_comes_with_all_that_it_imports(client, addresses):
    (script,) = [address for address in addresses if address.endswith("/every.js")]
    text = client.get(script).get_data(as_text=True)
    assert "function byTestId(" in text  # of base/dom.js
    assert not re.findall(r"^import\b", text, re.MULTILINE)


def test_what_a_script_loads_later_has_the_same_version(as_role):
    viewer = as_role("viewer")
    page = viewer.get("/").get_data(as_text=True)
    (named,) = re.findall(r'modulepreload" href="([^"]+)', page)
    assert page.count(named) == 2  # named ahead, and run
    later = re.findall(r'\bimport\("([^"]+)"\)', viewer.get(named).get_data(as_text=True))
    assert later
    for name in later:
        answer = viewer.get(urljoin(named, name))
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", [name for name in static_files.files() if name.startswith("js/")])
def test_each_script_can_be_sent_whole(client, name):
    exported = re.findall(
        r"^export (?:async )?(?:function|class|const) (\w+)",
        static_files.files()[name].read_text("utf-8"),
        re.MULTILINE,
    )
    text = client.get(f"/static/{name}").get_data(as_text=True)
    given = text.rpartition("export const {")[2].partition("}")[0]
    assert set(exported) <= set(re.findall(r"\w+", given))


@pytest.mark.parametrize("before", ["", "v-0123456789ab/"])
def test_another_version_is_answered_and_asked_about_again(client, before):
    answer = client.get(f"/static/{before}css/base.css")
    assert answer.data == (static_files.FOLDER / "css" / "base.css").read_bytes()
    assert "no-cache" in answer.headers["Cache-Control"]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/static/{before}css/base.css", headers=known).status_code == 304


def test_vendored_files_bear_their_own_version(client, app):
    with app.test_request_context():
        address = app.url_for("static", filename="vendor/leaflet-1.9.4/leaflet.js")
    assert address == "/static/vendor/leaflet-1.9.4/leaflet.js"
    assert "immutable" in client.get(address).headers["Cache-Control"]


def test_text_is_compressed_once_and_smaller(client):
    packed = client.get("/static/css/base.css", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/static/css/base.css")
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


@pytest.mark.parametrize("path", ["nope.css", "../app.py", "v-1/../../app.py", "css", "v-1"])
def test_nothing_else_is_given(client, path):
    assert client.get(f"/static/{path}").status_code == 404
