"""`/dev/mail`: only while developing, and safe whatever a mail holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from portal.core.pages import renderer
from portal.outbox import mail_folder
from portal.outbox.letters import compose
from portal.outbox.mail import Letter
from tests.web.page import Visitor

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
TEXT = """Chào bạn,

Mở http://localhost/xac-nhan/abc?x=1&y=2. Hoặc (https://dichvucong.gov.vn/p/home)!
Đừng mở javascript:alert(1), http://evil.example/ hay http://localhost.evil.example/x <script>alert(1)</script>
"""


@pytest.fixture
def developing(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setattr(app, "debug", True)
    monkeypatch.setattr(renderer(), "config", replace(renderer().config, data_dir=tmp_path))
    yield tmp_path / "mail"


def store(folder: Path, subject: str = "Mã xác nhận", key: str = "k", html: str | None = None) -> str:
    letter = Letter("an@example.vn", "Ân <b>", subject, TEXT, html)
    sent = compose(letter, sender="no-reply@example.vn", key=key, site_url="http://localhost", date=NOW)
    mail_folder.store(sent, folder)
    return f"20261122T030405-{sent['Message-ID'][1:13]}"


@pytest.mark.parametrize("path", ["/dev/mail", "/dev/mail/20261122T030405-000000000000", "/en/dev/mail"])
def test_it_doesn_t_exist_in_production(visitor: Visitor, path: str) -> None:
    visitor.get(path, 404)


def test_an_empty_folder_says_what_will_be_here(visitor: Visitor, developing: Path) -> None:
    assert "Chưa có thư nào" in visitor.get("/dev/mail").words


def test_a_list_leads_to_each_mail(visitor: Visitor, developing: Path) -> None:
    name = store(developing)
    store(developing, subject="", key="other")
    page = visitor.get("/dev/mail")
    assert page.response.headers["Cache-Control"] == "no-store"
    assert f"/dev/mail/{name}" in page.links()
    assert "Mã xác nhận" in page.words and "an@example.vn" in page.words and "22/11/2026 03:04:05" in page.words


def test_a_mail_shows_its_text_and_safe_links(visitor: Visitor, developing: Path) -> None:
    name = store(developing, html="<p onclick='x'>Chào</p><script>1</script>")
    page = visitor.get(f"/dev/mail/{name}")
    links = page.links()
    assert "/xac-nhan/abc?x=1&y=2" in links, "a link into this portal works wherever it runs"
    assert "https://dichvucong.gov.vn/p/home" in links
    assert not any("evil" in link or "javascript" in link for link in links)
    assert "<script>alert(1)</script>" in page.words
    assert "<p onclick='x'>Chào</p>" in page.words
    assert page.response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["20261122T030405-000000000000", "..%2Fportal.db", "x"])
def test_what_is_no_mail(visitor: Visitor, developing: Path, name: str) -> None:
    visitor.get(f"/dev/mail/{name}", 404)
