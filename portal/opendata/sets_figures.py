"""The data sets of the adoption statistics."""

from __future__ import annotations

from portal.adoption import export_queries, queries
from portal.opendata import rows_figures
from portal.opendata.listing import count_of, part_of
from portal.opendata.model import Dataset, Field, Rhythm, Type


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


OBSERVATIONS = Dataset(
    slug="so-lieu",
    title=_("Số liệu tiếp nhận, giải quyết hồ sơ"),
    description=_(
        "Từng con số mà mỗi xã, phường, đặc khu hay cơ quan báo cáo: hồ sơ nộp và thanh toán trực tuyến, giải quyết "
        "đúng hạn, số hóa kết quả, mức hài lòng. Mỗi dòng là một chỉ số, một nơi, một kỳ, với tử số và mẫu số."
    ),
    fields=(
        Field("indicator", Type.TEXT, _("Mã chỉ số, giải thích trong tập dữ liệu Chỉ số")),
        Field("indicator_name", Type.TEXT, _("Tên chỉ số")),
        Field("unit_kind", Type.TEXT, _("Số của ai: place là địa bàn, agency là cơ quan")),
        Field("unit", Type.TEXT, _("Mã định danh của địa bàn hay cơ quan, không bao giờ đổi")),
        Field("unit_name", Type.TEXT, _("Tên địa bàn hay cơ quan")),
        Field("unit_code", Type.TEXT, _("Mã đơn vị hành chính; mã có thể được cấp lại cho đơn vị khác")),
        Field("in_total", Type.YES_NO, _("Có được cộng vào số toàn tỉnh không: chỉ xã, phường, đặc khu hôm nay")),
        Field("period_kind", Type.TEXT, _("Loại kỳ: day là ngày, month là tháng, quarter là quý, year là năm")),
        Field("period", Type.TEXT, _("Kỳ báo cáo, như 2026-10-05, 2026-10, 2026-q4, 2026")),
        Field("starts_on", Type.DATE, _("Ngày đầu kỳ")),
        Field("ends_on", Type.DATE, _("Ngày cuối kỳ")),
        Field("numerator", Type.INTEGER, _("Tử số; trống khi bị ẩn"), _("hồ sơ hoặc lượt đánh giá")),
        Field("denominator", Type.INTEGER, _("Mẫu số; trống khi bị ẩn"), _("hồ sơ hoặc lượt đánh giá")),
        Field("rate", Type.NUMBER, _("Tử số chia mẫu số, làm tròn hai chữ số; trống khi mẫu số bằng 0"), "%"),
        Field("is_hidden", Type.YES_NO, _("Số bị ẩn vì dưới 10 người, hoặc phải ẩn theo để không ai tính ngược ra")),
        Field(
            "days",
            Type.INTEGER,
            _("Tháng cộng từ báo cáo của bao nhiêu ngày; 0 khi chính tháng được báo cáo"),
            _("ngày"),
        ),
        Field("as_of", Type.DATE, _("Nguồn tính số liệu đến ngày nào")),
        Field("recorded_at", Type.MOMENT, _("Lúc con số này vào cổng")),
        Field("source", Type.TEXT, _("Văn bản hay tệp nguồn")),
        Field("source_url", Type.TEXT, _("Địa chỉ của nguồn")),
        Field("is_demo", Type.YES_NO, _("Số minh họa, không phải số thật")),
    ),
    notes=(
        _(
            "Tỷ lệ của nhiều nơi hay nhiều kỳ là tổng tử số chia tổng mẫu số, không phải trung bình của các tỷ lệ. "
            "Số toàn tỉnh cộng các dòng có in_total là true, cùng chỉ số và cùng kỳ."
        ),
        _(
            "Quý là tổng ba tháng của nó. Nơi nào thiếu tháng mà có báo cáo cả quý thì lấy báo cáo của quý; không có "
            "cả hai thì cộng các tháng đang có. Năm cộng từ quý theo cùng cách."
        ),
        _(
            "Lượt đánh giá hài lòng là đếm người, nên ẩn khi dưới 10, và không công bố theo ngày. Hồ sơ không phải là "
            "đếm người, nên không ẩn."
        ),
    ),
    rhythm=Rhythm.MONTHLY,
    theme="GOVE",
    filters=("indicator", "place", "agency", "kind", "from", "to", "since"),
    part=rows_figures.observations,
    count=rows_figures.count_observations,
    has_demo=queries.has_demo,
    changed=export_queries.last_recorded,
    covers=export_queries.bounds,
    mark=export_queries.mark,
    page="/so-lieu",
)

