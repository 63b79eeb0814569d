"""Accounts: who may sign in. What a role may do is said in ``geo_service.people``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from geo_service.store.engine import Keeper
from geo_service.store.schema import accounts, sessions, sign_in_failures
from geo_service.store.tables import micros, moment
from geo_service.terms import ROLES, BadUse, Conflict, NotFound

_FORGOTTEN_AFTER = timedelta(days=1)
# Anybody may type anything as a name.
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Account:
    """One account.

    Parameters
    ----------
    second_secret, second_step
        Of its authenticator, None without: what codes are made of, and of which 30 seconds since
        1970 the last one was that was taken.
    """

    name: str
    role: str
    password_hash: str = field(repr=False)
    crew_id: str | None
    unit_id: str | None
    created_at: datetime
    disabled: bool
    demo: bool
    second_secret: str | None = field(default=None, repr=False)
    second_step: int | None = None


class AccountsKeeper(Keeper):
    """Keeps accounts and tries to sign in."""

    def add(
        self,
        name: str,
        role: str,
        password_hash: str,
        crew_id: str | None,
        now: datetime,
        *,
        unit_id: str | None = None,
        demo: bool = False,
    ) -> None:
        """Make an account; `demo` says that the demo made it, not a person.

        Raises
        ------
        BadUse
            If there is no such role.
        Conflict
            If the name is taken.
        """
        if role not in ROLES:
            raise BadUse("errors.bad_parameter", name="role", value=role, why=" | ".join(ROLES))
        with self.transaction() as connection:
            if self.get(name) is not None:
                raise Conflict("store.name_taken", name=name)
            connection.execute(
                insert(accounts).values(
                    name=name,
                    role=role,
                    password_hash=password_hash,
                    crew_id=crew_id,
                    unit_id=unit_id,
                    created_at=micros(now),
                    disabled=False,
                    demo=demo,
                )
            )

    def get(self, name: str) -> Account | None:
        """Return an account; None if there is none of that name."""
        with self.reading() as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == name)).first()
        return None if row is None else account_of(dict(row._mapping))  # noqa: SLF001

    def list(self) -> list[Account]:
        """Return all accounts by name."""
        with self.reading() as connection:
            rows = connection.execute(select(accounts)).all()
        found = [account_of(dict(row._mapping)) for row in rows]  # noqa: SLF001
        return sorted(found, key=lambda account: account.name)

    def any_real(self) -> bool:
        """Tell whether there is an account that the demo did not make."""
        with self.reading() as connection:
            query = select(accounts.c.name).where(accounts.c.demo.is_(False)).limit(1)
            return connection.execute(query).first() is not None

    def disable(self, name: str, now: datetime) -> None:
        """Close an account; whoever is signed in with it is out."""
        self._change(name, now, disabled=True)

    def enable(self, name: str) -> None:
        """Open a closed account again."""
        self._change(name, disabled=False)

    def set_password(self, name: str, password_hash: str, now: datetime) -> None:
        """Change a password; whoever is signed in with the old one is out."""
        self._change(name, now, password_hash=password_hash)

    def set_second(self, name: str, secret: str, step: int) -> None:
        """Let an account be asked for codes of `secret` from now on; that of `step` was taken."""
        self._change(name, second_secret=secret, second_step=step)

    def drop_second(self, name: str, now: datetime) -> None:
        """Ask an account for no codes any more; whoever is signed in with it is out."""
        self._change(name, now, second_secret=None, second_step=None)

    def take_step(self, name: str, step: int) -> bool:
        """Take the code of a step; tells whether it is the first after the last that was taken."""
        later = (accounts.c.name == name, accounts.c.second_step < step)
        with self.transaction() as connection:
            query = update(accounts).where(*later).values(second_step=step)
            return connection.execute(query).rowcount == 1

    def change(self, name: str, role: str, crew_id: str | None, unit_id: str | None) -> None:
        """Give an account another role, crew or unit; whoever is signed in has it at once.

        Raises
        ------
        BadUse
            If there is no such role.
        NotFound
            If there is no such account.
        """
        if role not in ROLES:
            raise BadUse("errors.bad_parameter", name="role", value=role, why=" | ".join(ROLES))
        self._change(name, role=role, crew_id=crew_id, unit_id=unit_id)

    def failures(self, name: str, address: str) -> tuple[int, datetime | None]:
        """Return how often in a row signing in was tried under a name from an address, and when."""
        query = select(sign_in_failures).where(*_tried(name, address))
        with self.reading() as connection:
            row = connection.execute(query).first()
        return (0, None) if row is None else (int(row.count_), moment(row.last))

    def tried(self, name: str, address: str, now: datetime) -> None:
        """Count one more try, wrong until `succeeded`; names without an account count alike."""
        old = sign_in_failures.c.last < micros(now - _FORGOTTEN_AFTER)
        key = {"name": name[:_LONGEST_NAME], "address": address[:_LONGEST_NAME]}
        with self.transaction() as connection:
            connection.execute(delete(sign_in_failures).where(old))
            count, _ = self.failures(name, address)
            connection.execute(delete(sign_in_failures).where(*_tried(name, address)))
            row = insert(sign_in_failures).values(**key, count_=count + 1, last=micros(now))
            connection.execute(row)

    def succeeded(self, name: str, address: str) -> None:
        """Forget the tries under a name from an address."""
        with self.transaction() as connection:
            connection.execute(delete(sign_in_failures).where(*_tried(name, address)))

    def _change(self, name: str, out_at: datetime | None = None, **values: object) -> None:
        query = update(accounts).where(accounts.c.name == name).values(**values)
        with self.transaction() as connection:
            if connection.execute(query).rowcount == 0:
                raise NotFound("store.no_such_account", name=name)
            if out_at is not None:
                standing = (sessions.c.name == name, sessions.c.ended.is_(None))
                out = update(sessions).where(*standing).values(ended=micros(out_at))
                connection.execute(out)


def _tried(name: str, address: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    of = sign_in_failures.c
    return of.name == name[:_LONGEST_NAME], of.address == address[:_LONGEST_NAME]


def account_of(values: dict[str, Any]) -> Account:
    """Return the account of a row."""
    return Account(**values | {"created_at": moment(values["created_at"])})
