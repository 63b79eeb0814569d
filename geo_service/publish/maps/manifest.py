"""Which local file stands in for each foreign address that folium writes into a page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


class UnknownAsset(LookupError):
    """A foreign address without a local file: a mistake in the program, never of a user."""


@dataclass(frozen=True)
class Asset:
    """One vendored file: package, version, path below ``/static``, licence."""

    package: str
    version: str
    file: str
    licence: str


@dataclass(frozen=True)
class Manifest:
    """Local files by foreign address, and the addresses that are left out knowingly."""

    assets: Mapping[str, Asset]
    unused: frozenset[str]

    def local(self, address: str) -> Asset | None:
        """Return the local file for `address`, ``None`` where it is left out knowingly.

        Raises
        ------
        UnknownAsset
            If nobody decided what to do about `address`.
        """
        if address in self.unused:
            return None
        try:
            return self.assets[address]
        except KeyError:
            raise UnknownAsset(f"No local file for {address}: add it to assets.toml") from None


@cache
def manifest() -> Manifest:
    """Return the packaged manifest.

    >>> manifest().local("https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js").version
    '1.9.4'
    """
    text = files(__package__).joinpath("assets.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    assets = {
        table["address"]: Asset(table["package"], table["version"], table["file"], table["licence"])
        for table in tables["asset"]
    }
    return Manifest(assets, frozenset(table["address"] for table in tables["unused"]))
