"""From cases to reports: who reports them, how often, where the phone thinks it is."""

from datetime import date

import numpy as np
import pandas as pd

from geo_service.demo.draws import Draws
from geo_service.demo.ground import Ground
from geo_service.demo.lattice import degrees
from geo_service.demo.mix import BEFORE
from geo_service.demo.names import STATUS, WHERE, WRONG
from geo_service.demo.process import DAY, END, settled
from geo_service.measure import Ints
from geo_service.terms import FRAMES

SOURCES = np.array(["inspector", "resident", "hotline"])
_ZONE_MINUTES = 8 * 60


_DOUBLED, _TWICE, _OFTEN = 125, 28, 9
"""Cases per mille that one, two or three other people report as well."""
_FLAGGED = 300
"""Duplicates per mille that their source calls so."""
_REWORKS = 60
"""Cases per mille reported again between fix and verification."""
_UNPLACED, _NOWHERE = 38, 4
"""Reports per mille of cases with an address only, and with neither."""
WORK_DAYS = 14
"""The last days: some of what they brought is worked off here, with events."""
_OURS = 60
"""Of their openings, those per mille that are."""
_STRAY, _LOST = 45, 2
"""Reports per mille whose position is 6–20 m off to a side, and 35–90 m off."""


def draw_reports(
    ground: Ground,
    plan: pd.DataFrame,
    sites: pd.DataFrame,
    cases: pd.DataFrame,
    seed: int,
) -> pd.DataFrame:
    """Return all reports with times in minutes, in order of time.

    Columns are ``site at fixed verified cancelled flagged place`` (``point``, ``address`` or
    ``none``), ``ours mended checked`` of what is worked off here, and what FRAMES["reports"] asks
    for besides the times.
    """
    draws = Draws(seed, "reports")
    rows = pd.concat(
        [
            _openings(cases),
            _duplicates(cases, draws),
            _reworks(cases, draws),
            _elsewhere(cases, draws),
        ],
        ignore_index=True,
    )
    rows = rows[(rows["at"] >= BEFORE * DAY) & (rows["at"] < END)]
    # among reports of one minute the opening comes first: its id is the smaller
    rows = rows.sort_values(["at", "part", "site"], kind="stable", ignore_index=True)
    rows = _settle(rows, settled(cases, seed))
    for column in ("fixed", "verified", "cancelled"):
        rows[column] = rows[column].where(rows[column] < END, -1)
    rows.loc[rows["fixed"] < 0, "verified"] = -1
    _take_over(rows, Draws(seed, "work"))
    spot = sites.iloc[rows["site"].to_numpy()].reset_index(drop=True)
    lonlat = degrees(_positions(spot, draws))
    point = (rows["place"] == "point").to_numpy()
    rows["lon"] = np.where(point, lonlat[:, 0], np.nan)
    rows["lat"] = np.where(point, lonlat[:, 1], np.nan)
    _describe(rows, spot, ground, plan, draws)
    return rows[~rows["late"]].reset_index(drop=True)


