"""Who answers in the reader's commune."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.agencies import queries, service
from portal.agencies.contacts import Contacts
from portal.agencies.local import LocalAnswer, kind_named, local_answer
from portal.agencies.models import AgencyKind
from portal.agencies.service import Standing
from portal.agencies.standing import standing_agencies
from portal.core.db import db, unit_of_work
from portal.places.queries import atlas
from tests.factories.places import load_places
from tests.queries import count_queries

COMMITTEE, POLICE = "Ủy ban nhân dân cấp xã", "Công an cấp Xã"
pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def standing(app: Flask) -> None:
    load_places()
    with unit_of_work():
        assert service.add_missing(standing_agencies(atlas())) == 2 * 97
    db.session.remove()


def answer(*named: str, levels: tuple[str, ...] = ("xã",), place: str = "xa-ba-xa") -> LocalAnswer:
    found = atlas().get(place)
    assert found is not None
    return local_answer(atlas(), found, levels=levels, named=named)


def enter_phone(slug: str, phone: str) -> None:
    with unit_of_work():
        row = queries.agency(slug)
        assert row is not None
        service.write_contacts(row, Contacts(phones=(phone,)))
    db.session.remove()


def test_every_commune_has_its_committee_and_its_counter() -> None:
    rows = queries.agencies()
    for place in atlas().places:
        if place.valid_to is None and place.level == "commune":
            kinds = [row.kind for row in rows if row.territory == place.slug]
            assert sorted(kinds) == ["committee", "service_center"], place.slug
    assert len({row.name for row in rows}) == len(rows)


def test_nothing_is_added_twice_and_what_staff_changed_stays() -> None:
    with unit_of_work():
        row = queries.agency("ubnd-xa-ba-xa")
        assert row is not None
        row.name = "UBND xã Ba Xa (trụ sở mới)"
    with unit_of_work():
        assert service.add_missing(standing_agencies(atlas())) == 0
    db.session.remove()
    found = queries.agency("ubnd-xa-ba-xa")
    assert found is not None
    assert found.name.endswith("(trụ sở mới)")


def test_what_the_committee_decides_is_handed_in_at_the_communes_counter() -> None:
    found = answer(COMMITTEE)
    assert [row.slug for row in found.responsible] == ["ubnd-xa-ba-xa"]
    assert found.counter is not None
    assert found.counter.slug == "trung-tam-xa-ba-xa"
    # Nobody knows a telephone there, so the province stands beside it.
    assert [row.slug for row in found.province] == ["trung-tam-tinh-quang-ngai"]


def test_the_province_steps_back_where_the_commune_can_be_called() -> None:
    enter_phone("trung-tam-xa-ba-xa", "19001234")
    assert answer(COMMITTEE).province == ()
    assert answer(COMMITTEE, place="phuong-cam-thanh").province != ()


def test_hotlines_stand_beside_the_provinces_centre() -> None:
    with unit_of_work():
        service.add_missing([Standing("tong-dai", "Tổng đài", AgencyKind.HOTLINE, "", "")])
    db.session.remove()
    assert [row.slug for row in answer(COMMITTEE).province] == ["trung-tam-tinh-quang-ngai", "tong-dai"]


def test_the_police_is_no_committee_and_has_no_counter() -> None:
    found = answer(POLICE)
    assert (found.responsible, found.counter, found.unnamed) == ((), None, AgencyKind.POLICE)
    with unit_of_work():
        service.add_missing([Standing("ca", "Công an xã Ba Xa", AgencyKind.POLICE, "", "xa-ba-xa")])
    db.session.remove()
    found = answer(POLICE)
    assert ([row.slug for row in found.responsible], found.unnamed) == (["ca"], None)


def test_what_the_province_handles_names_no_office_of_the_commune() -> None:
    found = answer("Sở Tư pháp", "Ủy ban nhân dân cấp tỉnh", levels=("tỉnh",))
    assert (found.responsible, found.counter, found.is_for_communes) == ((), None, False)
    assert found.province != ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ủy ban Nhân dân xã, phường, thị trấn.", AgencyKind.COMMITTEE),
        ("Công an cấp Xã", AgencyKind.POLICE),
        ("Chi nhánh Văn phòng đăng ký đất đai", AgencyKind.LAND_OFFICE),
        ("Trung tâm Phục vụ hành chính công cấp xã", AgencyKind.SERVICE_CENTER),
        ("Sở Tư pháp", None),
        ("", None),
    ],
)
def test_a_records_words_tell_the_kind(text: str, kind: AgencyKind | None) -> None:
    assert kind_named(text) is kind


def test_a_second_reader_asks_the_database_nothing_but_the_version() -> None:
    answer(COMMITTEE)
    db.session.remove()
    with count_queries() as statements:
        answer(COMMITTEE)
    assert len(statements) <= 1
