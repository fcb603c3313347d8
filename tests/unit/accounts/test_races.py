"""An account changes in one connection while its owner, or a thief, signs in in another: who waits, sees the change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text

from portal.accounts import passwords, people, queries, sessions, sign_in
from portal.accounts.models import StaffSession, User
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Grant, Role
from tests.factories.staff import OPERATOR, SOMEWHERE, grant, member

EDITOR = "editor@quangngai.gov.vn"
SECRET = "s" * 32
TOTP = pyotp.random_base32()
pytestmark = pytest.mark.usefixtures("app")


def inside(code: str) -> User:
    user = queries.user_by_code(code)
    assert user is not None
    return user


@dataclass
class Elsewhere:
    """Work in a unit and a connection of its own, begun while this thread's unit is open."""

    app: Flask
    work: Callable[[], Any]
    result: Any = None
    errors: list[BaseException] = field(default_factory=list)

    def __enter__(self) -> Elsewhere:
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        ends = time.monotonic() + 10
        while not self._waits():
            assert self.thread.is_alive(), "it did not wait"
            assert time.monotonic() < ends
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing: it ends once this thread's unit has ended."""

    def answer(self) -> Any:
        self.thread.join(timeout=20)
        assert not self.thread.is_alive()
        assert self.errors == []
        return self.result

    def _run(self) -> None:
        try:
            with self.app.app_context(), unit_of_work():
                self.result = self.work()
        except BaseException as error:  # noqa: BLE001  the other thread looks at it
            self.errors.append(error)

    def _waits(self) -> bool:
        if db.engine.dialect.name == "sqlite":
            time.sleep(0.2)  # SQLite tells nobody who waits
            return self.thread.is_alive()
        with db.engine.connect() as third:
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(third.scalar(waiting))


def race(app: Flask, first: Callable[[], object], second: Callable[[], Any]) -> Any:
    """Do `first`, begin `second` before it is committed, and return what `second` made of it."""
    with unit_of_work():
        first()
        with Elsewhere(app, second) as other:
            pass
    return other.answer()


def change_password(code: str) -> None:
    people.set_password(inside(code), passwords.hash_password("một mật khẩu khác hẳn 9"), now=clock.now())


def change_roles(code: str, *grants: Grant) -> None:
    people.change_roles(inside(code), grants, actor=OPERATOR, now=clock.now())


def disable(code: str) -> None:
    people.disable(inside(code), actor=OPERATOR, now=clock.now())


def admitted() -> sign_in.Candidate:
    with unit_of_work():
        return sign_in.admit(EDITOR, SOMEWHERE, secret=SECRET, now=clock.now())


def completing(candidate: sign_in.Candidate) -> Callable[[], sign_in.SignedIn | None]:
    return lambda: sign_in.complete(candidate, SOMEWHERE, secret=SECRET, now=clock.now())


def sessions_of(code: str) -> list[str]:
    db.session.remove()
    found = db.session.query(StaffSession).join(StaffSession.user).filter(User.code == code)
    return [session.stage for session in found]


@pytest.mark.parametrize("change", [change_password, disable])
def test_a_sign_in_waits_for_a_change_and_is_refused(app: Flask, change: Callable[[str], None]) -> None:
    code, candidate = member(Role.EDITOR), admitted()
    assert race(app, lambda: change(code), completing(candidate)) is None
    assert sessions_of(code) == []


def test_a_sign_in_waits_for_a_new_role_and_needs_a_second_factor(app: Flask) -> None:
    code, candidate = member(Role.EDITOR), admitted()
    entered = race(app, lambda: change_roles(code, grant(Role.ADMIN)), completing(candidate))
    assert entered.stage == "enrolment"
    assert sessions_of(code) == ["enrolment"]


@pytest.mark.parametrize(
    "change", [change_password, disable, lambda code: change_roles(code, grant(Role.ANALYST))],
    ids=["password", "disabled", "role"],
)  # fmt: skip
def test_a_change_waits_for_a_sign_in_and_ends_it(app: Flask, change: Callable[[str], None]) -> None:
    code, candidate = member(Role.EDITOR), admitted()
    race(app, completing(candidate), lambda: change(code))
    assert sessions_of(code) == []


def at_the_second_step(code: str) -> str:
    with unit_of_work():
        user = inside(code)
        user.totp_secret = TOTP
        return sessions.start(user, SOMEWHERE, "second_factor", now=clock.now())


def giving_code(token: str) -> Callable[[], sign_in.SignedIn | None]:
    def give() -> sign_in.SignedIn | None:
        now = clock.now()
        session = sessions.find(token, now)
        if session is None:  # SQLite: this unit began after the other had ended
            return None
        return sign_in.finish_with_code(session, pyotp.TOTP(TOTP).at(now), SOMEWHERE, secret=SECRET, now=now)

    return give


@pytest.mark.parametrize("change", [change_password, disable])
def test_a_second_step_is_worth_nothing_after_a_change(app: Flask, change: Callable[[str], None]) -> None:
    code = member(Role.EDITOR)
    token = at_the_second_step(code)
    assert race(app, lambda: change(code), giving_code(token)) is None
    assert sessions_of(code) == []


def test_an_enrolment_is_worth_nothing_after_a_change(app: Flask) -> None:
    code = member(Role.ADMIN, email=EDITOR)
    with unit_of_work():
        token = sessions.start(inside(code), SOMEWHERE, "enrolment", now=clock.now())

    def enrol() -> object:
        now = clock.now()
        session = sessions.find(token, now)
        if session is None:
            return None
        return sign_in.enrol(session, pyotp.TOTP(session.offered_secret or "").at(now), SOMEWHERE, now=now)

    assert race(app, lambda: change_password(code), enrol) is None
    assert sessions_of(code) == []
    assert inside(code).totp_secret is None


def test_a_session_that_was_ended_is_not_replaced(app: Flask) -> None:
    """Somebody confirms who they are while an admin signs them out everywhere."""
    code = member(Role.EDITOR)
    with unit_of_work():
        token = sessions.start(inside(code), SOMEWHERE, "full", now=clock.now())

    def confirm() -> str | None:
        session = sessions.find(token, clock.now())
        return session and sessions.replace(session, SOMEWHERE, "full", now=clock.now())

    ends = lambda: people.end_sessions(inside(code), actor=OPERATOR, now=clock.now())  # noqa: E731
    assert race(app, ends, confirm) is None
    assert sessions_of(code) == []
