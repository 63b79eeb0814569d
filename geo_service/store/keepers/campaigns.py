"""What was done where and when, to ask for its effect; and what a coin decided."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import RowMapping

from geo_service.store.engine import Keeper
from geo_service.store.schema import campaigns, trials
from geo_service.store.tables import micros, moment
from geo_service.terms import Conflict, NotFound

_SAID = ("begins", "weeks", "pool", "k", "seed", "probability", "drawn")
"""What a draw says, kept as JSON: nobody asks for a part of it."""


@dataclass(frozen=True)
class Campaign:
    """Work on some areas from the day `begins` to the day `ends`, both included."""

    campaign_id: int
    name: str
    begins: date
    ends: date
    area_ids: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """A draw, and what came of it.

    Parameters
    ----------
    begins
        The Monday of the first week drawn for.
    weeks, k
        For so many weeks so many of the pool were drawn, each week anew.
    pool
        All areas that could be drawn, each with the same `probability`.
    drawn
        Who was, week by week.
    outcome
        The estimate as it was when the trial was closed; None before.
    """

    trial_id: int
    drawn_at: datetime
    begins: date
    weeks: int
    pool: tuple[str, ...]
    k: int
    seed: int
    probability: float
    drawn: tuple[tuple[str, ...], ...]
    closed_at: datetime | None
    outcome: dict[str, Any] | None


class CampaignsKeeper(Keeper):
    """Keeps campaigns."""

    def add(
        self, name: str, begins: date, ends: date, area_ids: list[str], actor: str, now: datetime
    ) -> int:
        """Keep one, and return its number."""
        row = {"name": name, "begins": begins.isoformat(), "ends": ends.isoformat()}
        row |= {"area_ids": json.dumps(sorted(area_ids)), "made_by": actor}
        with self.transaction() as connection:
            found = connection.execute(insert(campaigns).values(**row, made_at=micros(now)))
            return int((found.inserted_primary_key or (0,))[0])

    def list(self) -> list[Campaign]:
        """Return all, the latest first."""
        query = select(campaigns).order_by(campaigns.c.begins.desc(), campaigns.c.campaign_id)
        with self.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Campaign(
                row["campaign_id"],
                row["name"],
                date.fromisoformat(row["begins"]),
                date.fromisoformat(row["ends"]),
                tuple(json.loads(row["area_ids"])),
            )
            for row in rows
        ]

    def remove(self, campaign_id: int) -> None:
        """Take one out.

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        with self.transaction() as connection:
            own = campaigns.c.campaign_id == campaign_id
            if not connection.execute(delete(campaigns).where(own)).rowcount:
                raise NotFound("effects.no_such_campaign", number=campaign_id)


class TrialsKeeper(Keeper):
    """Keeps trials; what was drawn is never changed."""

    def add(self, trial: Trial) -> int:
        """Keep a draw, whatever its number, and return the number it got."""
        said = {name: getattr(trial, name) for name in _SAID} | {"begins": str(trial.begins)}
        row = {"drawn_at": micros(trial.drawn_at), "said": json.dumps(said)}
        with self.transaction() as connection:
            found = connection.execute(insert(trials).values(row))
            return int((found.inserted_primary_key or (0,))[0])

    def get(self, trial_id: int) -> Trial:
        """Return one.

        Raises
        ------
        NotFound
            If there is none of that number.
        """
        found = [one for one in self.list() if one.trial_id == trial_id]
        if not found:
            raise NotFound("effects.no_such_trial", number=trial_id)
        return found[0]

    def list(self) -> list[Trial]:
        """Return all, the latest first."""
        query = select(trials).order_by(trials.c.trial_id.desc())
        with self.reading() as connection:
            return [_trial(row) for row in connection.execute(query).mappings().all()]

    def close(self, trial_id: int, outcome: dict[str, Any], now: datetime) -> None:
        """Keep what came of it, once.

        Raises
        ------
        NotFound
            If there is none of that number.
        Conflict
            If it is closed already.
        """
        with self.transaction() as connection:
            if self.get(trial_id).outcome is not None:
                raise Conflict("effects.trial_closed", number=trial_id)
            said = {"outcome": json.dumps(outcome), "closed_at": micros(now)}
            own = trials.c.trial_id == trial_id
            connection.execute(update(trials).where(own).values(said))


def _trial(row: RowMapping) -> Trial:
    said = json.loads(row["said"])
    said |= {"begins": date.fromisoformat(said["begins"]), "pool": tuple(said["pool"])}
    said |= {"drawn": tuple(tuple(one) for one in said["drawn"])}
    said |= {name: moment(row[name]) for name in ("drawn_at", "closed_at")}
    outcome = row["outcome"] and json.loads(row["outcome"])
    return Trial(trial_id=row["trial_id"], outcome=outcome, **said)
