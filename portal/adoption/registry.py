"""The indicators. A new one is one entry here: imports, templates, pages and open data follow from it.

`INDICATORS` are those that units report. `GATHERED` are counted by this portal itself: no file brings them, nobody is
ranked by them, and nobody owes a report. `ALL` are both.

Names and formulas are Vietnamese; they are translated where they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


class Group(StrEnum):
    """The groups of Quyết định 766/QĐ-TTg, and the portal's own figures."""

    OPENNESS = "cong-khai"
    PROGRESS = "tien-do"
    DIGITISATION = "so-hoa"
    ONLINE = "truc-tuyen"
    SATISFACTION = "hai-long"
    PORTAL = "cong-gan-dan"


GROUP_NAMES: Mapping[Group, str] = {
    Group.OPENNESS: _("Công khai, minh bạch"),
    Group.PROGRESS: _("Tiến độ, kết quả giải quyết"),
    Group.DIGITISATION: _("Số hóa hồ sơ"),
    Group.ONLINE: _("Cung cấp dịch vụ trực tuyến"),
    Group.SATISFACTION: _("Mức độ hài lòng"),
    Group.PORTAL: _("Số liệu của cổng này"),
}


class Reach(StrEnum):
    """Of whom the portal counts a figure: always of the province, and of communes or agencies where it can tell."""

    PROVINCE = "province"
    COMMUNES = "communes"
    AGENCIES = "agencies"