def _settle(rows: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """End what was left lying, and tell by ``late`` what would be reported after that."""
    ends = rows[["site", "opened"]].merge(cases, on=["site", "opened"], how="left")
    again = rows.loc[rows["part"] == 2, ["site", "opened"]].assign(again=True)
    again = rows[["site", "opened"]].merge(again.drop_duplicates(), how="left")["again"]
    # who was there twice goes on as it was drawn
    own = (rows["part"] < 2) & ~again.eq(other=True)
    closes = own & ~rows["flagged"]
    end = ends["cancelled"].where(ends["cancelled"] >= 0, ends["fixed"])
    return rows.assign(
        fixed=ends["fixed"].where(closes, rows["fixed"]),
        verified=ends["verified"].where(closes, rows["verified"]),
        cancelled=ends["cancelled"].where(own & (rows["part"] == 0), -1),
        late=own & (rows["part"] == 1) & ends["left"] & (rows["at"] >= end),
    )


def _take_over(rows: pd.DataFrame, draws: Draws) -> None:
    """Let some of the last days be worked off here: their source says no more than the opening.

    They are the last of their site, and nobody else reported them.
    """
    last = ~rows["site"].duplicated(keep="last") & (rows["part"] == 0)
    fresh = (rows["at"] >= END - WORK_DAYS * DAY) & (rows["place"] == "point")
    ours = last & fresh & (rows["cancelled"] < 0)
    ours &= draws.happens(_OURS, len(rows))
    rows["ours"] = ours
    for column, kept in (("fixed", "mended"), ("verified", "checked")):
        rows[kept] = rows[column].where(ours, -1)
        rows[column] = rows[column].mask(ours, -1)


def as_table(rows: pd.DataFrame, first: date) -> pd.DataFrame:
    """Return `rows` as the service takes reports, the first shown day being `first`."""

    def moments(minutes: pd.Series) -> pd.Series:
        return _moments(minutes, first)

    table = rows.assign(
        reported_at=moments(rows["at"]),
        fixed_at=moments(rows["fixed"]),
        verified_at=moments(rows["verified"]),
        closed_at=moments(rows["cancelled"]),
        is_cancelled=(rows["cancelled"] >= 0).to_numpy(),
    )
    frame = FRAMES["reports"]
    return frame.conform(table)[frame.given]


def as_worked(rows: pd.DataFrame, first: date) -> pd.DataFrame:
    """Return what is worked off here: ``case_id mended_at checked_at``, NaT beyond the end."""
    ours = rows[rows["ours"]].reset_index(drop=True)
    times = {f"{name}_at": _moments(ours[name], first) for name in ("mended", "checked")}
    return pd.DataFrame({"case_id": ours["report_id"], **times})


def _moments(minutes: pd.Series, first: date) -> pd.Series:
    start = pd.Timestamp(first) - pd.Timedelta(days=BEFORE) - pd.Timedelta(minutes=_ZONE_MINUTES)
    known = minutes.where(minutes >= 0)
    return (start + pd.to_timedelta(known, unit="m")).dt.tz_localize("UTC")


def _openings(cases: pd.DataFrame) -> pd.DataFrame:
    return cases.assign(at=cases["opened"], part=0, flagged=False, place="point")


def _duplicates(cases: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Other people's reports of a case that is still open."""
    size = len(cases)
    three, two, one = _OFTEN, _TWICE, _DOUBLED
    drawn = draws.whole(0, 1000, size)
    times = np.where(
        drawn < three, 3, np.where(drawn < three + two, 2, (drawn < three + two + one) * 1)
    )
    rows = cases.loc[cases.index.repeat(times)].reset_index(drop=True)
    until = rows["fixed"].where(rows["fixed"] >= 0, rows["opened"] + 20 * DAY)
    until = np.minimum(until, rows["opened"] + 20 * DAY)
    share = draws.whole(20, 981, len(rows))
    at = rows["opened"] + np.maximum((until - rows["opened"]) * share // 1000, 1)
    rows = rows.assign(at=at, part=1, place="point", flagged=draws.happens(_FLAGGED, len(rows)))
    rows.loc[rows["flagged"], ["fixed", "verified"]] = -1
    return rows[at < until]


def _reworks(cases: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Report some between fix and verification: mended again before the same verification."""
    rows = cases[(cases["verified"] - cases["fixed"] > 300) & (cases["fixed"] >= 0)]
    some = draws.happens(_REWORKS * len(cases) // max(len(rows), 1), len(rows))
    rows = rows[some]
    span = rows["verified"] - rows["fixed"]
    at = rows["fixed"] + span * draws.whole(100, 600, len(rows)) // 1000
    again = at + (rows["verified"] - at) * draws.whole(300, 900, len(rows)) // 1000
    return rows.assign(at=at, fixed=again, part=2, flagged=False, place="point")


def _elsewhere(cases: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Add reports by telephone that name a place, or not even that."""
    pieces = []
    for place, permille in (("address", _UNPLACED), ("none", _NOWHERE)):
        rows = cases[draws.happens(permille, len(cases))]
        later = draws.whole(0, 21 * DAY, len(rows))
        clock = draws.weighted([int(7 <= h < 21) for h in range(24)], len(rows)) * 60
        day = (rows["opened"] + later) // DAY * DAY
        at = day + clock + draws.whole(0, 60, len(rows))
        move = at - rows["opened"]
        rows = rows.assign(
            at=at,
            fixed=(rows["fixed"] + move).where(rows["fixed"] >= 0, -1),
            verified=(rows["verified"] + move).where(rows["verified"] >= 0, -1),
            part=3,
            flagged=False,
            place=place,
        )
        pieces.append(rows)
    return pd.concat(pieces, ignore_index=True)


def _positions(spot: pd.DataFrame, draws: Draws) -> np.ndarray:
    """Return each report's point: noise along its area, little across, a few strays."""
    size = len(spot)
    along = draws.bell(38, size) / 10.0
    narrow = np.minimum(spot["across"].to_numpy(), 6.0) / 6.0
    across = draws.bell(28, size) / 10.0 * narrow
    stray = draws.happens(_STRAY, size)
    side = np.where(draws.happens(500, size), 1.0, -1.0)
    across = np.where(stray, side * draws.whole(60, 200, size) / 10.0, across)
    lost = draws.happens(_LOST, size)
    across = np.where(lost, side * draws.whole(350, 900, size) / 10.0, across)
    east, north = spot["east"].to_numpy(), spot["north"].to_numpy()
    x = spot["x"].to_numpy() + along * east - across * north
    y = spot["y"].to_numpy() + along * north + across * east
    return np.column_stack([x, y])


def _pick(texts: dict[str, str], keys: np.ndarray, drawn: Ints) -> np.ndarray:
    """Return one of the words of each key."""
    out = np.empty(len(keys), dtype=object)
    for key, words in texts.items():
        mine = keys == key
        choice = np.array(words.split(), dtype=object)
        out[mine] = choice[drawn[mine] % len(choice)]
    return out


def _describe(
    rows: pd.DataFrame, spot: pd.DataFrame, ground: Ground, plan: pd.DataFrame, draws: Draws
) -> None:
    size = len(rows)
    area = spot["area"].to_numpy()
    category = plan["category"].to_numpy(dtype=object)[spot["unit"].to_numpy()]
    areas = ground.areas
    name = areas["name"].to_numpy(dtype=object)[area]
    kind = areas["kind"].to_numpy(dtype=object)[area]
    towns = areas[areas["kind"] == "subdistrict"].set_index("area_id")["name"]
    town = areas["subdistrict_id"].map(towns).to_numpy(dtype=object)[area]
    nowhere = (rows["place"] == "none").to_numpy()
    point = (rows["place"] == "point").to_numpy()
    where = pd.Series(_pick(WHERE, kind, draws.whole(0, 60, size)))
    house = pd.Series(spot["order"].to_numpy() % 96 + 1).astype("str")
    parts = where.str.partition("{n}")
    numbered = parts[1] != ""
    detail = parts[0].where(~numbered, parts[0] + house + parts[2])
    rows["report_id"] = pd.Series(np.arange(1, size + 1)).map("R{:06d}".format)
    source = draws.weighted([56, 30, 14], size)
    source = np.where((rows["part"] == 1) | ~point, 1 + draws.weighted([65, 35], size), source)
    source = np.where(~point, 2, source)
    rows["source"] = SOURCES[source]
    rows["category"] = category
    rows["precision"] = pd.Series("point", index=rows.index).where(pd.Series(point))
    silent = draws.happens(120, size) & point
    rows["address"] = (pd.Series(name) + detail).mask(nowhere | silent)
    rows["area_name"] = pd.Series(name).where(pd.Series(point & draws.happens(700, size)))
    rows["subdistrict"] = pd.Series(town).mask(nowhere)
    rows["description"] = _pick(WRONG, category, draws.whole(0, 60, size))
    state = np.where(
        rows["verified"] >= 0, "verified", np.where(rows["fixed"] >= 0, "fixed", "open")
    )
    state = np.where(rows["cancelled"] >= 0, "cancelled", state)
    state = np.where(rows["flagged"], "duplicate", state)
    rows["status"] = pd.Series(state).map(STATUS)
    rows["is_duplicate"] = rows["flagged"].to_numpy()
