"""The guides as their editors keep them: the list, a guide with its versions, what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, current_locale, localised_path
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.core.tables import Column, Link, ListSource, Order, table_page
from portal.core.text import clean_line, fold, slugify
from portal.editing import queries, service
from portal.editing.charges import in_charge, take_charge
from portal.editing.check_queries import open_comments_by_draft
from portal.editing.compare import differences
from portal.editing.events import EditingError
from portal.editing.labels import channel_label, guide_kinds, part_label, refusal, state_label
from portal.editing.models import GuideDraft
from portal.editing.queries import Listed, VersionRow
from portal.editing.states import OVER, DraftState
from portal.editing.translations import others
from portal.editing.values import tidy
from portal.guides.content import KINDS
from portal.guides.models import Guide, GuideVersion
from portal.guides.queries import URL_PREFIX, values_of_guide, withdrawn

editing_staff = Blueprint("editing_staff", __name__, url_prefix="/can-bo/huong-dan")
HERE = "/huong-dan"
# So much of a version's digest stands in addresses.
_DIGEST_SHOWN = 16
_WRITE = Permission.EDIT_CONTENT


def draft_url(code: str, rest: str = "") -> str:
    """The page of a draft."""
    return staff_url(f"/ban-thao/{code}{rest}")


def guide_url(slug: str, rest: str = "") -> str:
    """The editors' page of a guide."""
    return staff_url(f"{HERE}/{slug}{rest}")


def crumbs(slug: str = "", title: str = "") -> list[tuple[str, str | None]]:
    """The way to a page of the editors."""
    trail: list[tuple[str, str | None]] = [(_("Hướng dẫn"), staff_url(HERE))]
    return [*trail, (title or slug, guide_url(slug))] if slug else trail


@editing_staff.get("")
@requires(_WRITE)
def guides() -> ResponseReturnValue:
    kinds = guide_kinds()
    states = {state.value: state_label(state) for state in DraftState if state not in OVER}
    text = clean_line(request.args.get("q", ""), 100)
    kind, state = request.args.get("loai", ""), request.args.get("ban-thao", "")
    kind, state = kind if kind in kinds else "", state if state in states else ""
    whose, charges = request.args.get("phu-trach", ""), in_charge()
    whose = whose if whose in ("toi", "chua") else ""
    open_drafts = queries.open_drafts()
    drafts = {row.slug: row for row in open_drafts}
    columns = _columns(kinds, charges, drafts)
    parameters = {"q": text, "loai": kind, "ban-thao": state, "phu-trach": whose}
    wanted = {"": None, "toi": principal().code, "chua": ""}[whose]
    source = ListSource(
        [
            row for row in queries.guides()
            if _is_wanted(row, kind, text)
            and (not state or (row.slug in drafts and drafts[row.slug].state == state))
            and wanted in (None, charges.get(row.slug, ("", ""))[0])
        ],
        {
            "ten": lambda row: (row.key, row.slug), "ra-soat": lambda row: (row.next_review_on, row.slug),
            "sua": lambda row: (row.updated_at, row.slug),
        },
    )  # fmt: skip
    table = table_page(columns, source, Order("ten"), parameters=parameters, name="huong-dan")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/editing/list.html", title=_("Hướng dẫn"), table=table, text=text,
        kinds=[("", _("Mọi loại"), not kind), *((key, label, key == kind) for key, label in kinds.items())],
        states=[("", _("Mọi trang"), not state), *((key, label, key == state) for key, label in states.items())],
        drafts=[(row, state_label(row.state), draft_url(row.code)) for row in open_drafts],
        new_url=staff_url(f"{HERE}/them"), records_url=staff_url("/thu-tuc"), gone_url=staff_url("/go-trang"),
        owners=_owners(whose), remarks=open_comments_by_draft(),
    )  # fmt: skip


