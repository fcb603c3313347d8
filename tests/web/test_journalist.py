"""A journalist's check: rates made anew from the CSV alone are those of the pages."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from flask.testing import FlaskClient

from portal.adoption.periods import Period
from portal.adoption.queries import agency_unit
from portal.adoption.registry import INDICATORS
from portal.core import clock
from portal.places.queries import overview
from tests.factories.figures_written import report
from tests.factories.places import load_places
from tests.web.page import Visitor

FIRST, SECOND, LEGACY = "xa-ba-xa", "xa-ba-vinh", "phuong-nguyen-nghiem-thanh-pho-quang-ngai"
Row = dict[str, str]


@pytest.fixture(autouse=True)
def figures(content: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two years of months of some communes, with gaps, quarters instead of months, an agency and a former ward."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))
    load_places()
    dice = Random(9)
    slugs = [*(place.slug for place in overview()[:12]), FIRST, SECOND]
    for number in range(22):
        month = Period.parse("2025-01")
        assert month is not None
        code = month.shifted(number).code
        figures = {slug: _counts(dice) for slug in slugs if dice.random() > 0.2}
        report(code, {**figures, agency_unit("so-y-te"): (500, 900), LEGACY: (77, 99)})
        report(code, {slug: _counts(dice) for slug in slugs}, "on_time")
    report("2026-q2", {slugs[0]: (900, 1000), SECOND: (7, 700)})
    report("2026-q3", {"phuong-cam-thanh": (90, 100)})


def _counts(dice: Random) -> tuple[int, int]:
    whole = dice.randrange(40, 400)
    return dice.randrange(whole), whole


def downloaded(client: FlaskClient, indicator: str) -> list[Row]:
    response = client.get(f"/du-lieu-mo/so-lieu.csv?indicator={indicator}")
    return list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


def recomputed(rows: Sequence[Row], period: str, unit: str = "") -> str:
    """As the page of the data set says: sums of counts, of a quarter's or year's parts; a unit's, or the province's."""
    own = [row for row in rows if (row["unit"] == unit if unit else row["in_total"] == "true")]
    pairs = [_of(own, period, one) for one in sorted({row["unit"] for row in own})]
    numerator = sum(pair[0] for pair in pairs if pair)
    denominator = sum(pair[1] for pair in pairs if pair)
    rate = (Decimal(numerator) * 100 / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rate}%".replace(".", ",")


def _of(rows: Sequence[Row], period: str, unit: str) -> tuple[int, int] | None:
    own = next((row for row in rows if (row["period"], row["unit"]) == (period, unit)), None)
    known = Period.parse(period)
    assert known is not None
    parts = [_of(rows, one.code, unit) for one in known.parts]
    there = [one for one in parts if one]
    months = [row for row in rows if row["unit"] == unit and row["period"] in {one.code for one in known.months}]
    if there and (own is None or len(months) == len(known.months)):
        return sum(one[0] for one in there), sum(one[1] for one in there)
    return (int(own["numerator"]), int(own["denominator"])) if own else None


PERIODS = ("2025-03", "2026-10", "2025-q4", "2026-q2", "2026-q3", "2025", "2026")


def test_the_provinces_rates_are_recomputed(visitor: Visitor, client: FlaskClient) -> None:
    for indicator in ("online_filing", "on_time"):
        rows = downloaded(client, indicator)
        for period in PERIODS:
            page = visitor.get(f"/so-lieu/chi-tieu/{_slug(indicator)}?ky={period}")
            (tile,) = [one for one in page.all("p") if one.get("class") == "stat__figure"]
            assert recomputed(rows, period) == "".join(tile.itertext()).strip(), (indicator, period)


def test_a_communes_rates_are_recomputed(visitor: Visitor, client: FlaskClient) -> None:
    rows = downloaded(client, "online_filing")
    for unit in (FIRST, SECOND):
        for period in ("2026-10", "2026-q2", "2026-q3", "2026"):
            assert recomputed(rows, period, unit) in visitor.get(f"/so-lieu/dia-ban/{unit}?ky={period}").words


def test_a_row_has_the_rate_of_its_own_counts(client: FlaskClient) -> None:
    for row in downloaded(client, "online_filing"):
        rate = (Decimal(row["numerator"]) * 100 / int(row["denominator"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert Decimal(row["rate"]) == rate


def test_what_is_no_commune_of_today_is_in_no_total(client: FlaskClient) -> None:
    out = {row["unit"] for row in downloaded(client, "online_filing") if row["in_total"] == "false"}
    assert out == {"so-y-te", LEGACY}


def _slug(key: str) -> str:
    return next(one.slug for one in INDICATORS if one.key == key)


def test_the_moment_of_a_figure_says_its_zone(client: FlaskClient) -> None:
    (moment,) = {row["recorded_at"] for row in downloaded(client, "on_time")}
    assert datetime.fromisoformat(moment) == datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
