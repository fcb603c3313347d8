"""Markdown of editors is safe, whatever it says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.core import markdown


def test_html_is_shown_as_text() -> None:
    html = markdown.to_html("<script>alert(1)</script> **đậm** <img src=x onerror=y>")
    assert "<script" not in html
    assert "<img" not in html
    assert "<strong>đậm</strong>" in html


def test_links_keep_only_safe_schemes() -> None:
    assert "href" not in markdown.to_html("[x](javascript:alert(1)) [y](data:text/html,x)")
    assert 'href="https://dichvucong.gov.vn/"' in markdown.to_html("[x](https://dichvucong.gov.vn/)")


def test_links_inside_the_portal_follow_the_language() -> None:
    html = markdown.to_html("[x](/huong-dan/y) [z](https://dichvucong.gov.vn/)")
    assert 'href="/en/huong-dan/y"' in markdown.localise_links(html, "/en")
    assert 'href="https://dichvucong.gov.vn/"' in markdown.localise_links(html, "/en")


def test_plain_words_for_search() -> None:
    assert markdown.to_plain("- **một** & <hai>\n- ba") == "một & <hai> ba"


@given(st.text(max_size=200))
def test_nothing_makes_a_script(text: str) -> None:
    html = markdown.to_html(text).lower()
    assert "<script" not in html
    assert "javascript:" not in "".join(part.split(">")[0] for part in html.split("<a ")[1:])
