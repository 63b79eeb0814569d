"""Who asks: the session that the browser's key names, begun, used and ended.

A page that is only read writes nothing: when a session was last used is kept in memory, and a
thread of each worker tells the store once a minute.
"""

import math
import secrets
from collections.abc import Callable
from datetime import timedelta

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadData
from werkzeug.http import parse_cookie

from geo_service.people import delay_after, stands, step_of, verify_password
from geo_service.store import Account, Session
from geo_service.terms import Busy
from geo_service.web.base import desk
from geo_service.web.base.desk import Desk
from geo_service.web.base.limits import address, password_gate
from geo_service.web.base.problems import TooSoon

SEEN_SECONDS = 60.0
_KEY_BYTES = 32
_AWAITED = "awaited"
_CODE_WITHIN = timedelta(minutes=5)


class Person(UserMixin):  # type: ignore[misc]
    """Somebody who signed in, by the session of `key`."""

    def __init__(self, found: Session, key: str) -> None:
        self.name = found.account.name
        self.role = found.account.role
        self.crew_id = found.account.crew_id
        self.unit_id = found.account.unit_id
        self.session_id = found.session_id
        self.enrolled = found.account.second_secret is not None
        self._key = key

    def get_id(self) -> str:
        """Return what the browser keeps."""
        return self._key


def init_app(app: Flask) -> LoginManager:
    """Let `app` know people by their session; returns what knows them."""
    manager = LoginManager()
    manager.init_app(app)

    @manager.user_loader
    def load(key: str) -> Person | None:
        found = desk.session(key)
        if found is None or found.account.disabled or not standing(found):
            return None
        desk.desk().seen[found.session_id] = desk.now()
        return Person(found, key)

    return manager


def standing(found: Session) -> bool:
    """Tell whether a session stands now."""
    seen = desk.desk().seen.get(found.session_id, found.seen)
    return stands(found.begun, max(seen, found.seen), found.ended, desk.now())


def begin(name: str) -> None:
    """Begin a session of the account `name`, whose tries are forgotten.

    What the browser had before ends, tokens and all.
    """
    key = secrets.token_urlsafe(_KEY_BYTES)
    store = desk.store()
    # One transaction: while an import runs each waits for the moment between two of its steps.
    with store.transaction():
        store.accounts.succeeded(name, address())
        if current_user.is_authenticated:
            end()
        store.sessions.begin(key, name, address(), desk.now())
        found = store.sessions.find(key)
    session.clear()
    session.permanent = True
    assert found is not None  # noqa: S101 - for the type checker
    login_user(Person(found, key))


def was_signed_in(app: Flask, cookies: str) -> bool:
    """Tell whether a header's cookies hold a session of somebody who signed in; not whose.

    It may have ended since: that is asked when the whole request is there.
    """
    signed = SecureCookieSessionInterface().get_signing_serializer(app)
    try:
        value = parse_cookie(cookies).get(app.config["SESSION_COOKIE_NAME"], "")
        return signed is not None and "_user_id" in signed.loads(value)
    except (BadData, ValueError):  # a header may hold any byte
        return False


def end() -> None:
    """End the session of who asks."""
    store = desk.store()
    store.sessions.end(current_user.name, desk.now(), only=current_user.session_id)
    logout_user()
    session.clear()


def fits(name: str, password: str) -> Account | None:
    """Return the account that name and password fit, None if they do not; asked at the gate.

    The try counts as a wrong one until a session begins.

    Raises
    ------
    TooSoon
        After wrong tries.
    """
    _count_try(name)
    account = desk.store().accounts.get(name)
    with password_gate.judging:
        # A name without an account takes as long: the clock tells nobody who works here.
        right = verify_password(password, account.password_hash if account else None)
    return account if account is not None and right and not account.disabled else None


def _count_try(name: str) -> None:
    """Count a try before it is judged: of many at once only the free ones are."""
    store, origin = desk.store(), address()
    with store.transaction():
        now = desk.now()  # not before: whoever waited for the store has waited
        left = delay_after(*store.accounts.failures(name, origin), now).total_seconds()
        if left > 0:
            raise TooSoon(math.ceil(left))
        store.accounts.tried(name, origin, now)


def ask_code(account: Account) -> bool:
    """Tell whether who knows the password is to type a code too, and remember for whom it is."""
    if desk.desk().settings.second_factor == "off" or account.second_secret is None:
        return False
    session[_AWAITED] = [account.name, (desk.now() + _CODE_WITHIN).timestamp()]
    return True


def awaited() -> str | None:
    """Return whose code is awaited, None if nobody's, or the time for it is over."""
    name, until = session.get(_AWAITED, (None, 0.0))
    return name if desk.now().timestamp() < until else None


def code_fits(name: str, code: str) -> Account | None:
    """Return the account whose code it is, None if it is wrong; asked at the gate, once a code.

    The try counts as that of a password does.

    Raises
    ------
    TooSoon
        After wrong tries.
    """
    _count_try(name)
    accounts = desk.store().accounts
    account = accounts.get(name)
    if account is None or account.disabled or account.second_secret is None:
        return None
    step = step_of(account.second_secret, code, desk.now(), account.second_step)
    return account if step is not None and accounts.take_step(name, step) else None


def write_seen(desk: Desk) -> None:
    """Tell the store which sessions were used since it was last told; later, if it is busy."""
    taken = dict(desk.seen)
    if not taken:
        return
    try:
        desk.store.sessions.saw(taken)
    except Busy:
        return
    for one, when in taken.items():
        if desk.seen.get(one) == when:
            desk.seen.pop(one, None)


def keep_seen(desk: Desk, wait: Callable[[float], bool]) -> None:
    """Do so once a minute; `wait` waits so many seconds, and tells that it is over."""
    while not wait(SEEN_SECONDS):
        write_seen(desk)
