"""A commune of before that was split: pages of fees ask which of today's it is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.core.db import db, unit_of_work
from portal.places.models import Place, Succession
from tests.factories.fees import COMMUNE, ELSEWHERE, document, few_places, reduction
from tests.factories.records import import_records, record_row
from tests.web.page import Visitor

OLD_COMMUNE = f"{COMMUNE}-cu"


@pytest.fixture
def split(content: None) -> None:
    """Parts of the old commune went to two of today's."""
    import_records([record_row()])
    few_places()
    with unit_of_work():
        ids = {place.slug: place.id for place in db.session.scalars(select(Place))}
        known = db.session.scalar(select(Succession).where(Succession.predecessor_id == ids[OLD_COMMUNE]))
        assert known is not None
        known.is_whole = False
        db.session.add(Succession(predecessor_id=ids[OLD_COMMUNE], successor_id=ids[ELSEWHERE], is_whole=False))
    db.session.remove()


@pytest.mark.usefixtures("split")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_split_commune_is_asked_for(visitor: Visitor, prefix: str) -> None:
    slug = reduction(document())
    for path, sep in ((f"{prefix}/tinh-phi?dv=1.001193x2&ngay=2026-07-01", "&"), (f"{prefix}/giam-phi/{slug}", "?")):
        page = visitor.get(f"{path}{sep}xa={OLD_COMMUNE}")
        links = page.links()
        for commune in (COMMUNE, ELSEWHERE):
            assert f"{path}{sep}xa={commune}" in links, (path, commune)


@pytest.mark.usefixtures("split")
def test_an_unknown_commune_is_said(visitor: Visitor) -> None:
    slug = reduction(document())
    assert "Không rõ xã, phường" in visitor.get(f"/giam-phi/{slug}?xa=khong-co").words
    assert "Không rõ xã, phường" not in visitor.get(f"/giam-phi/{slug}").words
    assert "Không có xã, phường nào tên" in visitor.get("/tinh-phi?xa=khong-co", 422).words
