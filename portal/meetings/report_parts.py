"""What a month's report says beside the indicators: the feedback, and what came of what the teams shared."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from portal.adoption.periods import Period
from portal.core import formats
from portal.feedback.counting import OTHERS, Figures
from portal.feedback.figures import snapshot
from portal.feedback.labels import agency_name
from portal.feedback.small_cells import FEWEST, TOTAL
from portal.meetings.report import Head, Part, Value, text
from portal.sharing import figures as shares
from portal.sharing.figures import Tally
from portal.teams.queries import working


def feedback_part(month: Period, locale: str) -> Part:
    """The feedback that came in the month, as /so-lieu-phan-anh shows it: small numbers stay hidden."""
    known, title = snapshot(), str(_("Phản ánh, kiến nghị"))
    if known is None or month.code not in known.months:
        line = _("Cổng không còn giữ số đếm phản ánh của tháng này, hoặc chưa đếm lần nào.")
        return Part(id="phan-anh", sheet=title, title=title, lines=(str(line),))
    cells = {agency: one for (agency, when), one in known.cells.items() if when == month.code}
    if not cells:
        line = _("Không có phản ánh nào đến trong tháng này.")
        return Part(id="phan-anh", sheet=title, title=title, lines=(str(line), _counted(known.counted_at, locale)))
    ordered = sorted(cells, key=lambda agency: (agency == TOTAL, agency == OTHERS, _agency(agency)))
    heads = (
        Head(str(_("Cơ quan")), (str(_("Cơ quan")),)),
        Head(str(_("Đã nhận")), (str(_("Đã nhận")),), is_number=True),
        Head(str(_("Đúng hạn")), (str(_("Đúng hạn")), str(_("Được tính"))), is_number=True),
        Head(str(_("Hài lòng")), (str(_("Hài lòng")),), is_number=True),
    )
    return Part(
        id="phan-anh", sheet=title, title=title, lines=(_counted(known.counted_at, locale),), heads=heads,
        rows=tuple(_feedback_row(agency, cells[agency], locale) for agency in ordered),
        note=str(_("“Ẩn”: dưới %(fewest)s phản ánh, hoặc phải ẩn theo để không ai tính ngược ra số nhỏ. Số nhỏ có thể cho biết ai đã phản ánh.", fewest=FEWEST)),  # noqa: E501  one string
        is_demo=known.has_demo,
    )  # fmt: skip


def _counted(moment: datetime, locale: str) -> str:
    return str(_("Nguồn: sổ phản ánh của cổng này, đếm lúc %(time)s.", time=formats.instant(moment, locale)))


def _agency(agency: str) -> str:
    if agency == OTHERS:
        return str(_("Các cơ quan có dưới 10 phản ánh, gộp lại"))
    return agency_name(agency) if agency else str(_("Tất cả cơ quan"))


def _feedback_row(agency: str, one: Figures, locale: str) -> tuple[Value, ...]:
    def shown(number: int | None) -> str:
        return str(_("ẩn")) if number is None else formats.number(number, locale)

    return (
        text(_agency(agency)),
        Value(shown(one.received), (one.received,)),
        Value(f"{shown(one.on_time)}/{shown(one.counted)}" if one.counted is not None else str(_("ẩn")),
              (one.on_time, one.counted)),
        Value(shown(one.satisfied), (one.satisfied,)),
    )  # fmt: skip


def shares_part(month: Period, locale: str) -> Part:
    """How often what the teams shared was opened and read in the month, and a start button pressed."""
    title = str(_("Liên kết của các Tổ công nghệ số"))
    is_demo, found = False, shares.total(working(is_demo=False), month.start, month.end)
    if found == Tally():
        is_demo, found = True, shares.total(working(is_demo=True), month.start, month.end)
    if found == Tally():
        line = _("Tháng này chưa đếm được lượt nào qua liên kết của các tổ.")
        return Part(id="chia-se", sheet=title, title=title, lines=(str(line),))
    counted = (
        (_("Lượt mở liên kết"), found.landings), (_("Lượt đọc trang"), found.reads),
        (_("Lượt bấm nút bắt đầu nộp"), found.starts),
    )  # fmt: skip
    few = str(_("dưới %(fewest)s", fewest=FEWEST))
    rows = tuple(
        (text(str(name)), Value(formats.number(number, locale), (number,)) if number >= FEWEST else Value(few, (few,)))
        for name, number in counted
    )
    what, many = str(_("Việc")), str(_("Số lượt"))
    note = _("Nguồn: cổng này tự đếm, không kể máy tự động và người của tổ. Đây là số lượt, không phải số người.")
    return Part(
        id="chia-se", sheet=title, title=title, heads=(Head(what, (what,)), Head(many, (many,), is_number=True)),
        rows=rows, note=str(note), is_demo=is_demo,
    )  # fmt: skip
