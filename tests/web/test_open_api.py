"""The JSON API: described whole, as described, and good to be asked again and again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.i18n import catalogue
from portal.exchange import jobs
from portal.exchange.storage import imports_folder
from portal.opendata.registry import DATASETS
from tests.factories import teams
from tests.factories.figures import NOW as IMPORTED
from tests.factories.figures import bring
from tests.factories.figures_written import NOW, report
from tests.factories.places import load_places
from tests.json_schemas import faults, resolved

API = "/api/v1"
FIRST, SECOND = "xa-ba-xa", "xa-ba-vinh"
EXAMPLES = (
    "/search?q=khai+sinh", "/places?q=nguyen+nghiem", "/teams?place=xa-ba-xa", "/datasets", "/indicators",
    "/indicators?indicator=on_time", "/observations", f"/observations?place={FIRST}&limit=1", "/published-figures",
    "/withdrawn-observations?since=2026-11-05",
    *(f"/datasets/{one.slug}?limit=50" for one in DATASETS),
)  # fmt: skip


@pytest.fixture(autouse=True)
def figures(content: None) -> None:
    load_places()
    report("2026-09", {FIRST: (10, 40), SECOND: (5, 10)})
    report("2026-10", {FIRST: (30, 60), SECOND: (1, 3)})
    report("2026-10", {FIRST: (3, 6)}, "satisfaction")
    teams.member(teams.team())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return imports_folder(tmp_path)


def described(client: FlaskClient, prefix: str = "") -> dict[str, Any]:
    found = client.get(f"{prefix}{API}/openapi.json").get_json()
    assert isinstance(found, dict)
    return found


def _template(path: str, document: dict[str, Any]) -> str:
    bare = path.split("?", maxsplit=1)[0]
    return next(one for one in document["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[a-z-]+", one), bare))


def test_every_address_of_the_api_is_described(app: Flask, client: FlaskClient) -> None:
    rules = {re.sub(r"<\w+:(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules()}
    there = {rule.removeprefix(API) for rule in rules if rule.startswith(f"{API}/")}
    assert set(described(client)["paths"]) == there


def test_the_description_is_sound(client: FlaskClient) -> None:
    document = described(client)
    assert document["openapi"] == "3.1.0"
    assert document["servers"][0]["url"] == f"http://localhost{API}"
    assert described(client, "/en")["servers"][0]["url"] == f"http://localhost/en{API}"
    names = [one["get"]["operationId"] for one in document["paths"].values()]
    assert len(set(names)) == len(names)
    for path, one in document["paths"].items():
        assert {"summary", "parameters", "responses"} <= set(one["get"])
        within = {each["name"] for each in one["get"]["parameters"] if each["in"] == "path"}
        assert within == set(re.findall(r"\{(\w+)\}", path))
        assert {"200", "304", "400", "404", "429"} <= set(one["get"]["responses"])
    for reference in _references(document):
        assert resolved(reference, document)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [one for value in node.values() for one in _references(value)]
    return [one for value in node for one in _references(value)] if isinstance(node, list) else []


def test_answers_are_what_the_description_says(client: FlaskClient) -> None:
    document = described(client)
    tried = set()
    for path in EXAMPLES:
        template = _template(path, document)
        operation = document["paths"][template]["get"]
        response = client.get(API + path)
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert response.status_code == 200 and response.mimetype == "application/json", path
        assert faults(response.get_json(), schema, document) == [], path
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        tag = response.headers["ETag"]
        assert client.get(API + path, headers={"If-None-Match": tag}).status_code == 304
        tried.add(template)
    assert tried == set(document["paths"]) - {"/openapi.json"}


def test_the_schema_check_finds_faults(client: FlaskClient) -> None:
    document = described(client)
    answer = client.get(f"{API}/observations").get_json()
    answer["results"][0]["numerator"] = "30"
    answer["results"][1]["other"] = 1
    del answer["version"]
    schema = document["paths"]["/observations"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert len(faults(answer, schema, document)) == 3


def test_what_a_view_takes_is_described_and_nothing_else(client: FlaskClient) -> None:
    document = described(client)
    for one in DATASETS:
        for parameter in document["paths"]["/datasets/{slug}"]["get"]["parameters"][1:]:
            response = client.get(f"{API}/datasets/{one.slug}?{parameter['name']}=%00")
            assert response.status_code == 400, (one.slug, parameter["name"])
            assert response.get_json()["parameter"] == parameter["name"]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_problems_are_in_the_readers_language(client: FlaskClient, prefix: str) -> None:
    document = described(client)
    schema = document["components"]["schemas"]["Problem"]
    cases = {
        "/observations?kind=week": 400, "/datasets/khong-co": 404, "/khong-co": 404, "/teams?place=khong-co": 404,
        "/observations?limit=99999": 400,
    }  # fmt: skip
    for path, status in cases.items():
        response = client.get(prefix + API + path)
        assert (response.status_code, response.mimetype) == (status, "application/problem+json"), path
        body = response.get_json()
        assert faults(body, schema, document) == [] and body["status"] == status
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cache-Control"] == "no-store"
    title = catalogue("en" if prefix else "vi").ugettext("Không tìm thấy trang")
    assert client.get(f"{prefix}{API}/khong-co").get_json()["title"] == title
    wrong = client.post(prefix + API + "/indicators")
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")


def test_pages_follow_one_another_without_a_gap(client: FlaskClient) -> None:
    whole = client.get(f"{API}/observations").get_json()["results"]
    found, path = [], f"{API}/observations?limit=2"
    while path:
        answer = client.get(path).get_json()
        assert len(answer["results"]) <= 2
        found += answer["results"]
        path = (answer["next"] or "").removeprefix("http://localhost")
    assert found == whole and len(whole) == 5
    places = client.get(f"{API}/datasets/dia-ban?limit=100").get_json()
    assert places["next"].startswith(f"http://localhost{API}/datasets/dia-ban?")
    following = client.get(places["next"].removeprefix("http://localhost")).get_json()
    assert following["results"][0] not in places["results"]


def test_who_polls_gets_what_is_new(client: FlaskClient) -> None:
    later = (NOW + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert client.get(f"{API}/observations?since={later}").get_json()["results"] == []
    report("2026-10", {FIRST: (31, 60)}, now=NOW + timedelta(hours=2))
    (only,) = client.get(f"{API}/observations?since={later}").get_json()["results"]
    assert (only["unit"], only["numerator"], only["rate"]) == (FIRST, 31, 51.67)
    assert only["recorded_at"] == "2026-11-05T12:00:00+07:00"
    assert client.get(f"{API}/observations").get_json()["modified"] == "2026-11-05T12:00:00+07:00"
    beyond = client.get(f"{API}/observations?since={only['recorded_at']}")
    assert len(beyond.get_json()["results"]) == 1, "a plus that nobody quoted"


def gone(client: FlaskClient, since: str = "") -> list[tuple[str, str, str]]:
    answer = client.get(f"{API}/withdrawn-observations?since={since}&limit=2")
    rows = answer.get_json()["results"]
    while answer.get_json()["next"]:
        answer = client.get(answer.get_json()["next"].removeprefix("http://localhost"))
        rows += answer.get_json()["results"]
    assert not {"numerator", "denominator", "rate"} & {name for row in rows for name in row}
    return sorted((row["indicator"], row["unit"], row["period"]) for row in rows)


def new_since(client: FlaskClient, since: str) -> dict[tuple[str, str], int | None]:
    rows = client.get(f"{API}/observations?since={since}").get_json()["results"]
    return {(row["unit"], row["period"]): row["numerator"] for row in rows}


def test_who_polls_hears_of_what_is_gone(client: FlaskClient, folder: Path) -> None:
    assert gone(client) == []
    header = "Đơn vị;Kỳ số liệu;Loại kỳ;Hồ sơ tiếp nhận;Hồ sơ nộp trực tuyến"
    rows = ["Xã Ba Xa;10/2026;tháng;60;31", "Xã Ba Động;10/2026;tháng;5;5", "Xã Ba Động;01/09/2026;ngày;7;6"]
    brought = bring(folder, "\n".join([header, *rows]), "mot.csv")
    again = bring(folder, "\n".join([header, "Xã Ba Động;02/09/2026;ngày;3;2"]), "hai.csv")
    since = (IMPORTED - timedelta(seconds=1)).isoformat().replace("+", "%2B")
    assert new_since(client, since)["xa-ba-dong", "2026-09"] == 8
    jobs.run_undo(again.code, clock=lambda: IMPORTED + timedelta(hours=1))
    since = (IMPORTED + timedelta(minutes=30)).isoformat().replace("+", "%2B")
    assert gone(client, since) == [("online_filing", "xa-ba-dong", "2026-09-02")]
    assert new_since(client, since) == {("xa-ba-dong", "2026-09"): 6}, "the month's sum has lost a day"
    jobs.run_undo(brought.code, clock=lambda: IMPORTED + timedelta(hours=2))
    since = (IMPORTED + timedelta(minutes=90)).isoformat().replace("+", "%2B")
    lost = [("online_filing", "xa-ba-dong", code) for code in ("2026-09", "2026-09-01", "2026-10")]
    assert gone(client, since) == lost
    assert new_since(client, since) == {(FIRST, "2026-10"): 30}
    assert gone(client, (IMPORTED + timedelta(hours=3)).isoformat().replace("+", "%2B")) == []
    assert gone(client, "&indicator=on_time") == []
    report("2026-10", {"xa-ba-dong": (1, 2)}, now=IMPORTED + timedelta(hours=4))
    assert gone(client, since) == lost[:2], "what is said again is not gone"
    csv = client.get("/du-lieu-mo/so-lieu-da-rut.csv").get_data(as_text=True)
    assert csv.count("xa-ba-dong") == 3


def test_a_month_that_gives_way_to_its_days_is_no_loss(client: FlaskClient, folder: Path) -> None:
    report("2026-09-01", {FIRST: (4, 9)})
    report("2026-08-01", {FIRST: (1, 2)})
    header = "Đơn vị;Kỳ số liệu;Hồ sơ tiếp nhận;Hồ sơ nộp trực tuyến"
    month = bring(folder, "\n".join([header, "Xã Ba Xa;08/2026;60;31"]), "mot.csv")
    assert gone(client) == []
    jobs.run_undo(month.code, clock=lambda: IMPORTED + timedelta(hours=1))
    assert gone(client) == []
    since = (IMPORTED + timedelta(minutes=30)).isoformat().replace("+", "%2B")
    assert new_since(client, since) == {(FIRST, "2026-08"): 1}


def test_a_flood_is_told_to_wait(another_app: Callable[..., Flask]) -> None:
    made = another_app(SEARCHES_PER_MINUTE="3")
    with made.app_context():
        client = made.test_client(use_cookies=False)
        for number in range(3):
            assert client.get(f"{API}/observations?limit={number + 1}").status_code == 200
        for path in (f"{API}/observations?limit=9", "/du-lieu-mo/so-lieu.csv"):
            response = client.get(path)
            assert (response.status_code, response.mimetype) == (429, "application/problem+json")
            assert response.headers["Retry-After"] == "60"
