"""Figures as sources print them: shipped with their sources, and nothing to reckon with."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from portal.adoption import queries, service
from portal.adoption.models import Observation, PublishedFigure
from portal.adoption.starter import parse_figures
from portal.config import ROOT
from portal.core.db import db, unit_of_work
from tests.factories.places import load_places, shipped_atlas

SHIPPED = (ROOT / "portal" / "starter" / "figures.yaml").read_text("utf-8")


@pytest.fixture
def shipped(app: Flask) -> None:
    load_places()
    figures, problems = parse_figures(SHIPPED, shipped_atlas())
    assert problems == []
    with unit_of_work():
        assert service.load_published(figures) == len(figures)
    db.session.remove()


@pytest.mark.usefixtures("shipped")
def test_each_has_its_source_scope_and_period_and_is_of_its_own_province() -> None:
    rows = queries.published()
    assert len(rows) > 20
    for row in rows:
        assert row.document or row.url, row.slug
        assert row.name_vi and row.name_en and row.scope_vi and row.scope_en and row.period_vi and row.period_en
        assert (row.place == "tinh-quang-ngai") == (row.starts_on.isoformat() >= "2025-07-01"), row.slug
    old = [row for row in rows if row.place == "tinh-quang-ngai-cu"]
    assert all("cũ" in row.scope_vi for row in old)
    assert {row.printed for row in queries.published(indicator="online_filing")} == {"77,62%"}
    assert not any("Thanh Hóa" in row.scope_vi or "Quảng Nam" in row.scope_vi for row in rows)


@pytest.mark.usefixtures("shipped")
def test_nothing_of_them_is_a_number_that_could_be_summed_ranked_or_compared() -> None:
    assert db.session.scalar(select(func.count()).select_from(Observation)) == 0
    kinds = {column.name: column.type.python_type for column in inspect(PublishedFigure).columns}
    assert [name for name, kind in kinds.items() if kind in {int, float}] == ["id"]


@pytest.mark.usefixtures("shipped")
def test_loading_again_changes_nothing_and_what_the_province_wrote_stays() -> None:
    figures, _ = parse_figures(SHIPPED, shipped_atlas())
    with unit_of_work():
        assert service.load_published(figures) == 0
        row = queries.published_by_slug(["2025-05-dung-han"])["2025-05-dung-han"]
        row.printed, row.is_starter = "90,34%", False
    with unit_of_work():
        assert service.load_published(figures) == 0
    db.session.remove()
    assert queries.published_by_slug(["2025-05-dung-han"])["2025-05-dung-han"].printed == "90,34%"


def test_faults_are_named() -> None:
    text = SHIPPED.replace("form: rank", "form: rang", 1).replace("indicator: on_time", "indicator: ontime", 1)
    assert len(parse_figures(text, shipped_atlas())[1]) == 1
    assert parse_figures("- { document: x }", shipped_atlas())[1]
    assert parse_figures(SHIPPED.replace("day: 2025-06-30", "day: gestern", 1), shipped_atlas())[1]
