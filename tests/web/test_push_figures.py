"""Systems that push figures: what is taken in once, and everything that is refused without a trace."""

from __future__ import annotations

import json
import threading
import time
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.adoption import api_document, key_queries, keys, push_words, pushing
from portal.adoption.keys import KeyValues
from portal.adoption.models import FigureReport, ObservationRevision
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Unit, place_unit
from portal.agencies.models import Agency
from portal.config import ROOT
from portal.core import clock
from portal.core.audit import AuditFilter, entries
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.exchange import jobs
from portal.exchange import queries as imports
from tests.factories.figures import history, stored
from tests.factories.places import load_places, shipped_facts

HERE = "/api/v1/observations"
ADMIN = Actor("user", "u1", "Nguyễn Thị Lan")
OCTOBER = Period(date(2026, 10, 1), PeriodKind.MONTH)
BA_XA = ("xa-ba-xa", "online_filing", "month", "2026-10-01")
GOOD: dict[str, Any] = {
    "indicator": "online_filing", "place": "xa-ba-xa", "period": "2026-10", "numerator": 900, "denominator": 1200,
}  # fmt: skip


@pytest.fixture(autouse=True)
def november(app: Flask) -> Any:
    with time_machine.travel("2026-11-22T03:00:00Z", tick=False):
        load_places()
        yield


def key(**values: Any) -> str:
    """The text of a new key."""
    given = {"name": "Một cửa tỉnh", "expires_at": clock.now() + timedelta(days=365), **values}
    with unit_of_work():
        return keys.issue(KeyValues(**given), actor=ADMIN, now=clock.now())[1]


def body(*rows: Any, **head: Any) -> dict[str, Any]:
    return {"document": "Báo cáo 12/BC-VP", "as_of": "2026-11-05", "observations": list(rows), **head}


def push(app: Flask, text: str, sent: Any, **headers: str) -> TestResponse:
    """Send as a system does: no cookies."""
    raw = sent if isinstance(sent, (bytes, str)) else json.dumps(sent)
    given = {"Authorization": f"Bearer {text}", "Content-Type": "application/json", **headers}
    answer = app.test_client(use_cookies=False).post(HERE, data=raw, headers=given)
    db.session.remove()
    return answer


def codes(answer: TestResponse) -> list[tuple[int | None, str | None, str]]:
    assert answer.mimetype == "application/problem+json"
    return [(one["index"], one["field"], one["code"]) for one in answer.get_json()["errors"]]


def test_figures_arrive_as_an_import_and_can_be_undone(app: Flask) -> None:
    more = {**GOOD, "indicator": "on_time", "numerator": 5, "denominator": 5}
    answer = push(app, key(), body(GOOD, more, url="https://quangngai.gov.vn/bc"))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Set-Cookie" not in answer.headers
    told = answer.get_json()
    assert (told["observations"], told["records"]["new"]) == (2, 1)
    assert stored()[BA_XA] == (900, 1200)
    source = history("online_filing", place_unit("xa-ba-xa"), OCTOBER)[0].source
    assert (source.document, source.entered_by, source.batch) == ("Báo cáo 12/BC-VP", "Một cửa tỉnh", told["batch"])
    assert db.session.scalar(select(func.count()).select_from(FigureReport)) == 1
    assert [one.action for one in entries(AuditFilter(), limit=9)] == ["figures_pushed", "figure_key_issued"]
    db.session.remove()
    jobs.run_undo(told["batch"], clock=clock.now)
    assert stored() == {}
    assert history("online_filing", place_unit("xa-ba-xa"), OCTOBER)[0].is_withdrawn


def test_the_same_request_twice_changes_nothing_and_answers_the_same(app: Flask) -> None:
    text = key()
    first = push(app, text, body(GOOD))
    assert push(app, text, body(GOOD)).get_data() == first.get_data()
    corrected = push(app, text, body({**GOOD, "numerator": 950}))
    assert corrected.get_json()["records"]["changed"] == 1
    back = push(app, text, body(GOOD))  # a correction back, not the first request again
    assert back.get_json()["records"]["changed"] == 1
    assert stored()[BA_XA] == (900, 1200)
    assert db.session.scalar(select(func.count()).select_from(ObservationRevision)) == 2
    named = {"Idempotency-Key": "2026-10/lan-1"}
    once = push(app, text, body({**GOOD, "numerator": 901}), **named)
    push(app, text, body({**GOOD, "numerator": 902}))
    assert push(app, text, body({**GOOD, "numerator": 901}), **named).get_data() == once.get_data()
    assert stored()[BA_XA] == (902, 1200)
    assert push(app, text, body(GOOD), **named).status_code == 422
    assert push(app, key(), body({**GOOD, "numerator": 903}), **named).status_code == 200, "names are a key's own"
    assert push(app, text, body(GOOD), **{"Idempotency-Key": "x" * 201}).status_code == 400


