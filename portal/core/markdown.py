"""Markdown of our editors to safe HTML. The libraries are loaded with the first text; pages keep theirs rendered."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h2", "h3", "h4", "blockquote", "code", "hr",
         "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")


def _render(source: str, *, inline: bool) -> str:
    import nh3

    html: str = _parser().renderInline(source) if inline else _parser().render(source)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "tel", "mailto"},
        link_rel="noopener",
    )


def to_html(source: str) -> str:
    """Paragraphs, lists, links and tables as HTML; raw HTML in the source is shown as text."""
    return _render(source, inline=False).strip()


def to_inline_html(source: str) -> str:
    """One line of Markdown, without a paragraph around it."""
    return _render(source, inline=True).strip()


def to_plain(source: str) -> str:
    """The words alone, for search and previews."""
    import nh3

    text: str = nh3.clean(_parser().render(source), tags=set(), clean_content_tags=set())
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", " "), ("&amp;", "&")):
        text = text.replace(entity, char)
    return " ".join(text.split())


def links(source: str) -> list[str]:
    """The addresses that a Markdown text links to."""
    tokens = [token for block in _parser().parse(source) for token in block.children or []]
    return [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]


def paragraphs(source: str) -> list[str]:
    """The words of each paragraph, list item and heading, without marks."""
    texts = []
    for block in _parser().parse(source):
        if block.type == "inline":
            words = "".join(" " if child.type.endswith("break") else child.content for child in block.children or [])
            texts.append(" ".join(words.split()))
    return texts


def localise_links(html: str, prefix: str) -> str:
    """Rendered HTML with its links inside the portal led to another language."""
    return html.replace('href="/', f'href="{prefix}/') if prefix else html
