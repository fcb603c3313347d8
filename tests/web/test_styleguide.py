"""The style guide shows every component, where DEBUG is on."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from tests.conftest import make_config
from tests.databases import Database
from tests.web.page import Visitor


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_style_guide_is_a_whole_page(app: Flask, database: Database, tmp_path: Path, prefix: str) -> None:
    debugging = create_app(make_config(tmp_path, database.url, DEBUG="1"))
    with debugging.app_context():
        page = Visitor(debugging.test_client(use_cookies=False)).get(f"{prefix}/styleguide")
    assert "Đăng ký khai sinh" in page.words
