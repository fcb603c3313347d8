"""Fixtures of the web tests."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.guides import service as guides
from tests.factories import guide_data
from tests.factories.records import import_records, record_row
from tests.web.page import Visitor


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """A visitor over an empty portal."""
    return Visitor(client)


@pytest.fixture
def content(app: Flask) -> None:
    """One record and one guide about it."""
    import_records([record_row()])
    with unit_of_work():
        guides.import_guides([guide_data()], now=clock.now())
    db.session.remove()
