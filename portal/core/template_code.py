"""What the compiled code of a template does at run time, without the generality that no template of ours uses.

No function or filter of ours asks for Jinja's context, no template has globals of its own, and everything is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Macro
from jinja2.utils import missing
from markupsafe import Markup, escape

# Markup of a plain string; Markup's own constructor first looks for an `__html__`, at four times the cost.
as_markup: Callable[[str], Markup] = partial(str.__new__, Markup)
_DEFAULTS = frozenset({"default", "d"})
_DEFINED = frozenset({"defined", "undefined"})


def output(value: Any) -> str:
    """What autoescaping writes for a value: `escape` without a Markup around what is only joined and sent."""
    kind = value.__class__
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str and not ("<" in value or "&" in value or '"' in value or "'" in value or ">" in value):
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class DirectCode(CodeGenerator):
    """Calls what a template calls and reads attributes as Python does.

    Jinja's own code would ask each time whether a function wants the context, and whether an attribute is an item.
    """

    _may_be_missing = False

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write the attribute; one that is no attribute is Jinja's undefined only where the template asks for that."""
        if self._may_be_missing:
            super().visit_Getattr(node, frame)
        else:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:
        """Write the filter; `default` is for what may be missing."""
        with self._allowing_missing(node.name in _DEFAULTS):
            super().visit_Filter(node, frame)

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:
        """Write the test; `defined` is for what may be missing."""
        with self._allowing_missing(node.name in _DEFINED):
            super().visit_Test(node, frame)

    @contextmanager
    def _allowing_missing(self, allowed: bool) -> Iterator[None]:
        before, self._may_be_missing = self._may_be_missing, self._may_be_missing or allowed
        yield
        self._may_be_missing = before

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        """Write the block whole: piece by piece, each would pass through every layout around it."""
        if node.scoped or node.required or not frame.toplevel or frame.buffer is not None:
            super().visit_Block(node, frame)
            return
        if self.has_known_extends:
            return
        if self.extends_so_far:
            self.writeline("if parent_template is None:")
            self.indent()
        self.writeline(f"yield concat(context.blocks[{node.name!r}][0](context))", node)
        if self.extends_so_far:
            self.outdent()

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write the call."""
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            self.fail("a call names its arguments", node.lineno)
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


class PlainMacro(Macro):
    """A macro that sorts its arguments only where a call names them."""

    def __init__(
        self, environment: Environment, function: Callable[..., str], name: str, arguments: list[str], *flags: bool
    ) -> None:
        super().__init__(environment, function, name, arguments, *flags)
        takes_more = self.catch_kwargs or self.catch_varargs or self.caller
        self._missing = None if takes_more else (missing,) * len(arguments)

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        """The macro's HTML."""
        if kwargs or self._missing is None or len(args) > len(self._missing):
            return super().__call__(*args, **kwargs)
        return as_markup(self._func(*args, *self._missing[len(args) :]))


class PlainTemplate(Template):
    """A template whose macros are made once: they use nothing of the page that imports them."""

    _macros: TemplateModule | None = None

    @classmethod
    def from_code(cls, environment: Environment, *args: Any, **kwargs: Any) -> Template:
        """The template; its code looks `escape` and `Macro` up among its globals."""
        template = super().from_code(environment, *args, **kwargs)
        template.root_render_func.__globals__.update(escape=output, Macro=PlainMacro)
        return template

    def _get_default_module(self, _ctx: Any = None) -> TemplateModule:
        if self._macros is None or self.environment.auto_reload:
            self._macros = self.make_module()
        return self._macros
