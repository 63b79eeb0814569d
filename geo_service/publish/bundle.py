"""A script of the pages and what it imports as one: asked for once, or from a stick not at all."""

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path
from posixpath import normpath

_IMPORT = re.compile(
    r"""^import\s+(?:(?:\{([^}]*)\}|(\w+))\s+from\s+)?["']([^"']+)["'];\n""", re.MULTILINE
)
_AGAIN = re.compile(r'^export\s+\{([^}]*)\}(?:\s+from\s+"([^"]+)")?;\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (default )?(?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE
)
_LATER = re.compile(r'\bimport\("([^"]+)"\)')
_WAITS = re.compile(r"^await\b", re.MULTILINE)
_ASKED = "\0"  # an import that is left in its place
_LEFT = re.compile(r"^(?:import|export)\b.*|\bimport[.(].*", re.MULTILINE)


def bundled(folder: Path | Traversable, entry: str, *, module: bool = False) -> str:
    """Return the module `entry` and what it imports as one script.

    Each module becomes a function that is called once and gives what the module exports.

    Parameters
    ----------
    folder
        The scripts' folder.
    entry
        A file below it.
    module
        Whether the script takes the place of `entry`: exports what that did, may wait and load
        others later. Else it is a plain one that needs nothing.

    Raises
    ------
    ValueError
        If a module imports or exports in a way that is not known here, or itself by others.
    """
    return "\n".join(_modules(folder, entry, {}, (), module))


def _modules(
    folder: Path | Traversable,
    name: str,
    done: dict[str, str],
    under: tuple[str, ...],
    module: bool,
) -> Iterator[str]:
    if name in under:
        raise ValueError(f"modules import each other: {' → '.join((*under, name))}")
    text = folder.joinpath(name).read_text("utf-8")
    for *_, address in (*_IMPORT.findall(text), *_AGAIN.findall(text)):
        other = _beside(name, address)
        if address and other not in done:
            yield from _modules(folder, other, done, (*under, name), module)
    needs = [
        f"const {{{words.replace(' as ', ': ') or f' default: {whole} '}}} = "
        f"{done[_beside(name, address)]};"
        for words, whole, address in _IMPORT.findall(text)
        if words or whole
    ]
    gives = [f"default: {word}" if default else word for default, word in _EXPORT.findall(text)]
    for words, address in _AGAIN.findall(text):
        start = f"{done[_beside(name, address)]}." if address else ""
        for word in filter(None, map(str.strip, words.split(","))):
            inner, _, outer = word.partition(" as ")
            gives.append(f"{outer or inner}: {start}{inner}")
    body = _EXPORT.sub("", _AGAIN.sub("", _IMPORT.sub("", text)))
    call = "("
    if module:
        up = "../" * (under or (name,))[0].count("/")
        body = _LATER.sub(lambda one: f'{_ASKED}("{up}{_beside(name, one[1])}")', body)
        call = "await (async " if _WAITS.search(body) else "("
    if odd := _LEFT.search(body):
        raise ValueError(f"{name}: {odd.group()}")
    done[name] = f"module{len(done)}"
    inside = "\n".join(
        [*needs, body.replace(_ASKED, "import"), f"return {{ {', '.join(gives)} }};"]
    )
    yield f'const {done[name]} = {call}() => {{\n"use strict";\n{inside}\n}})();'
    if module and not under:
        outer = ", ".join(give.partition(":")[0] for give in gives)
        yield f"export const {{ {outer} }} = {done[name]};\n"


def _beside(name: str, address: str) -> str:
    """Return the file that `address` in the module `name` means.

    >>> _beside("pages/map.js", "../base/say.js"), _beside("map.js", "./say.js")
    ('base/say.js', 'say.js')
    """
    return normpath(f"{name}/../{address}")
