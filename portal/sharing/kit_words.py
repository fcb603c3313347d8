"""The words around a share link: what a poster and a message say, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import formats
from portal.core.i18n import Locale
from portal.core.pages import renderer
from portal.sharing.addresses import Channel, link_url
from portal.sharing.hand_on import typed_address
from portal.sharing.poster import HelperWords, Poster
from portal.sharing.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """Who helps, as a domain above knows it: nobody is in `person` and `phone` who didn't agree to be named."""

    name: str
    place: str
    person: str = ""
    phone: str = ""
    meeting: str = ""
    is_demo: bool = False


def poster_of(code: str, subject: Subject, helper: Helper | None, day: date, locale: Locale) -> Poster:
    """The poster of a link as of a day."""
    known = renderer()
    printed = formats.day(day, locale.code)
    return Poster(
        portal_name=known.site(locale).portal_name, kind=subject.kind, title=subject.title, steps=subject.steps,
        more=_more(subject.more), saving=subject.saving, helper=_helper(helper),
        scan=str(_("Quét mã bằng máy ảnh hoặc Zalo")), typing=str(_("hoặc gõ địa chỉ này:")),
        qr=known.config.site_url + link_url(code, Channel.QR), address=typed_address(known.config.site_url, code),
        notes=(
            str(_("In ngày %(date)s. Quét mã để xem thông tin mới nhất, không mất tiền.", date=printed)),
            str(_("Đây không phải nơi nộp hồ sơ. Không ai được hỏi bạn mã OTP, mật khẩu hay bảo bạn chuyển tiền.")),
        ),
        warning=_warning() if _is_demo(subject, helper) else "",
        printed_on=day.isoformat(), locale=locale.code, primary=known.profile.colours.primary,
        accent=known.profile.colours.accent,
    )  # fmt: skip


def _warning() -> str:
    return str(_("BẢN MINH HỌA: tổ, phí hoặc số liệu trên tờ này không có thật"))


def _is_demo(subject: Subject, helper: Helper | None) -> bool:
    return subject.is_demo or bool(helper and helper.is_demo)


def _more(count: int) -> str:
    if not count:
        return ""
    return str(ngettext("Còn %(num)s bước nữa trong hướng dẫn.", "Còn %(num)s bước nữa trong hướng dẫn.", count))


def _helper(helper: Helper | None) -> HelperWords | None:
    if helper is None:
        return None
    label = _("Cần người giúp? Bạn gọi:") if helper.phone else _("Cần người giúp? Bạn gặp:")
    return HelperWords(
        label=str(label), name=helper.name, place=helper.place, person=helper.person, phone=helper.phone,
        meeting=helper.meeting,
    )  # fmt: skip


def message_of(code: str, subject: Subject, helper: Helper | None) -> str:
    """A text message that tells of a link."""
    address = renderer().config.site_url + link_url(code, Channel.SMS)
    mark = f"[{_('Minh họa')}] " if _is_demo(subject, helper) else ""
    saving = f" {subject.sms}" if subject.sms else ""
    return f"{mark}{subject.title}.{saving} {_('Xem:')} {address}"
