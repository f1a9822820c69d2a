"""Jinja with less around each value and each call: a page has a thousand values and two hundred
calls, and what Jinja does around most of them takes longer than they do."""

from __future__ import annotations

from collections.abc import MutableMapping
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from markupsafe import Markup, escape


def shown(value: Any) -> str:
    """A value as HTML has it. Jinja's `escape` makes it a `Markup` besides, so that nobody escapes
    it again; what goes to the page at once is in nobody's hands any more."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is str and not (
        "&" in value or "<" in value or ">" in value or '"' in value or "'" in value
    ):
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class _Code(CodeGenerator):
    """Writes the Python that a template is compiled to."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """What stands in front of a value that goes to the page."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.shown(")


class _Direct(Context):
    """Calls macros, functions and methods as Jinja does, without asking each what else it wants."""

    @internalcode
    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """What `called(...)` in a template comes to."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _PLAIN or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return called(*args, **kwargs)
        except StopIteration:
            return self.environment.undefined("value was undefined: a call in it came to an end")


_PLAIN = frozenset({FunctionType, MethodType})


class Quick(Environment):
    """Templates as ever."""

    code_generator_class = _Code
    context_class = _Direct
    shown = staticmethod(shown)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may ask for, in one mapping: Jinja has two, one behind the other, and
        goes through both for each partial."""
        return {**self.globals, **(d or {})}
