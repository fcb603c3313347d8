"""Drafts of guides."""

from __future__ import annotations

import copy
from typing import Any

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Actor
from portal.editing import queries, service
from portal.editing.models import GuideDraft
from portal.editing.states import Act
from portal.guides.rules import parse
from portal.guides.service import import_guides

WRITER, SECOND = Actor("user", "writer", "Người viết"), Actor("user", "second", "Người duyệt")
SLUG = "xem-ho-so"
VALUES: dict[str, Any] = {
    "slug": SLUG, "kind": "how_to", "icon": "search", "procedures": [], "related": [],
    "reviewed_on": "2026-11-01", "next_review_on": "2027-05-01",
    "sources": [{"title": "Cổng Dịch vụ công quốc gia", "as_of": "2026-11-01"}],
    "vi": {
        "title": "Xem hồ sơ đến đâu", "summary": "Biết hồ sơ của bạn đang ở bước nào.", "keywords": ["tra cứu hồ sơ"],
        "steps": [{"title": "Mở cổng"}, {"title": "Gõ mã hồ sơ", "text": "Mã ở trên **phiếu hẹn**."}, {"title": "Xem"}],
        "mistakes": ["Gõ nhầm chữ O với số 0."],
    },
}  # fmt: skip


def values(slug: str = SLUG, **changes: Any) -> dict[str, Any]:
    """The values of a guide that leans on no record and leads nowhere; `changes` are those of its Vietnamese part."""
    found = copy.deepcopy(VALUES)
    found["slug"] = slug
    found["vi"] |= changes
    return found


def published(slug: str = SLUG, **changes: Any) -> None:
    """Such a guide, on the portal."""
    guide, errors = parse(values(slug, **changes))
    assert guide is not None, errors
    with unit_of_work():
        import_guides([guide], now=clock.now())


def begun(slug: str = SLUG) -> str:
    """The code of a draft of it."""
    with unit_of_work():
        return service.start(slug, actor=WRITER, now=clock.now()).code


def row_of(code: str) -> GuideDraft:
    """The draft as the database has it."""
    row = queries.draft(code)
    assert row is not None
    return row


def written(code: str, summary: str = "Tóm tắt mới.") -> None:
    """The draft with another summary."""
    with unit_of_work():
        row = row_of(code)
        changed = copy.deepcopy(row.content)
        changed["vi"]["summary"] = summary
        service.save(row, changed, {"vi": "Đổi tóm tắt."}, counter=row.counter, actor=WRITER, now=clock.now())


def done(code: str, what: Act, actor: Actor = WRITER, *, words: str = "", at: Any = None) -> None:
    """Something done with it as a whole."""
    with unit_of_work():
        row = row_of(code)
        service.act(row, what, counter=row.counter, words=words, actor=actor, now=clock.now(), parse=parse, at=at)


def fields(value: object, name: str = "") -> dict[str, str]:
    """What a browser sends of a form that shows some values."""
    if isinstance(value, str):
        return {name: value}
    if isinstance(value, dict):
        if name.endswith("procedure_labels"):
            return {name: "\r\n".join(f"{code}: {label}" for code, label in value.items())}
        return {
            key: text
            for part, one in value.items()
            for key, text in fields(one, f"{name}.{part}" if name else part).items()
        }
    assert isinstance(value, list)
    if name in ("procedures", "related") or name.endswith("keywords"):
        return {name: "\r\n".join(value)}
    return {key: text for index, one in enumerate(value) for key, text in fields(one, f"{name}.{index}").items()}
