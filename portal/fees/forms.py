"""The forms of fees and reductions."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from wtforms import BooleanField, Form, SelectMultipleField, StringField, ValidationError
from wtforms.fields import SelectChoice

from portal.core.forms import day_field, line_field, paragraph_field, parse_day
from portal.core.text import clean_line
from portal.fees.arithmetic import FeeStatus
from portal.fees.service import CHANNELS, FeeValues, ReductionValues

# 50.000, 50 000, 50000: what people put between thousands.
_GROUPING = re.compile(r"(?<=\d)[. \u00a0](?=\d{3}(?:\D|$))")
_CODE = re.compile(r"\d\.\d{6}")
_CHOICES = [SelectChoice(channel, channel) for channel in CHANNELS]


def parse_amount(text: str) -> int | None:
    """An amount in whole đồng as people type it; None for what is none."""
    bare = _GROUPING.sub("", text.strip().removesuffix("đ").removesuffix("đồng").strip())
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= 12 else None


def _check_amount(_form: Form, field: StringField) -> None:
    if field.data and parse_amount(field.data) is None:
        raise ValidationError(_("Số tiền chưa đúng. Bạn điền số đồng, ví dụ 8000 hoặc 8.000."))


class FeeForm(Form):
    """A fee of the province's own."""

    procedure = line_field(20)
    channel = line_field(10)
    territory = line_field(120)
    status = line_field(10)
    amount = StringField(validators=[_check_amount], filters=[lambda text: clean_line(text or "", 40)])
    unit = line_field(40)
    condition_vi = line_field(200)
    condition_en = line_field(200)
    valid_from = day_field()
    valid_to = day_field()
    document = line_field(120)

    def validate_status(self, field: StringField) -> None:
        """One of the three, which never mix."""
        if field.data not in list(FeeStatus):
            raise ValidationError(_("Bạn chưa chọn: có mức thu, không thu, hay chưa biết."))

    @property
    def values(self) -> FeeValues:
        """What was typed; only of a form that is valid."""
        return FeeValues(
            procedure=self.procedure.data or "", channel=self.channel.data or "",
            territory=self.territory.data or "", status=FeeStatus(self.status.data or ""),
            amount=parse_amount(self.amount.data or ""), unit=self.unit.data or "",
            condition_vi=self.condition_vi.data or "", condition_en=self.condition_en.data or "",
            valid_from=parse_day(self.valid_from.data or ""), valid_to=parse_day(self.valid_to.data or ""),
            document=self.document.data or "",
        )  # fmt: skip


class ReductionForm(Form):
    """A reduction: a percentage or an amount."""

    name_vi = line_field(200)
    name_en = line_field(200)
    percent = line_field(10)
    amount = StringField(validators=[_check_amount], filters=[lambda text: clean_line(text or "", 40)])
    procedures = paragraph_field(2_000)
    fields = paragraph_field(2_000)
    channels = SelectMultipleField(choices=_CHOICES, validate_choice=False)
    territory = line_field(120)
    valid_from = day_field()
    valid_to = day_field()
    applies_to_national_rates = BooleanField()
    document = line_field(120)

    def validate_percent(self, field: StringField) -> None:
        """A whole number."""
        text = (field.data or "").removesuffix("%").strip()
        if text and not (text.isascii() and text.isdecimal() and len(text) <= 3):
            raise ValidationError(_("Phần trăm là một số nguyên từ 1 đến 100."))

    def validate_procedures(self, field: StringField) -> None:
        """Codes, in any list."""
        if wrong := [word for word in _words(field.data) if not _CODE.fullmatch(word)]:
            raise ValidationError(_("“%(word)s” không phải mã thủ tục. Mã có dạng 1.001193.", word=wrong[0][:40]))

    @property
    def values(self) -> ReductionValues:
        """What was typed; only of a form that is valid."""
        percent = (self.percent.data or "").removesuffix("%").strip()
        return ReductionValues(
            name_vi=self.name_vi.data or "", name_en=self.name_en.data or "",
            percent=int(percent) if percent else None, amount=parse_amount(self.amount.data or ""),
            procedures=tuple(_words(self.procedures.data)), fields=tuple(_words(self.fields.data)),
            channels=tuple(self.channels.data or ()), territory=self.territory.data or "",
            valid_from=parse_day(self.valid_from.data or ""), valid_to=parse_day(self.valid_to.data or ""),
            applies_to_national_rates=bool(self.applies_to_national_rates.data), document=self.document.data or "",
        )  # fmt: skip


def _words(text: str | None) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text or "") if word]
