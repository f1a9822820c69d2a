"""Rendering of templates to bytes. The only module that sets up Jinja environments.

A name that a template uses and that is undefined is a fault of the template, reported at its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from jinja2 import (
    BaseLoader,
    Environment,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    pass_context,
)
from jinja2.exceptions import TemplateNotFound
from jinja2.runtime import Context
from markupsafe import Markup

from briefings.content.files import MAX_TEMPLATE, read_file, walk
from briefings.outputs.pages.page import Page
from briefings.outputs.pages.parts import (
    Asked,
    NotKept,
    Once,
    Parts,
    Shape,
    WithoutLayouts,
    around,
    around_blocks,
    filled,
    layouts,
    shape_of,
)
from briefings.outputs.pages.site_context import SiteContext
from briefings.outputs.pages.template_cache import Compiled
from briefings.problems import ContentError, Problem

_OURS = str(Path(__file__).parents[2])


@dataclass(frozen=True, slots=True)
class _Press:
    """The Jinja environments for one kind of links (relative or full URLs).

    `whole` renders complete pages; `apart` renders the blocks of page templates without their
    layouts. `shapes` caches the results of `shape`.
    """

    whole: Environment
    apart: WithoutLayouts
    shapes: dict[str, Shape] = field(default_factory=dict)

    def shape(self, name: str) -> Shape:
        """Return how a page template relates to its layout; computed once per template."""
        if name not in self.shapes:
            self.shapes[name] = shape_of(self.whole, name)
        return self.shapes[name]


class Renderer:
    """Renders pages from folders of templates and a site context. Keeps no state between pages."""

    def __init__(self, folders: Sequence[Path], frame: SiteContext) -> None:
        templates = self._templates = TemplateFiles(folders)
        self.frame = frame
        self._near = _press(templates, frame)
        self._far = _press(templates, frame.with_absolute_links())

    def render(self, page: Page) -> bytes:
        """Return the page in UTF-8. Raises ContentError with the template's file and line."""
        return self.made(page)[0]

    def made(self, page: Page) -> tuple[bytes, Parts | None]:
        """Return the page's HTML and the parts that it consists of, or None if it cannot be split.

        A page cannot be split if, for example, a block uses a variable that its layout sets. It is
        then rendered as a whole.
        """
        with self._faults(page):
            view = Once(page.view)
            press = self._far if view.meta.absolute else self._near
            shape = press.shape(page.template)
            if shape.layout:
                try:
                    return self._from_parts(press, page.template, view, shape)
                except UndefinedError:
                    pass
            template = press.whole.get_template(page.template)
            return template.render(view=page.view).encode(), None

    @staticmethod
    def _from_parts(press: _Press, name: str, view: Once, shape: Shape) -> tuple[bytes, Parts]:
        template = press.apart.get_template(name)
        blocks = filled(template, view, shape.blocks)
        known: dict[str, Any] = {}
        layout = press.whole.get_template(shape.layout)
        outside = around_blocks(layout, blocks, Asked(view, known))
        parts = Parts(name, shape.layout, blocks, known, outside)
        return parts.page, parts

    def again(self, path: str, parts: Parts) -> bytes:
        """Render the page at `path` from stored parts in the current version of its layout.

        Raises NotKept if the parts no longer fit the templates or lack something that the layout
        uses.
        """
        press = self._far if parts.is_absolute else self._near
        shape = press.shape(parts.template)
        if shape.layout != parts.layout or shape.blocks != set(parts.blocks):
            raise NotKept(path)
        with self._faults(path):
            layout = press.whole.get_template(parts.layout)
            try:
                text = around_blocks(layout, parts.blocks, Asked(None, dict(parts.asked)))
            except UndefinedError as error:  # may be a variable that the page template sets
                raise NotKept(path) from error
        return replace(parts, around=text).page

    def has_layout(self, page: Page) -> bool:
        """Return whether the page's template extends another one."""
        return self._near.shape(page.template).stands_in

    @contextmanager
    def _faults(self, page: Page | str) -> Iterator[None]:
        """Convert exceptions raised by a template to ContentError with its file and line.

        Other exceptions are raised unchanged: NotKept, and errors in our own code.
        """
        named, url = (page, page) if isinstance(page, str) else (page.template, page.url)
        try:
            yield
        except TemplateSyntaxError as error:
            raise ContentError([self._syntax(error)]) from error
        except TemplateNotFound as error:
            raise ContentError([self._missing(named, error)]) from error
        except Exception as error:
            place = _place(error.__traceback__, self._templates)
            if isinstance(error, NotKept) or place is None:
                raise
            if not (isinstance(error, TemplateError) or _in_template(error)):
                raise
            raise ContentError([_fault(*place, url, error)]) from error

    @cached_property
    def inner(self) -> bytes:
        """Hash of the templates that fill the blocks of pages."""
        return self._texts(lambda name: name not in self._around)

    @cached_property
    def outer(self) -> bytes:
        """Hash of the layouts and of the templates that only layouts use."""
        return self._texts(lambda name: name in self._around)

    @cached_property
    def _around(self) -> frozenset[str]:
        return around(self._near.whole)

    def _texts(self, wanted: Callable[[str], bool]) -> bytes:
        hasher = blake2b(digest_size=16)
        for name in filter(wanted, self._near.whole.list_templates()):
            hasher.update(name.encode() + b"\0" + self._templates.files[name][1] + b"\0")
        return hasher.digest()

    def faults(self) -> Iterator[Problem]:
        """Yield a problem for every template that cannot be parsed or decoded, used or not."""
        for name in self._near.whole.list_templates(extensions=["html"]):
            try:
                self._near.whole.get_template(name)
            except TemplateSyntaxError as error:
                yield self._syntax(error)
            except UnicodeDecodeError as error:
                yield self._no_text(name, error)

    def _syntax(self, error: TemplateSyntaxError) -> Problem:
        message = f"the template can't be read: {error.message}"
        return Problem(error.filename or "", error.lineno, 1, message, "see templates/README.md")

    def _no_text(self, name: str, error: UnicodeDecodeError) -> Problem:
        before = bytes(error.object[: error.start]).decode().split("\n")
        place = len(before), len(before[-1]) + 1
        message = f"this is not UTF-8 text (byte 0x{error.object[error.start]:02x})"
        return Problem(self._templates.path(name), *place, message, "save the file as UTF-8")

    def _missing(self, name: str, error: TemplateNotFound) -> Problem:
        place = _place(error.__traceback__, self._templates)
        path, line = place or (self._templates.path(name), 1)
        return Problem(path, line, 1, f"there is no template `{error.name}`")


