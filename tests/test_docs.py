"""Documentation that can fail: what the program has is described, and what is described it has."""

from __future__ import annotations

import re
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import click
import pytest

from geo_service.cli import cli
from geo_service.people import ACTIONS
from geo_service.settings import load_settings
from geo_service.terms import FRAMES, ROLES, BadUse
from geo_service.web import create_app
from geo_service.web.base.permissions import PUBLIC, SIGNED_IN, action_of
from tests.conftest import PROJECT

DOCS = PROJECT / "docs"
PAGES = [
    *sorted(PROJECT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    PROJECT / "data" / "README.md",
]


def text_of(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def sections(text: str, mark: str = "## ") -> dict[str, str]:
    """Return the text under each heading."""
    parts = re.split(rf"^{mark}(.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """Return the cells of table rows whose first cell is code."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(cell: str) -> str:
    return re.findall(r"`([^`]+)`", cell)[0]


def prose(text: str) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


# ---- commands ------------------------------------------------------------------------------------


def commands() -> dict[str, click.Command]:
    """Return every command that does something, by the words one types."""
    found: dict[str, click.Command] = {}

    def walk(command: click.Command, words: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                walk(inner, (*words, name))
        else:
            found[" ".join(words)] = command

    walk(cli, ())
    return found


def options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }


def documented_options(section: str) -> set[str]:
    return {code(cells[0]).split()[0] for cells in rows(section) if "`--" in cells[0]}


def test_every_command_has_its_heading_and_every_heading_its_command():
    assert set(sections(text_of("commands.md"))) == set(commands())


@pytest.mark.parametrize("name", sorted(commands()))
def test_a_command_s_options_are_those_documented(name):
    assert documented_options(sections(text_of("commands.md"))[name]) == options(commands()[name])


@pytest.mark.parametrize("name", sorted(commands()))
def test_choices_are_named(name):
    section = sections(text_of("commands.md"))[name]
    for parameter in commands()[name].params:
        if isinstance(parameter.type, click.Choice):
            for choice in parameter.type.choices:
                assert re.search(rf"\b{re.escape(str(choice))}\b", section), (name, choice)


# ---- settings ------------------------------------------------------------------------------------


def known_settings(folder: Path) -> list[str]:
    """Return the keys of the file, as the refusal of a strange one lists them."""
    (folder / "geo_service.toml").write_text("no_such_setting = 1\n", "utf-8")
    with pytest.raises(BadUse) as refused:
        load_settings({}, folder)
    return str(refused.value.values["known"]).split(", ")


def test_every_setting_is_documented_under_both_names(tmp_path):
    told = {code(cells[0]): cells[1] for cells in rows(text_of("settings.md"))}
    assert told.pop("GEO_SERVICE_CONFIG") == "–"
    assert {name: code(key) for name, key in told.items()} == {
        f"GEO_SERVICE_{key.upper()}": key for key in known_settings(tmp_path)
    }


def test_the_defaults_documented_are_the_defaults(tmp_path):
    have = load_settings({}, tmp_path)
    cells = [row for row in rows(text_of("settings.md")) if "`" in row[2]]
    told = {code(row[0]): code(row[2]) for row in cells}
    for key in ("host", "port", "language", "upload_bytes"):
        assert told[f"GEO_SERVICE_{key.upper()}"] == str(getattr(have, key))
    assert told["GEO_SERVICE_VAR"] == have.var.name
    assert told["GEO_SERVICE_DB"] == "sqlite:///VAR/geo_service.sqlite"
    assert have.database_url.endswith("/var/geo_service.sqlite")
    assert told["GEO_SERVICE_SECRET_FILE"] == f"VAR/{have.secret_file.name}"


def test_the_example_of_a_settings_file_is_read(tmp_path):
    example = re.findall(r"```toml\n(.*?)```", text_of("settings.md"), re.DOTALL)[0]
    (tmp_path / "geo_service.toml").write_text(example, "utf-8")
    assert load_settings({}, tmp_path).port == 8080


# ---- tables --------------------------------------------------------------------------------------


def test_every_table_has_its_heading_and_every_heading_its_table():
    assert list(sections(text_of("tables.md"))) == list(FRAMES)


@pytest.mark.parametrize("name", list(FRAMES))
def test_a_table_s_fields_are_those_documented(name):
    told = rows(sections(text_of("tables.md"))[name])
    assert [(code(field), type_) for field, type_, _ in told] == [
        (column.name, column.type) for column in FRAMES[name].columns
    ]
    assert all(len(meaning) > 5 for _, _, meaning in told)
    computed = [meaning.startswith("computed") for _, _, meaning in told]
    assert computed == [column.computed for column in FRAMES[name].columns]
    personal = [meaning.startswith("personal:") for _, _, meaning in told]
    assert personal == [column.personal for column in FRAMES[name].columns]


# ---- addresses -----------------------------------------------------------------------------------


def test_every_address_is_documented_with_who_may(tmp_path):
    app = create_app(load_settings({}, tmp_path))
    have = {}
    with app.app_context():
        for rule in app.url_map.iter_rules():
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                have[str(rule), method] = who(action_of(rule.endpoint))
    told = {(code(cells[0]), cells[1]): cells[2] for cells in rows(text_of("addresses.md"))}
    assert told == have
    app.extensions["geo_service"].store.close()


def who(action: str | None) -> str:
    if action == PUBLIC:
        return "everybody"
    assert action is not None, "a route that nobody may use"
    roles = ROLES if action == SIGNED_IN else [r for r in ROLES if r in ACTIONS[action]]
    names = "all roles" if len(roles) == len(ROLES) else ", ".join(roles)
    # what the demo shows on its own machine without sign-in
    return f"{names} *" if action == "view_map" else names


def test_the_page_of_roles_is_what_the_program_says():
    spec = spec_from_file_location("write_roles", DOCS / "write_roles.py")
    write_roles = module_from_spec(spec)
    spec.loader.exec_module(write_roles)
    assert write_roles.PAGE.read_text("utf-8") == write_roles.roles(), "make pictures writes it"


def test_what_others_made_is_listed():
    told = (PROJECT / "THIRD_PARTY.md").read_text("utf-8")
    vendored = (PROJECT / "geo_service" / "web" / "static" / "vendor").iterdir()
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = {re.match(r"[\w-]+", one)[0] for one in project["dependencies"]}
    listed = {code(cells[0]) for cells in rows(told)}
    assert listed == packages | {folder.name for folder in vendored if folder.is_dir()}


# ---- presets -------------------------------------------------------------------------------------


def test_the_example_of_a_preset_is_read(tmp_path):
    from geo_service.intake.presets import load_preset

    example = re.findall(r"```toml\n(.*?)```", text_of("presets.md"), re.DOTALL)[0]
    path = tmp_path / "mine.toml"
    path.write_text(example, "utf-8")
    preset = load_preset(None, path)
    assert preset is not None
    assert preset.columns["category"] == ("小类名称", "大类名称")
    assert preset.ignore_offset


def test_every_packaged_preset_and_every_part_of_one_is_documented():
    from geo_service.intake import preset_names, presets

    text = text_of("presets.md")
    assert {code(cells[0]) for cells in rows(text)} == set(preset_names())
    assert set(re.findall(r"^\[(\w+)\]", text, re.MULTILINE)) == set(presets._TABLES)
    section = sections(text_of("commands.md"))["reports import"]
    assert all(re.search(rf"\b{name}\b", section) for name in preset_names())


# ---- pages ---------------------------------------------------------------------------------------


def test_the_readme_names_the_two_commands_in_both_languages():
    english, chinese = (PROJECT / "README.md").read_text("utf-8").split("\n# 中文\n")
    for half in (english, chinese):
        assert {"make run", "make test"} <= set(re.findall(r"^make \w+", half, re.MULTILINE))


def test_the_readme_s_commands_and_options_exist():
    text = (PROJECT / "README.md").read_text("utf-8")
    known = commands()
    lines = re.findall(r"geo-service ((?!is)[a-z][^`\n#]*)", text)
    assert len(lines) > 10
    for line in lines:
        words = line.split()
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
        assert name, line
        assert set(re.findall(r"--[a-z-]+", line)) <= options(known[name]), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text("utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        name, _, anchor = target.partition("#")
        other = (page.parent / name).resolve() if name else page
        assert other.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", other.read_text("utf-8"), re.MULTILINE)
            assert anchor in {head.lower().replace(" ", "-") for head in heads}, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_files_that_are_named_exist(page):
    for name in re.findall(
        r"`((?:geo_service|tests|docs|data)/[\w./-]+)`", page.read_text("utf-8")
    ):
        assert (PROJECT / name).exists(), name


def test_every_page_is_linked_from_the_index():
    linked = {
        (DOCS / target.partition("#")[0]).resolve()
        for target in re.findall(r"\]\(([^)\s]+)\)", text_of("index.md"))
    }
    pages = {page.resolve() for page in PAGES if page.name != "index.md"}
    assert pages <= linked


def test_pictures_are_small():
    pictures = list((DOCS / "images").iterdir())
    assert {"overview.png", "phone.png"} <= {picture.name for picture in pictures}
    assert all(picture.stat().st_size <= 400_000 for picture in pictures)


# ---- what CONTRIBUTING promises ------------------------------------------------------------------


def layers() -> list[set[str]]:
    told = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    first, *_ = told["tool"]["importlinter"]["contracts"]
    lines = [layer.replace("geo_service.", "") for layer in first["layers"]]
    return [{room.strip() for room in line.split("|")} for line in lines]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/decisions/0001-the-house.md"])
def test_the_house_is_drawn_as_the_contract_has_it(page):
    drawn = re.findall(r"```\n(__main__ .*?)```", (PROJECT / page).read_text("utf-8"), re.DOTALL)
    above, *below = drawn[0].strip().splitlines()
    rooms = [set(line.split(" | ")) for line in [*above.split(" → "), *below]]
    assert rooms == layers()


def test_make_targets_are_those_documented():
    targets = re.findall(r"^([a-z]+):", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
    told = rows((PROJECT / "CONTRIBUTING.md").read_text("utf-8"))
    named = {code(cells[0]).removeprefix("make").strip() or "all" for cells in told}
    assert named == set(targets)


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(page.name[:4]) for page in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_changelog_lines_say_what_was_done_and_where():
    lines = re.findall(r"^- (.*)$", (PROJECT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert lines
    for line in lines:
        assert re.fullmatch(r"(add|fix|change|remove): .+ \(#\d+\)", line), line
