"""The words for what the feedback's tables keep as keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _

from portal.agencies.queries import agencies
from portal.core import formats
from portal.feedback.categories import CATEGORIES
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.personal import PersonalKind
from portal.feedback.routing import AGENCY, PLACE_CENTER, PLACE_COMMITTEE, SUBJECT_AGENCY, Route
from portal.feedback.states import CaseState, EventKind, Outcome, Rating
from portal.places.kinds import full_name
from portal.places.queries import atlas

_CATEGORIES: Mapping[str, tuple[Callable[[], str], Callable[[], str]]] = {
    "page_error": (
        lambda: _("Trang này có sai sót"),
        lambda: _("Nội dung trên cổng này sai, cũ, thiếu hoặc khó hiểu."),
    ),
    "fee_error": (
        lambda: _("Sai phí, lệ phí"),
        lambda: _("Số tiền ghi trên cổng khác với số tiền bạn phải nộp, hoặc bạn bị thu sai."),
    ),
    "procedure": (
        lambda: _("Vướng mắc khi làm thủ tục"),
        lambda: _("Hồ sơ bị trả lại, bị đòi thêm giấy tờ, hoặc bạn không biết phải làm gì tiếp."),
    ),
    "delay": (lambda: _("Hồ sơ bị chậm"), lambda: _("Đã quá ngày hẹn mà chưa có kết quả.")),
    "conduct": (
        lambda: _("Thái độ, cách phục vụ"),
        lambda: _("Cách tiếp dân, giờ giấc, chỗ ngồi chờ ở nơi tiếp nhận hồ sơ."),
    ),
    "technical": (
        lambda: _("Lỗi khi nộp trực tuyến"),
        lambda: _("Không đăng nhập, không gửi được hồ sơ hoặc không thanh toán được."),
    ),
    "team": (
        lambda: _("Tổ công nghệ số cộng đồng"),
        lambda: _("Số điện thoại, giờ trực hoặc việc giúp đỡ của tổ ở nơi bạn sống."),
    ),
    "proposal": (
        lambda: _("Kiến nghị về quy định"),
        lambda: _("Thủ tục hoặc quy định nào nên bỏ bớt, sửa lại cho dễ hơn."),
    ),
    "other": (lambda: _("Việc khác"), lambda: _("Điều bạn muốn nói không có trong các mục trên.")),
    "complaint": (
        lambda: _("Khiếu nại"),
        lambda: _("Bạn cho rằng một quyết định hoặc việc làm của cơ quan nhà nước xâm phạm quyền lợi của mình."),
    ),
    "denunciation": (
        lambda: _("Tố cáo"),
        lambda: _("Bạn báo về hành vi vi phạm pháp luật của một người hoặc cơ quan."),
    ),
    "emergency": (
        lambda: _("Việc khẩn cấp"),
        lambda: _("Cháy, tai nạn, người bị nạn, mất an ninh trật tự."),
    ),
}  # fmt: skip

_STATES: Mapping[str, Callable[[], str]] = {
    CaseState.OPEN: lambda: _("Đang xử lý"),
    CaseState.WAITING: lambda: _("Chờ người dân trả lời"),
    CaseState.ANSWERED: lambda: _("Đã trả lời"),
    CaseState.CLOSED: lambda: _("Đã kết thúc"),
    CaseState.MERGED: lambda: _("Đã gộp"),
    CaseState.ABUSE: lambda: _("Lạm dụng"),
}

_OUTCOMES: Mapping[str, Callable[[], str]] = {
    Outcome.FIXED: lambda: _("Đã sửa"),
    Outcome.EXPLAINED: lambda: _("Đã giải thích"),
    Outcome.ACCEPTED: lambda: _("Đã ghi nhận"),
    Outcome.NOT_COMPETENT: lambda: _("Không thuộc thẩm quyền"),
    Outcome.NO_CONTENT: lambda: _("Không có nội dung để xử lý"),
    Outcome.WITHDRAWN: lambda: _("Người gửi đã rút"),
}

_RATINGS: Mapping[str, Callable[[], str]] = {
    Rating.GOOD: lambda: _("Tốt"),
    Rating.FAIR: lambda: _("Tạm được"),
    Rating.POOR: lambda: _("Kém"),
}

_EVENTS: Mapping[str, Callable[[], str]] = {
    EventKind.RECEIVED: lambda: _("Đã nhận phản ánh"),
    EventKind.ACCEPTED: lambda: _("Cơ quan nhận xử lý"),
    EventKind.FORWARDED: lambda: _("Chuyển đến cơ quan khác"),
    EventKind.ASSIGNED: lambda: _("Giao người xử lý"),
    EventKind.ASKED: lambda: _("Cơ quan hỏi thêm"),
    EventKind.FOLLOWED_UP: lambda: _("Người gửi bổ sung"),
    EventKind.ANSWERED: lambda: _("Cơ quan trả lời"),
    EventKind.CLOSED: lambda: _("Cơ quan kết thúc phản ánh"),
    EventKind.RATED: lambda: _("Người gửi đánh giá"),
    EventKind.REOPENED: lambda: _("Mở lại, chuyển lên cấp trên"),
    EventKind.MERGED: lambda: _("Gộp vào phản ánh cùng nội dung"),
    EventKind.NOTED: lambda: _("Ghi chú nội bộ"),
    EventKind.UNMASKED: lambda: _("Đã xem thông tin bị che"),
    EventKind.REMINDED: lambda: _("Nhắc sắp đến hạn"),
    EventKind.OVERDUE: lambda: _("Quá hạn"),
    EventKind.ESCALATED: lambda: _("Báo cơ quan cấp trên"),
    EventKind.CODE_RENEWED: lambda: _("Cấp mã tra cứu mới"),
    EventKind.ERASED: lambda: _("Xóa thông tin theo yêu cầu"),
    EventKind.ABUSE: lambda: _("Đánh dấu lạm dụng"),
    EventKind.GUIDE_FIXED: lambda: _("Hướng dẫn đã được sửa"),
}

_PERSONAL: Mapping[str, Callable[[], str]] = {
    PersonalKind.CITIZEN_ID: lambda: _("số căn cước (12 số)"),
    PersonalKind.OLD_ID: lambda: _("số chứng minh nhân dân (9 số)"),
    PersonalKind.PHONE: lambda: _("số điện thoại"),
    PersonalKind.ACCOUNT: lambda: _("số tài khoản"),
    PersonalKind.EMAIL: lambda: _("địa chỉ e-mail"),
    PersonalKind.NAME: lambda: _("tên người"),
}


_REFUSALS: Mapping[str, Callable[[], str]] = {
    "empty": lambda: _("tệp trống, không có gì bên trong."),
    "too_large": lambda: _("tệp lớn quá 5 MB. Bạn chọn ảnh nhỏ hơn, hoặc chụp lại màn hình."),
    "wrong_type": lambda: _("chỉ nhận ảnh (JPEG, PNG, WebP) và PDF."),
    "heic": lambda: _("ảnh HEIC của iPhone chưa nhận được. Bạn chụp màn hình tấm ảnh rồi gửi ảnh chụp ấy."),
    "too_many_pixels": lambda: _("ảnh có kích thước lớn quá. Bạn thu nhỏ ảnh rồi chọn lại."),
    "too_many_pages": lambda: _("PDF dài quá 20 trang. Bạn chỉ gửi những trang cần thiết."),
    "broken": lambda: _("tệp bị hỏng, không mở được."),
    "encrypted": lambda: _("PDF có mật khẩu, không mở được. Bạn gửi bản không có mật khẩu."),
    "infected": lambda: _("tệp có vi-rút nên không được nhận."),
    "scanner_away": lambda: _("chưa kiểm tra vi-rút được lúc này. Bạn thử lại sau ít phút, hoặc gửi không có tệp."),
    "too_slow": lambda: _("tệp phức tạp quá, xử lý không kịp. Bạn chụp màn hình rồi gửi ảnh chụp ấy."),
    "too_many": lambda: _("đã đủ số tệp được gửi."),
}  # fmt: skip

_ROUTES: Mapping[str, Callable[[], str]] = {
    SUBJECT_AGENCY: lambda: _("Đây là cơ quan giải quyết thủ tục mà bạn nói đến."),
    PLACE_CENTER: lambda: _("Đây là nơi tiếp nhận hồ sơ của xã, phường mà bạn nêu."),
    PLACE_COMMITTEE: lambda: _("Đây là ủy ban nhân dân của xã, phường mà bạn nêu."),
}  # fmt: skip


def category_label(key: str) -> str:
    """A category in the reader's language."""
    return str(_CATEGORIES[key][0]()) if key in _CATEGORIES else key


