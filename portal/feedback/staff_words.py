"""The words that the staff's pages of the feedback have and the public ones don't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import workdays
from portal.feedback.deadlines import is_overdue, working_days_left
from portal.feedback.labels import agency_name, category_label, target_label
from portal.feedback.models import FeedbackCase, FeedbackRule
from portal.feedback.queries import rule_by_code
from portal.feedback.queue import Tab
from portal.feedback.routing import SUBJECT_AGENCY, Rule
from portal.feedback.rulebook import MOST_DAYS, RulebookError
from portal.feedback.states import CaseState
from portal.places.kinds import full_name
from portal.places.queries import atlas

LATE, TODAY, SOON, CALM, STILL = "late", "today", "soon", "calm", "still"
_SOON = 2


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How much time is left, in words, and how urgent that is."""

    text: str
    urgency: str


def time_left(state: str, due_on: date | None, today: date) -> TimeLeft:
    """The time until something has to happen, in working days."""
    if state == CaseState.WAITING:
        return TimeLeft(str(_("Chờ người gửi")), STILL)
    if state != CaseState.OPEN:
        return TimeLeft("", STILL)
    if due_on is None:
        return TimeLeft(str(_("Không có hạn")), STILL)
    days = working_days_left(due_on, today, workdays.calendar())
    if is_overdue(due_on, today):
        late = max(-days, 1)
        return TimeLeft(str(ngettext("Quá hạn %(num)s ngày", "Quá hạn %(num)s ngày", late)), LATE)
    if due_on == today:
        return TimeLeft(str(_("Hôm nay")), TODAY)
    words = str(ngettext("Còn %(num)s ngày làm việc", "Còn %(num)s ngày làm việc", max(days, 0)))
    return TimeLeft(words, SOON if days <= _SOON else CALM)


def tab_label(tab: Tab) -> str:
    """A part of the queue."""
    labels: dict[Tab, str] = {
        Tab.OPEN: _("Cần xử lý"),
        Tab.OVERDUE: _("Quá hạn"),
        Tab.TODAY: _("Đến hạn hôm nay"),
        Tab.WEEK: _("Đến hạn trong tuần"),
        Tab.NO_DEADLINE: _("Không có hạn"),
        Tab.WAITING: _("Chờ người gửi"),
        Tab.UNASSIGNED: _("Chưa giao ai"),
        Tab.ESCALATED: _("Được báo lên"),
        Tab.ENDED: _("Đã xong"),
    }
    return labels[tab]


def place_name(slug: str) -> str:
    """A place with its type; "" for none, the slug where it is gone."""
    place = atlas().get(slug) if slug else None
    return full_name(place) if place else slug


def rule_in_words(rule: Rule | FeedbackRule) -> str:
    """When a rule holds, and where it sends what it holds for."""
    return f"{_conditions(rule)} → {target_label(rule.target)}"


def _conditions(rule: Rule | FeedbackRule) -> str:
    if rule.is_default:
        return str(_("Mọi phản ánh không khớp quy tắc nào"))
    parts = []
    if rule.category:
        parts.append(_("mục “%(name)s”", name=category_label(rule.category)))
    if rule.place:
        parts.append(_("ở %(name)s", name=place_name(rule.place)))
    if rule.about:
        parts.append(_("về việc của %(name)s", name=agency_name(rule.about)))
    if parts:
        return str(_("Phản ánh %(conditions)s", conditions=", ".join(parts)))
    # What the target asks for is the only condition that is left.
    return str(_("Phản ánh về một thủ tục") if rule.target == SUBJECT_AGENCY else _("Phản ánh có nêu xã, phường"))


def route_in_words(case: FeedbackCase) -> str:
    """Why a case went where it first went: by the rule's words where it still says the same."""
    way = case.route
    target = str(way.get("target", ""))
    name = target_label(target)
    rule = rule_by_code(way["rule"]) if way.get("rule") else None
    if not way.get("rule"):
        words = _(
            "Không có quy tắc nào khớp, nên phản ánh đến nơi tiếp nhận chung: %(name)s.", name=target_label(target)
        )
    elif rule is not None and rule.target == target:
        words = _("Theo quy tắc: %(rule)s.", rule=rule_in_words(rule))
    else:
        words = _("Theo một quy tắc nay đã đổi: %(name)s.", name=name)
    if way.get("is_split"):
        return f"{words} " + str(_("Xã cũ được nêu đã tách về nhiều nơi, nên chưa rõ thuộc xã nào."))
    return str(words)


