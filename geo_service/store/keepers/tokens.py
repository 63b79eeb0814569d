"""Tokens by which other programs ask: kept as hashes, with what they may and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from geo_service.store.engine import Keeper
from geo_service.store.keepers.sessions import session_id
from geo_service.store.schema import tokens
from geo_service.store.tables import micros, moment
from geo_service.terms import Conflict, NotFound


@dataclass(frozen=True)
class Token:
    """One token; times are aware.

    Parameters
    ----------
    scope
        One of SCOPES.
    role, unit_id
        As whom it asks.
    expires_at, revoked_at
        None: never.
    """

    name: str
    scope: str
    role: str
    unit_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def stands(self, now: datetime) -> bool:
        """Tell whether it may be used at a moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class TokensKeeper(Keeper):
    """Keeps tokens."""

    def add(self, key: str, token: Token) -> None:
        """Keep a token whose `key` only who uses it knows.

        Raises
        ------
        Conflict
            If the name is taken, be it by a revoked one: what it did bears its name.
        """
        row = {**vars(token), "token_id": session_id(key), "created_at": micros(token.created_at)}
        row |= {name: row[name] and micros(row[name]) for name in ("expires_at", "revoked_at")}
        with self.transaction() as connection:
            if any(one.name == token.name for one in self.list()):
                raise Conflict("store.name_taken", name=token.name)
            connection.execute(insert(tokens).values(row))

    def find(self, key: str) -> Token | None:
        """Return the token of `key`, standing or not; None if there is none."""
        query = select(tokens).where(tokens.c.token_id == session_id(key))
        with self.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _token(dict(row))

    def list(self) -> list[Token]:
        """Return all tokens by name."""
        with self.reading() as connection:
            rows = connection.execute(select(tokens).order_by(tokens.c.name)).mappings().all()
        return [_token(dict(row)) for row in rows]

    def revoke(self, name: str, now: datetime) -> None:
        """End a token.

        Raises
        ------
        NotFound
            If there is no token of that name that stands.
        """
        standing = (tokens.c.name == name, tokens.c.revoked_at.is_(None))
        query = update(tokens).where(*standing).values(revoked_at=micros(now))
        with self.transaction() as connection:
            if not connection.execute(query).rowcount:
                raise NotFound("store.no_such_token", name=name)


def _token(row: dict[str, Any]) -> Token:
    del row["token_id"]
    times = {name: moment(row[name]) for name in ("created_at", "expires_at", "revoked_at")}
    return Token(**{**row, **times})
