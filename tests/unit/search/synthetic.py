"""A thousand records that never were, alike as real ones are, and what people might ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from portal.search.entries import Entry
from tests.unit.search.corpus import record

_ACTIONS = ("Cấp", "Cấp lại", "Gia hạn", "Thu hồi", "Điều chỉnh", "Công nhận", "Chấm dứt", "Tạm dừng")
_THINGS = (
    "giấy phép nuôi ong rừng", "chứng chỉ thợ lặn biển", "giấy phép lò gốm", "thẻ hướng dẫn leo núi",
    "giấy chứng nhận vườn quế", "quyết định đặt tên hẻm", "giấy phép bến phà", "chứng nhận nghệ nhân dệt",
    "giấy phép chợ đêm", "phù hiệu xe ngựa", "chứng chỉ cứu hộ hồ bơi", "giấy phép trạm khí tượng",
    "quyền khai thác suối khoáng", "giấy chứng nhận giống lúa rẫy", "thẻ thuyết minh bảo tàng",
    "giấy phép phòng tranh", "giấy xác nhận cây di sản", "chứng nhận làng nghề nón lá",
    "giấy phép xưởng pháo hoa", "giấy phép đài quan sát", "chứng chỉ huấn luyện voi", "sổ theo dõi tổ yến",
    "giấy phép rạp xiếc", "giấy chứng nhận ruộng muối", "thẻ thủ thư lưu động",
)  # fmt: skip
_CASES = (
    "", "đối với tổ chức (thực hiện tại cấp tỉnh)", "có yếu tố nước ngoài", "trong khu vực biên giới",
    "đối với hộ gia đình, cá nhân",
)  # fmt: skip
_FRAMES = (
    "{}", "thủ tục {}", "tôi muốn {} thì làm sao", "{} cần giấy tờ gì", "{} ở đâu", "cho em hỏi {} bao nhiêu tiền ạ",
    "hồ sơ {} gồm những gì", "{} mất bao lâu",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody may type, and the code that answers."""

    text: str
    code: str


def thousand_records() -> list[Entry]:
    """Every action on every thing in every case."""
    return [
        record(f"9.{number:06d}", " ".join(filter(None, parts)), summary="Ủy ban nhân dân cấp xã")
        for number, parts in enumerate(product(_ACTIONS, _THINGS, _CASES))
    ]


def questions() -> list[Question]:
    """A hundred, spread over all records and ways of asking."""
    pages = thousand_records()
    return [
        Question(_FRAMES[number % len(_FRAMES)].format(page.title.partition("(")[0].strip().lower()), page.key)
        for number, page in enumerate(pages[:: len(pages) // 100])
    ]
