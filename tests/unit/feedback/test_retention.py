"""What is forgotten goes in time and wholly; what is needed stays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.feedback import citizen, handling, queries, receiving, retention
from portal.feedback.models import FeedbackCase
from portal.feedback.receiving import Received
from portal.feedback.votes import add_reason
from tests.factories.feedback import MONDAY, OFFICER, answer, case_of, load_agencies, reasons_of, receive

KEEP = timedelta(days=365)
SECOND = timedelta(seconds=1)


class Folder:
    """Files by their keys, each with the time of its last writing."""

    def __init__(self) -> None:
        self.files: dict[str, datetime] = {}

    def forget_orphans(self, known: Callable[[Collection[str]], Collection[str]], *, older_than: datetime) -> int:
        old = [key for key, written in self.files.items() if written < older_than]
        named = set(known(old))
        gone = [key for key in old if key not in named]
        for key in gone:
            del self.files[key]
        return len(gone)


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


@pytest.fixture
def folder() -> Folder:
    return Folder()


def upload(folder: Folder, nonce: str, key: str, now: datetime = MONDAY) -> None:
    folder.files[key] = now
    with unit_of_work():
        receiving.add_file(nonce, key, code=f"c-{key}", media_type="image/jpeg", size=1, now=now)


def sweep(now: datetime, folder: Folder | None = None) -> None:
    with unit_of_work():
        retention.forget_old(now, keep=KEEP)
    if folder is not None:
        with unit_of_work():
            retention.forget_files(now, files=folder)
    db.session.rollback()


def written(nonce: str = "n1", *, files: tuple[str, ...] = ()) -> Received:
    return receive(
        nonce, contact_name="Lan", contact_email="lan@example.vn", contact_phone="0912345678", files=files,
        message="Gọi tôi 0912345678 về bảng giờ.",
    )  # fmt: skip


def contacts(case: FeedbackCase) -> list[str]:
    return [case.contact_name, case.contact_email, case.contact_phone]


def test_a_case_is_anonymised_when_its_time_is_over_and_not_before(folder: Folder) -> None:
    upload(folder, "n1", "photo")
    received = written(files=("c-photo",))
    with unit_of_work():
        citizen.follow_up(case_of(received), "Số khác: 0987654321", now=MONDAY)
    answer(received, text="Đã gọi 0912345678 và thay bảng.")
    sweep(MONDAY + KEEP, folder)
    assert all(contacts(case_of(received))) and folder.files
    sweep(MONDAY + KEEP + SECOND, folder)
    case = case_of(received)
    assert not any(contacts(case)) and queries.files_of(case) == [] and folder.files == {}
    texts = case.message + "".join(event.text for event in queries.events_of(case))
    assert "0912345678" not in texts and "0987654321" not in texts
    assert "về bảng giờ." in case.message and "thay bảng" in texts, "what it was about stays"
    assert case.erased_at == MONDAY + KEEP + SECOND


def test_it_is_anonymised_once() -> None:
    received = written()
    answer(received)
    for days in (1, 2):
        sweep(MONDAY + KEEP + timedelta(days=days))
    assert case_of(received).erased_at == MONDAY + KEEP + timedelta(days=1)


def test_what_is_pending_is_kept_however_old(folder: Folder) -> None:
    upload(folder, "n1", "photo")
    waiting, opened, reopened = written(files=("c-photo",)), written("n2"), written("n3")
    with unit_of_work():
        handling.ask(case_of(waiting), "Khi nào?", actor=OFFICER, now=MONDAY)
    answer(reopened)
    with unit_of_work():
        citizen.rate(case_of(reopened), citizen.Rating.POOR, "Chưa được.", now=MONDAY)
    sweep(MONDAY + KEEP * 3, folder)
    assert all(all(contacts(case_of(one))) for one in (waiting, opened, reopened))
    assert list(folder.files) == ["photo"]


def test_merged_and_abusive_cases_are_anonymised_too() -> None:
    into, merged, abuse = written(), written("n2"), written("n3")
    target = case_of(into)
    with unit_of_work():
        handling.merge(db.session.merge(merged.case), target, actor=OFFICER, now=MONDAY)
    with unit_of_work():
        handling.mark_abuse(case_of(abuse), actor=OFFICER, now=MONDAY)
    sweep(MONDAY + KEEP + SECOND)
    assert not any(contacts(case_of(merged))) and not any(contacts(case_of(abuse)))
    assert all(contacts(case_of(into)))


def test_files_of_a_form_that_was_never_sent_go_after_a_day(folder: Folder) -> None:
    upload(folder, "n1", "unsent")
    upload(folder, "n2", "sent")
    case = case_of(receive("n2", files=("c-sent",)))
    sweep(MONDAY + timedelta(hours=24), folder)
    assert set(folder.files) == {"unsent", "sent"}
    sweep(MONDAY + timedelta(hours=24) + SECOND, folder)
    assert set(folder.files) == {"sent"} and len(queries.files_of(case)) == 1


def test_a_file_whose_row_is_not_committed_yet_is_left(folder: Folder) -> None:
    folder.files["fresh"] = MONDAY
    sweep(MONDAY + retention.ORPHANS_LAST, folder)
    assert folder.files
    sweep(MONDAY + retention.ORPHANS_LAST + SECOND, folder)
    assert not folder.files


def test_a_sweep_that_fails_deletes_no_file(folder: Folder) -> None:
    upload(folder, "n1", "photo")
    received = written(files=("c-photo",))
    answer(received)
    late = MONDAY + KEEP + SECOND
    with pytest.raises(RuntimeError), unit_of_work():
        retention.forget_old(late, keep=KEEP)
        raise RuntimeError
    with unit_of_work():
        retention.forget_files(late, files=folder)
    assert folder.files and all(contacts(case_of(received)))


def test_files_that_somebody_had_erased_go_too(folder: Folder) -> None:
    upload(folder, "n1", "photo")
    received = written(files=("c-photo",))
    with unit_of_work():
        assert citizen.erase(case_of(received), now=MONDAY) == ["photo"]
    sweep(MONDAY + timedelta(hours=2), folder)
    assert folder.files == {}


def test_reasons_are_kept_a_year() -> None:
    with unit_of_work():
        for day in (date(2025, 11, 8), date(2025, 11, 9)):
            add_reason("a", str(day), day=day)
    sweep(MONDAY)
    assert [day for day, _ in reasons_of("a")] == [date(2025, 11, 9)]
