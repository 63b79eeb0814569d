"""The demo's last two weeks are worked off through the doors that people use."""

from datetime import datetime
from typing import Any

import pandas as pd

from geo_service.casework import Actor
from geo_service.demo import Act, Demo, draw_photo, plan_work
from geo_service.flow.assignments import Desk, assign_within
from geo_service.flow.live import act_within, together
from geo_service.flow.photos import keep_photo
from geo_service.flow.stop_order import nearest_next
from geo_service.flow.visits import visit
from geo_service.store import Chain, PhotoFiles, Store


def work_demo(store: Store, demo: Demo, chain: Chain, files: PhotoFiles, *, now: datetime) -> bool:
    """Let the people of a demo that was just refreshed do their work, all of it or nothing.

    Parameters
    ----------
    demo
        What the store holds.
    chain, files
        Where digests of events and photos are kept.

    Returns
    -------
    bool
        Whether there was anything to do: not where events are in the log already.
    """
    if demo.worked.empty or store.events.count():
        return False
    if chain.noted():  # of a store that is gone
        chain.put_away(now)
    # nobody was at the first for weeks
    forgotten, watched = (str(one["area_id"]) for one in demo.truth["rebounding"][:2])
    cases = _open_cases(store, demo)
    acts = plan_work(cases, demo.crews, demo.end, watched=watched, forgotten=forgotten)
    people = {one.name: _actor(one) for one in demo.people.itertuples(index=False)}
    with together(store, chain) as rows:
        today = store.district.get().today
        # so long the clock is that of each act, not of the demo's day
        store.district.set(today=None)
        for number, one in enumerate(acts):
            _do(store, chain, files, rows, one, people[one.actor], f"demo-{number}")
        store.district.set(today=today)
    return True


def _actor(one: Any) -> Actor:  # noqa: ANN401
    crew, unit = (None if pd.isna(its) else str(its) for its in (one.crew_id, one.unit_id))
    return Actor(str(one.name), str(one.role), crew, unit)


def _open_cases(store: Store, demo: Demo) -> pd.DataFrame:
    """Return the cases that are open by their rows, with what is to come of them."""
    cases = store.cases.read()
    again = (cases["link"] == "rebound").astype("int64").groupby(cases["site_id"]).cumsum()
    cases["rebounds"] = again.where(cases["link"] == "rebound", 0)
    last = ~cases["site_id"].duplicated(keep="last")
    # the rest is a source's to tell: others reported it as well, or it is fixed by now
    cases = cases[last & (cases["state"] == "open") & (cases["reports"] == 1)]
    return cases.merge(demo.worked, on="case_id", how="left").reset_index(drop=True)


def _do(
    store: Store,
    chain: Chain,
    files: PhotoFiles,
    rows: list[Any],
    one: Act,
    actor: Actor,
    key: str,
) -> None:
    at = one.at.to_pydatetime()
    said = dict(one.said)
    desk = Desk(store, chain, actor, at)
    if one.what == "order":
        day = pd.Timestamp(said["date"]).date()
        nearest_next(desk, said["crew_id"], day)
    elif one.what == "assignment":
        assign_within(desk, said, rows)
    elif one.what == "visit":
        said |= {name: said[name].isoformat() for name in ("started_at", "ended_at")}
        visit(store, said, actor=actor, now=at, key=key)
    else:
        if "due_at" in said:
            said["due_at"] = said["due_at"].isoformat()
        if one.photo is not None:
            place, mended = one.photo
            drawn = draw_photo(place, one.category, mended=mended)
            taken = {"taken_at": at.isoformat()}
            said["photo_ids"] = [
                keep_photo(store, files, drawn, actor=actor.name, now=at, said=taken)
            ]
        act_within(store, chain, rows, str(one.case_id), said, actor=actor, now=at, key=key)
