"""What the wording of an official fee row says: amounts, dates, percentages, exemptions, who sets the amount.

Pure text analysis on Vietnamese; `fee_lines` turns it into lines. Where the wording is not understood, the answer is
"unknown", never "free".
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

from portal.core.text import nfc

_SPACE = re.compile(r"\s+")
_UPPER = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_CLAUSE = re.compile(rf"\n+|;|(?<=[^\d\W]|[)%])\.(?=\s|[{_UPPER}]|$)|(?<=\d)\.(?=\s+[-+{_UPPER}])|\s[-+]\s+|^[-+]\s*")
_GROUPED = re.compile(r"(?<![\d./,])(\d{1,3}(?:\.\d{3})+)(?!\d|/\d|\.\d)")
_PLAIN = re.compile(r"(?<![\d./,])(\d{3,9})\s*(?:đồng|vnđ|vnd|đ)(?!\w)", re.IGNORECASE)
_DOLLARS = re.compile(r"(?<![\d.,])(\d{1,6})(?![\d.,])\s*usd(?!\w)", re.IGNORECASE)
_DAY = r"(?:ngày\s+)?(\d{1,2})\s*(?:/|-|\s+tháng\s+)\s*(\d{1,2})\s*(?:/|-|\s+năm\s+)\s*(\d{4}|\d{2})(?!\d)"
_MONTH = r"tháng\s+(\d{1,2})\s*(?:/|-|\s+năm\s+)\s*(\d{4})"
_UNTIL = r"(?<!\w)(?:đến|tới)\s+(?:hết\s+)?"
_BEGIN = re.compile(rf"(?<!\w)từ\s+(?:kể\s+từ\s+)?{_DAY}", re.IGNORECASE)
_END = re.compile(rf"{_UNTIL}{_DAY}", re.IGNORECASE)
_END_OF_MONTH = re.compile(rf"{_UNTIL}{_MONTH}", re.IGNORECASE)
_END_OF_YEAR = re.compile(rf"{_UNTIL}năm\s+(\d{{4}})", re.IGNORECASE)
_EQUAL_PERCENT = re.compile(r"bằng\s+(\d{1,3})\s*%\s+(?:của\s+)?mức", re.IGNORECASE)
_OFF_PERCENT = re.compile(r"giảm\s+(\d{1,3})\s*%", re.IGNORECASE)
_LEGAL = re.compile(r"(?<![\d.])\d{1,4}(?:\.\d{1,2})?/\d{4}/[A-ZĐ][A-ZĐ\d-]*[A-ZĐ\d]")
_UNIT = re.compile(
    r"/\s*(?:01\s+|1\s+)?((?:trang|bản|lần|hồ sơ|người|thẻ|giấy|hộ chiếu|văn bản|trường hợp|giao dịch|di chúc|"
    r"chứng chỉ|tem|cchn|cơ sở|đơn hàng|phòng|phương tiện|việc|chiếc|cuốn|mẫu|xe)(?!\w)"
    r"(?:\s+(?:đăng ký|cấp|thông hành|chứng nhận|phép|căn cước|xác nhận)(?!\w))*"
    r"(?:/(?:01\s+)?(?:lần|cơ sở|người)(?:\s+đăng ký)?(?!\w))?)",
    re.IGNORECASE,
)

_FEE = r"(?:lệ\s+phí|phí)"
_WAIVED = r"(?:miễn|không\s+thu|không\s+phải\s+(?:thu|nộp))"
_NARROWING = (
    r"(?:đối với|cho|trường hợp|nếu|khi|trừ|riêng|chỉ|một số|một phần|những|các|người|thuộc|khoản|với|tại|qua|bằng|"
    r"lần đầu|cấp mới|cấp lại|cấp đổi)"
)
_NARROWED = re.compile(rf"(?<!\w){_NARROWING}(?!\w)")
_WAIVE = re.compile(
    rf"(?<!không )(?<!không được )(?<!\w){_WAIVED}(?:(?:\s+\w+){{0,3}}?\s+{_FEE}|\s+{_NARROWING})(?!\w)"
)
# Titles of circulars speak of waiving ("quy định mức thu, miễn một số khoản phí") without waiving anything.
_TITLES = re.compile(r"quy định\s+(?:về\s+)?mức thu,[^.;()]*")
_BRACKETS = re.compile(r"\(([^()]*)(?:\)|$)")
_CITES = re.compile(r"\d/\d{4}/|^(?:theo|căn cứ)\s")
_BASIS = re.compile(
    r",?\s*(?:theo|căn cứ)(?:\s+quy định(?:\s+tại)?)?\s+"
    r"(?:điều|khoản|điểm|thông tư|nghị định|nghị quyết|luật|quy định).*$"
)
# A fee waived for all: the verb, and at most the plain name of the fee. Whatever else is said may narrow it down.
_FEE_NAME = (
    r"(?:đăng ký|khai sinh|khai tử|kết hôn|hộ tịch|doanh nghiệp|hộ kinh doanh|kinh doanh|cư trú|thường trú|tạm trú|"
    r"thẩm định|chứng thực|cấp|giấy phép|giấy chứng nhận|chứng nhận|hồ sơ|thủ tục|hành chính|này)"
)
_FREE = re.compile(
    rf"(?:được\s+)?{_WAIVED}(?:\s+(?:thu|nộp|toàn bộ))*(?:\s+{_FEE}(?:(?:,|\s+và)\s+{_FEE})?(?:\s+{_FEE_NAME}(?!\w))*)?"
)
_OPTIONAL = re.compile(r"nếu có yêu cầu|nếu (?:người|công dân|cá nhân)\b.{0,30}yêu cầu")
_FILLER = re.compile(r"^(?:(?:lệ\s+)?phí\s*:)?\s*(?:0\s*)?(?:đồng)?[\s(]*|\s*(?:đồng|\))\s*$")
_COUNCIL = re.compile(
    r"hội đồng nhân dân|hđnd|chính quyền địa phương"
    r"|(?:^|(?:do|của|theo)\s+)(?:ủy ban nhân dân|ubnd)\s+(?:cấp\s+)?(?:tỉnh|thành phố)[^.;]{0,40}?"
    r"(?:quy định|quyết định|ban hành)"
)
_NOT_STATED = re.compile(r"^(?:-\s*)?không được quy định")
_ONLINE = re.compile(r"trực tuy[ếể]n|qua mạng|cổng dịch vụ công")
_FOR_SOME = re.compile(r"(?<!\w)(?:đối với|cho|riêng|nếu)(?!\w)|(?<!\w)trường hợp(?!\s+(?:tổ chức|công dân|cá nhân))")


def tidy(text: str) -> str:
    """One line of composed text."""
    return _SPACE.sub(" ", nfc(text)).strip()


def _lowered(text: str) -> str:
    return tidy(text).lower().replace("uỷ ban", "ủy ban")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a fee's wording. Amounts are in the row's currency; `percent` is what remains to be paid."""

    text: str
    amounts: tuple[int, ...]
    begins: date | None
    ends: date | None
    percent: int | None
    is_online_only: bool
    is_for_some: bool

    @property
    def is_dated(self) -> bool:
        """True when the clause says from or until when."""
        return self.begins is not None or self.ends is not None


