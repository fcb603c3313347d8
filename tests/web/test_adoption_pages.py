"""The public pages of the adoption statistics: what they say is what was reported, and how old it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from portal.adoption import service
from portal.adoption.periods import Period
from portal.adoption.queries import Key, Unit, agency_unit, place_unit
from portal.adoption.service import Counted, Provenance, TargetValues
from portal.adoption.starter import parse_figures
from portal.agencies.models import Agency
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.pages.cli import STARTER
from portal.places.models import Place
from portal.places.queries import atlas
from tests.factories.figures_written import report as written
from tests.factories.places import load_places
from tests.web.page import Visitor

NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
FIRST, SECOND, THIRD, SMALL = "xa-ba-xa", "xa-ba-vinh", "xa-ba-dong", "xa-son-ha"
HERE = "/so-lieu"


@pytest.fixture(autouse=True)
def places(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 3, 0, tzinfo=UTC))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))
    load_places()


def report(month: str, figures: dict[str, tuple[int, int]], indicator: str = "online_filing") -> None:
    period = Period.parse(month)
    assert period is not None
    with unit_of_work():
        given = Provenance(document=f"Báo cáo {month}", url="https://mot-cua.example/", entered_by="Trần Văn Nhập")
        source = service.add_report(given, now=NOW)
        units = service.add_units({place_unit(slug): slug for slug in figures})
        rows = {
            Key(indicator, period.kind.value, period.start, units[place_unit(slug)]): Counted(*counts, source)
            for slug, counts in figures.items()
        }
        service.write(rows, now=NOW)
    db.session.remove()


def want(percent: str) -> None:
    with unit_of_work():
        service.set_target(
            TargetValues(
                indicator="online_filing", percent=Decimal(percent), starts_on=date(2026, 1, 1), document="Chỉ thị mẫu"
            )
        )  # fmt: skip
    db.session.remove()


@pytest.mark.parametrize("path", ["", "/chi-tieu/nop-truc-tuyen", f"/dia-ban/{FIRST}"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_before_the_first_report_pages_say_so(visitor: Visitor, prefix: str, path: str) -> None:
    page = visitor.get(f"{prefix}{HERE}{path}")
    assert f"{prefix}/so-lieu-phan-anh" in page.links()
    assert not page.all("table")


def test_what_ships_is_shown_before_anybody_reports(visitor: Visitor) -> None:
    with unit_of_work():
        figures, problems = parse_figures((STARTER / "figures.yaml").read_text("utf-8"), atlas())
        service.load_published(figures)
    assert not problems
    for prefix, name in (("", "theo nguồn"), ("/en", "77,62%")):
        page = visitor.get(prefix + HERE)
        assert name in page.words
        assert "77,62%" in page.words
        assert any(url.startswith("https://quangngai.gov.vn/") for url in page.links())
    report("2026-10", {FIRST: (30, 100)})
    assert "77,62%" in visitor.get(HERE).words


def test_the_province_is_the_sum_of_counts_and_never_an_average(visitor: Visitor) -> None:
    report("2026-09", {FIRST: (10, 100), SECOND: (0, 0)})
    report("2026-10", {FIRST: (90, 100), SECOND: (10, 900)})
    want("80")
    page = visitor.get(HERE)
    assert "10,00%" in page.words
    assert "100/1.000" in page.words
    assert "Mới có 2 trong 96 báo cáo phải có" in page.words
    assert "Báo cáo 2026-10" in page.words
    assert "Người nhập: Trần Văn Nhập" in page.words
    assert "Kỳ kết thúc 22 ngày trước · nhập ngày 05/11/2026" in page.words
    assert "Chỉ tiêu 80%: chưa đạt" in page.words
    assert "Như 09/2026" in page.words


def test_ranks_are_fair(visitor: Visitor) -> None:
    report("2026-10", {FIRST: (80, 100), SECOND: (160, 200), THIRD: (30, 100), SMALL: (29, 29)})
    want("80")
    page = visitor.get(f"{HERE}/chi-tieu/nop-truc-tuyen")
    table = next(one for one in page.all("table") if "Hạng" in "".join(one.itertext()))
    rows = [" ".join(" ".join(row.itertext()).split()) for row in table.iter() if row.tag.endswith("}tr")][1:]
    assert rows[0].startswith("1 Xã Ba Vinh 160/200, đồng hạng 80,00% ✓")
    assert rows[1].startswith("1 Xã Ba Xa 80/100, đồng hạng 80,00% ✓")
    assert rows[2].startswith("3 Xã Ba Động 30/100 30,00%")
    assert rows[3] == "Xã Sơn Hà 29/29, dưới 30 nên không xếp hạng quá ít để tính"
    assert all("chưa báo cáo" in row for row in rows[4:])
    assert not any("Phường" in row for row in rows)


def test_who_has_not_reported_is_named(visitor: Visitor) -> None:
    report("2026-10", {FIRST: (80, 100)})
    page = visitor.get(HERE)
    assert "95 nơi chưa có số liệu nào của kỳ này" in page.words
    assert f"{HERE}/dia-ban/{SECOND}?ky=2026-10" in page.links()


def test_an_old_figure_is_shown_as_old(visitor: Visitor) -> None:
    report("2026-07", {FIRST: (40, 100)})
    report("2026-10", {SECOND: (80, 100)})
    page = visitor.get(f"{HERE}/dia-ban/{FIRST}")
    assert "Số liệu cũ" in page.words
    assert "Tháng 07/2026, Xã Ba Xa" in page.words
    assert "40,00%" in page.words
    assert "Số liệu cũ" not in visitor.get(f"{HERE}/dia-ban/{SECOND}").words


def test_a_gap_is_named_in_the_table_of_the_line(visitor: Visitor) -> None:
    report("2026-08", {FIRST: (40, 100)})
    report("2026-10", {FIRST: (0, 100)})
    page = visitor.get(f"{HERE}/dia-ban/{FIRST}")
    rows = [" ".join(" ".join(row.itertext()).split()) for row in page.all("tr")]
    assert rows[1:4] == ["10/2026 0,00%", "09/2026 chưa báo cáo", "08/2026 40,00%"]


@pytest.mark.parametrize(
    ("code", "text"), [("2026-10", "25/100"), ("2026-q4", "25/100"), ("2026", "75/200"), ("2026-09", "50/100")]
)
def test_every_period_is_an_address(visitor: Visitor, code: str, text: str) -> None:
    report("2026-09", {FIRST: (50, 100)})
    report("2026-10", {FIRST: (25, 100)})
    for path in ("", "/chi-tieu/nop-truc-tuyen", f"/dia-ban/{FIRST}"):
        page = visitor.get(f"{HERE}{path}?ky={code}")
        assert text in page.words
        assert f'<option value="{code}" selected>' in page.response.get_data(as_text=True)
        assert "public" in page.response.headers["Cache-Control"]


def test_days_are_offered_where_they_are_reported_and_the_period_shown_is_always_chosen(visitor: Visitor) -> None:
    report("2021-03", {FIRST: (1, 100)})
    report("2026-10", {FIRST: (25, 100)})
    assert "Ngày" not in [one.get("label") for one in visitor.get(HERE).all("optgroup")]
    for day in ("2026-08-01", "2026-11-20"):
        report(day, {FIRST: (3, 4)})
    for code, text in (("2026-11-20", "3/4"), ("2026-08-01", "3/4"), ("2021-03", "1/100")):
        page = visitor.get(f"{HERE}?ky={code}")
        assert text in page.words
        assert [one.get("value") for one in page.all("option") if one.get("selected") is not None] == [code]
        groups = [one.get("label") for one in page.all("optgroup")]
        assert groups == ["Tháng", "Quý", "Năm", "Ngày"]
    assert "Kỳ kết thúc 2 ngày trước" in visitor.get(f"{HERE}?ky=2026-11-20").words
    assert visitor.get(HERE).response.get_data(as_text=True).count("<option") < 120


@pytest.mark.parametrize("query", ["ky=2031-01", "ky=2026-13", "ky=%00", "ky=2019", "ky=2026-10-05", "loai=thon"])
def test_other_addresses_lead_nowhere(visitor: Visitor, query: str) -> None:
    report("2026-10", {FIRST: (25, 100)})
    visitor.get(f"{HERE}?{query}", 404)


def test_unknown_units_and_indicators_lead_nowhere(visitor: Visitor) -> None:
    report("2026-10", {FIRST: (25, 100)})
    for path in ("/dia-ban/khong-co", "/dia-ban/huyen-ba-to", "/chi-tieu/khong-co", "/co-quan/khong-co"):
        visitor.get(HERE + path, 404)


def test_a_commune_shows_its_figures_on_its_own_page(visitor: Visitor) -> None:
    assert "so-lieu" not in {one.get("id") for one in visitor.get(f"/dia-ban/{FIRST}").root.iter()}
    report("2026-10", {FIRST: (25, 100)})
    page = visitor.get(f"/dia-ban/{FIRST}")
    assert "25,00%" in page.words
    assert "Nguồn: Báo cáo 2026-10 · cập nhật 10:00 05/11/2026" in page.words
    assert "Số liệu minh họa" not in page.words
    assert f"{HERE}/dia-ban/{FIRST}" in page.links()


def test_illustrative_figures_are_marked_in_every_chart_and_on_the_communes_own_page(visitor: Visitor) -> None:
    written("2026-10", {FIRST: (25, 100), SECOND: (30, 100)}, is_demo=True)
    assert "Số liệu minh họa" in visitor.get(f"/dia-ban/{FIRST}").words
    pages = ("", "/chi-tieu/nop-truc-tuyen", f"/dia-ban/{FIRST}", f"/so-sanh?noi-1={FIRST}&noi-2={SECOND}")
    for path in pages:
        page = visitor.get(HERE + path)
        figures = page.all("figure")
        inside = {id(table) for figure in figures for table in figure.iter() if table.tag.endswith("}table")}
        charts = [*figures, *(table for table in page.all("table") if id(table) not in inside)]
        assert charts
        for chart in charts:
            assert "số liệu minh họa" in " ".join("".join(chart.itertext()).split()), path


def test_the_map_has_every_commune_and_names_the_unknown(visitor: Visitor) -> None:
    report("2026-10", {FIRST: (25, 100), SMALL: (1, 2)})
    page = visitor.get(f"{HERE}/chi-tieu/nop-truc-tuyen")
    assert "Chưa có số liệu 95 nơi" in page.words
    assert "Xã Sơn Hà quá ít để tính" in page.words
    assert page.links().count(f"{HERE}/dia-ban/{SMALL}?ky=2026-10") == 3


def test_the_home_page_leads_to_the_figures(visitor: Visitor) -> None:
    assert HERE in visitor.get("/").links()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_communes_are_compared_by_an_address(visitor: Visitor, prefix: str) -> None:
    report("2026-09", {FIRST: (10, 100), SECOND: (20, 100)})
    report("2026-10", {FIRST: (30, 100), SMALL: (9, 9)})
    page = visitor.get(f"{prefix}{HERE}/so-sanh?noi-1={FIRST}&noi-3={SMALL}&noi-2={SECOND}&noi-5={FIRST}")
    captions = [one for one in page.all("table") if one.find(".//{http://www.w3.org/1999/xhtml}caption") is not None]
    rows = [" ".join(" ".join(row.itertext()).split()) for row in captions[0].iter() if row.tag.endswith("}tr")][1:]
    assert [row.split()[:3] for row in rows] == [["Xã", "Ba", "Xa"], ["Xã", "Ba", "Vinh"], ["Xã", "Sơn", "Hà"]]
    assert f"{'' if prefix else '/en'}{HERE}/so-sanh?noi-1={FIRST}" in " ".join(page.links())


def test_one_commune_is_no_comparison(visitor: Visitor) -> None:
    report("2026-10", {FIRST: (30, 100)})
    assert not visitor.get(f"{HERE}/so-sanh?noi-1={FIRST}").all("table")
    visitor.get(f"{HERE}/so-sanh?noi-1=huyen-ba-to", 404)
    visitor.get(f"{HERE}/so-sanh?chi-tieu=khong-co", 404)


def test_agencies_have_pages_that_others_lead_to_and_from_which_nothing_leads_nowhere(visitor: Visitor) -> None:
    with unit_of_work():
        committee = Agency(slug="ubnd-xa-ba-xa", name="UBND xã Ba Xa", kind="committee", territory_id=place_id(FIRST))
        db.session.add_all([committee, Agency(slug="so-tu-phap", name="Sở Tư pháp", kind="department")])
    assert "Từng cơ quan" not in visitor.get(HERE).words
    report("2026-10", {FIRST: (90, 100)})
    report_of(agency_unit("ubnd-xa-ba-xa"), (30, 100))
    report_of(agency_unit("so-tu-phap"), (5, 10))
    for path in ("", "/chi-tieu/nop-truc-tuyen"):
        page = visitor.get(HERE + path)
        assert "90/100" in page.words
        assert "120/200" not in page.words
        for slug in ("ubnd-xa-ba-xa", "so-tu-phap"):
            assert f"{HERE}/co-quan/{slug}?ky=2026-10" in page.links()
    words = visitor.get(f"{HERE}/chi-tieu/nop-truc-tuyen").words
    assert "UBND xã Ba Xa 30/100 30,00%" in words
    assert "Sở Tư pháp 5/10, dưới 30 nên không xếp hạng quá ít để tính" in words
    page = visitor.get(f"{HERE}/co-quan/ubnd-xa-ba-xa")
    assert "30,00%" in page.words
    assert f"/dia-ban/{FIRST}" in page.links()
    for slug in ("ubnd-xa-ba-xa", "so-tu-phap"):
        for url in {one.partition("#")[0] for one in visitor.get(f"{HERE}/co-quan/{slug}").links()}:
            if url.startswith("/") and not url.startswith(("/static", "/can-bo")):
                assert visitor.client.get(url).status_code == 200, url


def report_of(unit: Unit, counts: tuple[int, int]) -> None:
    with unit_of_work():
        source = service.add_report(Provenance(document="Báo cáo của cơ quan"), now=NOW)
        units = service.add_units({unit: unit.key})
        service.write(
            {Key("online_filing", "month", date(2026, 10, 1), units[unit]): Counted(*counts, source)}, now=NOW
        )
    db.session.remove()


def place_id(slug: str) -> int:
    return db.session.scalars(select(Place.id).where(Place.slug == slug)).one()


def test_every_page_leads_to_the_figures_by_its_menu(visitor: Visitor) -> None:
    for prefix in ("", "/en"):
        for path in ("/", "/du-lieu-mo"):
            page = visitor.get(prefix + path)
            menus = [one for one in page.all("nav") if one.get("aria-label") == "Menu"]
            assert [any(link.get("href") == prefix + HERE for link in menu.iter()) for menu in menus] == [True, True]
