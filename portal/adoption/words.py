"""Figures, periods and ages in words of the reader's language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.adoption.figures import Figure
from portal.adoption.models import Target
from portal.adoption.periods import Age, Period, PeriodKind
from portal.adoption.registry import Direction, Indicator
from portal.core import charts, formats
from portal.core.charts_scale import decimal


def period_name(period: Period, locale: str) -> str:
    """Such as "Tháng 10/2026", to stand alone."""
    if period.kind is PeriodKind.DAY:
        return str(_("Ngày %(day)s", day=formats.day(period.start, locale)))
    if period.kind is PeriodKind.MONTH:
        return str(_("Tháng %(month)s", month=formats.month(period.start, locale)))
    if period.kind is PeriodKind.QUARTER:
        return str(_("Quý %(number)s/%(year)s", number=_quarter(period), year=period.start.year))
    return str(_("Năm %(year)s", year=period.start.year))


def period_mark(period: Period) -> str:
    """The same as short as under an axis: 10/2026, Q4/2026, 2026."""
    if period.kind is PeriodKind.DAY:
        return f"{period.start:%d/%m}"
    if period.kind is PeriodKind.MONTH:
        return f"{period.start:%m/%Y}"
    if period.kind is PeriodKind.QUARTER:
        return str(_("Q%(number)s/%(year)s", number=_quarter(period), year=period.start.year))
    return str(period.start.year)


def _quarter(period: Period) -> int:
    return period.start.month // 3 + 1


def value_of(figure: Figure, known: Indicator) -> float | None:
    """What is drawn: the rate, or the number of an indicator that is no share."""
    if known.denominator is None:
        return float(figure.numerator)
    return None if figure.rate is None else float(figure.rate)


def value_text(figure: Figure, known: Indicator, locale: str, *, digits: int = 2) -> str:
    """The value as it is written: 77,62%."""
    if known.denominator is None:
        return formats.number(figure.numerator, locale)
    return "" if figure.rate is None else decimal(float(figure.rate), digits, locale) + "%"


def counts_text(figure: Figure, locale: str) -> str:
    """What a rate is made of: 7.762/10.000."""
    if figure.denominator is None or figure.is_hidden:
        return ""
    return f"{formats.number(figure.numerator, locale)}/{formats.number(figure.denominator, locale)}"


def drawn(
    figure: Figure | None, known: Indicator, locale: str, *, digits: int = 2, is_compared: bool = False
) -> charts.Figure:
    """A figure for a chart. Among others, one of too few is none: a rate of five papers says nothing beside others."""
    if figure is None:
        return charts.Figure(None, gap=charts.Gap.NOT_COUNTED if known.is_gathered else charts.Gap.NOT_REPORTED)
    if figure.is_hidden:
        return charts.Figure(None, gap=charts.Gap.HIDDEN)
    value = value_of(figure, known)
    if value is None or (is_compared and is_too_few(figure, known)):
        return charts.Figure(None, gap=charts.Gap.TOO_FEW)
    return charts.Figure(value, value_text(figure, known, locale, digits=digits))


def is_too_few(figure: Figure, known: Indicator) -> bool:
    """Whether a share is of fewer than the indicator's least."""
    return known.denominator is not None and (figure.denominator or 0) < known.least


def aim(target: Target | None, known: Indicator, locale: str) -> charts.Target | None:
    """A target for a chart."""
    if target is None or known.denominator is None:
        return None
    percent = float(Decimal(target.hundredths) / 100)
    text = decimal(percent, 2, locale, is_short=True) + "%"
    return charts.Target(percent, text, known.direction is not Direction.DOWN)


def trend(
    now: Figure | None, before: Figure | None, since: Period, known: Indicator, locale: str
) -> charts.Trend | None:
    """The change since an earlier period, in percentage points of the rates as people read them."""
    if now is None or before is None:
        return None
    value, earlier = value_of(now, known), value_of(before, known)
    if value is None or earlier is None:
        return None
    way = charts.direction(value, earlier, digits=2)
    is_rise = way is charts.Direction.UP
    is_better = None if way is charts.Direction.SAME or known.direction is Direction.NONE else (
        is_rise is (known.direction is Direction.UP)
    )  # fmt: skip
    difference = decimal(abs(value - earlier), 2 if known.denominator else 0, locale, is_short=True)
    by = _("%(number)s điểm phần trăm", number=difference) if known.denominator else difference
    return charts.Trend(way, str(by), period_mark(since), is_better)


def age_text(found: Age, recorded_on: date, locale: str) -> str:
    """How long ago the period ended, and when the figure came."""
    came = formats.day(recorded_on, locale)
    if not found.days:
        return str(_("Kỳ chưa kết thúc · nhập ngày %(day)s", day=came))
    return str(
        ngettext(
            "Kỳ kết thúc %(num)s ngày trước · nhập ngày %(day)s",
            "Kỳ kết thúc %(num)s ngày trước · nhập ngày %(day)s",
            found.days, day=came,
        )
    )  # fmt: skip


def source_text(document: str, others: int) -> str:
    """A document, and that there are more where a figure is a sum of several reports."""
    return str(_("%(document)s và các báo cáo khác", document=document)) if others else document


def missing_text(figure: Figure, locale: str) -> str:
    """How many reports a sum lacks; "" where none."""
    if not figure.missing:
        return ""
    return str(
        _(
            "Mới có %(reported)s trong %(expected)s báo cáo phải có",
            reported=formats.number(figure.reported, locale), expected=formats.number(figure.expected, locale),
        )
    )  # fmt: skip
