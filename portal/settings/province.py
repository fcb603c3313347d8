"""The staff's page of the province profile: what stands in the name of the portal and at the foot of every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.i18n import LOCALES
from portal.core.pages import renderer
from portal.core.permissions import Permission
from portal.core.profile_values import EDITABLE, entered_values, save_values
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_stamp
from portal.core.stamps import stamp as stamp_of_values
from portal.settings.forms import LIMITS, ProfileForm, field_name

province_views = Blueprint("province", __name__, url_prefix="/can-bo/cong")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form as the page shows it; `from_file` is what holds where it is empty."""

    id: str
    label: str
    value: str
    from_file: str
    error: str
    type: str
    limit: int


def _labels() -> dict[str, str]:
    return {
        "portal_name": _("Tên cổng"),
        "publisher": _("Cơ quan chủ quản"),
        "responsible": _("Người chịu trách nhiệm"),
        "contact": _("Liên hệ"),
        "hotline": _("Đường dây nóng"),
        "source_code_url": _("Địa chỉ mã nguồn"),
        "any_counter": _("Văn bản cho nộp hồ sơ ở bất kỳ trung tâm nào trong tỉnh"),
    }


def _offered() -> list[tuple[str, str]]:
    """What can be entered in the languages of this portal."""
    return [(key, locale) for key, locale in EDITABLE if not locale or locale in renderer().profile.languages]


def _fields(form: ProfileForm) -> Sequence[Field]:
    labels, sites = _labels(), renderer().profile.sites
    types = {"hotline": "tel", "source_code_url": "url"}
    found = []
    for key, locale in _offered():
        field = form[field_name(key, locale)]
        label = f"{labels[key]} ({LOCALES[locale].name})" if locale else labels[key]
        # Without a language, the file says the same in all of them.
        from_file = getattr(next(iter(sites.values())) if not locale else sites[locale], key) or ""
        error = str(field.errors[0]) if field.errors else ""
        found.append(
            Field(field.name, label, field.data or "", from_file, error, types.get(key, "text"), LIMITS[key])
        )  # fmt: skip
    return found


@province_views.get("")
@requires(Permission.MANAGE_SETTINGS)
def province_page() -> ResponseReturnValue:
    values, _changed_at = entered_values()
    form = ProfileForm(data={field_name(*name): value for name, value in values.items()})
    return _province_page(form, stamp=stamp_of_values(sorted(values.items())))


@province_views.post("")
@requires(Permission.MANAGE_SETTINGS)
def save_province() -> ResponseReturnValue:
    form, (values, _changed_at) = ProfileForm(request.form), entered_values()
    stamp = sent_stamp()
    if not form.validate():
        return _province_page(form, stamp=stamp, status=422)
    if stamp != stamp_of_values(sorted(values.items())):
        return _province_page(form, stamp=stamp, problem=changed_meanwhile(), status=409)
    wanted = {(key, locale): form[field_name(key, locale)].data or "" for key, locale in _offered()}
    save_values(wanted, actor=principal().actor, now=clock.now())
    return see_other(staff_url("/cong"))


def _province_page(form: ProfileForm, *, stamp: str, problem: str = "", status: int = 200) -> Response:
    profile, fields = renderer().profile, _fields(form)
    _values, changed_at = entered_values()
    errors = [*([(problem, fields[0].id)] if problem else []), *errors_of(form)]
    return render_staff(
        "staff/settings/province.html", title=_("Thông tin cổng"), fields=fields, stamp=stamp, errors=errors,
        profile=profile, province_name=profile.sites["vi"].province_name, changed_at=changed_at,
        national_portal_url=profile.sites["vi"].national_portal_url, status=status,
    )  # fmt: skip
