"""The staff's page of the office words, which the help while writing points out."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.core.site_content import ChangedMeanwhileError
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_counter
from portal.core.text import clean_paragraphs
from portal.guides import jargon
from portal.guides.jargon import LONGEST, MOST_WORDS, JargonError

jargon_staff = Blueprint("jargon_staff", __name__, url_prefix="/can-bo/tu-cua-quan")
HERE = "/tu-cua-quan"
_LONGEST_TYPED = 300_000


@jargon_staff.get("")
@requires(Permission.EDIT_CONTENT)
def office_words() -> ResponseReturnValue:
    return _page(jargon.lines_of(jargon.office_words()), jargon.counter())


@jargon_staff.post("")
@requires(Permission.EDIT_CONTENT)
def change_office_words() -> ResponseReturnValue:
    typed = clean_paragraphs(request.form.get("words", ""), _LONGEST_TYPED)
    try:
        words = None if request.form.get("act") == "reset" else jargon.parse(typed)
        jargon.save(words, counter=sent_counter(), actor=principal().actor, now=clock.now())
    except JargonError as error:
        return _page(typed, sent_counter(), _refusal(error), status=422)
    except ChangedMeanwhileError:
        return _page(typed, sent_counter(), changed_meanwhile(), status=409)
    return see_other(staff_url(HERE))


def _page(typed: str, counter: int, problem: str = "", *, status: int = 200) -> Response:
    return render_staff(
        "staff/editing/jargon.html", title=_("Từ cửa quan"), status=status, typed=typed, counter=counter,
        crumbs=[(_("Nội dung của cổng"), staff_url("/noi-dung"))],
        problem=problem, errors=[(problem, "words")] if problem else [], is_own=jargon.is_own(),
        count=len(jargon.office_words()),
    )  # fmt: skip


def _refusal(error: JargonError) -> str:
    line, text = error.line, error.text
    messages = {
        "shape": _("Dòng %(line)s chưa đúng: “%(text)s”. Viết: từ cửa quan => nên nói thế nào.", line=line, text=text),
        "long": _("Dòng %(line)s dài quá %(most)s ký tự mỗi bên: “%(text)s”.", line=line, text=text, most=LONGEST),
        "twice": _("Dòng %(line)s: “%(text)s” đã có ở trên với cách nói khác.", line=line, text=text),
        "many": _("Nhiều nhất %(count)s từ.", count=MOST_WORDS),
    }
    return str(messages[error.code])
