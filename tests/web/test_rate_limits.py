"""One client can't keep the portal busy with searches."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import RateLimitItemPerHour

from portal.core.addresses import network_of
from portal.core.errors import MESSAGES
from portal.core.rate_limits import RateLimits
from tests.web.page import check

PER_MINUTE = 5


@pytest.fixture
def visitor_of(another_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    made = another_app(SEARCHES_PER_MINUTE=str(PER_MINUTE))
    with made.app_context():
        yield made.test_client(use_cookies=False)


def ask(client: FlaskClient, path: str, address: str = "203.0.113.9") -> int:
    return client.get(path, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_a_flood_of_searches_gets_a_clear_page_and_others_go_on(visitor_of: FlaskClient) -> None:
    paths = [f"/tim-kiem?q=viec+{n}" for n in range(PER_MINUTE)]
    assert [ask(visitor_of, path) for path in paths] == [200] * PER_MINUTE
    for path in ("/tim-kiem?q=them", "/tim-kiem/goi-y?q=them", "/api/v1/search?q=them"):
        assert ask(visitor_of, path) == 429, path
    response = visitor_of.get("/tim-kiem?q=nua", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert check(response, "/tim-kiem").text("h1") == MESSAGES[429][0]
    assert response.headers["Retry-After"] == "60"
    assert ask(visitor_of, "/tim-kiem?q=them", "203.0.113.10") == 200
    assert ask(visitor_of, "/") == 200, "other pages are not limited"


def test_what_is_kept_costs_nothing(visitor_of: FlaskClient) -> None:
    """The search page without a question is the same for all and comes from the page cache."""
    assert {ask(visitor_of, "/tim-kiem?loai=") for _ in range(PER_MINUTE * 3)} == {200}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("x" * 500, "unknown"),
    ],
)
def test_an_address_stands_for_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_nobody_is_limited_while_the_counter_is_away() -> None:
    limits, once = RateLimits("redis://127.0.0.1:1/0"), RateLimitItemPerHour(1)
    assert [limits.allows("search", once, "203.0.113.9") for _ in range(3)] == [True] * 3
    assert limits.would_allow("search", once, "203.0.113.9")


def test_each_name_has_a_ceiling_of_its_own() -> None:
    limits, twice = RateLimits("memory://"), RateLimitItemPerHour(2)
    assert [limits.allows("codes", twice, "203.0.113.9") for _ in range(3)] == [True, True, False]
    assert not limits.would_allow("codes", twice, "203.0.113.9")
    assert limits.allows("feedback", twice, "203.0.113.9")
    assert limits.allows("codes", twice, "203.0.113.10")
    assert [limits.would_allow("codes", twice, "203.0.113.11") for _ in range(5)] == [True] * 5, "nothing is counted"
