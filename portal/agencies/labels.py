"""Agencies in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.agencies.models import AgencyKind
from portal.core.stamps import changed_meanwhile


def kind_names() -> dict[str, str]:
    """What each kind of agency is called."""
    return {
        AgencyKind.COMMITTEE.value: _("Ủy ban nhân dân"),
        AgencyKind.DEPARTMENT.value: _("Sở, ban, ngành"),
        AgencyKind.SERVICE_CENTER.value: _("Trung tâm Phục vụ hành chính công"),
        AgencyKind.POLICE.value: _("Công an"),
        AgencyKind.LAND_OFFICE.value: _("Văn phòng đăng ký đất đai"),
        AgencyKind.POST_OFFICE.value: _("Bưu điện"),
        AgencyKind.HOTLINE.value: _("Đường dây nóng"),
        AgencyKind.OTHER.value: _("Cơ quan khác"),
    }


def refusal(code: str) -> str:
    """Why a change of an agency was refused."""
    messages: dict[str, str] = {
        "no_name": _("Bạn chưa điền tên cơ quan."),
        "taken": _("Đã có cơ quan tên này."),
        "no_kind": _("Bạn chưa chọn loại cơ quan."),
        "no_superior": _("Cơ quan cấp trên không còn trong danh sách. Bạn chọn lại."),
        "no_place": _("Địa bàn không còn trong danh sách. Bạn chọn lại."),
        "circle": _("Cơ quan cấp trên không thể là chính cơ quan này hoặc một cơ quan cấp dưới của nó."),
        "superior": _("Còn cơ quan đứng dưới cơ quan này. Bạn chuyển các cơ quan đó sang nơi khác trước."),
        "held": _("Còn cán bộ giữ vai trò ở cơ quan này. Bạn đổi vai trò của họ ở trang Người dùng trước."),
        "changed_meanwhile": changed_meanwhile(),
        "too_long": _("Nội dung dài quá. Bạn rút ngắn lại."),
        "phone": _("Số điện thoại chưa đúng. Ví dụ: 0255 3822 222; 1900 1234."),
        "too_many_phones": _("Nhiều nhất 5 số điện thoại."),
        "email": _("Địa chỉ thư điện tử chưa đúng. Ví dụ: mot-cua@example.vn."),
        "website": _("Địa chỉ trang mạng chưa đúng. Địa chỉ bắt đầu bằng https://."),
    }
    return messages[code]


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of agencies."""
    return {
        "agency_added": _("Thêm cơ quan"),
        "agency_changed": _("Sửa cơ quan"),
        "agency_removed": _("Xóa cơ quan"),
    }
