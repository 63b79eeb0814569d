"""Modules of the browser as one script: each once, after what it needs, names apart."""

import shutil
import subprocess

import pytest

from geo_service.publish.bundle import bundled
from tests.conftest import PROJECT

STATIC = PROJECT / "geo_service" / "web" / "static" / "js"


def write(folder, **modules):
    for name, text in modules.items():
        path = folder / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def test_a_module_comes_once_and_after_what_it_imports(tmp_path):
    write(
        tmp_path,
        pages__start='import { one as first } from "../base/one.js";\n'
        'import {\n  two,\n  three,\n} from "../base/two.js";\nshow(first, two, three);\n',
        base__one='import { two } from "./two.js";\nexport function one() { return two; }\n',
        base__two="export const two = 2;\nexport class Three {}\nexport let three = 3;\n",
    )
    text = bundled(tmp_path, "pages/start.js")
    assert text.count("const two = 2") == 1
    assert text.index("const two = 2") < text.index("function one()") < text.index("show(first")
    assert "const { one: first } = module1;" in text
    assert "return { two, Three, three };" in text
    assert "import" not in text
    assert "export" not in text


def test_what_is_handed_on_is_there(tmp_path):
    write(
        tmp_path,
        start='import { RED, blue } from "./panes.js";\nshow(RED, blue);\n',
        panes='export { RED, BLUE as blue } from "./looks.js";\nconst own = 1;\nexport { own };\n',
        looks="export const RED = 1;\nexport const BLUE = 2;\n",
    )
    text = bundled(tmp_path, "start.js")
    assert "return { RED: module0.RED, blue: module0.BLUE, own: own };" in text


@pytest.mark.parametrize(
    "text",
    [
        "export default 1;\n",
        'import * as all from "./other.js";\n',
        'const later = import("./other.js");\n',
        "const here = import.meta.url;\n",
    ],
)
def test_what_it_does_not_know_it_refuses(tmp_path, text):
    write(tmp_path, start=text, other="")
    with pytest.raises(ValueError, match=r"start\.js"):
        bundled(tmp_path, "start.js")


def test_in_the_place_of_its_entry_it_exports_waits_and_loads_later(tmp_path):
    write(
        tmp_path,
        pages__start='import whole from "../map/panes.js";\nawait whole;\n'
        "export function show() {}\n",
        map__panes='const later = import("./tiles.js");\nexport default function Panes() {}\n',
    )
    text = bundled(tmp_path, "pages/start.js", module=True)
    assert 'const later = import("../map/tiles.js");' in text
    assert "const { default: whole } = module0;" in text
    assert "const module1 = await (async () => {" in text
    assert text.endswith("export const { show } = module1;\n")


def test_modules_that_import_each_other_are_named(tmp_path):
    write(tmp_path, one='import "./two.js";\n', two='import "./one.js";\n')
    with pytest.raises(ValueError, match=r"one\.js → two\.js → one\.js"):
        bundled(tmp_path, "one.js")


def test_the_map_s_own_modules_are_one_script_that_can_be_read(tmp_path):
    text = bundled(STATIC, "pages/mapfile.js")
    assert "</script" not in text
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here")
    (tmp_path / "map.js").write_text(text, "utf-8")
    subprocess.run([node, "--check", tmp_path / "map.js"], check=True)
