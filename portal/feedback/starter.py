"""The rules and prepared answers that ship: put where there are no rules at all, and never again."""

from __future__ import annotations

from datetime import datetime

from portal.core.db import db
from portal.core.tokens import new_code
from portal.feedback import queries
from portal.feedback.models import FeedbackRule, FeedbackTemplate
from portal.feedback.routing import AGENCY, PLACE_CENTER, PLACE_COMMITTEE, SUBJECT_AGENCY, last_resort

# Category and target, in the order in which they are asked; an empty category fits all.
_RULES = (
    ("delay", PLACE_COMMITTEE),
    ("conduct", PLACE_COMMITTEE),
    ("", SUBJECT_AGENCY),
    ("", PLACE_CENTER),
)
_TEMPLATES = (
    (
        "page_error",
        "Đã sửa chỗ sai trên trang",
        "Cảm ơn bạn đã báo. Chúng tôi đã kiểm tra và sửa chỗ sai trên trang “{subject}”.\n\n"
        "Bạn mở lại trang để xem bản mới. Nếu vẫn còn chỗ chưa đúng, bạn đánh giá và nói rõ chỗ đó giúp chúng tôi.",
    ),
    (
        "delay",
        "Hồ sơ bị trễ: xin lỗi và hẹn lại",
        "{agency} xin lỗi vì hồ sơ của bạn chưa có kết quả đúng hẹn.\n\nLý do: […]\n\n"
        "Hồ sơ sẽ có kết quả chậm nhất ngày […]. Đến ngày đó mà chưa có, bạn gọi số […] hoặc đến […].",
    ),
    (
        "",
        "Giải thích quy định",
        "Chúng tôi đã xem phản ánh {reference} của bạn.\n\nQuy định hiện nay: […], theo […] (số văn bản, điều).\n\n"
        "Vì vậy trong trường hợp của bạn: […]. Việc bạn làm tiếp theo: […].",
    ),
)


def add_missing(now: datetime) -> int:
    """Put the rules that ship, and the prepared answers with them; how many rules.

    Where there is a rule, staff have been at work, and nothing changes; without any agency there is nowhere to go.
    """
    world = queries.world()
    last = last_resort(world)
    if world.rules or last is None:
        return 0
    rules = [
        FeedbackRule(code=new_code(), position=position, category=category, target=target)
        for position, (category, target) in enumerate(_RULES, 1)
    ]
    rules.append(FeedbackRule(code=new_code(), position=len(rules) + 1, target=AGENCY + last.slug, is_default=True))
    db.session.add_all(rules)
    db.session.add_all(
        FeedbackTemplate(code=new_code(), category=category, title=title, text=text, updated_at=now)
        for category, title, text in _TEMPLATES
    )
    db.session.flush()
    return len(rules)
