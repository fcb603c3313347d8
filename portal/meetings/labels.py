"""Sets that were frozen, in the words of the audit log."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of meetings."""
    return {
        "meeting_frozen": _("Chốt số liệu họp"),
        "meeting_withdrawn": _("Rút số liệu họp đã chốt"),
        "meeting_link_made": _("Tạo liên kết xem số liệu họp"),
        "meeting_link_ended": _("Hủy liên kết xem số liệu họp"),
    }
