"""What is wrong with a link, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _


def reason_in_words(reason: str, status: int | None) -> str:
    """Why a link counts as broken."""
    if reason == "http":
        answers = {404: _("không tìm thấy trang (404)"), 410: _("trang đã bị gỡ (410)")}
        return str(answers.get(status or 0) or _("máy chủ trả lời lỗi %(status)s", status=status))
    words = {
        "retired": _("trang thuộc cổng đã đóng"),
        "name": _("tên miền không còn"),
        "connect": _("không kết nối được"),
        "timeout": _("máy chủ không trả lời kịp"),
        "tls": _("kết nối bảo mật bị lỗi"),
        "cert_expired": _("chứng thư bảo mật đã hết hạn"),
        "cert_early": _("chứng thư bảo mật chưa có hiệu lực"),
        "cert_host": _("chứng thư bảo mật là của trang khác"),
        "cert_self": _("chứng thư bảo mật tự ký"),
        "cert_chain": _("chứng thư bảo mật thiếu chứng thư trung gian"),
        "cert_other": _("chứng thư bảo mật không hợp lệ"),
        "hops": _("chuyển tiếp quá nhiều lần"),
        "inside": _("dẫn vào mạng nội bộ"),
        "address": _("chuyển tiếp tới địa chỉ không dùng được"),
    }
    return str(words.get(reason) or _("chưa rõ lỗi"))


def kind_labels() -> Mapping[str, str]:
    """What the outbox calls the check."""
    return {"check_links": _("Kiểm tra liên kết")}
