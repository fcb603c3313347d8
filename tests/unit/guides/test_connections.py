"""How the guides that ship lead to one another, and what stands beside each."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.config import ROOT
from portal.guides.cli import read_guides
from portal.guides.written import GuideData

STARTER = ROOT / "portal" / "starter"
SHEETS = ROOT / "docs" / "content"


@pytest.fixture
def guides(app: Flask) -> dict[str, GuideData]:
    found, problems = read_guides(STARTER / "guides")
    assert problems == []
    return {guide.slug: guide for guide in found}


def test_related_guides_lead_back(guides: dict[str, GuideData]) -> None:
    one_way = [
        f"{guide.slug} -> {slug}"
        for guide in guides.values()
        for slug in guide.related
        if guide.slug not in guides[slug].references()
    ]
    assert one_way == []


def test_no_guide_stands_alone(guides: dict[str, GuideData]) -> None:
    for guide in guides.values():
        assert guide.slug not in guide.related
        assert len(guide.related) == len(set(guide.related)) > 0, guide.slug


def test_a_service_names_each_life_event_that_leads_to_it(guides: dict[str, GuideData]) -> None:
    """A how-to serves every life event, so it names none."""
    silent = [
        f"{slug}: {event.slug}"
        for event in guides.values()
        if event.kind == "life_event"
        for step in event.texts[0].body["steps"]
        if (slug := step.get("guide")) and guides[slug].kind == "service" and event.slug not in guides[slug].related
    ]
    assert silent == []


def test_a_channel_is_explained_where_the_main_record_has_it(guides: dict[str, GuideData]) -> None:
    """The page shows the main record's channels, so a text for another would never be read."""
    rows = [json.loads(line) for line in (STARTER / "procedures.jsonl").read_text().splitlines()]
    channels = {row["code"]: set(row["channels"]) for row in rows}
    for guide in guides.values():
        for text in guide.texts:
            explained = set(text.body.get("channels", {}))
            if explained:
                assert explained == channels[guide.procedures[0]], (guide.slug, text.locale)


def test_each_guide_has_its_fact_sheet(guides: dict[str, GuideData]) -> None:
    assert {path.stem for path in SHEETS.glob("*.md")} == {"README", *guides}
    for guide in guides.values():
        sheet = (SHEETS / f"{guide.slug}.md").read_text()
        assert [code for code in guide.procedures if code not in sheet] == [], guide.slug
        for part in ("Facts used", "Left out"):
            assert part in sheet, guide.slug