def test_the_same_request_from_several_threads_is_taken_in_once(app: Flask) -> None:
    text, answers = key(), []

    def send() -> None:
        with app.app_context():
            answers.append(push(app, text, body(GOOD)).get_data())

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["records"]["new"] == 1
    assert len(imports.batches(["figures"], limit=9)) == 1


def test_a_full_request_is_taken_in_at_once(app: Flask) -> None:
    slugs = [one.slug for one in shipped_facts() if one.level == "commune" and one.valid_to is None]
    days = [(date(2026, 11, 20) - timedelta(days=number)).isoformat() for number in range(60)]
    rows = [{**GOOD, "place": slug, "period": day} for day in days for slug in slugs][:5_000]
    began = time.process_time()
    answer = push(app, key(), body(*rows))
    assert answer.get_json()["records"]["new"] == 5_000
    assert time.process_time() - began < 15
    assert len([one for one in stored() if one[2] == "day"]) == 5_000


def test_an_earlier_day_replaces_nothing(app: Flask) -> None:
    text = key()
    push(app, text, body(GOOD))
    assert push(app, text, body({**GOOD, "numerator": 1}, as_of="2026-11-01")).get_json()["records"]["older"] == 1
    assert stored()[BA_XA] == (900, 1200)


def test_who_has_no_key_that_holds_gets_nothing(app: Flask) -> None:
    text, other = key(), key()
    swapped = text.rsplit("_", 1)[0] if text.count("_") == 2 else text[:15]
    wrong = ["", "x", "Bearer", text[:-1] + ("A" if text[-1] != "A" else "B"), text + "A", text[:15] + other[15:],
             swapped, "gdk_aaaaaaaaaa_" + "A" * 43, "a" * 5_000]  # fmt: skip
    for one in wrong:
        answer = push(app, one, body(GOOD))
        assert answer.status_code == 401, one
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="observations", error="invalid_token"'
    bare = app.test_client().post(HERE, json=body(GOOD))
    assert (bare.status_code, bare.headers["WWW-Authenticate"]) == (401, 'Bearer realm="observations"')
    basic = push(app, text, body(GOOD), Authorization=f"Basic {text}")
    assert basic.status_code == 401
    code = text.split("_")[1]
    with unit_of_work():
        found = key_queries.key(code)
        assert found is not None
        assert text.split("_", 2)[2] not in found.secret_hash
        keys.revoke(found, actor=ADMIN, now=clock.now())
    assert push(app, text, body(GOOD)).status_code == 401
    assert push(app, other, body(GOOD)).status_code == 200
    with time_machine.travel("2027-11-22T03:00:01Z"):
        assert push(app, other, body({**GOOD, "numerator": 1})).status_code == 401
    assert stored()[BA_XA] == (900, 1200)


