"""Markdown that nobody can have meant is found, and what is right is left alone."""

from __future__ import annotations

import pytest

from portal.config import ROOT
from portal.guides.broken_markup import BOLD, HEADING, LINK, LIST, broken_markup
from portal.guides.rules import parse_file
from portal.guides.written import markdown_texts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mang **giấy tờ gốc theo.", [(BOLD, "**giấy tờ gốc theo.")]),
        ("Mang **giấy** và **bản sao.\n\nRồi **về**.", [(BOLD, "**bản sao.")]),
        ("Xem [hướng dẫn] (https://dichvucong.gov.vn)", [(LINK, "[hướng dẫn] (https://dichvucong.gov.vn)")]),
        ("Xem [hướng dẫn](https://dichvucong.gov.vn", [(LINK, "[hướng dẫn](https://dichvucong.gov.vn")]),
        ("Xem [hướng dẫn]()", [(LINK, "[hướng dẫn]()")]),
        ("Mang theo:\n\n-căn cước\n- ảnh", [(LIST, "-căn cước - ảnh")]),
        ("1.Mở cổng\n2. Gõ mã", [(LIST, "1.Mở cổng 2. Gõ mã")]),
        ("##Chuẩn bị", [(HEADING, "##Chuẩn bị")]),
        ("", []),
        ("Phí 1.5 triệu, từ -5 độ, mục [1] (điều 2), **đậm** và [chữ](/huong-dan/x).\n\n- một\n1. hai\n## Đề mục", []),
    ],
)
def test_what_is_broken(text: str, found: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.text) for one in broken_markup(text)] == found


def test_nothing_that_ships_is_broken(app: object) -> None:
    for file in sorted((ROOT / "portal" / "starter" / "guides").glob("*.yaml")):
        guide, errors = parse_file(file.read_text("utf-8"), file.stem)
        assert guide is not None, errors
        for text in guide.texts:
            for source in markdown_texts(text.body):
                assert not list(broken_markup(source)), (file.stem, source)


def test_a_long_text_is_read_at_once() -> None:
    assert len(list(broken_markup("[a](" * 20_000))) == 20_000
