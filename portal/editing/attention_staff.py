"""The list of what needs an editor's attention."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal
from portal.core.i18n import LOCALES, current_locale, localised_path
from portal.core.pages import renderer
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.editing.attention import MOST_LINES, attention
from portal.editing.staff import HERE
from portal.linkcheck.labels import reason_in_words

attention_staff = Blueprint("attention_staff", __name__, url_prefix="/can-bo/can-xem")


@attention_staff.get("")
@requires(Permission.EDIT_CONTENT)
def needs_attention() -> ResponseReturnValue:
    is_all, here = request.args.get("cua") == "tat-ca", staff_url("/can-xem")
    return render_staff(
        "staff/editing/attention.html", title=_("Nội dung cần xem lại"),
        found=attention(clock.today(), "" if is_all else principal().code), most_lines=MOST_LINES,
        guides_url=staff_url(HERE), documents_url=staff_url("/van-ban"), new_url=staff_url(f"{HERE}/them"),
        reductions_url=staff_url("/giam-phi"), synonym_url=staff_url("/tu-dong-nghia/them?tu="),
        cases_url=staff_url("/phan-anh-tat-ca"), translate_url=staff_url("/dich"),
        language_names={code: locale.name for code, locale in LOCALES.items()}, link_reason=reason_in_words,
        checks_links=renderer().config.link_check, localised=lambda path: localised_path(path, current_locale()),
        views=[(_("Của tôi và chưa ai phụ trách"), here, not is_all), (_("Tất cả"), f"{here}?cua=tat-ca", is_all)],
    )  # fmt: skip


def waiting_attention(person: Principal) -> list[Waiting]:
    """How much needs attention, for editors."""
    if not person.may(Permission.EDIT_CONTENT):
        return []
    count = attention(clock.today(), person.code).count
    label = ngettext("chỗ trong nội dung cần xem lại", "chỗ trong nội dung cần xem lại", count)
    return [Waiting(label, count, "/can-bo/can-xem")]
