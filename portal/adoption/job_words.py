"""What the outbox says of the adoption statistics."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.adoption import jobs


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does for the statistics."""
    return {jobs.GATHER: _("Gom số đếm của cổng thành số liệu")}
