"""What holds for every fee and reduction, whatever their amounts, dates and territories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.fees.arithmetic import (
    Covers,
    Fee,
    FeeStatus,
    Line,
    Period,
    Price,
    Reduction,
    Setter,
    candidates,
    cheaper_by,
    covered,
    line,
    narrowed,
    period_of,
    price,
    taken_off,
    total,
)
from portal.places.atlas import Coverage

DAY = date(2026, 11, 22)
OLD, COMMUNE, SPLIT, ELSEWHERE = "tinh-cu", "xa-a", "xa-b", "xa-c"


def covers(territory: str, place: str) -> Coverage:
    """One old province: a commune in it, one half in it, one outside."""
    if territory == place:
        return Coverage.WHOLE
    return (
        {COMMUNE: Coverage.WHOLE, SPLIT: Coverage.PART}.get(place, Coverage.NONE)
        if territory == OLD
        else (Coverage.NONE)
    )


def fee(amount: int | None = 8_000, **changes: object) -> Fee:
    values: dict[str, object] = {
        "procedure": "1.001193", "channel": "online", "status": FeeStatus.AMOUNT if amount else FeeStatus.UNKNOWN,
        "amount": amount, "setter": Setter.COUNCIL,
    }  # fmt: skip
    return Fee(**(values | changes))  # type: ignore[arg-type]


def cut(percent: int | None = 50, slug: str = "giam", **changes: object) -> Reduction:
    return Reduction(**({"slug": slug, "percent": percent, "is_verified": True} | changes))  # type: ignore[arg-type]


amounts = st.integers(1, 10**12)
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
some_days = st.none() | days
fees = st.builds(
    lambda amount, setter, begins, ends: fee(amount, setter=setter, valid_from=begins, valid_to=ends),
    st.none() | amounts, st.sampled_from(Setter), some_days, some_days,
)  # fmt: skip
reductions = st.builds(
    lambda slug, percent, amount, territory, begins, ends, verified, national: cut(
        percent if amount is None else None, slug, amount=amount, territory=territory, valid_from=begins,
        valid_to=ends, is_verified=verified, applies_to_national_rates=national,
    ),
    st.text("abc", min_size=1, max_size=3), st.integers(1, 100), st.none() | amounts,
    st.sampled_from(["", OLD, ELSEWHERE]), some_days, some_days, st.booleans(), st.booleans(),
)  # fmt: skip
places = st.sampled_from([None, COMMUNE, SPLIT, ELSEWHERE])


@given(fees, st.lists(reductions, max_size=6), places, days)
def test_a_price_is_never_negative_and_never_above_the_fee(
    one: Fee, cuts: list[Reduction], place: str | None, day: date
) -> None:
    found = price(one, cuts, place, day, covers)
    if one.amount is None:
        assert found.paid is None, "no silent zero"
        assert found.applied is None
        assert found.saving == 0
        return
    assert found.paid is not None
    assert 0 <= found.paid <= one.amount
    assert found.paid + found.saving == one.amount
    assert (found.applied is None) == (found.saving == 0)


@given(fees, st.lists(reductions, max_size=6), places, days)
def test_only_what_is_verified_current_and_wholly_here_takes_anything_off(
    one: Fee, cuts: list[Reduction], place: str | None, day: date
) -> None:
    found = price(one, cuts, place, day, covers)
    for used in [found.applied] if found.applied else []:
        assert used.is_verified
        assert period_of(used.valid_from, used.valid_to, day) is Period.CURRENT
        assert covered(used.territory, place, covers) is Coverage.WHOLE
        assert one.setter is not Setter.NATIONAL or used.applies_to_national_rates
    assert all(one.is_verified for one in found.coming), "nobody announces what nobody checked"
    unverified = [one for one in cuts if not one.is_verified]
    without = price(one, [cut for cut in cuts if cut not in unverified], place, day, covers)
    assert (found.paid, found.saving) == (without.paid, without.saving)


@given(amounts, st.lists(reductions, min_size=1, max_size=6))
def test_of_overlapping_reductions_the_better_one_applies_and_the_others_are_told(
    amount: int, cuts: list[Reduction]
) -> None:
    found = price(fee(amount), cuts, COMMUNE, DAY, covers)
    alone = [price(fee(amount), [one], COMMUNE, DAY, covers).saving for one in cuts]
    assert found.saving == max(alone)
    told = [*([found.applied] if found.applied else []), *found.outdone]
    assert len(told) == sum(
        one.is_verified
        and period_of(one.valid_from, one.valid_to, DAY) is Period.CURRENT
        and covered(one.territory, COMMUNE, covers) is Coverage.WHOLE
        for one in cuts
    )
    assert all(taken_off(amount, one) <= found.saving for one in told)


@given(st.lists(reductions, max_size=6), st.randoms())
def test_the_order_in_which_reductions_come_changes_nothing(cuts: list[Reduction], random: object) -> None:
    distinct = list({one.slug: one for one in cuts}.values())
    shuffled = distinct.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert price(fee(), distinct, COMMUNE, DAY, covers) == price(fee(), shuffled, COMMUNE, DAY, covers)


@given(amounts, st.integers(1, 100))
def test_what_is_taken_off_is_whole_and_rounded_down(amount: int, percent: int) -> None:
    off = taken_off(amount, cut(percent))
    assert off * 100 <= amount * percent < (off + 1) * 100


@pytest.mark.parametrize(
    ("amount", "percent", "off"), [(8_000, 50, 4_000), (15_001, 50, 7_500), (1, 50, 0), (9, 100, 9)]
)
def test_rounding_in_figures(amount: int, percent: int, off: int) -> None:
    assert taken_off(amount, cut(percent)) == off


@given(days, days)
def test_both_ends_belong_to_the_time_between(one: date, other: date) -> None:
    begins, ends = sorted((one, other))
    assert period_of(begins, ends, begins) is period_of(begins, ends, ends) is Period.CURRENT
    assert period_of(begins, ends, ends + timedelta(1)) is Period.ENDED
    assert period_of(begins, ends, begins - timedelta(1)) is Period.COMING


@given(st.tuples(some_days, some_days), st.tuples(some_days, some_days), days)
def test_nothing_holds_longer_than_its_document(
    own: tuple[date | None, date | None], document: tuple[date | None, date | None], day: date
) -> None:
    is_current = period_of(*narrowed(own, document), day) is Period.CURRENT
    assert is_current == all(period_of(*one, day) is Period.CURRENT for one in (own, document))


@pytest.mark.parametrize(
    ("place", "told"),
    [(COMMUNE, "applied"), (SPLIT, "unsure"), (None, "unsure"), (ELSEWHERE, "")],
)
def test_territories_are_followed_over_mergers(place: str | None, told: str) -> None:
    found = price(fee(), [cut(territory=OLD)], place, DAY, covers)
    assert (found.saving > 0) == (told == "applied")
    assert bool(found.unsure) == (told == "unsure")


@pytest.mark.parametrize(
    ("setter", "national", "saving"),
    [(Setter.COUNCIL, False, 4_000), (Setter.NATIONAL, False, 0), (Setter.NATIONAL, True, 4_000)],
)
def test_a_ministrys_rate_is_cut_only_where_the_document_says_so(setter: Setter, national: bool, saving: int) -> None:
    found = price(fee(setter=setter), [cut(applies_to_national_rates=national)], COMMUNE, DAY, covers)
    assert found.saving == saving


@given(st.none() | st.dates(DAY), st.sampled_from([COMMUNE, SPLIT, None]))
def test_what_nobody_verified_is_unverified_whenever_it_begins(begins: date | None, place: str | None) -> None:
    found = price(fee(), [cut(valid_from=begins, is_verified=False)], place, DAY, covers)
    assert (len(found.unverified), found.coming) == (1, ())


def test_a_reduction_is_about_its_procedures_fields_and_channels_alone() -> None:
    for changes, reaches in (
        ({"procedures": frozenset({"1.001193"})}, True),
        ({"procedures": frozenset({"2.000001"})}, False),
        ({"procedures": frozenset({"2.000001"}), "fields": frozenset({"ho-tich"})}, True),
        ({"fields": frozenset({"dat-dai"})}, False),
        ({"channels": frozenset({"direct"})}, False),
        ({"channels": frozenset({"online"})}, True),
    ):
        found = price(fee(field="ho-tich"), [cut(**changes)], None, DAY, covers)  # type: ignore[arg-type]
        assert (found.saving > 0) == reaches, changes


def test_a_reduction_on_an_unknown_fee_is_told_without_an_amount() -> None:
    found = price(fee(None), [cut()], COMMUNE, DAY, covers)
    assert found.paid is None
    assert [one.slug for one in found.unpriced] == ["giam"]


def test_free_stays_free_and_is_cut_by_nothing() -> None:
    found = price(fee(None, status=FeeStatus.FREE), [cut()], COMMUNE, DAY, covers)
    assert (found.paid, found.saving, found.unpriced) == (0, 0, ())


@pytest.mark.parametrize(
    ("values", "is_right"),
    [
        ({"status": FeeStatus.AMOUNT, "amount": 1}, True),
        ({"status": FeeStatus.AMOUNT, "amount": 0}, False),
        ({"status": FeeStatus.AMOUNT, "amount": None}, False),
        ({"status": FeeStatus.FREE, "amount": 0}, True),
        ({"status": FeeStatus.UNKNOWN, "amount": 5}, False),
    ],
)
def test_the_three_states_never_mix(values: dict[str, object], is_right: bool) -> None:
    if is_right:
        fee(**values)  # type: ignore[arg-type]
        return
    with pytest.raises(ValueError, match="can't have"):
        fee(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("values", [{}, {"percent": 0}, {"percent": 101}, {"amount": 0}, {"percent": 5, "amount": 5}])
def test_a_reduction_is_a_percentage_or_an_amount(values: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="percentage"):
        Reduction(slug="x", **values)  # type: ignore[arg-type]


# Which fee holds.


def test_the_provinces_fee_stands_where_the_record_leaves_it_open() -> None:
    official = [fee(None)]
    own = fee(8_000, source="a", territory=OLD)
    assert candidates([own], official, COMMUNE, DAY, covers) == (own,)
    hangs = (replace(official[0], varies=True),)
    assert candidates([own], official, None, DAY, covers) == hangs, "nobody chose a commune"
    assert candidates([own], official, SPLIT, DAY, covers) == hangs
    assert candidates([own], official, ELSEWHERE, DAY, covers) == (official[0],)
    national = fee(20_000, setter=Setter.NATIONAL)
    assert set(candidates([own], [national], COMMUNE, DAY, covers)) == {own, national}, "two cases, none picked"
    assert any(one.varies for one in candidates([own], [national], None, DAY, covers)), "it may be asked for too"


def test_the_narrowest_territory_holds_then_what_began_last() -> None:
    province, old = fee(10_000, source="a"), fee(8_000, source="b", territory=OLD)
    mine = fee(6_000, source="c", territory=COMMUNE)
    assert candidates([province, old, mine], [], COMMUNE, DAY, covers) == (mine,)
    assert candidates([province, old], [], COMMUNE, DAY, covers) == (old,)
    assert candidates([province, old, mine], [], ELSEWHERE, DAY, covers) == (province,)
    later = fee(12_000, source="d", valid_from=date(2026, 1, 1))
    assert candidates([province, later], [], COMMUNE, DAY, covers) == (later,)
    assert len(candidates([province, fee(2_000, source="e", case="bản sao")], [], COMMUNE, DAY, covers)) == 2


def both_orders(*local: Fee, place: str | None = COMMUNE, coverage: Covers = covers) -> tuple[Fee, ...]:
    """What may be asked for, whichever comes first and whatever their codes are."""
    found = candidates(local, [], place, DAY, coverage)
    renamed = [replace(one, source=f"z{9 - number}") for number, one in enumerate(reversed(local))]
    again = candidates(renamed, [], place, DAY, coverage)
    assert [one.value for one in again] == [one.value for one in found]
    return found


def test_a_fee_for_the_channel_beats_one_for_every_channel() -> None:
    special, general = fee(4_000, source="a"), fee(8_000, source="b", is_for_every_channel=True)
    assert both_orders(special, general) == (special,)
    newer = replace(general, valid_from=date(2026, 1, 1))
    assert both_orders(special, newer) == (special,)
    narrow = replace(general, territory=COMMUNE)
    assert both_orders(special, narrow) == (narrow,), "the territory comes first"


def test_fees_that_contradict_each_other_are_unknown() -> None:
    (found,) = both_orders(fee(4_000, source="a"), fee(8_000, source="b"))
    assert (found.status, found.amount, found.varies) == (FeeStatus.UNKNOWN, None, False)
    (found,) = both_orders(fee(8_000, source="a"), fee(8_000, source="b"))
    assert found.amount == 8_000, "the same twice is no contradiction"


def test_a_unit_and_what_all_of_it_became_are_one_territory() -> None:
    def same(territory: str, place: str) -> Coverage:
        return Coverage.WHOLE if {territory, place} <= {"cu", COMMUNE} else Coverage.NONE

    old, new = fee(4_000, source="a", territory="cu"), fee(8_000, source="b", territory=COMMUNE)
    (found,) = both_orders(old, new, coverage=same)
    assert found.status is FeeStatus.UNKNOWN
    later = replace(new, valid_from=date(2026, 1, 1))
    assert both_orders(old, later, coverage=same) == (later,)


@pytest.mark.parametrize("place", [None, SPLIT])
def test_where_a_narrower_fee_may_hold_the_price_is_not_certain(place: str | None) -> None:
    province, old = fee(10_000, source="a"), fee(8_000, source="b", territory=OLD)
    (found,) = both_orders(province, old, place=place)
    assert (found.status, found.varies) == (FeeStatus.UNKNOWN, True)
    assert both_orders(province, replace(old, amount=10_000), place=place)[0].amount == 10_000, "all the same"
    assert both_orders(province, replace(old, valid_to=date(2026, 1, 1)), place=place) == (province,), "it has ended"
    assert len(both_orders(province, replace(old, case="bản sao"), place=place)) == 2
    mine = fee(6_000, source="c", territory=SPLIT)
    assert both_orders(province, old, mine, place=SPLIT) == (mine,), "it was set for the place itself"


@given(days, days, days)
def test_a_fee_holds_from_its_first_to_its_last_day(one: date, other: date, day: date) -> None:
    begins, ends = sorted((one, other))
    found = candidates([fee(valid_from=begins, valid_to=ends)], [], None, day, covers)
    assert bool(found) == (begins <= day <= ends)


def test_an_unverified_fee_of_the_province_is_not_asked_for() -> None:
    official = fee(None)
    assert candidates([fee(is_verified=False)], [official], COMMUNE, DAY, covers) == (official,)


# Sums.

lines = st.builds(
    lambda found, quantity, offered: line(found, quantity, is_offered=offered),
    st.lists(fees.map(lambda one: price(one, [cut()], COMMUNE, DAY, covers)), max_size=3),
    st.integers(1, 999), st.booleans(),
)  # fmt: skip


@given(st.lists(lines, max_size=50))
def test_a_total_counts_every_line_once(found: list[Line]) -> None:
    summed = total(found)
    assert 0 <= summed.low <= summed.high
    assert summed.saving >= 0
    priced = sum(one.low is not None for one in found)
    assert summed.unknown + summed.not_offered + priced == len(found)
    if summed.is_exact:
        assert priced == len(found)


def test_an_unknown_case_makes_the_line_unknown_and_never_zero() -> None:
    known, unknown = (price(one, [], None, DAY, covers) for one in (fee(5_000), fee(None)))
    assert line([known], 3) == Line(low=15_000, high=15_000)
    assert line([known, unknown], 3) == line([unknown], 3) == line([], 3) == Line(low=None, high=None)
    summed = total([line([known], 3), line([unknown], 1), line([], 1, is_offered=False)])
    assert (summed.low, summed.unknown, summed.not_offered, summed.is_exact) == (15_000, 1, 1, False)


def test_cases_that_nobody_chose_give_a_range() -> None:
    found: list[Price] = [price(fee(amount), [cut()], None, DAY, covers) for amount in (5_000, 8_000)]
    assert line(found, 2) == Line(low=5_000, high=8_000, saving=5_000)


def test_channels_are_compared_only_where_both_are_exact() -> None:
    cheap, dear = total([Line(low=5, high=5)]), total([Line(low=9, high=9)])
    assert cheaper_by(cheap, dear) == 4
    assert cheaper_by(dear, cheap) is None
    assert cheaper_by(cheap, total([Line(low=9, high=10)])) is None
    assert cheaper_by(cheap, total([Line(low=9, high=9), Line(low=None, high=None)])) is None
