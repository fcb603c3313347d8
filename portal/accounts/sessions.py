"""Sessions on the server: begun, found, raised, ended. A copied cookie is worth nothing once its row is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete

from portal.accounts import queries
from portal.accounts.models import KnownBrowser, StaffSession, User
from portal.accounts.second_factor import new_secret
from portal.core.db import db
from portal.core.permissions import Principal
from portal.core.tokens import hash_token, new_code, new_token

# ASVS 5.0, 7.3: an end after disuse, and one after all.
IDLE = timedelta(hours=12)
LASTS = timedelta(days=14)
# Somebody who has yet to give a second factor has this long.
_UNFINISHED_LASTS = timedelta(minutes=15)
KNOWN_BROWSER_LASTS = timedelta(days=365)
_LONGEST_BROWSER = 60
# The first that matches names a browser; the later ones claim to be the earlier ones too.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("coc_coc", "Cốc Cốc"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
             ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
            ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Client:
    """Where somebody signs in: network address, what the browser says of itself, and its token if it is known."""

    address: str
    user_agent: str
    known_token: str = ""

    @property
    def browser(self) -> str:
        """The browser in a few words, such as "Chrome, Android"."""
        found = [next((name for mark, name in names if mark in self.user_agent), "") for names in (_BROWSERS, _SYSTEMS)]
        text = ", ".join(name for name in found if name)
        return text or re.sub(r"[^\w .;/()-]", "", self.user_agent)[:_LONGEST_BROWSER]


def start(user: User, client: Client, stage: str, *, now: datetime) -> str:
    """A new session at a stage; returns its token."""
    token = new_token()
    db.session.add(
        StaffSession(
            code=new_code(), user_id=user.id, token_hash=hash_token(token), stage=stage,
            address=client.address, browser=client.browser, created_at=now, seen_at=now, confirmed_at=now,
            expires_at=now + (LASTS if stage == "full" else _UNFINISHED_LASTS),
            offered_secret=new_secret() if stage == "enrolment" else None,
        )
    )  # fmt: skip
    if stage == "full":
        user.signed_in_at = now
    db.session.flush()
    return token


def find(token: str, now: datetime) -> StaffSession | None:
    """The live session of a token, at whatever stage."""
    return queries.live_session(token, now, seen_since=now - IDLE)


def replace(session: StaffSession, client: Client, stage: str, *, now: datetime) -> str | None:
    """End a session and begin another of the same person: at every rise in rights the cookie changes.

    None where somebody else ended it meanwhile.
    """
    user = session.user
    return start(user, client, stage, now=now) if end(session) else None


def end(session: StaffSession) -> bool:
    """End one session; False where it was ended already, also since it was read."""
    result = db.session.execute(delete(StaffSession).where(StaffSession.id == session.id))
    assert isinstance(result, CursorResult)  # noqa: S101 for the type checker
    return result.rowcount == 1


def end_presented(token: str, *, now: datetime) -> None:
    """End the session that a browser had before it signed in anew."""
    session = find(token, now) if token else None
    if session is not None:
        end(session)


def end_all(user: User, *, but: str = "") -> None:
    """End all sessions of somebody, but for the one of this code."""
    db.session.execute(delete(StaffSession).where(StaffSession.user_id == user.id, StaffSession.code != but))


def forget_browsers(user: User) -> None:
    """No browser of this person is known any more."""
    db.session.execute(delete(KnownBrowser).where(KnownBrowser.user_id == user.id))


def remember_browser(user: User, client: Client, *, now: datetime) -> str:
    """The token by which the browser is known from now on; the one it had where it was known."""
    known = queries.knows_browser(user, client.known_token) if client.known_token else None
    if known is not None:
        known.used_at = now
        return client.known_token
    token = new_token()
    db.session.add(KnownBrowser(user_id=user.id, token_hash=hash_token(token), used_at=now))
    db.session.flush()
    return token


def forget_old(now: datetime) -> None:
    """Remove sessions that are over and browsers not seen for a year."""
    db.session.execute(
        delete(StaffSession).where((StaffSession.expires_at <= now) | (StaffSession.seen_at <= now - IDLE))
    )
    db.session.execute(delete(KnownBrowser).where(KnownBrowser.used_at <= now - KNOWN_BROWSER_LASTS))


class SessionIdentity:
    """Tells `core.gate` who the staff are."""

    def principal(self, token: str, now: datetime) -> tuple[Principal, datetime] | None:
        """Whose session a token is, and when it was last seen; only a complete sign-in counts."""
        session = find(token, now)
        if session is None or session.stage != "full":
            return None
        user = session.user
        if user.needs_second_factor and user.totp_secret is None:
            return None
        person = Principal(
            code=user.code, name=user.name, email=user.email, grants=user.grants, session_code=session.code,
            confirmed_at=session.confirmed_at, is_demo=user.is_demo,
        )  # fmt: skip
        return person, session.seen_at

    def saw(self, principal: Principal, now: datetime) -> None:
        """Remember that the session was used."""
        session = queries.session_by_code(principal.session_code)
        if session is not None:
            session.seen_at = now
