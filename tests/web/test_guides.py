"""What the page of a guide says, and what it never says."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.guides import service as guides
from tests.factories import guide_data, guide_values
from tests.factories.records import import_records, record_row
from tests.queries import count_queries
from tests.web.page import Visitor

PATH = "/huong-dan/dang-ky-khai-sinh"


def publish(records: list[dict[str, Any]], **changes: Any) -> None:
    import_records(records)
    with unit_of_work():
        guides.import_guides([guide_data(**changes)], now=clock.now())


def fee(amount: int | None, text: str = "", channel: str = "online") -> dict[str, Any]:
    return {"channel": channel, "amount": amount, "currency": "VND", "text": text}


@pytest.mark.parametrize(
    ("row", "said", "unsaid"),
    [
        (fee(0), "Chưa rõ: Cổng quốc gia không ghi mức thu", "Không thu phí"),
        (fee(0, "Không quy định."), "Chưa rõ", "Không thu phí"),
        (fee(0, "Miễn lệ phí"), "Không thu phí", "Chưa rõ"),
        (fee(0, "Miễn lệ phí cho người thuộc hộ nghèo."), "Miễn phí cho một số trường hợp", "Không thu phí"),
        (fee(0, "Do Hội đồng nhân dân cấp tỉnh quy định."), "mức thu do tỉnh quy định", "Không thu phí"),
        (fee(50_000, "Mức thu do Hội đồng nhân dân tỉnh quyết định."), "mức thu do tỉnh quy định", "50.000"),
        (fee(20_000), "20.000 đ", "Chưa rõ: Cổng quốc gia không ghi mức thu"),
        (
            fee(160_000, "160.000 đồng (áp dụng đến hết ngày 31/12/2023)"),
            "Mức hôm nay chưa rõ, bạn hỏi nơi nộp",
            "Không thu phí",
        ),
    ],
)
def test_a_fee_is_never_more_than_the_record_says(
    app: Flask, visitor: Visitor, row: dict[str, Any], said: str, unsaid: str
) -> None:
    publish([record_row(fees=[row], channels=["online"])])
    with time_machine.travel("2026-11-22", tick=False):
        words = visitor.get(PATH).words
    assert said in words
    assert unsaid not in words


def test_a_temporary_fee_gives_way_on_its_day(app: Flask, visitor: Visitor) -> None:
    text = "áp dụng mức phí 400.000 đồng từ ngày 01/7/2025 đến hết ngày 31/12/2026"
    publish([record_row(fees=[fee(800_000, text)], channels=["online"])])
    with time_machine.travel("2026-12-31T16:59:00Z", tick=False):
        assert "400.000 đ áp dụng đến hết ngày 31/12/2026" in visitor.get(PATH).words
    with time_machine.travel("2026-12-31T17:01:00Z", tick=False):  # past midnight in Việt Nam
        words = visitor.get(PATH).words
    assert "400.000 đ đã hết hiệu lực ngày 31/12/2026" in words
    assert "800.000 đ" in words


def test_a_fee_names_its_legal_document(app: Flask, visitor: Visitor) -> None:
    publish([record_row(fees=[fee(20_000, "20.000 đồng/lần theo Thông tư số 75/2022/TT-BTC")], channels=["online"])])
    assert "Văn bản: 75/2022/TT-BTC" in visitor.get(PATH).words


def test_source_and_date_stand_beside_the_facts(app: Flask, visitor: Visitor) -> None:
    publish([record_row(crawled_at="2025-12")])
    words = visitor.get(PATH).words
    assert "hồ sơ thủ tục 1.001193 trên Cổng Dịch vụ công quốc gia" in words
    assert "bản lấy về tháng 12/2025" in words


@pytest.mark.parametrize(("channels", "starts"), [(["online", "direct"], True), (["direct"], False)])
def test_only_an_online_channel_has_a_start(app: Flask, visitor: Visitor, channels: list[str], starts: bool) -> None:
    publish([record_row(channels=channels)])
    page = visitor.get(PATH)
    labels = {" ".join("".join(link.itertext()).split()) for link in page.all("a")}
    assert ("Bắt đầu" in labels) == starts
    assert ("Xem nơi nộp" in labels) != starts
    assert "Mức độ: tỉnh chưa công bố" in page.words or not starts


def test_what_is_not_translated_says_so(app: Flask, visitor: Visitor) -> None:
    publish([record_row()])
    page = visitor.get("/en" + PATH)
    assert page.text("h1") == "Register a birth"
    assert "The rest of this page is in Vietnamese" in page.words
    assert "Cha hoặc mẹ của bé." in page.words


def test_a_guide_past_its_review_warns(app: Flask, visitor: Visitor) -> None:
    publish([record_row()])
    with time_machine.travel("2027-05-21", tick=False):
        assert "đã quá ngày rà soát" not in visitor.get(PATH).words
    with time_machine.travel("2027-05-23", tick=False):
        assert "đã quá ngày rà soát" in visitor.get(PATH).words


def test_hostile_content_stays_words(app: Flask, visitor: Visitor) -> None:
    attack = "<script>alert(1)</script>{{ 7*7 }}\"'><img src=x onerror=y>"
    vietnamese = guide_values()["vi"] | {
        "title": attack, "summary": attack, "who": attack, "result": attack, "tips": [attack],
        "prepare": [{"item": attack, "note": attack}], "questions": [{"question": attack, "answer": attack}],
    }  # fmt: skip
    publish([record_row(name=attack.replace("<", "‹").replace(">", "›"))], vi=vietnamese)
    for path in (PATH, "/", "/huong-dan", "/tim-kiem?q=alert", "/thu-tuc/1.001193"):
        page = visitor.get(path)
        assert all(script.get("src") or script.get("type") == "application/ld+json" for script in page.all("script"))
        assert page.all("img") == []
        assert "49" not in page.words


def test_a_step_shows_its_drawing(app: Flask, visitor: Visitor) -> None:
    text = guide_values()["vi"]
    alt = 'Ngón tay bấm "Bắt đầu" <trên điện thoại>.'
    text["steps"][1] |= {"picture": "phone-press", "picture_alt": alt}
    text["steps"][3] |= {"picture": "phone-press", "picture_alt": ""}
    publish([record_row()], vi=text)
    told, silent = visitor.get(PATH).all("img")
    assert (told.get("alt"), silent.get("alt")) == (alt, "")
    assert (told.get("width"), told.get("height"), told.get("loading")) == ("240", "160", "lazy")
    with visitor.client.get(told.get("src", "")) as drawing:
        assert (drawing.status_code, drawing.mimetype) == (200, "image/svg+xml")
        assert "immutable" in drawing.headers["Cache-Control"]


def test_a_guide_of_before_or_with_a_drawing_that_is_gone_shows_none(app: Flask, visitor: Visitor) -> None:
    publish([record_row()])
    with unit_of_work():
        for text in guides.db.session.query(guides.GuideText).filter_by(locale="vi"):
            old = [{key: step[key] for key in ("title", "text", "guide")} for step in text.rendered["steps"]]
            old[0] |= {"picture": "khong-con", "picture_alt": "Gì đó."}
            text.rendered = {**text.rendered, "steps": old}
    page = visitor.get(PATH)
    assert page.all("img") == []
    assert "Bước số 1" in page.words


def test_a_guide_costs_the_same_few_queries_however_long(app: Flask, visitor: Visitor) -> None:
    publish([record_row()], related=[])
    others = ("/giam-phi", "/thu-tuc/1.001193")
    for path in others:  # the first page after a publish asks for profile, fees and answers, whichever it is
        visitor.get(path)
    with count_queries() as few:
        visitor.get(PATH)
    steps = [{"title": f"Bước {number}", "text": "x"} for number in range(8)]
    publish([record_row()], vi=guide_values()["vi"] | {"steps": steps, "tips": ["x"] * 30})
    for path in others:
        visitor.get(path)
    with count_queries() as many:
        visitor.get(PATH)
    # The first guide after a publish; what guides share isn't asked for again.
    assert len(few) == len(many) <= 5
    with count_queries() as shared:
        visitor.get(f"{PATH}?xa=phuong-khong-co")
    assert len(shared) < len(many), "what guides share is kept until the next publish"


def test_a_retired_record_says_so(app: Flask, visitor: Visitor) -> None:
    publish([record_row(), record_row("1.000894", name="Thủ tục đăng ký kết hôn")])
    import_records([record_row("1.000894", name="Thủ tục đăng ký kết hôn")], retire_gone=True)
    assert "không còn trong danh mục" in visitor.get("/thu-tuc/1.001193").words
    assert "không còn trong danh mục" not in visitor.get("/thu-tuc/1.000894").words


def test_a_record_names_the_guides_about_it(app: Flask, visitor: Visitor) -> None:
    publish([record_row()])
    assert PATH in visitor.get("/thu-tuc/1.001193").links()
    assert "/en" + PATH in visitor.get("/en/thu-tuc/1.001193").links()
