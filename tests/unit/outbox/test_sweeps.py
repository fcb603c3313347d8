"""What is old is forgotten by the worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.accounts import attempts
from portal.accounts.attempts import Counted
from portal.accounts.models import Attempts, StaffSession
from portal.core import clock, links
from portal.core.db import db, unit_of_work
from portal.core.links import PrivateLink, Purpose
from portal.core.permissions import Role
from portal.outbox import registry
from tests.factories.staff import Browser, member


@pytest.mark.usefixtures("app")
def test_the_hourly_sweep_forgets_what_is_over_and_keeps_the_rest(app: Flask) -> None:
    code, now = member(Role.EDITOR), clock.now()
    Browser.of(app, code)
    with unit_of_work():
        attempts.take(Counted(attempts.ACCOUNT, "x"), secret="s" * 32, now=now)
        links.create(Purpose.PASSWORD_RESET, code, now=now, lasts=timedelta(hours=1))
    kept = [StaffSession, Attempts, PrivateLink]
    registry.sweep(now)
    assert all(db.session.query(model).count() for model in kept)
    registry.sweep(now + timedelta(days=40))
    assert [db.session.query(model).count() for model in kept] == [0, 0, 0]
