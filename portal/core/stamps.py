"""Whoever saves over somebody else's change is told so, instead of undoing it unseen.

A form carries the stamp of what it was opened over. One that carries none says nothing of what it was opened over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from flask import request
from flask_babel import gettext as _
from sqlalchemy import inspect

from portal.core.db import Base, db

FIELD = "stamp"


def stamp(values: Iterable[object]) -> str:
    """Tells values from others; they need a `repr` that is the same for the same value."""
    return hashlib.blake2b(repr(list(values)).encode(), digest_size=8).hexdigest()


def stamp_of(row: Base) -> str:
    """The stamp of all columns of a row."""
    return stamp((column.key, getattr(row, column.key)) for column in inspect(row).mapper.column_attrs)


def sent_stamp() -> str:
    """The stamp that the form carries, or ""."""
    return request.form.get(FIELD, "")


def sent_counter() -> int:
    """The counter that the form carries; -1, which nothing has, where it carries none."""
    text = request.form.get("counter", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def was_changed(row: Base) -> bool:
    """Whether the row is another one than the form was opened over; nobody changes it from now on until the end."""
    db.session.refresh(row, with_for_update=True)
    return sent_stamp() not in {"", stamp_of(row)}


def changed_meanwhile() -> str:
    """What to tell them."""
    return str(_("Có người vừa sửa trước bạn. Bạn mở lại trang này để xem bản mới nhất rồi sửa tiếp."))
