"""Invented figures of invented communes, so that the style guide can show every chart."""

from __future__ import annotations

from types import SimpleNamespace

from portal.core.charts import Bar, Direction, Figure, Gap, Target, Tile, Trend, draw_bars
from portal.core.charts_heat import HeatRow, draw_heat
from portal.core.charts_lines import Series, draw_lines
from portal.core.charts_scale import decimal, steps_between
from portal.places.atlas import PlaceFact
from portal.places.value_map import draw_values

_TARGET = Target(80, "80%")
_STEPS = steps_between((20, 40, 60, 80), unit="%")
_NAMES = (
    "Hoa Sen", "Đồng Xanh", "Suối Trong", "Gió Biển", "Núi Ngang", "Cầu Mây", "Bến Đò", "Lúa Vàng", "Hàng Dương",
    "Trăng Non", "Sông Êm", "Bàu Cá", "Nguyễn Thị Minh Mẫu", "Đất Đỏ", "Vườn Cau", "Ruộng Bậc Thang", "Cát Trắng",
    "Mù Sương", "Rừng Thông", "Ngã Ba", "Đá Bạc", "Lưới Chài", "Muối Mặn", "Tre Già", "Giếng Làng", "Sân Đình",
    "Hoàng Hôn", "Chợ Phiên", "Đường Mới", "Cửa Biển", "Quế Thơm", "Nhãn Lồng",
)  # fmt: skip
_PERIODS = tuple(f"{month:02}/{year}" for year in (2098, 2099) for month in range(1, 13))


def chart_samples() -> SimpleNamespace:
    """One of each chart, and tiles in all their states."""
    return SimpleNamespace(
        tiles=_tiles(),
        bars=draw_bars(_bars(), unit="%", target=_TARGET, most=100),
        changes=draw_bars(_changes()),
        line=draw_lines(_PERIODS, [Series("Toàn tỉnh", _run(24, 31, {5, 6, 15}))], unit="%", target=_TARGET, most=100),
        lines=draw_lines(
            _PERIODS[:12],
            [Series(f"Xã {name}", _run(12, 20 + 13 * number, {3 + number})) for number, name in enumerate(_NAMES[:5])],
            unit="%", most=100,
        ),
        heat=draw_heat(_PERIODS[:12], _heat(), _STEPS),
        map=draw_values(_places(), {f"mau-{i}": _figure(i * 37 % 100, i % 9 == 4) for i in range(len(_NAMES))}, _STEPS,
                        lambda _slug: "#mau-ban-do"),
    )  # fmt: skip


def _figure(value: float, is_missing: bool = False, gap: Gap = Gap.NOT_REPORTED) -> Figure:
    return Figure(None, gap=gap) if is_missing else Figure(value, f"{decimal(value, 1, 'vi')}%")


def _run(count: int, start: int, missing: set[int]) -> list[Figure]:
    """Uneven steps upwards."""
    values = [min(97.0, start + index * 46 / count + index * 7 % 5) for index in range(count)]
    return [_figure(round(value, 1), index in missing) for index, value in enumerate(values)]


def _bars() -> list[Bar]:
    rows = [("1", 0, 92.4), ("2", 12, 86.0), ("3–4", 3, 80.0), ("3–4", 7, 80.0), ("5", 15, 41.7), ("6", 9, 3.2)]
    known = [Bar(f"Xã {_NAMES[name]}", _figure(value), "#mau-cot", rank) for rank, name, value in rows]
    few = Bar(f"Xã {_NAMES[17]}", _figure(0, True, Gap.TOO_FEW), "#mau-cot", note="dưới 10 hồ sơ, không xếp hạng")
    return [*known, few, Bar(f"Xã {_NAMES[20]}", _figure(0, True), "#mau-cot")]


def _changes() -> list[Bar]:
    rows = [(1, 12.5), (4, 3.0), (6, 0.0), (8, -7.5)]
    return [Bar(f"Xã {_NAMES[name]}", Figure(value, f"{decimal(value, 1, 'vi')} điểm")) for name, value in rows]


def _heat() -> list[HeatRow]:
    gaps = {3: Gap.TOO_FEW, 5: Gap.UNKNOWN}
    return [
        HeatRow(
            f"Xã {name}",
            [
                _figure((17 * row + 6 * column) % 100, (row + column) % 11 == 7, gaps.get(row, Gap.NOT_REPORTED))
                for column in range(12)
            ],
            "#mau-bang-nhiet",
        )
        for row, name in enumerate(_NAMES[:10])
    ]  # fmt: skip


def _places() -> list[PlaceFact]:
    """Scattered over a province that isn't there."""
    return [
        PlaceFact(
            slug=f"mau-{index}", level="commune", kind="xa" if index % 4 else "phuong", name=name, code=None,
            valid_from=None, valid_to=None, superior=None,
            latitude=None if index == 31 else 10 + (index * 29 % 32) / 40, longitude=100 + (index * 13 % 32) / 32,
            former_names=(), successors=(), predecessors=(),
        )
        for index, name in enumerate(_NAMES)
    ]  # fmt: skip


def _tiles() -> list[Tile]:
    source, who = "Báo cáo tháng mẫu", "Văn phòng mẫu"
    return [
        Tile(
            label="Nộp trực tuyến", figure=_figure(77.6), period="Tháng 10/2099, toàn tỉnh", parts="7.762/10.000 hồ sơ",
            source=source, source_url="#mau-bieu-do", importer=who, age="Nhập 3 ngày trước", is_demo=True,
            target=_TARGET, trend=Trend(Direction.UP, "2,3 điểm phần trăm", "09/2099", True), url="#mau-duong",
        ),
        Tile(
            label="Thanh toán trực tuyến", figure=_figure(48.0), period="Tháng 7/2099, toàn tỉnh",
            parts="480/1.000 hồ sơ", source=source, importer=who, age="Nhập 98 ngày trước", is_stale=True, is_demo=True,
            trend=Trend(Direction.DOWN, "1,1 điểm phần trăm", "06/2099", False),
        ),
        Tile(
            label="Giải quyết đúng hạn", figure=_figure(99.2), period="Tháng 10/2099, toàn tỉnh", source=source,
            importer=who, age="Nhập hôm nay", is_demo=True, target=Target(98, "98%"),
            trend=Trend(Direction.SAME, "", "09/2099"),
        ),
        Tile(label="Hài lòng", figure=_figure(0, True), period="Tháng 10/2099, toàn tỉnh", is_demo=True),
    ]  # fmt: skip
