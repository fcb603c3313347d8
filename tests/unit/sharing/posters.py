"""Posters for tests, and how they look on paper."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pypdfium2
from PIL import Image

from portal.sharing.poster import HelperWords, Poster, SavingWords

DPI = 150
QR = "https://dichvucong.quangngai.example.vn/g/k7m2xq9/q"
SAVING = SavingWords(
    amount="Tiết kiệm 4.000\u00a0đ", detail="Nộp trực tuyến chỉ 4.000\u00a0đ, thay vì 8.000\u00a0đ",
    citation="Theo 05/2025/NQ-HĐND, đến hết 31/12/2026. Phí tính ngày 22/11/2026.",
)  # fmt: skip
HELPER = HelperWords(
    label="Cần người giúp? Gọi tổ công nghệ số:", name="Tổ công nghệ số cộng đồng thôn Phước Thiện",
    place="Xã Bình Sơn", person="Nguyễn Thị Hường, tổ trưởng", phone="0905 123 456",
    meeting="Nhà văn hóa thôn, tối thứ Ba",
)  # fmt: skip
_POSTER = Poster(
    portal_name="Cổng hướng dẫn dịch vụ công tỉnh Quảng Ngãi", kind="Hướng dẫn", title="Đăng ký khai sinh",
    steps=("Chuẩn bị tài khoản", "Mở Cổng Dịch vụ công quốc gia hoặc ứng dụng VNeID", "Điền thông tin của bé"),
    more="Còn 4 bước nữa trong hướng dẫn.", saving=SAVING, helper=HELPER, scan="Quét mã bằng máy ảnh hoặc Zalo",
    typing="hoặc gõ địa chỉ này:", qr=QR, address="dichvucong.quangngai.example.vn/g/k7m2xq9",
    notes=("In ngày 22/11/2026. Quét mã để xem thông tin mới nhất.", "Không ai được hỏi mã OTP của bạn."), warning="",
    printed_on="2026-11-22", locale="vi", primary="#0a5d66", accent="#f2b33d",
)  # fmt: skip


def poster(**changes: Any) -> Poster:
    """A believable poster."""
    return replace(_POSTER, **changes)


def pictures(pdf: bytes) -> list[Image.Image]:
    """The pages as a printer of `DPI` puts them on paper, in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L") for page in document]
    finally:
        document.close()


def words_of(pdf: bytes) -> str:
    """The text of a PDF's first page, as somebody copies it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()