def _columns(
    kinds: dict[str, str], charges: Mapping[str, tuple[str, str]], drafts: Mapping[str, GuideDraft]
) -> list[Column[Listed]]:
    def draft(row: Listed) -> Link | None:
        found = drafts.get(row.slug)
        return Link(state_label(found.state), draft_url(found.code)) if found else None

    return [
        Column[Listed]("ten", _("Trang"), lambda row: Link(row.title, guide_url(row.slug)), is_sortable=True),
        Column[Listed]("loai", _("Loại"), lambda row: kinds[row.kind]),
        Column[Listed]("ra-soat", _("Rà soát tới"), lambda row: row.next_review_on, is_sortable=True),
        Column[Listed]("sua", _("Đổi lần cuối"), lambda row: row.updated_at, is_sortable=True),
        Column[Listed]("ban-thao", _("Bản thảo"), draft),
        Column[Listed]("phu-trach", _("Phụ trách"), lambda row: charges.get(row.slug, ("", None))[1]),
    ]


def _owners(whose: str) -> list[tuple[str, str, bool]]:
    labels = {"": _("Của mọi người"), "toi": _("Tôi phụ trách"), "chua": _("Chưa ai phụ trách")}
    return [(key, label, key == whose) for key, label in labels.items()]


def _is_wanted(row: Listed, kind: str, text: str) -> bool:
    return (not kind or row.kind == kind) and (not text or fold(text) in row.folded or text in row.slug)


@editing_staff.get("/them")
@requires(_WRITE)
def new_guide() -> ResponseReturnValue:
    return _new_page({}, {})


@editing_staff.post("/them")
@requires(_WRITE)
def add_guide() -> ResponseReturnValue:
    title, kind = clean_line(request.form.get("title", ""), 200), request.form.get("kind", "")
    slug = clean_line(request.form.get("slug", ""), 120) or slugify(title, 100)
    problems = {}
    if not title:
        problems["title"] = refusal("no_title")
    elif slugify(slug, 100) != slug:
        problems["slug"] = refusal("bad_slug")
    if not problems and kind in KINDS:
        try:
            row = service.start_new(
                slug, kind, title, actor=principal().actor, now=clock.now(), today=clock.today(),
                replaces="replaces" in request.form,
            )  # fmt: skip
            take_charge(slug, title, actor=principal().actor, now=clock.now())
            return see_other(draft_url(row.code))
        except EditingError as error:
            problems["slug"] = refusal(error.code)
    return _new_page({"title": title, "kind": kind, "slug": slug}, problems, 422)


def _new_page(values: dict[str, str], problems: dict[str, str], status: int = 200) -> Response:
    kind = values.get("kind", "") if values.get("kind") in KINDS else KINDS[0]
    return render_staff(
        "staff/editing/new.html", title=_("Viết trang mới"), status=status, crumbs=crumbs(), values=values,
        problems=problems, errors=[(message, field) for field, message in problems.items()],
        kinds=[(key, label, key == kind) for key, label in guide_kinds().items()],
        asks_replace=values.get("slug", "") in withdrawn(),
    )  # fmt: skip


@editing_staff.get("/<slug:slug>")
@requires(_WRITE)
def guide(slug: str) -> ResponseReturnValue:
    if slug in withdrawn():
        return see_other(staff_url(f"/go-trang/{slug}"))
    row, draft = queries.guide_row(slug) or abort(404), queries.open_draft(slug)
    return render_staff(
        "staff/editing/guide.html", title=title_of(row), crumbs=crumbs(), row=row, draft=draft,
        draft_url=draft_url(draft.code) if draft else "", draft_state=state_label(draft.state) if draft else "",
        begin_url=guide_url(slug, "/sua"), can_begin=draft is None,
        page_url=localised_path(URL_PREFIX + slug, current_locale()), cases_url=guide_url(slug, "/phan-anh"),
        changed_url=guide_url(slug, "/thu-tuc-doi"), withdraw_url=staff_url(f"/go-trang/{slug}"),
        versions=shown_versions(slug, row.digest),
        charge=_charge(slug),
        translate_urls=[(LOCALES[code].name, staff_url(f"/dich/{code}/{slug}")) for code in others()],
    )  # fmt: skip


def shown_versions(slug: str, current: str) -> list[dict[str, object]]:
    """How a guide stood, the newest first; `current` is the digest of the version that is published, or ""."""
    versions = queries.versions(slug)
    former = [*versions[1:], None]
    return [_shown(slug, version, before, current) for version, before in zip(versions, former, strict=True)]


def _charge(slug: str) -> dict[str, object]:
    """Who is in charge of a guide, and where that is changed."""
    code, name = in_charge().get(slug, ("", ""))
    return {
        "name": name, "is_mine": code == principal().code, "take_url": guide_url(slug, "/phu-trach"),
        "leave_url": guide_url(slug, "/thoi-phu-trach"),
    }  # fmt: skip


