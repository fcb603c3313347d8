"""Sample content of the style guide, written in its template, as the objects that the components are made for."""

from __future__ import annotations

from typing import Any


class Sample:
    """An object with the values of a mapping as its attributes."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update({name: sample(value) for name, value in values.items()})


def sample(value: Any) -> Any:
    """The value, with every mapping in it as an object."""
    if isinstance(value, dict):
        return Sample(value)
    return [sample(item) for item in value] if isinstance(value, list) else value
