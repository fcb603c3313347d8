"""What ships of documents and reductions: only what is known, and never over what the province wrote."""

from __future__ import annotations

from datetime import date

import pytest
from click.testing import Result
from flask import Flask

from portal.config import ROOT
from portal.core import clock, demo
from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.fees import queries, service
from portal.fees.territories import TerritoryError, find_territory
from portal.legal import queries as legal
from portal.legal.cli import parse_documents
from portal.legal.models import LegalDocument
from portal.legal.validity import DocumentState
from tests.factories.fees import OLD, few_places
from tests.factories.staff import OPERATOR

STARTER = ROOT / "portal" / "starter"
SLUG = "nq-11-2022"
DAY = date(2026, 11, 22)


def run(app: Flask, *arguments: str) -> Result:
    result = app.test_cli_runner().invoke(args=list(arguments))
    db.session.remove()
    return result


def load(app: Flask) -> str:
    for command, name in (("legal", "legal.yaml"), ("reductions", "reductions.yaml")):
        result = run(app, command, "load", str(STARTER / name))
        assert result.exit_code == 0, result.output
    return result.output


def test_the_reduction_waits_for_the_places_and_says_so(app: Flask) -> None:
    assert "waits, load again later" in load(app)
    assert queries.tariff(with_demo=False).reductions == {}
    few_places()
    assert "1 changed" in load(app)
    assert "0 changed" in load(app)
    known = queries.tariff(with_demo=False).reductions[SLUG]
    assert known.rule.territory == OLD
    assert not known.rule.is_verified
    assert known.document.number == "11/2022/NQ-HĐND"
    assert known.document.issued_on == date(2022, 7, 7)
    assert "36/TB-UBND" in known.document.source
    assert known.document.state_on(DAY) is DocumentState.UNVERIFIED


def test_only_what_was_read_ships_as_verified(app: Flask) -> None:
    load(app)
    for facts in legal.documents(with_demo=False):
        assert facts.is_verified == (facts.state_on(DAY) is DocumentState.VERIFIED)
        assert not facts.is_verified or facts.effective_from, facts.number
        assert facts.source, facts.number
        assert facts.summary_en, facts.number


def test_what_the_province_changed_stays(app: Flask) -> None:
    few_places()
    load(app)
    assert not queries.tariff(with_demo=False).reductions[SLUG].rule.is_verified, "nobody here has checked it"
    with unit_of_work():
        row = queries.reduction(SLUG)
        assert row is not None
        service.end_reduction(row, date(2026, 1, 1), actor=OPERATOR, now=clock.now())
    assert "0 changed" in load(app)
    assert queries.tariff(with_demo=False).reductions[SLUG].rule.valid_to == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("- {number: x}", "issuer"),
        ("- {number: a, issuer: b, issuer_kind: x, title: t, source: s}", "x"),
        ("- {number: a, issuer: b, issuer_kind: other, title: t, source: s, colour: red}", "colour"),
        ("- {number: a, issuer: b, issuer_kind: other, title: t, source: s, url: 'http://x'}", "https"),
        ("- {number: a, issuer: b, issuer_kind: other, title: t, source: s, issued_on: soon}", "issued_on"),
        ("- {number: a, issuer: b, issuer_kind: other, title: t, source: s, verified: true}", "verified"),
    ],
)
def test_a_wrong_document_is_named(given: str, said: str) -> None:
    documents, problems = parse_documents(given, lambda _url: False)
    assert documents == []
    assert said in problems[0]


@pytest.mark.parametrize(
    ("code", "name", "day", "found"),
    [
        ("51", "Quảng Ngãi", date(2025, 6, 30), OLD),
        ("51", "Quảng Ngãi", date(2025, 7, 1), "tinh-quang-ngai"),
        ("??", "quang ngai", date(2025, 6, 30), OLD),
        ("62", "", date(2025, 7, 1), None),
        ("99", "Không Có", date(2025, 6, 30), None),
    ],
)
def test_a_territory_is_found_by_code_and_day(app: Flask, code: str, name: str, day: date, found: str | None) -> None:
    few_places()
    if found is not None:
        assert find_territory("province", code, name, day) == found
        return
    with pytest.raises(TerritoryError) as error:
        find_territory("province", code, name, day)
    assert not error.value.is_empty


def test_illustrative_fees_are_marked_gone_on_a_real_instance_and_removed(app: Flask) -> None:
    with unit_of_work():
        demo.load(clock.now())
    shown = queries.tariff(with_demo=True)
    assert len(shown.reductions) == 2
    assert all(reduction.is_demo and reduction.document.is_demo for reduction in shown.reductions.values())
    assert all(reduction.rule.is_verified for reduction in shown.reductions.values()), "they count, to be seen"
    assert not renderer(app).config.demo
    assert queries.tariff(with_demo=False).reductions == {}
    assert app.test_client().get("/giam-phi").get_data(as_text=True).count("minh họa") == 0
    with unit_of_work():
        demo.remove()
    db.session.remove()
    assert queries.tariff(with_demo=True).reductions == {}
    assert db.session.query(LegalDocument).count() == 0
