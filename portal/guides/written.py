"""A guide as it is written, in all its languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.core import markdown


@dataclass(frozen=True, slots=True, order=True)
class ContentError:
    """One fault of a guide, with its line (from 1) and the part it is in.

    `code` and `value` say the same as `message` to those who tell people in their own language.
    """

    line: int
    part: str
    message: str
    code: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextData:
    """A guide in one language, as written."""

    locale: str
    title: str
    summary: str
    keywords: tuple[str, ...]
    body: dict[str, Any]

    @property
    def is_complete(self) -> bool:
        """False where only title, summary and keywords are translated."""
        return bool(self.body.get("steps"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideData:
    """A guide as written, in all its languages."""

    slug: str
    kind: str
    icon: str
    procedures: tuple[str, ...]
    related: tuple[str, ...]
    sources: tuple[dict[str, str], ...]
    reviewed_on: date
    next_review_on: date
    texts: tuple[TextData, ...]

    def references(self) -> set[str]:
        """Slugs of the guides that this one leads to."""
        found = set(self.related)
        for text in self.texts:
            found.update(step["guide"] for step in text.body.get("steps", []) if step.get("guide"))
            for source in markdown_texts(text.body):
                for link in markdown.links(source):
                    if link.startswith("/huong-dan/"):
                        found.add(link.removeprefix("/huong-dan/"))
        return found


def markdown_texts(body: dict[str, Any]) -> list[str]:
    """Every Markdown text of a guide's body."""
    texts = [body[key] for key in ("who", "result") if body.get(key)]
    texts += body.get("channels", {}).values()
    for key in ("looked_up", "tips", "mistakes"):
        texts += body.get(key, [])
    for item in body.get("prepare", []):
        texts += [item["item"], item.get("note", "")]
    texts += [step.get("text", "") for step in body.get("steps", [])]
    texts += [video["transcript"] for video in body.get("videos", [])]
    texts += [question["answer"] for question in body.get("questions", [])]
    return [text for text in texts if text]


def values_of(guide: GuideData) -> dict[str, Any]:
    """The values that the file of a guide has."""
    found: dict[str, Any] = {
        "slug": guide.slug, "kind": guide.kind, "icon": guide.icon, "procedures": list(guide.procedures),
        "related": list(guide.related), "reviewed_on": guide.reviewed_on.isoformat(),
        "next_review_on": guide.next_review_on.isoformat(), "sources": [dict(source) for source in guide.sources],
    }  # fmt: skip
    for text in guide.texts:
        found[text.locale] = {
            "title": text.title, "summary": text.summary, "keywords": list(text.keywords), **text.body
        }  # fmt: skip
    return found
