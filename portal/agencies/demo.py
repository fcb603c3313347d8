"""Two departments and a commune for a demo, named so that nobody takes them for real ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from portal.agencies import service
from portal.core.demo import DemoPart

FIRST, SECOND = "minh-hoa-so-tu-phap", "minh-hoa-ubnd-xa"


def _load(_now: datetime) -> Sequence[str]:
    province = service.add("minh-hoa-ubnd-tinh", "UBND tỉnh (minh họa)", is_demo=True)
    service.add(FIRST, "Sở Tư pháp (minh họa)", superior=province, is_demo=True)
    service.add(SECOND, "UBND xã Minh Họa (minh họa)", superior=province, is_demo=True)
    return ()


AGENCIES = DemoPart(_load, service.remove_demo)
