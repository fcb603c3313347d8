"""The staff's pages in a real browser: without JavaScript, by keyboard, on a phone, before axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE

DOORS = ["/can-bo/dang-nhap", "/can-bo/quen-mat-khau", "/can-bo/quen-mat-khau/da-gui"]
PAGES = [
    "/can-bo", "/can-bo/nguoi-dung", "/can-bo/nguoi-dung/moi", "/can-bo/phien", "/can-bo/nhat-ky", "/can-bo/thu-di",
    "/can-bo/nhap-du-lieu", "/can-bo/co-quan", "/can-bo/co-quan/them", "/can-bo/ngay-nghi", "/can-bo/cong",
    "/can-bo/tai-khoan", "/can-bo/tai-khoan/mat-khau", "/can-bo/phan-anh-tat-ca", "/can-bo/phan-anh-quy-tac/them",
    "/can-bo/phan-anh-quy-tac?muc=conduct&noi=nghiem", "/can-bo/phan-anh-quy-tac/cam-ket",
    "/can-bo/phan-anh-quy-tac/cam-ket/them", "/can-bo/phan-anh-quy-tac/mau", "/can-bo/phan-anh-quy-tac/mau/them",
    "/can-bo/xac-nhan", "/en/can-bo/nguoi-dung",
]  # fmt: skip


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: str, folder: Path) -> Iterator[Any]:
    """The cookies of the demo's admin, who signed in by keyboard, without JavaScript."""
    email, password, _totp, secret = (folder / "demo-accounts.txt").read_text().splitlines()[0].split()
    context = browser.new_context(viewport=PHONE, base_url=server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/can-bo/nguoi-dung")
    assert page.url.endswith("/can-bo/dang-nhap?tiep=/can-bo/nguoi-dung")
    page.focus("#email")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type("sai mật khẩu")
    page.keyboard.press("Enter")
    page.locator(".errors").wait_for()
    assert page.input_value("#email") == email
    page.focus("#password")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.locator("#code").wait_for()
    page.focus("#code")
    page.keyboard.type(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Người dùng").wait_for()
    assert page.url == f"{server}/can-bo/nguoi-dung"
    yield context.storage_state()
    context.close()


@pytest.fixture
def staff_page(browser: Browser, server: str, signed_in: Any) -> Iterator[Page]:
    """A page of the signed-in admin."""
    context = browser.new_context(viewport=DESKTOP, base_url=server, storage_state=signed_in)
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def examine(page: Page, path: str) -> None:
    """axe in both widths and themes, and nothing that sticks out sideways."""
    for scheme, viewport in (("light", PHONE), ("dark", PHONE), ("light", DESKTOP), ("dark", DESKTOP)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, f"{path}: {results.generate_report()}"
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 320, f"{path} is {wide} wide"


@pytest.mark.parametrize("path", DOORS)
def test_the_doors_are_open_to_all(browser: Browser, server: str, path: str) -> None:
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto(path)
    examine(page, path)
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_staff_are_for_everybody(staff_page: Page, path: str) -> None:
    response = staff_page.goto(path)
    assert response is not None
    assert response.status == 200
    assert response.url.endswith(path)
    examine(staff_page, path)


def test_a_person_is_invited_seen_and_disabled(staff_page: Page) -> None:
    staff_page.goto("/can-bo/nguoi-dung/moi")
    staff_page.fill("#name", "Trần Thị Bình")
    staff_page.fill("#email", "binh@quangngai.gov.vn")
    staff_page.get_by_label("Cán bộ trả lời – Sở Tư pháp (minh họa)").check()
    staff_page.get_by_role("button", name="Gửi lời mời").click()
    assert staff_page.locator(".secret").text_content().startswith("http")  # type: ignore[union-attr]
    examine(staff_page, "invited")
    staff_page.get_by_role("link", name="Xem tài khoản này").click()
    examine(staff_page, "person")
    staff_page.get_by_text("Khóa tài khoản").first.click()
    staff_page.get_by_role("button", name="Khóa tài khoản").click()
    assert "Đã khóa" in staff_page.locator("main").inner_text()
    staff_page.goto("/can-bo/nhat-ky?q=binh")
    assert "Khóa tài khoản" in staff_page.locator("main").inner_text()


def test_a_file_is_previewed_and_given_up(staff_page: Page, tmp_path: Path) -> None:
    table = tmp_path / "danh mục.csv"
    table.write_text("Mã;Tên gọi lạ\n1.001193;Đăng ký khai sinh\n", encoding="utf-8")
    staff_page.goto("/can-bo/nhap-du-lieu")
    staff_page.set_input_files("#tep", table)
    staff_page.get_by_role("button", name="Tải lên và xem trước").click()
    examine(staff_page, "batch")
    staff_page.get_by_role("button", name="Hủy lần nhập này").click()
    assert "Đã hủy" in staff_page.locator("main").inner_text()
