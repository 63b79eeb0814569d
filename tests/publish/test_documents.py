"""A document is the template filled; a template that is broken is named."""

import io
import zipfile

import pytest
from docx import Document

from geo_service.publish import filled
from geo_service.terms import BadInput


def template(tmp_path, *words):
    document = Document()
    for word in words:
        document.add_paragraph(word)
    path = tmp_path / "own.docx"
    document.save(str(path))
    return path


def said(made):
    return [one.text for one in Document(io.BytesIO(made)).paragraphs]


def test_marks_are_filled_as_they_are(tmp_path):
    path = template(
        tmp_path, "致 {{ name }}", "{%p for one in many %}", "{{ one }}", "{%p endfor %}"
    )
    values = {"name": "<b>&\x0b{{ 7 * 7 }}", "many": ["a", "b"]}
    assert said(filled(path, values)) == ["致 <b>&{{ 7 * 7 }}", "a", "b"]


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ("{{ nothing }}", "nothing"),
        ("{{ name.nothing }}", "nothing"),
        ("{{ name", "unexpected"),
        ("{% for one in name %}", "endfor"),
        ("{{ name / 0 }}", "unsupported operand"),
        ("{{ name.__class__.__mro__ }}", "unsafe"),
    ],
)
def test_a_broken_template_is_named(tmp_path, mark, why):
    path = template(tmp_path, mark)
    with pytest.raises(BadInput) as told:
        filled(path, {"name": "x"})
    assert path.name in told.value.say("zh")
    assert why in told.value.say("en")


def test_what_is_no_template_is_named(tmp_path):
    with pytest.raises(BadInput, match=r"gone\.docx"):
        filled(tmp_path / "gone.docx", {})
    text = tmp_path / "text.docx"
    text.write_text("not a document")
    with pytest.raises(BadInput, match=r"text\.docx"):
        filled(text, {})
    with zipfile.ZipFile(tmp_path / "empty.docx", "w") as bare:
        bare.writestr("x", "y")
    with pytest.raises(BadInput, match=r"empty\.docx"):
        filled(tmp_path / "empty.docx", {})
    with pytest.raises(BadInput):
        filled(tmp_path, {})
