"""Bulk files in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.teams.bulk_models import BulkForm, BulkState
from portal.teams.bulk_service import BUILD, CLEAN, MOST_PAGES, MOST_POSTERS, MOST_WAITING


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does."""
    return {BUILD: _("Tạo áp phích hàng loạt"), CLEAN: _("Xóa tệp áp phích hàng loạt đã cũ")}


def state_label(state: str) -> str:
    """Where a job is."""
    labels: dict[str, str] = {
        BulkState.WAITING: _("Đang chờ"),
        BulkState.WORKING: _("Đang tạo"),
        BulkState.DONE: _("Đã xong"),
        BulkState.FAILED: _("Không tạo được"),
        BulkState.CANCELLED: _("Đã hủy"),
        BulkState.REMOVED: _("Tệp đã xóa"),
    }
    return labels[BulkState(state)]


def form_label(form: str) -> str:
    """What the file is."""
    labels: dict[str, str] = {
        BulkForm.ZIP: _("Tệp ZIP: mỗi tổ một thư mục, kèm bảng liên kết và tin nhắn"),
        BulkForm.PDF: _("Một tệp PDF: mọi áp phích, mỗi tờ một trang, để in liền"),
    }
    return labels[BulkForm(form)]


def sheet_labels() -> Mapping[str, str]:
    """The papers."""
    return {"a4": _("Áp phích A4"), "a5": _("Tờ A5"), "card": _("Thẻ để bàn")}


def problem_text(problem: str) -> str:
    """Why there is no file."""
    messages: dict[str, str] = {
        "": "",
        "right_ended": _("Người yêu cầu không còn quyền chia sẻ cho nơi này."),
        "internal": _("Hệ thống gặp lỗi khi tạo tệp. Bạn tạo lại; nếu vẫn lỗi, bạn báo người quản trị."),
        "no_teams": _("Không còn tổ nào đang hoạt động ở nơi này."),
        "no_pages": _("Các trang đã chọn không còn nữa. Bạn chọn trang khác."),
        "old": _("Tệp chỉ giữ 7 ngày, vì số điện thoại và phí có thể đổi. Cần nữa thì bạn tạo lại."),
        "outdated": _("Thông tin trong tệp đã đổi, ví dụ có người rút lại đồng ý, nên tệp đã bị xóa. Bạn tạo lại."),
        "by_hand": _("Tệp đã được xóa theo yêu cầu."),
    }  # fmt: skip
    return messages[problem]


def refusal(code: str) -> str:
    """Why no file is made."""
    messages: dict[str, str] = {
        "no_pages": _("Bạn chọn ít nhất một trang."),
        "too_many_pages": _("Bạn chọn nhiều nhất %(count)s trang.", count=MOST_PAGES),
        "no_teams": _("Nơi này chưa có tổ nào đang hoạt động."),
        "no_place": _("Bạn chọn một nơi trong danh sách."),
        "too_many_posters": _("Nhiều nhất %(count)s áp phích một lần. Bạn chọn ít trang hơn, hoặc từng xã, phường.",
                              count=MOST_POSTERS[BulkForm.ZIP]),
        "too_many_for_pdf": _("Một tệp PDF có nhiều nhất %(count)s tờ. Bạn chọn tệp ZIP, hoặc từng xã, phường.",
                              count=MOST_POSTERS[BulkForm.PDF]),
        "too_many_waiting": _("Bạn đang có %(count)s tệp chờ tạo. Bạn đợi xong hoặc hủy bớt rồi tạo tiếp.",
                              count=MOST_WAITING),
    }  # fmt: skip
    return messages[code]


def audit_labels() -> Mapping[str, str]:
    """What the audit log says."""
    return {
        "bulk_asked": _("Yêu cầu áp phích hàng loạt"),
        "bulk_cancelled": _("Hủy áp phích hàng loạt"),
        "bulk_removed": _("Xóa tệp áp phích hàng loạt"),
        "village_pack_made": _("Tạo gói thông tin cho thôn"),
    }
