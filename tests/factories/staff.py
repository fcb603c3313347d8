"""People of the staff, and browsers in which they are signed in."""

from __future__ import annotations

import re
from functools import cache

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.accounts import passwords, people, queries, sessions
from portal.accounts.models import User
from portal.accounts.sessions import Client
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import EVERYWHERE, Actor, Grant, Role, Scope
from portal.core.tokens import form_token

PASSWORD = "bốn từ: khế sông cầu vồng 47"
OPERATOR = Actor("command", "", "")
SOMEWHERE = Client("203.0.113.7", "Mozilla/5.0 (Linux; Android 14) Chrome/140.0")
# The narrowest scope in which each role can be held.
SCOPES = {"portal": EVERYWHERE, "agency": Scope("agency", "so-tu-phap"), "team": Scope("team", "to-1")}


@cache
def hashed() -> str:
    """The hash of `PASSWORD`: made once, because it is slow on purpose."""
    return passwords.hash_password(PASSWORD)


def grant(role: Role) -> Grant:
    """A role where it can be held."""
    kind = {Role.OFFICER: "agency", Role.TEAM_LEADER: "team"}.get(role, "portal")
    return Grant(role, SCOPES[kind])


def member(*roles: Role, email: str = "", name: str = "Nguyễn Văn An", can_sign_in: bool = True) -> str:
    """A new person of the staff; returns their code."""
    with unit_of_work():
        email = email or f"{'-'.join(roles)}@quangngai.gov.vn"
        user, _token = people.invite(email, name, map(grant, roles), actor=OPERATOR, now=clock.now())
        if can_sign_in:
            user.password_hash = hashed()
        return user.code


def user_of(code: str) -> User:
    """The row as the database has it now."""
    db.session.rollback()
    user = queries.user_by_code(code)
    assert user is not None
    return user


class Browser:
    """A browser of the staff, with its cookies; its forms carry the token that the page gave them."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.base = "http://localhost"

    @classmethod
    def of(cls, app: Flask, code: str) -> Browser:
        """The browser in which somebody is signed in completely."""
        browser = cls(app)
        with unit_of_work():
            user = queries.user_by_code(code)
            assert user is not None
            if user.needs_second_factor and user.totp_secret is None:
                user.totp_secret = pyotp.random_base32()
            token = sessions.start(user, SOMEWHERE, "full", now=clock.now())
        browser.client.set_cookie("gandan-staff", token)
        return browser

    @classmethod
    def with_roles(cls, app: Flask, *roles: Role) -> Browser:
        """The browser of a new person."""
        return cls.of(app, member(*roles))

    def cookie(self, name: str) -> str:
        """The value of a cookie, or ""."""
        found = self.client.get_cookie(name)
        return found.value if found else ""

    @property
    def form_token(self) -> str:
        """The token of this session's forms."""
        return form_token(self.cookie("gandan-staff"))

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, values: dict[str, str | list[str]] | None = None, **headers: str) -> TestResponse:
        """Send a form of the signed-in session."""
        return self.client.post(path, data={"csrf_token": self.form_token, **(values or {})}, headers=headers)

    def submit(self, path: str, values: dict[str, str]) -> TestResponse:
        """Open a page and send its form, as somebody at a door does."""
        shown = self.client.get(path)
        tokens = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', shown.get_data(as_text=True))
        assert tokens, f"{path} has no form: {shown.status_code}"
        return self.client.post(path, data={"csrf_token": tokens[-1], **values})

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """The first step of the door."""
        return self.submit("/can-bo/dang-nhap", {"email": email, "password": password})
