"""A draft as it is written, looked at by a second person, and published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies.queries import agencies
from portal.core import clock
from portal.core.access import requires
from portal.core.db import unit_of_work
from portal.core.gate import principal, see_other
from portal.core.i18n import LOCALES, current_locale, localised_path
from portal.core.permissions import Permission
from portal.core.second_person import has_written
from portal.core.staff import render_staff
from portal.core.text import clean_paragraphs
from portal.editing import check_queries, checks, queries, service
from portal.editing.advice import Advice, advice
from portal.editing.beside import Beside, beside_draft
from portal.editing.check_present import checks_part
from portal.editing.events import EditingError
from portal.editing.labels import (
    act_label,
    channel_label,
    event_label,
    fault_in_words,
    guide_kinds,
    part_label,
    place_of,
    refusal,
    state_label,
    told_in_words,
)
from portal.editing.models import GuideDraft
from portal.editing.preview import draft_page
from portal.editing.service import LONGEST_NOTE
from portal.editing.staff import crumbs, draft_url, guide_url, shown_differences
from portal.editing.states import ANSWERABLE, TRANSITIONS, Act, DraftState, acts
from portal.editing.values import CHANNELS, MOST_ROWS, Values, changed_rows, typed
from portal.guides import rules
from portal.guides.queries import values_of_guide, withdrawn
from portal.media.queries import library

draft_staff = Blueprint("draft_staff", __name__, url_prefix="/can-bo/ban-thao")
_WRITE = Permission.EDIT_CONTENT
_LIST_ACTS = ("add", "up", "down", "remove")


def _draft(code: str) -> GuideDraft:
    return queries.draft(code) or abort(404)


@draft_staff.get("/<slug:code>")
@requires(_WRITE)
def draft(code: str) -> ResponseReturnValue:
    row = _draft(code)
    return _editor(row, row.content) if row.state == DraftState.DRAFT else overview_page(row)


@draft_staff.post("/<slug:code>")
@requires(_WRITE, opens_units=True)
def save(code: str) -> ResponseReturnValue:
    """Save what was typed, then do what the pressed button says: nothing more, change a list, or send it on.

    In units of work of its own: what was saved stays where sending it on is refused.
    """
    row, form = _draft(code), request.form
    notes = {locale: clean_paragraphs(form.get(f"note.{locale}", ""), LONGEST_NOTE) for locale in LOCALES}
    values, focus = _with_changed_list(typed(form.to_dict(), row.content), form.get("lam", ""))
    try:
        with unit_of_work():
            service.save(row, values, notes, counter=_number("counter"), actor=principal().actor, now=clock.now())
            _deal(row, form.get("lam", ""))
    except EditingError as error:
        return _editor(row, values, error.code, 422 if error.code == "too_much" else 409, notes=notes)
    if form.get("lam") == Act.SUBMIT:
        with unit_of_work():
            return _do(row, Act.SUBMIT, row.counter)
    if form.get("part"):  # the script goes on with the form as it is now
        return _editor(row, values, focus=focus)
    return see_other(draft_url(code) + (f"#{focus}" if focus else ""))


def _deal(row: GuideDraft, pressed: str) -> None:
    """Mark what an agency said as dealt with, or not: `dealt:x` and `open:x` save what was typed too."""
    what, _colon, code = pressed.partition(":")
    comment = check_queries.comment_on(row, code) if what in ("dealt", "open") else None
    if comment:
        checks.deal(row, comment, is_dealt=what == "dealt", actor=principal().actor, now=clock.now())


def _with_changed_list(values: Values, pressed: str) -> tuple[Values, str]:
    """The values once a button such as `up:vi.steps.2` was pressed, and the id of the row that has the focus then."""
    what, _colon, of = pressed.partition(":")
    name, _dot, number = of.rpartition(".")
    if what not in _LIST_ACTS or not number.isdecimal() or len(number) > 4:
        return values, ""
    index = int(number)
    values = changed_rows(values, what, name, index)
    locale, _dot, key = name.rpartition(".")
    rows = (values.get(locale, {}) if locale else values).get(key, [])
    to = {"add": len(rows) - 1, "up": index - 1, "down": index + 1}.get(what, index)
    return values, f"{name}.{min(max(to, 0), len(rows) - 1)}" if rows else name


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


@draft_staff.post("/<slug:code>/lam")
@requires(_WRITE)
def act(code: str) -> ResponseReturnValue:
    """Send on, approve, publish and the like; who may do what, the transition says."""
    row = _draft(code)
    try:
        what = Act(request.form.get("lam", ""))
    except ValueError:
        abort(400)
    if not principal().may(TRANSITIONS[what].permission):
        abort(403)
    return _do(row, what, _number("counter"))


def _do(row: GuideDraft, what: Act, counter: int) -> ResponseReturnValue:
    try:
        service.act(
            row, what, counter=counter, words=clean_paragraphs(request.form.get("words", "")), actor=principal().actor,
            now=clock.now(), parse=rules.parse, at=_moment(), aware_of=_number("aware_of"),
        )  # fmt: skip
    except EditingError as error:
        return _refused(row, error)
    is_over = row.open_slug is None and queries.guide_row(row.slug) is not None
    return see_other(guide_url(row.slug) if is_over else draft_url(row.code))


def _refused(row: GuideDraft, error: EditingError) -> Response:
    details = [one.message for one in error.faults if not one.part]
    if row.state == DraftState.DRAFT:
        return _editor(row, row.content, error.code, 422, details=details)
    details += [f"{place_of(one.part)}: {fault_in_words(one)}" for one in error.faults if one.part]
    return overview_page(row, error.code, details, 409 if error.code in ("meanwhile", "not_possible") else 422)


def _moment() -> datetime | None:
    """The moment in Asia/Ho_Chi_Minh that a form names, to the minute."""
    try:
        found = datetime.fromisoformat(f"{request.form.get('day', '')}T{request.form.get('hour', '')}")
    except ValueError:
        return None
    return found.replace(tzinfo=clock.LOCAL_ZONE, second=0, microsecond=0)


@draft_staff.post("/<slug:code>/lay-goc")
@requires(_WRITE)
def rebase(code: str) -> ResponseReturnValue:
    row = _draft(code)
    try:
        service.rebase(row, actor=principal().actor, now=clock.now())
    except EditingError as error:
        return overview_page(row, error.code, status=409)
    return see_other(draft_url(code))


@draft_staff.get("/<slug:code>/xem")
@requires(_WRITE)
def preview(code: str) -> ResponseReturnValue:
    row = _draft(code)
    return render_staff(
        "staff/editing/preview.html", title=row.title or row.slug, crumbs=draft_crumbs(row), row=row,
        guide=draft_page(row, current_locale()), local=None, xa="", choose_url="", helpers="",
    )  # fmt: skip


def draft_crumbs(row: GuideDraft) -> list[tuple[str, str | None]]:
    """The way to a page of a draft."""
    is_published = queries.guide_row(row.slug) is not None
    trail = crumbs(row.slug, row.title) if is_published else crumbs()
    return [*trail, (_("Bản thảo"), draft_url(row.code))]


def _editor(
    row: GuideDraft, values: Values, problem: str = "", status: int = 200, *, details: Sequence[str] = (),
    focus: str = "", notes: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    # What is far too much is not read for advice: that would take its time, too.
    found = advice(values, today=clock.today()) if problem != "too_much" else Advice([], [], 0)
    errors = [(refusal(problem), "ban-thao")] if problem else []
    if problem == "faults":
        errors += [(f"{one.place}: {one.words}", one.field) for one in found.faults]
    errors += [(text, "ban-thao") for text in details]
    return render_staff(
        "staff/editing/editor.html", "staff/editing/_form.html", title=_("Sửa: %(title)s", title=row.title or row.slug),
        status=status, crumbs=draft_crumbs(row)[:-1], row=row, values=values, url=draft_url(row.code), errors=errors,
        notes=row.notes if notes is None else notes, advice=found, focus=focus,
        act_url=draft_url(row.code, "/lam"), preview_url=draft_url(row.code, "/xem"),
        is_outdated=service.is_outdated(row), rebase_url=draft_url(row.code, "/lay-goc"),
        languages=[(code, locale.name) for code, locale in LOCALES.items()], kind=guide_kinds()[row.kind],
        channels=[(name, channel_label(name)) for name in CHANNELS], label=part_label, pictures=rules.pictures(),
        library=library(), live_urls=_live_urls(row),
        icons=sorted(rules.symbols()), most_rows=MOST_ROWS, events=_events(row), said=checks_part(row),
        # The script asks for the form alone.
        beside=Beside() if request.form.get("part") else beside_draft(row),
        take_off_url=draft_url(row.code, "/phan-anh/go"),
    )  # fmt: skip


def _live_urls(row: GuideDraft) -> dict[str, str]:
    """Where the form is shown as its page, by language: each in its own."""
    return {code: localised_path(f"/can-bo/ban-thao/{row.code}/xem-thu", locale) for code, locale in LOCALES.items()}


def overview_page(
    row: GuideDraft, problem: str = "", details: list[str] | None = None, status: int = 200, *,
    asked: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """A draft that isn't written in now; `asked` is what was typed to ask an agency."""
    person = principal()
    held = [one for one in (_WRITE, Permission.REVIEW_CONTENT) if person.may(one)]
    wrote = has_written(row.writers, person.actor)
    guide = queries.guide_row(row.slug)
    before = values_of_guide(guide) if guide else {}
    possible = acts(DraftState(row.state), held, has_written=wrote)
    return render_staff(
        "staff/editing/overview.html", title=row.title or row.slug, status=status, crumbs=draft_crumbs(row)[:-1],
        row=row, problem=refusal(problem) if problem else "", details=details or [], state=state_label(row.state),
        found=shown_differences(before, row.content), is_new=guide is None,
        acts={one.value: act_label(one) for one in possible}, needs_other=row.state == DraftState.IN_REVIEW and wrote,
        act_url=draft_url(row.code, "/lam"), preview_url=draft_url(row.code, "/xem"), events=_events(row),
        beside=beside_draft(row),
        take_off_url=draft_url(row.code, "/phan-anh/go") if row.open_slug else "",
        is_outdated=service.is_outdated(row), today=clock.today(), said=checks_part(row), asked=asked or {},
        gone=withdrawn().get(row.slug) if row.open_slug else None,
        agencies=[one.name for one in agencies()] if row.state in ANSWERABLE else [],
    )  # fmt: skip


def _events(row: GuideDraft) -> list[tuple[str, str, datetime, str]]:
    return [(event_label(one.kind), one.actor_name, one.at, _said(one.kind, one.text)) for one in queries.events(row)]


def _said(kind: str, text: str) -> str:
    if kind == "told":
        return told_in_words(text)
    return refusal(text) if kind == "failed" else text
