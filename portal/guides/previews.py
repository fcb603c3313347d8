"""What the preview picture of a guide shows: its title, how it is filed and how long it takes.

No fees and no savings: whoever keeps the picture would go on showing them after they have ended.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.i18n import Locale
from portal.core.pages import renderer
from portal.guides import queries
from portal.guides.queries import GuideRow
from portal.media.preview import Fact, Preview
from portal.procedures import queries as procedure_queries
from portal.procedures.present import CHANNEL_ORDER
from portal.procedures.queries import RecordFacts
from portal.procedures.time_lines import TimeLine, TimeUnit


def find_guide_preview(slug: str, locale: Locale) -> Preview | None:
    """The preview of a guide; None where there is no such guide."""
    row = queries.guide(slug, locale.code)
    if row is None:
        return None
    facts = procedure_queries.record_facts(row.procedures)
    return guide_preview(row, next((facts[code] for code in row.procedures if code in facts), None), locale)


def guide_preview(row: GuideRow, main: RecordFacts | None, locale: Locale) -> Preview:
    """The preview of a guide; `main` is the first record that it explains."""
    known = renderer()
    kinds = {"life_event": _("Việc trong đời"), "how_to": _("Cách làm")}
    return Preview(
        portal_name=known.site(locale).portal_name,
        kind=kinds.get(row.kind) or _("Hướng dẫn"),
        title=row.title,
        facts=tuple(_record_facts(main) if main and row.kind == "service" else _steps(row)),
        icon=row.icon,
        colours=known.profile.colours,
        has_own_logo=known.profile.logo is not None,
    )


def _steps(row: GuideRow) -> list[Fact]:
    count = len(row.body["steps"])
    if row.kind == "life_event":
        return [Fact("list", ngettext("%(num)s việc, theo thứ tự", "%(num)s việc, theo thứ tự", count))]
    return [Fact("list", ngettext("%(num)s bước", "%(num)s bước", count))]


def _record_facts(main: RecordFacts) -> list[Fact]:
    """The way of filing that the page puts first, and its time where there is only one."""
    channel = next((kind for kind in CHANNEL_ORDER if kind in main.channels), None)
    if channel is None:
        return []
    ways = {
        "online": Fact("smartphone", _("Nộp trực tuyến")),
        "direct": Fact("building-2", _("Nộp trực tiếp")),
        "postal": Fact("mail", _("Qua bưu chính")),
    }
    times = [line for line in main.times if line.channel == channel and line.quantity is not None]
    is_plain = len(times) == 1 and not times[0].condition_vi
    duration = _duration(times[0]) if is_plain else None
    return [ways[channel], Fact("clock", duration)] if duration else [ways[channel]]


def _duration(time: TimeLine) -> str | None:
    num = time.quantity or 0
    if time.unit is TimeUnit.WORKING_DAY:
        return str(ngettext("%(num)s ngày làm việc", "%(num)s ngày làm việc", num))
    if time.unit is TimeUnit.DAY:
        return str(ngettext("%(num)s ngày", "%(num)s ngày", num))
    if time.unit is TimeUnit.HOUR:
        return str(ngettext("%(num)s giờ", "%(num)s giờ", num))
    return str(ngettext("%(num)s tháng", "%(num)s tháng", num)) if time.unit is TimeUnit.MONTH else None
