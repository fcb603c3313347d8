"""What accounts put into the outbox, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.accounts import forgotten, guesses


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does for accounts."""
    return {
        forgotten.JOB: _("Soạn thư đặt lại mật khẩu"),
        guesses.JOB: _("Soạn thư báo nhập sai nhiều lần"),
    }
