"""Documents from templates in docx, which an office changes as it likes."""

import io
import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import BadZipFile

from geo_service.terms import BadInput

# what XML cannot hold
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def filled(template: Path, values: Mapping[str, object]) -> bytes:
    """Return the document that `template`, a docx with Jinja's marks, makes of `values`.

    Raises
    ------
    BadInput
        If the template is not there, is no docx, or asks for what there is not.
    """
    # takes a third of a second to load, and few ask for documents
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment
    from lxml.etree import LxmlError

    broken = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
    out = io.BytesIO()
    try:
        document = DocxTemplate(str(template))
        marks = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_plain)
        document.render(dict(values), marks)
        document.save(out)
    except (*broken, BadZipFile, LxmlError, PackageNotFoundError, TemplateError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise BadInput("publish.bad_template", file=template.name, why=why) from error
    return out.getvalue()


def _plain(value: object) -> object:
    return _CONTROL.sub("", value) if isinstance(value, str) else value
