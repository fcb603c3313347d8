"""What looks personal is found however people type it, and however long a text is."""

from __future__ import annotations

from time import process_time

import pytest

from portal.feedback.personal import MASK, PersonalKind, find, kinds_in, mask


@pytest.mark.parametrize(
    "text",
    [
        "0912345678", "đt.0912345678", "ĐT-0912345678", "Hùng,0912345678", "sdt0912345678", "0912345678gặp tôi",
        "0912 345 678", "0912.345.678", "0912-345-678", "0912_345_678", "0912  345  678", "0912 - 345 - 678",
        "0912\u00a0345\u00a0678", "0912–345–678", "(+84)912345678", "(0262) 3812 345", "+84 912 345 678",
    ],
)  # fmt: skip
def test_a_telephone_is_masked_however_it_is_typed(text: str) -> None:
    digits = [char for char in mask(f"Gọi tôi {text}") if char.isdigit()]
    assert len(digits) == 2, mask(text)


def test_each_of_several_numbers_is_masked() -> None:
    assert mask("0912345678/0987654321,0901234567") == f"{MASK * 8}78/{MASK * 8}21,{MASK * 8}67"


@pytest.mark.parametrize(
    "text",
    [
        "PA-2026-00123", "pa-2026-00123", "hồ sơ 000.00.01.H08-250101-0001", "61/2018/NĐ-CP", "1.200.000.000 đồng",
        "từ 01/12/2026 đến 05/12/2026", "12.11.2026 - 15.11.2026", "2026-11-09 08:30", "1.001193", "2024-2027",
        "7h30-11h30, 13h30-17h", "mục 1,2,3,4,5,6,7,8,9",
    ],
)  # fmt: skip
def test_what_is_nobodys_number_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_identity_numbers_accounts_and_addresses_are_told_apart() -> None:
    text = "CCCD 079123456789, CMND 212345678, stk 123456, thư lan.nguyen@example.vn"
    assert [piece.kind for piece in find(text)] == [
        PersonalKind.CITIZEN_ID, PersonalKind.OLD_ID, PersonalKind.ACCOUNT, PersonalKind.EMAIL,
    ]  # fmt: skip
    assert kinds_in("a@b.vn", "c@d.vn") == (PersonalKind.EMAIL,)


@pytest.mark.parametrize("piece", ["a", "a.", "a@b.", "@b", "1) - ", "stk "])
def test_no_text_keeps_the_officers_queue_waiting(piece: str) -> None:
    """Fifty lines of the queue are masked for each page: what takes a second each would take a minute."""
    began = process_time()
    find(piece * (60_000 // len(piece)))
    assert process_time() - began < 5
