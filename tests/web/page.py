"""A visitor whose every page is checked for what all pages owe their readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass
class HtmlPage:
    """A parsed page."""

    response: TestResponse
    root: Element

    def all(self, tag: str) -> list[Element]:
        return list(self.root.iter(XHTML + tag))

    def text(self, tag: str) -> str:
        return " ".join("".join(self.all(tag)[0].itertext()).split())

    @property
    def words(self) -> str:
        return " ".join("".join(self.root.itertext()).split())

    def links(self) -> list[str]:
        return [element.get("href", "") for element in self.all("a")]


class Visitor:
    """Asks for pages; a page that breaks a rule fails the test that asked for it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200, **headers: str) -> HtmlPage:
        response = self.client.get(path, headers=headers)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return check(response, path)


def check(response: TestResponse, path: str) -> HtmlPage:
    """The rules of every page."""
    assert response.mimetype == "text/html"
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    text = response.get_data(as_text=True)
    parser = html5lib.HTMLParser(strict=False)
    root = parser.parse(text)
    errors = [error for error in parser.errors if error[1] != "unexpected-char-in-doctype"]
    assert errors == [], f"{path}: {errors[:3]}"
    page = HtmlPage(response, root)
    assert len(page.all("h1")) == 1, path
    assert page.text("title").startswith(page.text("h1")), path
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"{path}: {[id_ for id_ in ids if ids.count(id_) > 1]}"
    for link in page.links():
        if link.startswith("#"):
            assert link[1:] in ids, f"{path}: {link} leads nowhere"
        assert link.startswith(("/", "#", "https://", "tel:", "sms:", "mailto:", "?")), f"{path}: {link}"
    for name in ("src", "href", "action"):
        for element in root.iter():
            if element.tag in {XHTML + "a", XHTML + "link"} and element.get("rel") != "stylesheet":
                continue
            value = element.get(name, "")
            assert not re.match(r"(?:https?:)?//", value), f"{path}: {value} asks another site"
    return page
