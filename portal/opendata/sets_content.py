"""The data sets of places, guides, fees and reductions."""

from __future__ import annotations

from portal.opendata import queries, rows_content
from portal.opendata.listing import count_of, part_of
from portal.opendata.model import Dataset, Field, Rhythm, Type


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


_PLACE = _("Mã định danh của địa bàn, không bao giờ đổi")

PLACES = Dataset(
    slug="dia-ban",
    title=_("Địa bàn"),
    description=_(
        "Tỉnh, xã, phường, đặc khu, thôn hôm nay và các đơn vị trước ngày 1/7/2025, mỗi đơn vị một dòng với tên, mã, "
        "ngày bắt đầu, ngày kết thúc."
    ),
    fields=(
        Field("id", Type.TEXT, _PLACE),
        Field("code", Type.TEXT, _("Mã đơn vị hành chính; mã có thể được cấp lại cho đơn vị khác")),
        Field("name", Type.TEXT, _("Tên đầy đủ")),
        Field("kind", Type.TEXT, _("Loại đơn vị, như xa, phuong, dac-khu, thi-tran, huyen, thon")),
        Field("level", Type.TEXT, _("Cấp: province là tỉnh, district là huyện, commune là xã, village là thôn")),
        Field("superior", Type.TEXT, _("Mã định danh của đơn vị cấp trên trực tiếp")),
        Field("superior_name", Type.TEXT, _("Tên đơn vị cấp trên trực tiếp")),
        Field("valid_from", Type.DATE, _("Ngày đầu tiên; trống khi có từ trước mà không rõ ngày")),
        Field("valid_to", Type.DATE, _("Ngày cuối cùng; trống khi vẫn còn")),
        Field("active", Type.YES_NO, _("Hôm nay còn hay không")),
        Field(
            "former_district",
            Type.TEXT,
            _("Huyện, thị xã, thành phố trước tháng 7/2025, cách nhau dấu chấm phẩy"),
        ),
        Field("former_names", Type.TEXT, _("Tên khác từng dùng, cách nhau dấu chấm phẩy")),
        Field("latitude", Type.NUMBER, _("Vĩ độ của một điểm trong địa bàn"), _("độ, WGS 84")),
        Field("longitude", Type.NUMBER, _("Kinh độ của một điểm trong địa bàn"), _("độ, WGS 84")),
        Field("successors", Type.TEXT, _("Mã định danh các đơn vị thay nó, cách nhau dấu chấm phẩy")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="REGI",
    filters=("place",),
    part=part_of(rows_content.places),
    count=count_of(rows_content.places),
    has_demo=lambda: False,
    page="/dia-ban",
)

SUCCESSIONS = Dataset(
    slug="dia-ban-ke-thua",
    title=_("Địa bàn cũ thành địa bàn mới"),
    description=_("Mỗi dòng là một đơn vị cũ và một đơn vị nhận toàn bộ hay một phần của nó khi sắp xếp."),
    fields=(
        Field("predecessor", Type.TEXT, _("Mã định danh của đơn vị cũ")),
        Field("predecessor_name", Type.TEXT, _("Tên đơn vị cũ")),
        Field("predecessor_code", Type.TEXT, _("Mã đơn vị hành chính của đơn vị cũ")),
        Field("ended_on", Type.DATE, _("Ngày cuối cùng của đơn vị cũ")),
        Field("successor", Type.TEXT, _("Mã định danh của đơn vị mới")),
        Field("successor_name", Type.TEXT, _("Tên đơn vị mới")),
        Field("successor_code", Type.TEXT, _("Mã đơn vị hành chính của đơn vị mới")),
        Field("began_on", Type.DATE, _("Ngày đầu tiên của đơn vị mới")),
        Field("is_whole", Type.YES_NO, _("Toàn bộ đơn vị cũ vào đơn vị mới; false khi chỉ một phần")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="REGI",
    filters=("place",),
    part=part_of(rows_content.successions),
    count=count_of(rows_content.successions),
    has_demo=lambda: False,
    page="/dia-ban",
)

GUIDES = Dataset(
    slug="huong-dan",
    title=_("Hướng dẫn và thủ tục"),
    description=_(
        "Hướng dẫn của cổng này và thủ tục mà mỗi hướng dẫn giải thích: cơ quan, cấp, cách nộp theo hồ sơ chính thức. "
        "Mỗi dòng là một hướng dẫn và một thủ tục."
    ),
    fields=(
        Field("guide", Type.TEXT, _("Mã định danh của hướng dẫn")),
        Field("kind", Type.TEXT, _("service là thủ tục, life_event là việc trong đời, how_to là cách làm")),
        Field("title", Type.TEXT, _("Tên hướng dẫn")),
        Field("summary", Type.TEXT, _("Tóm tắt")),
        Field("url", Type.TEXT, _("Địa chỉ của hướng dẫn")),
        Field("procedure", Type.TEXT, _("Mã thủ tục quốc gia; trống khi hướng dẫn không về thủ tục nào")),
        Field("procedure_name", Type.TEXT, _("Tên thủ tục theo hồ sơ chính thức")),
        Field("field", Type.TEXT, _("Lĩnh vực")),
        Field("agencies", Type.TEXT, _("Cơ quan thực hiện, cách nhau dấu chấm phẩy")),
        Field("levels", Type.TEXT, _("Cấp thực hiện, cách nhau dấu chấm phẩy")),
        Field("channels", Type.TEXT, _("Cách nộp: online là trực tuyến, direct là trực tiếp, postal là bưu chính")),
        Field("official_url", Type.TEXT, _("Hồ sơ chính thức trên Cổng Dịch vụ công quốc gia")),
        Field("decision", Type.TEXT, _("Quyết định công bố thủ tục")),
        Field("record_as_of", Type.TEXT, _("Hồ sơ chính thức lấy về lúc nào")),
        Field("reviewed_on", Type.DATE, _("Ngày hướng dẫn được xem lại lần cuối")),
        Field("next_review_on", Type.DATE, _("Ngày phải xem lại lần tới")),
        Field("updated_at", Type.MOMENT, _("Lúc hướng dẫn được sửa lần cuối")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="GOVE",
    part=part_of(rows_content.guides),
    count=count_of(rows_content.guides),
    has_demo=lambda: False,
    changed=queries.guides_changed,
    page="/huong-dan",
)

FEES = Dataset(
    slug="phi-le-phi",
    title=_("Phí, lệ phí"),
    description=_(
        "Phí, lệ phí của từng thủ tục theo cách nộp: như hồ sơ chính thức ghi, và mức mà tỉnh tự quy định. Chưa biết "
        "không phải là bằng không."
    ),
    fields=(
        Field("procedure", Type.TEXT, _("Mã thủ tục quốc gia")),
        Field("procedure_name", Type.TEXT, _("Tên thủ tục theo hồ sơ chính thức")),
        Field("setter", Type.TEXT, _("official: hồ sơ chính thức ghi; province: tỉnh quy định")),
        Field("channel", Type.TEXT, _("Cách nộp: online, direct, postal; trống là mọi cách")),
        Field(
            "status",
            Type.TEXT,
            _("amount có số tiền, free miễn, exempt miễn cho một số người, council tỉnh quy định, unknown chưa biết"),
        ),
        Field("amount", Type.INTEGER, _("Số tiền; chỉ có khi status là amount"), _("đơn vị của currency")),
        Field("currency", Type.TEXT, _("Loại tiền")),
        Field("unit", Type.TEXT, _("Tính cho một cái gì, như bản, trang, lần")),
        Field("percent", Type.INTEGER, _("Phần của mức thường phải trả, khi hồ sơ chỉ ghi phần trăm"), "%"),
        Field("condition", Type.TEXT, _("Trường hợp áp dụng")),
        Field("text", Type.TEXT, _("Lời của hồ sơ chính thức")),
        Field("valid_from", Type.DATE, _("Áp dụng từ ngày; trống khi không ghi")),
        Field("valid_to", Type.DATE, _("Áp dụng đến hết ngày; trống khi không ghi")),
        Field("territory", Type.TEXT, _("Mã định danh của địa bàn áp dụng; trống là toàn tỉnh")),
        Field("documents", Type.TEXT, _("Số văn bản, cách nhau dấu chấm phẩy")),
        Field("is_verified", Type.YES_NO, _("Mức của tỉnh đã được đối chiếu với văn bản hay chưa")),
        Field("record_as_of", Type.TEXT, _("Hồ sơ chính thức lấy về lúc nào")),
        Field("source_url", Type.TEXT, _("Địa chỉ của nguồn")),
        Field("is_demo", Type.YES_NO, _("Số minh họa, không phải số thật")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="GOVE",
    part=rows_content.fees,
    count=rows_content.count_fees,
    has_demo=rows_content.has_demo_fees,
    changed=queries.fees_changed,
    page="/tinh-phi",
)

REDUCTIONS = Dataset(
    slug="giam-phi",
    title=_("Chính sách giảm phí"),
    description=_("Các chính sách giảm phí, lệ phí: giảm bao nhiêu, ở đâu, theo văn bản nào, đã kiểm chưa."),
    fields=(
        Field("id", Type.TEXT, _("Mã định danh")),
        Field("name", Type.TEXT, _("Tên chính sách")),
        Field("percent", Type.INTEGER, _("Giảm bao nhiêu phần trăm"), "%"),
        Field("amount", Type.INTEGER, _("Hoặc giảm bao nhiêu tiền"), _("đồng")),
        Field("channels", Type.TEXT, _("Cách nộp được giảm; trống là mọi cách")),
        Field("procedures", Type.TEXT, _("Mã thủ tục được giảm; trống cùng fields là mọi khoản do tỉnh quy định")),
        Field("fields", Type.TEXT, _("Lĩnh vực được giảm")),
        Field("territory", Type.TEXT, _("Mã định danh của địa bàn áp dụng; trống là toàn tỉnh")),
        Field("territory_name", Type.TEXT, _("Tên địa bàn áp dụng")),
        Field("valid_from", Type.DATE, _("Áp dụng từ ngày; trống khi không ghi")),
        Field("valid_to", Type.DATE, _("Áp dụng đến hết ngày; trống khi không ghi")),
        Field(
            "state", Type.TEXT, _("Hôm nay: current đang áp dụng, coming sắp, ended đã hết, unverified chưa xác minh")
        ),
        Field("is_verified", Type.YES_NO, _("Đã xác minh còn hiệu lực hay chưa")),
        Field("applies_to_national_rates", Type.YES_NO, _("Giảm cả mức do trung ương quy định")),
        Field("document", Type.TEXT, _("Số văn bản")),
        Field("document_title", Type.TEXT, _("Tên văn bản")),
        Field("document_issued_on", Type.DATE, _("Ngày ban hành văn bản")),
        Field("document_url", Type.TEXT, _("Địa chỉ của văn bản")),
        Field("is_demo", Type.YES_NO, _("Số minh họa, không phải số thật")),
    ),
    rhythm=Rhythm.IRREGULAR,
    theme="GOVE",
    part=part_of(rows_content.reductions),
    count=count_of(rows_content.reductions),
    has_demo=rows_content.has_demo_reductions,
    changed=queries.reductions_changed,
    page="/giam-phi",
)
