"""Pages to search in tests: a handful with known answers, and many that look alike."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from portal.core.db import db
from portal.search import queries
from portal.search.entries import Entry, Facet

CIVIL = Facet("field", "ho-tich", "Hộ tịch")
RESIDENCE = Facet("field", "cu-tru", "Đăng ký, quản lý cư trú")
CITIZEN = Facet("audience", "cong-dan", "Công dân")


def guide(key: str, title: str, *keywords: str, locale: str = "vi", **more: Any) -> Entry:
    return Entry("guide", key, locale, title, keywords=keywords, url=f"/huong-dan/{key}", **more)


def record(code: str, title: str, body: str = "", **more: Any) -> Entry:
    return Entry("record", code, None, title, body=body, url=f"/thu-tuc/{code}", codes=(code,), **more)


def catalogue(code: str, title: str, **more: Any) -> Entry:
    return Entry("catalogue", code, None, title, url=f"https://dichvucong.gov.vn/{code}", codes=(code,), **more)


BIRTH = guide(
    "dang-ky-khai-sinh",
    "Đăng ký khai sinh",
    "làm giấy khai sinh",
    "khai sinh cho con",
    summary="Cho con mới sinh, trong 60 ngày.",
    body="Cha hoặc mẹ nộp giấy chứng sinh. Lệ phí: xem bảng.",
    codes=("1.001193", "2.000986"),
    facets=(CIVIL, CITIZEN),
)
PAGES: Sequence[Entry] = (
    BIRTH,
    guide(
        "dang-ky-khai-sinh", "Register a birth", "birth certificate", "Đăng ký khai sinh", locale="en",
        codes=("1.001193",), facets=(Facet("field", "ho-tich", "Civil status"),),
    ),
    guide(
        "dang-ky-tam-tru", "Đăng ký tạm trú", "ở trọ", "thuê nhà", codes=("1.004194",), facets=(RESIDENCE, CITIZEN),
        summary="Khi ở nơi khác từ 30 ngày.", body="Chủ nhà đồng ý cho thuê thì ký vào tờ khai.",
    ),
    record(
        "1.001193", "Thủ tục đăng ký khai sinh", "Giấy chứng sinh. Tờ khai theo mẫu.", facets=(CIVIL,),
        summary="Ủy ban nhân dân cấp xã",
    ),
    record(
        "1.000419", "Thủ tục đăng ký khai tử lưu động", "Công chức tư pháp đến tận nhà. Giấy báo tử.", facets=(CIVIL,)
    ),
    record("1.004772", "Đăng ký khai sinh cho người đã có hồ sơ", "Giấy tờ cá nhân.", facets=(CIVIL,)),
    record("1.004194", "Đăng ký tạm trú", "Tờ khai thay đổi thông tin cư trú.", facets=(RESIDENCE,)),
    record("2.001008", "Tấm trù ẩm của làng nghề", "Một tên để thử dấu."),
    record("1.009999", "Cấp giấy phép lâm nghiệp", "Hồ sơ gồm bản vẽ. Mức giảm phí ghi trên khai báo lúc phát sinh."),
    record("3.000182", "Tuyển sinh trung học cơ sở", "Học sinh vào lớp 6 nộp học bạ."),
    catalogue("1.013228", "Cấp lại giấy phép xây dựng"),
    catalogue("2.002894", "Đăng ký khai sinh lưu động"),
)  # fmt: skip

_ACTIONS = ("Cấp", "Cấp lại", "Gia hạn", "Thu hồi", "Điều chỉnh", "Đăng ký", "Xóa đăng ký", "Công nhận", "Chấm dứt")
_OBJECTS = (
    "giấy phép xây dựng", "giấy phép lao động", "chứng chỉ hành nghề", "khai sinh", "hộ kinh doanh", "tạm trú",
    "quyền sử dụng đất", "nuôi con nuôi", "trợ cấp xã hội", "giấy chứng nhận an toàn thực phẩm",
)  # fmt: skip
_FOR = ("cho người nước ngoài", "lưu động", "tại cấp xã", "trực tuyến", "lần đầu", "bị mất", "có yếu tố nước ngoài", "")


def look_alikes(count: int, seed: int = 1) -> list[Entry]:
    """Pages that share most of their words, so that every stage of a search meets its cap."""
    chance = random.Random(seed)
    pages = []
    for number in range(count):
        title = " ".join(filter(None, (chance.choice(_ACTIONS), chance.choice(_OBJECTS), chance.choice(_FOR))))
        body = ". ".join(chance.choice(_OBJECTS) + " " + chance.choice(_FOR) for _ in range(chance.randrange(8)))
        code = f"{number % 9}.{number:06d}"
        if number % 20 == 0:
            keywords = [chance.choice(_OBJECTS) + " " + chance.choice(_FOR) for _ in range(4)]
            pages.append(guide(f"bai-{number}", title, *keywords, body=body, locale=("vi", "en")[number % 40 // 20]))
        elif number % 2:
            pages.append(record(code, title, body, facets=(CIVIL,) if number % 3 else ()))
        else:
            pages.append(catalogue(code, title))
    return pages


QUESTIONS = (
    "khai sinh", "đăng ký khai sinh", "dang ky khai sinh", "cấp giấy phép xây dựng", "tạm trú", "tam tru", "tấm trù",
    "giam phi khai sinh", "cấp lại giấy phép xây dựng bị mất ở đâu", "1.001193", "dang ky", "nước ngoài",
    "xóa tạm trú cho người nước ngoài tại cấp xã cần giấy tờ gì", "trực tuyến", "zzz không có", "đất", "hộ kinh doanh",
    "chứng chỉ khai sinh lao động con nuôi", "an toàn thực phẩm lần đầu", "giấy", "trợ cấp trực tuyến lần đầu bị mất",
)  # fmt: skip


def keys(text: str, locale: str = "vi", **options: Any) -> list[str]:
    """What is found, as "kind key"."""
    return [f"{hit.kind} {hit.key}" for hit in queries.find(text, locale, **options).hits]


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that run inside."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def words_in_index() -> dict[str, tuple[int, int]]:
    """The word counts as the database has them."""
    from portal.search.models import WORDS

    return {row.word: (row.titles, row.texts) for row in db.session.execute(WORDS.select())}


@contextmanager
def counted_parameters() -> Iterator[list[int]]:
    """How many parameters each statement has that runs inside."""
    counts: list[int] = []

    def note(_connection: object, _cursor: object, _statement: str, parameters: Any, *_rest: object) -> None:
        counts.append(len(parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield counts
    finally:
        event.remove(Engine, "before_cursor_execute", note)
