"""What the staff's screens of figures say."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.adoption.models import Form, Target
from portal.adoption.queries import Unit, unit_names
from portal.adoption.registry import INDICATORS
from portal.agencies.queries import agencies
from portal.places.kinds import full_name
from portal.places.queries import atlas


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of figures."""
    return {
        "figure_target_added": _("Thêm mục tiêu"),
        "figure_target_changed": _("Sửa mục tiêu"),
        "figure_target_ended": _("Ghi ngày hết của mục tiêu"),
        "figure_target_removed": _("Xóa mục tiêu"),
        "published_figure_added": _("Thêm số liệu theo nguồn"),
        "published_figure_changed": _("Sửa số liệu theo nguồn"),
        "published_figure_withdrawn": _("Rút số liệu theo nguồn"),
        "published_figure_restored": _("Hiện lại số liệu theo nguồn"),
        "figure_key_issued": _("Cấp khóa gửi số liệu"),
        "figure_key_revoked": _("Thu hồi khóa gửi số liệu"),
        "figures_pushed": _("Hệ thống khác gửi số liệu"),
    }


def indicator_names() -> dict[str, str]:
    """The indicators' names by key."""
    return {one.key: str(_(one.name)) for one in INDICATORS}


def form_label(form: str) -> str:
    """What a published figure is."""
    labels: dict[str, str] = {
        Form.RATE: _("Tỷ lệ"), Form.RANK: _("Thứ hạng"), Form.SCORE: _("Điểm"), Form.COUNT: _("Số lượng"),
        Form.AMOUNT: _("Số tiền"),
    }  # fmt: skip
    return labels[form]


def group_label(group: str) -> str:
    """Communes that a target is for together."""
    labels: dict[str, str] = {
        "": _("Tất cả đơn vị"), "xa": _("Các xã"), "phuong": _("Các phường"), "dac-khu": _("Đặc khu"),
    }  # fmt: skip
    return labels[group]


def for_whom(row: Target) -> str:
    """Whom a target is for."""
    return unit_name(row.applies_to) if ":" in row.applies_to else group_label(row.applies_to)


def unit_name(text: str) -> str:
    """What a unit such as `place:xa-ba-xa` is called; the slug where nobody knows it any more."""
    kind, _colon, slug = text.partition(":")
    if kind == "place" and (place := atlas().get(slug)):
        return full_name(place)
    known = {one.slug: one.name for one in agencies()} if kind == "agency" else {}
    return known.get(slug) or unit_names().get(Unit(kind, slug), slug)


def problem_in_words(code: str) -> str:
    """Why a change was refused."""
    messages: dict[str, str] = {
        "no_document": _("Bạn chưa ghi văn bản đặt ra mục tiêu này."),
        "bad_percent": _("Bạn điền số phần trăm, ví dụ 80 hoặc 77,5."),
        "bad_url": _("Địa chỉ phải bắt đầu bằng https://."),
        "ends_before": _("Ngày cuối phải từ ngày đầu trở đi."),
        "exists": _("Đã có mục tiêu của chỉ tiêu này bắt đầu đúng ngày đó, cho cùng nơi. Bạn sửa mục tiêu đó."),
        "no_reason": _("Bạn ghi lý do, để người sau hiểu."),
        "needed": _("Bạn chưa điền ô này."),
        "unknown_indicator": _("Bạn chọn một mục trong danh sách."),
        "no_source": _("Bạn ghi văn bản nguồn, hoặc địa chỉ trang đã đăng."),
        "unknown_unit": _("Không có nơi nào tên như vậy. Bạn ghi đủ tên, ví dụ: Xã Ba Xa."),
        "ambiguous_unit": _("Có nhiều nơi cùng tên. Bạn ghi đuôi địa chỉ trang của nơi đó, ví dụ: xa-ba-xa."),
        "no_name": _("Bạn chưa điền tên hệ thống."),
        "too_many_units": _("Nhiều nhất 200 đơn vị."),
        "bad_end": _("Ngày cuối phải từ hôm nay và không quá hai năm nữa."),
    }
    return messages[code]
