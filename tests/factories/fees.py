"""Documents, fees, reductions and a few places, as staff and the starter content make them."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.fees import service as fees
from portal.fees.arithmetic import FeeStatus
from portal.fees.service import FeeValues, ReductionValues
from portal.legal import service as legal
from portal.legal.service import DocumentValues
from portal.legal.validity import IssuerKind
from portal.places.models import Place, Succession
from tests.factories.staff import OPERATOR

COUNCIL = "Hội đồng nhân dân tỉnh Quảng Ngãi"
OLD, COMMUNE, ELSEWHERE = "tinh-quang-ngai-cu", "phuong-cam-thanh", "xa-dak-to"


def anything(_url: str) -> bool:
    """Any address."""
    return True


def document(number: str = "05/2025/NQ-HĐND", *, is_verified: bool = True, **changes: Any) -> str:
    """The slug of a new document of the council."""
    values: dict[str, Any] = {
        "number": number, "issuer": COUNCIL, "issuer_kind": IssuerKind.COUNCIL, "title": "Nghị quyết về phí",
        "effective_from": date(2025, 1, 1), "source": "Công báo tỉnh",
    }  # fmt: skip
    with unit_of_work():
        row = legal.create(DocumentValues(**(values | changes)), anything, actor=OPERATOR, now=clock.now())
        if is_verified:
            legal.verify(row, actor=OPERATOR, now=clock.now())
        return row.slug


def local_fee(document: str, amount: int | None = 8_000, *, is_verified: bool = True, **changes: Any) -> str:
    """The code of a new fee, for every way to file."""
    values: dict[str, Any] = {
        "procedure": "1.001193", "channel": "", "territory": "", "amount": amount, "document": document,
        "status": FeeStatus.AMOUNT if amount else FeeStatus.UNKNOWN,
    }  # fmt: skip
    with unit_of_work():
        row = fees.add_fee(FeeValues(**(values | changes)), actor=OPERATOR, now=clock.now())
        if is_verified:
            fees.verify(row, actor=OPERATOR, now=clock.now())
        return row.code


def reduction(document: str, *, is_verified: bool = True, **changes: Any) -> str:
    """The slug of a new reduction: half off when filing online."""
    values: dict[str, Any] = {
        "name_vi": "Giảm 50% khi nộp trực tuyến", "percent": 50, "channels": ("online",), "document": document,
    }  # fmt: skip
    with unit_of_work():
        row = fees.add_reduction(ReductionValues(**(values | changes)), actor=OPERATOR, now=clock.now())
        if is_verified:
            fees.verify(row, actor=OPERATOR, now=clock.now())
        return row.slug


def few_places() -> None:
    """Two provinces of yesterday that are one today, with a commune of each."""
    with unit_of_work():
        last, first = date(2025, 6, 30), date(2025, 7, 1)
        today = _place("tinh-quang-ngai", "province", "tinh", "Quảng Ngãi", "51", first, None)
        old = _place(OLD, "province", "tinh", "Quảng Ngãi", "51", None, last)
        other = _place("tinh-kon-tum", "province", "tinh", "Kon Tum", "62", None, last)
        pairs = [(old, today), (other, today)]
        for superior, kind, name, code, slug, new_kind, new_name in (
            (old, "phuong", "Nguyễn Nghiêm", "21025", COMMUNE, "phuong", "Cẩm Thành"),
            (other, "thi-tran", "Đắk Tô", "23401", ELSEWHERE, "xa", "Đắk Tô"),
        ):
            before = _place(f"{slug}-cu", "commune", kind, name, code, None, last, superior)
            pairs.append((before, _place(slug, "commune", new_kind, new_name, code, first, None, today)))
        for before, after in pairs:
            db.session.add(Succession(predecessor_id=before.id, successor_id=after.id, is_whole=True))
    db.session.remove()


def _place(
    slug: str, level: str, kind: str, name: str, code: str, begins: date | None, ends: date | None,
    superior: Place | None = None,
) -> Place:  # fmt: skip
    place = Place(
        slug=slug, level=level, kind=kind, name=name, code=code, valid_from=begins, valid_to=ends,
        superior_id=superior.id if superior else None, latitude=None, longitude=None, former_names=[],
        is_starter=True,
    )  # fmt: skip
    db.session.add(place)
    db.session.flush()
    return place
