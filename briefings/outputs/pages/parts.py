"""Rendering of a page in two parts: the blocks that its template fills, and the layout around them.

Rendering the blocks is most of the work, and a change of the layout seldom affects them. So the
blocks are stored, and after a change of a layout only the layout is rendered again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, Template
from jinja2.runtime import Context

from briefings.outputs.pages.page import FeedLink, LinkTo, Meta
from briefings.outputs.pages.template_cache import anatomy


class NotKept(Exception):
    """Raised if a layout reads an attribute of `view` that was not stored with the page's parts."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The stored parts of a rendered page.

    `template`, `layout`: template names. `blocks`: block name → HTML. `asked`: the attributes of
    `view` that the layout read, with their values. `around`: the text of the layout, with a
    placeholder for each block.
    """

    template: str
    layout: str
    blocks: Mapping[str, str]
    asked: Mapping[str, Any]
    around: str

    @property
    def page(self) -> bytes:
        """The complete page in UTF-8."""
        return _MARK.sub(lambda mark: self.blocks[mark[1]], self.around).encode()

    @property
    def can_be_kept(self) -> bool:
        """True if `asked` has `meta` and otherwise only text, numbers and links, not the site."""
        return "meta" in self.asked and _is_plain(tuple(self.asked.items()))

    @property
    def is_absolute(self) -> bool:
        """True if every link of the page is a full URL."""
        meta: Meta = self.asked["meta"]
        return meta.absolute


def _is_plain(value: object) -> bool:
    waiting = [value]
    while waiting:
        one: Any = waiting.pop()
        if one is None or isinstance(one, str | int):
            continue
        if isinstance(one, Meta):
            waiting.append(one.json_ld)
        elif type(one) in (tuple, list, LinkTo, FeedLink):
            waiting += one
        elif isinstance(one, Mapping):
            waiting += one.keys()
            waiting += one.values()
        else:
            return False
    return True


class Once:
    """Proxy of a view that caches each attribute on first access. Iterators are not cached."""

    def __init__(self, view: object) -> None:
        self.__view = view

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.__view, name)
        if not hasattr(value, "__next__"):  # an iterator can be consumed only once
            self.__dict__[name] = value
        return value


@dataclass
class Asked:
    """Proxy used as `view` in a layout: records the attributes read from the page's view.

    With `_view` None it returns only attributes already in `_known`, and raises NotKept for others.
    """

    _view: object
    _known: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        known = self.__dict__["_known"]
        if name not in known:
            if self._view is None:
                raise NotKept(name)
            known[name] = getattr(self._view, name)
        return known[name]


@dataclass(frozen=True)
class Shape:
    """How a page template extends its layout. `layout` is empty if it cannot be rendered in parts.

    `blocks`: the blocks of the layout that it fills.
    """

    layout: str = ""
    blocks: frozenset[str] = frozenset()
    #: True if the template extends another one.
    stands_in: bool = False


def shape_of(environment: Environment, name: str) -> Shape:
    """Return which layout a page template extends and which of its blocks it fills.

    A template that calls `super()`, computes the name of its layout or has none is rendered whole.
    """
    own = anatomy(environment, name)
    if not own.layout or own.calls_super:
        return Shape(stands_in=own.stands_in)
    offered: set[str] = set()
    above, seen = own.layout, {name}
    while above and above not in seen:  # a circular `extends` is reported at rendering
        one = anatomy(environment, above)
        offered |= one.blocks
        seen.add(above)
        above = one.layout
    return Shape(own.layout, own.blocks & offered, stands_in=True)


def layouts(environment: Environment) -> frozenset[str]:
    """Return the names of all templates that another template extends."""
    names = environment.list_templates(extensions=["html"])
    return frozenset(found for name in names if (found := anatomy(environment, name).layout))


def around(environment: Environment) -> frozenset[str]:
    """Return the names of the layouts and of the templates that only layouts include or import."""
    names = environment.list_templates(extensions=["html"])
    above = layouts(environment)
    theirs = {name for layout in above for name in _named(environment, layout)}
    others: set[str] = set()
    for name in names:
        if name not in above and name not in theirs:
            others |= _named(environment, name)
    found = above | theirs
    while needed := {name for name in found & others if name not in above}:
        found -= needed
        others |= {each for name in needed for each in _named(environment, name)}
    return frozenset(found)


def _named(environment: Environment, name: str) -> set[str]:
    """Return the names of the templates that a template includes or imports.

    If a name is computed, all templates whose names begin with its constant first part are
    returned.
    """
    found: set[str] = set()
    for start, is_whole in anatomy(environment, name).named:
        if is_whole:
            found.add(start)
        else:
            found |= {each for each in environment.list_templates() if each.startswith(start)}
    return found


class _Nothing:
    """Stand-in for a layout that renders nothing.

    With it the blocks of a page template can be rendered one by one.
    """

    blocks: Mapping[str, Any] = {}

    @staticmethod
    def root_render_func(_: Context) -> Iterator[str]:
        return iter(())


class WithoutLayouts(Environment):
    """Jinja environment in which every layout is replaced by an empty one."""

    above: frozenset[str] = frozenset()

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Any:
        """Return a template. For `extends`, Jinja passes the extending template as `parent`."""
        if parent is not None and name in self.above:
            return _Nothing
        return super().get_template(name, parent, globals)


def filled(template: Template, view: object, blocks: frozenset[str]) -> dict[str, str]:
    """Render the blocks of a page template of `WithoutLayouts`; raises what the template raises."""
    try:
        context = template.new_context({"view": view})
        "".join(template.root_render_func(context))
        return {name: "".join(context.blocks[name][0](context)) for name in sorted(blocks)}
    except Exception:
        template.environment.handle_exception()


def around_blocks(layout: Template, blocks: Iterable[str], asked: Asked) -> str:
    """Render a layout with placeholders for these blocks. Raises what the layout raises."""
    try:
        context = layout.new_context({"view": asked})
        for name in blocks:
            context.blocks.setdefault(name, []).insert(0, _mark(name))
        return "".join(layout.root_render_func(context))
    except Exception:
        layout.environment.handle_exception()


#: Placeholder for a block in a layout. Content cannot contain NUL: the reader refuses it.
_MARK = re.compile("\0(\\w+)\0")


def _mark(name: str) -> Any:
    return lambda _: iter((f"\0{name}\0",))
