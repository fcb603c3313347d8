"""An answer of the page cache is the answer that the application itself would give."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from unittest import mock

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.core import content, page_cache
from portal.core.pages import LINKS
from tests import databases
from tests.conftest import make_config
from tests.web.caching import GUIDE, another_app, cache_of, from_the_cache, publish, reaching_flask

pytestmark = pytest.mark.usefixtures("content")
PATHS = list(LINKS.values())
PATHS += [GUIDE, "/en" + GUIDE, "/thu-tuc/1.001193", "/linh-vuc/ho-tich", "/robots.txt", "/sitemap.xml"]
PATHS += ["/api/v1/search?q=khai", "/tim-kiem?q=khai+sinh", "/en/tim-kiem?q=birth", "/a-z?chu=T", "/doi-tuong/citizen"]


@contextmanager
def without_cache() -> Iterator[None]:
    """Inside, no version is known, so every answer is the application's own."""
    with mock.patch.object(content, "read_version", lambda _engine: None):
        content.announce()
        yield
    content.announce()


def headers_of(response: TestResponse) -> list[tuple[str, str]]:
    """All headers except the date, which the server says."""
    vary = ", ".join(sorted(name.strip().lower() for name in response.headers.get("Vary", "").split(",")))
    kept = [(name, value) for name, value in response.headers.items() if name not in {"Date", "Vary"}]
    return sorted([*kept, ("Vary", vary)])


def test_a_kept_answer_is_the_same(client: FlaskClient) -> None:
    kinds: list[dict[str, str]] = [{}, {"HX-Request": "true"}, {"If-None-Match": "*"}]
    kinds += [{"Accept-Encoding": encoding} for encoding in ("br", "gzip", "br;q=0")]
    for path, headers in product(PATHS, kinds):
        with without_cache(), reaching_flask() as reached:
            expected = client.get(path, headers=headers)
        assert len(reached) == 1
        for _time in range(2):
            found = client.get(path, headers=headers)
            assert found.status_code == expected.status_code, path
            assert headers_of(found) == headers_of(expected), path
            assert found.get_data() == expected.get_data()
            assert "Set-Cookie" not in found.headers


def test_head_has_the_headers_and_no_body(client: FlaskClient) -> None:
    for query in ("", "?x=1"):
        asked = client.get(GUIDE + query)
        for _time in range(2):
            head = client.head(GUIDE + query)
            assert (head.status_code, head.get_data()) == (200, b"")
            assert headers_of(head) == headers_of(asked)


def test_head_may_come_first(client: FlaskClient) -> None:
    assert client.head(GUIDE).get_data() == b""
    with from_the_cache():
        assert len(client.get(GUIDE).get_data()) > 1_000


