"""Helpers of the tests of the page cache."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, request_started

from portal import create_app
from portal.config import Config
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.page_cache import PageCache
from portal.guides import service as guides
from portal.search.empty_searches import settle_empty_searches
from tests.factories import guide_data, guide_values
from tests.queries import count_queries

GUIDE = "/huong-dan/dang-ky-khai-sinh"


def publish(title: str) -> None:
    """Give the guide another title."""
    with unit_of_work():
        guides.import_guides([guide_data(vi=guide_values()["vi"] | {"title": title})], now=clock.now())
    db.session.remove()


def cache_of(app: Flask) -> PageCache:
    """The page cache of an application."""
    cache: PageCache = app.extensions["gandan.page_cache"]
    return cache


@contextmanager
def another_app(config: Config) -> Iterator[Flask]:
    """A second application, as another process would have one."""
    application = create_app(config)
    yield application
    settle_empty_searches()
    with application.app_context():
        db.engine.dispose()


@contextmanager
def reaching_flask() -> Iterator[list[str]]:
    """Collects the addresses that the door below Flask didn't answer."""
    seen: list[str] = []

    def note(_sender: Flask, **_details: Any) -> None:
        from flask import request

        seen.append(request.path)

    with request_started.connected_to(note):
        yield seen


@contextmanager
def from_the_cache() -> Iterator[None]:
    """Nothing inside may make a page: that would ask the database."""
    with count_queries() as queries:
        yield
    assert queries == []
