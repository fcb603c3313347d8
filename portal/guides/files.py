"""Guides as the files that they are imported from: what one province writes, another can take over."""

from __future__ import annotations

from typing import Any

import yaml

from portal.core.i18n import LOCALES

_ORDER = ("slug", "kind", "icon", "procedures", "related", "reviewed_on", "next_review_on", "sources")
_PARTS = (
    "title", "summary", "keywords", "procedure_labels", "who", "prepare", "looked_up", "steps", "videos", "channels",
    "result", "tips", "mistakes", "questions",
)  # fmt: skip
# Long lines are left whole: a sentence is easier to compare than the place where it was broken.
_WIDTH = 1_000_000


class _Dumper(yaml.SafeDumper):
    """Texts of several paragraphs as blocks, and lists set in under their name."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def guide_file(values: dict[str, Any]) -> str:
    """The file of a guide with these values, in UTF-8, its parts in the order in which people read them."""
    ordered: dict[str, Any] = {name: values[name] for name in _ORDER}
    for locale in LOCALES:
        if locale in values:
            ordered[locale] = {part: values[locale][part] for part in _PARTS if part in values[locale]}
    return dump_yaml(ordered)


def dump_yaml(value: Any) -> str:
    """YAML as people read and compare it: in the given order, sentences whole, paragraphs as blocks."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text
