"""The forms of people who write: what they type, and what is wrong with it in words."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from wtforms import BooleanField, Form, StringField, ValidationError

from portal.core.forms import line_field, paragraph_field
from portal.core.text import clean_line
from portal.feedback.categories import CATEGORIES
from portal.feedback.placing import LONGEST
from portal.feedback.states import Rating
from portal.outbox.mail import InvalidAddress, checked_address

MOST_CHARACTERS = 5_000
# More than anybody types: what is longer than is taken comes back whole, to be shortened.
_LONGEST_TYPED = 1_000_000
_NAME, _EMAIL, _PHONE, _KEY = 120, 254, 30, 220
_DIGITS = re.compile(r"\+?[\d ().-]{8,24}")
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15
# What the preview carries on unseen; files, token and place have ways of their own.
CARRIED = ("loai", "ve", "ban", "noi_dung", "ten", "email", "dien_thoai", "dong_y")


class FeedbackForm(Form):
    """What somebody wants to say. Fields have the names that addresses use: `loai` category, `ve` subject."""

    loai = line_field(30)
    ve = line_field(_KEY)
    ban = line_field(64)
    noi = line_field(LONGEST)
    noi_hoi = line_field(LONGEST)
    xa = line_field(LONGEST)
    noi_dung = paragraph_field(MOST_CHARACTERS, longest_typed=_LONGEST_TYPED)
    ten = line_field(_NAME)
    email = line_field(_EMAIL)
    dien_thoai = line_field(_PHONE)
    dong_y = BooleanField()
    trang_web = line_field(200)

    @property
    def has_contact(self) -> bool:
        """Whether a way to reach the person was left."""
        return bool(self.ten.data or self.email.data or self.dien_thoai.data)

    def validate_loai(self, field: StringField) -> None:
        """One of the registry."""
        if field.data not in CATEGORIES:
            raise ValidationError(_("Bạn chọn một mục cho điều bạn muốn nói."))

    def validate_noi_dung(self, field: StringField) -> None:
        """Something has to be said."""
        if not field.data:
            raise ValidationError(_("Bạn viết điều bạn muốn phản ánh."))

    def validate_email(self, field: StringField) -> None:
        """An address, where one was left."""
        if field.data:
            check_email(field)

    def validate_dien_thoai(self, field: StringField) -> None:
        """A number that can be called, where one was left."""
        text = field.data or ""
        digits = sum(char.isdigit() for char in text)
        if text and not (_DIGITS.fullmatch(text) and _FEWEST_DIGITS <= digits <= _MOST_DIGITS):
            raise ValidationError(_("Số điện thoại chưa đúng. Ví dụ: 0912 345 678."))

    def validate_dong_y(self, field: BooleanField) -> None:
        """Nobody is written to who hasn't said so."""
        if self.has_contact and not field.data:
            raise ValidationError(_("Bạn tích vào ô đồng ý để cơ quan được liên hệ, hoặc xóa phần liên hệ."))

    def carried(self) -> list[tuple[str, str]]:
        """What the preview carries on in hidden fields, by name."""
        values = {name: self[name].data for name in CARRIED}
        return [(name, "1" if value is True else str(value)) for name, value in values.items() if value]


def check_email(field: StringField) -> None:
    """Raises ValidationError for what is no address that mail can be sent to."""
    try:
        field.data = checked_address(field.data or "").lower()
    except InvalidAddress:
        raise ValidationError(_("Địa chỉ e-mail chưa đúng. Ví dụ: ten@example.vn.")) from None


class LostCodeForm(Form):
    """Asking for a new code."""

    email = line_field(_EMAIL)

    def validate_email(self, field: StringField) -> None:
        """The address that was left with the case."""
        check_email(field)


class FollowUpForm(Form):
    """What the person adds to their case."""

    bo_sung = paragraph_field(MOST_CHARACTERS, longest_typed=_LONGEST_TYPED)

    def validate_bo_sung(self, field: StringField) -> None:
        """Something has to be said."""
        if not field.data:
            raise ValidationError(_("Bạn viết điều bạn muốn bổ sung."))


def one_line(text: str, limit: int = _KEY) -> str:
    """A value of a request that no form checks."""
    return clean_line(text, limit)


class RatingForm(Form):
    """What the person thinks of how it was handled."""

    muc = line_field(10)
    ly_do = paragraph_field(2_000, longest_typed=_LONGEST_TYPED)

    def validate_muc(self, field: StringField) -> None:
        """One of three."""
        if field.data not in set(Rating):
            raise ValidationError(_("Bạn chọn Tốt, Tạm được hoặc Kém."))

    def validate_ly_do(self, field: StringField) -> None:
        """Without a reason nobody above could mend it."""
        if self.muc.data == Rating.POOR and not field.data:
            raise ValidationError(_("Bạn cho biết chưa được ở chỗ nào."))
