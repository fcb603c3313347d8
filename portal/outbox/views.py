"""`/dev/mail`: the mail that was written to the folder, where DEBUG is on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.core.access import development
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render, renderer
from portal.outbox import mail_folder

outbox_views = Blueprint("outbox", __name__)
_SHOWN = 100
_ADDRESS = re.compile(r"(https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]}])")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an e-mail's text; with an address where it can be followed."""

    text: str
    url: str | None


def _folder() -> Path:
    return renderer().config.data_dir / "mail"


def _parts(text: str) -> list[Part]:
    """A line with its links: into this portal by their paths, elsewhere by https alone."""
    own = renderer().config.site_url

    def url(piece: str) -> str | None:
        if piece.startswith(own + "/"):
            return piece.removeprefix(own)
        return piece if piece.startswith("https://") else None

    return [Part(piece, url(piece) if number % 2 else None) for number, piece in enumerate(_ADDRESS.split(text))]


def _page(title: str, path: str) -> Page:
    page = Page(title=title, path=path, noindex=True)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", current_locale()))]
    return page


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


@outbox_views.get("/dev/mail")
@development
def mail_list() -> Response:
    page = _page(_("Thư đã gửi thử"), "/dev/mail")
    page.breadcrumbs.append((page.title, None))
    prefix = localised_path("/dev/mail/", current_locale())
    rows = [(mail, prefix + mail.name) for mail in mail_folder.newest(_folder(), _SHOWN)]
    return _private(render("outbox/mail_list.html", page=page, rows=rows))


@outbox_views.get("/dev/mail/<name>")
@development
def mail_message(name: str) -> Response:
    mail = mail_folder.read(_folder(), name)
    if mail is None:
        abort(404)
    page = _page(mail.subject or _("(không có tiêu đề)"), f"/dev/mail/{name}")
    page.breadcrumbs.append((_("Thư đã gửi thử"), localised_path("/dev/mail", current_locale())))
    page.breadcrumbs.append((page.title, None))
    lines = [_parts(line) for line in mail.text.splitlines() if line.strip()]
    return _private(render("outbox/mail.html", page=page, mail=mail, lines=lines))
