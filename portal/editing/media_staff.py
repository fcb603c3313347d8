"""What editors upload for guides: the list, adding a picture or video, what is said of one, and taking it away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.db import unit_of_work
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, current_locale, localised_path
from portal.core.pages import renderer
from portal.core.pagination import Pagination
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.text import clean_line, fold
from portal.editing.media_forms import MOST_BYTES, Typed, taken_in, typed
from portal.editing.media_uses import Use, uses
from portal.editing.media_words import kind_labels, refusal, upload_problem
from portal.editing.staff import draft_url
from portal.guides.queries import URL_PREFIX
from portal.media import queries, service
from portal.media.library import KINDS, PICTURE, VIDEO
from portal.media.models import MediaFile
from portal.media.service import MediaError
from portal.media.upload_rules import UploadRefused

media_staff = Blueprint("media_staff", __name__, url_prefix="/can-bo/hinh")
_HERE = "/hinh"
_PER_PAGE = 24
_MEGABYTE = 1024 * 1024
# More than is taken: who chose a file that is somewhat too large is told so beside the texts that they typed.
_MOST_FORM_BYTES = 2 * MOST_BYTES[VIDEO]


@media_staff.get("")
@requires(Permission.EDIT_CONTENT)
def files() -> ResponseReturnValue:
    """What there is, the newest first."""
    text, kind = clean_line(request.args.get("q", ""), 100), request.args.get("loai", "")
    kind, used = kind if kind in KINDS else "", uses()
    found = [row for row in queries.media_files(kind) if _matches(row, text)]
    path = localised_path(request.path, current_locale())
    pagination = Pagination(_page(), _PER_PAGE, len(found), path, (("q", text), ("loai", kind)))
    first = (pagination.current - 1) * _PER_PAGE
    return render_staff(
        "staff/editing/media_list.html", title=_("Hình và video"), text=text, pagination=pagination,
        files=[(_shown(row), used.get(row.slug, [])) for row in found[first : first + _PER_PAGE]],
        kinds=[("", _("Hình và video"), not kind), *((key, name, key == kind) for key, name in kind_labels().items())],
        add_urls=[(staff_url(f"{_HERE}/them?loai={one}"), one) for one in KINDS],
    )  # fmt: skip


def _page() -> int:
    text = request.args.get("trang", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 4 else 1


def _matches(row: MediaFile, text: str) -> bool:
    return fold(text) in fold(" ".join([row.slug, row.credit, *row.alt.values(), *row.caption.values()]))


def _shown(row: MediaFile) -> dict[str, object]:
    picture = queries.picture_of(row) if row.kind == PICTURE else None
    video = queries.video_of(row) if picture is None else None
    return {
        "row": row, "url": staff_url(f"{_HERE}/{row.slug}"), "picture": picture, "video": video,
        "bytes": sum(file["size"] for file in row.files[:1]) / 1000, "kind": kind_labels()[row.kind],
        "alt": row.alt.get(DEFAULT_LOCALE.code, ""),
    }  # fmt: skip


@media_staff.get("/them")
@requires(Permission.EDIT_CONTENT)
def new_file() -> ResponseReturnValue:
    return _form(typed({"loai": request.args.get("loai", "")}), {})


@media_staff.post("/them")
@requires(Permission.EDIT_CONTENT, opens_units=True, most_bytes=_MOST_FORM_BYTES)
def add_file() -> ResponseReturnValue:
    """Take the file in first, which takes its time; then name it in a unit of work."""
    given = typed(request.form)
    problems = {name: refusal(code) for name, code in given.problems(is_new=True).items()}
    if not problems:
        try:
            upload = taken_in(given, request.files.get("tep"), renderer().config)
            with unit_of_work():
                service.add(given.slug, upload, given.said, actor=principal().actor, now=clock.now())
            return see_other(staff_url(f"{_HERE}/{given.slug}"))
        except UploadRefused as refused:
            problems = _problem_of_file(given, refused)
        except MediaError as error:
            problems = {"ten": refusal(error.code)}
    return _form(given, problems, 422)


def _problem_of_file(given: Typed, refused: UploadRefused) -> dict[str, str]:
    if refused.code == "no_seconds":
        return {"duration": refusal("no_seconds")}
    return {"tep": upload_problem(refused.code, refused.found, given.kind, MOST_BYTES[given.kind] // _MEGABYTE)}


@media_staff.get("/<slug:slug>")
@requires(Permission.EDIT_CONTENT)
def file(slug: str) -> ResponseReturnValue:
    row = _row(slug)
    return _detail(row, _typed_of(row), {})


@media_staff.post("/<slug:slug>")
@requires(Permission.EDIT_CONTENT)
def say(slug: str) -> ResponseReturnValue:
    row = _row(slug)
    given = typed(request.form, row.kind)
    problems = {name: refusal(code) for name, code in given.problems(is_new=False).items()}
    if problems:
        return _detail(row, given, problems, 422)
    try:
        service.say(row, given.said, is_used=_is_settled(row), actor=principal().actor, now=clock.now())
    except MediaError as error:
        return _detail(row, given, {"dang-dung": refusal(error.code)}, 409)
    return see_other(staff_url(f"{_HERE}/{slug}"))


@media_staff.post("/<slug:slug>/bo")
@requires(Permission.EDIT_CONTENT)
def remove(slug: str) -> ResponseReturnValue:
    row = _row(slug)
    try:
        service.remove(row, is_used=bool(_uses(row)), actor=principal().actor, now=clock.now())
    except MediaError as error:
        return _detail(row, _typed_of(row), {"dang-dung": refusal(error.code)}, 409)
    return see_other(staff_url(_HERE))


def _row(slug: str) -> MediaFile:
    return queries.media_file(slug) or abort(404)


def _uses(row: MediaFile) -> Sequence[Use]:
    return uses().get(row.slug, [])


def _is_settled(row: MediaFile) -> bool:
    return any(use.is_settled for use in _uses(row))


def _typed_of(row: MediaFile) -> Typed:
    return Typed(kind=row.kind, name=row.slug, alt=row.alt, caption=row.caption, credit=row.credit)


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Hình và video"), staff_url(_HERE))]


def _form(given: Typed, problems: Mapping[str, str], status: int = 200) -> Response:
    title = _("Tải video lên") if given.kind == VIDEO else _("Tải hình lên")
    return render_staff(
        "staff/editing/media_new.html", title=title, status=status, crumbs=_crumbs(), **_fields(given, problems),
        most_megabytes=MOST_BYTES[given.kind] // _MEGABYTE, is_video=given.kind == VIDEO,
    )  # fmt: skip


def _detail(row: MediaFile, given: Typed, problems: Mapping[str, str], status: int = 200) -> Response:
    return render_staff(
        "staff/editing/media_file.html", title=row.slug, status=status, crumbs=_crumbs(), shown=_shown(row),
        uses=[(use, draft_url(use.code) if use.code else localised_path(URL_PREFIX + use.slug, current_locale()))
              for use in _uses(row)],
        is_settled=_is_settled(row),
        url=staff_url(f"{_HERE}/{row.slug}"), remove_url=staff_url(f"{_HERE}/{row.slug}/bo"),
        **_fields(given, problems),
    )  # fmt: skip


def _fields(given: Typed, problems: Mapping[str, str]) -> dict[str, Any]:
    return {
        "given": given, "problems": problems, "errors": [(message, name) for name, message in problems.items()],
        "languages": [(code, locale.name) for code, locale in LOCALES.items()],
    }  # fmt: skip
