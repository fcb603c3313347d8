"""Feedback, a draft that answers it, and who is told when it is published: each once, and nobody who shouldn't."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts import people
from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, unit_of_work
from portal.core.i18n import LOCALES
from portal.core.permissions import Grant, Role, Scope
from portal.editing import case_queries, from_feedback, service, telling
from portal.editing.models import DraftEvent, GuideDraft
from portal.editing.service import EditingError
from portal.editing.states import Act
from portal.feedback import citizen, handling, history, jobs, queries
from portal.feedback.receiving import Received
from portal.feedback.status import status_view
from portal.feedback.subjects import Subject
from portal.guides.models import GuideVersion
from portal.guides.queries import all_values
from portal.outbox.models import OutboxMessage
from portal.outbox.registry import Delivery
from portal.sharing.service import share_link
from portal.teams.news import news_of
from tests.factories.drafts import SECOND, SLUG, WRITER, begun, done, published, row_of, written
from tests.factories.feedback import COMMUNE, OFFICER, answer, case_of, load_agencies, receive
from tests.factories.staff import OPERATOR, hashed
from tests.factories.teams import team

MAIL, PHONE = "lan@example.vn", "0912345678"
SUBJECT = Subject(kind="guide", key=SLUG, title="Xem hồ sơ đến đâu", path=f"/huong-dan/{SLUG}")


@pytest.fixture(autouse=True)
def _guide(app: Flask) -> None:
    published()
    load_agencies()


def wrote(nonce: str = "n1", **more: Any) -> Received:
    values = {"subject": SUBJECT, "contact_email": MAIL, "message": f"Bước 2 sai, gọi tôi {PHONE}", **more}
    return receive(nonce, **values)


def opened(received: Received, slug: str = SLUG) -> str:
    with unit_of_work():
        return from_feedback.open_from_case(slug, received.case.reference, actor=WRITER, now=clock.now()).code


def publish(code: str) -> None:
    written(code)
    done(code, Act.SUBMIT)
    done(code, Act.APPROVE, SECOND)
    done(code, Act.PUBLISH)


def messages(kind: str) -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))


def deliver() -> None:
    """Everything that waits, as a worker that was killed in between does: twice."""
    for kind, handler in ((service.TELL_JOB, telling.tell), (history.NOTICE, jobs.send_notice)):
        for _ in range(2):
            for one in messages(kind):
                assert one.payload is not None
                handler(Delivery(one.id, one.code, one.kind, one.key, one.payload, 1, one.created_at, lambda: None))


def mails(about: str = "hướng dẫn đã được sửa") -> list[dict[str, Any]]:
    return [one.payload for one in messages("email") if one.payload and about in one.payload["subject"]]


def fixed(received: Received) -> list[tuple[str, bool]]:
    found = queries.events_of(case_of(received))
    return [(one.text, one.is_public) for one in found if one.kind == "guide_fixed"]


def test_who_wrote_is_told_once_with_the_change_note(app: Flask) -> None:
    received = wrote()
    code = opened(received)
    publish(code)
    deliver()
    (mail,) = mails()
    assert mail["to"] == MAIL
    assert "Đổi tóm tắt." in mail["text"] and "“Xem hồ sơ đến đâu”" in mail["text"]
    assert f"/huong-dan/{SLUG}" in mail["text"]
    assert PHONE not in mail["text"]
    assert fixed(received) == [("Đổi tóm tắt.", True)]
    with app.test_request_context():
        steps = status_view(case_of(received), now=clock.now(), locale="vi").steps
    assert [(one.title, one.details, one.text, one.agency) for one in steps[-1:]] == [
        ("Hướng dẫn bạn phản ánh đã được sửa", "Xem hồ sơ đến đâu", "Đổi tóm tắt.", "")
    ]
    told = [one.text for one in db.session.scalars(select(DraftEvent).where(DraftEvent.kind == "told"))]
    assert told == ["1 0"]


def test_a_later_publication_tells_nobody_again(app: Flask) -> None:
    received = wrote()
    publish(opened(received))
    deliver()
    again = begun()
    written(again, "Lại đổi.")
    done(again, Act.SUBMIT)
    done(again, Act.APPROVE, SECOND)
    done(again, Act.PUBLISH)
    deliver()
    assert len(mails()) == 1 and len(fixed(received)) == 1
    third = opened(received)
    publish(third)
    deliver()
    assert len(fixed(received)) == 2, "asked for anew, it is told of anew"


def test_without_an_address_only_the_history_says_it(app: Flask) -> None:
    received = wrote(contact_email="")
    publish(opened(received))
    deliver()
    assert mails() == []
    assert len(fixed(received)) == 1


def test_nothing_of_the_person_is_kept_with_the_draft(app: Flask) -> None:
    received = wrote(contact_name="Phạm Thị Lan", contact_phone="0905111222")
    code = opened(received)
    publish(code)
    deliver()
    kept = [row_of(code).content, row_of(code).notes, all_values()]
    kept += [[one.texts, one.content, one.note] for one in db.session.scalars(select(GuideVersion))]
    kept += [one.text for one in db.session.scalars(select(DraftEvent))]
    kept += [[one.subject_name, one.before, one.after] for one in db.session.scalars(select(AuditEntry))]
    kept += [one.payload for one in messages(service.TELL_JOB)]
    text = json.dumps(kept, ensure_ascii=False)
    for secret in (PHONE, MAIL, "Phạm Thị Lan", "0905111222", "Bước 2 sai"):
        assert secret not in text, secret


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_asked_to_be_forgotten_is_told_nothing(app: Flask, when: str) -> None:
    received = wrote()
    code = opened(received)
    if when == "before":
        with unit_of_work():
            citizen.erase(case_of(received), now=clock.now())
    publish(code)
    if when == "after":
        with unit_of_work():
            citizen.erase(case_of(received), now=clock.now())
    deliver()
    assert mails() == []


def test_abuse_is_told_nothing_and_alone_tells_no_team(app: Flask) -> None:
    received = wrote()
    code = opened(received)
    with unit_of_work():
        handling.mark_abuse(case_of(received), actor=OFFICER, now=clock.now())
    leader = shared()
    publish(code)
    deliver()
    assert mails() == [] and fixed(received) == [] and team_mails() == [], leader
    with pytest.raises(EditingError, match="no_case"):
        opened(received)


def test_those_whose_cases_were_merged_are_told_too(app: Flask) -> None:
    one, other = wrote("n1"), wrote("n2", contact_email="nam@example.vn")
    with unit_of_work():
        handling.merge(case_of(other), case_of(one), actor=OFFICER, now=clock.now())
    publish(opened(one))
    deliver()
    assert sorted(mail["to"] for mail in mails()) == [MAIL, "nam@example.vn"]


def test_an_answered_case_still_hears_of_it(app: Flask) -> None:
    received = wrote()
    answer(received)
    publish(opened(received))
    deliver()
    assert len(mails()) == 1
    assert case_of(received).state == "answered"


def test_a_draft_that_is_taken_off_or_dropped_tells_nobody(app: Flask) -> None:
    one, other = wrote("n1"), wrote("n2", contact_email="nam@example.vn")
    code = opened(one)
    assert opened(other) == code
    with unit_of_work():
        from_feedback.remove_case(row_of(code), one.case.reference, actor=WRITER, now=clock.now())
    publish(code)
    deliver()
    assert [mail["to"] for mail in mails()] == ["nam@example.vn"]
    third = opened(one)
    done(third, Act.DROP)
    deliver()
    assert len(mails()) == 1


def test_a_case_is_added_once_and_only_to_its_own_guide(app: Flask) -> None:
    published("trang-khac")
    received = wrote()
    assert opened(received) == opened(received)
    with pytest.raises(EditingError, match="no_case"):
        opened(received, "trang-khac")
    db.session.rollback()
    with pytest.raises(EditingError, match="no_case"), unit_of_work():
        from_feedback.open_from_case(SLUG, "PA-2099-99999", actor=WRITER, now=clock.now())
    db.session.rollback()
    row = db.session.scalars(select(GuideDraft)).one()
    assert [one.reference for one in case_queries.cases_of_draft(row)] == [received.case.reference]
    assert [one.text for one in db.session.scalars(select(DraftEvent).where(DraftEvent.kind == "case"))] == [
        received.case.reference
    ]
    publish(row.code)
    with pytest.raises(EditingError, match="not_possible"), unit_of_work():
        from_feedback.remove_case(row_of(row.code), received.case.reference, actor=WRITER, now=clock.now())


def shared(name: str = "Tổ số một", *, path: str = f"/huong-dan/{SLUG}", email: str = "to-truong@example.vn") -> str:
    slug = team(name, COMMUNE)
    with unit_of_work():
        share_link(slug, path, "Xem hồ sơ", now=clock.now())
        if email:
            grant = Grant(Role.TEAM_LEADER, Scope("team", slug))
            user, _token = people.invite(email, "Lê Dẫn", [grant], actor=OPERATOR, now=clock.now())
            user.password_hash = hashed()
    return slug


def team_mails() -> list[str]:
    return [mail["to"] for mail in mails("vừa được sửa")]


def test_leaders_of_teams_that_shared_it_are_told_once(app: Flask) -> None:
    slug = shared(path=f"/huong-dan/{SLUG}?xa={COMMUNE}")
    shared("Tổ số hai", path="/huong-dan/trang-khac", email="khac@example.vn")
    without = shared("Tổ số ba", email="")
    publish(opened(wrote()))
    deliver()
    assert team_mails() == ["to-truong@example.vn"]
    for one in (slug, without):
        (news,) = news_of(one, clock.now(), LOCALES["vi"])
        assert (news.title, news.note) == ("Xem hồ sơ đến đâu", "Đổi tóm tắt.")


def test_teams_hear_nothing_by_mail_of_what_no_feedback_asked_for(app: Flask) -> None:
    slug = shared()
    publish(begun())
    deliver()
    assert team_mails() == []
    assert len(news_of(slug, clock.now(), LOCALES["vi"])) == 1


def test_a_team_that_ended_or_cannot_sign_in_gets_no_mail(app: Flask) -> None:
    shared()
    with unit_of_work():
        from portal.teams.models import Team

        ended = db.session.scalars(select(Team)).one()
        ended.ended_on = clock.today()
    publish(opened(wrote()))
    deliver()
    assert team_mails() == []
