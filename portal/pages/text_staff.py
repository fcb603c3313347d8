"""The staff's page of a standing text: Markdown with a preview, and how it was before."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.core import clock, site_content
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import LOCALES, localised_path
from portal.core.pages import renderer
from portal.core.permissions import Permission
from portal.core.site_content import ChangedMeanwhileError
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_counter
from portal.core.text import clean_line, clean_paragraphs
from portal.pages import texts
from portal.pages.texts import LONGEST, NAMES, TextError

text_staff = Blueprint("text_staff", __name__, url_prefix="/can-bo/trang-cong")
HERE = "/trang-cong"
_EDIT = Permission.EDIT_CONTENT


def links() -> list[tuple[str, str, bool]]:
    """Every text: its title and language, where it is changed, and whether it is the province's own."""
    return [
        (
            f"{texts.parted(texts.text_of(name, code) or texts.text_of(name, 'vi'))[0]} ({locale.name})",
            staff_url(f"{HERE}/{name}/{code}"),
            texts.own(name, code) is not None,
        )
        for name in NAMES
        for code, locale in LOCALES.items()
    ]


def _known(name: str, locale: str) -> None:
    if name not in NAMES or locale not in LOCALES:
        abort(404)


@text_staff.get("/<slug:name>/<slug:locale>")
@requires(_EDIT)
def text(name: str, locale: str) -> ResponseReturnValue:
    _known(name, locale)
    title, body = texts.parted(texts.text_of(name, locale))
    return _page(name, locale, title, body)


@text_staff.post("/<slug:name>/<slug:locale>")
@requires(_EDIT)
def change_text(name: str, locale: str) -> ResponseReturnValue:
    _known(name, locale)
    title, body = _typed()
    wanted = None
    try:
        if request.form.get("act") != "reset":
            wanted = texts.joined(title, body, renderer().profile.allows)
        texts.save(name, locale, wanted, counter=sent_counter(), actor=principal().actor, now=clock.now())
    except TextError as error:
        return _page(name, locale, title, body, errors=[(_refusal(error), error.field)], status=422)
    except ChangedMeanwhileError:
        return _page(name, locale, title, body, errors=[(changed_meanwhile(), "body")], status=409)
    return see_other(staff_url(f"{HERE}/{name}/{locale}"))


@text_staff.post("/<slug:name>/<slug:locale>/xem-truoc")
@requires(_EDIT, only_reads=True)
def preview_text(name: str, locale: str) -> ResponseReturnValue:
    _known(name, locale)
    title, body = _typed()
    try:
        wanted = texts.joined(title, body, renderer().profile.allows)
    except TextError as error:
        return _page(name, locale, title, body, errors=[(_refusal(error), error.field)], status=422)
    _title, html, _description = texts.render(wanted, LOCALES[locale].prefix)
    return _page(name, locale, title, body, preview=html)


def _typed() -> tuple[str, str]:
    form = request.form
    # As much is kept of what is too long as can be sent, so that it can be shortened.
    return clean_line(form.get("title", ""), 1_000), clean_paragraphs(form.get("body", ""), 200_000)


def _page(
    name: str, locale: str, title: str, body: str, *, errors: list[tuple[str, str]] | None = None,
    preview: Markup | None = None, status: int = 200,
) -> Response:  # fmt: skip
    key, here = texts.key_of(name, locale), staff_url(f"{HERE}/{name}/{locale}")
    # A form that was refused keeps the number that it was opened with: sending it again is no way around.
    counter = site_content.counter_of(key) if request.method == "GET" else sent_counter()
    return render_staff(
        "staff/pages/text.html", title=texts.parted(texts.text_of(name, "vi"))[0], status=status, here=here,
        crumbs=[(_("Nội dung của cổng"), staff_url("/noi-dung"))], language=LOCALES[locale].name, text_title=title,
        body=body, errors=errors or [], problems={field: message for message, field in errors or []}, counter=counter,
        preview=preview, text_locale=locale, versions=texts.versions(name, locale), longest=LONGEST,
        is_own=texts.own(name, locale) is not None, public_url=localised_path(f"/{name}", LOCALES[locale]),
    )  # fmt: skip


def _refusal(error: TextError) -> str:
    messages = {
        "no_title": _("Bạn chưa điền tên trang."),
        "no_text": _("Bạn chưa viết nội dung."),
        "long": _("Dài quá. Tên trang nhiều nhất 120 ký tự, nội dung nhiều nhất 30.000 ký tự."),
        "link": _("Đường dẫn “%(url)s” không thuộc cổng này hay trang được phép.", url=error.text),
    }
    return str(messages[error.code])
