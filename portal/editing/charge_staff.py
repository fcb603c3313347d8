"""Taking charge of a guide, and leaving it."""

from __future__ import annotations

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission
from portal.editing import queries
from portal.editing.charges import leave_charge, take_charge
from portal.editing.staff import guide_url, title_of

charge_staff = Blueprint("charge_staff", __name__, url_prefix="/can-bo/huong-dan")


@charge_staff.post("/<slug:slug>/phu-trach")
@requires(Permission.EDIT_CONTENT)
def take(slug: str) -> ResponseReturnValue:
    row = queries.guide_row(slug) or abort(404)
    take_charge(slug, title_of(row), actor=principal().actor, now=clock.now())
    return see_other(guide_url(slug))


@charge_staff.post("/<slug:slug>/thoi-phu-trach")
@requires(Permission.EDIT_CONTENT)
def leave(slug: str) -> ResponseReturnValue:
    row = queries.guide_row(slug) or abort(404)
    leave_charge(slug, title_of(row), actor=principal().actor, now=clock.now())
    return see_other(guide_url(slug))