def title_of(row: Guide) -> str:
    """The Vietnamese title of a published guide."""
    return str(values_of_guide(row)[DEFAULT_LOCALE.code]["title"])


def _shown(slug: str, version: VersionRow, before: VersionRow | None, current: str) -> dict[str, object]:
    own = guide_url(slug, f"/ban/{version.digest[:_DIGEST_SHOWN]}")
    can_compare = before is not None and version.has_content and before.has_content
    return {
        "at": version.recorded_at, "by": version.published_by, "note": version.note.get(DEFAULT_LOCALE.code, ""),
        "is_current": version.digest == current,
        "compare_url": f"{own}?voi={before.digest[:_DIGEST_SHOWN]}" if can_compare and before else "",
        "back_url": f"{own}/lay-lai" if version.has_content and version.digest != current else "",
    }  # fmt: skip


@editing_staff.post("/<slug:slug>/sua")
@requires(_WRITE)
def start_draft(slug: str) -> ResponseReturnValue:
    try:
        row = service.start(slug, actor=principal().actor, now=clock.now())
    except EditingError:
        abort(404)
    return see_other(draft_url(row.code))


@editing_staff.get("/<slug:slug>/ban/<slug:digest>")
@requires(_WRITE)
def version(slug: str, digest: str) -> ResponseReturnValue:
    later, before = _version(slug, digest), _version(slug, request.args.get("voi", ""))
    title = later.texts[DEFAULT_LOCALE.code]["title"]
    return render_staff(
        "staff/editing/compare.html", title=_("Điểm khác giữa hai bản"), crumbs=crumbs(slug, title), before=before,
        later=later, found=shown_differences(before.content or {}, later.content or {}),
    )  # fmt: skip


def shown_differences(before: dict[str, object], after: dict[str, object]) -> list[tuple[str, object]]:
    """What differs, each part by its name for people."""
    return [(_name(one.locale, one.part, one.number), one.pieces) for one in differences(tidy(before), tidy(after))]


def _name(locale: str, part: str, number: int) -> str:
    head, _dot, rest = part.partition(".")
    label = channel_label(rest) if head == "channels" else f"{part_label(head)} {rest or number or ''}".strip()
    return f"{locale}: {label}" if locale not in ("", DEFAULT_LOCALE.code) else label


@editing_staff.post("/<slug:slug>/ban/<slug:digest>/lay-lai")
@requires(_WRITE)
def bring_back(slug: str, digest: str) -> ResponseReturnValue:
    try:
        row = service.start_from(slug, _version(slug, digest).digest, actor=principal().actor, now=clock.now())
    except EditingError as error:
        return render_staff(
            "staff/editing/refused.html", title=_("Chưa lấy lại được bản này"), status=409, crumbs=crumbs(slug),
            why=refusal(error.code), back_url=guide_url(slug),
        )  # fmt: skip
    return see_other(draft_url(row.code))


def _version(slug: str, digest: str) -> GuideVersion:
    """A version by the beginning of its digest, as addresses name it."""
    return (queries.version(slug, digest) if len(digest) == _DIGEST_SHOWN else None) or abort(404)


def waiting_drafts(person: Principal) -> list[Waiting]:
    """The drafts that wait for a second person, to be published, or for somebody to read what an agency said."""
    found = []
    if person.may(Permission.REVIEW_CONTENT):
        count = queries.count_open(DraftState.IN_REVIEW)
        label = ngettext("bản thảo chờ duyệt", "bản thảo chờ duyệt", count)
        found.append(Waiting(label, count, f"/can-bo/huong-dan?ban-thao={DraftState.IN_REVIEW.value}"))
    if person.may(_WRITE):
        count = queries.count_open(DraftState.APPROVED)
        label = ngettext("bản thảo đã duyệt, chờ đăng", "bản thảo đã duyệt, chờ đăng", count)
        found.append(Waiting(label, count, f"/can-bo/huong-dan?ban-thao={DraftState.APPROVED.value}"))
        count = len(open_comments_by_draft())
        label = ngettext("bản thảo có ý kiến của cơ quan", "bản thảo có ý kiến của cơ quan", count)
        found.append(Waiting(label, count, "/can-bo/huong-dan"))
    return found