class Direction(StrEnum):
    """Which way is better; NONE where more is neither."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Count:
    """Something that is counted: a column of the imports, the numerator or denominator of indicators."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator. With a denominator it is a share of it in percent, without one it is a number.

    `key` is in the database and in files, `slug` in addresses; neither changes. Below `least` in the denominator a unit
    is not ranked. `has_source_formula` says that the formula stands so in the source, and not only the name.
    `is_gathered` is what the portal counts itself, of whom `reach` says.
    Where it `counts_people`, and not files, what is of few of them is hidden.
    """

    key: str
    slug: str
    name: str
    short_name: str
    group: Group
    numerator: Count
    denominator: Count | None
    formula: str
    source: str
    has_source_formula: bool = False
    unit: str = "%"
    direction: Direction = Direction.UP
    least: int = 30
    is_headline: bool = False
    is_gathered: bool = False
    reach: Reach = Reach.COMMUNES
    counts_people: bool = False


_DECISION_766 = _("Quyết định 766/QĐ-TTg ngày 23/6/2022 của Thủ tướng Chính phủ, nhóm chỉ số cùng tên")

RECEIVED = Count("received", _("Hồ sơ tiếp nhận"), ("so ho so tiep nhan", "tong so ho so tiep nhan", "tiep nhan"))
FILED_ONLINE = Count(
    "filed_online",
    _("Hồ sơ nộp trực tuyến"),
    ("tiep nhan truc tuyen", "ho so tiep nhan truc tuyen", "nop truc tuyen", "so ho so truc tuyen"),
)
PAYABLE = Count(
    "payable", _("Hồ sơ phải nộp phí, lệ phí"), ("ho so co phi", "ho so phai thanh toan", "ho so co nghia vu tai chinh")
)
PAID_ONLINE = Count("paid_online", _("Hồ sơ thanh toán trực tuyến"), ("thanh toan truc tuyen",))
SETTLED = Count("settled", _("Hồ sơ đã giải quyết"), ("da giai quyet", "tong so ho so da giai quyet"))
SETTLED_ON_TIME = Count(
    "settled_on_time", _("Hồ sơ giải quyết đúng hạn"),
    (
        "dung han", "dung va truoc han", "giai quyet dung va truoc han", "ho so dung han", "da giai quyet dung han",
        "da giai quyet dung va truoc han", "da giai quyet truoc va dung han", "giai quyet truoc va dung han",
    ),
)  # fmt: skip
RESULTS = Count("results", _("Hồ sơ phải số hóa kết quả"), ("ket qua phai so hoa", "ket qua giai quyet"))
DIGITISED = Count("digitised", _("Hồ sơ đã số hóa kết quả"), ("da so hoa", "ket qua da so hoa", "so hoa ket qua"))
RATED = Count("rated", _("Lượt đánh giá"), ("so luot danh gia", "tong luot danh gia"))
SATISFIED = Count("satisfied", _("Lượt đánh giá hài lòng"), ("hai long", "so luot hai long"))

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        key="online_filing", slug="nop-truc-tuyen", name=_("Tỷ lệ hồ sơ nộp trực tuyến"),
        short_name=_("Nộp trực tuyến"), group=Group.ONLINE, numerator=FILED_ONLINE, denominator=RECEIVED,
        formula=_("Số hồ sơ nộp trực tuyến chia cho số hồ sơ tiếp nhận trong kỳ, nhân 100."),
        source=_DECISION_766, is_headline=True,
    ),
    Indicator(
        key="online_payment", slug="thanh-toan-truc-tuyen", name=_("Tỷ lệ hồ sơ thanh toán trực tuyến"),
        short_name=_("Thanh toán trực tuyến"), group=Group.ONLINE, numerator=PAID_ONLINE, denominator=PAYABLE,
        formula=_("Số hồ sơ thanh toán trực tuyến chia cho số hồ sơ phải nộp phí, lệ phí trong kỳ, nhân 100."),
        source=_DECISION_766, is_headline=True,
    ),
    Indicator(
        key="on_time", slug="dung-han", name=_("Tỷ lệ hồ sơ giải quyết đúng hạn"), short_name=_("Đúng hạn"),
        group=Group.PROGRESS, numerator=SETTLED_ON_TIME, denominator=SETTLED,
        formula=_("Số hồ sơ giải quyết đúng hạn hoặc trước hạn chia cho số hồ sơ đã giải quyết trong kỳ, nhân 100."),
        source=_DECISION_766, is_headline=True,
    ),
    Indicator(
        key="digitised_results", slug="so-hoa-ket-qua", name=_("Tỷ lệ số hóa kết quả giải quyết"),
        short_name=_("Số hóa kết quả"), group=Group.DIGITISATION, numerator=DIGITISED, denominator=RESULTS,
        formula=_("Số hồ sơ đã số hóa kết quả chia cho số hồ sơ phải số hóa kết quả trong kỳ, nhân 100."),
        source=_DECISION_766,
    ),
    Indicator(
        key="satisfaction", slug="hai-long", name=_("Tỷ lệ đánh giá hài lòng"), short_name=_("Hài lòng"),
        group=Group.SATISFACTION, numerator=SATISFIED, denominator=RATED,
        formula=_("Số lượt đánh giá hài lòng chia cho tổng số lượt đánh giá trong kỳ, nhân 100."),
        source=_DECISION_766, is_headline=True, counts_people=True,
    ),
)  # fmt: skip

_THE_PORTAL = _("Cổng này tự đếm, không qua báo cáo của đơn vị nào; cách đếm ở trang “Chúng tôi đếm gì”")
_OWN = replace(
    INDICATORS[0], group=Group.PORTAL, source=_THE_PORTAL, has_source_formula=True, is_gathered=True, denominator=None,
    is_headline=False, direction=Direction.NONE,
)  # fmt: skip

GATHERED: tuple[Indicator, ...] = (
    replace(
        _OWN, key="links_made", slug="lien-ket-moi", name=_("Liên kết chia sẻ mới lập"), short_name=_("Liên kết mới"),
        numerator=Count("links_made", _("Liên kết mới lập")), unit=_("liên kết"),
        formula=_("Số liên kết chia sẻ mà các tổ và cổng lập trong kỳ. Một tổ chỉ có một liên kết đến mỗi trang."),
    ),
    replace(
        _OWN, key="link_visits", slug="luot-mo-lien-ket", name=_("Lượt mở liên kết chia sẻ"),
        short_name=_("Lượt mở"), numerator=Count("link_visits", _("Lượt mở liên kết")), unit=_("lượt"),
        formula=_(
            "Số lượt mở liên kết chia sẻ trong kỳ, không kể máy và bản xem trước. Là lượt, không phải số người."
        ),
    ),
    replace(
        _OWN, key="link_reads", slug="luot-doc", name=_("Lượt đọc từ liên kết chia sẻ"), short_name=_("Lượt đọc"),
        numerator=Count("link_reads", _("Lượt đọc")), unit=_("lượt"),
        formula=_(
            "Số lượt mở mà sau mười giây trang vẫn đang được xem. Trình duyệt tắt JavaScript hoặc xin đừng theo dõi "
            "thì không đếm được."
        ),
    ),
    replace(
        _OWN, key="link_starts", slug="luot-bat-dau", name=_("Lượt bấm “Bắt đầu” từ liên kết chia sẻ"),
        short_name=_("Lượt bắt đầu"), numerator=Count("link_starts", _("Lượt bấm “Bắt đầu”")), unit=_("lượt"),
        formula=_(
            "Số lượt bấm nút Bắt đầu của người đến từ liên kết chia sẻ. Sau đó họ nộp hay không, cổng này không biết."
        ),
    ),
    replace(
        _OWN, key="people_helped", slug="nguoi-duoc-giup", name=_("Lượt người được tổ công nghệ số giúp"),
        short_name=_("Người được giúp"), numerator=Count("people_helped", _("Lượt người được giúp")),
        unit=_("lượt người"),
        formula=_("Số lượt người mà các tổ đã giúp trong tháng, do chính tổ ghi. Dưới 10 thì không nêu."),
    ),
    replace(
        _OWN, key="useful_votes", slug="huu-ich", name=_("Tỷ lệ thấy hướng dẫn hữu ích"),
        short_name=_("Thấy hữu ích"), numerator=Count("useful_votes", _("Lượt chọn “hữu ích”")),
        denominator=Count("votes", _("Lượt trả lời “hữu ích không?”")), unit="%", reach=Reach.PROVINCE,
        direction=Direction.UP,
        formula=_(
            "Số lượt chọn “hữu ích” chia cho mọi lượt trả lời dưới các hướng dẫn trong tháng, nhân 100. "
            "Dưới 10 lượt thì không nêu."
        ),
    ),
    replace(
        _OWN, key="empty_searches", slug="tim-khong-thay", name=_("Lượt tìm không ra kết quả"),
        short_name=_("Tìm không thấy"), numerator=Count("empty_searches", _("Lượt tìm không ra kết quả")),
        unit=_("lượt"), reach=Reach.PROVINCE,
        formula=_(
            "Số lượt tìm trên cổng mà không trang nào khớp. Cổng không đếm lượt tìm ra kết quả, nên không có tỷ lệ."
        ),
    ),
    replace(
        _OWN, key="feedback_on_time", slug="phan-anh-dung-han", name=_("Tỷ lệ phản ánh được xử lý đúng hạn"),
        short_name=_("Phản ánh đúng hạn"), numerator=Count("feedback_on_time", _("Phản ánh xử lý đúng hạn")),
        denominator=Count("feedback_due", _("Phản ánh đã xử lý hoặc đã quá hạn")), unit="%", reach=Reach.AGENCIES,
        direction=Direction.UP,
        formula=_(
            "Số phản ánh xử lý xong mà không quá hạn chia cho số đã xử lý hoặc đã quá hạn, theo tháng nhận, nhân 100. "
            "Dưới 10 thì không nêu."
        ),
    ),
)  # fmt: skip

ALL: tuple[Indicator, ...] = (*INDICATORS, *GATHERED)
_BY_KEY = {one.key: one for one in ALL}
_BY_SLUG = {one.slug: one for one in ALL}
HEADLINES: tuple[Indicator, ...] = tuple(one for one in INDICATORS if one.is_headline)


def indicator(key: str) -> Indicator:
    """The indicator with this key; KeyError where there is none."""
    return _BY_KEY[key]


def indicator_by_slug(slug: str) -> Indicator | None:
    """The indicator that an address names."""
    return _BY_SLUG.get(slug)


def counts() -> tuple[Count, ...]:
    """Everything that reported indicators are made of, each once: the columns of imports."""
    found = {count.key: count for one in INDICATORS for count in (one.denominator, one.numerator) if count}
    return tuple(found.values())
