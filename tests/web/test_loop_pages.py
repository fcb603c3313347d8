"""From sharing to filing, and the portal's own figures: each number from its month, and nothing where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from portal.adoption import queries, service
from portal.adoption.gathering import gather
from portal.adoption.periods import Period
from portal.adoption.queries import Key, place_unit
from portal.adoption.service import Counted, Provenance
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.teams.models import Team
from tests.factories.places import load_places
from tests.factories.teams import COMMUNE, OTHER_COMMUNE, team
from tests.factories.workspace import counted
from tests.queries import count_queries
from tests.web.page import Visitor

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MADE = datetime(2026, 7, 6, 3, 0, tzinfo=UTC)
HERE, OWN = "/so-lieu/tu-chia-se-den-nop", "/so-lieu/cong-nay"


@pytest.fixture(autouse=True)
def places(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 22))
    load_places()


def report(month: str, figures: Mapping[str, tuple[int, int]], at: datetime = NOW) -> None:
    period = Period.parse(month)
    assert period is not None
    with unit_of_work():
        source = service.add_report(Provenance(document=f"Báo cáo {month}", entered_by="Trần Văn Nhập"), now=at)
        units = service.add_units({place_unit(slug): slug for slug in figures})
        rows = {
            Key("online_filing", period.kind.value, period.start, units[place_unit(slug)]): Counted(*counts, source)
            for slug, counts in figures.items()
        }
        service.write(rows, now=at)
    db.session.remove()


def gathered() -> None:
    with unit_of_work():
        gather(NOW)
    db.session.remove()


@pytest.fixture
def some() -> str:
    """A commune's team with visits in two months, the portal's own link, and filings of three months."""
    slug = team()
    counted(slug, "khai-sinh", date(2026, 8, 20), landings=41, reads=23, starts=9, made_at=MADE)
    counted(slug, "khai-sinh", date(2026, 9, 20), landings=77, reads=52, starts=31, made_at=MADE)
    counted("", "khai-sinh", date(2026, 9, 2), landings=500, reads=100, made_at=MADE)
    report("2026-09", {COMMUNE: (30, 100), OTHER_COMMUNE: (10, 100)})
    report("2026-10", {COMMUNE: (60, 100)})
    gathered()
    return slug


def rows(visitor: Visitor, path: str, id_: str) -> list[str]:
    page = visitor.get(path)
    region = next(one for one in page.all("div") if one.get("aria-labelledby") == id_)
    found = [row for row in region.iter() if row.tag.endswith("}tr") or row.tag == "tr"]
    return [" ".join(" ".join(row.itertext()).split()) for row in found][1:]


def test_a_month_stands_beside_the_filing_of_the_next(visitor: Visitor, some: str) -> None:
    found = rows(visitor, f"{HERE}?xa={COMMUNE}", "bang-tung-thang")
    assert found == [
        "09/2026 0 77 52 31 60,00% 60/100", "08/2026 0 41 23 9 30,00% 30/100",
        "07/2026 1 0 0 0 chưa báo cáo",
    ]  # fmt: skip
    page = visitor.get(f"{HERE}?xa={COMMUNE}")
    assert "Đi cùng nhau không có nghĩa là vì nhau" in page.words
    assert "Báo cáo 2026-10" in page.words
    assert "Cổng này tự đếm, gom ngày 22/11/2026" in page.words


def test_what_is_not_there_is_absent_and_never_zero(visitor: Visitor, some: str) -> None:
    found = rows(visitor, f"{HERE}?xa={OTHER_COMMUNE}&ky=2026-10", "bang-tung-thang")
    assert found[0] == "10/2026 chưa có chưa có chưa có chưa có chưa báo cáo"
    assert found[2] == "08/2026 chưa có chưa có chưa có chưa có 10,00% 10/100"
    assert "Nơi này chưa có liên kết chia sẻ nào" in visitor.get(f"{HERE}?xa={OTHER_COMMUNE}").words


def test_the_province_counts_links_of_no_commune_and_names_communes_without_a_rank(visitor: Visitor, some: str) -> None:
    assert rows(visitor, HERE, "bang-tung-thang")[0] == "09/2026 0 577 152 31 60,00% 60/100"
    assert rows(visitor, HERE, "bang-tung-noi") == ["Xã Ba Xa 0 77 52 31 60,00% 60/100"]
    page = visitor.get(HERE)
    assert "95 nơi chưa có liên kết chia sẻ nào" in page.words
    assert "hạng 1" not in page.words
    assert f"{HERE}?xa={COMMUNE}&ky=2026-09" in page.links()


def test_types_of_communes_are_told_apart(visitor: Visitor, some: str) -> None:
    page = visitor.get(f"{HERE}?loai=phuong")
    assert not any(one.get("aria-labelledby") == "bang-tung-noi" for one in page.all("div"))
    assert visitor.get(f"{HERE}?loai=xa").response.status_code == 200


@pytest.mark.parametrize(
    "query",
    ["xa=khong-co", "xa=tinh-quang-ngai", "loai=thon", "ky=2026-11", "ky=2026-06", "ky=2026", "so-thang=7", "ky=x"],
)
def test_only_what_there_is_can_be_asked_for(visitor: Visitor, some: str, query: str) -> None:
    assert visitor.client.get(f"{HERE}?{query}").status_code == 404


def test_the_span_is_part_of_the_address(visitor: Visitor, some: str) -> None:
    for month in range(1, 7):
        counted(some, f"trang-{month}", date(2026, month, 3), landings=5, made_at=datetime(2025, 12, 1, tzinfo=UTC))
    with unit_of_work():
        gather(NOW, all_of_it=True)
    db.session.remove()
    assert len(rows(visitor, f"{HERE}?so-thang=6", "bang-tung-thang")) == 6
    assert len(rows(visitor, HERE, "bang-tung-thang")) == 10


@pytest.mark.parametrize("path", [HERE, OWN, "/so-lieu/chi-tieu/luot-doc", "/en" + HERE])
def test_before_anything_was_counted_pages_say_so(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert set(page.links()) & {"/to-cong-nghe-so", "/en/to-cong-nghe-so"}
    assert not page.all("table")


def test_the_portals_own_figures_have_their_pages(visitor: Visitor, some: str) -> None:
    page = visitor.get(f"{OWN}?ky=2026-09")
    assert {"577", "152", "31"} <= set(page.words.split())
    assert "Người nhập: Cổng này" in page.words
    assert "/so-lieu/chi-tieu/luot-doc?ky=2026-09" in page.links()
    one = visitor.get("/so-lieu/chi-tieu/luot-doc?ky=2026-09")
    assert rows(visitor, "/so-lieu/chi-tieu/luot-doc?ky=2026-09", "bang-tung-noi") == ["Xã Ba Xa 0 23 52"]
    assert "không xếp hạng" in one.words


def test_what_the_portal_counts_reports_for_nobody(visitor: Visitor, some: str) -> None:
    page = visitor.get("/so-lieu")
    assert "95 nơi chưa có số liệu nào của kỳ này" in page.words
    assert "Lượt đọc" not in page.words
    assert next(one.get("value") for one in page.all("option")) == "2026-10"
    assert visitor.client.get("/so-lieu/dia-ban/tinh-quang-ngai").status_code == 404
    assert visitor.client.get("/so-lieu/so-sanh?chi-tieu=luot-doc").status_code == 404
    assert "Số liệu dịch vụ công" not in [one.text for one in visitor.get("/dia-ban/xa-ba-vinh").all("h2")]


def test_pages_lead_to_it(visitor: Visitor, some: str) -> None:
    assert f"{HERE}?xa={COMMUNE}" in visitor.get(f"/so-lieu/dia-ban/{COMMUNE}").links()
    assert {HERE, OWN} <= set(visitor.get("/so-lieu").links())


def test_illustrative_counts_are_marked(visitor: Visitor, some: str) -> None:
    assert "minh họa" not in visitor.get(HERE).words
    with unit_of_work():
        db.session.query(Team).update({"is_demo": True})
    counted(some, "khai-tu", date(2026, 9, 21), landings=1, made_at=MADE)
    gathered()
    assert "Trang này có số minh họa" in visitor.get(HERE).words


def test_a_corrected_figure_shows_what_it_was(visitor: Visitor, some: str) -> None:
    assert "Đã sửa" not in visitor.get(f"/so-lieu/dia-ban/{COMMUNE}").words
    report("2026-10", {COMMUNE: (66, 100)}, at=datetime(2026, 11, 22, 4, 0, tzinfo=UTC))
    page = visitor.get(f"/so-lieu/dia-ban/{COMMUNE}")
    assert "Đã sửa 1 lần" in page.words
    assert f"/so-lieu/dia-ban/{COMMUNE}/da-sua" in page.links()
    page = visitor.get(f"/so-lieu/dia-ban/{COMMUNE}/da-sua")
    assert "60,00% (60/100)Báo cáo 2026-10 66,00% (66/100)Báo cáo 2026-10 11:00 22/11/2026" in page.words
    assert "public" in page.response.headers["Cache-Control"]
    assert visitor.client.get("/so-lieu/dia-ban/xa-khong-co/da-sua").status_code == 404


def test_a_figure_that_was_taken_back_says_so(visitor: Visitor, some: str) -> None:
    with unit_of_work():
        unit = service.add_units({place_unit(COMMUNE): ""})[place_unit(COMMUNE)]
        service.remove(queries.stored([Key("online_filing", "month", date(2026, 10, 1), unit)]), now=NOW)
    page = visitor.get(f"/so-lieu/dia-ban/{COMMUNE}/da-sua")
    assert "không còn số nào" in page.words
    assert "đã rút lại" in page.words


def test_statements_do_not_grow_with_communes(visitor: Visitor, some: str) -> None:
    visitor.get(HERE)
    with count_queries() as few:
        visitor.get(f"{HERE}?ky=2026-08")
    for number, commune in enumerate(("xa-ba-vinh", "xa-ba-dong", "xa-son-ha")):
        slug = team(f"Tổ {number}", commune)
        counted(slug, "khai-sinh", date(2026, 8, 9), landings=30, reads=9, made_at=MADE)
    gathered()
    visitor.get(HERE)
    with count_queries() as many:
        visitor.get(f"{HERE}?ky=2026-08")
    assert len(many) == len(few)
