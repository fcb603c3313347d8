"""Links, codes and posters of many teams in one file: what is asked for here, the worker makes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import LOCALES, current_locale
from portal.core.kept import KeptByVersion
from portal.core.pages import LINKS, renderer
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.text import clean_line
from portal.core.tokens import new_code
from portal.guides import queries as guides
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas
from portal.search.folding import sort_key
from portal.sharing.poster import Sheet
from portal.sharing.targets import target_of
from portal.teams import bulk_files as files
from portal.teams import bulk_parts as parts
from portal.teams import bulk_queries as queries
from portal.teams import bulk_service as service
from portal.teams.bulk_models import BulkForm, BulkJob, BulkState
from portal.teams.bulk_service import MOST_PAGES, BulkError, Wanted
from portal.teams.bulk_words import form_label, problem_text, refusal, sheet_labels, state_label
from portal.teams.bulk_work import is_current
from portal.teams.kit_reach import Reach, reach_of
from portal.teams.queries import teams_by_commune

bulk_staff = Blueprint("bulk_staff", __name__, url_prefix="/can-bo/chia-se/hang-loat")
_SHARE = Permission.SHARE_LINKS
_PATH = "/chia-se/hang-loat"
_LISTED, _LOOKED_AT = 30, 300
_LONGEST = 500
_MIMETYPES = {BulkForm.ZIP: "application/zip", BulkForm.PDF: "application/pdf"}
# In the form: the province of the portal is "", which would be no choice.
_ALL = "tat-ca"
Option = tuple[str, str, bool]
# Whether files say what is so: to compare five thousand teams takes a second.
_current: KeptByVersion[tuple[str, date], bool] = KeptByVersion(500)


@bulk_staff.get("")
@requires(_SHARE, is_scoped=True)
def jobs() -> ResponseReturnValue:
    return _form(reach_of(principal()))


def _form(reach: Reach, problem: str = "", field: str = "", status: int = 200) -> Response:
    given, chosen = request.form, request.form.getlist("trang")
    form, sheet = given.get("dang", BulkForm.ZIP.value), given.get("kho", Sheet.A4.value)
    first, more = _pages(chosen)
    return render_staff(
        "staff/teams/bulk.html", title=_("Áp phích hàng loạt"), crumbs=_crumbs(), status=status,
        errors=[(problem, field)] if problem else [], messages={field: problem} if problem else {},
        places=_places(reach, given.get("noi", "")), first=first, more=more, most=MOST_PAGES,
        forms=[(one.value, form_label(one), one.value == form) for one in BulkForm],
        sheets=[(value, label, value == sheet) for value, label in sheet_labels().items()],
        key=clean_line(given.get("khoa", ""), 64) or new_code(20), rows=_recent(reach), share_url=staff_url("/chia-se"),
    )  # fmt: skip


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Chia sẻ"), staff_url("/chia-se"))]


def _places(reach: Reach, chosen: str) -> list[Option]:
    """Where somebody may have files made: the whole, and communes that have a team."""
    known = atlas()
    options = [(_ALL, str(_("Toàn cổng: mọi tổ")))] if reach.is_everywhere else []
    wider = (known.get(territory) for territory in sorted(reach.territories))
    options += [(place.slug, str(_("%(place)s: mọi tổ", place=full_name(place))))
                for place in wider if place and place.level != Level.COMMUNE]  # fmt: skip
    communes = [place for slug in teams_by_commune() if (place := known.get(slug)) and parts.reaches(reach, slug)]
    options += [(place.slug, full_name(place)) for place in sorted(communes, key=lambda one: sort_key(one.name))]
    return [(value, label, value == chosen) for value, label in options]


def _pages(chosen: Sequence[str]) -> tuple[list[Option], list[Option]]:
    """The pages that are shared most often, and all the other guides."""
    cards = sorted(guides.cards(current_locale().code), key=lambda card: sort_key(card.title))
    first = [(parts.OWN_PAGE, str(_("Trang của từng tổ")))]
    first += [(guides.URL_PREFIX + card.slug, card.title) for card in cards if card.kind == "life_event"]
    first += [(LINKS["reductions"], str(_("Chính sách giảm phí"))), (LINKS["calculator"], str(_("Tính thử phí")))]
    more = [(guides.URL_PREFIX + card.slug, card.title) for card in cards if card.kind != "life_event"]
    return _marked(first, chosen), _marked(more, chosen)


def _marked(pages: Sequence[tuple[str, str]], chosen: Sequence[str]) -> list[Option]:
    return [(path, title, path in chosen) for path, title in pages]


def _recent(reach: Reach) -> list[tuple[BulkJob, str, str, str]]:
    """The newest files of places within reach."""
    found = [job for job in queries.recent(_LOOKED_AT) if parts.reaches(reach, job.place)]
    return [(job, _scope(job), state_label(job.state), _here(job)) for job in found[:_LISTED]]


def _scope(job: BulkJob) -> str:
    return parts.scope_name(job.place) or str(_("toàn cổng"))


def _here(job: BulkJob) -> str:
    return staff_url(f"{_PATH}/{job.code}")


@bulk_staff.post("")
@requires(_SHARE, is_scoped=True)
def ask() -> ResponseReturnValue:
    reach, given = reach_of(principal()), request.form
    place, key = given.get("noi", ""), given.get("khoa", "")
    if place not in {value for value, _label, _is_chosen in _places(reach, place)}:
        return _form(reach, refusal("no_place"), "noi", 422)
    if not 0 < len(key) <= 64:
        abort(400)
    place = parts.EVERYWHERE if place == _ALL else place
    try:
        job = service.ask(
            Wanted(
                place=place, place_name=parts.scope_name(place), pages=_wanted_pages(), locale=current_locale().code,
                form=BulkForm(given.get("dang", "")), sheet=Sheet(given.get("kho", "")).value,
                teams=len(parts.teams_of(place)),
            ),
            actor=principal().actor, key=key, now=clock.now(),
        )  # fmt: skip
    except BulkError as error:
        return _form(reach, refusal(error.code), "noi" if error.code == "no_teams" else "trang", 422)
    except ValueError:
        abort(400)
    return see_other(_here(job))


def _wanted_pages() -> tuple[str, ...]:
    """The pages that were chosen, each once; those that aren't ours are left out."""
    site, found = renderer().config.site_url, dict[str, None]()
    for given in request.form.getlist("trang")[: 10 * MOST_PAGES]:
        target = target_of(given[:_LONGEST], site) if given != parts.OWN_PAGE else None
        if given == parts.OWN_PAGE:
            found[given] = None
        elif target is not None:
            found[target.path] = None
    return tuple(found)


