"""The list of what needs an editor's attention."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.access import requires
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.editing.attention import MOST_LINES, attention
from portal.editing.staff import HERE

attention_staff = Blueprint("attention_staff", __name__, url_prefix="/can-bo/can-xem")


@attention_staff.get("")
@requires(Permission.EDIT_CONTENT)
def needs_attention() -> ResponseReturnValue:
    return render_staff(
        "staff/editing/attention.html", title=_("Nội dung cần xem lại"), found=attention(clock.today()),
        most_lines=MOST_LINES, guides_url=staff_url(HERE), documents_url=staff_url("/van-ban"),
        reductions_url=staff_url("/giam-phi"),
        new_url=staff_url(f"{HERE}/them"), synonym_url=staff_url("/tu-dong-nghia/them?tu="),
        cases_url=staff_url("/phan-anh-tat-ca"),
    )  # fmt: skip


def waiting_attention(person: Principal) -> list[Waiting]:
    """How much needs attention, for editors."""
    if not person.may(Permission.EDIT_CONTENT):
        return []
    count = attention(clock.today()).count
    label = ngettext("%(num)s chỗ trong nội dung cần xem lại", "%(num)s chỗ trong nội dung cần xem lại", count)
    return [Waiting(label, count, "/can-bo/can-xem")]
