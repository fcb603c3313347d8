"""One Jinja environment per language, with everything that is the same on every request decided at compile time.

Looking up sixty strings on every request costs more than everything else on a page. Here `_('…')` and `ngettext('…')`
with constant arguments, `icon('…')`, and the values of `links`, `assets`, `site` and `locale` become constants of the
compiled template, which Jinja joins with the HTML around them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel.support import NullTranslations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from portal.core.formats import day, decimal, instant, number, short_day
from portal.core.i18n import Locale, catalogue
from portal.core.template_code import DirectCode, PlainTemplate, as_markup, output
from portal.core.text import unbroken

# Also at the beginning of a line whose end before it was a tag's of the template.
_INDENTATION = re.compile(r"\s*\n\s*|\A {2,}(?=<)")
_MISSING = object()
# Parts of every page that depend on language and profile alone.
FIXED_PARTS = frozenset({"components/header.html", "components/header_menu.html", "components/header_search.html",
                         "components/footer.html"})  # fmt: skip


def _fill(message: str, **values: Any) -> Markup:
    """A translated message with its values; the message is ours and trusted, the values are escaped."""
    return as_markup(message % {name: output(value) for name, value in values.items()})


def _fill_plural(forms: tuple[str, ...], index: int, **values: Any) -> Markup:
    return _fill(forms[min(index, len(forms) - 1)], **values)


class _Compiler(NodeTransformer):
    """Replaces what is known when a template is compiled."""

    def __init__(self, environment: LocaleEnvironment) -> None:
        self.environment = environment

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        """Indentation helps whoever edits a template, and nobody who loads the page."""
        node.data = _INDENTATION.sub("\n", node.data)
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node | list[nodes.Node]:
        """Put a part of the page where it is included: whole where it is the same on every page, else its nodes."""
        if not isinstance(node.template, nodes.Const):
            raise TemplateAssertionError("an included template must be a constant", node.lineno)
        if self.environment.auto_reload:
            return node  # looked up anew on each request, so that its change is seen
        name = node.template.value
        if name in FIXED_PARTS:
            data = nodes.TemplateData(self.environment.get_template(name).render())
            data.set_lineno(node.lineno)
            data.set_environment(self.environment)
            output = nodes.Output([data])
            output.set_lineno(node.lineno)
            return output
        source, filename, _ = self.environment.files.get_source(self.environment, name)
        return self.environment._parse(source, name, filename).body

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        if node.ctx != "load" and node.name in self.environment.constants:
            raise TemplateAssertionError(f"{node.name!r} is the same on every page and can't be assigned", node.lineno)
        return node

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        self.generic_visit(node)
        if isinstance(node.node, nodes.Name) and node.node.name in self.environment.constants:
            holder = self.environment.constants[node.node.name]
            value = holder.get(node.attr, _MISSING) if isinstance(holder, Mapping) else getattr(holder, node.attr)
            if value is _MISSING:
                raise TemplateAssertionError(f"{node.node.name} has no {node.attr!r}", node.lineno)
            return self._place(nodes.Const(value), node)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        name = node.node.name if isinstance(node.node, nodes.Name) else None
        if name == "_":
            return self._single(node)
        if name == "ngettext":
            return self._plural(node)
        if name == "icon" and all(isinstance(arg, nodes.Const) for arg in node.args) and not node.kwargs:
            symbol = self.environment.icon(*(arg.value for arg in node.args if isinstance(arg, nodes.Const)))
            return self._place(nodes.MarkSafe(self._place(nodes.Const(str(symbol)), node)), node)
        return node

    def _place(self, new: nodes.Expr, old: nodes.Node) -> nodes.Expr:
        new.set_lineno(old.lineno)
        new.set_environment(self.environment)
        return new

    def _constants(self, node: nodes.Call, count: int) -> list[str]:
        texts = [arg.value for arg in node.args[:count] if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
        if len(texts) != count:
            raise TemplateAssertionError("a translated string must be a constant", node.lineno)
        return texts

    def _check_placeholders(self, text: str, node: nodes.Call) -> None:
        """A wrong placeholder fails now, not in front of a reader."""
        try:
            if node.kwargs:
                str.__mod__(text, {keyword.key: "" for keyword in node.kwargs})
        except (KeyError, ValueError, TypeError) as error:
            raise TemplateAssertionError(f"{text!r} can't be filled in: {error!r}", node.lineno) from error

    def _single(self, node: nodes.Call) -> nodes.Node:
        (message,) = self._constants(node, 1)
        # Escaped here, so that autoescaping leaves it alone: our own sentences may hold quotes and ampersands.
        text = str(escape(self.environment.translations.ugettext(message)))
        self._check_placeholders(text, node)
        constant = self._place(nodes.Const(text), node)
        return self._call("_fill", [constant], node) if node.kwargs else self._place(nodes.MarkSafe(constant), node)

    def _plural(self, node: nodes.Call) -> nodes.Node:
        singular, plural = self._constants(node, 2)
        translate = self.environment.translations.ungettext
        forms = tuple(str(escape(translate(singular, plural, number))) for number in (1, 2))
        for form in forms:
            self._check_placeholders(form, node)
        # Every language so far has at most the two forms "one" and "other" (CLDR).
        is_other = nodes.Compare(node.args[2], [nodes.Operand("ne", nodes.Const(1))])
        index = nodes.Filter(is_other, "int", [], [], None, None)
        return self._call("_fill_plural", [nodes.Const(forms), index], node)

    def _call(self, name: str, args: list[nodes.Expr], node: nodes.Call) -> nodes.Node:
        return self._place(nodes.Call(nodes.Name(name, "load"), args, node.kwargs, None, None), node)


class LocaleEnvironment(Environment):
    """Templates of one language. `constants` are mappings or objects that never change while the process lives."""

    template_class = PlainTemplate
    code_generator_class = DirectCode

    def __init__(
        self,
        locale: Locale,
        folder: Path,
        *,
        constants: Mapping[str, Any] = MappingProxyType({}),
        icons_url: str = "",
        auto_reload: bool = False,
    ) -> None:
        self.files = FileSystemLoader(folder)
        super().__init__(
            loader=self.files,
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=auto_reload,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=-1,
        )
        self.translations: NullTranslations = catalogue(locale.code)
        self.constants = {"locale": locale, **constants}
        self.icons_url = icons_url
        self.icon = cache(self._icon)
        self.filters.update(
            tenths=partial(decimal, locale=locale.code),
            day=partial(day, locale=locale.code),
            short_day=partial(short_day, locale=locale.code),
            instant=partial(instant, locale=locale.code),
            whole=partial(number, locale=locale.code),
            unbroken=unbroken,
        )
        self.globals.update(self.constants, _fill=_fill, _fill_plural=_fill_plural, icon=self.icon)
        self._loaded: dict[str, Template] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """A template by its name from the folder; each page asks for a dozen."""
        template = self._loaded.get(name)
        if template is None:
            template = super().get_template(name, parent, globals)
            if not self.auto_reload:
                self._loaded[name] = template
        return template

    def make_globals(self, _own: Any) -> MutableMapping[str, Any]:
        """The names that every template knows; none has its own."""
        return self.globals

    def _icon(self, name: str) -> Markup:
        """A symbol of static/icons.svg. It always stands beside words, so screen readers pass over it."""
        return Markup('<svg class="icon" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>').format(
            self.icons_url, name
        )

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template: nodes.Template = _Compiler(self).visit(super()._parse(source, name, filename))
        return template
