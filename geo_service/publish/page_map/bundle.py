"""The pages' own scripts as one: a page from a stick may load no module beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

_IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}\s+from\s+)?"([^"]+)";\n', re.MULTILINE)
_AGAIN = re.compile(r'^export\s+\{([^}]*)\}(?:\s+from\s+"([^"]+)")?;\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b.*|\bimport[.(].*", re.MULTILINE)


def bundled(folder: Path | Traversable, entry: str) -> str:
    """Return the module `entry` and what it imports as one plain script.

    Each module becomes a function that is called once and gives what the module exports.

    Parameters
    ----------
    folder
        The scripts' folder.
    entry
        A file below it.

    Raises
    ------
    ValueError
        If a module imports or exports in a way that is not known here, or itself by others.
    """
    return "\n".join(_modules(folder, entry, {}, ()))


def _modules(
    folder: Path | Traversable, name: str, done: dict[str, str], under: tuple[str, ...]
) -> Iterator[str]:
    if name in under:
        raise ValueError(f"modules import each other: {' → '.join((*under, name))}")
    text = folder.joinpath(name).read_text("utf-8")
    for _, address in (*_IMPORT.findall(text), *_AGAIN.findall(text)):
        other = _beside(name, address)
        if address and other not in done:
            yield from _modules(folder, other, done, (*under, name))
    needs = [
        f"const {{{words.replace(' as ', ': ')}}} = {done[_beside(name, address)]};"
        for words, address in _IMPORT.findall(text)
        if words
    ]
    gives = list(_EXPORT.findall(text))
    for words, address in _AGAIN.findall(text):
        start = f"{done[_beside(name, address)]}." if address else ""
        for word in filter(None, map(str.strip, words.split(","))):
            inner, _, outer = word.partition(" as ")
            gives.append(f"{outer or inner}: {start}{inner}")
    body = _EXPORT.sub("", _AGAIN.sub("", _IMPORT.sub("", text)))
    if odd := _LEFT.search(body):
        raise ValueError(f"{name}: {odd.group()}")
    done[name] = f"module{len(done)}"
    inside = "\n".join([*needs, body, f"return {{ {', '.join(gives)} }};"])
    yield f'const {done[name]} = (() => {{\n"use strict";\n{inside}\n}})();'


def _beside(name: str, address: str) -> str:
    """Return the file that `address` in the module `name` means.

    >>> _beside("pages/map.js", "../base/say.js"), _beside("map.js", "./say.js")
    ('base/say.js', 'say.js')
    """
    parts: list[str] = []
    for part in PurePosixPath(name).parent.joinpath(address).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
