"""Translating guides: how far each language has come, and a guide's Vietnamese beside its translation."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, Locale
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.tables import Column, Link, ListSource, Order, table_page
from portal.editing import queries, service
from portal.editing.events import EditingError
from portal.editing.labels import field_label, guide_kinds, part_label, refusal, state_label, translation_label
from portal.editing.models import GuideDraft
from portal.editing.queries import Translation
from portal.editing.side_by_side import side_by_side, with_translation
from portal.editing.staff import draft_url
from portal.editing.states import DraftState
from portal.editing.translations import known_of_draft, known_of_guide, others
from portal.editing.values import Values
from portal.guides.models import Guide
from portal.guides.queries import values_of_guide
from portal.search.folding import sort_key

translate_staff = Blueprint("translate_staff", __name__, url_prefix="/can-bo/dich")
_WRITE = Permission.EDIT_CONTENT
STATES = ("missing", "partly", "stale", "complete")


def translate_url(locale: str, slug: str) -> str:
    """Where a guide is translated into a language."""
    return staff_url(f"/dich/{locale}/{slug}")


def _state(row: Translation) -> str:
    if not row.has_text:
        return "missing"
    if row.stale:
        return "stale"
    return "complete" if row.is_complete else "partly"


@translate_staff.get("")
@requires(_WRITE)
def languages() -> ResponseReturnValue:
    """Every guide with how far it is translated, in the language that the address names."""
    codes, kinds = others() or abort(404), guide_kinds()
    code, state = request.args.get("ngon-ngu", ""), request.args.get("tinh-trang", "")
    code, state = code if code in codes else codes[0], state if state in STATES else ""
    columns = [
        Column[Translation](
            "ten", _("Trang"), lambda row: Link(row.title, translate_url(code, row.slug)), is_sortable=True
        ),
        Column[Translation]("loai", _("Loại"), lambda row: kinds[row.kind]),
        Column[Translation]("ban-dich", _("Bản dịch"), lambda row: translation_label(_state(row)), is_sortable=True),
        Column[Translation]("cu", _("Phần cũ"), lambda row: row.stale or None, is_number=True),
        Column[Translation]("ban-thao", _("Bản thảo"), lambda row: state_label(row.state) or None),
    ]
    source = ListSource(
        [row for row in queries.translations(code) if state in ("", _state(row))],
        {
            "ten": lambda row: sort_key(row.title),
            "ban-dich": lambda row: (STATES.index(_state(row)), -row.stale, row.slug),
        },
    )
    parameters = {"ngon-ngu": code, "tinh-trang": state}
    table = table_page(columns, source, Order("ten"), parameters=parameters, name=f"ban-dich-{code}")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/editing/translations.html", title=_("Bản dịch"), table=table,
        languages=[(one, LOCALES[one].name, one == code) for one in codes],
        states=[("", _("Mọi trang"), not state), *((one, translation_label(one), one == state) for one in STATES)],
    )  # fmt: skip


def _found(slug: str, locale: str) -> tuple[Locale, GuideDraft | None, Guide | None]:
    """The language, the open draft and the published guide of an address; there is one of the two at least."""
    draft, guide = queries.open_draft(slug), queries.guide_row(slug)
    if locale not in others() or (draft is None and guide is None):
        abort(404)
    return LOCALES[locale], draft, guide


@translate_staff.get("/<locale>/<slug:slug>")
@requires(_WRITE)
def translation(locale: str, slug: str) -> ResponseReturnValue:
    language, draft, guide = _found(slug, locale)
    return _page(slug, language, draft, guide)


@translate_staff.post("/<locale>/<slug:slug>")
@requires(_WRITE)
def save(locale: str, slug: str) -> ResponseReturnValue:
    """Save what was typed in the guide's draft, which is begun where there is none."""
    language, draft, guide = _found(slug, locale)
    form, actor, now = request.form, principal().actor, clock.now()
    counter = form.get("counter", "")
    seen = int(counter) if counter.isdecimal() and len(counter) < 10 else -1
    was = draft  # one that is begun here is gone again where the values are refused
    try:
        if draft is None:
            draft = service.start(slug, actor=actor, now=now)
            seen = draft.counter if seen == 0 else -1
        values = with_translation(draft.content, locale, form.to_dict())
        service.save(
            draft, values, draft.notes, counter=seen, actor=actor, now=now,
            confirmed={locale: form.getlist("con-dung")},
        )  # fmt: skip
    except EditingError as error:
        before = was.content if was else values_of_guide(guide) if guide else {}
        values = with_translation(before, locale, form.to_dict())
        return _page(slug, language, was, guide, typed=values, problem=error.code)
    if form.get("part"):  # the script goes on with the form as it is now
        return _page(slug, language, draft, guide)
    return see_other(draft_url(draft.code) if form.get("lam") == "draft" else translate_url(locale, slug))


def _page(
    slug: str, language: Locale, draft: GuideDraft | None, guide: Guide | None, *, typed: Values | None = None,
    problem: str = "",
) -> Response:  # fmt: skip
    """A guide in both languages; `typed` is what could not be saved."""
    known = (known_of_draft(draft) if draft else known_of_guide(guide) if guide else {}).get(language.code)
    values = draft.content if draft else values_of_guide(guide) if guide else {}
    groups = side_by_side(typed or values, language.code, known, field_label)
    fields = [field for group in groups for field in group.fields]
    state = draft.state if draft else ""
    return render_staff(
        "staff/editing/translate.html", "staff/editing/_translate_form.html", title=_title(values, slug),
        status={"": 200, "too_much": 422}.get(problem, 409), language=language, groups=groups, label=part_label,
        crumbs=[(_("Bản dịch"), staff_url(f"/dich?ngon-ngu={language.code}"))], url=translate_url(language.code, slug),
        counter=draft.counter if draft else 0, key=f"{slug}-{language.code}", draft_state=state_label(state),
        is_open=state in ("", DraftState.DRAFT), draft_url=draft_url(draft.code) if draft else "",
        errors=[(refusal(problem), "ban-thao")] if problem else [], stale=sum(one.is_stale for one in fields),
        missing=sum(one.is_missing for one in fields),
    )  # fmt: skip


def _title(values: Values, slug: str) -> str:
    return str(_("Dịch: %(title)s", title=values.get(DEFAULT_LOCALE.code, {}).get("title") or slug))