def test_a_key_opens_its_own_scope_alone(app: Flask) -> None:
    with unit_of_work():
        db.session.add(Agency(slug="so-a", name="Sở A"))
    text = key(indicators=["online_filing"], units=[Unit("place", "xa-ba-xa"), Unit("agency", "so-a")])
    agency = {name: value for name, value in GOOD.items() if name != "place"} | {"agency": "so-a"}
    assert push(app, text, body(GOOD, agency)).status_code == 200
    for other in ({**GOOD, "place": "xa-ba-to"}, {**GOOD, "indicator": "on_time"}):
        answer = push(app, text, body({**GOOD, "numerator": 1}, other))
        assert (answer.status_code, codes(answer)) == (403, [(1, None, "out_of_scope")])
    assert stored()[BA_XA] == (900, 1200)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"numerator": -1}, "numerator", "negative"),
        ({"numerator": 1201}, "numerator", "part_over_whole"),
        ({"numerator": "900"}, "numerator", "wrong_type"),
        ({"numerator": True}, "numerator", "wrong_type"),
        ({"numerator": 900.0}, "numerator", "wrong_type"),
        ({"numerator": None}, "numerator", "missing"),
        ({"denominator": 10**13}, "denominator", "too_large"),
        ({"denominator": [1200]}, "denominator", "wrong_type"),
        ({"indicator": "online"}, "indicator", "unknown_value"),
        ({"indicator": 7}, "indicator", "wrong_type"),
        ({"indicator": ""}, "indicator", "missing"),
        ({"period": "10/2026"}, "period", "bad_period_code"),
        ({"period": "2026-13"}, "period", "bad_period_code"),
        ({"period": "0001-01"}, "period", "bad_period_code"),
        ({"period": "2026-12"}, "period", "period_not_over"),
        ({"period": "2099"}, "period", "period_not_over"),
        ({"period": "9999"}, "period", "bad_period_code"),
        ({"period": {}}, "period", "wrong_type"),
        ({"place": "xa-khong-co"}, "place", "unknown_place"),
        ({"place": "XA-BA-XA"}, "place", "unknown_place"),
        ({"place": "xa-ba-xa\x00"}, "place", "bad_character"),
        ({"place": "xa-ba-\ud800"}, "place", "bad_character"),
        ({"place": "phuong-nguyen-nghiem-thanh-pho-quang-ngai"}, "place", "unit_not_then"),
        ({"place": None}, "place", "one_unit_needed"),
        ({"agency": "so-a"}, "place", "one_unit_needed"),
        ({"place": None, "agency": "so-khong-co"}, "agency", "unknown_agency"),
        ({"place": None, "code": "00000"}, "code", "no_unit_of_code"),
        ({"place": None, "code": "21025", "valid_from": "2024-01-01"}, "code", "no_unit_of_code"),
        ({"place": None, "code": "21025", "valid_from": 5}, "code", "bad_date"),
        ({"valid_from": "2025-07-01"}, "valid_from", "only_with_code"),
        ({"rate": 77.62}, "rate", "unknown_column"),
    ],
)  # fmt: skip
def test_a_wrong_row_refuses_all(app: Flask, change: dict[str, Any], field: str, code: str) -> None:
    answer = push(app, key(), body({**GOOD, "place": "xa-ba-to"}, {**GOOD, **change}))
    assert answer.status_code == 422
    assert codes(answer) == [(1, field, code)]
    assert stored() == {}


def test_bare_codes_mean_the_unit_of_the_rows_period(app: Flask) -> None:
    row = {name: value for name, value in GOOD.items() if name != "place"} | {"code": "21025"}
    answer = push(app, key(), body(row, {**row, "period": "2025-05"}, {**row, "period": "2025", "valid_from": None}))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert {(slug, start) for slug, _, _, start in stored()} == {
        ("phuong-cam-thanh", "2026-10-01"), ("phuong-nguyen-nghiem-thanh-pho-quang-ngai", "2025-05-01"),
        ("phuong-nguyen-nghiem-thanh-pho-quang-ngai", "2025-01-01"),
    }  # fmt: skip
    ambiguous = push(app, key(), body({**row, "period": "2025"}))
    assert codes(ambiguous) == [(0, "code", "code_of_several")]
    assert "phuong-cam-thanh (2025-07-01)" in ambiguous.get_json()["errors"][0]["reason"]


def test_duplicates_inside_a_batch_are_refused(app: Flask) -> None:
    row = {name: value for name, value in GOOD.items() if name != "place"}
    told = push(app, key(), body({**row, "code": "21025"}, GOOD, {**row, "place": "phuong-cam-thanh", "numerator": 1}))
    assert codes(told) == [(2, None, "duplicate_observation")]
    assert stored() == {}


@pytest.mark.parametrize(
    ("head", "field", "code"),
    [
        ({"document": ""}, "document", "missing"), ({"document": None}, "document", "missing"),
        ({"document": ["x"]}, "document", "wrong_type"), ({"document": "a\x00"}, "document", "bad_character"),
        ({"url": "http://x.vn"}, "url", "not_https"), ({"url": "javascript:alert(1)"}, "url", "not_https"),
        ({"as_of": "05/11/2026"}, "as_of", "bad_date"), ({"as_of": "2026-11-23"}, "as_of", "in_future"),
        ({"as_of": 20261105}, "as_of", "bad_date"), ({"observations": []}, "observations", "missing"),
        ({"key": "x"}, "key", "unknown_column"),
    ],
)  # fmt: skip
def test_what_is_said_of_all_rows_is_checked(app: Flask, head: dict[str, Any], field: str, code: str) -> None:
    answer = push(app, key(), body(GOOD, **head))
    assert (answer.status_code, codes(answer)) == (422, [(None, field, code)])
    assert stored() == {}


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b'{"observations": {}}', 400),
        (b"\xff\xfe{", 400), (b'{"observations": [NaN]}', 400), (b'{"observations": [1e999]}', 400),
        (b'{"observations": [' + b"9" * 5_000 + b"]}", 400), (b'{"a": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", 400),
        (b'{"observations": [], "observations": []}', 400), (b'{"observations": ["\x00"]}', 400),
        (b'{"observations": [' + b"[" * 900 + b"]" * 900 + b"]}", 422),
        (b'{"document": "x", "observations": [{"place": ' + b"[" * 400 + b"]" * 400 + b"}]}", 422),
        (b'{"observations": [' + b"1," * 5_000 + b"1]}", 413), (b" " * 1_000_001, 413),
    ],
)  # fmt: skip
def test_what_is_no_request_is_told_so(app: Flask, raw: bytes, status: int) -> None:
    answer = push(app, key(), raw)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status
    assert stored() == {}


