"""What the staff's pages say of the search."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of the synonyms."""
    return {
        "synonym_added": _("Thêm từ đồng nghĩa"),
        "synonym_changed": _("Sửa từ đồng nghĩa"),
        "synonym_removed": _("Bỏ từ đồng nghĩa của tỉnh"),
    }
