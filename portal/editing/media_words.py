"""Uploaded pictures and videos, and why one was refused, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.media.library import PICTURE, VIDEO


def kind_labels() -> dict[str, str]:
    """The kinds of files."""
    return {PICTURE: _("Hình"), VIDEO: _("Video")}


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of them."""
    return {
        "media_file_add": _("Hình, video: tải lên"), "media_file_say": _("Hình, video: sửa lời mô tả"),
        "media_file_remove": _("Hình, video: bỏ"),
    }  # fmt: skip


def upload_problem(code: str, found: str, kind: str, most_megabytes: int) -> str:
    """Why a file wasn't taken, and what to do."""
    if code == "wrong_type":
        return _wrong_type(found, kind)
    messages = {
        "empty": _("Bạn chưa chọn tệp, hoặc tệp trống."),
        "too_large": _("Tệp nặng quá %(count)s MB. Bạn giảm dung lượng rồi chọn lại.", count=most_megabytes),
        "too_many_pixels": _("Hình có quá nhiều điểm ảnh. Bạn thu nhỏ rồi chọn lại."),
        "infected": _("Phần mềm quét vi-rút không cho qua tệp này."),
        "scanner_away": _("Phần mềm quét vi-rút đang không chạy nên chưa nhận tệp. Bạn báo quản trị."),
        "too_slow": _("Máy chủ xử lý tệp này lâu quá. Bạn thử lại sau, hoặc chọn tệp nhỏ hơn."),
    }  # fmt: skip
    return str(messages.get(code) or _("Tệp hỏng hoặc không đọc được. Bạn lưu lại thành tệp mới rồi chọn lại."))


def _wrong_type(found: str, kind: str) -> str:
    if found == "heic":
        return str(_("Ảnh HEIC của iPhone chưa đọc được. Bạn đổi sang JPEG rồi chọn lại."))
    if kind == VIDEO:
        return str(_("Chỉ nhận video MP4 hoặc WebM."))
    return str(_("Chỉ nhận hình JPEG, PNG hoặc WebP."))


def refusal(code: str) -> str:
    """Why a change was refused."""
    messages = {
        "taken": _("Đã có hình hoặc video dùng tên này. Bạn đặt tên khác."),
        "used": _("Có trang đang dùng nên chưa đổi, chưa bỏ được. Bạn gỡ khỏi những trang ghi ở dưới trước."),
        "no_name": _("Bạn chưa đặt tên."),
        "no_alt": _("Bạn chưa ghi hình cho thấy gì."),
        "no_seconds": _("Tệp này không ghi thời lượng. Bạn điền phút:giây, ví dụ 2:35."),
    }
    return str(messages[code])
