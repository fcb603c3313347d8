"""The report of a month as parts of text and tables, of which the page, the PDF and the workbook are made.

It is made when somebody asks, from what is there at that moment: so it is ready on the first of the next month, and
says what is still missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.adoption import choosing, queries, reading
from portal.adoption.figures import Figure, Point, Standing
from portal.adoption.models import Target
from portal.adoption.periods import Period, PeriodKind, span
from portal.adoption.registry import HEADLINES, INDICATORS, Indicator
from portal.adoption.words import aim, counts_text, is_too_few, missing_text, period_name, trend, value_text
from portal.core import clock, formats
from portal.core.charts import Direction
from portal.exchange.tables import Cell as SheetCell
from portal.meetings.screens import kind_name
from portal.places.kinds import full_name
from portal.places.queries import atlas


@dataclass(frozen=True, slots=True)
class Head:
    """A column for people, and those that it is in a workbook."""

    text: str
    columns: tuple[str, ...]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """A cell for people, and what it is in a workbook: as many values as its head has columns."""

    text: str
    values: tuple[SheetCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the report; without rows it is text alone. `sheet` names it in a workbook."""

    id: str
    sheet: str
    title: str
    lines: tuple[str, ...] = ()
    heads: tuple[Head, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    note: str = ""
    is_demo: bool = False

    @property
    def numeric(self) -> list[int]:
        """The columns whose figures stand right-aligned."""
        return [number for number, head in enumerate(self.heads) if head.is_number]

    @property
    def naming(self) -> int:
        """The column that says what a row is of: the first one of words."""
        return next((number for number, head in enumerate(self.heads) if not head.is_number), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a month; `as_of` says of when it is."""

    code: str
    title: str
    as_of: str
    parts: tuple[Part, ...]
    sources: tuple[tuple[str, str, str], ...]

    @property
    def has_demo(self) -> bool:
        """Whether anything in it is illustrative."""
        return any(part.is_demo for part in self.parts)


def months() -> list[Period]:
    """The months that have a report, the latest first: all that have ended since the first one with figures."""
    known = choosing.bounds().get(PeriodKind.MONTH)
    last = Period.of(PeriodKind.MONTH, clock.today()).shifted(-1)
    return list(span(known[0], last))[::-1] if known and known[0].start <= last.start else []


def text(value: str) -> Value:
    """A cell of words."""
    return Value(value, (value,))


def figures_report(month: Period, locale: str, *, more: Sequence[Callable[[Period, str], Part]] = ()) -> Report:
    """The report of a month; `more` make the parts that are of no indicator."""
    today, keys = clock.today(), [known.key for known in INDICATORS]
    points = reading.totals_series(keys, month.shifted(-1), month, today=today)
    targets, rankings = queries.targets_of(keys), reading.rankings(keys, month, today=today)
    figures = [one.figure for row in points.values() for one in row if one.figure]
    figures += [one.figure for kinds in rankings.values() for rows in kinds.values() for one in rows if one.figure]
    sources = queries.sources({report for figure in figures for report in figure.reports})
    title = _("Báo cáo số liệu dịch vụ công: %(month)s", month=period_name(month, locale))
    return Report(
        code=month.code, title=str(title), as_of=_as_of(figures, locale),
        parts=(
            _province(month, points, targets, locale), *_communes(rankings, locale), _silent(month, rankings),
            *(make(month, locale) for make in more),
        ),
        sources=tuple(
            (one.document, one.url, _came(one.entered_by, clock.local_day(one.recorded_at), locale)) for one in sources
        ),
    )  # fmt: skip


def _came(who: str, day: date, locale: str) -> str:
    came = _("nhập ngày %(day)s", day=formats.day(day, locale))
    return f"{_('Người nhập: %(name)s', name=who)} · {came}" if who else str(came)


def _as_of(figures: Sequence[Figure], locale: str) -> str:
    made = formats.day(clock.today(), locale)
    if not figures:
        return str(_("Lập ngày %(made)s. Chưa có số liệu nào của tháng này được nhập.", made=made))
    last = formats.moment(max(one.recorded_at for one in figures), locale)
    return str(
        _(
            "Lập ngày %(made)s, từ số liệu được nhập đến ngày %(last)s. "
            "Số liệu nhập hay sửa sau đó sẽ làm báo cáo thay đổi.",
            made=made, last=last,
        )
    )  # fmt: skip


def _province(
    month: Period, points: Mapping[str, Sequence[Point]], targets: Mapping[str, Sequence[Target]], locale: str
) -> Part:
    rows = []
    for known in INDICATORS:
        before, now = (one.figure for one in points[known.key])
        target = reading.holding(targets.get(known.key, ()), month.end)
        rows.append(_province_row(known, now, before, target, (month, locale)))
    heads = (
        Head(str(_("Chỉ số")), (str(_("Chỉ số")),)),
        Head(str(_("Tỷ lệ")), (str(_("Tỷ lệ (%)")),), is_number=True),
        Head(str(_("Tử số/mẫu số")), (str(_("Tử số")), str(_("Mẫu số"))), is_number=True),
        Head(str(_("So với tháng trước")), (str(_("Tháng trước (%)")),), is_number=True),
        Head(str(_("Chỉ tiêu")), (str(_("Chỉ tiêu (%)")),), is_number=True),
        Head(str(_("Báo cáo đã có")), (str(_("Số báo cáo đã có")), str(_("Số báo cáo phải có"))), is_number=True),
    )
    return Part(
        id="toan-tinh", sheet=str(_("Toàn tỉnh")), title=str(_("Toàn tỉnh")), heads=heads, rows=tuple(rows),
        note=str(_("Cộng số hồ sơ của các xã, phường, đặc khu hôm nay rồi mới tính tỷ lệ.")),
        is_demo=any(one.figure is not None and one.figure.is_demo for row in points.values() for one in row),
    )  # fmt: skip


def _province_row(
    known: Indicator, now: Figure | None, before: Figure | None, target: Target | None, when: tuple[Period, str]
) -> tuple[Value, ...]:
    month, locale = when
    name, wanted = str(_(known.name)), aim(target, known, locale)
    goal = Value(wanted.text if wanted else str(_("chưa đặt")), (wanted.value if wanted else None,))
    earlier = before.rate if before else None
    if now is None:
        silent = str(_("chưa báo cáo"))
        return (
            text(name), Value(silent, (None,)), Value("–", (None, None)), Value("–", (earlier,)), goal,
            Value("0", (0, None)),
        )  # fmt: skip
    state = ""
    if wanted and now.rate is not None:
        state = f" ({_('đạt') if wanted.is_met(float(now.rate)) else _('chưa đạt')})"
    return (
        text(name),
        Value(value_text(now, known, locale), (now.rate if known.denominator else now.numerator,)),
        Value(counts_text(now, locale), (None, None) if now.is_hidden else (now.numerator, now.denominator)),
        Value(_change(now, before, month, known, locale), (earlier,)),
        Value(goal.text + state, goal.values),
        Value(missing_text(now, locale) or str(_("đủ")), (now.reported, now.expected)),
    )


def _change(now: Figure, before: Figure | None, month: Period, known: Indicator, locale: str) -> str:
    found = trend(now, before, month.shifted(-1), known, locale)
    if found is None:
        return str(_("chưa có để so"))
    if found.direction is Direction.SAME:
        return str(_("không đổi"))
    by = {"by": found.by}
    return str(_("tăng %(by)s", **by) if found.direction is Direction.UP else _("giảm %(by)s", **by))


def _communes(rankings: Mapping[str, Mapping[str, Sequence[Standing]]], locale: str) -> list[Part]:
    kinds = list(rankings[HEADLINES[0].key])
    return [_commune_part(kind, {known: rankings[known.key][kind] for known in HEADLINES}, locale) for kind in kinds]


def _commune_part(kind: str, standings: Mapping[Indicator, Sequence[Standing]], locale: str) -> Part:
    found = {known: {one.place: one.figure for one in rows} for known, rows in standings.items()}
    places, chief = atlas(), standings[HEADLINES[0]]
    is_alone = sum(one.rank is not None for one in chief) < 2
    rows = tuple(
        (
            Value("", (None,)) if one.rank is None or is_alone else Value(str(one.rank), (one.rank,)),
            text(full_name(place) if (place := places.get(one.place)) else one.place),
            *(_commune_value(found[known].get(one.place), known, locale) for known in standings),
        )
        for one in chief
    )
    heads = (
        Head(str(_("Hạng")), (str(_("Hạng")),), is_number=True),
        Head(kind_name(kind), (kind_name(kind),)),
        *(_commune_head(str(_(known.short_name))) for known in standings),
    )
    note = _(
        "Hạng theo %(name)s, chỉ giữa các nơi cùng loại. Tỷ lệ bằng nhau thì cùng hạng. "
        "Dưới %(least)s hồ sơ hay lượt đánh giá trong kỳ thì không xếp hạng và không nêu tỷ lệ; chỉ có một nơi "
        "thì không có hạng.",
        name=str(_(HEADLINES[0].name)).lower(), least=HEADLINES[0].least,
    )  # fmt: skip
    return Part(
        id=f"loai-{kind}", sheet=kind_name(kind), title=str(_("Từng nơi: %(kind)s", kind=kind_name(kind))), heads=heads,
        rows=rows, note=str(note),
        is_demo=any(one.figure is not None and one.figure.is_demo for row in standings.values() for one in row),
    )  # fmt: skip


def _commune_head(name: str) -> Head:
    columns = (_("%(name)s (%%)", name=name), _("%(name)s: tử số", name=name), _("%(name)s: mẫu số", name=name))
    return Head(name, tuple(str(one) for one in columns), is_number=True)


def _commune_value(figure: Figure | None, known: Indicator, locale: str) -> Value:
    if figure is None:
        return Value(str(_("chưa báo cáo")), (None, None, None))
    if figure.is_hidden:
        return Value(str(_("ẩn để không lộ ai đánh giá")), (None, None, None))
    if is_too_few(figure, known) or figure.rate is None:
        return Value(str(_("quá ít để tính")), (None, figure.numerator, figure.denominator))
    return Value(value_text(figure, known, locale), (figure.rate, figure.numerator, figure.denominator))


def _silent(month: Period, rankings: Mapping[str, Mapping[str, Sequence[Standing]]]) -> Part:
    heard = {one.place for kinds in rankings.values() for rows in kinds.values() for one in rows if one.figure}
    everybody = reading.communes(month)
    silent = [full_name(place) for place in everybody if place.slug not in heard]
    lines = [str(_("Mọi xã, phường, đặc khu đều đã có số liệu của kỳ này."))]
    if silent:
        lines = [
            str(_("%(number)s trong %(total)s nơi chưa có số liệu nào của tháng này:", number=len(silent),
                  total=len(everybody))),
            ", ".join(silent) + ".",
        ]  # fmt: skip
    name = str(_("Tên"))
    return Part(
        id="chua-bao-cao", sheet=str(_("Chưa báo cáo")), title=str(_("Chưa báo cáo")), lines=tuple(lines),
        heads=(Head(name, (name,)),), rows=(),
    )  # fmt: skip
