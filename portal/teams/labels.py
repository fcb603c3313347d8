"""Teams in words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core.stamps import changed_meanwhile
from portal.teams.checks import MOST_MEMBERS
from portal.teams.models import MemberRole
from portal.teams.tally import MOST_ENTRIES, MOST_PEOPLE, OLDEST


def role_names() -> dict[str, str]:
    """What each part in a team is called."""
    return {
        MemberRole.LEADER.value: _("Tổ trưởng"),
        MemberRole.DEPUTY.value: _("Tổ phó"),
        MemberRole.MEMBER.value: _("Thành viên"),
    }


def weekday_names() -> list[str]:
    """The days of the week, from Monday."""
    return [
        _("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"),
    ]  # fmt: skip


def refusal(code: str) -> str:
    """Why a change of a team was refused."""
    messages: dict[str, str] = {
        "no_name": _("Bạn chưa điền tên."),
        "taken": _("Xã, phường này đã có tổ tên này, có thể là tổ đã giải thể."),
        "too_long": _("Nội dung dài quá. Bạn rút ngắn lại."),
        "no_place": _("Bạn chọn một xã, phường trong danh sách."),
        "bad_village": _("Thôn, tổ dân phố đã chọn không thuộc xã, phường này. Bạn chọn lại bên dưới."),
        "phone": _("Số điện thoại chưa đúng. Mỗi ô một số. Ví dụ: 0255 3822 222."),
        "day": _("Ngày chưa đúng, hoặc là ngày chưa tới. Ví dụ: 02/09/2026."),
        "role": _("Bạn chọn vai trò trong danh sách."),
        "has_leader": _("Tổ đã có tổ trưởng. Muốn đổi người, bạn dùng “Bàn giao tổ trưởng”."),
        "withdraw_instead": _("Người này đang được công khai. Muốn dừng, bạn bấm “Dừng công khai”."),
        "before_withdrawal": _("Người này đã rút lại đồng ý sau ngày đó. Bạn ghi ngày đồng ý mới."),
        "no_consent": _("Người này không được công khai."),
        "too_many": _("Nhiều nhất %(count)s mục.", count=MOST_MEMBERS),
        "weekday": _("Bạn chọn một ngày trong tuần."),
        "time": _("Giờ chưa đúng. Ví dụ: 7:30."),
        "reversed": _("Giờ kết thúc phải sau giờ bắt đầu."),
        "no_member": _("Người này không còn trong tổ. Bạn chọn lại."),
        "ended": _("Tổ này đã giải thể."),
        "no_leader": _("Tổ chưa có tổ trưởng để bàn giao. Bạn sửa vai trò của một thành viên."),
        "same": _("Người này đang là tổ trưởng."),
        "own_account": _("Bạn không thể tự kết thúc vai trò của mình. Bạn nhờ một quản trị viên."),
        "changed_meanwhile": changed_meanwhile(),
        "no_guide": _("Bạn chọn việc đã giúp."),
        "people": _("Số người là số từ 1 đến %(most)s.", most=MOST_PEOPLE),
        "bad_key": _("Lượt này gửi lên chưa đúng. Bạn mở lại trang rồi ghi lại."),
        "key_taken": _("Lượt này đã được ghi với nội dung khác nên không ghi lại. Bạn xem danh sách hôm nay."),
        "too_many_entries": _("Mỗi ngày ghi nhiều nhất %(count)s lượt. Bạn cộng lại, ghi số người vào một lượt.",
                              count=MOST_ENTRIES),
        "future": _("Giờ của lượt này ở tương lai. Bạn xem lại ngày giờ trên điện thoại."),
        "too_old": _("Lượt này ghi từ hơn %(days)s ngày trước nên không cộng vào nữa.", days=OLDEST.days),
        "no_entry": _("Không tìm thấy lượt này. Có thể tổ đã đổi; bạn mở lại trang."),
        "not_today": _("Chỉ bỏ được lượt ghi trong ngày hôm nay."),
    }  # fmt: skip
    return messages[code]


def audit_labels() -> Mapping[str, str]:
    """What the audit log says of teams."""
    return {
        "team_added": _("Thêm tổ công nghệ số"),
        "team_changed": _("Sửa tổ công nghệ số"),
        "team_confirmed": _("Xác nhận thông tin của tổ"),
        "team_ended": _("Giải thể tổ công nghệ số"),
        "team_taken_back": _("Cho tổ hoạt động lại"),
        "team_link_made": _("Tạo liên kết xác nhận cho tổ"),
        "team_link_ended": _("Hủy liên kết xác nhận của tổ"),
        "team_workspace_link_made": _("Tạo liên kết vào trang của tổ"),
        "team_workspace_link_ended": _("Hủy liên kết vào trang của tổ"),
        "team_member_added": _("Thêm thành viên của tổ"),
        "team_member_changed": _("Sửa thành viên của tổ"),
        "team_member_moved": _("Đổi thứ tự thành viên của tổ"),
        "team_member_removed": _("Xóa thành viên của tổ"),
        "team_consent_ended": _("Dừng công khai một thành viên của tổ"),
        "team_shift_added": _("Thêm giờ trực của tổ"),
        "team_shift_removed": _("Bỏ giờ trực của tổ"),
        "team_handed_over": _("Bàn giao tổ trưởng"),
        "team_tally_removed": _("Bỏ một lượt đã giúp của tổ"),
        "share_link_made": _("Tạo liên kết chia sẻ"),
    }
