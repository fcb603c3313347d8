"""What the audit log says of the feedback."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """Each action in words."""
    return {
        "feedback_forwarded": _("Chuyển phản ánh"),
        "feedback_merged": _("Gộp phản ánh"),
        "feedback_abuse": _("Đánh dấu phản ánh lạm dụng"),
        "feedback_unmasked": _("Xem thông tin bị che của phản ánh"),
        "feedback_rule_added": _("Thêm quy tắc chuyển phản ánh"),
        "feedback_rule_changed": _("Sửa quy tắc chuyển phản ánh"),
        "feedback_rule_moved": _("Đổi thứ tự quy tắc chuyển phản ánh"),
        "feedback_rule_removed": _("Bỏ quy tắc chuyển phản ánh"),
        "feedback_promise_added": _("Thêm cam kết ngày trả lời"),
        "feedback_promise_changed": _("Sửa cam kết ngày trả lời"),
        "feedback_promise_removed": _("Bỏ cam kết ngày trả lời"),
        "feedback_template_added": _("Thêm mẫu trả lời"),
        "feedback_template_changed": _("Sửa mẫu trả lời"),
        "feedback_template_removed": _("Bỏ mẫu trả lời"),
        "feedback_answer_proposed": _("Đề xuất hỏi đáp công khai"),
        "feedback_answer_published": _("Đăng hỏi đáp công khai"),
        "feedback_answer_withdrawn": _("Gỡ hỏi đáp công khai"),
    }
