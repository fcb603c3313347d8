"""The map by value: every commune is on it or beside it, also the unknown."""

from __future__ import annotations

from portal.core.charts import Figure, Gap
from portal.core.charts_scale import steps_between
from portal.places.atlas import PlaceFact
from portal.places.value_map import draw_values


def commune(number: int, latitude: float | None = None) -> PlaceFact:
    return PlaceFact(
        slug=f"xa-{number}", level="commune", kind="xa", name=f"Số {number:02}", code=None, valid_from=None,
        valid_to=None, superior=None, latitude=latitude, longitude=108 + number % 10 / 10, former_names=(),
        successors=(), predecessors=(),
    )  # fmt: skip


def test_every_commune_is_in_one_class() -> None:
    places = [commune(number, 14 + number / 50) for number in range(96)]
    figures = {f"xa-{number}": Figure(number, f"{number}%") for number in range(90)}
    figures["xa-95"] = Figure(None, gap=Gap.TOO_FEW)
    chart = draw_values(places, figures, steps_between((20, 40, 60, 80)), lambda slug: f"/x/{slug}")
    assert [step for step, _ in chart.groups] == [4, 3, 2, 1, 0, -1]
    assert sum(len(group) for _, group in chart.groups) == 96
    unknown = dict(chart.groups)[-1]
    assert {one.figure.gap for one in unknown} == {Gap.NOT_REPORTED, Gap.TOO_FEW}
    assert len(unknown) == 6
    assert all(one.pin for one in chart.places)
    assert chart.places[0].url == "/x/xa-0"


def test_without_points_there_is_still_the_list() -> None:
    chart = draw_values([commune(1), commune(2)], {"xa-1": Figure(5, "5%")}, steps_between((50,)), str)
    assert chart.map is None
    assert [len(group) for _, group in chart.groups] == [0, 1, 1]
    assert all(one.pin is None for one in chart.places)
