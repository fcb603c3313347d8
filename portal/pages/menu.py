"""The menu of the staff's pages, over all domains."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.core.permissions import Permission
from portal.core.staff import MenuEntry


def staff_menu() -> list[MenuEntry]:
    """The entries in their order; each is shown to those who may go there."""
    return [
        MenuEntry(lambda: _("Phản ánh"), "/can-bo/phan-anh", "mail", Permission.ANSWER_CASES, is_scoped=True),
        MenuEntry(lambda: _("Mọi phản ánh"), "/can-bo/phan-anh-tat-ca", "mail", Permission.MANAGE_FEEDBACK),
        MenuEntry(lambda: _("Quy tắc phản ánh"), "/can-bo/phan-anh-quy-tac", "list", Permission.MANAGE_FEEDBACK),
        MenuEntry(lambda: _("Hỏi đáp"), "/can-bo/phan-anh-hoi-dap", "circle-help", Permission.REVIEW_CONTENT),
        MenuEntry(
            lambda: _("Tổ công nghệ số"), "/can-bo/to-cong-nghe", "users", Permission.MANAGE_TEAMS, is_scoped=True
        ),
        MenuEntry(
            lambda: _("Nhiệm vụ chỉ đạo"), "/can-bo/nhiem-vu", "file-check", Permission.REPORT_TASKS, is_scoped=True
        ),
        MenuEntry(lambda: _("Màn hình họp"), "/can-bo/hop", "users", Permission.HOLD_MEETINGS),
        MenuEntry(lambda: _("Số liệu"), "/can-bo/so-lieu", "list", Permission.EDIT_FIGURES),
        MenuEntry(
            lambda: _("Ghi lượt đã giúp"),
            "/can-bo/to-cua-toi/da-giup",
            "hand-heart",
            Permission.LEAD_TEAM,
            is_scoped=True,
        ),
        MenuEntry(lambda: _("Hướng dẫn"), "/can-bo/huong-dan", "list", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Bản dịch"), "/can-bo/dich", "globe", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Hình và video"), "/can-bo/hinh", "camera", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Cần xem lại"), "/can-bo/can-xem", "circle-alert", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Người dùng"), "/can-bo/nguoi-dung", "users", Permission.MANAGE_PEOPLE),
        MenuEntry(lambda: _("Cơ quan"), "/can-bo/co-quan", "building-2", Permission.MANAGE_SETTINGS),
        MenuEntry(lambda: _("Địa bàn"), "/can-bo/dia-ban", "map-pin", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Tổ của tôi"), "/can-bo/to-cua-toi", "home", Permission.LEAD_TEAM, is_scoped=True),
        MenuEntry(lambda: _("Chia sẻ"), "/can-bo/chia-se", "handshake", Permission.SHARE_LINKS, is_scoped=True),
        MenuEntry(lambda: _("Nhập dữ liệu"), "/can-bo/nhap-du-lieu", "file-check", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Văn bản"), "/can-bo/van-ban", "scroll-text", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Phí của tỉnh"), "/can-bo/phi", "banknote", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Giảm phí"), "/can-bo/giam-phi", "badge-percent", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Nội dung của cổng"), "/can-bo/noi-dung", "list", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Thông báo"), "/can-bo/thong-bao", "info", Permission.EDIT_CONTENT),
        MenuEntry(lambda: _("Thư đi"), "/can-bo/thu-di", "mail", Permission.MANAGE_OUTBOX),
        MenuEntry(lambda: _("Ngày nghỉ"), "/can-bo/ngay-nghi", "calendar", Permission.MANAGE_SETTINGS),
        MenuEntry(lambda: _("Thông tin cổng"), "/can-bo/cong", "info", Permission.MANAGE_SETTINGS),
        MenuEntry(lambda: _("Nhật ký"), "/can-bo/nhat-ky", "scroll-text", Permission.READ_AUDIT),
    ]
