"""What is said of checks by agencies and of links to drafts, in words."""

from __future__ import annotations

from flask_babel import gettext as _


def check_events() -> dict[str, str]:
    """What was done, as the history of a draft says it, by its key."""
    return {
        "check_asked": _("Nhờ cơ quan kiểm tra"), "check_renewed": _("Tạo liên kết kiểm tra mới"),
        "check_ended": _("Kết thúc lần nhờ kiểm tra"), "checked_right": _("Cơ quan trả lời: đúng cả"),
        "checked_wrong": _("Cơ quan trả lời: có chỗ cần sửa"), "comment_dealt": _("Đã xử lý ý kiến"),
        "comment_reopened": _("Mở lại ý kiến"), "preview_made": _("Tạo liên kết xem trước"),
        "preview_ended": _("Hủy liên kết xem trước"),
    }  # fmt: skip


def check_refusals() -> dict[str, str]:
    """Why a change was refused, by its code."""
    return {
        "not_in_review": _("Chỉ nhờ kiểm tra khi bản thảo đang chờ duyệt: lúc đó chữ trong bài đứng yên."),
        "no_checker": _("Bạn ghi cơ quan hoặc người được nhờ."),
        "bad_address": _("Địa chỉ e-mail chưa đúng, ví dụ: ten@coquan.gov.vn."),
        "many_checks": _("Bản thảo này đã nhờ kiểm tra quá nhiều lần."),
        "too_often": _("Bạn gửi quá nhiều lần trong một giờ. Bạn chờ một lát rồi gửi lại."),
        "check_ended": _("Lần nhờ kiểm tra này đã kết thúc."),
        "changed_since": _("Bài đã đổi từ lúc bạn mở trang. Bạn xem lại bài dưới đây rồi gửi; chữ bạn gõ còn nguyên."),
        "no_name": _("Bạn ghi họ tên và chức vụ."),
        "no_answer": _("Bạn chọn bài đúng cả hay có chỗ cần sửa."),
        "no_comment": _("Bạn ghi chỗ cần sửa vào ô dưới phần đó."),
        "many_comments": _("Đã có quá nhiều ý kiến cho bài này. Bạn gộp lại hoặc gọi cho người biên tập."),
        "open_comments": _("Còn ý kiến của cơ quan chưa xử lý. Bạn đọc các ý kiến đó; vẫn duyệt thì tích ô xác nhận."),
    }  # fmt: skip


def section_labels() -> dict[str, str]:
    """The sections of a page that are commented on, as their headings call them."""
    return {
        "dau-trang": _("Đầu trang: tên, tóm tắt, phí, thời hạn"), "ai-lam": _("Ai làm được"),
        "chuan-bi": _("Chuẩn bị gì"), "cac-buoc": _("Các bước"), "cach-nop": _("Cách nộp"),
        "truong-hop": _("Trường hợp khác"), "ket-qua": _("Bạn nhận được gì"), "hay-nham": _("Hay nhầm"),
        "meo": _("Mẹo nhỏ"), "hoi-dap": _("Hỏi và đáp"), "can-cu": _("Căn cứ và nguồn"),
        "khac": _("Cả bài, hoặc chỗ khác"),
    }  # fmt: skip


# The parts of the form in which each section is written; those of a language stand behind its code.
SECTION_FIELDS = {
    "dau-trang": "title", "ai-lam": "who", "chuan-bi": "prepare", "cac-buoc": "steps", "cach-nop": "channels.online",
    "truong-hop": "procedure_labels", "ket-qua": "result", "hay-nham": "mistakes", "meo": "tips",
    "hoi-dap": "questions",
}  # fmt: skip
SOURCES_FIELD = "sources"
