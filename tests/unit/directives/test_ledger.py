"""The ledger: what counts as overdue, what is refused, what ships and what stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.agencies.models import Agency
from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.directives import queries, service
from portal.directives.cli import parse_directives
from portal.directives.models import Directive, DirectiveTask
from portal.directives.service import DirectiveError, DirectiveValues, TaskValues
from portal.directives.states import TaskState
from portal.pages.cli import STARTER

pytestmark = pytest.mark.usefixtures("app")
SOMEBODY = Actor("user", "abc", "Nguyễn Văn An")
TODAY = date(2026, 11, 22)


def document(*, is_historic: bool = False, number: str = "12/CT-UBND") -> Directive:
    values = DirectiveValues(
        number=number, title="Chỉ thị về nộp trực tuyến", issuer="UBND tỉnh", source="bản gốc", is_historic=is_historic
    )
    return service.create(values, actor=SOMEBODY, now=clock.now())


def task(row: Directive, deadline: date | None = None, agency: str = "", owner: str = "Sở A") -> DirectiveTask:
    values = TaskValues(
        text="Báo cáo hằng tháng", owner=owner, deadline=deadline, agency=agency, agency_source="QĐ 1" if agency else ""
    )
    return service.add_task(row, values, actor=SOMEBODY, now=clock.now())


def report(row: DirectiveTask, state: TaskState, note: str = "", evidence: str = "") -> None:
    allows = "https://quangngai.gov.vn/".__eq__
    service.report(row, state, note, evidence, allows, actor=SOMEBODY, now=clock.now())


def agency(slug: str, name: str) -> None:
    db.session.add(Agency(slug=slug, name=name))
    db.session.flush()


def test_overdue_is_the_day_after_and_only_what_is_being_done() -> None:
    with unit_of_work():
        row = document()
        late, last_day, settled = (task(row, TODAY - timedelta(days=n)) for n in (1, 0, 9))
        task(row)
        report(settled, TaskState.DONE, "Đã gửi báo cáo")
    assert [fact.code for fact in queries.overdue(TODAY)] == [late.code]
    assert [fact.code for fact in queries.overdue(TODAY + timedelta(days=1))] == [late.code, last_day.code]


def test_what_is_historic_is_overdue_nowhere_whatever_is_reported() -> None:
    with unit_of_work():
        old = task(document(is_historic=True), date(2023, 2, 3))
        assert old.state == TaskState.UNKNOWN
        report(old, TaskState.OPEN, "vẫn đang làm")
    assert queries.overdue(TODAY) == []
    assert queries.overdue_by_agency(TODAY) == []
    assert not queries.tasks()[0].is_overdue(TODAY)


def test_overdue_is_counted_by_who_answers_today() -> None:
    with unit_of_work():
        agency("so-a", "Sở A")
        agency("so-b", "Sở B")
        row = document()
        for days, slug in ((5, "so-a"), (9, "so-a"), (2, "so-b"), (3, "")):
            task(row, TODAY - timedelta(days=days), slug)
    found = [(one.agency, one.count, one.oldest) for one in queries.overdue_by_agency(TODAY)]
    assert found[0] == ("so-a", 2, TODAY - timedelta(days=9))
    assert sorted(found[1:]) == [("", 1, TODAY - timedelta(days=3)), ("so-b", 1, TODAY - timedelta(days=2))]
    assert len(queries.overdue(TODAY, ["so-b"])) == 1
    assert queries.overdue(TODAY, []) == []


@pytest.mark.parametrize(
    ("state", "note", "evidence", "code"),
    [
        (TaskState.DONE, "", "", "no_evidence"),
        (TaskState.OPEN, "", "", "nothing_new"),
        (TaskState.DONE, "", "https://evil.example/", "bad_evidence"),
        (TaskState.DONE, "x", "javascript:alert(1)", "bad_evidence"),
    ],
)
def test_a_report_that_proves_nothing_is_refused(state: TaskState, note: str, evidence: str, code: str) -> None:
    with unit_of_work():
        row = task(document())
    with pytest.raises(DirectiveError) as caught:
        report(row, state, note, evidence)
    assert caught.value.code == code


def test_what_was_reported_is_kept_and_audited() -> None:
    with unit_of_work():
        row = task(document())
        report(row, TaskState.DONE, "Đã gửi", "https://quangngai.gov.vn/")
        report(row, TaskState.OPEN, "Phải làm lại")
    assert [(one.state, one.note) for one in queries.reports(row.id)] == [
        ("open", "Phải làm lại"), ("done", "Đã gửi"),
    ]  # fmt: skip
    assert queries.last_reports([row.code])[row.code].note == "Phải làm lại"
    entries = audit.entries(AuditFilter(action="directive_task_reported"), limit=10)
    assert [(one.actor_name, one.before, (one.after or {})["state"]) for one in entries] == [
        ("Nguyễn Văn An", {"state": "done"}, "open"), ("Nguyễn Văn An", {"state": "open"}, "done"),
    ]  # fmt: skip


def test_who_answers_today_needs_a_source() -> None:
    with unit_of_work():
        agency("so-a", "Sở A")
        row = document()
    for values, code in (
        (TaskValues(text="x", owner="y", agency="so-a"), "no_agency_source"),
        (TaskValues(text="x", owner="y", agency="khong-co", agency_source="z"), "unknown_agency"),
        (TaskValues(text="x", owner=""), "no_owner"),
        (TaskValues(text="", owner="y"), "no_text"),
    ):
        with pytest.raises(DirectiveError) as caught:
            service.add_task(row, values, actor=SOMEBODY, now=clock.now())
        assert caught.value.code == code


def test_an_agency_that_is_removed_leaves_its_tasks() -> None:
    with unit_of_work():
        agency("so-a", "Sở A")
        task(document(), agency="so-a")
        db.session.delete(db.session.query(Agency).filter_by(slug="so-a").one())
    assert [fact.agency for fact in queries.tasks()] == [""]


def load() -> int:
    found, problems = parse_directives((STARTER / "directives.yaml").read_text(encoding="utf-8"))
    assert problems == []
    with unit_of_work():
        return service.load_starter(found, now=clock.now())


def test_what_ships_says_of_no_task_what_came_of_it() -> None:
    assert load() == 2
    facts = queries.tasks()
    assert len(facts) == 33
    assert {fact.state for fact in facts} == {"unknown"}
    assert {fact.agency for fact in facts} == {""}, "no source says who answers today"
    assert all(fact.text_en and fact.owner and fact.article for fact in facts)
    assert queries.overdue(TODAY) == []
    assert queries.directives(public_only=True) == []


def test_what_ships_loads_once_and_never_over_what_the_province_changed() -> None:
    load()
    codes = {fact.code for fact in queries.tasks()}
    assert load() == 0
    with unit_of_work():
        row = queries.task(min(codes))
        assert row is not None
        report(row, TaskState.ENDED, "Sở đã giải thể")
        service.change_task(row, TaskValues(text="Bằng lời của tỉnh", owner="Sở A"), actor=SOMEBODY, now=clock.now())
    assert load() == 0
    assert {fact.code for fact in queries.tasks()} == codes
    assert "Bằng lời của tỉnh" in {fact.text for fact in queries.tasks()}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("- {slug: a, title: b, issuer: c, source: d, tasks: [], extra: 1}", "extra"),
        ("- {slug: a, title: b, issuer: c, source: d, issued_on: '2022', tasks: []}", "issued_on"),
        ("- {slug: a, title: b, issuer: c, source: d, tasks: [{text: x, owner: y, when: z}]}", "when"),
        ("- {slug: a}", "title"),
    ],
)
def test_a_wrong_file_is_told(text: str, wrong: str) -> None:
    found, problems = parse_directives(text)
    assert found == []
    assert wrong in problems[0]
