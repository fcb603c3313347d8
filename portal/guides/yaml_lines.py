"""YAML as plain values with the line of each, so that a fault can be named where it stands."""

from __future__ import annotations

from typing import Any

import yaml

# libyaml where the wheel brings it: reading the starter takes a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path = tuple[str | int, ...]
MAXIMUM_CHARACTERS = 200_000
MAXIMUM_DEPTH = 12


class YamlError(Exception):
    """The text is no YAML that a guide could be; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def load(text: str) -> tuple[Any, dict[Path, int]]:
    """Mappings, lists and texts (every scalar stays text: `1.001193` is a code, not a number), and their lines.

    Raises YamlError for broken YAML, aliases (a few lines could expand without end), repeated keys, too much text.
    """
    if len(text) > MAXIMUM_CHARACTERS:
        raise YamlError(1, f"the file is longer than {MAXIMUM_CHARACTERS} characters")
    try:
        depth = 0
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise YamlError(_line(event.start_mark), "aliases (*name) are not allowed")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAXIMUM_DEPTH:  # composing recurses in C, and would end the process
                raise YamlError(_line(event.start_mark), "nested too deeply")
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(_line(mark), f"not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(1, f"not valid YAML: {error}") from error
    lines: dict[Path, int] = {}
    value = _convert(node, (), lines) if node is not None else {}
    return value, lines


def _line(mark: Any) -> int:
    return int(mark.line) + 1 if mark else 1


def _convert(node: yaml.Node, path: Path, lines: dict[Path, int]) -> Any:
    line = _line(node.start_mark)
    lines[path] = line
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, (*path, index), lines) for index, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in result:
            raise YamlError(_line(key_node.start_mark), f"{key!r} stands twice")
        result[key] = _convert(value_node, (*path, key), lines)
        lines[(*path, key)] = _line(key_node.start_mark)
    return result
