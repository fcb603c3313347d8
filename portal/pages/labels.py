"""Names of facets in the reader's language."""

from __future__ import annotations

from flask_babel import gettext

from portal.core.i18n import catalogue, current_locale


def _(message: str) -> str:
    """Marks a string for extraction; `field_label` looks it up."""
    return message


# The national names of the fields that the starter guides touch; others stay Vietnamese in every language.
FIELD_NAMES = (
    _("Hộ tịch"),
    _("Đăng ký, quản lý cư trú"),
    _("Cấp, quản lý căn cước"),
    _("Định danh và xác thực điện tử"),
    _("Quản lý xuất nhập cảnh"),
    _("Chứng thực"),
    _("Thành lập và hoạt động doanh nghiệp (hộ kinh doanh)"),
    _("Đất đai"),
    _("Hoạt động xây dựng"),
    _("Chính sách"),
    _("Giảm nghèo"),
    _("Lý lịch tư pháp"),
    _("Nghĩa vụ quân sự"),
    _("Nuôi con nuôi"),
    _("Quốc tịch"),
    _("Sát hạch, cấp giấy phép lái xe"),
    _("Thuế"),
    _("Thú y"),
    _("Thủy sản"),
    _("Trợ giúp pháp lý"),
    _("Đăng ký biện pháp bảo đảm"),
    _("Đăng ký, quản lý phương tiện giao thông cơ giới, xe máy chuyên dùng"),
)


def audience_label(slug: str, fallback: str) -> str:
    """Who a procedure is for."""
    labels = {
        "citizen": gettext("Công dân"),
        "business": gettext("Doanh nghiệp"),
        "cooperative": gettext("Hợp tác xã"),
        "organisation": gettext("Tổ chức"),
        "foreigner": gettext("Người nước ngoài"),
        "overseas-vietnamese": gettext("Người Việt Nam ở nước ngoài"),
        "official": gettext("Cán bộ, công chức, viên chức"),
    }
    return str(labels.get(slug, fallback))


def field_label(official_name: str) -> str:
    """An official field's name, translated where the catalogue knows it."""
    return str(catalogue(current_locale().code).ugettext(official_name))


def facet_label(facet: str, slug: str, official_name: str) -> str:
    """The name of a facet's value."""
    if facet == "audience":
        return audience_label(slug, official_name)
    return field_label(official_name) if facet == "field" else official_name


def kind_label(kind: str) -> str:
    """What a page of this kind is."""
    labels = {
        "guide": gettext("Hướng dẫn"),
        "record": gettext("Thủ tục chính thức"),
        "catalogue": gettext("Tên thủ tục, mở Cổng quốc gia"),
        "page": gettext("Trang của cổng này"),
    }
    return str(labels[kind])
