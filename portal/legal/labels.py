"""Legal documents in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def own_work_in_words() -> str:
    """Why somebody may not verify what they wrote."""
    return str(_("Bạn đã nhập hoặc sửa nội dung này, nên một người duyệt khác phải xác minh."))


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of legal documents."""
    return {
        "document_added": _("Thêm văn bản"),
        "document_changed": _("Sửa văn bản"),
        "document_verified": _("Xác minh văn bản"),
        "document_unverified": _("Bỏ xác minh văn bản"),
        "document_ended": _("Ghi văn bản hết hiệu lực"),
        "document_replaced": _("Ghi văn bản bị thay thế"),
    }
