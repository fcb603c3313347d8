"""Checks of drafts by agencies."""

from __future__ import annotations

import html
import re

from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.editing import check_queries, checks
from portal.editing.check_models import FactCheck
from portal.editing.states import Act
from tests.factories.drafts import WRITER, begun, done, published, row_of, written
from tests.factories.staff import Browser

CHECK, PREVIEW = "/can-bo/kiem-tra-huong-dan", "/can-bo/xem-truoc-huong-dan"
AGENCY = "Phòng Tư pháp"


def in_review() -> str:
    """The code of a draft that waits for a second person."""
    published()
    code = begun()
    written(code)
    done(code, Act.SUBMIT)
    return code


def asked(code: str, name: str = AGENCY, email: str = "", actor: Actor = WRITER) -> tuple[str, str]:
    """The code of a check of a draft, and the token of its link."""
    with unit_of_work():
        one, token = checks.ask(
            row_of(code), agency="", name=name, email=email, question="", actor=actor, now=clock.now()
        )
        return one.code, token


def check_of(code: str) -> FactCheck:
    """The check as the database has it."""
    db.session.rollback()
    one = check_queries.check(code)
    assert one is not None
    return one


def answered(code: str, check: str, said: str = "right", counter: int | None = None, **comments: str) -> None:
    """Something that the agency said of a draft, `_` standing for `-` in the names of sections."""
    with unit_of_work():
        row = row_of(code)
        checks.answer(
            row, check_of(check), counter=row.counter if counter is None else counter, said=said, by="Trần Thị Bé",
            comments={name.replace("_", "-"): text for name, text in comments.items()}, locale="vi", now=clock.now(),
        )  # fmt: skip


class Guest(Browser):
    """The browser of somebody without an account; `here` is where the last link led."""

    here = ""

    def come_by(self, token: str) -> str:
        """Press the button behind a link; returns where it leads."""
        led = self.submit(f"/lien-ket/{token}", {})
        assert led.status_code == 303
        self.here = led.headers["Location"]
        return self.here


def came_by(app: Flask, token: str) -> Guest:
    """The browser of somebody who pressed the button behind a link."""
    guest = Guest(app)
    guest.come_by(token)
    return guest


def token_on(page: str) -> str:
    """The token of the private link that a page shows."""
    found = re.search(r"http://localhost/lien-ket/([\w-]+)", html.unescape(page))
    assert found
    return found[1]


def fill(guest: Guest, **changes: str) -> dict[str, str]:
    """The form of the check where the guest is, as the browser got it, with what is typed into it."""
    page = guest.get(guest.here).text
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', page))
    return {**found, "nguoi-tra-loi": "Trần Thị Bé, công chức tư pháp", "ket-luan": "right", **changes}