@pytest.mark.parametrize("query", ["", "?x=1"])
def test_an_unchanged_page_is_304_until_it_changes(client: FlaskClient, query: str) -> None:
    tag = client.get(GUIDE, headers={"Accept-Encoding": "br"}).headers["ETag"]
    assert tag.startswith('W/"')
    for tags in (tag, tag.removeprefix("W/"), f'"x", {tag}', "*"):
        for method in (client.get, client.head):
            response = method(GUIDE + query, headers={"If-None-Match": tags})
            assert (response.status_code, response.get_data()) == (304, b"")
            assert response.headers["ETag"] == tag
            assert "Content-Length" not in response.headers
            assert "Content-Security-Policy" in response.headers
    assert client.get(GUIDE + query, headers={"If-None-Match": '"x"'}).status_code == 200
    publish("Tên mới")
    assert client.get(GUIDE + query, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("query", ["", "?x=1"])
def test_every_reader_gets_an_encoding_that_they_take(client: FlaskClient, query: str) -> None:
    plain = client.get(GUIDE + query).get_data()
    lengths = []
    for _time in range(4):
        response = client.get(GUIDE + query, headers={"Accept-Encoding": "gzip, br"})
        assert response.headers["Content-Encoding"] == "br"
        assert brotli.decompress(response.get_data()) == plain
        assert response.headers["Content-Length"] == str(len(response.get_data()))
        lengths.append(len(response.get_data()))
        zipped = client.get(GUIDE + query, headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(zipped.get_data()) == plain
        assert zipped.headers["ETag"] == response.headers["ETag"]
    assert lengths[3] < lengths[0]
    for refused in ("", "br;q=0", "br;q=0, gzip;q=0", "identity"):
        response = client.get(GUIDE + query, headers={"Accept-Encoding": refused})
        assert "Content-Encoding" not in response.headers
        assert response.get_data() == plain
        assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:0", "a" * 300, "localhost@x"])
def test_a_foreign_host_is_refused_also_for_a_kept_page(client: FlaskClient, host: str) -> None:
    for address in (GUIDE, "/en" + GUIDE, GUIDE + "?x=1"):
        assert client.get(address).status_code == 200
        response = client.get(address, headers={"Host": host})
        assert response.status_code == 400
        assert response.headers["Cache-Control"] == "no-store"
        assert client.get(address, headers={"Host": "localhost:8080"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [("/huong-dan/khong-co", 404), ("/vi/huong-dan", 308), ("/readyz", 200), ("/linh-vuc/ho-tich?trang=9", 404)],
)
def test_errors_redirects_and_no_store_are_not_kept(app: Flask, client: FlaskClient, path: str, status: int) -> None:
    for _time in range(2):
        with reaching_flask() as reached:
            assert client.get(path).status_code == status
        assert len(reached) == 1
    assert len(cache_of(app).store) == 0


def test_what_appears_later_is_found(client: FlaskClient) -> None:
    assert client.get("/huong-dan/ket-hon").status_code == 404
    from portal.core import clock
    from portal.core.db import unit_of_work
    from portal.guides import service as guides
    from tests.factories import guide_data

    with unit_of_work():
        guides.import_guides([guide_data("ket-hon")], now=clock.now())
    assert client.get("/huong-dan/ket-hon").status_code == 200


def test_other_methods_and_spellings_go_to_flask(client: FlaskClient) -> None:
    client.get(GUIDE)
    assert client.post(GUIDE).status_code == 405
    assert client.get(GUIDE + "/").status_code == 308
    assert client.options(GUIDE).status_code == 405
    assert client.get("/vi" + GUIDE).headers["Location"] == GUIDE


@pytest.mark.parametrize("query", ["", "?x=1"])
def test_a_database_that_is_away_is_503_and_never_an_old_page(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    from portal.guides import queries

    def gone(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    assert client.get(GUIDE + query).status_code == 200
    with monkeypatch.context() as broken:
        broken.setattr(content, "read_version", lambda _engine: None)
        broken.setattr(queries, "guide", gone)
        content.announce()
        response = client.get(GUIDE + query)
        assert response.status_code == 503
        assert response.headers["Cache-Control"] == "no-store"
        # What needs no database is still there, made anew.
        with reaching_flask() as reached:
            assert client.get("/gioi-thieu" + query).status_code == 200
        assert len(reached) == 1
    content.announce()
    assert client.get(GUIDE + query).status_code == 200


@pytest.mark.parametrize(
    "spoil",
    [
        page_cache.dont_cache_page,
        lambda response: response.set_cookie("a", "b") or response,
        lambda response: response.headers.update({"Cache-Control": "no-store"}) or response,
        lambda response: response.headers.update({"Cache-Control": "private"}) or response,
        lambda response: response.headers.update({"Vary": "Cookie"}) or response,
        lambda response: Response(iter(["a", "b"])),
        lambda response: Response("a", 404),
    ],
    ids=["marked", "cookie", "no-store", "private", "vary", "streamed", "404"],
)
def test_what_must_reach_its_view_does(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, spoil: object
) -> None:
    from portal.pages import views

    true_render, runs = views.render, []

    def render(*args: object, **kwargs: object) -> object:
        runs.append(args)
        assert callable(spoil)
        return spoil(true_render(*args, **kwargs))  # type: ignore[arg-type]

    monkeypatch.setattr(views, "render", render)
    for address in ("/", "/?x=1", "/"):
        client.get(address).close()
    assert len(runs) == 3
    assert len(cache_of(app).store) == 0


@pytest.mark.parametrize("off", [{"DEBUG": "1"}, {"PAGE_CACHE_MB": "0"}])
def test_there_is_no_cache_where_it_is_off(database: databases.Database, tmp_path: Path, off: dict[str, str]) -> None:
    with another_app(make_config(tmp_path, database.url, **off)) as application, reaching_flask() as reached:
        assert [application.test_client().get(GUIDE).status_code for _time in range(2)] == [200, 200]
    assert len(reached) == 2


def test_https_is_said_by_kept_pages_too(database: databases.Database, tmp_path: Path) -> None:
    config = make_config(tmp_path, database.url, SITE_URL="https://localhost", PROXY_HOPS="1")
    with another_app(config) as application:
        client = application.test_client()
        answers = [client.get(GUIDE, headers={"X-Forwarded-Proto": "https"}) for _time in range(2)]
    assert [response.headers["Strict-Transport-Security"][:7] for response in answers] == ["max-age"] * 2
