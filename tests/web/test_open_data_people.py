"""What outsiders learn about people from open data: nothing that these did not agree to, and no small number."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.feedback import figures as feedback_figures
from portal.opendata.registry import DATASETS
from portal.places.queries import overview
from portal.teams import members
from tests.factories import teams
from tests.factories.feedback import MONDAY, answer, load_agencies, promise, receive
from tests.factories.figures_written import report
from tests.factories.places import load_places
from tests.factories.staff import OPERATOR

TEAMS = ("/du-lieu-mo/to-cong-nghe-so.csv", "/du-lieu-mo/to-cong-nghe-so.json", "/api/v1/datasets/to-cong-nghe-so")
EVERYTHING = [f"/du-lieu-mo/{one.slug}{suffix}" for one in DATASETS for suffix in ("", ".csv", ".json")] + [
    "/du-lieu-mo", "/du-lieu-mo/danh-muc.jsonld", "/api/v1/datasets", "/api/v1/observations", "/api/v1/openapi.json",
    "/en/du-lieu-mo/phan-anh.csv",
]  # fmt: skip


@pytest.fixture
def places(content: None) -> None:
    load_places()


def text(client: FlaskClient, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


@pytest.mark.usefixtures("places")
def test_only_who_agreed_is_named_and_who_withdraws_is_gone_at_once(client: FlaskClient) -> None:
    slug = teams.team()
    code = teams.member(slug)
    teams.member(slug, name="Người Chưa Đồng Ý", role="member", phone="0900 999 999", consented_on=None)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1), tick=False) as traveller:
        kept = {}
        for path in TEAMS:
            response = client.get(path)
            shown = response.get_data(as_text=True)
            assert teams.LEADER_NAME in shown and "111 222" in shown
            assert "Chưa Đồng Ý" not in shown and "999 999" not in shown
            kept[path] = (response.headers["ETag"], response.headers["Last-Modified"])
        with unit_of_work():
            members.withdraw(teams.team_of(slug), teams.member_of(slug, code), actor=OPERATOR, now=clock.now())
        db.session.remove()
        traveller.shift(1)
        for path, (tag, moment) in kept.items():
            for condition in ({"If-None-Match": tag}, {"If-Modified-Since": moment}, {}):
                shown = text(client, path, **condition)
                assert teams.LEADER_NAME not in shown and "111 222" not in shown


def test_nothing_that_people_wrote_or_left_is_in_any_file(client: FlaskClient, content: None) -> None:
    load_agencies()
    promise(10)
    with time_machine.travel(MONDAY, tick=False):
        for number in range(12):
            code = receive(f"n{number}", message="Lời riêng của tôi về con đường", contact_name="Trần Bí Mật",
                           contact_phone="0912345678", contact_email="bi-mat@example.vn")  # fmt: skip
            answer(code, now=MONDAY + timedelta(days=1))
        feedback_figures.refresh(MONDAY + timedelta(days=2))
        db.session.remove()
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        for path in EVERYTHING:
            shown = text(client, path)
            for private in ("Lời riêng", "Bí Mật", "0912345678", "bi-mat@example.vn", "PA-2026"):
                assert private not in shown, path
        rows = client.get("/api/v1/datasets/phan-anh").get_json()["results"]
    assert [row["received"] for row in rows if row["agency"] is None and row["month"] is None] == [12]


@pytest.mark.usefixtures("content")
def test_a_few_cases_are_hidden_as_on_their_page(client: FlaskClient) -> None:
    load_agencies()
    promise(10)
    receive("one")
    feedback_figures.refresh(MONDAY + timedelta(days=2))
    db.session.remove()
    rows = client.get("/api/v1/datasets/phan-anh").get_json()["results"]
    assert rows and all(row["received"] is None for row in rows)


@pytest.mark.usefixtures("places")
def test_few_people_who_rated_are_hidden_and_others_with_them(client: FlaskClient) -> None:
    slugs = [place.slug for place in overview()][:5]
    counts = {slug: (40 + number, 50 + number) for number, slug in enumerate(slugs)} | {slugs[0]: (3, 4)}
    for month in ("2026-07", "2026-08", "2026-09"):
        report(month, counts if month == "2026-08" else dict.fromkeys(slugs, (60, 70)), "satisfaction")
    report("2026-08-05", {slugs[1]: (30, 40)}, "satisfaction")
    report("2026-08", {slugs[0]: (1, 6)}, "online_filing")
    rows = client.get("/api/v1/observations?indicator=satisfaction").get_json()["results"]
    hidden = {(row["unit"], row["period"]) for row in rows if row["is_hidden"]}
    assert {(slugs[0], "2026-08"), (slugs[1], "2026-08-05")} <= hidden
    assert len({unit for unit, one in hidden if one == "2026-08"}) >= 2, "the province's total would tell"
    assert len({period for unit, period in hidden if unit == slugs[0]}) >= 2, "its quarter would tell"
    for row in rows:
        assert (row["numerator"] is None) == row["is_hidden"] == (row["denominator"] is None)
        assert row["rate"] is None or not row["is_hidden"]
    page = text(client, f"/so-lieu/dia-ban/{slugs[0]}?ky=2026-08")
    assert "3/4" not in page and "75,00%" not in page, "nor does the page"
    for slug in {unit for unit, period in hidden if period == "2026-08"}:
        shown = text(client, f"/so-lieu/dia-ban/{slug}?ky=2026-08")
        assert f">{counts[slug][0]}/{counts[slug][1]}<" not in shown
    files = client.get("/api/v1/observations?indicator=online_filing").get_json()["results"]
    assert [row["denominator"] for row in files if row["unit"] == slugs[0]] == [6], "files are not people"


@pytest.mark.usefixtures("places")
def test_what_is_hidden_for_others_sake_is_not_called_too_few(client: FlaskClient) -> None:
    slugs = [place.slug for place in overview() if place.kind == "xa"][:5]
    counts = dict.fromkeys(slugs, (180, 200)) | {slugs[0]: (3, 4)}
    report("2026-08", counts, "satisfaction")
    report("2026-08", dict.fromkeys(slugs, (20, 29)), "online_filing")
    told = "ẩn để không lộ ai đánh giá"
    for path in ("/chi-tieu/hai-long?ky=2026-08", f"/dia-ban/{slugs[0]}?ky=2026-08", "/bao-cao/2026-08"):
        page = text(client, f"/so-lieu{path}").lower()
        assert told in page, path
        assert ("quá ít để tính" in page) is (path == "/bao-cao/2026-08"), "its filing is of too few"
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/so-lieu/bao-cao/2026-08.xlsx").get_data()))
    rows = {row[1]: row for row in book.get_sheet_by_name("Xã").to_python()}
    small = next(place for place in overview() if place.slug == slugs[0])
    assert rows[f"Xã {small.name}"][-3:] == ["", "", ""], "nor does the workbook count three of four"
    assert sum(row[-1] == "" and row[3] == 20 for row in rows.values()) >= 2, "nor what would tell it from the total"
    screen = text(client, "/so-lieu/hop?ky=2026-08")
    assert "nơi có số được ẩn để không lộ ai đánh giá" in screen
    assert "có dưới 30 hồ sơ hay lượt đánh giá nên không xếp hạng" in screen
