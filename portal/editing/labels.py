"""Drafts, their parts and what is wrong with them, in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.i18n import LOCALES
from portal.editing import withdrawal_labels
from portal.editing.check_labels import check_events, check_refusals
from portal.editing.states import Act, DraftState
from portal.guides.broken_markup import BOLD, HEADING, LINK, LIST, Broken
from portal.guides.plain import JARGON, PARAGRAPH, Remark
from portal.guides.written import ContentError


def state_label(state: str) -> str:
    """Where a draft stands."""
    labels: dict[str, str] = {
        DraftState.DRAFT: _("Đang viết"), DraftState.IN_REVIEW: _("Chờ duyệt"), DraftState.APPROVED: _("Đã duyệt"),
        DraftState.SCHEDULED: _("Đã hẹn giờ đăng"), DraftState.PUBLISHED: _("Đã đăng"), DraftState.DROPPED: _("Đã bỏ"),
    }  # fmt: skip
    return labels.get(state, "")


def act_label(act: str) -> str:
    """What is done with a draft, as its button says it."""
    labels: dict[str, str] = {
        Act.SUBMIT: _("Gửi duyệt"), Act.APPROVE: _("Duyệt"), Act.PUBLISH: _("Đăng ngay"),
        Act.SCHEDULE: _("Hẹn giờ đăng"), Act.UNSCHEDULE: _("Bỏ hẹn giờ"), Act.SEND_BACK: _("Trả lại người viết"),
        Act.TAKE_BACK: _("Lấy lại để sửa"), Act.DROP: _("Bỏ bản thảo"),
    }  # fmt: skip
    return labels[act]


def event_label(kind: str) -> str:
    """What was done with a draft, as its history says it."""
    labels: dict[str, str] = {
        "begin": _("Bắt đầu bản thảo"), "rebase": _("Lấy bản đang đăng mới nhất làm gốc"),
        "failed": _("Tới giờ hẹn nhưng chưa đăng được"), Act.SUBMIT: _("Gửi duyệt"), Act.APPROVE: _("Duyệt"),
        Act.PUBLISH: _("Đăng"), Act.SCHEDULE: _("Hẹn giờ đăng"), Act.UNSCHEDULE: _("Bỏ hẹn giờ"),
        Act.SEND_BACK: _("Trả lại"), Act.TAKE_BACK: _("Lấy lại để sửa"), Act.DROP: _("Bỏ bản thảo"),
        "prepare": _("Chuẩn bị từ hồ sơ chính thức đã đổi"), "from_record": _("Tạo từ hồ sơ thủ tục"),
        "case": _("Gắn phản ánh"), "case_off": _("Gỡ phản ánh"), "told": _("Báo tin sau khi đăng"),
    } | check_events()  # fmt: skip
    return labels[kind]


def told_in_words(counts: str) -> str:
    """Whom the worker told of a publication, from `people leaders`."""
    people, leaders = (int(number) for number in counts.split())
    reporters = ngettext("%(num)s phản ánh", "%(num)s phản ánh", people)
    teams = ngettext("%(num)s tổ trưởng qua e-mail", "%(num)s tổ trưởng qua e-mail", leaders)
    return str(_("Đã ghi vào %(cases)s và báo %(leaders)s.", cases=reporters, leaders=teams))


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of drafts."""
    kinds = ("begin", "rebase", "failed", "prepare", "from_record", "case", "case_off", "told",
             *(act.value for act in Act), *check_events())  # fmt: skip
    said = {f"guide_draft_{kind}": _("Bản thảo hướng dẫn: %(act)s", act=event_label(kind)) for kind in kinds}
    said["guide_record_seen"] = _("Xem thay đổi của hồ sơ, hướng dẫn không cần sửa")
    said |= {"guide_charge_taken": _("Nhận phụ trách trang"), "guide_charge_left": _("Thôi phụ trách trang")}
    return {**said, **withdrawal_labels.audit_labels()}


def kind_labels() -> Mapping[str, str]:
    """What the outbox calls the publishing at a chosen time."""
    return {
        "publish_draft": _("Đăng hướng dẫn theo giờ hẹn"),
        "tell_published": _("Báo tin hướng dẫn đã sửa theo phản ánh"), "weekly_attention": _("Soạn thư việc hằng tuần"),
    }  # fmt: skip


def guide_kinds() -> dict[str, str]:
    """The kinds of guides."""
    return {"service": _("Hướng dẫn dịch vụ"), "life_event": _("Việc trong đời"), "how_to": _("Cách làm")}


