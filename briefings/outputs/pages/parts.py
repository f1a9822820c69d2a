"""A page in two parts: what its own template makes, and the layout around it.

The first is most of the work and hardly ever changes with the second. So it can be kept, and a
new layout costs the layout only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, Template
from jinja2.runtime import Context

from briefings.outputs.pages.environment import FastEnvironment
from briefings.outputs.pages.page import FeedLink, LinkTo, Meta
from briefings.outputs.pages.template_cache import anatomy


class NotKept(Exception):
    """A layout asks a kept page for what it was never asked before."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The blocks that a page template fills, what its layout asked of `view`, and what the layout
    puts around the blocks: its text, with a mark in the place of each."""

    template: str
    layout: str
    blocks: Mapping[str, str]
    asked: Mapping[str, Any]
    around: str

    @property
    def page(self) -> bytes:
        """The page."""
        return _MARK.sub(lambda mark: self.blocks[mark[1]], self.around).encode()

    @property
    def can_be_kept(self) -> bool:
        """Whether what the layout asked for are words and links, and no part of the site."""
        return "meta" in self.asked and _is_plain(tuple(self.asked.items()))

    @property
    def is_absolute(self) -> bool:
        """Whether every link of the page is a whole address."""
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
    """A page's value that works out each of its answers once, however often templates ask."""

    def __init__(self, view: object) -> None:
        self.__view = view

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.__view, name)
        if not hasattr(value, "__next__"):  # what is gone through is gone
            self.__dict__[name] = value
        return value


@dataclass
class Asked:
    """`view` in a layout: answers from the page's value, and remembers; or from memory alone."""

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
    """How a page template stands to its layout; no `layout` where it can't be taken apart."""

    layout: str = ""
    blocks: frozenset[str] = frozenset()
    #: Whether it stands in a layout at all.
    stands_in: bool = False


def shape_of(environment: Environment, name: str) -> Shape:
    """What a page template extends, and which blocks it fills there.

    A template that calls `super()`, or chooses its layout, or has none, is rendered as a whole.
    """
    own = anatomy(environment, name)
    if not own.layout or own.calls_super:
        return Shape(stands_in=own.stands_in)
    offered: set[str] = set()
    above, seen = own.layout, {name}
    while above and above not in seen:  # one that extends itself is told when it is rendered
        one = anatomy(environment, above)
        offered |= one.blocks
        seen.add(above)
        above = one.layout
    return Shape(own.layout, own.blocks & offered, stands_in=True)


def layouts(environment: Environment) -> frozenset[str]:
    """Every template that another one extends."""
    names = environment.list_templates(extensions=["html"])
    return frozenset(found for name in names if (found := anatomy(environment, name).layout))


def around(environment: Environment) -> frozenset[str]:
    """The templates that only layouts need: they themselves, and the pieces only they include."""
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
    """Templates that one includes or imports; where it works a name out, all that begin so."""
    found: set[str] = set()
    for start, is_whole in anatomy(environment, name).named:
        if is_whole:
            found.add(start)
        else:
            found |= {each for each in environment.list_templates() if each.startswith(start)}
    return found


class _Nothing:
    """A layout that shows nothing: leaves a page template's blocks to be filled one by one."""

    blocks: Mapping[str, Any] = {}

    @staticmethod
    def root_render_func(_: Context) -> Iterator[str]:
        return iter(())


class WithoutLayouts(FastEnvironment):
    """Templates as ever, but that whatever they extend is empty."""

    above: frozenset[str] = frozenset()

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Any:
        """Jinja asks with the name of the template that extends as `parent`."""
        if parent is not None and name in self.above:
            return _Nothing
        return super().get_template(name, parent, globals)


def filled(template: Template, view: object, blocks: frozenset[str]) -> dict[str, str]:
    """The blocks of a page template of `WithoutLayouts`. Raises what a template raises."""
    try:
        context = template.new_context({"view": view})
        "".join(template.root_render_func(context))
        return {name: "".join(context.blocks[name][0](context)) for name in sorted(blocks)}
    except Exception:
        template.environment.handle_exception()


def around_blocks(layout: Template, blocks: Iterable[str], asked: Asked) -> str:
    """What a layout puts around these blocks. Raises what a template raises."""
    try:
        context = layout.new_context({"view": asked})
        for name in blocks:
            context.blocks.setdefault(name, []).insert(0, _mark(name))
        return "".join(layout.root_render_func(context))
    except Exception:
        layout.environment.handle_exception()


#: Stands in a layout for a block. No text has this sign: the reader of content refuses it.
_MARK = re.compile("\0(\\w+)\0")


def _mark(name: str) -> Any:
    return lambda _: iter((f"\0{name}\0",))
