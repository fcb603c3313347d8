"""Fees and reductions in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of fees and reductions."""
    return {
        "fee_added": _("Thêm mức phí"),
        "fee_changed": _("Sửa mức phí"),
        "fee_ended": _("Ngừng mức phí"),
        "fee_verified": _("Xác minh mức phí"),
        "fee_unverified": _("Bỏ xác minh mức phí"),
        "reduction_added": _("Thêm chính sách giảm phí"),
        "reduction_changed": _("Sửa chính sách giảm phí"),
        "reduction_ended": _("Ngừng chính sách giảm phí"),
        "reduction_verified": _("Xác minh chính sách giảm phí"),
        "reduction_unverified": _("Bỏ xác minh chính sách giảm phí"),
    }