def clauses(text: str, currency: str) -> tuple[Clause, ...]:
    """The clauses of a wording, in order; a date belongs to the amounts of its own clause."""
    parts = (tidy(part) for part in _CLAUSE.split(nfc(text)) if part and part.strip(" .-+()"))
    return tuple(_clause(part, currency) for part in parts)


def _clause(text: str, currency: str) -> Clause:
    lowered = _lowered(text)
    return Clause(
        text=text,
        amounts=amounts(text, currency),
        begins=_begin(text),
        ends=_end(text),
        percent=_percent(text),
        is_online_only=bool(_ONLINE.search(lowered)),
        is_for_some=bool(_FOR_SOME.search(_TITLES.sub("", lowered))),
    )


def amounts(text: str, currency: str) -> tuple[int, ...]:
    """The amounts of money that a text names, in the currency's unit, in order; "0.000" is a typing error, left out."""
    if currency == "USD":
        return tuple(int(found) for found in _DOLLARS.findall(text))
    found = [(match.start(), int(match[1].replace(".", ""))) for match in _GROUPED.finditer(text)]
    found += [(match.start(), int(match[1])) for match in _PLAIN.finditer(text)]
    return tuple(amount for _, amount in sorted(found) if amount)


def _begin(text: str) -> date | None:
    match = _BEGIN.search(text)
    return _date(*match.groups()) if match else None


