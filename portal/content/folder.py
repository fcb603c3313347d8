"""A folder of content files: what is read of it, and what is wrong in which line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from portal.core.text import nfc

MOST_BYTES = 50_000_000
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file, in English for the operator's terminal; line 0 is the file as a whole."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass
class Folder:
    """Files below `root`. Everything wrong is collected: whoever reads on has the rest of the faults found too."""

    root: Path
    faults: list[Fault] = field(default_factory=list)

    def fail(self, name: str, line: int, message: str) -> None:
        """Note what is wrong with a file."""
        self.faults.append(Fault(self.root / name, line, message))

    def path(self, name: str) -> Path | None:
        """Where a file is; None where it isn't there, or is no file that we read."""
        path = self.root / name
        if not path.is_file():
            return None
        if path.stat().st_size > MOST_BYTES:
            self.fail(name, 0, f"larger than {MOST_BYTES} bytes")
            return None
        return path

    def text(self, name: str) -> str | None:
        """The text of a file; None where there is none."""
        path = self.path(name)
        if path is None:
            return None
        try:
            return nfc(path.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            self.fail(name, 0, f"not UTF-8 text ({error.reason} at byte {error.start})")
            return None

    def value(self, name: str) -> Any:
        """What a YAML file holds as a whole; None where there is none, or it can't be read."""
        node = self._node(name)
        if node is None:
            return None
        try:
            return _built(node[0], node[1])
        except (ValueError, OverflowError) as error:  # such as a day that there isn't
            self.fail(name, node[1].start_mark.line + 1, str(error))
            return None

    def entries(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The entries of a YAML list with the line of each; whatever is no entry is a fault."""
        node = self._node(name)
        if node is None:
            return
        loader, root = node
        if not isinstance(root, yaml.SequenceNode):
            self.fail(name, 1, "a list was expected")
            return
        for item in root.value:
            line = item.start_mark.line + 1
            if not isinstance(item, yaml.MappingNode):
                self.fail(name, line, "an entry with keys was expected")
                continue
            try:
                yield line, _built(loader, item)
            except (yaml.YAMLError, ValueError) as error:
                self.fail(name, line, f"can't be read: {error}")

    def _node(self, name: str) -> tuple[yaml.SafeLoader, yaml.Node] | None:
        text = self.text(name)
        if text is None or not text.strip():
            return None
        try:
            depth = 0
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                line = event.start_mark.line + 1 if event.start_mark else 1
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
                    self.fail(name, line, "aliases (*name) and deep nesting are not allowed")
                    return None
            loader = yaml.SafeLoader(text)
            root = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self.fail(name, mark.line + 1 if mark else 1, f"not valid YAML: {error.problem}")
            return None
        except (yaml.YAMLError, RecursionError) as error:
            self.fail(name, 1, f"not valid YAML: {error}")
            return None
        return None if root is None else (loader, root)


def _built(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    return loader.construct_object(node, deep=True)
