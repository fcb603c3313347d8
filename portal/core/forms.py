"""What the forms of several domains share: one-line texts, days, and errors for the summary at the top."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from wtforms import Form, StringField, ValidationError

from portal.core.days import EARLIEST, LATEST
from portal.core.text import clean_line, clean_paragraphs

_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y")
_LONGEST_TYPED = 8_000


def parse_day(text: str) -> date | None:
    """A day as date fields send it, or as people type it where a browser has none; None for what is no day."""
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None


def errors_of(form: Form) -> list[tuple[str, str]]:
    """The errors as the summary at the top of a form shows them: message and id of the field."""
    return [(str(field.errors[0]), field.name) for field in form if field.errors]


def line_field(limit: int) -> StringField:
    """One line of text, cut at `limit` characters."""
    return StringField(filters=[lambda text: clean_line(text or "", limit)])


def paragraph_field(limit: int, *, longest_typed: int = _LONGEST_TYPED) -> StringField:
    """Several lines of text; longer than `limit` characters is an error, so that nothing typed is lost.

    What is longer than `longest_typed` is cut there.
    """

    def check(_form: Form, field: StringField) -> None:
        if len(field.data or "") > limit:
            raise ValidationError(_("Dài quá %(count)s ký tự. Bạn rút ngắn lại.", count=limit))

    return StringField(
        validators=[check],
        filters=[lambda text: clean_paragraphs(text or "", longest_typed)],
    )


def _check_day(_form: Form, field: StringField) -> None:
    if not field.data:
        return
    day = parse_day(field.data)
    if day is None:
        raise ValidationError(_("Ngày chưa đúng. Ví dụ: 02/09/2027."))
    if not EARLIEST <= day <= LATEST:
        raise ValidationError(_("Ngày nằm ngoài các năm %(first)s–%(last)s.", first=EARLIEST.year, last=LATEST.year))


def _as_text(value: date | str | None) -> str:
    """What was typed, or a row's day as date fields take it."""
    return value.isoformat() if isinstance(value, date) else clean_line(value or "", 20)


def day_field() -> StringField:
    """A day or nothing; read it with `parse_day`."""
    return StringField(validators=[_check_day], filters=[_as_text])
