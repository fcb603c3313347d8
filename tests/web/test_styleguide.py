"""The style guide shows every component, where DEBUG is on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.web.page import Visitor


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_style_guide_is_a_whole_page(another_app: Callable[..., Flask], prefix: str) -> None:
    debugging = another_app(DEBUG="1")
    with debugging.app_context():
        page = Visitor(debugging.test_client(use_cookies=False)).get(f"{prefix}/styleguide")
    assert "Đăng ký khai sinh" in page.words
