"""Messages in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of messages."""
    return {
        "message_resent": _("Gửi lại thư"),
        "message_cancelled": _("Hủy thư"),
    }
