"""The forms of the staff's screens of figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from wtforms import Form, StringField, ValidationError

from portal.adoption.models import Form as PublishedForm
from portal.adoption.models import PublishedFigure, Target
from portal.adoption.registry import INDICATORS
from portal.adoption.service import PublishedValues, TargetValues
from portal.adoption.targets import percent_of
from portal.core.forms import day_field, line_field, paragraph_field, parse_day
from portal.core.text import clean_line
from portal.exchange.values import ValueProblem, parse_percent

SHARES = tuple(one for one in INDICATORS if one.denominator)
# For whom a target is, beside single units.
GROUPS = ("", "xa", "phuong", "dac-khu")
ONE_UNIT = "unit"


def _check_day(field: StringField) -> None:
    if not field.data:
        raise ValidationError(_("Bạn chưa điền ngày."))


def _one_of(*allowed: str) -> StringField:
    def check(_form: Form, field: StringField) -> None:
        if field.data not in allowed:
            raise ValidationError(_("Bạn chọn một mục trong danh sách."))

    return StringField(filters=[lambda text: clean_line(text or "", 140)], validators=[check])


def percent_in(text: str) -> Decimal | None:
    """A typed percentage, also as "77.5"; None where it is none from 0 to 100 with two places."""
    try:
        found = parse_percent(text)
    except ValueProblem:
        return None
    is_good = found is not None and 0 <= found <= 100 and found * 100 == int(found * 100)
    return found if is_good else None


class TargetForm(Form):
    """A target as staff write it. `applies_to` is one of `GROUPS` or `ONE_UNIT`, which `unit` then names."""

    indicator = _one_of(*(one.key for one in SHARES))
    percent = line_field(20)
    applies_to = _one_of(*GROUPS, ONE_UNIT)
    unit = line_field(200)
    starts_on = day_field()
    ends_on = day_field()
    document = line_field(500)
    url = line_field(500)

    def validate_percent(self, field: StringField) -> None:
        """A percentage is needed."""
        if percent_in(field.data or "") is None:
            raise ValidationError(_("Bạn điền số phần trăm, ví dụ 80 hoặc 77,5."))

    def validate_starts_on(self, field: StringField) -> None:
        """A day is needed."""
        _check_day(field)

    def values(self, applies_to: str) -> TargetValues:
        """What was typed; only of a form that is valid. `applies_to` is what the two fields stand for."""
        return TargetValues(
            indicator=self.indicator.data or "", percent=percent_in(self.percent.data or "") or Decimal(0),
            starts_on=parse_day(self.starts_on.data or "") or date.max, ends_on=parse_day(self.ends_on.data or ""),
            document=self.document.data or "", url=self.url.data or "", applies_to=applies_to,
        )  # fmt: skip

    @classmethod
    def of(cls, row: Target, unit: str) -> TargetForm:
        """The form over a target; `unit` is how its single unit is called, or ""."""
        return cls(
            data={
                "indicator": row.indicator, "percent": f"{percent_of(row).normalize():f}".replace(".", ","),
                "applies_to": row.applies_to if row.applies_to in GROUPS else ONE_UNIT, "unit": unit,
                "starts_on": row.starts_on, "ends_on": row.ends_on, "document": row.document, "url": row.url,
            }
        )  # fmt: skip


class FigureForm(Form):
    """A published figure as staff write it; `place` is what a place is called."""

    name_vi = line_field(300)
    name_en = line_field(300)
    form = _one_of(*(one.value for one in PublishedForm))
    printed = line_field(60)
    indicator = _one_of("", *(one.key for one in INDICATORS))
    place = line_field(200)
    scope_vi = line_field(300)
    scope_en = line_field(300)
    period_vi = line_field(100)
    period_en = line_field(100)
    starts_on = day_field()
    ends_on = day_field()
    document = line_field(500)
    url = line_field(500)
    published_on = day_field()
    note_vi = paragraph_field(1_000)
    note_en = paragraph_field(1_000)

    def validate_starts_on(self, field: StringField) -> None:
        """A day is needed."""
        _check_day(field)

    def validate_ends_on(self, field: StringField) -> None:
        """A day is needed."""
        _check_day(field)

    @classmethod
    def of(cls, row: PublishedFigure, place: str) -> FigureForm:
        """The form over a figure; `place` is how its place is called, or ""."""
        names = PublishedValues.__dataclass_fields__
        return cls(data={name: getattr(row, name) for name in names} | {"place": place})

    def values(self, place: str) -> PublishedValues:
        """What was typed; only of a form that is valid. `place` is the slug of the named one."""
        texts = {
            name: getattr(self, name).data or ""
            for name in (
                "name_vi", "name_en", "form", "printed", "indicator", "scope_vi", "scope_en", "period_vi", "period_en",
                "document", "url", "note_vi", "note_en",
            )
        }  # fmt: skip
        return PublishedValues(
            slug="", place=place, starts_on=parse_day(self.starts_on.data or "") or date.max,
            ends_on=parse_day(self.ends_on.data or "") or date.max,
            published_on=parse_day(self.published_on.data or ""), **texts,
        )  # fmt: skip


class EndForm(Form):
    """The last day of a target, and why."""

    last_day = day_field()
    end_reason = line_field(300)

    def validate_last_day(self, field: StringField) -> None:
        """A day is needed."""
        _check_day(field)


class ReasonForm(Form):
    """Why something is taken away."""

    reason = line_field(300)


class KeyForm(Form):
    """A key for a system: whom it is for and until when; `units` are the names of those it reports of, one a line."""

    name = line_field(100)
    last_day = day_field()
    units = paragraph_field(8_000)

    def validate_last_day(self, field: StringField) -> None:
        """A day is needed."""
        _check_day(field)
