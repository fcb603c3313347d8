"""What can be wrong with a file or a row, in the terminal's English and in the Vietnamese of the staff."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Message(NamedTuple):
    """One message in both languages; the names in braces are parameters."""

    en: str
    vi: str

    def filled(self, params: Mapping[str, Any], locale: str) -> str:
        """The message in `locale` ("vi", else English)."""
        if locale == "vi":
            return self.vi.format(**{name: _in_vietnamese(value) for name, value in params.items()})
        return self.en.format(**params)


# Words that our own code gives as parameters.
WORDS_VI: dict[str, str] = {
    "text": "chữ",
    "a list": "một danh sách",
    "an object": "một nhóm giá trị",
    "a whole number": "một số nguyên",
    "true or false": "true hoặc false",
    "two days": "hai ngày",
    "str": "chữ",
    "int": "số nguyên",
    "float": "số thập phân",
    "bool": "true/false",
    "list": "danh sách",
    "dict": "nhóm giá trị",
    "NoneType": "ô trống",
    "a zip or an XLSX workbook": "một tệp zip hoặc bảng tính Excel XLSX",
    "a day such as 2026-12-31": "một ngày như 2026-12-31",
    "an instant such as 2026-07-18T09:13:46Z": "một thời điểm như 2026-07-18T09:13:46Z",
}


def _in_vietnamese(value: Any) -> Any:
    return WORDS_VI.get(value, value) if isinstance(value, str) else value


FILE_MESSAGES: dict[str, Message] = {
    "missing_file": Message("There is no file {path}.", "Không có tệp {path}."),
    "is_directory": Message("{path} is a directory; name one file in it.", "{path} là thư mục; hãy chọn một tệp."),
    "not_regular": Message("{path} is not a regular file.", "{path} không phải là tệp thường."),
    "unreadable": Message("{path} can't be read: {reason}.", "Không đọc được {path}: {reason}."),
    "empty": Message("The file is empty.", "Tệp không có nội dung."),
    "no_rows": Message("The file has a header but no rows.", "Tệp chỉ có dòng tiêu đề, không có dòng dữ liệu."),
    "too_big": Message(
        "The file has {size_mb} MB; at most {limit_mb} MB are read.", "Tệp nặng {size_mb} MB; tối đa là {limit_mb} MB."
    ),
    "too_big_unpacked": Message(
        "The file unpacks to more than {limit_mb} MB; that is refused, since it may be a bomb.",
        "Giải nén ra thì tệp lớn hơn {limit_mb} MB nên không được nhận, vì có thể là tệp gây hại.",
    ),
    "unknown_format": Message(
        "The format of {name} is not known: its name should end in {known}, or give --format.",
        "Không rõ {name} là loại tệp gì: tên tệp cần kết thúc bằng {known}.",
    ),
    "not_this_format": Message(
        "The file is named as {expected} but its content looks like {found}.",
        "Tên tệp là {expected} nhưng nội dung giống {found}.",
    ),
    "broken_gzip": Message(
        "The gzip data is broken or was cut off: {reason}. Copy or download the file again.",
        "Tệp nén gzip bị hỏng hoặc bị cắt ({reason}). Hãy chép hoặc tải lại tệp.",
    ),
    "not_utf8": Message(
        "The file is not UTF-8 (line {line}): it looks like {encoding}. {advice}",
        "Tệp không dùng bảng mã UTF-8 (dòng {line}), có vẻ là {encoding}. Trong Excel hãy lưu lại bằng kiểu “CSV "
        "UTF-8 (Comma delimited)”.",
    ),
    "legacy_font": Message(
        "The text is written for an old Vietnamese font ({encoding}), not in Unicode. Convert it, for example with "
        "UniKey's toolkit (Ctrl+Shift+F6, from {encoding} to Unicode), and save it as “CSV UTF-8” or .xlsx.",
        "Chữ trong tệp dùng bảng mã cũ {encoding}, không phải Unicode. Hãy chuyển mã, chẳng hạn bằng công cụ của "
        "UniKey (Ctrl+Shift+F6, từ {encoding} sang Unicode), rồi lưu lại bằng kiểu “CSV UTF-8” hoặc .xlsx.",
    ),
    "nul_bytes": Message(
        "Line {line} holds NUL bytes: this is not a text file, or it was damaged.",
        "Dòng {line} có byte NUL: đây không phải tệp văn bản, hoặc tệp đã hỏng.",
    ),
    "line_too_long": Message(
        "Line {line} is longer than {limit_kb} kB; that is refused.",
        "Dòng {line} dài hơn {limit_kb} kB nên không được nhận.",
    ),
    "too_many_rows": Message(
        "The file has more than {limit} rows; that is refused.", "Tệp có hơn {limit} dòng nên không được nhận."
    ),
    "json_array": Message(
        "The file is one JSON array; write one JSON object a line instead (JSON Lines).",
        "Tệp là một mảng JSON; hãy ghi mỗi dòng một đối tượng JSON (JSON Lines).",
    ),
    "wrong_columns": Message(
        "The columns are not those of this import. {problems}. docs/howto/import-records.md lists them.",
        "Các cột không đúng với loại dữ liệu này. Thiếu: {missing}. Không rõ: {unknown}. Lặp lại: {double}.",
    ),
    "no_header": Message(
        "None of the first {limit} rows names the columns of this import.",
        "Trong {limit} dòng đầu không có dòng nào ghi tên các cột của loại dữ liệu này.",
    ),
    "broken_csv": Message(
        "The CSV can't be read near line {line}: {reason}. Often a quotation mark was not closed.",
        "Không đọc được tệp CSV quanh dòng {line} ({reason}). Thường là vì thiếu dấu ngoặc kép đóng.",
    ),
    "not_xlsx": Message(
        "The file is not an XLSX workbook: {reason}.",
        "Tệp không phải là bảng tính XLSX ({reason}). Trong Excel hãy lưu lại bằng kiểu “Excel Workbook (.xlsx)”.",
    ),
    "xlsx_bomb": Message(
        "The workbook is refused because {reason}; that is how a bomb looks.",
        "Sổ tính không được nhận vì giống tệp gây hại ({reason}).",
    ),
    "broken_xlsx": Message("The workbook can't be read: {reason}.", "Không đọc được bảng tính Excel ({reason})."),
    "changed_meanwhile": Message(
        "The file was changed while it was being read; nothing was imported.",
        "Tệp đã bị thay đổi trong lúc đọc; chưa có gì được nhập.",
    ),
    "lost_file": Message(
        "The stored file of this import is gone; nothing was imported. Upload it again.",
        "Tệp đã lưu của lần nhập này không còn; chưa có gì được nhập. Hãy tải tệp lên lại.",
    ),
    "agencies_circle": Message(
        "After this file {value!r} would stand below itself.",
        "Theo tệp này, {value!r} sẽ thành cấp dưới của chính nó. Hãy sửa cột Cơ quan cấp trên.",
    ),
    "teams_differ": Message(
        "Rows of the team {value!r} differ in villages, meeting place or hours.",
        "Các dòng của tổ {value!r} ghi khác nhau ở cột Thôn, Nơi sinh hoạt hoặc Giờ. Hãy ghi giống nhau.",
    ),
    "teams_two_leaders": Message(
        "After this file the team {value!r} would have two leaders.",
        "Theo tệp này, tổ {value!r} sẽ có hai tổ trưởng. Hãy sửa cột Vai trò, hoặc dùng Bàn giao tổ trưởng.",
    ),
    "rows_refused": Message(
        "{bad} of {rows} rows are refused; nothing was imported.",
        "{bad} trong {rows} dòng không nhận được; chưa có gì được nhập.",
    ),
    "no_good_rows": Message("No row of the file can be imported.", "Không có dòng nào trong tệp nhập được."),
    "no_figures": Message(
        "No row has both numbers of an indicator, such as received and filed online. Are the columns right?",
        "Không dòng nào có đủ hai số của một chỉ tiêu, ví dụ vừa “Hồ sơ tiếp nhận” vừa “Hồ sơ nộp trực tuyến”. Hãy xem "
        "lại các cột ở dưới.",
    ),
    "already_imported": Message(
        "This file was already imported ({batch}); nothing was changed.",
        "Tệp này đã được nhập rồi ({batch}); không có gì thay đổi.",
    ),
    "right_ended": Message(
        "Whoever asked for this has no right to this kind of data any more; nothing was changed.",
        "Người yêu cầu không còn quyền với loại dữ liệu này; chưa có gì thay đổi.",
    ),
    "undo_too_old": Message(
        "This import is too old to be undone: what it changed is not kept any more.",
        "Lần nhập này đã quá lâu nên không hoàn tác được nữa: hệ thống không còn giữ bản trước khi nhập.",
    ),
    "undo_refused": Message(
        "Nothing was undone: a later import or an edit has changed, or something needs, {subjects}.",
        "Chưa hoàn tác được, vì những mục này đã được sửa hoặc nhập lại sau đó, hoặc đang được dùng ở nơi khác: "
        "{subjects}.",
    ),
    "internal": Message(
        "The import failed by a fault of the program, which is in the log; nothing was imported.",
        "Việc nhập bị lỗi ở phía hệ thống và đã được ghi lại; chưa có gì được nhập.",
    ),
}

ROW_MESSAGES: dict[str, Message] = {
    "not_json": Message("not a JSON value: {reason}", "không phải giá trị JSON ({reason})"),
    "not_object": Message("a JSON object was expected, found {found}", "cần một đối tượng JSON, nhưng gặp {found}"),
    "too_deep": Message("JSON nested too deeply", "JSON lồng quá nhiều lớp"),
    "bad_number": Message("{value} is not a usable number", "{value} không phải số dùng được"),
    "bad_character": Message(
        "holds a character that can't be stored ({character})", "có ký tự không lưu được ({character})"
    ),
    "unknown_column": Message("unknown column", "cột không rõ"),
    "duplicate_column": Message("appears twice in the row", "xuất hiện hai lần trong dòng"),
    "cell_count": Message(
        "{found} cells where the header has {expected}", "có {found} ô, trong khi dòng tiêu đề có {expected}"
    ),
    "missing": Message("is missing", "còn thiếu"),
    "wrong_type": Message("must be {expected}, found {found}", "phải là {expected}, nhưng gặp {found}"),
    "too_long": Message(
        "has {found} characters, at most {limit} are allowed", "dài {found} ký tự, tối đa {limit} ký tự"
    ),
    "too_many": Message("has {found} items, at most {limit} are allowed", "có {found} mục, tối đa {limit} mục"),
    "bad_code": Message(
        "{value!r} is not a procedure code such as 1.001193", "{value!r} không phải mã thủ tục như 1.001193"
    ),
    "duplicate_code": Message("code {value} was already on line {first}", "mã {value} đã có ở dòng {first}"),
    "duplicate_subject": Message("{value} was already on line {first}", "{value} đã có ở dòng {first}"),
    "unknown_value": Message("{value!r} is not one of: {known}", "{value!r} không thuộc các giá trị: {known}"),
    "unknown_place": Message("no place is called {value!r}", "không có nơi nào tên là {value!r}"),
    "ambiguous_place": Message(
        "{value!r} may mean: {known}; name the former district too, or the slug",
        "{value!r} có thể là: {known}; hãy ghi thêm huyện cũ, hoặc ghi tên trong địa chỉ trang",
    ),
    "code_without_day": Message(
        "codes were used again in 2025: {value!r} needs the day that the row speaks of",
        "mã được dùng lại từ năm 2025: {value!r} cần thêm ngày mà dòng này nói tới",
    ),
    "no_unit_of_code": Message(
        "no unit had the code {value!r} on {day}", "ngày {day} không có đơn vị nào mang mã {value!r}"
    ),
    "not_https": Message("{value!r} is not an https address", "{value!r} không phải địa chỉ https"),
    "host_not_allowed": Message(
        "the host {value!r} is not allowed; allowed: {known}",
        "không được dùng máy chủ {value!r}; chỉ được dùng: {known}",
    ),
    "unknown_agency": Message(
        "there is no agency {value!r}; import it first",
        "chưa có cơ quan {value!r}; hãy nhập cơ quan đó trước",
    ),
    "circle": Message("{value!r} stands below this agency", "{value!r} đang là chính cơ quan này hoặc cấp dưới của nó"),
    "contact_too_long": Message("{value!r} is too long", "{value!r} dài quá"),
    "contact_phone": Message("{value!r} is no telephone number", "{value!r} không phải số điện thoại"),
    "contact_too_many_phones": Message("more than 5 telephone numbers", "nhiều hơn 5 số điện thoại"),
    "contact_email": Message("{value!r} is no e-mail address", "{value!r} không phải địa chỉ thư điện tử"),
    "contact_website": Message("{value!r} is no https address", "{value!r} không phải địa chỉ https"),
    "team_full": Message(
        "the team {value!r} has {most} members, no more fit in",
        "tổ {value!r} đã đủ {most} người, không thêm được nữa; hãy bớt dòng hoặc tách thành hai tổ",
    ),
    "team_ended": Message(
        "the team {value!r} was disbanded", "tổ {value!r} đã giải thể; hãy cho tổ hoạt động lại trước"
    ),
    "consent_ended": Message(
        "this person took their consent back on {day}", "người này đã rút lại đồng ý ngày {day}; cần ngày đồng ý sau đó"
    ),
    "in_future": Message("{value!r} is no day that has been", "{value!r} không phải ngày đã qua"),
    "negative": Message("{value} is negative", "{value} là số âm"),
    "too_large": Message("{value} is more than {limit}", "{value} lớn hơn {limit}"),
    "not_a_number": Message("{value!r} is not a number", "{value!r} không phải là số"),
    "not_whole": Message("{value!r} is not a whole number", "{value!r} không phải là số nguyên"),
    "ambiguous_number": Message(
        "{value!r} could be a fraction or a thousand; write 1.234 or 1234 for a thousand, 1,2340 for a fraction",
        "{value!r} có thể là số thập phân hoặc số hàng nghìn; hãy ghi 1.234 hoặc 1234 nếu là hàng nghìn, "
        "1,2340 nếu là số thập phân",
    ),
    "bad_date": Message(
        "{value!r} is not a date; expected {expected}", "{value!r} không phải ngày tháng; cần ghi như {expected}"
    ),
    "dates_reversed": Message(
        "ends ({end}) before it begins ({begin})", "kết thúc ({end}) trước khi bắt đầu ({begin})"
    ),
    "period_missing": Message(
        "no period: give it in a column, or above the table as “Tháng 10 năm 2026”",
        "chưa rõ kỳ số liệu: hãy ghi trong một cột, hoặc phía trên bảng như “Tháng 10 năm 2026”",
    ),
    "bad_period": Message(
        "{value!r} is no period; expected 10/2026, quý 4/2026 or 2026, and for a day also its kind, ngày",
        "{value!r} không phải kỳ số liệu; cần ghi như 10/2026, quý 4/2026 hoặc 2026, nếu là ngày thì ghi thêm loại kỳ",
    ),
    "period_not_over": Message("{value} has not begun yet", "kỳ {value} còn chưa tới"),
    "part_over_whole": Message(
        "{part} is more than {whole}, of which it is a part", "{part} nhiều hơn tổng là {whole}"
    ),
    "rate_alone": Message(
        "a rate alone is not kept: give the two numbers that it is made of",
        "chỉ có tỷ lệ thì chưa đủ: cần hai số để tính ra tỷ lệ đó",
    ),
    "rate_differs": Message(
        "{value!r} is not the rate of {part} of {whole}, which is {rate}%",
        "{value!r} khác với tỷ lệ tính từ {part}/{whole} là {rate}%",
    ),
    "code_of_another": Message(
        "the code {value!r} was that of {known} on {day}, not of the unit named",
        "ngày {day} mã {value!r} là của {known}, không phải đơn vị ghi ở dòng này",
    ),
    "bad_line": Message("{value!r} doesn't read as {expected}", "{value!r} không đúng dạng {expected}"),
    "amount_missing": Message("a line with status 'amount' needs an amount", "dòng có status 'amount' cần có số tiền"),
    "amount_not_expected": Message(
        "a line with status {status!r} can't carry an amount", "dòng có status {status!r} không được ghi số tiền"
    ),
    "duplicate_observation": Message("{value} is already said at index {first}", "{value} đã có ở vị trí {first}"),
    "out_of_scope": Message("this key may not report {value}", "khóa này không được gửi {value}"),
    "bad_period_code": Message(
        "{value!r} is no period; expected 2026-10, 2026-q4, 2026 or 2026-10-05",
        "{value!r} không phải kỳ số liệu; cần ghi như 2026-10, 2026-q4, 2026 hoặc 2026-10-05",
    ),
    "one_unit_needed": Message(
        "exactly one of place, agency and code says whom this is of",
        "cần đúng một trong ba trường place, agency, code để biết số liệu của ai",
    ),
    "only_with_code": Message("says something only beside code", "chỉ dùng cùng với trường code"),
    "no_denominator": Message("this indicator has no denominator", "chỉ tiêu này không có mẫu số"),
    "code_of_several": Message(
        "several units had the code {value!r} in this period: {known}; name the slug, or valid_from",
        "trong kỳ này có nhiều đơn vị cùng mang mã {value!r}: {known}; hãy ghi place, hoặc thêm valid_from",
    ),
    "unit_not_then": Message(
        "{value!r} did not exist from {first} to {last}", "từ {first} đến {last} không có đơn vị {value!r}"
    ),
}