WITHDRAWN = Dataset(
    slug="so-lieu-da-rut",
    title=_("Số liệu đã rút"),
    description=_(
        "Những con số từng công bố mà nay không còn, vì lần nhập mang chúng vào đã bị hoàn tác. Ai giữ một bản của số "
        "liệu thì xóa các dòng này khỏi bản ấy."
    ),
    fields=(
        *OBSERVATIONS.fields[:6], *OBSERVATIONS.fields[7:11],
        Field("withdrawn_at", Type.MOMENT, _("Lúc con số này bị rút")),
        Field("source", Type.TEXT, _("Văn bản hay tệp từng là nguồn của nó")),
        OBSERVATIONS.fields[-1],
    ),
    notes=(
        _(
            "Con số được sửa không có ở đây: nó vẫn còn, với giá trị mới. Số minh họa bị gỡ cũng không có ở đây: khi "
            "tập Số liệu không còn dòng minh họa nào thì xóa mọi dòng is_demo."
        ),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="GOVE",
    filters=OBSERVATIONS.filters,
    part=rows_figures.withdrawn,
    count=rows_figures.count_withdrawn,
    has_demo=export_queries.has_demo_withdrawn,
    changed=export_queries.last_recorded,
    mark=export_queries.mark,
    page="/so-lieu",
)  # fmt: skip

INDICATORS = Dataset(
    slug="chi-so",
    title=_("Chỉ số"),
    description=_("Các chỉ số mà số liệu được báo cáo theo: tên, nhóm, tử số, mẫu số, cách tính và văn bản quy định."),
    fields=(
        Field("indicator", Type.TEXT, _("Mã chỉ số, không bao giờ đổi")),
        Field("name", Type.TEXT, _("Tên chỉ số")),
        Field("short_name", Type.TEXT, _("Tên ngắn")),
        Field("group", Type.TEXT, _("Nhóm theo Quyết định 766/QĐ-TTg")),
        Field("unit", Type.TEXT, _("Đơn vị của giá trị")),
        Field("numerator", Type.TEXT, _("Mã của cái được đếm ở tử số")),
        Field("numerator_name", Type.TEXT, _("Cái được đếm ở tử số")),
        Field("denominator", Type.TEXT, _("Mã của cái được đếm ở mẫu số; trống khi chỉ số là một con số đếm")),
        Field("denominator_name", Type.TEXT, _("Cái được đếm ở mẫu số")),
        Field("formula", Type.TEXT, _("Cách tính")),
        Field("source", Type.TEXT, _("Văn bản quy định chỉ số")),
        Field("has_source_formula", Type.YES_NO, _("Cách tính lấy nguyên từ văn bản; false khi văn bản chỉ nêu tên")),
        Field(
            "direction", Type.TEXT, _("up: càng cao càng tốt; down: càng thấp càng tốt; none: không phải hai loại đó")
        ),
        Field("least", Type.INTEGER, _("Mẫu số dưới mức này thì không xếp hạng")),
        Field("counts_people", Type.YES_NO, _("Chỉ số đếm người, nên số dưới 10 bị ẩn")),
        Field("page", Type.TEXT, _("Trang của chỉ số trên cổng này")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="GOVE",
    filters=("indicator",),
    part=part_of(rows_figures.indicators),
    count=count_of(rows_figures.indicators),
    has_demo=lambda: False,
    page="/so-lieu",
)

PUBLISHED = Dataset(
    slug="so-da-cong-bo",
    title=_("Số đã công bố, theo nguồn"),
    description=_(
        "Tỷ lệ, thứ hạng, con số mà văn bản hay báo chí đã in, giữ nguyên như nguồn. Không có tử số và mẫu số, nên "
        "không cộng, không xếp hạng, không so sánh được."
    ),
    fields=(
        Field("id", Type.TEXT, _("Mã định danh")),
        Field("indicator", Type.TEXT, _("Mã chỉ số gần nhất; trống khi không có chỉ số nào tương ứng")),
        Field(
            "form", Type.TEXT, _("rate là tỷ lệ, rank là thứ hạng, score là điểm, count là số đếm, amount là số tiền")
        ),
        Field("name", Type.TEXT, _("Tên con số như nguồn gọi")),
        Field("printed", Type.TEXT, _("Con số đúng như nguồn in")),
        Field("scope", Type.TEXT, _("Con số nói về nơi nào, việc gì")),
        Field("place", Type.TEXT, _("Mã định danh của địa bàn; trống khi không của riêng địa bàn nào")),
        Field("period", Type.TEXT, _("Kỳ như nguồn ghi")),
        Field("starts_on", Type.DATE, _("Ngày đầu kỳ")),
        Field("ends_on", Type.DATE, _("Ngày cuối kỳ")),
        Field("document", Type.TEXT, _("Văn bản nguồn")),
        Field("url", Type.TEXT, _("Địa chỉ của nguồn")),
        Field("published_on", Type.DATE, _("Ngày nguồn công bố")),
        Field("note", Type.TEXT, _("Ghi chú")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="GOVE",
    filters=("indicator", "place", "from", "to"),
    part=part_of(rows_figures.published),
    count=count_of(rows_figures.published),
    has_demo=lambda: False,
    page="/so-lieu",
)
