"""Names of agencies in the official records: several in one string, and one agency spelt in several ways.

Only spellings that certainly mean the same are folded; whatever is not listed keeps its own name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from portal.core.text import clean_line, slugify

# A comma divides two agencies only before a word that agencies begin with: "Ủy ban nhân dân xã, phường, thị trấn" is
# one agency.
_HEADS = (
    "Ban", "Bảo hiểm", "Bộ", "Chi cục", "Chi Cục", "Chi nhánh", "Chủ tịch", "Công an", "Cảng vụ", "Cơ quan chuyên môn",
    "Cơ quan chức năng", "Cơ quan có", "Cơ quan quản lý", "Cơ quan thuế", "Cơ quan đại diện", "Cơ sở", "Cục",
    "Giám đốc", "Hải quan", "Hội đồng", "Khu Quản lý", "Kho bạc", "Ngân hàng", "Người đứng đầu", "Phòng", "Quỹ", "Sở",
    "Thuế", "Trung tâm", "Tổ chức", "Tổng cục", "UBND", "Uỷ ban", "Ủy ban", "Văn phòng", "Đơn vị", "Đội",
)  # fmt: skip
_BETWEEN = re.compile(rf",\s*(?=(?:{'|'.join(_HEADS)})(?!\w))")
_SAME = {
    "Ủy ban nhân dân cấp xã": (
        "ubnd-cap-xa", "uy-ban-nhan-dan-xa-phuong-thi-tran", "uy-ban-nhan-dan-cap-xa-phuong-thi-tran",
    ),
    "Chủ tịch Ủy ban nhân dân cấp xã": ("chu-tich-ubnd-cap-xa", "chu-tich-uy-ban-nhan-dan-xa"),
    "Ủy ban nhân dân cấp tỉnh": ("ubnd-cap-tinh", "uy-ban-nhan-dan-tinh-va-thanh-pho-truc-thuoc-trung-uong"),
    "Chủ tịch Ủy ban nhân dân cấp tỉnh": (
        "chu-tich-ubnd-cap-tinh", "chu-tich-uy-ban-nhan-dan-tinh-thanh-pho-truc-thuoc-trung-uong",
    ),
    "Công an cấp xã": ("cong-an-xa", "cong-an-xa-phuong-thi-tran"),
    "Công an cấp tỉnh": ("cong-an-tinh",),
    "Sở Tài chính": ("so-tai-chinh-cac-tinh-thanh-pho",),
    "Cục Thuế": ("cuc-thue-bo-tai-chinh",),
    "Ban Chỉ huy quân sự cấp xã": (),
    "Bộ Chỉ huy quân sự cấp tỉnh": (),
    "Sở Tư pháp": (),
    "Sở Nội vụ": (),
    "Phòng Tư pháp": (),
    "Văn phòng đăng ký đất đai": (),
    "Chi cục Kiểm lâm": (),
    "Chi cục Thủy sản": (),
    "Cảng vụ đường thủy nội địa": (),
    "Phòng Quản lý xuất nhập cảnh": (),
    "Phòng Xuất nhập cảnh": (),
    "Phòng Cảnh sát quản lý hành chính về trật tự xã hội": (),
    "Cục Cảnh sát giao thông": (),
    "Cơ quan chuyên môn về nông nghiệp và môi trường thuộc Ủy ban nhân dân cấp xã": (
        "co-quan-chuyen-mon-ve-nong-nghiep-va-moi-truong-thuoc-ubnd-cap-xa",
    ),
}  # fmt: skip
_CANONICAL = {slug: label for label, slugs in _SAME.items() for slug in (slugify(label, 200), *slugs)}
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class AgencyName:
    """One agency: `slug` is the same for all its spellings."""

    slug: str
    label: str


@lru_cache(maxsize=1024)
def split_agencies(text: str | None) -> tuple[AgencyName, ...]:
    """The agencies that a record names, each once, in its order; a sentence that slipped into the field gives none."""
    if not text or "\n" in text.strip():
        return ()
    found: dict[str, AgencyName] = {}
    for part in _BETWEEN.split(text):
        label = clean_line(part, 1000).strip(" .,;-").replace("Uỷ ban", "Ủy ban")
        if not label or len(label) > _LONGEST or not label[0].isupper():
            continue
        label = _CANONICAL.get(slugify(label, 200), label)
        name = AgencyName(slugify(label), label)
        found.setdefault(name.slug, name)
    return tuple(found.values())
