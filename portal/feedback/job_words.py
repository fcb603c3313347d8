"""What the outbox says of feedback."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.feedback import citizen, figures, history


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does for feedback."""
    return {
        history.NOTICE: _("Soạn thư báo về phản ánh"),
        figures.COUNT: _("Tính số liệu phản ánh"),
        citizen.SEND_CODE: _("Soạn thư cấp mã tra cứu mới"),
    }
