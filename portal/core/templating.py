"""One Jinja environment per language, with the strings translated when a template is compiled.

Looking up sixty strings on every request costs more than everything else on a page. Here `_('…')` and `ngettext('…')`
with constant arguments become constants of the compiled template, once per language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from portal.core.i18n import Locale, catalogue


def _fill(message: str, **values: Any) -> Markup:
    """A translated message with its values; the message is ours and trusted, the values are escaped."""
    return Markup(message) % {name: escape(value) for name, value in values.items()}


def _fill_plural(forms: tuple[str, ...], index: int, **values: Any) -> Markup:
    return _fill(forms[min(index, len(forms) - 1)], **values)


class _Translator(NodeTransformer):
    """Replaces calls of `_` and `ngettext` by what they mean in one language."""

    def __init__(self, translations: NullTranslations, environment: LocaleEnvironment) -> None:
        self.translations = translations
        self.environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else None
        if name == "_":
            return self._single(node)
        if name == "ngettext":
            return self._plural(node)
        return node

    def _constants(self, node: nodes.Call, count: int) -> list[str]:
        texts = [arg.value for arg in node.args[:count] if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
        if len(texts) != count:
            raise TemplateAssertionError("a translated string must be a constant", node.lineno)
        return texts

    def _single(self, node: nodes.Call) -> nodes.Node:
        (message,) = self._constants(node, 1)
        text = self.translations.ugettext(message)
        if not node.kwargs:
            return _text(text, node, self.environment)
        return self._call("_fill", [_text(text, node, self.environment)], node)

    def _plural(self, node: nodes.Call) -> nodes.Node:
        singular, plural = self._constants(node, 2)
        forms = tuple(str(escape(self.translations.ungettext(singular, plural, number))) for number in (1, 2))
        constant = nodes.Const(forms, lineno=node.lineno, environment=self.environment)
        # Every language so far has at most the two forms "one" and "other" (CLDR).
        is_other = nodes.Compare(
            node.args[2],
            [nodes.Operand("ne", nodes.Const(1, environment=self.environment), environment=self.environment)],
            lineno=node.lineno,
            environment=self.environment,
        )
        index = nodes.Filter(is_other, "int", [], [], None, None, lineno=node.lineno, environment=self.environment)
        return self._call("_fill_plural", [constant, index], node)

    def _call(self, name: str, args: list[nodes.Expr], node: nodes.Call) -> nodes.Node:
        function = nodes.Name(name, "load", lineno=node.lineno, environment=self.environment)
        return nodes.Call(function, args, node.kwargs, None, None, lineno=node.lineno, environment=self.environment)


def _text(text: str, node: nodes.Call, environment: Environment) -> nodes.Expr:
    """A constant that autoescaping leaves alone: our own sentences may hold quotes and ampersands."""
    return nodes.MarkSafe(
        nodes.Const(str(escape(text)), lineno=node.lineno, environment=environment),
        lineno=node.lineno,
        environment=environment,
    )


class LocaleEnvironment(Environment):
    """Templates of one language."""

    def __init__(self, locale: Locale, folder: Path, *, auto_reload: bool) -> None:
        super().__init__(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=auto_reload,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
        )
        self.translations = catalogue(locale.code)
        self.globals.update(_fill=_fill, _fill_plural=_fill_plural)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        translated: nodes.Template = _Translator(self.translations, self).visit(template)
        return translated