def refusal(code: str) -> str:
    """Why an act on a case was refused."""
    messages: dict[str, str] = {
        "ended": _("Phản ánh này đã kết thúc hoặc việc này đã làm rồi. Bạn xem lịch sử bên dưới."),
        "empty": _("Bạn chưa điền ô này."),
        "waiting": _("Đang chờ người gửi trả lời câu hỏi trước. Bạn chờ họ trả lời, hoặc trả lời luôn phản ánh."),
        "same_agency": _("Phản ánh đang ở chính cơ quan này."),
        "unknown_agency": _("Không có cơ quan nào tên như vậy. Bạn gõ lại một phần của tên."),
        "several_agencies": _("Có nhiều cơ quan tên giống vậy. Bạn chọn một."),
        "same_case": _("Đây là chính phản ánh này, hoặc phản ánh kia đã gộp vào phản ánh khác."),
        "other_agency": _("Phản ánh kia ở cơ quan khác. Chỉ gộp được hai phản ánh của cùng một cơ quan."),
        "abuse": _("Phản ánh kia đã bị đánh dấu lạm dụng nên sẽ không có trả lời. Bạn chọn phản ánh khác."),
        "unknown_case": _("Không có phản ánh mã này. Mã có dạng PA-2026-00123."),
        "no_outcome": _("Bạn chọn kết quả xử lý."),
        "no_officer": _("Người này không xử lý phản ánh của cơ quan đó."),
        "too_long": _("Dài quá 6.000 ký tự. Bạn rút ngắn lại."),
        "no_subject": _("Phản ánh này không nói về một trang hướng dẫn, thủ tục hay chính sách giảm phí nào."),
        "not_answered": _("Phản ánh chưa được trả lời nên chưa thể đăng."),
        "state": _("Người khác đã quyết định việc này rồi."),
        "same_person": _("Bạn là người đề xuất. Cần một người khác xem lại rồi đăng."),
        "changed": _(
            "Có người vừa làm việc với phản ánh này sau khi bạn mở trang. Bạn xem lịch sử mới nhất; nội dung bạn gõ "
            "vẫn còn dưới đây. Nếu vẫn đúng thì gửi lại."
        ),
    }
    return str(messages.get(code, code))


def rulebook_refusal(error: RulebookError) -> str:
    """Why a change of rules, promises or templates was refused."""
    messages: dict[str, str] = {
        "no_category": _("Không có mục này. Bạn chọn lại."),
        "no_place": _("Không tìm thấy nơi này. Bạn gõ tên xã, phường rồi chọn một dòng."),
        "several_places": _("Có nhiều nơi tên giống vậy. Bạn chọn một."),
        "no_agency": _("Không có cơ quan này. Bạn chọn lại."),
        "no_target": _("Bạn chọn nơi nhận là một cơ quan đang có."),
        "no_condition": _("Quy tắc phải có ít nhất một điều kiện. Quy tắc mặc định nhận mọi thứ còn lại."),
        "is_default": _("Quy tắc mặc định không có điều kiện và không xóa được, chỉ đổi được nơi nhận."),
        "bad_days": _("Số ngày làm việc là một số từ 1 đến %(most)s.", most=MOST_DAYS),
        "no_source": _("Bạn ghi cam kết này theo văn bản nào. Không có nguồn thì không được hứa với người dân."),
        "taken": _("Đã có cam kết cho mục và cơ quan này. Bạn sửa cam kết đó."),
        "empty": _("Bạn chưa điền ô này."),
        "unknown_variables": _(
            "Không có biến: %(names)s. Chỉ dùng {reference}, {agency}, {subject}, {date}.", names=error.detail
        ),
    }
    return str(messages[error.code])
