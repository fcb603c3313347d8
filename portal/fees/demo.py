"""An illustrative fee and two illustrative reductions, one of them ended: marked on every page that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from portal.core.clock import LOCAL_ZONE
from portal.core.demo import DemoPart
from portal.core.permissions import Actor
from portal.fees import queries, service
from portal.fees.arithmetic import FeeStatus
from portal.fees.service import FeeValues, ReductionValues
from portal.legal import service as legal
from portal.legal.service import DocumentValues
from portal.legal.validity import IssuerKind
from portal.procedures.queries import known_codes

_PROCEDURE = "1.004873"  # a certificate of marital status: the record says that the province sets its fee
CURRENT, ENDED = "minh-hoa-giam-phi-dang-ap-dung", "minh-hoa-giam-phi-da-het"
_ACTOR = Actor("system", "", "minh họa")


def _load(now: datetime) -> Sequence[str]:
    year = now.astimezone(LOCAL_ZONE).year
    fees = _document("MH-01/NQ-HĐND", year - 2, None, now)
    current = _document("MH-02/NQ-HĐND", year - 1, date(year + 1, 12, 31), now)
    ended = _document("MH-03/NQ-HĐND", year - 3, date(year - 1, 12, 31), now)
    if known_codes([_PROCEDURE]) and _PROCEDURE not in queries.tariff(with_demo=True).fees:
        values = FeeValues(
            procedure=_PROCEDURE, channel="", territory="", status=FeeStatus.AMOUNT, amount=15_000, document=fees
        )
        service.add_fee(values, actor=_ACTOR, now=now, is_demo=True)
    for slug, name, percent, document in (
        (CURRENT, "Giảm 50% khi nộp trực tuyến (minh họa)", 50, current),
        (ENDED, "Giảm 30% khi nộp trực tuyến (minh họa, đã hết)", 30, ended),
    ):
        procedures = (_PROCEDURE,) if known_codes([_PROCEDURE]) else ()
        given = ReductionValues(
            name_vi=name, name_en=f"Illustrative: {percent}% off when you file online", percent=percent,
            procedures=procedures, channels=("online",), document=document,
        )  # fmt: skip
        service.add_demo_reduction(slug, given, now=now)
    return ()


def _document(number: str, begins: int, ends: date | None, now: datetime) -> str:
    values = DocumentValues(
        number=number, issuer="Hội đồng nhân dân tỉnh (minh họa)", issuer_kind=IssuerKind.COUNCIL,
        title="Nghị quyết minh họa về phí", title_en="Illustrative resolution on fees",
        issued_on=date(begins, 1, 1), effective_from=date(begins, 1, 1),
        effective_to=ends, source="Minh họa",
    )  # fmt: skip
    return legal.add_demo(values, "minh họa", now=now).slug


FEES = DemoPart(_load, service.remove_demo)
LEGAL = DemoPart(lambda _now: (), legal.remove_demo)