def _end(text: str) -> date | None:
    if match := _END.search(text):
        return _date(*match.groups())
    if match := _END_OF_MONTH.search(text):
        return _date("31", *match.groups())
    match = _END_OF_YEAR.search(text)
    return _date("31", "12", match[1]) if match else None


def _date(day: str, month: str, year: str) -> date | None:
    """The day meant; "31/6" is a typing error for the month's last day."""
    number, its_month, its_year = int(day), int(month), int(year) + (2000 if len(year) == 2 else 0)
    if not 1 <= number <= 31 or not 1 <= its_month <= 12 or not 1900 <= its_year <= 2200:
        return None
    return date(its_year, its_month, min(number, calendar.monthrange(its_year, its_month)[1]))


def _percent(text: str) -> int | None:
    if equal := _EQUAL_PERCENT.search(text):
        return int(equal[1]) if 0 < int(equal[1]) < 100 else None
    if off := _OFF_PERCENT.search(text):
        return 100 - int(off[1]) if 0 < int(off[1]) < 100 else None
    return None


def legal_numbers(text: str) -> tuple[str, ...]:
    """Numbers of the legal documents that a text cites ("75/2022/TT-BTC"), each once, in order."""
    return tuple(dict.fromkeys(_LEGAL.findall(nfc(text))))


def unit(text: str) -> str:
    """What one amount is paid for ("trang", "người/lần đăng ký"); '' where the wording doesn't say."""
    match = _UNIT.search(tidy(text))
    return match[1].replace("/01 ", "/") if match else ""


def council_decides(text: str) -> bool:
    """True when the wording leaves the amount to the provincial council or people's committee."""
    return bool(_COUNCIL.search(_lowered(text)))


def not_stated(text: str) -> bool:
    """True when the wording says that the fee schedule has no such fee."""
    return bool(_NOT_STATED.search(_lowered(text)))


def waiver(text: str) -> str | None:
    """'free' when the fee is waived for everybody, 'exempt' when for some; None when nothing is, or not all of it.

    A further fee beside the waived one makes it None, unless that one is paid only on request.
    """
    verdicts = {_waiver(_TITLES.sub("", _lowered(part))) for part in _CLAUSE.split(nfc(text)) if part}
    verdicts.discard("nothing")
    if "exempt" in verdicts:
        return "exempt"
    return "free" if verdicts == {"free"} else None


def _waiver(clause: str) -> str:
    clause = clause.strip(" .-+").lstrip("(")
    if _OPTIONAL.search(clause):
        return "nothing"
    bare = _BEGIN.sub("", _without_basis(clause))
    for dates in (_END, _END_OF_MONTH, _END_OF_YEAR):
        bare = dates.sub("", bare)
    bare = _FILLER.sub("", bare.strip(" .-+(),")).strip(" .-+(),")
    if not bare:
        return "nothing"
    if _FREE.fullmatch(bare):
        return "free"
    if _WAIVE.search(clause) and _NARROWED.search(bare):
        return "exempt"
    return "other"


def _without_basis(clause: str) -> str:
    """The clause without the legal documents that it cites; a citation that also narrows stays."""

    def drop(match: re.Match[str]) -> str:
        inner = match[1] if match.re is _BRACKETS else match[0]
        cites = match.re is _BASIS or _CITES.search(inner.strip())
        return " " if cites and not _NARROWED.search(inner) else match[0]

    return _BASIS.sub(drop, _BRACKETS.sub(drop, clause))
