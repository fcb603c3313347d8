"""Fixtures of the search tests."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.search import service
from tests.unit.search.corpus import PAGES


@pytest.fixture
def pages(app: Flask) -> Flask:
    """The application with a handful of pages in its index."""
    service.replace(PAGES)
    return app