def category_hint(key: str) -> str:
    """What belongs into a category."""
    return str(_CATEGORIES[key][1]()) if key in _CATEGORIES else ""


def category_choices(*, taken_only: bool = False) -> list[tuple[str, str]]:
    """Every category and its name; only those that become a case where asked for."""
    return [(key, category_label(key)) for key, one in CATEGORIES.items() if not (taken_only and one.diversion)]


def state_label(state: str) -> str:
    """Where a case stands."""
    return _word(_STATES, state)


def outcome_label(outcome: str) -> str:
    """How a case ended."""
    return _word(_OUTCOMES, outcome)


def rating_label(rating: str) -> str:
    """What the person thinks of it."""
    return _word(_RATINGS, rating)


def event_label(kind: str) -> str:
    """What happened."""
    return _word(_EVENTS, kind)


def personal_labels(kinds: Sequence[str]) -> list[str]:
    """What kinds of personal data a text seems to hold."""
    return [_word(_PERSONAL, kind) for kind in kinds]


def _word(words: Mapping[str, Callable[[], str]], key: str) -> str:
    return str(words[key]()) if key in words else key


def pass_on_source() -> str:
    """The act of law that says within how many working days feedback is passed on."""
    return str(_("Nghị định 20/2008/NĐ-CP, sửa đổi bởi Nghị định 92/2017/NĐ-CP"))


