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


def test_every_chart_has_its_words_and_its_table(another_app: Callable[..., Flask]) -> None:
    debugging = another_app(DEBUG="1")
    with debugging.app_context():
        page = Visitor(debugging.test_client(use_cookies=False)).get("/styleguide")
    ids = {element.get("id"): "".join(element.itertext()).strip() for element in page.root.iter() if element.get("id")}
    drawings = [svg for svg in page.root.iter() if svg.tag.endswith("}svg") and svg.get("role") in {"img", "group"}]
    assert len(drawings) == 5
    for drawing in drawings:
        names = drawing.get("aria-labelledby", "").split()
        assert len(names) == 2
        assert all(ids[name] for name in names)
    tables = page.all("table")
    captions = [caption for table in tables for caption in table if caption.tag.endswith("}caption")]
    assert len(captions) == len(tables)
    assert all(th.get("scope") for table in tables for th in table.iter() if th.tag.endswith("}th"))
    assert not any(element.get("style") for element in page.root.iter())
    for word in ("chưa báo cáo", "quá ít để tính", "chưa rõ", "Số liệu cũ", "Số liệu minh họa", "Chỉ tiêu 80%"):
        assert word in page.words
