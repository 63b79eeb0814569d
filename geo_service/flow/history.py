"""Events of another system: its history, kept in the log beside what people do here.

They never are an account's, change nothing that the log holds, and check no fix that was made here.
What they make of cases comes with the next refresh.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service import casework, intake, link
from geo_service.flow.imports import imported
from geo_service.flow.live import say_of, together
from geo_service.flow.recorded import UNRECORDED, Imported, Record
from geo_service.store import Chain, Outcome, Store

_BY = ["actor", "idempotency_key"]
_SAID = [
    *("kind", "case_id", "at", "crew_id", "unit_id", "reason", "quantity", "unit", "due_at"),
    *("target_case_id", "category", "lon", "lat"),
]
_CHANGES = ("recategorised", "moved")
"""Kinds after which reports say something else."""
_IN_WORDS = ("note", "reason")
"""What the door asks for, and another system may not have written down."""
_LATE = timedelta(hours=1)


def import_events(
    store: Store,
    chain: Chain,
    path: Path,
    *,
    source: str,
    now: datetime,
    layout: intake.Layout = intake.AS_FOUND,
    record: Record = UNRECORDED,
) -> Imported:
    """Read a file of events and keep them in the log, whole or not at all; returns the counts.

    Parameters
    ----------
    chain
        Key and log of the events' digests.
    source
        Who made those whose row names nobody.

    Raises
    ------
    BadInput
        If the file cannot be read, or has no column of cases.
    Busy
        If another process writes for longer than the store waits.
    """
    with store.writer(f"import {path.name}"), together(store, chain) as kept:
        past = _Past(store, source)
        came = intake.read_table(path, "events", layout, past.check(now))
        rows = came.rows.sort_values("at", kind="stable", ignore_index=True)
        rows = past.named(rows)
        new = rows[~past.seen(rows)]
        if len(new):
            events = [_event(row) for row in new.to_dict("records")]
            kept.extend(store.events.add_all(events, chain))
            said = past.said_of(new)
            if said:
                say_of(store, said, f"{link.ELSEWHERE}{source}", now)
        store.rejects.replace(path.name, came.rejects.assign(file=path.name))
        outcome = Outcome(len(rows), len(new), 0, len(rows) - len(new))
        done = imported(outcome, came.rejects, came.warnings, came.repeated)
        record(done)
    return done


class _Past:
    """What a file of events is held against: reports, cases, and the log as it stands."""

    def __init__(self, store: Store, source: str) -> None:
        self.source = source
        self.reports = store.reports.read(["report_id", "case_id", "reported_at"])
        self.log = store.events.read()
        sites = store.cases.read()[["case_id", "site_id"]]
        case = self.reports.set_index("report_id")["case_id"]
        site = case.map(sites.set_index("case_id")["site_id"])
        self.site = site.fillna(case.index.to_series())
        self.timezone = store.district.get().timezone
        self.known = {
            "crew_id": store.crews.read()["crew_id"].tolist(),
            "unit_id": store.units.read()["unit_id"].tolist(),
            "category": store.words.categories()["code"].tolist(),
            "photo_ids": [one.photo_id for one in store.photos.all()],
        }

    def check(self, now: datetime) -> Any:  # noqa: ANN401 (what intake asks a file)
        """Return what the file is asked."""
        needs = {
            kind: [one for one in move.needs if one not in _IN_WORDS]
            + ["takes_back"] * (kind in link.TAKERS)
            for kind, move in casework.MOVES.items()
        }
        opened = self.reports.set_index("report_id")["reported_at"]
        return intake.history_check(
            opened,
            self.known,
            needs,
            casework.REASONS,
            self._judged,
            timezone=self.timezone,
            now=now,
        )

    def _judged(self, out: dict[str, pd.Series]) -> Mapping[str, NDArray[np.bool_]]:
        """Tell what is wrong with rows by what the log holds; they learn whose they are."""
        who = out["actor"].str.removeprefix(link.ELSEWHERE).fillna(self.source)
        out["actor"] = link.ELSEWHERE + who.mask(who == "", self.source)
        rows = pd.DataFrame(out).sort_values("at", kind="stable")
        taker = rows["kind"].isin(link.TAKERS)
        ids = {*rows["event_id"].dropna(), *self._by_other()}
        taken = taker & rows["takes_back"].notna() & ~rows["takes_back"].isin(ids)
        found = {
            "key": ~self._agrees(rows),
            "taken": taken.to_numpy(),
            "fixed": ~self.seen(rows) & self._checks_ours(rows),
        }
        order = np.argsort(rows.index.to_numpy())
        return {name: np.asarray(which)[order] for name, which in found.items()}

    def _first(self, rows: pd.DataFrame) -> pd.DataFrame:
        every = pd.concat([self.log[[*_BY, *_SAID]], rows[[*_BY, *_SAID]]], ignore_index=True)
        return every.drop_duplicates(_BY)

    def _agrees(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which rows say what the first of their key said; shape (n,)."""
        was = rows[_BY].merge(self._first(rows), on=_BY, how="left")
        same = np.ones(len(rows), dtype=bool)
        for name in _SAID:
            now, then = rows[name].to_numpy(dtype=object), was[name].to_numpy(dtype=object)
            same &= (now == then) | (pd.isna(now) & pd.isna(then))
        return same

    def seen(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell of which rows the log, or a row before, has the key; shape (n,)."""
        keys = _keys(rows)
        return keys.duplicated() | keys.isin(_keys(self.log))

    def _by_other(self) -> dict[str, str]:
        """Return the ids of the events that came from elsewhere, by their ids there."""
        others = self.log.loc[self.log["actor"].str.startswith(link.ELSEWHERE)]
        pairs = zip(others["event_id"], others["actor"], strict=True)
        return {event_id.removeprefix(f"{actor}:"): event_id for event_id, actor in pairs}

    def named(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return rows with ids that nothing here has, and the reports that corrections concern."""
        own = rows["event_id"]
        kept = dict(zip(_keys(self.log), self.log["event_id"], strict=True))
        free = own.notna() & ~own.duplicated(keep=False) & ~own.isin(self.log["event_id"])
        # numbered ids are given here, sooner or later
        free &= ~own.str.fullmatch(r"E\d+").fillna(value=False).astype(bool)
        made = own.where(free, rows["actor"] + ":" + rows["idempotency_key"])
        ours = [kept.get(key, one) for key, one in zip(_keys(rows), made, strict=True)]
        ids = self._by_other() | dict(zip(own, ours, strict=True))
        taken = rows["takes_back"].map(ids)
        about = rows["report_ids"].copy()
        for at in np.flatnonzero(rows["kind"].isin(casework.CORRECTIONS) & about.isna()):
            about.iloc[at] = self._reports_of(rows["case_id"].iloc[at])
        return rows.assign(event_id=ours, takes_back=taken, report_ids=about)

    def said_of(self, rows: pd.DataFrame) -> list[str]:
        """Return the reports of which rows say a category or point, or take back what did."""
        every = pd.concat([self.log[["event_id", "kind", "report_ids"]], rows])
        says = rows["event_id"].where(rows["kind"].isin(_CHANGES), rows["takes_back"])
        told = every[every["event_id"].isin(says.dropna()) & every["kind"].isin(_CHANGES)]
        return told["report_ids"].str.split(";").explode().drop_duplicates().tolist()

    def _reports_of(self, report_id: str) -> str:
        known = self.reports
        case = known.loc[known["report_id"] == report_id, "case_id"]
        its = known.loc[known["case_id"].isin(case.dropna()), "report_id"]
        return ";".join(dict.fromkeys([report_id, *its]))

    def _checks_ours(self, rows: pd.DataFrame) -> NDArray[np.bool_]:
        """Tell which rows check a fix that was made here; shape (n,)."""
        out = np.zeros(len(rows), dtype=bool)
        log = self.log.sort_values(["at", "event_id"], kind="stable")
        log = log[link.stands(log)]
        here = ~log["actor"].str.startswith(link.ELSEWHERE)
        if not (here & (log["kind"] == "fixed")).any():
            return out
        names = ["case_id", "kind", "at", "here"]
        every = pd.concat([log.assign(here=here), rows.assign(here=False)])[names]
        every = every[every["kind"].isin(["fixed", "failed"]) & every["at"].notna()]
        of_site: dict[str, list[tuple[pd.Timestamp, str, bool]]] = {}
        for case_id, kind, at, ours in every.itertuples(index=False):
            of_site.setdefault(self.site.get(case_id, case_id), []).append((at, kind, ours))
        asked = zip(rows["case_id"], rows["kind"], rows["at"], strict=True)
        for number, (case_id, kind, at) in enumerate(asked):
            if kind in ("verified", "failed") and not pd.isna(at):
                its = of_site.get(self.site.get(case_id, case_id), [])
                out[number] = _stands_ours([one for one in its if one[0] < at])
        return out


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[_BY])


def _stands_ours(fixes: list[tuple[pd.Timestamp, str, bool]]) -> bool:
    """Tell whether the fix that stands, the first since the last failed check, was made here."""
    ours: bool | None = None
    for _, kind, here in sorted(fixes):
        if kind == "failed":
            ours = None
        elif ours is None:
            ours = here
    return bool(ours)


def _event(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return one event as the log takes it."""
    said: dict[str, Any] = {
        str(name): None if pd.isna(value) else value for name, value in row.items()
    }
    for name in ("at", "received_at", "due_at"):
        said[name] = said[name] and said[name].to_pydatetime()
    said |= {"previous_digest": None, "digest": None}
    return said | {"back_dated": said["received_at"] - said["at"] > _LATE}