def part_label(part: str) -> str:
    """A part of a guide, by its name in guide files."""
    labels = {
        "slug": _("Địa chỉ trang"), "kind": _("Loại"), "icon": _("Biểu tượng"), "procedures": _("Mã thủ tục"),
        "related": _("Trang liên quan"), "reviewed_on": _("Ngày rà soát"), "next_review_on": _("Ngày rà soát tới"),
        "sources": _("Nguồn"), "title": _("Tên trang"), "summary": _("Tóm tắt"), "keywords": _("Từ người dân hay gõ"),
        "procedure_labels": _("Tên từng trường hợp"), "who": _("Ai làm, khi nào"), "prepare": _("Giấy tờ"),
        "looked_up": _("Nơi nhận tự tra cứu"), "steps": _("Các bước"), "channels": _("Cách nộp"),
        "videos": _("Video"), "result": _("Kết quả"), "tips": _("Mách nhỏ"), "mistakes": _("Hay nhầm"),
        "questions": _("Hỏi đáp"),
    }  # fmt: skip
    return str(labels.get(part, part))


def field_label(part: str, rest: str) -> str:
    """One text of a part: `rest` is its row and key, such as `2.title`, a channel, a procedure's code, or ""."""
    if part == "channels":
        return channel_label(rest)
    number, _dot, key = rest.partition(".")
    if part == "procedure_labels" or not number.isdecimal():
        return rest or part_label(part)
    values = {"num": int(number) + 1}
    if part == "videos":
        return _video_label(key, values["num"])
    labels = {
        "item": _("Giấy tờ %(num)s", **values), "note": _("Giấy tờ %(num)s, lưu ý", **values),
        "title": _("Bước %(num)s", **values), "text": _("Bước %(num)s, cách làm", **values),
        "picture_alt": _("Bước %(num)s, lời tả hình", **values), "question": _("Câu hỏi %(num)s", **values),
        "answer": _("Trả lời %(num)s", **values),
    }  # fmt: skip
    return str(labels.get(key) or f"{part_label(part)} {values['num']}")


def _video_label(key: str, num: int) -> str:
    labels = {
        "title": _("Video %(num)s", num=num), "transcript": _("Video %(num)s, lời", num=num),
        "url": _("Video %(num)s, đường dẫn (để trống thì lấy video của bản tiếng Việt)", num=num),
        "file": _("Video %(num)s, hoặc tên tệp đã tải lên", num=num),
        "duration": _("Video %(num)s, thời lượng (phút:giây)", num=num),
        "megabytes": _("Video %(num)s, khoảng mấy MB", num=num),
    }  # fmt: skip
    return str(labels[key])


def translation_label(state: str) -> str:
    """How far a guide is translated."""
    labels = {
        "missing": _("Chưa có"), "partly": _("Dịch một phần"), "stale": _("Có phần cũ"), "complete": _("Đủ, còn mới")
    }  # fmt: skip
    return str(labels[state])


def channel_label(channel: str) -> str:
    """A way to file."""
    labels = {"online": _("Nộp trực tuyến"), "direct": _("Nộp trực tiếp"), "postal": _("Qua bưu chính")}
    return str(labels[channel])


def place_of(path: str) -> str:
    """Where in a guide a part is, such as `vi.steps.2.text`, in words: language, part, number of the row."""
    names = path.split(".")
    language = LOCALES[names[0]].name if names[0] in LOCALES else ""
    rest = names[1:] if language else names
    part = part_label(rest[0]) if rest and rest[0] else ""
    number = next((str(int(name) + 1) for name in rest[1:] if name.isdecimal()), "")
    return " · ".join(text for text in (language, f"{part} {number}".strip()) if text)


