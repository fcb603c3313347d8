"""What machines read."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.web.page import Visitor

pytestmark = pytest.mark.usefixtures("content")


def test_the_sitemap_names_both_languages(client: FlaskClient) -> None:
    response = client.get("/sitemap.xml")
    assert response.mimetype == "application/xml"
    root = ElementTree.fromstring(response.get_data())
    namespace = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    addresses = [element.text for element in root.findall("s:url/s:loc", namespace)]
    assert "http://localhost/huong-dan/dang-ky-khai-sinh" in addresses
    assert "http://localhost/thu-tuc/1.001193" in addresses
    assert "http://localhost/so-lieu-phan-anh" in addresses
    alternates = {element.get("href") for element in root.findall("s:url/x:link", namespace)}
    assert "http://localhost/en/huong-dan/dang-ky-khai-sinh" in alternates
    for address in addresses:
        assert address is not None
        assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_robots_names_the_sitemap(client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").get_data(as_text=True)


def test_the_search_for_other_systems(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=khai+sinh&limit=5")
    results = response.get_json()["results"]
    assert results[0] == {
        "kind": "guide",
        "title": "Đăng ký khai sinh",
        "url": "http://localhost/huong-dan/dang-ky-khai-sinh",
        "codes": ["1.001193"],
    }
    assert [result["kind"] for result in results] == ["guide", "record"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    english = client.get("/en/api/v1/search?q=khai+sinh").get_json()["results"][0]
    assert english["title"] == "Register a birth"
    assert english["url"].endswith("/en/huong-dan/dang-ky-khai-sinh")


@pytest.mark.parametrize("limit", ["0", "-1", "abc", "999999999999", "1.5", "٣"])
def test_an_absurd_limit_is_answered(client: FlaskClient, limit: str) -> None:
    results = client.get("/api/v1/search", query_string={"q": "khai sinh", "limit": limit}).get_json()["results"]
    assert len(results) == 2


def test_api_errors_are_json(client: FlaskClient) -> None:
    response = client.get("/api/v1/khong-co")
    assert response.get_json()["status"] == 404


def test_search_engines_learn_what_a_guide_is(visitor: Visitor) -> None:
    page = visitor.get("/huong-dan/dang-ky-khai-sinh")
    (script,) = [element for element in page.all("script") if element.get("type") == "application/ld+json"]
    data = json.loads(script.text or "")
    assert data["@type"] == "GovernmentService"
    assert data["availableChannel"]["serviceUrl"].startswith("https://dichvucong.gov.vn/")
    properties = {meta.get("property"): meta.get("content") for meta in page.all("meta")}
    assert properties["og:title"] == "Đăng ký khai sinh"
    links = {(link.get("rel"), link.get("hreflang")): link.get("href") for link in page.all("link")}
    assert links["canonical", None] == "http://localhost/huong-dan/dang-ky-khai-sinh"
    assert links["alternate", "en"] == "http://localhost/en/huong-dan/dang-ky-khai-sinh"
    assert links["alternate", "x-default"] == "http://localhost/huong-dan/dang-ky-khai-sinh"


def test_static_files_are_hashed_compressed_and_kept(visitor: Visitor) -> None:
    page = visitor.get("/")
    (sheet,) = [link.get("href", "") for link in page.all("link") if link.get("rel") == "stylesheet"]
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", sheet)
    response = visitor.client.get(sheet, headers={"Accept-Encoding": "br"})
    response.close()
    assert response.headers["Content-Encoding"] == "br"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
