"""What is called hot when a week closes."""

import numpy as np

from geo_service.hotspots.rows import Weekly


def hot_labels(weekly: Weekly) -> dict[int, dict[str, list[str]]]:
    """Return the hot areas' ids by category, for each week from ``weekly.first`` on."""
    pairs = weekly.pairs
    hot = weekly.verdict.hot
    if weekly.unseen is not None:
        everywhere = weekly.everywhere[:, np.newaxis]
        hot = hot & (everywhere | ~weekly.unseen[pairs.area, weekly.first :])
    out: dict[int, dict[str, list[str]]] = {weekly.first + week: {} for week in range(hot.shape[1])}
    # pairs are sorted by category, then area
    for pair, week in zip(*(part.tolist() for part in np.nonzero(hot)), strict=True):
        category = pairs.categories[pairs.category[pair]]
        mine = out[weekly.first + week].setdefault(category, [])
        mine.append(pairs.area_ids[pairs.area[pair]])
    return out