def fault_in_words(fault: ContentError) -> str:
    """What is wrong with a part of a guide."""
    value = fault.value
    messages = {
        "missing": _("chưa điền"),
        "long": _("dài quá %(count)s ký tự", count=value),
        "slug": _("địa chỉ chỉ gồm chữ thường không dấu, số và dấu gạch nối"),
        "procedure": _("“%(code)s” không phải mã thủ tục, ví dụ 1.001193", code=value),
        "no_procedure": _("hướng dẫn dịch vụ cần ít nhất một mã thủ tục"),
        "icon": _("không có biểu tượng “%(name)s”", name=value),
        "review": _("ngày rà soát tới phải sau ngày rà soát"),
        "no_keyword": _("cần ít nhất một cụm từ người dân hay gõ"),
        "picture": _("không có hình “%(name)s”", name=value),
        "picture_alt": _("hình cần lời mô tả"),
        "pictures": _("hình phải giống bản tiếng Việt"),
        "steps": _("cần %(count)s bước", count=value),
        "video": _("không có video “%(name)s”", name=value),
        "videos": _("nhiều nhất %(count)s video", count=value),
        "video_of_what": _("cần đường dẫn hoặc tệp đã tải lên, chỉ một trong hai"),
        "video_step": _("không có bước %(number)s", number=value),
        "duration": _("thời lượng ghi phút:giây, ví dụ 2:35"),
        "megabytes": _("dung lượng ghi số MB, ví dụ 12"),
        "label": _("chưa nói trường hợp của thủ tục %(code)s", code=value),
        "label_of_none": _("thủ tục %(code)s không có trong danh sách mã thủ tục", code=value),
        "money": _("“%(amount)s”: số tiền lấy từ thủ tục chính thức, không gõ vào bài", amount=value),
        "link": _("đường dẫn %(url)s không thuộc trang được phép", url=value),
        "day": _("ngày chưa đúng"),
        "unwritten": _("còn lời của hồ sơ chính thức: viết lại bằng lời dễ hiểu, rồi xóa dấu ⟪viết lại⟫"),
    }  # fmt: skip
    return str(messages.get(fault.code) or _("chưa đúng"))


def refusal(code: str) -> str:
    """Why a change was refused."""
    messages = {
        "no_guide": _("Trang này không còn."),
        "no_content": _("Bản này được ghi lại trước khi cổng giữ nội dung gốc nên không lấy lại được."),
        "taken": _("Đã có trang hoặc bản thảo dùng địa chỉ này."),
        "not_open": _("Bản thảo đã gửi duyệt nên không sửa được. Bạn lấy lại để sửa."),
        "not_possible": _("Bản thảo đã sang bước khác. Bạn xem lại trang này."),
        "meanwhile": _("Có người vừa sửa trước bạn. Chữ bạn gõ còn ở dưới; mở bản mới nhất ở thẻ khác rồi chép sang."),
        "second_person": _("Bạn đã viết vào bản thảo này nên cần người khác duyệt."),
        "faults": _("Bản thảo còn chỗ cần sửa."),
        "references": _("Bản thảo dẫn tới trang hoặc thủ tục không có."),
        "base_changed": _("Trang đã đổi từ khi bắt đầu bản thảo. Bạn lấy lại để sửa, xem điểm khác rồi gửi duyệt lại."),
        "no_words": _("Bạn ghi lý do để người viết biết cần sửa gì."),
        "past": _("Giờ đăng phải ở sau bây giờ."),
        "too_much": _("Bài dài quá 200.000 ký tự hoặc một danh sách dài quá 60 dòng. Bạn rút ngắn rồi lưu lại."),
        "bad_slug": _("Địa chỉ chỉ gồm chữ thường không dấu, số và dấu gạch nối, ví dụ: cap-lai-giay-khai-sinh."),
        "no_title": _("Bạn chưa điền tên trang."),
        "record_changed": _("Hồ sơ vừa đổi thêm sau khi bạn mở trang này. Bạn xem lại điểm khác bên dưới."),
        "no_record": _("Không có thủ tục này, hoặc thủ tục không còn trong danh mục."),
        "has_guide": _("Thủ tục này đã có hướng dẫn."),
        "no_case": _("Không có phản ánh như vậy về trang này."),
    } | check_refusals() | withdrawal_labels.withdrawal_refusals()  # fmt: skip
    return str(messages[code])


def remark_in_words(remark: Remark) -> str:
    """What reads heavily."""
    if remark.kind == JARGON:
        return str(_("“%(word)s” là từ hành chính, nên nói: %(instead)s", word=remark.text, instead=remark.instead))
    values = {"count": remark.number, "most": remark.most, "text": remark.text}
    if remark.kind == PARAGRAPH:
        return str(_("đoạn có %(count)s câu, nên nhiều nhất %(most)s: “%(text)s”", **values))
    return str(_("câu dài %(count)s tiếng, nên nhiều nhất %(most)s: “%(text)s”", **values))


def broken_in_words(found: Broken) -> str:
    """Markdown that shows its marks instead of what they stand for."""
    messages = {
        BOLD: _("dấu ** thiếu một bên: “%(text)s”", text=found.text),
        LINK: _("đường dẫn viết chưa đúng, mẫu là [chữ](https://…): “%(text)s”", text=found.text),
        LIST: _("đầu dòng danh sách cần một dấu cách sau dấu: “%(text)s”", text=found.text),
        HEADING: _("sau dấu # cần một dấu cách: “%(text)s”", text=found.text),
    }
    return str(messages[found.kind])
