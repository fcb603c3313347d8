"""The forms of the settings."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from wtforms import BooleanField, Form, StringField, ValidationError

from portal.core.text import clean_line
from portal.core.workdays import OFF, WORK, DayValues

TEXT_LIMIT = 200
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y")


def parse_day(text: str) -> date | None:
    """A day as date fields send it, or as people type it where a browser has none; None for what is no day."""
    for form in _DAY_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
    return None


def _line(limit: int) -> StringField:
    return StringField(filters=[lambda text: clean_line(text or "", limit)])


class DayForm(Form):
    """What the list says of a day."""

    kind = StringField()
    name = _line(TEXT_LIMIT)
    source = _line(TEXT_LIMIT)
    is_confirmed = BooleanField()

    def validate_kind(self, field: StringField) -> None:
        """One of the two that are offered."""
        if field.data not in {OFF, WORK}:
            raise ValidationError(_("Bạn chưa chọn loại ngày."))

    def validate_name(self, field: StringField) -> None:
        """What the day is called."""
        if not field.data:
            raise ValidationError(_("Bạn chưa điền tên ngày. Ví dụ: Quốc khánh."))

    def validate_source(self, field: StringField) -> None:
        """Where that is written: a deadline may hang on it."""
        if not field.data:
            raise ValidationError(_("Bạn chưa điền nguồn. Ví dụ: số thông báo, ngày, cơ quan ban hành."))

    @property
    def values(self) -> DayValues:
        """What was typed; only of a form that is valid."""
        return DayValues(
            kind=self.kind.data or OFF, name=self.name.data or "", source=self.source.data or "",
            is_confirmed=bool(self.is_confirmed.data),
        )  # fmt: skip


class NewDayForm(DayForm):
    """A day that isn't on the list yet."""

    day = _line(20)

    def validate_day(self, field: StringField) -> None:
        """A day that there is."""
        if not field.data:
            raise ValidationError(_("Bạn chưa điền ngày."))
        if parse_day(field.data or "") is None:
            raise ValidationError(_("Ngày chưa đúng. Ví dụ: 02/09/2027."))