def _job(code: str) -> BulkJob:
    """A job of a place within reach; for others it doesn't exist."""
    job = queries.job(code)
    return job if job is not None and parts.reaches(reach_of(principal()), job.place) else abort(404)


@bulk_staff.get("/<slug:code>")
@requires(_SHARE, is_scoped=True)
def job_page(code: str) -> ResponseReturnValue:
    return _job_page(_job(code))


def _job_page(job: BulkJob, status: int = 200) -> Response:
    is_done = job.state == BulkState.DONE.value
    titles = {card.slug: card.title for card in guides.cards(current_locale().code)}
    return render_staff(
        "staff/teams/bulk_job.html", "staff/teams/_bulk_job.html", title=_("Áp phích: %(place)s", place=_scope(job)),
        crumbs=[*_crumbs(), (_("Hàng loạt"), staff_url(_PATH))], status=status, job=job, here=_here(job),
        state=state_label(job.state), is_at_work=job.state in queries.AT_WORK, is_done=is_done,
        is_outdated=is_done and not _is_offered(job), problem=problem_text(job.problem), form=form_label(job.form),
        sheet=sheet_labels()[job.sheet], again_url=staff_url(_PATH), language=LOCALES[job.locale].name,
        pages=[_page_title(page, titles) for page in job.pages], megabytes=max(1, round(job.size / 1_048_576)),
    )  # fmt: skip


def _page_title(page: str, titles: dict[str, str]) -> str:
    names = {parts.OWN_PAGE: _("Trang của từng tổ"), LINKS["reductions"]: _("Chính sách giảm phí"),
             LINKS["calculator"]: _("Tính thử phí")}  # fmt: skip
    return names.get(page) or titles.get(page.removeprefix(guides.URL_PREFIX), page)


def _is_offered(job: BulkJob) -> bool:
    """Whether the file may be handed out: it is there, and says nothing that isn't so any more."""
    if job.state != BulkState.DONE.value or not files.file_of(_folder(), job).is_file():
        return False
    return _current.get((job.code, clock.today()), lambda: is_current(job))


def _folder() -> Path:
    return files.bulk_folder(renderer().config.data_dir)


@bulk_staff.get("/<slug:code>/tep")
@requires(_SHARE, is_scoped=True)
def download(code: str) -> ResponseReturnValue:
    job = _job(code)
    if not _is_offered(job):
        return _job_page(job, 410 if job.state != BulkState.DONE.value else 409)
    name = f"ap-phich-{files.plain(job.place or 'toan-cong')}-{job.state_at:%Y%m%d}.{job.form}"
    return send_file(
        files.file_of(_folder(), job), _MIMETYPES[BulkForm(job.form)], as_attachment=True, download_name=name,
        conditional=False, etag=False, last_modified=None, max_age=None,
    )  # fmt: skip


@bulk_staff.post("/<slug:code>/huy")
@requires(_SHARE, is_scoped=True)
def end(code: str) -> ResponseReturnValue:
    job = _job(code)
    if service.end(code, actor=principal().actor, place_name=parts.scope_name(job.place), now=clock.now()):
        files.remove(_folder(), job)
    return see_other(_here(job))
