"""Small, believable content for tests; each takes only what the test is about."""

from __future__ import annotations

from typing import Any

import yaml

from portal.guides.content import parse_guide
from portal.guides.written import GuideData

SYMBOLS = {"baby"}
PICTURES = {"phone-press"}
NATIONAL_HOST = "dichvucong.gov.vn"


def allows(url: str) -> bool:
    """The hosts that test content may link to."""
    return url.startswith(f"https://{NATIONAL_HOST}/")


def guide_values(slug: str = "dang-ky-khai-sinh", **changes: Any) -> dict[str, Any]:
    """A whole service guide as plain values."""
    values: dict[str, Any] = {
        "slug": slug,
        "kind": "service",
        "icon": "baby",
        "procedures": ["1.001193"],
        "related": [],
        "reviewed_on": "2026-11-22",
        "next_review_on": "2027-05-22",
        "sources": [],
        "vi": {
            "title": "Đăng ký khai sinh",
            "summary": "Làm giấy khai sinh cho con.",
            "keywords": ["làm giấy khai sinh"],
            "who": "Cha **hoặc** mẹ của bé.",
            "prepare": [{"item": "Giấy chứng sinh", "note": "Do nơi sinh cấp."}],
            "looked_up": ["Nơi cư trú"],
            "steps": [{"title": f"Bước số {number}", "text": "Làm *từ từ*."} for number in range(1, 6)],
            "channels": {"online": "Nộp trên mạng.", "direct": "Đến bộ phận một cửa."},
            "result": "Giấy khai sinh.",
            "tips": ["Chụp ảnh rõ."],
            "mistakes": ["Để quá hạn."],
            "questions": [{"question": "Có phải về quê không?", "answer": "Không."}],
        },
        "en": {"title": "Register a birth", "summary": "Get a birth certificate.", "keywords": ["birth certificate"]},
    }
    values.update(changes)
    return values


def guide_data(slug: str = "dang-ky-khai-sinh", **changes: Any) -> GuideData:
    """A parsed guide without faults."""
    guide, errors = parse_guide(
        yaml.safe_dump(guide_values(slug, **changes), allow_unicode=True), slug, allows, SYMBOLS, PICTURES
    )
    assert guide is not None, errors
    return guide
