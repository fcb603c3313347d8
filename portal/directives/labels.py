"""Directives and their tasks in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.directives.states import TaskState

OVERDUE = "overdue"


def state_label(state: str) -> str:
    """How far a task is."""
    labels: dict[str, str] = {
        TaskState.UNKNOWN: _("Chưa rõ kết quả"), TaskState.OPEN: _("Đang làm"), TaskState.DONE: _("Đã xong"),
        TaskState.ENDED: _("Không còn thực hiện"), OVERDUE: _("Quá hạn"),
    }  # fmt: skip
    return labels[state]


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of directives."""
    return {
        "directive_added": _("Thêm văn bản chỉ đạo"),
        "directive_changed": _("Sửa văn bản chỉ đạo"),
        "directive_removed": _("Xóa văn bản chỉ đạo"),
        "directive_task_added": _("Thêm nhiệm vụ"),
        "directive_task_changed": _("Sửa nhiệm vụ"),
        "directive_task_removed": _("Xóa nhiệm vụ"),
        "directive_task_reported": _("Báo kết quả nhiệm vụ"),
    }


def problem_in_words(code: str) -> str:
    """Why a change was refused."""
    messages: dict[str, str] = {
        "no_title": _("Bạn chưa điền tên văn bản."),
        "no_issuer": _("Bạn chưa điền nơi ban hành."),
        "no_source": _("Bạn chưa ghi văn bản lấy từ đâu."),
        "no_text": _("Bạn chưa ghi nội dung nhiệm vụ."),
        "no_owner": _("Bạn chưa ghi cơ quan được giao, đúng như trong văn bản."),
        "unknown_agency": _("Không có cơ quan này trong danh sách."),
        "no_agency_source": _("Bạn ghi theo văn bản nào mà cơ quan này phụ trách nhiệm vụ hôm nay."),
        "bad_evidence": _("Đường dẫn phải bắt đầu bằng https:// và thuộc một trang được phép trong hồ sơ cổng."),
        "no_evidence": _("Để ghi là đã xong, bạn kể kết quả hoặc dán đường dẫn tới minh chứng."),
        "nothing_new": _("Trạng thái vẫn như cũ. Bạn đổi trạng thái, hoặc ghi thêm kết quả."),
    }
    return messages[code]
