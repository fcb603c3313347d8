"""What people send is taken once, and goes somewhere, always."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.feedback import codes, queries, receiving
from portal.feedback.codes import FormToken, read_code, read_form_token
from portal.feedback.receiving import NotTakenError, Received
from tests.factories.feedback import (
    COMMUNE,
    MONDAY,
    OLD_COMMUNE,
    PROVINCE_CENTER,
    SECRET,
    SPLIT,
    case_of,
    load_agencies,
    promise,
    receive,
)


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


def test_the_same_form_is_one_case_and_shows_its_code_again() -> None:
    first, again = receive(), receive()
    assert first.is_new and not again.is_new
    assert first.case.id == again.case.id
    assert first.code == again.code
    other = receive(message="Một việc khác.")
    assert other.is_new and other.code != first.code


def test_two_that_come_at_once_are_one_case(app: Flask) -> None:
    taken: list[Received] = []

    def send() -> None:
        with app.app_context():
            taken.append(receive("n2"))
            db.session.remove()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.code for one in taken}) == 1
    assert [one.is_new for one in taken].count(True) == 1


def test_references_count_within_a_year() -> None:
    in_2027 = datetime(2026, 12, 31, 18, 0, tzinfo=UTC)  # already the new year in Việt Nam
    references = [receive("a").case.reference, receive("b").case.reference, receive("c", now=in_2027).case.reference]
    assert references == ["PA-2026-00001", "PA-2026-00002", "PA-2027-00001"]


def test_a_refused_form_leaves_nothing_and_no_gap() -> None:
    with pytest.raises(RuntimeError), unit_of_work():
        receive("a")
        raise RuntimeError
    assert receive("b").case.reference == "PA-2026-00001"


def test_what_has_a_law_of_its_own_is_not_taken() -> None:
    for category in ("complaint", "denunciation", "emergency", "no such thing"):
        with pytest.raises(NotTakenError):
            receive(category=category)


def test_it_is_passed_on_within_five_working_days() -> None:
    case = receive(now=datetime(2026, 11, 5, 20, 0, tzinfo=UTC)).case  # Friday the 6th in Việt Nam
    assert case.pass_due == date(2026, 11, 13)
    assert case.due_on == case.pass_due
    assert case.answer_due is None, "nobody has promised an answer"


def test_a_promise_of_the_province_is_kept_with_the_case() -> None:
    promise(10)
    promise(3, category="delay")
    assert receive("a").case.answer_due == date(2026, 11, 23)
    assert receive("b", category="delay").case.due_on == date(2026, 11, 12), "sooner than passing on"


def test_without_a_rule_it_goes_to_the_province() -> None:
    case = receive().case
    assert (case.agency, case.route["rule"], case.route["is_default"]) == (PROVINCE_CENTER, "", True)


def test_an_old_commune_is_kept_as_it_was_named() -> None:
    case = case_of(receive(place=OLD_COMMUNE))
    assert (case.place, case.place_given) == (COMMUNE, OLD_COMMUNE)
    split = case_of(receive("n2", place=SPLIT))
    assert (split.place, split.place_given, split.route["is_split"]) == ("", SPLIT, True)


def test_an_unknown_place_harms_nothing() -> None:
    assert case_of(receive(place="khong-co")).place == ""


def test_a_code_reads_back_however_it_is_typed() -> None:
    code = receive().code
    assert code is not None
    bare = code.replace("-", "")
    for typed in (code, code.lower(), bare, bare.removeprefix("PA"), f"  {code.replace('-', ' ')} "):
        assert read_code(typed) == code, typed
    for typed in ("", "PA-1", code[:-1], code + "2", "PA-0000-0000-0000", "x" * 10_000, "\0"):
        assert read_code(typed) is None


def test_who_was_given_another_code_is_not_shown_the_old_one() -> None:
    first = receive()
    with unit_of_work():
        case_of(first).code_hash = codes.code_hash(codes.new_case_code())
    assert receive().code is None


def test_a_form_token_is_ours_and_knows_its_age() -> None:
    token = FormToken.new(MONDAY)
    read = read_form_token(token.written(SECRET), SECRET)
    assert read is not None and read.nonce == token.nonce
    assert read.is_hasty(MONDAY + timedelta(seconds=1)) and not read.is_hasty(MONDAY + timedelta(seconds=4))
    assert read.is_expired(MONDAY + timedelta(hours=13)) and not read.is_expired(MONDAY + timedelta(hours=11))
    assert read.is_expired(MONDAY - timedelta(hours=1)), "a token of the future is nobody's"
    text = token.written(SECRET)
    for wrong in ("", "a.b.c", text[:-1], text.replace(token.nonce, "0" * 32), token.written("t" * 32), "\ud800" * 9):
        assert read_form_token(wrong, SECRET) is None


def test_files_belong_to_the_form_that_brought_them() -> None:
    with unit_of_work():
        for number in range(receiving.MOST_FILES + 1):
            added = receiving.add_file(
                "n1", f"key{number}", code=f"file{number}", media_type="image/jpeg", size=1, now=MONDAY
            )
            assert (added is None) == (number == receiving.MOST_FILES)
    case = case_of(receive("n1", files=("file0", "file2")))
    assert [file.code for file in queries.files_of(case)] == ["file0", "file2"]
    stranger = case_of(receive("n9", files=("file1",)))
    assert queries.files_of(stranger) == [], "another form's files can't be taken"
