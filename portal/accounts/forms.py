"""The forms of the doors and of the staff's accounts."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import Form, PasswordField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired

from portal.accounts import passwords
from portal.accounts.models import User
from portal.accounts.passwords import WeakPasswordError
from portal.accounts.people import EMAIL_LIMIT, NAME_LIMIT, PeopleError, clean_email, require_good_password
from portal.core.permissions import EVERYWHERE, ROLE_SCOPES, Grant, Role, Scope, scope_choices
from portal.core.text import clean_line

# Nobody types as much; more would only keep the hash busy.
_LONGEST_TYPED = passwords.LONGEST * 4


class Required(InputRequired):
    """Asks for a value, in the reader's language."""

    def __init__(self, message: str = "") -> None:
        super().__init__()
        self.own_message = message

    def __call__(self, form: Any, field: Any) -> None:
        self.message = self.own_message or _("Bạn chưa điền ô này.")
        super().__call__(form, field)


def errors_of(form: Form) -> list[tuple[str, str]]:
    """The errors as the summary at the top of a form shows them: message and id of the field."""
    return [(str(messages[0]), name) for name, messages in form.errors.items() if name and messages]


class SignInForm(Form):
    """An address and its password."""

    email = StringField(validators=[Required()], filters=[lambda text: (text or "")[:EMAIL_LIMIT].strip()])
    password = PasswordField(validators=[Required()], filters=[lambda text: (text or "")[:_LONGEST_TYPED]])


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(validators=[Required()], filters=[lambda text: clean_line(text or "", 40)])


class EmailForm(Form):
    """An address alone."""

    email = StringField(validators=[Required()], filters=[lambda text: (text or "")[:EMAIL_LIMIT].strip()])

    def validate_email(self, field: StringField) -> None:
        """An address that can't be one is refused; whether it has an account isn't said."""
        try:
            clean_email(field.data or "")
        except PeopleError:
            raise ValidationError(_("Địa chỉ thư chưa đúng. Ví dụ: nguyen.van.an@quangngai.gov.vn.")) from None


class PasswordForm(Form):
    """The current password, to prove who is there."""

    password = PasswordField(validators=[Required()], filters=[lambda text: (text or "")[:_LONGEST_TYPED]])


class NewPasswordForm(Form):
    """A new password; typed once, because it can be shown."""

    new_password = PasswordField(validators=[Required()], filters=[lambda text: (text or "")[:_LONGEST_TYPED]])

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def validate_new_password(self, field: PasswordField) -> None:
        """Long enough, and not easily guessed."""
        try:
            require_good_password(self.user, field.data or "")
        except WeakPasswordError as error:
            raise ValidationError(weak_password_message(error.reason)) from None


def weak_password_message(reason: str) -> str:
    """What is wrong with a new password, and what to do."""
    if reason == "too_short":
        return _("Mật khẩu cần ít nhất %(count)s ký tự. Bạn ghép vài từ cho dài ra là được.", count=passwords.SHORTEST)
    if reason == "too_long":
        return _("Mật khẩu dài quá %(count)s ký tự.", count=passwords.LONGEST)
    return _("Mật khẩu này dễ đoán. Bạn ghép bốn, năm từ không liên quan với nhau, đừng dùng tên hay ngày sinh.")


def role_label(role: str) -> str:
    """A role in the reader's language."""
    return {
        Role.ADMIN: _("Quản trị"),
        Role.EDITOR: _("Biên tập"),
        Role.REVIEWER: _("Duyệt bài"),
        Role.ANALYST: _("Số liệu"),
        Role.OFFICER: _("Cán bộ trả lời"),
        Role.TEAM_LEADER: _("Tổ trưởng tổ công nghệ số"),
    }[Role(role)]


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
    """Somebody new."""

    name = StringField(validators=[Required()], filters=[lambda text: clean_line(text or "", NAME_LIMIT)])
