"""The forms of the doors and of the staff's accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask_babel import gettext as _
from wtforms import Form, PasswordField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import StopValidation

from portal.accounts import passwords
from portal.accounts.models import User
from portal.accounts.passwords import WeakPasswordError
from portal.accounts.people import EMAIL_LIMIT, NAME_LIMIT, PeopleError, clean_email, require_good_password
from portal.core.permissions import EVERYWHERE, ROLE_SCOPES, Grant, Role, Scope, scope_choices
from portal.core.text import clean_line

# Nobody types as much; more would only keep the hash busy.
_LONGEST_TYPED = passwords.LONGEST * 4


class Required:
    """Asks for a value by its name, in the reader's language."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, message: Callable[[], str]) -> None:
        self._in_words = message

    def __call__(self, _form: Any, field: Any) -> None:
        if not field.raw_data or not field.data:
            field.errors = []
            raise StopValidation(self._in_words())


_EMAIL_MISSING = Required(lambda: _("Bạn chưa điền địa chỉ thư."))
_PASSWORD_MISSING = Required(lambda: _("Bạn chưa điền mật khẩu."))


def _email_field() -> StringField:
    return StringField(validators=[_EMAIL_MISSING], filters=[lambda text: clean_line(text or "", EMAIL_LIMIT)])


class SignInForm(Form):
    """An address and its password."""

    email = _email_field()
    password = PasswordField(validators=[_PASSWORD_MISSING], filters=[lambda text: (text or "")[:_LONGEST_TYPED]])


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(
        validators=[Required(lambda: _("Bạn chưa điền mã."))], filters=[lambda text: clean_line(text or "", 40)]
    )


class EmailForm(Form):
    """An address alone."""

    email = _email_field()

    def validate_email(self, field: StringField) -> None:
        """An address that can't be one is refused; whether it has an account isn't said."""
        try:
            clean_email(field.data or "")
        except PeopleError:
            raise ValidationError(_("Địa chỉ thư chưa đúng. Ví dụ: nguyen.van.an@quangngai.gov.vn.")) from None


class PasswordForm(Form):
    """The current password, to prove who is there."""

    password = PasswordField(validators=[_PASSWORD_MISSING], filters=[lambda text: (text or "")[:_LONGEST_TYPED]])


class NewPasswordForm(Form):
    """A new password; typed once, because it can be shown."""

    new_password = PasswordField(validators=[_PASSWORD_MISSING], filters=[lambda text: (text or "")[:_LONGEST_TYPED]])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def validate_new_password(self, field: PasswordField) -> None:
        """Long enough, and not easily guessed."""
        try:
            require_good_password(self.user, field.data or "")
        except WeakPasswordError as error:
            raise ValidationError(weak_password_message(error.reason)) from None


class ChangePasswordForm(PasswordForm, NewPasswordForm):
    """A new password in the place of the current one."""


class ConfirmationForm(PasswordForm, CodeForm):
    """What proves again who somebody is; the code falls away for those without a second factor."""


def weak_password_message(reason: str) -> str:
    """What is wrong with a new password, and what to do."""
    messages: dict[str, str] = {
        "too_short": _(
            "Mật khẩu cần ít nhất %(count)s ký tự. Bạn ghép vài từ cho dài ra là được.", count=passwords.SHORTEST
        ),
        "too_long": _("Mật khẩu dài quá %(count)s ký tự.", count=passwords.LONGEST),
        "common": _("Mật khẩu này dễ đoán. Bạn ghép bốn, năm từ không liên quan, đừng dùng tên hay ngày sinh."),
    }
    return messages[reason]


def role_label(role: str) -> str:
    """A role in the reader's language."""
    labels: dict[Role, str] = {
        Role.ADMIN: _("Quản trị"),
        Role.EDITOR: _("Biên tập"),
        Role.REVIEWER: _("Duyệt bài"),
        Role.ANALYST: _("Số liệu"),
        Role.OFFICER: _("Cán bộ trả lời"),
        Role.COORDINATOR: _("Phụ trách Tổ công nghệ số cộng đồng"),
        Role.TEAM_LEADER: _("Tổ trưởng Tổ công nghệ số cộng đồng"),
        Role.LEADER: _("Lãnh đạo tỉnh"),
    }
    return labels[Role(role)]


def grant_choices() -> list[tuple[str, str]]:
    """All roles that can be given, with where they hold: value and label."""
    scopes = scope_choices()
    found = []
    for role in Role:
        if "portal" in ROLE_SCOPES[role]:
            found.append((f"{role}", _("%(role)s – toàn cổng", role=role_label(role))))
        found += [
            (f"{role}@{choice.scope.kind}:{choice.scope.key}", f"{role_label(role)} – {choice.label}")
            for choice in scopes
            if choice.scope.kind in ROLE_SCOPES[role]
        ]
    return found


def parse_grant(value: str) -> Grant:
    """The grant that `grant_choices` wrote; ValueError for anything else."""
    role, _at, scope = value.partition("@")
    kind, _colon, key = scope.partition(":")
    return Grant(Role(role), Scope(kind, key) if scope else EVERYWHERE)


def grant_value(grant: Grant) -> str:
    """A grant as a form carries it."""
    return f"{grant.role}" if grant.scope == EVERYWHERE else f"{grant.role}@{grant.scope.kind}:{grant.scope.key}"


class RolesForm(Form):
    """The roles of somebody."""

    roles = SelectMultipleField(validate_choice=False)

    def validate_roles(self, field: SelectMultipleField) -> None:
        """At least one, and only those that are offered."""
        if not field.data:
            raise ValidationError(_("Bạn chọn ít nhất một vai trò."))
        offered = {value for value, _label in grant_choices()}
        if not offered.issuperset(field.data):
            raise ValidationError(_("Có vai trò không còn nữa. Bạn chọn lại."))

    @property
    def grants(self) -> set[Grant]:
        """What was chosen."""
        return {parse_grant(value) for value in self.roles.data or ()}


class InvitationForm(EmailForm, RolesForm):
    """Somebody new; errors stand in the order of the page."""

    name = StringField(
        validators=[Required(lambda: _("Bạn chưa điền họ tên."))],
        filters=[lambda text: clean_line(text or "", NAME_LIMIT)],
    )
    email = _email_field()
    roles = SelectMultipleField(validate_choice=False)