def agency_name(slug: str) -> str:
    """An agency's name; its slug where it is gone."""
    return next((one.name for one in agencies() if one.slug == slug), slug)


def day_in_words(day: date, locale: str) -> str:
    """A day with its weekday, as it stands inside of a sentence: thứ Ba, 01/12/2026."""
    weekday = formats.weekday(day, locale)
    name = weekday[0].lower() + weekday[1:] if locale != "en" else weekday
    return f"{name}, {formats.day(day, locale)}"


def place_name(given: str) -> str:
    """A place by its slug; what somebody wrote where it is none."""
    place = atlas().get(given)
    return full_name(place) if place else given


def event_details(event: FeedbackEvent) -> str:
    """What stands beside an event: from whom to whom, how it was rated or ended."""
    details = event.details
    if "from" in details:
        return str(
            _("Từ %(from)s đến %(to)s", **{"from": agency_name(details["from"]), "to": agency_name(details["to"])})
        )
    if event.kind == EventKind.ESCALATED:
        return told_above(details["to"], is_general=details.get("is_general", False))
    if event.kind == EventKind.ASSIGNED:
        return details["name"] or str(_("Không ai"))
    if event.kind == EventKind.GUIDE_FIXED:
        return str(details["title"])
    if "outcome" in details:
        return outcome_label(details["outcome"])
    return rating_label(details["rating"]) if "rating" in details else ""


