"""Every guide that ships is found by pressing links: from home, from its life event, its field and its audience."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from flask import Flask

from portal.config import ROOT
from portal.core.db import db
from portal.core.pages import renderer
from portal.guides import queries
from portal.pages.cli import load as load_starter
from tests.web.page import Visitor

PREFIX = "/huong-dan/"


@pytest.fixture
def cards(app: Flask) -> list[queries.GuideCard]:
    """The guides of the content that ships, loaded."""
    load_starter.main([], standalone_mode=False)
    found = queries.cards("vi")
    db.session.remove()
    return found


def pressed(visitor: Visitor, path: str) -> set[str]:
    """Where the links of a page and of its further pages lead."""
    found: set[str] = set()
    unread = [path]
    while unread:
        here = unread.pop()
        links = {unquote(link) for link in visitor.get(here).links()}
        further = {f"{path}{link}" if link.startswith("?") else link for link in links if "trang=" in link}
        unread += sorted(further - found)
        found |= links | further | {here}
    return found


def test_every_guide_is_at_most_three_presses_from_home(visitor: Visitor, cards: list[queries.GuideCard]) -> None:
    home = pressed(visitor, "/")
    assert "/huong-dan" in home
    assert {card.url for card in cards} <= pressed(visitor, "/huong-dan")


def test_home_names_life_events_how_tos_and_the_first_guides(visitor: Visitor, cards: list[queries.GuideCard]) -> None:
    home = pressed(visitor, "/")
    assert {card.url for card in cards if card.kind != "service"} <= home
    first = renderer().profile.featured_guides
    assert {PREFIX + slug for slug in first} <= home
    assert {card.kind for card in cards if card.slug in first} == {"service"}


def test_life_events_lead_to_their_guides_and_back(visitor: Visitor, cards: list[queries.GuideCard]) -> None:
    services = {card.url for card in cards if card.kind == "service"}
    for event in (card for card in cards if card.kind == "life_event"):
        assert event.url in pressed(visitor, "/su-kien")
        led_to = pressed(visitor, event.url) & services
        assert len(led_to) >= 3
        for url in led_to:
            assert event.url in visitor.get(url).links(), f"{url} names {event.url}"


@pytest.mark.parametrize(("facet", "key"), [("/linh-vuc", "field"), ("/doi-tuong", "subjects")])
def test_a_guide_stands_under_its_fields_and_audiences(
    visitor: Visitor, cards: list[queries.GuideCard], facet: str, key: str
) -> None:
    rows = [json.loads(line) for line in (ROOT / "portal/starter/procedures.jsonl").read_text("utf-8").splitlines()]
    assert all(row.get(key) for row in rows)
    lists = [link for link in pressed(visitor, facet) if link.startswith(f"{facet}/")]
    listed = set().union(*(pressed(visitor, link) for link in lists))
    assert {card.url for card in cards if card.kind == "service"} <= listed
