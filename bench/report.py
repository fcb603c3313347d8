"""The lines that the bench prints, and figures out of many measurements."""

from __future__ import annotations

from collections.abc import Sequence

_NAME, _VALUE = 58, 22
_misses: list[str] = []


def heading(text: str) -> None:
    """What the lines below are about."""
    print(f"\n{text}", flush=True)


def line(name: str, value: str, bar: str, *, met: bool) -> None:
    """A figure that has a bar."""
    if not met:
        _misses.append(name)
    print(f"{'ok  ' if met else 'MISS'}  {name:<{_NAME}} {value:>{_VALUE}}   bar: {bar}", flush=True)


def info(name: str, value: str) -> None:
    """A figure without a bar."""
    print(f"      {name:<{_NAME}} {value:>{_VALUE}}", flush=True)


def misses() -> Sequence[str]:
    """The names of what missed its bar so far."""
    return _misses


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
