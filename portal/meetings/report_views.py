"""The monthly reports: a list, each as a page, as PDF and as a workbook."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.adoption.periods import Period, PeriodKind
from portal.adoption.present import PATH as FIGURES
from portal.adoption.words import period_name
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render
from portal.exchange.tables import XLSX
from portal.meetings.report import Report, figures_report, months
from portal.meetings.report_files import report_pdf, report_xlsx
from portal.meetings.report_parts import feedback_part, shares_part
from portal.sharing.drawing_process import DrawingBusyError

report_views = Blueprint("reports", __name__)
PATH = f"{FIGURES}/bao-cao"
_PARTS = (feedback_part, shares_part)


@report_views.get(PATH)
@public
def reports() -> Response:
    locale = current_locale()
    page = _page(_("Báo cáo tháng"), PATH)
    page.description = _("Số liệu dịch vụ công của từng tháng: xem, in, tải PDF hay Excel.")
    found = [
        (period_name(one, locale.code), localised_path(f"{PATH}/{one.code}", locale), _files(one.code))
        for one in months()
    ]
    return render("meetings/reports.html", page=page, months=found)


@report_views.get(f"{PATH}/<code>")
@public(parameters=(), is_costly=True)
def report(code: str) -> Response:
    found, locale = _report(code), current_locale()
    page = _page(found.title, f"{PATH}/{code}")
    page.description = found.as_of
    page.breadcrumbs.insert(2, (_("Báo cáo tháng"), localised_path(PATH, locale)))
    month = Period.parse(code)
    return render(
        "meetings/report.html", page=page, report=found, files=_files(code),
        month=period_name(month, locale.code) if month else code,
    )  # fmt: skip


@report_views.get(f"{PATH}/<code>.pdf")
@public(parameters=(), is_costly=True)
def report_as_pdf(code: str) -> Response:
    found = _report(code)
    try:
        return _file(report_pdf(found), "application/pdf", f"{code}.pdf")
    except DrawingBusyError:
        abort(503)


@report_views.get(f"{PATH}/<code>.xlsx")
@public(parameters=(), is_costly=True)
def report_as_workbook(code: str) -> Response:
    return _file(report_xlsx(_report(code)), XLSX, f"{code}.xlsx")


def _report(code: str) -> Report:
    month = Period.parse(code)
    if month is None or month.kind is not PeriodKind.MONTH or month not in months():
        abort(404)
    return figures_report(month, current_locale().code, more=_PARTS)


def _files(code: str) -> list[tuple[str, str]]:
    locale = current_locale()
    return [(name, localised_path(f"{PATH}/{code}.{name.lower()}", locale)) for name in ("PDF", "XLSX")]


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="bao-cao-{name}"'
    return response


def _page(title: str, path: str) -> Page:
    locale = current_locale()
    page = Page(title=title, path=path)
    page.breadcrumbs = [
        (_("Trang đầu"), localised_path("/", locale)),
        (_("Số liệu dịch vụ công"), localised_path(FIGURES, locale)),
        (title, None),
    ]
    return page
