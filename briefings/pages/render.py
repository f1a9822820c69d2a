"""Templates → bytes. The only module that knows Jinja's environment.

What a template asks for and does not get is a fault of the template, reported at its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, TracebackType

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.exceptions import TemplateNotFound

from briefings.pages.frame import Frame
from briefings.pages.page import Page
from briefings.problems import ContentError, Problem

_OURS = str(Path(__file__).parents[1])


class Renderer:
    """A set of templates and the frame they stand in. Rendering keeps no state between pages."""

    def __init__(self, templates: Path, frame: Frame) -> None:
        self._templates = templates
        self._near = _environment(templates, frame)
        self._far = _environment(templates, frame.with_absolute_links())

    def render(self, page: Page) -> bytes:
        """The page's HTML in UTF-8. Raises ContentError with the template's file and line."""
        environment = self._far if page.view.meta.absolute else self._near
        try:
            template = environment.get_template(page.template)
            return tight(template.render(view=page.view)).encode()
        except TemplateSyntaxError as error:
            raise ContentError([self._syntax(error)]) from error
        except TemplateNotFound as error:
            raise ContentError([self._missing(page.template, error)]) from error
        except Exception as error:
            place = _place(error.__traceback__, self._templates)
            if place is None or not (isinstance(error, TemplateError) or _in_template(error)):
                raise
            raise ContentError([_fault(*place, page, error)]) from error

    def faults(self) -> Iterator[Problem]:
        """Every template that can't be read, used or not."""
        for name in self._near.list_templates(extensions=["html"]):
            try:
                self._near.get_template(name)
            except TemplateSyntaxError as error:
                yield self._syntax(error)

    def _syntax(self, error: TemplateSyntaxError) -> Problem:
        path = error.filename or str(self._templates / (error.name or ""))
        message = f"the template can't be read: {error.message}"
        return Problem(path, error.lineno, 1, message, "see templates/README.md")

    def _missing(self, name: str, error: TemplateNotFound) -> Problem:
        place = _place(error.__traceback__, self._templates)
        path, line = place or (str(self._templates / name), 1)
        return Problem(path, line, 1, f"there is no template `{error.name}`")


_QUOTED = re.compile(r' (id|href|class|scope|colspan|datetime)="(#?[\w-]+)"(?=[ >])', re.ASCII)
_BLOCKS = "li|[uod]l|d[dt]|p|div|h[1-6]|t(?:able|head|body|[rdh])|article|aside|nav|path|text"
_SPARE = re.compile(rf"\n+(?=</?(?:{_BLOCKS})[ >])")


def tight(html: str) -> str:
    """A page without what a browser does not need: the end of a line before a block, and quotes
    around names of anchors, of classes and the like. A long briefing has a thousand of them.

    Outside of tags the page's own texts have no `"`, but code in an editor's text may, so a page
    with code keeps its quotes.
    """
    html = _SPARE.sub("", html) if "<pre" not in html else html
    return html if "<code" in html else _QUOTED.sub(r" \1=\2", html)


def _environment(templates: Path, frame: Frame) -> Environment:
    """Escaping always on; an undefined name is an error; macros see `site` and nothing else."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=_Compiled(),
    )
    environment.globals["site"] = frame
    return environment


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process, for as long as their text stays the same."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks with the template's name and file and a checksum of its text."""
        bucket.code = _code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has compiled one."""
        if bucket.code is not None:
            _code[bucket.key, bucket.checksum] = bucket.code


_code: dict[tuple[str, str], CodeType] = {}


def _place(trace: TracebackType | None, templates: Path) -> tuple[str, int] | None:
    """The innermost line of a template that a traceback goes through."""
    found = None
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith(str(templates)) and name.endswith(".html"):
            found = (name, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _in_template(error: Exception) -> bool:
    """True where the fault is in what a template wrote, not in the code of ours that it called."""
    trace, ours = error.__traceback__, False
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        ours = name.startswith(_OURS) if not name.endswith(".html") else False
        trace = trace.tb_next
    return not ours


def _fault(path: str, line: int, page: Page, error: Exception) -> Problem:
    hint = "a template gets `site` and `view`, nothing else: see templates/README.md"
    return Problem(path, line, 1, f"the page {page.url} can't be rendered: {error}", hint)