def told_above(agency: str, *, is_general: bool) -> str:
    """Who was told that a case is late; `is_general` where nobody has entered who stands above."""
    name = agency_name(agency)
    if not is_general:
        return name
    return str(_("%(name)s, nơi nhận chung, vì chưa ghi cơ quan nào là cấp trên", name=name))


def target_label(target: str) -> str:
    """Where a rule sends feedback."""
    if target.startswith(AGENCY):
        return agency_name(target.removeprefix(AGENCY))
    words = {
        SUBJECT_AGENCY: lambda: _("Cơ quan giải quyết thủ tục được nói đến"),
        PLACE_CENTER: lambda: _("Trung tâm Phục vụ hành chính công của xã, phường"),
        PLACE_COMMITTEE: lambda: _("UBND xã, phường"),
    }
    return _word(words, target)


def upload_refusal(code: str, found: str, name: str) -> str:
    """Why a file wasn't taken, and what to do; `found` is "heic" for the photos of iPhones."""
    return f"{name}: {_word(_REFUSALS, found if code == 'wrong_type' and found else code)}"


def route_for_person(way: Route) -> str:
    """Why feedback goes where it would go, for who is about to send it."""
    if way.is_default or not way.rule:
        words = str(_("Nơi này nhận chung cho cả tỉnh rồi chuyển đến cơ quan có thẩm quyền."))
    else:
        words = _ROUTES[way.target]() if way.target in _ROUTES else _("Tỉnh giao cơ quan này nhận những việc như vậy.")
    if way.is_split:
        return f"{words} " + str(_("Xã cũ mà bạn nêu đã tách về nhiều nơi, nên nơi này sẽ xem thuộc về đâu."))
    return str(words)


def state_for_person(case: FeedbackCase) -> str:
    """Where a case stands, for who wrote it."""
    if case.state == CaseState.OPEN:
        if case.accepted_at is None and case.level:
            return str(_("Đã mở lại, cấp trên đang xem"))
        if case.accepted_at is None:
            return str(_("Đã nhận, đang xem thuộc cơ quan nào"))
        return str(_("Cơ quan đang xử lý"))
    words: Mapping[str, Callable[[], str]] = {
        CaseState.WAITING: lambda: _("Cơ quan đang chờ bạn trả lời"),
        CaseState.ANSWERED: lambda: _("Đã có trả lời"),
        CaseState.CLOSED: lambda: _("Đã kết thúc"),
        CaseState.MERGED: lambda: _("Được xử lý cùng một phản ánh khác cùng nội dung"),
        CaseState.ABUSE: lambda: _("Không được xử lý, vì không phải là phản ánh"),
    }
    return _word(words, case.state)


def event_for_person(event: FeedbackEvent) -> str:
    """What happened, for who wrote."""
    words: Mapping[str, Callable[[], str]] = {
        EventKind.RECEIVED: lambda: _("Cổng nhận phản ánh của bạn"),
        EventKind.FOLLOWED_UP: lambda: _("Bạn bổ sung"),
        EventKind.RATED: lambda: _("Bạn đánh giá"),
        EventKind.REOPENED: lambda: _("Mở lại theo đánh giá của bạn"),
        EventKind.OVERDUE: lambda: _("Quá hạn mà chưa xong"),
        EventKind.GUIDE_FIXED: lambda: _("Hướng dẫn bạn phản ánh đã được sửa"),
        EventKind.ERASED: lambda: _("Xóa thông tin theo yêu cầu của bạn"),
    }
    return _word(words, event.kind) if event.kind in words else event_label(event.kind)


def refusal_for_person(code: str) -> str:
    """Why the person can't do that with their case now."""
    words = {
        "ended": lambda: _("Phản ánh này không còn nhận thêm việc đó nữa."),
        "rated": lambda: _("Bạn đã đánh giá rồi. Đánh giá trước vẫn được giữ."),
        "too_many": lambda: _("Bạn đã bổ sung nhiều lần rồi. Bạn chờ cơ quan trả lời."),
    }
    return _word(words, code)
