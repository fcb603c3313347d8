"""What a page that is shared says of itself, for posters and messages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.core import formats
from portal.core.i18n import Locale
from portal.fees.arithmetic import Period
from portal.fees.panel import Saving, fee_panels, in_one_sentence
from portal.fees.present import REDUCTIONS, reduction_view
from portal.fees.snapshot import snapshot
from portal.guides import queries as guides
from portal.guides.queries import URL_PREFIX, GuideRow
from portal.media.preview import find_preview
from portal.procedures import queries as procedures
from portal.sharing.poster import SavingWords

_CALCULATION = re.compile(r"/tinh-phi(?:\?[A-Za-z0-9._&=-]{1,400})?")
_SLUG = re.compile(r"[a-z0-9-]{1,100}")
MOST_STEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A page in one language: the first of its steps and how many `more` there are, what a verified reduction saves.

    `sms` says the saving in a few words; `image` is the path of its preview picture, "" where it has the portal's.
    """

    path: str
    kind: str
    title: str
    summary: str = ""
    steps: tuple[str, ...] = ()
    more: int = 0
    saving: SavingWords | None = None
    sms: str = ""
    image: str = ""
    is_demo: bool = False


def subject_of(path: str, commune: str | None, day: date, locale: Locale) -> Subject | None:
    """What the page at a path (without language) says; savings are those of a commune, by slug. None for no page.

    The page of a reduction is one only while that reduction is verified and holds: nothing else may be advertised.
    """
    if _CALCULATION.fullmatch(path):
        return _calculator(path)
    if path == REDUCTIONS:
        return _reductions(path)
    if path.startswith(f"{REDUCTIONS}/"):
        return _reduction(path, day, locale)
    slug = path.removeprefix(URL_PREFIX).partition("?")[0]
    row = guides.guide(slug, locale.code) if path.startswith(URL_PREFIX) and _SLUG.fullmatch(slug) else None
    return _guide(row, path, commune, day, locale) if row else None


def kind_label(kind: str) -> str:
    """What sort of guide it is."""
    labels: dict[str, str] = {"life_event": _("Việc trong đời"), "how_to": _("Cách làm")}
    return str(labels.get(kind) or _("Hướng dẫn"))


def _guide(row: GuideRow, path: str, commune: str | None, day: date, locale: Locale) -> Subject:
    steps = [str(step["title"]) for step in row.body["steps"]]
    preview = find_preview("huong-dan", row.slug, locale)
    saving = _saving_of(row, commune, day, locale)
    return Subject(
        path=path, kind=kind_label(row.kind), title=row.title, summary=row.summary, steps=tuple(steps[:MOST_STEPS]),
        more=max(0, len(steps) - MOST_STEPS), saving=_saving_words(saving, day, locale) if saving else None,
        sms=in_one_sentence(saving) if saving and not saving.case else "", is_demo=bool(saving and saving.is_demo),
        image=preview.path(URL_PREFIX + row.slug, locale) if preview else "",
    )  # fmt: skip


def _saving_of(row: GuideRow, commune: str | None, day: date, locale: Locale) -> Saving | None:
    """What filing online saves, by the guide's first record: verified, known and today's, or nothing."""
    records = procedures.record_facts(row.procedures[:1])
    panels = fee_panels(records, commune, day, locale)
    online = next((panel["online"] for panel in panels.values() if "online" in panel), None)
    savings = sorted(online.savings, key=lambda one: bool(one.case)) if online else []
    return savings[0] if savings else None


def _saving_words(saving: Saving, day: date, locale: Locale) -> SavingWords:
    detail = _("Nộp trực tuyến chỉ %(paid)s, thay vì %(full)s", paid=saving.paid, full=saving.full)
    return SavingWords(
        amount=str(_("Tiết kiệm %(amount)s", amount=saving.amount)),
        detail=f"{detail} ({saving.case})" if saving.case else str(detail),
        citation=_citation(saving.document.number, saving.ends, formats.day(day, locale.code)),
    )


def _citation(document: str, ends: str | None, today: str) -> str:
    if ends:
        words = _("Theo %(document)s, đến hết ngày %(date)s. Phí tính ngày %(today)s.",
                  document=document, date=ends, today=today)  # fmt: skip
    else:
        words = _("Theo %(document)s, chưa có ngày hết hiệu lực. Phí tính ngày %(today)s.",
                  document=document, today=today)  # fmt: skip
    return str(words)


def _reduction(path: str, day: date, locale: Locale) -> Subject | None:
    known = snapshot()
    found = known.tariff.reductions.get(path.removeprefix(f"{REDUCTIONS}/"))
    view = reduction_view(found, day, locale, known.atlas) if found else None
    if view is None or view.state != Period.CURRENT:
        return None
    saving = SavingWords(
        amount=str(_("Giảm %(off)s", off=view.off)), detail=str(_("Dành cho %(place)s", place=view.territory)),
        citation=_citation(view.document.number, view.ends, formats.day(day, locale.code)),
    )  # fmt: skip
    return Subject(path=path, kind=str(_("Giảm phí")), title=view.name, steps=_fee_steps(), saving=saving,
                   is_demo=view.is_demo)  # fmt: skip


def _reductions(path: str) -> Subject:
    return Subject(path=path, kind=str(_("Giảm phí")), title=str(_("Chính sách giảm phí")), steps=_fee_steps())


def _calculator(path: str) -> Subject:
    return Subject(path=path, kind=str(_("Phí, lệ phí")), title=str(_("Tính thử phí")), steps=_fee_steps())


def _fee_steps() -> tuple[str, ...]:
    return (
        str(_("Quét mã, chọn việc bạn cần làm")), str(_("Chọn xã, phường của bạn")),
        str(_("So phí nộp trực tuyến với nộp tại quầy")),
    )  # fmt: skip


def remembered_subject(path: str, title: str) -> Subject:
    """A page of which only the title is known that it had when its link was made.

    The name of a reduction may say what is not true any more: its link is told of as all reductions are.
    """
    return _reductions(path) if path.startswith(f"{REDUCTIONS}/") else Subject(path=path, kind="", title=title)
