"""Heavy libraries wait until a command uses them: ``--help`` needs none, ``reports rejects`` few.

Every file goes on to say ``import pandas as pd`` at its top; what that gives loads itself when the
first name is asked of it. Only programs that end soon gain by it: the service loads all at once.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from types import ModuleType

HEAVY = (
    *("geopandas", "numpy", "openpyxl", "pandas", "psycopg", "pyarrow", "pyproj", "shapely"),
    *(f"geo_service.{room}" for room in ("demo", "flow", "intake", "measure", "publish", "store")),
)


class _Later(ModuleType):
    """A module that has not begun; Python asks here for what such a one doesn't have yet."""

    def __getattr__(self, name: str) -> object:
        load(self.__name__)
        return getattr(self, name)


def later(*names: str) -> None:
    """Let modules wait until the first of their names is used."""
    for name in names:
        spec = None if name in sys.modules else find_spec(name)
        if spec is None:
            continue
        sys.modules[name] = module = module_from_spec(spec)
        # without a path, to import a part of the package begins with the package itself
        del module.__path__
        module.__class__ = _Later


def load(*names: str) -> None:
    """Begin modules that wait: before threads do, of which two would begin the same."""
    for name in names:
        module = sys.modules.get(name)
        spec = module.__spec__ if isinstance(module, _Later) else None
        if module is None or spec is None or spec.loader is None:
            continue
        module.__class__ = ModuleType
        module.__path__ = spec.submodule_search_locations or []
        spec.loader.exec_module(module)
