"""What becomes of a form that staff send: it is saved, or shown again with what is wrong and all that was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from wtforms import Form

from portal.core.db import Base
from portal.core.stamps import changed_meanwhile, was_changed

# A message and the id of the field that it is about.
Problem = tuple[str, str]
# For each error that a change may be refused with: what to tell people.
Refusals = Mapping[type[Exception], Callable[[Any], Problem]]


def saved_or_shown(
    form: Form | None,
    row: Base | None,
    change: Callable[[], object],
    *,
    show: Callable[[Problem | None, int], Response],
    first: str,
    refusals: Refusals,
    then: Callable[[Any], ResponseReturnValue],
) -> ResponseReturnValue:
    """Make a change and go on with what it returns, or `show` the page again with a problem and a status.

    422 where the form is wrong (without a problem: its fields have theirs) or the change is refused; 409, beside the
    field `first`, where somebody else has changed the row since.
    """
    if form is not None and not form.validate():
        return show(None, 422)
    if row is not None and was_changed(row):
        return show((changed_meanwhile(), first), 409)
    try:
        done = change()
    except tuple(refusals) as error:
        words = next(words for kind, words in refusals.items() if isinstance(error, kind))
        return show(words(error), 422)
    return then(done)