def test_only_plain_json_is_read(app: Flask) -> None:
    text = key()
    for headers in ({"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"},
                    {"Content-Type": "multipart/form-data; boundary=x"}, {"Content-Encoding": "gzip"}):  # fmt: skip
        assert push(app, text, body(GOOD), **headers).status_code == 415
    assert push(app, text, body(GOOD), **{"Content-Type": "application/json; charset=utf-8"}).status_code == 200
    assert app.test_client().put(HERE, json={}).status_code == 405


def test_a_browsers_cookies_and_other_sites_make_no_difference(app: Flask) -> None:
    """There is nothing to forge: without the key's header no browser gets in, with it no form token is asked for."""
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Cookie": "gandan-staff=x"}
    assert push(app, key(), body(GOOD), **headers).status_code == 200
    assert push(app, "", body(GOOD), **headers).status_code == 401


def test_accents_are_composed(app: Flask) -> None:
    push(app, key(), body(GOOD, document=unicodedata.normalize("NFD", "Báo cáo tuần của Sở Nội vụ")))
    source = history("online_filing", place_unit("xa-ba-xa"), OCTOBER)[0].source
    assert source.document == "Báo cáo tuần của Sở Nội vụ"


def test_refusals_are_in_the_language_that_is_asked_for(app: Flask) -> None:
    wrong = body({**GOOD, "numerator": -1})
    for header, language, reason in (
        ("", "vi", "-1 là số âm"), ("fr", "vi", "-1 là số âm"), ("en-GB,vi;q=0.5", "en", "-1 is negative"),
        ("vi,en;q=0.5", "vi", "-1 là số âm"),
    ):  # fmt: skip
        answer = push(app, key(), wrong, **({"Accept-Language": header} if header else {}))
        told = answer.get_json()
        assert (answer.headers["Content-Language"], told["errors"][0]["reason"]) == (language, reason)
        assert "Accept-Language" in answer.headers["Vary"]
        assert told["type"] == "urn:gandan:problem:rows-refused"


def test_the_description_names_every_answer_and_every_field() -> None:
    operation = api_document.PATHS["/observations"]["post"]
    assert set(operation["responses"]) == {"200", *(str(kind.status) for kind in push_words.KINDS.values())}
    fields = api_document.SCHEMAS["PushedObservation"]["properties"]
    assert set(fields) == pushing.FIELDS
    assert set(api_document.SCHEMAS["PushRequest"]["properties"]) == pushing.TOP
    assert "observations" in (ROOT / "docs" / "howto" / "push-figures.md").read_text()


def test_at_most_a_hundred_errors_are_told(app: Flask) -> None:
    rows = [{**GOOD, "numerator": -1}] * 150
    told = push(app, key(), body(*rows)).get_json()
    assert (len(told["errors"]), told["error_count"]) == (100, 150)


def test_whoever_asks_too_often_waits(app: Flask, another_app: Callable[..., Flask]) -> None:
    text = key()
    limited = another_app(PUSHES_PER_MINUTE="3")
    with limited.app_context():
        seen = [push(limited, text, body(GOOD)) for _ in range(4)]
        assert [one.status_code for one in seen] == [200, 200, 200, 429]
        assert (seen[3].headers["Retry-After"], seen[3].get_json()["status"]) == ("60", 429)


def test_a_key_says_when_it_was_last_used(app: Flask) -> None:
    text = key()
    push(app, text, "{}")
    found = key_queries.all_keys()[0]
    assert found.last_used_at == clock.now()
    batch = push(app, text, body(GOOD)).get_json()["batch"]
    row = imports.batch(batch)
    assert row is not None
    assert (row.actor_name, row.file_name, row.counts["sum_received"]) == ("Một cửa tỉnh", "Báo cáo 12/BC-VP", 1200)
