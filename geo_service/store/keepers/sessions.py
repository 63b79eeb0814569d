"""Sessions: who is signed in, since when, from where. How long one stands says ``people``."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, BindParameter, bindparam, case, delete, insert, select, update

from geo_service.store.engine import Keeper
from geo_service.store.keepers.accounts import Account, account_of
from geo_service.store.schema import accounts, sessions
from geo_service.store.tables import micros, moment

_KEPT = timedelta(days=30)
_LONGEST = 200


@dataclass(frozen=True)
class Session:
    """One session; times are aware.

    Parameters
    ----------
    session_id
        The hash of its key: whoever reads the store cannot sign in with it.
    begun, seen, ended
        When it began, was last used to the minute, and was ended, None if nobody did.
    address
        From where somebody signed in.
    account
        Whose it is, as the account is now.
    """

    session_id: str
    begun: datetime
    seen: datetime
    ended: datetime | None
    address: str
    account: Account


class SessionsKeeper(Keeper):
    """Keeps sessions."""

    def begin(self, key: str, name: str, address: str, now: datetime) -> None:
        """Begin one whose `key` only the browser keeps; those of a month ago are forgotten."""
        at = micros(now)
        row = {"session_id": session_id(key), "name": name, "address": address[:_LONGEST]}
        with self.transaction() as connection:
            connection.execute(delete(sessions).where(sessions.c.begun < micros(now - _KEPT)))
            connection.execute(insert(sessions).values(begun=at, seen=at, **row))

    def find(self, key: str) -> Session | None:
        """Return the session of `key`, ended or not; None if there is none."""
        found = self._where(sessions.c.session_id == session_id(key))
        return found[0] if found else None

    def of(self, name: str) -> list[Session]:
        """Return the sessions of an account that nobody ended, latest first."""
        return self._where(sessions.c.name == name, sessions.c.ended.is_(None))

    def end(self, name: str, now: datetime, *, only: str = "", but: str = "") -> None:
        """End an account's sessions: all, or `only` one, or all `but` one."""
        standing = (sessions.c.name == name, sessions.c.ended.is_(None))
        query = update(sessions).where(*standing, sessions.c.session_id != but)
        if only:
            query = query.where(sessions.c.session_id == only)
        with self.transaction() as connection:
            connection.execute(query.values(ended=micros(now)))

    def saw(self, moments: Mapping[str, datetime]) -> None:
        """Note when sessions were last used, by their ids; never earlier than was known."""
        at: BindParameter[int] = bindparam("at", type_=BigInteger)
        later = case((sessions.c.seen < at, at), else_=sessions.c.seen)
        query = update(sessions).where(sessions.c.session_id == bindparam("id")).values(seen=later)
        rows = [{"id": one, "at": micros(when)} for one, when in moments.items()]
        with self.transaction() as connection:
            connection.execute(query, rows)

    def _where(self, *conditions: Any) -> list[Session]:  # noqa: ANN401 - SQLAlchemy's own
        query = (
            select(sessions, accounts)
            .join_from(sessions, accounts, sessions.c.name == accounts.c.name)
            .where(*conditions)
            .order_by(sessions.c.begun.desc(), sessions.c.session_id)
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return [_session(dict(row._mapping)) for row in rows]  # noqa: SLF001


def _session(row: dict[str, Any]) -> Session:
    own = {name: row[name] for name in ("session_id", "address")}
    times = {name: moment(row[name]) for name in ("begun", "seen", "ended")}
    account = {column.name: row[column.name] for column in accounts.columns}
    return Session(**own, **times, account=account_of(account))  # type: ignore[arg-type]


def session_id(key: str) -> str:
    """Return what is kept of a key: 256 random bits need no salt."""
    return hashlib.sha256(key.encode()).hexdigest()
