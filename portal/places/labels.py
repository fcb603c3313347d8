"""Places in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of places."""
    return {
        "village_added": _("Thêm thôn, tổ dân phố"),
        "village_changed": _("Sửa thôn, tổ dân phố"),
        "village_ended": _("Cho thôn, tổ dân phố hết hiệu lực"),
    }
