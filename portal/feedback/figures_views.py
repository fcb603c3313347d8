"""The public figures of the feedback: a page, and files of the same numbers with their dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import formats
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render
from portal.exchange.tables import Cell, write_csv
from portal.feedback.counting import OTHERS, Figures
from portal.feedback.figures import Snapshot, snapshot
from portal.feedback.labels import agency_name
from portal.feedback.small_cells import FEWEST, TOTAL

figures_views = Blueprint("feedback_figures", __name__)
PATH = "/so-lieu-phan-anh"
_DATA = f"{PATH}.csv"
_DICTIONARY = f"{PATH}-tu-dien.csv"
_NOTHING = Figures()


@figures_views.get(PATH)
@public(parameters=("co-quan", "thang"))
def figures() -> Response:
    locale, known = current_locale(), snapshot()
    agency, month = request.args.get("co-quan", ""), request.args.get("thang", "")
    if (agency or month) and (known is None or (agency, month) not in known.cells):
        abort(404)
    page = Page(title=_("Số liệu phản ánh"), path=PATH, noindex=bool(agency or month))
    page.query = tuple((name, value) for name, value in (("co-quan", agency), ("thang", month)) if value)
    page.description = _(
        "Bao nhiêu phản ánh, bao nhiêu được xử lý đúng hạn, mất mấy ngày, người dân có hài lòng không."
    )
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (page.title, None)]
    files = [
        (_("Số liệu (CSV)"), localised_path(_DATA, locale)),
        (_("Ý nghĩa các cột (CSV)"), localised_path(_DICTIONARY, locale)),
    ]
    return render(
        "feedback/figures.html", page=page, snapshot=known, agency=agency, month=month,
        head=_in_words(known.cells.get((agency, month), _NOTHING)) if known else [],
        tables=_tables(known, agency, month) if known else [], choices=_choices(known) if known else None,
        scope=_scope(agency, month), files=files, here=localised_path(PATH, locale), fewest=FEWEST,
        columns=[(column, _meanings()[column]) for column in _COLUMNS],
    )  # fmt: skip


@figures_views.get(_DATA)
@public
def data() -> Response:
    known = snapshot()
    rows = _data_rows(known) if known else []
    return _file(_COLUMNS, rows, "so-lieu-phan-anh")


@figures_views.get(_DICTIONARY)
@public
def dictionary() -> Response:
    meanings = _meanings()
    return _file(("column", "meaning"), [(column, meanings[column]) for column in _COLUMNS], "tu-dien-so-lieu-phan-anh")


_COLUMNS = (
    "agency", "agency_name", "month", "received", "counted", "on_time", "on_time_share", "satisfied",
    "satisfied_share", "median_working_days", "median_calendar_days", "counted_at",
)  # fmt: skip


def _meanings() -> dict[str, str]:
    return {
        "agency": _("Tên ngắn của cơ quan trả lời; “*” là mọi cơ quan có dưới 10 phản ánh gộp lại; trống là tất cả"),
        "agency_name": _("Tên cơ quan"),
        "month": _("Tháng nhận phản ánh (năm-tháng); trống là cả 12 tháng"),
        "received": _("Số phản ánh đã nhận, không kể phản ánh trùng đã gộp và nội dung lạm dụng"),
        "counted": _("Số phản ánh thuộc thẩm quyền đã xử lý xong hoặc đã quá hạn"),
        "on_time": _("Trong số đó, số xử lý xong mà không quá hạn nào"),
        "on_time_share": _("on_time chia cho counted, từ 0 đến 1"),
        "satisfied": _("Trong số đó, số không quá hạn và không bị người gửi đánh giá kém"),
        "satisfied_share": _("satisfied chia cho counted, từ 0 đến 1"),
        "median_working_days": _("Số ngày làm việc ở giữa, từ ngày nhận đến ngày trả lời lần đầu"),
        "median_calendar_days": _("Số ngày theo lịch ở giữa, tính cả ngày nghỉ"),
        "counted_at": _("Lúc tính số liệu, giờ Việt Nam"),
    }


def _data_rows(known: Snapshot) -> list[list[Cell]]:
    return [
        [
            agency, _agency_label(agency), month, one.received, one.counted, one.on_time, _rounded(one.on_time_share),
            one.satisfied, _rounded(one.satisfied_share), one.median_working, one.median_calendar, known.counted_at,
        ]
        for (agency, month), one in sorted(known.cells.items())
    ]  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _file(headers: Sequence[str], rows: Sequence[Sequence[Cell]], name: str) -> Response:
    file = BytesIO()
    write_csv(file, headers, rows)
    response = Response(file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _agency_label(agency: str) -> str:
    if agency == OTHERS:
        return str(_("Các cơ quan có dưới 10 phản ánh, gộp lại"))
    return agency_name(agency) if agency else str(_("Tất cả cơ quan"))


def _month_label(month: str) -> str:
    return formats.month(date.fromisoformat(f"{month}-01"), current_locale().code) if month else _("12 tháng")


def _scope(agency: str, month: str) -> str:
    return f"{_agency_label(agency)}, {_month_label(month)}"


def _number(value: float | None, digits: int = 0) -> str:
    """A number in the reader's language; what is hidden says so."""
    if value is None:
        return str(_("ẩn"))
    locale = current_locale().code
    whole = formats.number(int(value), locale)
    if not digits or value == int(value):
        return whole
    return f"{whole}{',' if locale == 'vi' else '.'}{round(value % 1 * 10)}"


def _share(part: int | None, whole: int | None) -> str:
    if part is None or not whole:
        return str(_("ẩn"))
    return f"{_number(round(1000 * part / whole) / 10, 1)}% ({_number(part)}/{_number(whole)})"


def _in_words(one: Figures) -> list[str]:
    return [
        _number(one.received), _share(one.on_time, one.counted), _share(one.satisfied, one.counted),
        _number(one.median_working, 1), _number(one.median_calendar, 1),
    ]  # fmt: skip


def _tables(known: Snapshot, agency: str, month: str) -> list[tuple[str, str, list[list[str]]]]:
    """Id, caption and rows of each table: by month unless one is chosen, by agency unless one is."""
    tables = []
    if not month:
        months = [(one, _month_label(one)) for one in known.months if (agency, one) in known.cells]
        rows = [[label, *_in_words(known.cells[agency, one])] for one, label in [*months, (TOTAL, _("12 tháng"))]]
        tables.append(("theo-thang", _("Theo tháng nhận"), rows))
    if not agency:
        here = sorted({one for one, when in known.cells if when == month and one}, key=_agency_order)
        rows = [[_agency_label(one), *_in_words(known.cells[one, month])] for one in [*here, TOTAL]]
        tables.append(("theo-co-quan", _("Theo cơ quan trả lời"), rows))
    return tables


def _agency_order(agency: str) -> tuple[bool, str]:
    return agency == OTHERS, _agency_label(agency)


def _choices(known: Snapshot) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The agencies and the months that may be chosen, each with its name."""
    agencies = sorted({agency for agency, _month in known.cells if agency}, key=_agency_order)
    seen = {month for _agency, month in known.cells}
    return (
        [(one, _agency_label(one)) for one in agencies],
        [(one, _month_label(one)) for one in known.months if one in seen],
    )
