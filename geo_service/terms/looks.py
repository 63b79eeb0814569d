"""How things look: colours and class breaks, once, for css, scripts, folium and documents.

The pages' own copies, `css/looks.css` and `js/base/looks.js`, are written from here by
`make looks`; a test tells when they are old.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

COLOURS: dict[str, str] = {
    "ground": "#f6f5f1",
    "paper": "#fffefb",
    "beyond": "#eeece5",
    "water": "#dfe7ea",
    "street": "#e3e1db",
    "border": "#cdc9bd",
    "line": "#dedbd2",
    "edge": "#8a8f96",
    "hollow": "#aaa69a",
    "pale": "#b9bec5",
    "text": "#1f2328",
    "quiet": "#5b6470",
    "name": "#7a7f86",
    "water-name": "#6f8894",
    "accent": "#0b5cad",
    "accent-dark": "#094c90",
    "accent-ground": "#e6eef6",
    "open": "#5b6470",
    "overdue": "#b3261e",
    "fixed": "#8a6d00",
    "verified": "#1b7f4b",
    "hot": "#b30000",
    "back": "#d7301f",
    "cold": "#2c7fb8",
    "curve": "#c0210f",
}
"""By what they stand for; `edge` is the border of what can be typed in: 3:1 on paper."""

# each at least one and a half times as light as the next
_BESIDE = ("#efeadf", "#ccbd9c", "#bd8550", "#b3170a")
_COUNTED = ("#f2ecde", "#f4b48a", "#ea7a3f", "#d0421f", "#9c1208")
_SMOOTH = ("#fddcad", "#fca26c", "#f16b4a", "#da3724", "#b60402", "#830000")
_LOOKED = ("#e3e4f0", "#a6bddb", "#3690c0", "#045a8d")


class Classes(NamedTuple):
    """The classes of a layer of the map, lowest first.

    Parameters
    ----------
    unit
        Of its values.
    colours
        One a class.
    breaks
        The least value of each class but the lowest, in that unit; of ``rebound`` the classes.
    first
        The least count that is shown, where a layer counts.
    strong_from
        The first class that is drawn with a wide line.
    """

    unit: str
    colours: tuple[str, ...]
    breaks: tuple[float, ...] = ()
    first: int | None = None
    strong_from: int = 99

    @property
    def labels(self) -> tuple[str, ...]:
        """What each class of a layer that counts holds; nothing for other layers.

        >>> LAYERS["coverage"].labels
        ('1–3', '4–7', '8–15', '≥ 16')
        """
        if self.first is None:
            return ()
        edges = [self.first, *(int(edge) for edge in self.breaks)]
        spans = [
            str(low) if after == low + 1 else f"{low}–{after - 1}" for low, after in pairwise(edges)
        ]
        return (*spans, f"≥ {edges[-1]}")


LAYERS: dict[str, Classes] = {
    # how surely more come back than in the whole district: `rebound.risk_classes`
    "rebound": Classes("permille", _BESIDE, (1, 2, 3), strong_from=3),
    "hotspots": Classes("flag", (_BESIDE[0], COLOURS["back"]), (1,), strong_from=1),
    "density": Classes("cases per km² in 30 days", _SMOOTH),
    "cases": Classes("cases in 4 weeks", _COUNTED, (1, 5, 10, 20), first=0, strong_from=2),
    "forecast": Classes("hundredths of a case", _COUNTED, (20, 50, 100, 200), strong_from=4),
    "coverage": Classes("days looked at in 4 weeks", _LOOKED, (4, 8, 16), first=1, strong_from=4),
}
"""Layers of the map; where `coverage` is 0 nobody looked, which every layer hatches."""


HORIZON_LAYERS = {30: "rebound", 7: "rebound_7", 90: "rebound_90"}
"""In which stored layer the map's ``rebound`` within so many days is; the first is shown first."""


class HeatStep(NamedTuple):
    """How the heat map is drawn from a zoom on; the table is fixed, whatever is on the screen.

    Parameters
    ----------
    zoom
        The least zoom.
    metres
        The kernel's standard deviation.
    cell_m
        Side of a square of the picture.
    breaks
        The least value of each class, cases per km² in 30 days; below the first nothing is drawn.
    """

    zoom: int
    metres: int
    cell_m: int
    breaks: tuple[float, ...]


HEAT = (
    HeatStep(0, 400, 100, (0.5, 1.5, 3, 6, 25, 75)),
    HeatStep(12, 200, 50, (1, 3, 8, 20, 60, 100)),
    HeatStep(14, 100, 50, (2, 8, 25, 60, 120, 200)),
)
"""Steps of the layer ``density``, whose colours they share."""

HEAT_TIMES = {"cases": 1.0, "rebounds": 0.2, "unsolved": 0.5}
"""What the heat map shows, and the breaks of each in parts of those of the cases."""

HEAT_WEEKS = (4, 12, 52)
"""Of how many weeks; the first is shown first."""

SHARES = Classes(
    "share", ("#ece7f2", "#d0d1e6", "#a6bddb", "#3690c0", "#045a8d"), (0.5, 0.75, 0.9, 1.0)
)
"""Shares of areas that somebody looked at; the last class is all of them."""
