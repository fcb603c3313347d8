"""What is said of guides that are withdrawn, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def withdrawal_refusals() -> dict[str, str]:
    """Why a change was refused, by its code."""
    return {
        "asked_already": _("Đã có người đề nghị gỡ trang này, đang chờ duyệt."),
        "bad_target": _("Không có trang đó trên cổng. Bạn chép địa chỉ của trang từ trình duyệt."),
        "no_explanation": _("Bạn chọn trang thay thế, hoặc viết lời giải thích tiếng Việt cho người mở địa chỉ cũ."),
        "second_person_withdraws": _("Bạn đã đề nghị gỡ trang này nên cần người khác duyệt."),
        "changed_since_asked": _("Trang đã đổi từ lúc đề nghị. Bạn xem lại rồi đề nghị lại."),
        "withdrawn": _("Địa chỉ này là của một trang đã gỡ. Tích vào ô dưới đây nếu trang mới thay trang đó, hoặc chọn "
                       "địa chỉ khác."),
    }  # fmt: skip


def withdrawal_states() -> dict[str, str]:
    """What became of a question."""
    return {
        "asked": _("Đề nghị gỡ trang"), "approved": _("Duyệt gỡ trang"), "refused": _("Không đồng ý gỡ trang"),
        "cancelled": _("Thôi đề nghị gỡ trang"),
    }  # fmt: skip


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of it."""
    return {f"guide_withdrawal_{state}": label for state, label in withdrawal_states().items()}
