"""The page cache: who shares an answer and who doesn't, and how soon a publish shows."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import time_machine
import yaml
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import insert

from portal.config import ROOT, SETTINGS
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.page_cache import PageCache
from portal.guides import service as guides
from portal.search.models import EMPTY_SEARCHES
from tests import databases
from tests.conftest import make_config
from tests.factories import guide_data, guide_values
from tests.factories.records import import_records, record_row
from tests.web.caching import GUIDE, another_app, cache_of, from_the_cache, publish, reaching_flask

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def other(app: Flask, database: databases.Database, tmp_path: Path) -> Iterator[Flask]:
    """A second application over the same database, with its own cache."""
    with another_app(make_config(tmp_path, database.url)) as application:
        yield application


def text_of(client: FlaskClient, path: str, **headers: str) -> str:
    response = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert response.status_code == 200, path
    return response.get_data(as_text=True)


def test_a_page_is_made_once(client: FlaskClient) -> None:
    first = text_of(client, GUIDE)
    with reaching_flask() as reached, from_the_cache():
        assert text_of(client, GUIDE) == first
    assert reached == []


def test_two_pages_in_turn(client: FlaskClient) -> None:
    paths = [GUIDE, "/thu-tuc/1.001193", "/", "/huong-dan", "/linh-vuc/ho-tich"]
    fresh = {path: text_of(client, path) for path in paths}
    assert len(set(fresh.values())) == len(paths)
    with from_the_cache():
        for path in paths * 3:
            assert text_of(client, path) == fresh[path]


def test_languages_in_turn(client: FlaskClient) -> None:
    fresh = {prefix: text_of(client, prefix + GUIDE) for prefix in ("", "/en")}
    with from_the_cache():
        for prefix in ["", "/en"] * 3:
            assert text_of(client, prefix + GUIDE) == fresh[prefix]
            assert f'<html lang="{prefix[1:] or "vi"}"' in fresh[prefix]
            assert text_of(client, prefix + GUIDE + "?utm_source=x") == fresh[prefix]


def test_searches_in_turn(client: FlaskClient) -> None:
    queries = ["q=khai+sinh", "q=giay", "q=khai+sinh&loai=guide", "q=khai+sinh&linh-vuc=ho-tich", ""]
    fresh = {query: text_of(client, f"/tim-kiem?{query}") for query in queries}
    assert len(set(fresh.values())) == len(queries)
    for query in queries * 3:
        assert text_of(client, f"/tim-kiem?{query}") == fresh[query]


def test_letters_and_pages_of_a_list_in_turn(client: FlaskClient) -> None:
    import_records([record_row(f"1.{number:06}", name=f"{'AB'[number % 2]} việc {number}") for number in range(1, 81)])
    paths = ["/a-z", "/a-z?chu=B", "/a-z?chu=A&trang=2", "/linh-vuc/ho-tich", "/linh-vuc/ho-tich?trang=2"]
    fresh = {path: text_of(client, path) for path in paths}
    assert len(set(fresh.values())) == len(paths)
    with from_the_cache():
        for path in paths * 2:
            assert text_of(client, path) == fresh[path]
        assert text_of(client, "/a-z?trang=2&chu=A") == fresh["/a-z?chu=A&trang=2"]


def test_fragment_and_page_in_turn(client: FlaskClient) -> None:
    path = "/tim-kiem?q=khai+sinh"
    kinds: list[dict[str, str]] = [
        {},
        {"HX_Request": "true"},
        {"HX_Request": "true", "HX_Boosted": "true"},
        {"HX_Request": "true", "HX_History_Restore_Request": "true"},
    ]
    for address in (path, "/tim-kiem"):
        for headers in kinds * 2:
            is_fragment = len(headers) == 1
            assert ("<html" not in text_of(client, address, **headers)) == is_fragment, headers


@pytest.mark.parametrize("address", ["/tim-kiem", "/tim-kiem?q=khai+sinh", "/tim-kiem/goi-y?q=khai"])
def test_a_proxy_that_goes_by_vary_hands_nobody_a_fragment_for_a_page(client: FlaskClient, address: str) -> None:
    names = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")
    held: dict[tuple[str | None, ...], str] = {}
    for sent in [*product((None, "true"), repeat=3), *product(("false", "TRUE", ""), repeat=3)]:
        headers = {name: value for name, value in zip(names, sent, strict=True) if value is not None}
        response = client.get(address, headers=headers)
        assert set(names) <= set(response.vary)
        text = response.get_data(as_text=True)
        told_apart_by = tuple(headers.get(name) for name in names if name in response.vary)
        assert held.setdefault(told_apart_by, text) == text
        assert ("<html" not in text) == (headers.get("HX-Request") == "true" and "true" not in sent[1:]), headers
    assert len(set(held.values())) == 2


def test_one_place_decides_for_the_answer_and_for_its_key(app: Flask, client: FlaskClient) -> None:
    """Going back and boosted links share the page of a plain visit."""
    page = text_of(client, "/tim-kiem?q=khai+sinh")
    kept = len(cache_of(app).store)
    with from_the_cache():
        for header in ("HX_Boosted", "HX_History_Restore_Request"):
            for others in ({}, {"HX_Request": "true"}):
                assert text_of(client, "/tim-kiem?q=khai+sinh", **{header: "true"}, **others) == page
    assert len(cache_of(app).store) == kept
    text_of(client, "/tim-kiem?q=khai+sinh", HX_Request="true")
    assert len(cache_of(app).store) == kept + 1


def test_junk_in_the_address_shares_the_page(client: FlaskClient) -> None:
    fresh = text_of(client, f"{GUIDE}?fbclid=abc&utm_source=zalo")
    with from_the_cache():
        assert text_of(client, GUIDE) == fresh
        assert text_of(client, f"{GUIDE}?trang=2&{'x' * 3_000}=1&q=%ff%00") == fresh
    search = text_of(client, "/tim-kiem?q=khai+sinh&gclid=1&loai=guide")
    with from_the_cache():
        assert text_of(client, "/tim-kiem?loai=guide&q=khai+sinh") == search
        assert text_of(client, "/tim-kiem?loai=guide&loai=record&q=khai%20sinh&q=giay") == search
    assert "gclid" not in search


def test_a_very_long_value_is_answered_and_not_kept(app: Flask, client: FlaskClient) -> None:
    text_of(client, GUIDE)
    before = len(cache_of(app).store)
    text_of(client, "/tim-kiem?q=" + "a" * 251)
    text_of(client, "/tim-kiem?doi-tuong=" + "%F0%9F%98%80" * 251)
    assert len(cache_of(app).store) == before
    text_of(client, "/tim-kiem?doi-tuong=" + "%F0%9F%98%80" * 250)
    assert len(cache_of(app).store) == before + 1


def test_a_publish_shows_at_once_where_it_was_made(client: FlaskClient) -> None:
    for number, query in product(range(3), ("", "?utm_source=x")):
        text_of(client, GUIDE + query)
        publish(f"Tên số {number}{len(query)}")
        assert f"Tên số {number}{len(query)}" in text_of(client, GUIDE + query)


def test_a_rollback_empties_nothing(client: FlaskClient) -> None:
    fresh = text_of(client, GUIDE)
    with pytest.raises(ZeroDivisionError), unit_of_work() as session:
        guides.import_guides([guide_data("ket-hon")], now=clock.now())
        session.flush()
        raise ZeroDivisionError
    with from_the_cache():
        assert text_of(client, GUIDE) == fresh


def test_what_is_only_counted_empties_nothing(client: FlaskClient) -> None:
    fresh = text_of(client, GUIDE)
    with unit_of_work() as session:
        row = {"text": "abc", "locale": "vi", "day": clock.today(), "count": 1}
        session.execute(insert(EMPTY_SEARCHES), [row])
    with from_the_cache():
        assert text_of(client, GUIDE) == fresh


def test_a_publish_of_another_process_shows_within_a_second(
    app: Flask, other: Flask, database: databases.Database, tmp_path: Path
) -> None:
    readers = [application.test_client() for application in (other, other)]
    for reader in readers:
        assert "Tên từ dòng lệnh" not in text_of(reader, GUIDE)
    folder = tmp_path / "guides"
    folder.mkdir()
    values = guide_values(vi=guide_values()["vi"] | {"title": "Tên từ dòng lệnh"})
    (folder / "dang-ky-khai-sinh.yaml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    command = [str(Path(sys.executable).with_name("portal")), "guides", "import", str(folder)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": database.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + 2.5
    while "Tên từ dòng lệnh" not in text_of(readers[0], GUIDE):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    # With a query string there is nothing to wait for.
    assert "Tên từ dòng lệnh" in text_of(other.test_client(), GUIDE + "?x=1")


def test_midnight_in_viet_nam_makes_every_page_anew(client: FlaskClient) -> None:
    publish("Có hạn")
    with time_machine.travel("2027-05-22T16:59:59Z", tick=False):
        before = text_of(client, GUIDE)
        assert "đã quá ngày rà soát" not in before
        with from_the_cache():
            assert text_of(client, GUIDE) == before
    with time_machine.travel("2027-05-22T17:00:00Z", tick=False):
        with reaching_flask() as reached:
            assert "đã quá ngày rà soát" in text_of(client, GUIDE)
        assert reached == [GUIDE]
        assert "đã quá ngày rà soát" in text_of(client, GUIDE + "?x=1")
    with time_machine.travel("2027-05-22T16:59:59Z", tick=False):
        assert text_of(client, GUIDE) == before


@pytest.mark.parametrize("query", ["", "?x=1"])
def test_a_page_that_midnight_overtook_is_not_kept(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    from portal.guides import queries

    true_query = queries.guide
    with time_machine.travel("2027-05-22T16:59:59Z", tick=False) as traveller:

        def slow(slug: str, locale: str) -> object:
            found = true_query(slug, locale)
            traveller.move_to("2027-05-22T17:00:00Z")
            return found

        monkeypatch.setattr(queries, "guide", slow)
        text_of(client, GUIDE + query)
        assert len(cache_of(app).store) == 0
        monkeypatch.undo()
        for moment in ("17:00:01", "16:59:59"):
            traveller.move_to(f"2027-05-22T{moment}Z")
            with reaching_flask() as reached:
                text_of(client, GUIDE)
            assert reached == [GUIDE]


def test_an_answer_that_is_compressed_already_is_not_kept(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.pages import views

    true_render = views.render

    def zipped(*args: object, **kwargs: object) -> Response:
        response = true_render(*args, **kwargs)  # type: ignore[arg-type]
        response.set_data(gzip.compress(response.get_data()))
        response.headers["Content-Encoding"] = "gzip"
        return response

    monkeypatch.setattr(views, "render", zipped)
    for _time in range(2):
        response = client.get("/", headers={"Accept-Encoding": "br"})
        assert response.headers["Content-Encoding"] == "gzip"
        assert b"<html" in gzip.decompress(response.get_data())
    assert len(cache_of(app).store) == 0


def test_an_overtaken_page_is_not_kept(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.guides import queries

    true_query = queries.guide

    def overtaken(slug: str, locale: str) -> object:
        found = true_query(slug, locale)
        monkeypatch.setattr(queries, "guide", true_query)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE content_version SET version = version + 1")
        return found

    monkeypatch.setattr(queries, "guide", overtaken)
    before = len(cache_of(app).store)
    text_of(client, GUIDE)
    assert len(cache_of(app).store) <= before
    with reaching_flask() as reached:
        text_of(client, GUIDE)
    assert reached == [GUIDE]


def test_readers_never_see_an_older_page_after_a_newer_one(app: Flask, other: Flask) -> None:
    """Readers of two applications while a third party publishes: a second after a commit nobody sees the former."""
    stop, wrong = threading.Event(), []
    committed: list[tuple[float, int]] = [(0.0, 0)]
    publish("Bản 0 ")

    def read(application: Flask, query: str) -> None:
        client, newest = application.test_client(), 0
        while not stop.is_set():
            began = time.monotonic()
            due = max(number for moment, number in list(committed) if moment + 1.0 <= began)
            text = text_of(client, GUIDE + query)
            shown = int(text.partition("<title>Bản ")[2].partition(" ")[0])
            least = max(due, newest if query else 0)
            if shown < least:
                wrong.append((query, shown, least))
            newest = max(newest, shown)
            time.sleep(0.004)

    readers = [threading.Thread(target=read, args=pair) for pair in product((app, other), ("", "", "?x=1"))]
    for reader in readers:
        reader.start()
    for number in range(1, 8):
        publish(f"Bản {number} ")
        committed.append((time.monotonic(), number))
        time.sleep(0.1 if number % 3 else 1.1)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_however_many_addresses_memory_is_bounded(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = PageCache(cache_of(app).watch, 1_200_000, https=False)
    monkeypatch.setitem(app.extensions, "gandan.page_cache", small)
    for number in range(120):
        headers = {"Accept-Encoding": ("br", "gzip", "")[number % 3]}
        assert client.get(f"/tim-kiem?doi-tuong=x{number}", headers=headers).status_code == 200
        assert small.store.size <= 300_000
    assert 5 < len(small.store) < 60


def test_made_up_addresses_leave_the_guides_where_they_are(database: databases.Database, tmp_path: Path) -> None:
    with another_app(make_config(tmp_path, database.url, PAGE_CACHE_MB="1")) as application:
        reader = application.test_client()
        paths = [GUIDE, "/thu-tuc/1.001193", "/", "/huong-dan", "/en" + GUIDE]
        fresh = {path: text_of(reader, path) for path in paths}
        for number in range(120):
            text_of(reader, f"/tim-kiem?linh-vuc=q{number}")
            assert cache_of(application).store.size <= 1_000_000
        assert len(cache_of(application).store) < 60
        with from_the_cache(), reaching_flask() as reached:
            for path in paths:
                assert text_of(reader, path) == fresh[path]
        assert reached == []
