"""A draft as its page will be, from what stands in the form at this moment: nothing of it is stored."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from portal.core.access import requires
from portal.core.i18n import current_locale
from portal.core.pages import Page, render
from portal.core.permissions import Permission
from portal.editing import queries
from portal.editing.labels import refusal
from portal.editing.preview import draft_page
from portal.editing.states import DraftState
from portal.editing.values import is_too_much, typed

live_staff = Blueprint("live_staff", __name__, url_prefix="/can-bo/ban-thao")


@live_staff.post("/<slug:code>/xem-thu")
@requires(Permission.EDIT_CONTENT, only_reads=True)
def live(code: str) -> ResponseReturnValue:
    """Asked for a second after the last key: it neither writes nor waits for those who do."""
    row = queries.draft(code) or abort(404)
    if row.state != DraftState.DRAFT:
        return Response(refusal("not_open"), 409, mimetype="text/plain")
    values = typed(request.form.to_dict(), row.content)
    if is_too_much(values):
        return Response(refusal("too_much"), 422, mimetype="text/plain")
    guide = draft_page(row, current_locale(), values)
    return render(
        "staff/editing/live.html", page=Page(title=guide.row.title or row.slug, path=request.path, noindex=True),
        guide=guide, local=None, xa="", choose_url="", helpers="",
    )  # fmt: skip