class TemplateFiles(BaseLoader):
    """Jinja loader for folders of templates, each read once: what is hashed is what is compiled.

    The first folder that has a template wins. Symbolic links, special files and dot-files are
    ignored. `files`: name → path and bytes. Raises ContentError for a file that is too long.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.files: dict[str, tuple[Path, bytes]] = {}
        for folder in folders:
            for name, _, unfit in walk(folder):
                if unfit is None and name not in self.files:
                    with suppress(FileNotFoundError):  # removed meanwhile
                        self.files[name] = folder / name, read_file(folder / name, MAX_TEMPLATE)

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the text, the file name and an up-to-date function, as Jinja requires.

        Raises TemplateNotFound, UnicodeDecodeError.
        """
        if template not in self.files:
            raise TemplateNotFound(template)
        path, raw = self.files[template]
        return raw.decode(), str(path), lambda: True

    def list_templates(self) -> list[str]:
        """Return the names of all templates, sorted."""
        return sorted(self.files)

    def path(self, name: str) -> str:
        """Return the path of a template; its name if there is none."""
        return str(self.files[name][0]) if name in self.files else name


def _press(templates: TemplateFiles, frame: SiteContext) -> _Press:
    whole = _set_up(Environment, templates, frame)
    apart = _set_up(WithoutLayouts, templates, frame)
    apart.above = layouts(whole)
    return _Press(whole, apart)


# With the context, or Jinja would compute `"/"|link` once, when it compiles the template.
@pass_context
def _link(context: Context, path: str) -> str:
    link: str = context["site"].link(path)
    return link


@pass_context
def _date(context: Context, value: object) -> Markup:
    date: Markup = context["site"].date(value)
    return date


E = TypeVar("E", bound=Environment)


def _set_up(kind: type[E], templates: TemplateFiles, frame: SiteContext) -> E:
    """Create a Jinja environment for these templates.

    Escaping is always on, and undefined names are errors. Macros see the global `site` and not the
    variables of the page. Links and dates are filters, because each page has dozens of them, and
    Jinja calls a filter directly, but a function or macro in a dozen steps.
    """
    environment = kind(
        loader=templates,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=Compiled(),
    )
    environment.globals["site"] = frame
    environment.filters |= {"link": _link, "date": _date}
    return environment


def _place(trace: TracebackType | None, templates: TemplateFiles) -> tuple[str, int] | None:
    """Return the file and line of the innermost template frame in a traceback, or None."""
    found = None
    paths = {str(path) for path, _ in templates.files.values()}
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name in paths:
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _in_template(error: Exception) -> bool:
    """Return whether template code raised the error, and not a function of ours that it called."""
    trace, ours = error.__traceback__, False
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        ours = name.startswith(_OURS) if not name.endswith(".html") else False
        trace = trace.tb_next
    return not ours


def _fault(path: str, line: int, url: str, error: Exception) -> Problem:
    hint = "a template gets `site` and `view`, nothing else: see templates/README.md"
    return Problem(path, line, 1, f"the page {url} can't be rendered: {error}", hint)
