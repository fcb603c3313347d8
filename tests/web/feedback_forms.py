"""A person who fills in the form of feedback, as their browser would send it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element

from flask import current_app
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from portal.core import clock
from portal.core.pages import renderer
from portal.feedback.codes import FormToken, read_form_token
from tests.web.page import XHTML, HtmlPage, check

FORM = "/phan-anh"
TRACK = "/phan-anh/tra-cuu"
TYPED = {"loai": "other", "noi_dung": "Bảng giờ làm việc bị mờ."}
# What the form lets an address choose.
CHOOSING = {"loai", "ve", "xa"}
ADDRESS = "203.0.113.9"
Fields = MultiDict[str, Any]


def secret() -> str:
    """What the application signs with."""
    return renderer(current_app._get_current_object()).config.secret_key  # type: ignore[attr-defined]


def opened_ago(token: str, ago: timedelta = timedelta(seconds=30)) -> str:
    """The same form, opened earlier."""
    read = read_form_token(token, secret())
    assert read is not None
    return FormToken(read.nonce, clock.now() - ago).written(secret())


def fields_of(page: HtmlPage, action: str = FORM, *, ago: timedelta | None = timedelta(seconds=30)) -> Fields:
    """What a browser would send of the form with this action; its token as if the form had been open for a while."""
    forms = [form for form in page.all("form") if form.get("action", "").removeprefix("/en") == action]
    assert forms, [form.get("action") for form in page.all("form")]
    fields: Fields = MultiDict(pair for element in forms[0].iter() if (pair := _sent(element)) is not None)
    if ago is not None and "phieu" in fields:
        fields["phieu"] = opened_ago(fields["phieu"], ago)
    return fields


def _sent(element: Element) -> tuple[str, str] | None:
    name = element.get("name")
    if name is None:
        return None
    if element.tag == XHTML + "textarea":
        return name, "".join(element.itertext()).removeprefix("\n")
    is_chosen = element.get("type") not in {"radio", "checkbox"} or element.get("checked") is not None
    if element.tag != XHTML + "input" or element.get("type") == "file" or not is_chosen:
        return None
    return name, element.get("value", "")


@dataclass
class Person:
    """Somebody before the form; every page is checked for what all pages owe, and that no cache keeps it."""

    client: FlaskClient
    address: str = ADDRESS

    def get(self, path: str, status: int = 200, **headers: str) -> HtmlPage:
        return self._checked(self.client.get(path, headers=headers), path, status)

    def post(self, path: str, fields: Any, status: int = 200, **headers: str) -> HtmlPage:
        response = self.client.post(path, data=fields, headers=headers, environ_overrides={"REMOTE_ADDR": self.address})
        return self._checked(response, path, status)

    def _checked(self, response: Any, path: str, status: int) -> HtmlPage:
        assert response.status_code == status, (path, response.status_code, response.get_data(as_text=True)[-2000:])
        assert response.headers["Cache-Control"] == "no-store"
        if status != 403:
            address = urlsplit(path)
            is_form = response.request.method == "GET" and address.path.removeprefix("/en") in (FORM, TRACK)
            is_empty_form = is_form and not (address.path.endswith(FORM) and CHOOSING & set(parse_qs(address.query)))
            assert response.headers.get("X-Robots-Tag") == (None if is_empty_form else "noindex")
            assert ('content="noindex"' in response.text) is not is_empty_form
            assert response.headers["Referrer-Policy"] == "no-referrer"
        return check(response, path)

    def preview(self, path: str = FORM, status: int = 200, **typed: Any) -> HtmlPage:
        """Open the form, fill it in, and look at it."""
        fields = fields_of(self.get(path))
        for name, value in {**TYPED, **typed}.items():
            fields.setlist(name, value if isinstance(value, list) else [value])
        return self.post(FORM, {**fields.to_dict(flat=False), "viec": "xem"}, status)

    def send(self, page: HtmlPage, status: int = 200, **changes: Any) -> HtmlPage:
        """Press the button of the preview."""
        return self.post(FORM, {**fields_of(page).to_dict(flat=False), "viec": "gui", **changes}, status)

    def case(self, **typed: Any) -> str:
        """Send something; the code of it."""
        return code_on(self.send(self.preview(**typed)))


def code_on(page: HtmlPage) -> str:
    """The code that a page shows in large type."""
    shown = [element for element in page.root.iter() if element.get("id") == "ma"]
    code = "".join(shown[0].itertext()).strip()
    assert re.fullmatch(r"PA-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", code)
    return code


def submit_names(page: HtmlPage) -> set[str]:
    """What the buttons of a page would do."""
    return {button.get("value", "") for button in page.all("button") if button.get("name") == "viec"}
