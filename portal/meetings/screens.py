"""An agenda as screens: live and replayed ones are worded by the same code from the same values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from portal.adoption.figures import Figure
from portal.adoption.periods import Age, Period
from portal.adoption.registry import Count, Direction, Group, Indicator
from portal.adoption.words import (
    age_text,
    counts_text,
    drawn,
    missing_text,
    period_name,
    source_text,
    trend,
    value_of,
    value_text,
)
from portal.core import clock, formats
from portal.core.charts import Target, Tile
from portal.core.charts_scale import decimal
from portal.meetings.agenda import Agenda, Aim, Behind, Counts, Headline, Kind, Known, Laggards, Late, Origin, Overdue

# What a screen holds in letters that are read from the back of the room.
_NAMES, _LATE = 27, 6
_NOTHING = Count("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A commune that is behind: `length` of its bar in percent, `gap` to the target in words."""

    name: str
    url: str
    rank: str
    value: str
    counts: str
    length: float
    gap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """Communes of one type; `note` says who is not among those compared, or why there is nothing to compare."""

    name: str
    rows: tuple[Row, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRow:
    """What is overdue at an agency."""

    agency: str
    count: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One screen. `kind` says which of the lists it has; `big` is a number that stands alone."""

    kind: str
    title: str
    part: str = ""
    lead: str = ""
    tiles: tuple[Tile, ...] = ()
    kinds: tuple[Kinds, ...] = ()
    target: float | None = None
    names: tuple[tuple[str, str], ...] = ()
    big: str = ""
    late: tuple[LateRow, ...] = ()
    empty: str = ""
    source: str = ""
    source_url: str = ""
    age: str = ""
    is_demo: bool = False


def figure_of(counts: Counts) -> Figure:
    """Kept counts as the statistics know figures; without the ids of their sources."""
    return Figure(
        numerator=counts.numerator, denominator=counts.denominator, reported=counts.reported, expected=counts.expected,
        days=counts.days, as_of=date.fromisoformat(counts.as_of) if counts.as_of else None,
        recorded_at=datetime.fromisoformat(counts.recorded_at), reports=(), is_demo=counts.is_demo,
        is_hidden=counts.is_hidden,
    )  # fmt: skip


def indicator_of(known: Known) -> Indicator:
    """A kept indicator: what the registry says today is of no account."""
    direction = Direction.NONE if known.is_up is None else Direction.UP if known.is_up else Direction.DOWN
    return Indicator(
        key=known.key, slug=known.slug, name=known.name, short_name=known.short_name, group=Group.PORTAL,
        numerator=_NOTHING, denominator=_NOTHING if known.is_share else None, formula="", source="",
        direction=direction, least=known.least,
    )  # fmt: skip


def screens_of(agenda: Agenda, locale: str, *, place_url: Callable[[str], str]) -> list[Screen]:
    """The screens in their order. `place_url` is the page of a commune's figures."""
    found = [_province(agenda, locale)]
    found += [_behind(agenda, one, locale, place_url) for one in agenda.laggards]
    found += _silent(agenda, locale, place_url)
    if agenda.tasks is not None:
        blank = Screen(kind="tasks", title=_("Nhiệm vụ chỉ đạo quá hạn"), source=_tasks_source(agenda))
        found += _late(agenda, agenda.tasks, locale, blank)
    if agenda.cases is not None:
        source = str(_("Sổ phản ánh, kiến nghị của cổng này; chỉ có số đếm, không có thông tin cá nhân"))
        blank = Screen(kind="cases", title=_("Phản ánh quá hạn trả lời"), source=source)
        found += _late(agenda, agenda.cases, locale, blank)
    return found


def _province(agenda: Agenda, locale: str) -> Screen:
    return Screen(
        kind="province", title=_("Toàn tỉnh"), lead=_period_of(agenda, locale),
        tiles=tuple(tile_of(one, locale) for one in agenda.headlines),
        is_demo=any(one.figure is not None and one.figure.is_demo for one in agenda.headlines),
    )  # fmt: skip


def _period_of(agenda: Agenda, locale: str) -> str:
    return _name(agenda.period, locale)


def _name(code: str, locale: str) -> str:
    period = Period.parse(code)
    return period_name(period, locale) if period else code


def tile_of(one: Headline, locale: str) -> Tile:
    """An indicator of the province with all that it takes to trust it."""
    known = indicator_of(one.known)
    if one.figure is None or one.period is None:
        return Tile(label=str(_(known.short_name)), figure=drawn(None, known, locale), period="")
    figure, period = figure_of(one.figure), Period.parse(one.period)
    before = figure_of(one.before) if one.before else None
    age = Age(one.age_days, one.is_stale)
    return Tile(
        label=str(_(known.short_name)), figure=drawn(figure, known, locale), period=_name(one.period, locale),
        parts=counts_text(figure, locale), missing=missing_text(figure, locale),
        source=_source_name(one.origin), source_url=one.origin.url if one.origin else "",
        importer=one.origin.entered_by if one.origin else "",
        age=age_text(age, clock.local_day(figure.recorded_at), locale), is_stale=one.is_stale, is_demo=figure.is_demo,
        trend=trend(figure, before, period.shifted(-1), known, locale) if period else None,
        target=_target(one.aim, one.known, locale),
    )  # fmt: skip


def _source_name(origin: Origin | None) -> str:
    return source_text(origin.document, origin.others) if origin else ""


def _target(aim: Aim | None, known: Known, locale: str) -> Target | None:
    if aim is None or not known.is_share:
        return None
    percent = aim.hundredths / 100
    return Target(percent, decimal(percent, 2, locale, is_short=True) + "%", known.is_up is not False)


def _behind(agenda: Agenda, one: Laggards, locale: str, place_url: Callable[[str], str]) -> Screen:
    target, known = _target(one.aim, one.known, locale), indicator_of(one.known)
    kinds = tuple(_kind(kind, known, target, locale, place_url) for kind in one.kinds)
    aim = _("chỉ tiêu %(target)s", target=target.text) if target else _("tỉnh chưa đặt chỉ tiêu")
    has_any = any(kind.ranked for kind in one.kinds)
    return Screen(
        kind="behind", title=_("Đang chậm: %(name)s", name=_(one.known.short_name)),
        lead=f"{_period_of(agenda, locale)} · {aim}", kinds=tuple(kind for kind in kinds if kind.rows or kind.note),
        target=target.value if target else None,
        empty="" if any(kind.rows for kind in kinds) else _nobody(has_target=target is not None, has_any=has_any),
        source=_source_name(one.origin), source_url=one.origin.url if one.origin else "",
        age=_entered(one.recorded_on, locale), is_demo=one.is_demo,
    )  # fmt: skip


def _nobody(*, has_target: bool, has_any: bool) -> str:
    if not has_any:
        return str(_("Chưa nơi nào có đủ số liệu để so sánh."))
    if has_target:
        return str(_("Mọi nơi được so sánh đều đã đạt chỉ tiêu."))
    return str(_("Không nơi nào chậm hẳn so với các nơi cùng loại."))


def _entered(moment: str, locale: str) -> str:
    day = formats.moment(datetime.fromisoformat(moment), locale) if moment else ""
    return str(_("nhập ngày %(day)s", day=day)) if day else ""


# As pages of the figures have them, in Vietnamese everywhere.
_KINDS = {"xa": "Xã", "phuong": "Phường", "dac-khu": "Đặc khu"}


def kind_name(kind: str) -> str:
    """A type of commune, in Vietnamese."""
    return _KINDS.get(kind, kind)


def _kind(kind: Kind, known: Indicator, target: Target | None, locale: str, place_url: Callable[[str], str]) -> Kinds:
    rows = tuple(_row(one, known, target, kind.ranked, (locale, place_url)) for one in kind.behind)
    return Kinds(name=kind_name(kind.kind), rows=rows, note=_kind_note(kind, known))


def _kind_note(kind: Kind, known: Indicator) -> str:
    notes = []
    if kind.ranked == 1:
        notes.append(_("Chỉ có một nơi đủ số liệu nên không so sánh"))
    if kind.unnamed:
        notes.append(_("thêm %(number)s nơi khác cũng đang chậm", number=kind.unnamed))
    if kind.too_few:
        notes.append(
            _(
                "%(number)s nơi có dưới %(least)s hồ sơ hay lượt đánh giá nên không xếp hạng",
                number=kind.too_few,
                least=known.least,
            )
        )
    if kind.hidden:
        notes.append(_("%(number)s nơi có số được ẩn để không lộ ai đánh giá", number=kind.hidden))
    if kind.silent:
        notes.append(_("%(number)s nơi chưa báo cáo", number=kind.silent))
    text = "; ".join(str(note) for note in notes)
    return text[:1].upper() + text[1:]


def _row(
    one: Behind, known: Indicator, target: Target | None, ranked: int, look: tuple[str, Callable[[str], str]]
) -> Row:
    (locale, place_url), figure = look, figure_of(one.counts)
    value = value_of(figure, known) or 0.0
    gap = ""
    if target is not None and not target.is_met(value):
        points = decimal(abs(target.value - value), 2, locale, is_short=True)
        gap = str(_("cách chỉ tiêu %(points)s điểm", points=points))
    return Row(
        name=one.name, url=place_url(one.place), rank=str(_("hạng %(rank)s/%(total)s", rank=one.rank, total=ranked)),
        value=value_text(figure, known, locale), counts=counts_text(figure, locale),
        length=round(min(max(value, 0.0), 100.0), 2), gap=gap,
    )  # fmt: skip


def _silent(agenda: Agenda, locale: str, place_url: Callable[[str], str]) -> list[Screen]:
    title, total = _("Chưa báo cáo"), len(agenda.silent)
    lead = _("%(period)s · %(number)s trong %(total)s nơi chưa có số liệu nào", period=_period_of(agenda, locale),
             number=total, total=agenda.expected)  # fmt: skip
    source = str(_("Số liệu đã nhập vào cổng này"))
    age = _made(agenda, locale)
    has_demo = any(one.figure is not None and one.figure.is_demo for one in agenda.headlines)
    if not total:
        empty = _("Mọi xã, phường, đặc khu đều đã có số liệu của kỳ này.")
        return [Screen(kind="silent", title=title, lead=_period_of(agenda, locale), empty=empty, source=source, age=age,
                       is_demo=has_demo)]  # fmt: skip
    parts = list(_parts(agenda.silent, _NAMES))
    return [
        Screen(
            kind="silent", title=title, part=_part(number, len(parts)), lead=lead, source=source, age=age,
            names=tuple((one.name, place_url(one.slug)) for one in part), is_demo=has_demo,
        )
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip


def _parts(items: Sequence[Any], most: int) -> Sequence[tuple[Any, ...]]:
    """Items in parts of nearly the same length: the last screen isn't left with one name."""
    size = -(-len(items) // -(-len(items) // most))
    return [tuple(items[first : first + size]) for first in range(0, len(items), size)]


def _part(number: int, total: int) -> str:
    return f"{number}/{total}" if total > 1 else ""


def _tasks_source(agenda: Agenda) -> str:
    if agenda.is_public:
        return str(_("Sổ nhiệm vụ chỉ đạo, những văn bản tỉnh đã công khai"))
    return str(_("Sổ nhiệm vụ chỉ đạo; không kể việc của văn bản cũ chưa rõ kết quả"))


def _late(agenda: Agenda, late: Overdue, locale: str, blank: Screen) -> list[Screen]:
    age = _made(agenda, locale)
    if late.counted_at:
        age = str(_("đếm lúc %(time)s", time=formats.instant(datetime.fromisoformat(late.counted_at), locale)))
    blank = replace(blank, age=age, is_demo=late.has_demo)
    big = formats.number(late.total, locale)
    if not late.total:
        return [replace(blank, empty=str(_("Không có việc nào quá hạn.")))]
    if not late.rows:
        lead = _("Số theo từng cơ quan chỉ cán bộ xem được: số nhỏ có thể cho biết ai đã phản ánh.")
        return [replace(blank, lead=str(lead), big=big)]
    parts = list(_parts(late.rows, _LATE))
    return [
        replace(
            blank, part=_part(number, len(parts)), lead=_late_lead(late, big),
            late=tuple(_late_row(one, locale) for one in part),
        )
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip


def _late_lead(late: Overdue, total: str) -> str:
    return str(_("%(total)s việc, ở %(number)s cơ quan", total=total, number=len(late.rows)))


def _late_row(one: Late, locale: str) -> LateRow:
    return LateRow(
        agency=one.agency or str(_("Chưa rõ cơ quan phụ trách")), count=formats.number(one.count, locale),
        since=str(_("lâu nhất: hạn %(day)s", day=formats.day(date.fromisoformat(one.oldest), locale))),
    )  # fmt: skip


def _made(agenda: Agenda, locale: str) -> str:
    """When it was counted: publicly the day alone, since a page is kept for a day."""
    if agenda.is_public:
        return str(_("tính đến ngày %(day)s", day=formats.day(date.fromisoformat(agenda.today), locale)))
    return str(_("tính đến %(time)s", time=formats.instant(datetime.fromisoformat(agenda.made_at), locale)))
