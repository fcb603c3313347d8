"""The data sets of the teams and of the feedback."""

from __future__ import annotations

from portal.opendata import queries, rows_people
from portal.opendata.listing import count_of, part_of
from portal.opendata.model import Dataset, Field, Rhythm, Type


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


TEAMS = Dataset(
    slug="to-cong-nghe-so",
    title=_("Tổ công nghệ số cộng đồng"),
    description=_(
        "Các tổ đang hoạt động, địa bàn và giờ sinh hoạt. Chỉ có người đã đồng ý công khai tên, số điện thoại; ai rút "
        "lại thì mất ngay khỏi đây."
    ),
    fields=(
        Field("team", Type.TEXT, _("Mã định danh của tổ")),
        Field("name", Type.TEXT, _("Tên tổ")),
        Field("url", Type.TEXT, _("Trang của tổ")),
        Field("place", Type.TEXT, _("Mã định danh của xã, phường, đặc khu")),
        Field("place_name", Type.TEXT, _("Tên xã, phường, đặc khu")),
        Field("villages", Type.TEXT, _("Mã định danh các thôn mà tổ phụ trách; trống là cả xã")),
        Field("village_names", Type.TEXT, _("Tên các thôn, cách nhau dấu chấm phẩy")),
        Field("meeting_place", Type.TEXT, _("Nơi sinh hoạt")),
        Field("meeting_hours", Type.TEXT, _("Giờ sinh hoạt")),
        Field("confirmed_on", Type.DATE, _("Ngày có người xác nhận thông tin của tổ là đúng")),
        Field("contact_name", Type.TEXT, _("Tên người đã đồng ý công khai; trống khi không có ai")),
        Field("contact_role", Type.TEXT, _("leader là tổ trưởng, deputy là tổ phó, member là thành viên")),
        Field("contact_phone", Type.TEXT, _("Số điện thoại")),
        Field("contact_zalo", Type.TEXT, _("Số Zalo")),
        Field("contact_confirmed_on", Type.DATE, _("Ngày liên hệ được xác nhận lần cuối")),
        Field("is_demo", Type.YES_NO, _("Tổ minh họa, không có thật")),
    ),
    notes=(
        _(
            "Người trong tổ có thể rút lại đồng ý bất cứ lúc nào. Bạn đừng giữ liên hệ lâu hơn lúc hiển thị: hãy lấy "
            "lại tệp này mỗi ngày."
        ),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="SOCI",
    filters=("place",),
    part=part_of(rows_people.teams),
    count=count_of(rows_people.teams),
    has_demo=rows_people.has_demo_teams,
    changed=queries.teams_changed,
    page="/to-cong-nghe-so",
)

FEEDBACK = Dataset(
    slug="phan-anh",
    title=_("Số liệu phản ánh"),
    description=_(
        "Bao nhiêu phản ánh đã nhận, xử lý đúng hạn, hài lòng, mất mấy ngày, theo cơ quan và theo tháng nhận trong 12 "
        "tháng. Không có nội dung phản ánh và người gửi."
    ),
    fields=(
        Field(
            "agency",
            Type.TEXT,
            _("Tên ngắn của cơ quan trả lời; “*” là mọi cơ quan có dưới 10 phản ánh gộp lại; trống là tất cả"),
        ),
        Field("agency_name", Type.TEXT, _("Tên cơ quan")),
        Field("month", Type.TEXT, _("Tháng nhận phản ánh (năm-tháng); trống là cả 12 tháng")),
        Field(
            "received",
            Type.INTEGER,
            _("Số phản ánh đã nhận, không kể phản ánh trùng đã gộp và nội dung lạm dụng"),
            _("phản ánh"),
        ),
        Field("counted", Type.INTEGER, _("Số phản ánh thuộc thẩm quyền đã xử lý xong hoặc đã quá hạn"), _("phản ánh")),
        Field("on_time", Type.INTEGER, _("Trong số đó, số xử lý xong mà không quá hạn nào"), _("phản ánh")),
        Field("on_time_share", Type.NUMBER, _("on_time chia cho counted, từ 0 đến 1")),
        Field(
            "satisfied",
            Type.INTEGER,
            _("Trong số đó, số không quá hạn và không bị người gửi đánh giá kém"),
            _("phản ánh"),
        ),
        Field("satisfied_share", Type.NUMBER, _("satisfied chia cho counted, từ 0 đến 1")),
        Field(
            "median_working_days",
            Type.NUMBER,
            _("Số ngày làm việc ở giữa, từ ngày nhận đến ngày trả lời lần đầu"),
            _("ngày"),
        ),
        Field("median_calendar_days", Type.NUMBER, _("Số ngày theo lịch ở giữa, tính cả ngày nghỉ"), _("ngày")),
        Field("counted_at", Type.MOMENT, _("Lúc tính số liệu, giờ Việt Nam")),
        Field("is_demo", Type.YES_NO, _("Trong số này có phản ánh minh họa, không có thật")),
    ),
    notes=(
        _(
            "Ô trống là số bị ẩn: dưới 10 phản ánh, hoặc phải ẩn theo để không ai tính ngược ra số nhỏ. Mỗi phản ánh "
            "là của một người."
        ),
    ),
    rhythm=Rhythm.HOURLY,
    theme="GOVE",
    filters=("agency", "from", "to"),
    part=part_of(rows_people.feedback),
    count=count_of(rows_people.feedback),
    has_demo=rows_people.has_demo_feedback,
    changed=queries.feedback_counted,
    page="/so-lieu-phan-anh",
)
