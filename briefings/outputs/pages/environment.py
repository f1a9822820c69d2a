"""Jinja with less around each call: a page has two hundred, and what Jinja does around most of them
takes longer than they do."""

from __future__ import annotations

from collections.abc import MutableMapping
from types import FunctionType, MethodType
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode


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


class FastEnvironment(Environment):
    """Templates as ever."""

    context_class = _Direct

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may ask for, in one mapping: Jinja has two, one behind the other, and
        goes through both for each partial."""
        return {**self.globals, **(d or {})}
