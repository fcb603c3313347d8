"""The guide that somebody wrote about, as it stood when they saw it."""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.core import markdown
from portal.core.access import requires
from portal.core.i18n import LOCALES, current_locale
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.feedback.case_staff import found_case
from portal.feedback.staff import QUEUE, case_url
from portal.guides.queries import former_guide

seen_staff = Blueprint("seen_staff", __name__, url_prefix="/can-bo/phan-anh")


@seen_staff.get("/<slug:code>/trang-da-xem")
@requires(Permission.ANSWER_CASES, is_scoped=True)
def seen_guide(code: str) -> ResponseReturnValue:
    case, _desk = found_case(code)
    found = former_guide(case.subject_key, case.subject_version, case.locale) if case.subject_kind == "guide" else None
    if found is None:
        abort(404)
    prefix = LOCALES[case.locale].prefix if case.locale in LOCALES else current_locale().prefix

    def html(text: str) -> Markup:
        return Markup(markdown.localise_links(text, prefix))

    return render_staff(
        "staff/feedback/seen.html", title=found.title, guide=found, html=html, language=case.locale,
        crumbs=[(_("Phản ánh"), staff_url(QUEUE)), (case.reference, case_url(case.reference))],
    )  # fmt: skip
