"""The forms of the settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from flask_babel import gettext as _
from wtforms import BooleanField, Form, StringField, ValidationError

from portal.core.forms import parse_day
from portal.core.profile_values import EDITABLE
from portal.core.text import clean_line
from portal.core.workdays import OFF, WORK, DayValues

TEXT_LIMIT = 200
# Characters in each field of the profile.
LIMITS = {
    "portal_name": 60, "publisher": 200, "responsible": 200, "contact": 300, "hotline": 30, "source_code_url": 300,
    "any_counter": 200,
}  # fmt: skip
# What is kept of a text that is far too long, so that it can be shortened.
_LONGEST_TYPED = 2_000
# Digits as ITU-T E.164 counts them, from a short code to an international number, and what people put between them.
_PHONE = re.compile(r"\+?\(?[0-9](?:[ .()-]*[0-9]){2,14}")


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


def field_name(key: str, locale: str) -> str:
    """The name of a profile's field in the form."""
    return f"{key}_{locale}" if locale else key


class ProfileForm(Form):
    """What staff enter of the profile; empty where the file's value holds. Its fields follow from `EDITABLE`."""

    def validate_hotline(self, field: StringField) -> None:
        """A number that a telephone can dial."""
        if field.data and not _PHONE.fullmatch(field.data):
            raise ValidationError(_("Số điện thoại chưa đúng. Ví dụ: 1900 1234 hoặc 0255 3822 222."))

    def validate_source_code_url(self, field: StringField) -> None:
        """An https address of a host; nothing that only looks like one."""
        if field.data and not _is_https_address(field.data):
            raise ValidationError(
                _("Địa chỉ chưa đúng. Địa chỉ bắt đầu bằng https://, ví dụ https://example.vn/ma-nguon.")
            )


def _is_https_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_port_right = parts.port in {None, 443}
    except ValueError:
        return False
    is_plain = text.isascii() and not re.search(r"[\s\\<>\"'`{}|^]", text)
    return is_plain and parts.scheme == "https" and is_port_right and "@" not in parts.netloc and "." in host.strip(".")


def _short_enough(limit: int) -> Callable[[Form, StringField], None]:
    def check(_form: Form, field: StringField) -> None:
        if len(field.data or "") > limit:
            raise ValidationError(_("Dài quá %(count)s ký tự. Bạn rút ngắn lại.", count=limit))

    return check


for _key, _locale in EDITABLE:
    _field = StringField(
        validators=[_short_enough(LIMITS[_key])], filters=[lambda text: clean_line(text or "", _LONGEST_TYPED)]
    )
    setattr(ProfileForm, field_name(_key, _locale), _field)
