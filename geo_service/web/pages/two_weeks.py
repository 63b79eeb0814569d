"""Two weeks side by side: which areas got better, which worse, and of which nobody can say."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from flask import Blueprint, render_template, request
from numpy.typing import NDArray

from geo_service.publish import Filter
from geo_service.terms import ALL_CATEGORIES, LAYERS, BadUse, NotReady, say
from geo_service.web.base import desk, question
from geo_service.web.base.language import language
from geo_service.web.base.permissions import permission
from geo_service.web.data.case_list import STANDING, WINDOW, address
from geo_service.web.data.drawn import picture, sheet
from geo_service.web.data.shapes import places
from geo_service.web.data.week_rows import WeekRows, week_rows
from geo_service.web.pages.casework import choices

SAID = ("worse", "better", "hot_now", "hot_before")
"""Groups of areas of which the two weeks let one say something."""

blueprint = Blueprint("two_weeks", __name__)

_SHOWN = 50
_APART = 52
"""So many weeks before a week is the one beside it, unless asked: they share no fix."""

_LAYERS = ("rebound", "hotspots", "cases")
_FILTERS = ("category", "kind", "subdistrict")
_WEEKS = WINDOW.days // 7


@blueprint.get("/compare")
@permission("view_map")
def index() -> str:
    """Show what changed from week `a` to week `b`."""
    weeks = desk.run().weeks
    if not weeks:
        raise NotReady("errors.no_run")
    after = question.known_week(request.args.get("b") or weeks[-1])
    earlier = weeks[max(0, weeks.index(after) - _APART)]
    before = question.known_week(request.args.get("a") or earlier)
    asked, category = question.asked(), question.one_category()
    where = Filter(kind=asked.kind, subdistrict=asked.subdistrict)
    pair = Pair.of(before, after, category, where)
    layer = request.args.get("layer") or _LAYERS[0]
    if layer not in _LAYERS:
        raise BadUse("problems.no_such_layer", layer=layer, known=", ".join(_LAYERS))
    groups = {name: pair.told(name) for name in pair.groups}
    apart, options = abs(weeks.index(after) - weeks.index(before)), choices()
    return render_template(
        "compare/index.html",
        page="compare",
        before=before,
        after=after,
        weeks=weeks[::-1],
        groups=groups,
        layer=layer,
        layers=_LAYERS,
        legend=_legend(layer),
        maps=[(week, picture(layer, week, category, where)) for week in (before, after)],
        sheet=sheet(),
        marked=_marked(groups),
        shared=max(0, _WEEKS - apart),
        window=_WEEKS,
        query={name: request.args[name] for name in _FILTERS if request.args.get(name)},
        choices={name: options[name] for name in _FILTERS},
    )


def _legend(layer: str) -> list[tuple[str, str]]:
    """Return colour and words of each class of a layer."""
    classes = LAYERS[layer]
    words = classes.labels or [
        say(f"screen.shown_{layer}_{number}", language()) for number in range(len(classes.colours))
    ]
    return list(zip(classes.colours, words, strict=True))


def _marked(groups: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return id, name and path of each area of which something can be said."""
    drawn, row = sheet(), places().row
    path = dict(zip(drawn.place.tolist(), drawn.paths, strict=True))
    told = {one["area_id"]: one for name in SAID for one in groups[name]["rows"]}
    return [(area, one["name"] or area, path.get(row[area], "")) for area, one in told.items()]


@dataclass(frozen=True)
class Pair:
    """The rows of the same areas in two weeks, as far as either week has one.

    Attributes
    ----------
    place
        Row numbers in `places`, (k,).
    weeks
        The two weeks with their rows.
    groups
        Which of the areas got worse and so on, by the group's name, each (k,).
    change
        By how much the probability rose, NaN where a week has none, (k,).
    """

    place: NDArray[np.intp]
    weeks: tuple[tuple[str, WeekRows], tuple[str, WeekRows]]
    category: str
    groups: dict[str, NDArray[np.bool_]]
    change: NDArray[np.float64]

    @classmethod
    def of(cls, before: str, after: str, category: str, where: Filter) -> "Pair":
        """Judge by what the run keeps of both weeks: whether intervals are apart, and hot."""
        one, two = (week_rows(week, category) for week in (before, after))
        there = where.areas(places().table) & ((one.row >= 0) | (two.row >= 0))
        place = np.flatnonzero(there)
        (p, low, high, hot), (p2, low2, high2, hot2) = (
            [_column(rows, place, name) for name in ("p_rebound_30", "low", "high", "hot")]
            for rows in (one, two)
        )
        # what is NaN is neither
        worse, better = low2 > high, high2 < low
        groups = {
            "worse": worse,
            "better": better,
            "hot_now": (hot2 == 1) & (hot != 1),
            "hot_before": (hot == 1) & (hot2 != 1),
            "unsure": ~worse & ~better,
        }
        return cls(place, ((before, one), (after, two)), category, groups, p2 - p)

    def told(self, group: str) -> dict[str, Any]:
        """Return how many areas a group has, and the first of them with both weeks' figures."""
        mine = np.flatnonzero(self.groups[group])
        order = np.argsort(-np.abs(np.nan_to_num(self.change[mine])), kind="stable")
        first = mine[order][:_SHOWN]
        rows = places().shown.records(self.place[first])
        sides = [self._side(rows_of, week, first) for week, rows_of in self.weeks]
        for area, *pair in zip(rows, *sides, strict=True):
            area["sides"] = pair
        return {"count": len(mine), "rows": rows}

    def _side(self, rows: WeekRows, week: str, which: NDArray[np.intp]) -> list[dict[str, Any]]:
        """Return one week's figures of some areas, with the address of the fixes they rest on."""
        row = rows.row[self.place[which]]
        found = iter(rows.plain.records(row[row >= 0].astype(np.intp)))
        out: list[dict[str, Any]] = [
            next(found) if has else {"rebound_spells": 0, "cases": 0} for has in row >= 0
        ]
        for one in out:
            asked = {"state": STANDING, "area": str(one.get("area_id")), "fixes": week}
            if self.category != ALL_CATEGORIES:
                asked["category"] = self.category
            one["href"] = address(**asked) if one["rebound_spells"] else None
        return out


def _column(rows: WeekRows, place: NDArray[np.intp], name: str) -> NDArray[np.float64]:
    """Return a column by area, NaN where the week has no row of it."""
    row = rows.row[place]
    values = np.append(rows.plain.columns[name].astype(np.float64), np.nan)
    return values[np.where(row < 0, len(values) - 1, row)]
