"""Illustrative feedback: cases of two months in every state, for the illustrative agencies and their officers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from portal.accounts.queries import officers_in
from portal.agencies.demo import FIRST, SECOND
from portal.agencies.queries import SCOPE_KIND
from portal.core.db import db
from portal.core.demo import DemoPart
from portal.core.permissions import Actor, Scope
from portal.core.tokens import new_code, new_token
from portal.feedback import citizen, figures, handling, publishing, queries
from portal.feedback.models import (
    FeedbackCase,
    FeedbackDeadline,
    FeedbackFigures,
    FeedbackRule,
    FeedbackTemplate,
    PublishedAnswer,
)
from portal.feedback.receiving import Submission, submit
from portal.feedback.routing import AGENCY
from portal.feedback.states import Outcome, Rating
from portal.feedback.subjects import Subject, subject

CASES, DAYS, PROMISE = 40, 60, 10
GUIDE = "guide:dang-ky-khai-sinh"
_NOBODY = Actor("system", "", "minh họa")
_MESSAGES = (
    ("page_error", "Trang ghi cần bản sao giấy chứng sinh, nhưng quầy bảo chỉ cần bản chính. Ghi thế nào là đúng?"),
    ("delay", "Hồ sơ của tôi hẹn trả thứ Sáu tuần trước, đến nay chưa thấy tin nhắn nào."),
    ("conduct", "Buổi chiều quầy số 3 không có người trực đến gần 3 giờ."),
    ("technical", "Đến bước thanh toán thì trang báo lỗi, thử lại hai lần đều vậy."),
    ("procedure", "Có được nhờ người khác trong nhà đi nộp thay không, cần giấy gì?"),
    ("fee_error", "Phí ghi trên trang khác với phí thu ở quầy."),
    ("proposal", "Nên cho chụp ảnh giấy tờ thay vì bắt nộp bản sao."),
    ("other", "Bảng giờ làm việc ở cửa bị mờ, không đọc được."),
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """An illustrative agency, and who answers there."""

    slug: str
    officer: Actor


_Step = Callable[[FeedbackCase, _Desk, _Desk, datetime], None]


def _answered(case: FeedbackCase, here: _Desk, _other: _Desk, now: datetime) -> None:
    handling.answer(case, "Cảm ơn bạn. Chúng tôi đã kiểm tra và sửa lại.", Outcome.FIXED, actor=here.officer, now=now)


def _rated(rating: Rating) -> _Step:
    def step(case: FeedbackCase, here: _Desk, other: _Desk, now: datetime) -> None:
        _answered(case, here, other, now)
        reason = "Vẫn chưa sửa." if rating is Rating.POOR else ""
        citizen.rate(case, rating, reason, now=now + timedelta(hours=5))

    return step


def _closed(case: FeedbackCase, here: _Desk, _other: _Desk, now: datetime) -> None:
    handling.close(
        case, "Việc này thuộc cơ quan trung ương, không thuộc tỉnh.", Outcome.NOT_COMPETENT, actor=here.officer, now=now
    )


def _asked(case: FeedbackCase, here: _Desk, _other: _Desk, now: datetime) -> None:
    handling.ask(case, "Bạn nộp hồ sơ ngày nào, ở quầy nào?", actor=here.officer, now=now)


def _forwarded(case: FeedbackCase, here: _Desk, other: _Desk, now: datetime) -> None:
    handling.forward(case, other.slug, "Việc này do cơ quan bạn giải quyết.", actor=here.officer, now=now)


def _noted(case: FeedbackCase, here: _Desk, _other: _Desk, now: datetime) -> None:
    handling.accept(case, actor=here.officer, now=now)
    handling.assign(case, here.officer.key, here.officer.name, actor=here.officer, now=now)
    handling.note(case, "Đã hỏi bộ phận một cửa, chờ trả lời.", actor=here.officer, now=now)


def _abused(case: FeedbackCase, here: _Desk, _other: _Desk, now: datetime) -> None:
    handling.mark_abuse(case, actor=here.officer, now=now)


def _left(_case: FeedbackCase, _here: _Desk, _other: _Desk, _now: datetime) -> None:
    """Nobody has touched it yet."""


# What became of old cases, of those of the last weeks, and of the newest.
_OLD = (_rated(Rating.GOOD), _answered, _rated(Rating.FAIR), _rated(Rating.GOOD), _closed, _answered, _abused,
        _rated(Rating.POOR), _rated(Rating.GOOD))  # fmt: skip
_LATELY = (_asked, _rated(Rating.GOOD), _noted, _answered)
_NEW = (_left, _noted, _forwarded, _left, _asked)


def _load(now: datetime) -> Sequence[str]:
    if queries.has_demo():
        return ()
    desks = [_Desk(slug, _officer(slug)) for slug in (FIRST, SECOND)]
    _rulebook(desks, now)
    for number in range(CASES):
        _case(number, desks, now)
    figures.ask_for_count(now, why="demo ")
    return ()


def _officer(agency: str) -> Actor:
    found = officers_in(Scope(SCOPE_KIND, agency))
    return Actor("user", found[0].code, found[0].name) if found else _NOBODY


def _rulebook(desks: Sequence[_Desk], now: datetime) -> None:
    for desk in desks:
        db.session.add(
            FeedbackRule(code=new_code(), position=0, about=desk.slug, target=AGENCY + desk.slug, is_demo=True)
        )
    if not any(not row.category and not row.agency for row in queries.deadline_rows()):
        db.session.add(
            FeedbackDeadline(code=new_code(), days=PROMISE, source="Cam kết minh họa, không có thật", is_demo=True)
        )
    title, text = "Mẫu minh họa", "{agency} đã nhận phản ánh {reference} và sửa ngày {date}."
    db.session.add(FeedbackTemplate(code=new_code(), title=title, text=text, updated_at=now, is_demo=True))
    db.session.flush()


def _case(number: int, desks: Sequence[_Desk], now: datetime) -> None:
    here, other = desks[number % 2], desks[1 - number % 2]
    age = timedelta(days=DAYS * (CASES - number) / CASES)
    received = now - age
    category, message = _MESSAGES[number % len(_MESSAGES)]
    about = subject(GUIDE, "vi") if number % 3 == 0 else subject(f"agency:{here.slug}", "vi")
    case = submit(
        Submission(
            nonce=f"demo-{number}-{now.isoformat()}", category=category, message=f"(Minh họa) {message}", locale="vi",
            subject=_of_agency(about, here.slug), is_demo=True,
        ),
        secret=new_token(), now=received,
    ).case  # fmt: skip
    steps = _OLD if age > timedelta(days=20) else _LATELY if age > timedelta(days=8) else _NEW
    later = received + min(age / 2, timedelta(days=3 + number % 9))
    steps[number % len(steps)](case, here, other, later)
    if number == 0:
        _publish(case, here, other, later)


def _of_agency(about: Subject, agency: str) -> Subject:
    return Subject(
        kind=about.kind, key=about.key, title=about.title, path=about.path, version=about.version, agency=agency
    )


def _publish(case: FeedbackCase, here: _Desk, other: _Desk, now: datetime) -> None:
    if case.subject_kind not in publishing.SUBJECT_KINDS:
        return  # a portal without that guide
    row = publishing.propose(
        case, "(Minh họa) Cần bản chính hay bản sao giấy chứng sinh?",
        "Câu trả lời này là minh họa. Bạn xem phần “Chuẩn bị gì” ở trên.", actor=here.officer, now=now,
    )  # fmt: skip
    second = other.officer if other.officer.key != here.officer.key else Actor("system", "second", "minh họa")
    publishing.publish(row, actor=second, now=now)


def _remove() -> None:
    db.session.execute(delete(PublishedAnswer).where(PublishedAnswer.is_demo))
    db.session.execute(update(FeedbackCase).where(FeedbackCase.is_demo).values(merged_into_id=None))
    db.session.execute(delete(FeedbackCase).where(FeedbackCase.is_demo))
    for table in (FeedbackRule, FeedbackDeadline, FeedbackTemplate):
        db.session.execute(delete(table).where(table.is_demo))
    # Counted anew within the hour; until then nothing illustrative is shown.
    db.session.execute(delete(FeedbackFigures))


FEEDBACK = DemoPart(_load, _remove)
