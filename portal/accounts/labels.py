"""What accounts put into the outbox, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.accounts import forgotten, guesses


def kind_labels() -> Mapping[str, str]:
    """The work that the worker does for accounts."""
    return {
        forgotten.JOB: _("Soạn thư đặt lại mật khẩu"),
        guesses.JOB: _("Soạn thư báo nhập sai nhiều lần"),
    }


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of people and their accounts."""
    return {
        "invited": _("Mời"),
        "invited_again": _("Mời lại"),
        "roles_changed": _("Đổi vai trò"),
        "disabled": _("Khóa tài khoản"),
        "enabled": _("Mở khóa tài khoản"),
        "second_factor_enrolled": _("Bật xác thực hai bước"),
        "second_factor_removed": _("Tắt xác thực hai bước"),
        "second_factor_refused": _("Nhập sai mã xác thực"),
        "recovery_codes_renewed": _("Tạo mã khôi phục"),
        "recovery_code_used": _("Dùng mã khôi phục"),
        "signed_in": _("Đăng nhập"),
        "sign_in_refused": _("Nhập sai mật khẩu"),
        "signed_out": _("Đăng xuất"),
        "session_ended": _("Đăng xuất một thiết bị"),
        "confirmation_refused": _("Xác nhận lại không đúng mật khẩu"),
        "locked_out": _("Tạm khóa vì thử quá nhiều lần"),
        "signed_out_everywhere": _("Đăng xuất mọi nơi"),
        "own_mail_changed": _("Đổi thư hằng tuần"),
        "password_changed": _("Đổi mật khẩu"),
        "password_reset_sent": _("Gửi liên kết đặt lại mật khẩu"),
    }
