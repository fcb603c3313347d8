"""The settings in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of the settings."""
    return {
        "profile_changed": _("Đổi thông tin cổng"),
        "content_exported": _("Tải tất cả nội dung"),
        "content_imported": _("Nhập nội dung từ tệp"),
        "site_content_changed": _("Sửa nội dung của cổng"),
        "notice_added": _("Thêm thông báo cho người đọc"),
        "notice_changed": _("Sửa thông báo cho người đọc"),
        "notice_removed": _("Gỡ thông báo cho người đọc"),
        "calendar_day_added": _("Thêm ngày nghỉ, ngày làm bù"),
        "calendar_day_changed": _("Sửa ngày nghỉ, ngày làm bù"),
        "calendar_day_removed": _("Xóa ngày nghỉ, ngày làm bù"),
    }
