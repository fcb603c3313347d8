"""What holds for every address of the portal."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core.errors import MESSAGES
from portal.core.pages import LINKS
from tests.factories.records import import_records, record_row
from tests.web.page import Visitor, check

PAGES = [*LINKS.values(), "/tim-kiem?q=khai+sinh", "/huong-dan/dang-ky-khai-sinh", "/thu-tuc/1.001193",
         "/linh-vuc/ho-tich", "/doi-tuong/citizen", "/co-quan/uy-ban-nhan-dan-cap-xa"]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("content")
def test_a_page_in_each_language(visitor: Visitor, path: str, prefix: str) -> None:
    page = visitor.get(prefix + path)
    assert page.all("html")[0].get("lang") == ("en" if prefix else "vi")
    assert page.response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    tag = page.response.headers["ETag"]
    again = visitor.client.get(prefix + path, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.get_data() == b""


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", list(LINKS.values()))
def test_an_empty_portal_is_never_blank(visitor: Visitor, path: str, prefix: str) -> None:
    assert len(visitor.get(prefix + path).text("main")) > 60


@pytest.mark.usefixtures("content")
def test_every_link_of_the_main_pages_leads_somewhere(visitor: Visitor) -> None:
    seen: set[str] = set()
    for path in ("/", "/en/", "/huong-dan", "/linh-vuc", "/doi-tuong", "/co-quan", "/huong-dan/dang-ky-khai-sinh"):
        seen.update(link.split("#")[0] for link in visitor.get(path).links() if link.startswith("/"))
    for link in seen - {""}:
        assert visitor.client.get(link).status_code == 200, link


@pytest.mark.usefixtures("app")
def test_every_letter_leads_to_its_pages(visitor: Visitor) -> None:
    import_records([record_row(), record_row("1.004194", name="12 việc"), record_row("1.000894", name="Ăn uống")])
    letters = [link for link in visitor.get("/a-z").links() if link.startswith("/a-z?chu=")]
    assert len(letters) == len(set(letters)) == 3
    for link in [*letters, "/a-z?chu=a"]:
        assert "1 trang" in visitor.get(link).words, link


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/huong-dan/khong-co", 404),
        ("/huong-dan/KHONG_CO", 404),
        ("/thu-tuc/9.999999", 404),
        ("/thu-tuc/abc", 404),
        ("/fr/huong-dan", 404),
        ("/en/robots.txt", 404),
        ("/linh-vuc/khong-co", 404),
        ("/doi-tuong/khong-co", 404),
        ("/co-quan/khong-co", 404),
        ("/a-z?chu=%00", 404),
        ("/a-z?chu=zz", 404),
        ("/tim-kiem?q=x&trang=99999999999", 404),
        ("/tim-kiem?q=x&trang=-1", 404),
        ("/linh-vuc/ho-tich?trang=abc", 404),
        ("/%ff%fe", 404),
        ("/\x00", 404),
        ("/huong-dan/../../etc/passwd", 404),
        ("/static/khong-co.css", 404),
        ("/styleguide", 404),
        ("/tim-kiem?q=" + "x" * 17_000, 414),
    ],
)
@pytest.mark.usefixtures("content")
def test_a_wrong_address_gets_a_clear_page(visitor: Visitor, path: str, status: int) -> None:
    page = visitor.get(path, status)
    assert page.text("h1") == MESSAGES[status][0]
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_wrong_method_gets_a_clear_page(client: FlaskClient, method: str) -> None:
    response = getattr(client, method)("/tim-kiem")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    check(response, "/tim-kiem")


@pytest.mark.parametrize("path", ["/", "/vi/huong-dan", "/khong-co/"])
def test_a_foreign_host_is_refused(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/en", "/en/"),
        ("/vi", "/"),
        ("/vi/huong-dan", "/huong-dan"),
        ("/huong-dan/", "/huong-dan"),
        ("/en/huong-dan/", "/en/huong-dan"),
        ("/tim-kiem/?q=a%20b", "/tim-kiem?q=a%20b"),
        ("//evil.example/x/", "/evil.example/x"),
        ("/\t/evil.example/", "/%09/evil.example"),
        ("/vi/\t/evil.example", "/%09/evil.example"),
        ("/huong-dan/x\r\nSet-Cookie: a=b/", "/huong-dan/x%0D%0ASet-Cookie%3A%20a%3Db"),
        ("/\\evil.example/", "/%5Cevil.example"),
    ],
)
def test_other_spellings_lead_to_the_one_address(client: FlaskClient, path: str, target: str) -> None:
    address, _, query = path.partition("?")
    # The address as a server passes it on: a client would take the double slash for a host.
    response = client.get("/", environ_overrides={"PATH_INFO": address, "QUERY_STRING": query})
    assert response.status_code == 308
    assert response.headers["Location"] == target


@pytest.mark.parametrize("status", sorted(MESSAGES))
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_error_pages_are_useful_in_both_languages(shared_app: Flask, prefix: str, status: int) -> None:
    from werkzeug.exceptions import default_exceptions

    with shared_app.test_request_context(prefix + "/x", environ_overrides={"gandan.locale": "en" if prefix else "vi"}):
        handled = shared_app.handle_user_exception(default_exceptions[status]())
        response = shared_app.make_response(handled)
    assert response.status_code == status
    text = response.get_data(as_text=True)
    assert 'name="q"' in text
    assert f'<html lang="{"en" if prefix else "vi"}"' in text
    assert ("Retry-After" in response.headers) == (status in {429, 503})


def test_an_unexpected_error_shows_no_inside(
    shared_app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.guides import queries

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("secret detail")

    monkeypatch.setattr(queries, "guide", broken)
    response = client.get("/huong-dan/dang-ky-khai-sinh")
    assert response.status_code == 500
    assert "secret detail" not in response.get_data(as_text=True)
    check(response, "/huong-dan/dang-ky-khai-sinh")


def test_an_unreachable_database_is_503(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    from portal.guides import queries

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(queries, "guide", gone)
    response = client.get("/huong-dan/x")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_absurd_searches_are_answered(client: FlaskClient, text: str, kind: str, page: str) -> None:
    typed = {"q": text, "loai": kind, "trang": page}
    query = {name: value.encode("utf-8", "surrogatepass") for name, value in typed.items()}
    assert client.get("/tim-kiem", query_string=query).status_code in {200, 302, 404}
    assert client.get("/api/v1/search", query_string=query).status_code == 200


@pytest.mark.parametrize(
    "raw",
    ["q=%00%00", "q=%ff%fe", "q=%ED%A0%80", "q=" + "a+" * 5000, "q=%22%20OR%20NEAR(*", "&&&=;q", "q[]=x", "q=a&q=b"],
)
@pytest.mark.usefixtures("content")
def test_broken_query_strings_are_answered(visitor: Visitor, raw: str) -> None:
    assert visitor.client.get("/tim-kiem?" + raw).status_code == 200
    assert visitor.client.get("/api/v1/search?" + raw).status_code == 200


def test_a_body_that_is_too_large_is_refused(app: Flask) -> None:
    from werkzeug.exceptions import RequestEntityTooLarge

    with app.test_request_context("/", method="POST", data=b"x" * 2_000_000):
        from flask import request

        with pytest.raises(RequestEntityTooLarge):
            request.get_data()
