"""What is called hot when a week closes; and of how many such labels it came true."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from geo_service.hotspots.counts import sums_before
from geo_service.hotspots.rows import Weekly
from geo_service.measure import Flags, Pairs, Shorts
from geo_service.measure.came_true import came_true as bore_out
from geo_service.terms import HOT_LEVELS

Grounds = Mapping[str, tuple[Sequence[str], sparse.csr_array]]
"""By level the ids of what is judged, and ones where an area belongs to it; shape (ids, areas)."""

_AHEAD = 4


def hot_labels(weekly: Weekly, grounds: Grounds) -> dict[int, Any]:
    """Return what is called hot in each week from ``weekly.first`` on.

    By week: ``hot``, area ids by category; and ``said``, by level, category and id the cases that
    were expected, at the finest level that holds.
    """
    pairs, judged = weekly.pairs, weekly.verdict
    flags = (judged.hot, judged.around & ~judged.uncertain, judged.whole)
    known = [_seen(weekly, one) for one in flags]
    out: dict[int, Any] = {weekly.first + week: {} for week in range(judged.hot.shape[1])}
    for category, mine, place in pairs.by_category():
        laid = np.zeros((5, len(pairs.area_ids), len(out)))
        laid[:4, place] = [np.nan_to_num(judged.expected[mine]), *(one[mine] for one in known)]
        for number, level in enumerate(HOT_LEVELS):
            ids, sums = grounds[level]
            called = laid[number + 1] if level != HOT_LEVELS[2] else sums @ laid[number + 1]
            # what a finer level says is not said again
            which, weeks = np.nonzero((called > 0) & ~(sums @ laid[4] > 0))
            laid[4] += laid[number + 1]
            sought = sums @ laid[0] if len(which) else laid[0]
            for one, week in zip(which.tolist(), weeks.tolist(), strict=True):
                said = out[weekly.first + week].setdefault(level, {}).setdefault(category, {})
                said[ids[one]] = round(float(sought[one, week]), 3)
    return {
        week: {"hot": {key: [*ids] for key, ids in said.get("area", {}).items()}, "said": said}
        for week, said in out.items()
    }


def _seen(weekly: Weekly, flags: Flags) -> Flags:
    if weekly.unseen is None:
        return flags
    everywhere = weekly.everywhere[:, np.newaxis]
    return flags & (everywhere | ~weekly.unseen[weekly.pairs.area, weekly.first :])


def came_true(
    labels: Mapping[str, Any], weeks: Sequence[str], cases: Shorts, pairs: Pairs, grounds: Grounds
) -> dict[str, dict[str, list[int]]]:
    """Return of how many first labels it came true, by level and category: [of, true].

    A first label is one that was not said the week before; its time is over once four weeks have
    passed. True: they hold 1.5 times the cases that were expected of four weeks, and more than one
    beyond.

    Parameters
    ----------
    labels
        By week, what :func:`hot_labels` returned when it closed.
    weeks
        The names of the weeks of `cases`.
    cases
        By pair and week, shape (pairs, weeks).
    """
    out: dict[str, dict[str, list[int]]] = {}
    said = [labels.get(week, {}).get("said", {}) for week in weeks]
    for category, mine, place in pairs.by_category():
        before = np.zeros((len(pairs.area_ids), len(weeks) + 1))
        before[place] = sums_before(cases[mine])
        for level, (ids, sums) in grounds.items():
            row = {name: number for number, name in enumerate(ids)}
            of = [one.get(level, {}).get(category, {}) for one in said]
            first = [
                (row[name], week, expected)
                for week in range(len(weeks) - _AHEAD)
                for name, expected in of[week].items()
                if name in row and (week == 0 or name not in of[week - 1])
            ]
            if first:
                which, week, expected = (np.array(part) for part in zip(*first, strict=True))
                came = before[:, week + 1 + _AHEAD] - before[:, week + 1]
                came = sums[which].multiply(came.T).sum(axis=1)
                true = int(bore_out(came, expected).sum())
                out.setdefault(level, {})[category] = [len(first), true]
    return out
