"""What the audit log and the outbox say of feedback."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.feedback import citizen, history


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does for feedback."""
    return {
        history.NOTICE: _("Soạn thư báo về phản ánh"),
        citizen.SEND_CODE: _("Soạn thư cấp mã tra cứu mới"),
    }


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of cases and of what is published out of them."""
    return {
        "feedback_forwarded": _("Chuyển phản ánh"),
        "feedback_merged": _("Gộp phản ánh"),
        "feedback_abuse": _("Đánh dấu phản ánh lạm dụng"),
        "feedback_unmasked": _("Xem thông tin bị che của phản ánh"),
        "feedback_answer_proposed": _("Đề nghị công khai hỏi đáp"),
        "feedback_answer_published": _("Công khai hỏi đáp"),
        "feedback_answer_withdrawn": _("Rút hỏi đáp"),
    }
