"""How an agency is reached."""

from __future__ import annotations

from datetime import date

import pytest

from portal.agencies.contacts import Contacts, ContactsError, read_contacts

DAY, LATER = date(2026, 11, 1), date(2026, 11, 22)


def test_several_numbers_each_dial() -> None:
    contacts = read_contacts({"phones": " 0255 3822.222; (0255) 3.822.333 ,19001234\n0255 3822.222"})
    assert contacts.phones == ("0255 3822.222", "(0255) 3.822.333", "19001234")
    assert [link.url for link in contacts.phone_links] == ["tel:02553822222", "tel:02553822333", "tel:19001234"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("phones", "gọi anh Ba", "phone"),
        ("phones", "12", "phone"),
        ("phones", ";".join(f"025538222{number:02}" for number in range(6)), "too_many_phones"),
        ("email", "xa@", "email"),
        ("email", "a@b.vn<script>", "email"),
        ("website", "http://example.vn", "website"),
        ("website", "javascript:alert(1)", "website"),
        ("website", "https://user@example.vn", "website"),
        ("website", "https://example.vn\" onclick=x", "website"),
        ("website", "https://vn", "website"),
        ("address", "đ" * 301, "too_long"),
    ],
)  # fmt: skip
def test_what_nobody_can_be_reached_by_is_refused(field: str, value: str, code: str) -> None:
    with pytest.raises(ContactsError) as refused:
        read_contacts({field: value})
    assert refused.value.problems == [(field, code)]


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(ContactsError) as refused:
        read_contacts({"phones": "x", "email": "y", "website": "z"})
    assert {problem.field for problem in refused.value.problems} == {"phones", "email", "website"}


def test_only_what_was_changed_counts_as_confirmed() -> None:
    before = Contacts(address="Thôn 1", phones=("1900",), confirmed_on={"address": DAY, "phones": DAY})
    after = Contacts(address="Thôn 1", phones=("1901",), hours="7:30").confirmed(before, LATER, all_of_it=False)
    assert after.confirmed_on == {"address": DAY, "phones": LATER, "hours": LATER}
    assert after.oldest_day == DAY


def test_an_emptied_contact_has_no_day_and_all_of_it_means_all() -> None:
    before = Contacts(address="Thôn 1", phones=("1900",), confirmed_on={"address": DAY})
    assert Contacts(phones=("1900",)).confirmed(before, LATER, all_of_it=False).confirmed_on == {}
    assert Contacts(phones=("1900",)).confirmed(before, LATER, all_of_it=True).confirmed_on == {"phones": LATER}
