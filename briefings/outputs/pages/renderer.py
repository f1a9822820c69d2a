"""Rendering of templates to bytes. The only module that sets up Jinja environments.

A name that a template uses and that is undefined is a fault of the template, reported at its line.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    meta,
    pass_context,
    select_autoescape,
)
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound
from jinja2.runtime import Context
from markupsafe import Markup

from briefings.content.files import MAX_TEMPLATE, read_file, walk
from briefings.outputs.pages.page import Page
from briefings.outputs.pages.site_context import SiteContext
from briefings.problems import ContentError, Problem
from briefings.store.cache import digest

_DIGEST = 16


class CompiledTemplates(BytecodeCache):
    """A Jinja bytecode cache in a file, whose digest is compared before anything of it is used.

    Entries are keyed by a hash of the template's text, so they cannot be stale; the versions of
    Python and Jinja are part of the bytecode. `path`: None to keep nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries: dict[tuple[str, bytes], Any] = {}
        self._has_news = False
        with suppress(OSError):
            raw = path.read_bytes() if path is not None else b""
            if raw[:_DIGEST] == digest(raw[_DIGEST:]):
                self._entries = pickle.loads(raw[_DIGEST:])  # noqa: S301  # its digest matches

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the code of a template if it was compiled before; called by Jinja."""
        data = self._entries.get((bucket.key, bucket.checksum.encode()))
        if data is not None:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep newly compiled code; called by Jinja."""
        self._add((bucket.key, bucket.checksum.encode()), bucket.bytecode_to_string())

    def remembered(self, name: str, source: str, compute: Callable[[], Any]) -> Any:
        """Return the value stored for a template's text, or compute and store it."""
        key = (name, blake2b(source.encode(), digest_size=_DIGEST).digest())
        if key not in self._entries:
            self._add(key, compute())
        return self._entries[key]

    def _add(self, key: tuple[str, bytes], value: Any) -> None:
        self._entries[key] = value
        self._has_news = True

    def save(self) -> None:
        """Write the file if anything is new; a disk error is ignored, and nothing is cached."""
        if self._path is None or not self._has_news:
            return
        data = pickle.dumps(self._entries)
        with suppress(OSError):
            temporary = self._path.with_name(f"{self._path.name}.new")
            temporary.write_bytes(digest(data) + data)
            temporary.replace(self._path)
        self._has_news = False


_OURS = str(Path(__file__).parents[2])
_ENDINGS = ("html", "txt")
_CONTRACT = "a template gets `site` and `view`, nothing else: see templates/README.md"


class Renderer:
    """Renders pages from folders of templates and a site context. Keeps no state between pages."""

    def __init__(
        self, folders: Sequence[Path], frame: SiteContext, compiled: Path | None = None
    ) -> None:
        templates = self._templates = TemplateFiles(folders)
        self.frame = frame
        self._compiled = CompiledTemplates(compiled)
        self._near = _set_up(templates, frame, self._compiled)
        self._far = _set_up(templates, frame.with_absolute_links(), self._compiled)
        self._used: dict[str, frozenset[str]] = {}

    def render(self, page: Page) -> bytes:
        """Return the page in UTF-8. Raises ContentError with the template's file and line.

        Records that it reads the page's template and all that this one extends or includes.
        """
        with self._faults(page):
            engine = self.frame.site.engine
            for name in self.used(page.template):
                engine.read("template", name) if name else engine.read("names", "templates")
            view = page.view
            environment = self._far if view.meta.absolute else self._near
            return environment.get_template(page.template).render(view=view).encode()

    def used(self, name: str) -> frozenset[str]:
        """Return the name of a template and of every template that it extends, includes or imports.

        If one of them computes a name, return the names of all templates, and an empty one.
        """
        if name not in self._used:
            self._used[name] = frozenset(self._referred(name, set()))
        return self._used[name]

    def _referred(self, name: str, seen: set[str]) -> set[str]:
        """Add a template and all that it refers to. There may be none with such a name."""
        seen.add(name)
        if name not in self._templates.files:
            return seen
        for other in self._references(name):
            if other is None:
                return seen.union(self._near.list_templates(), [""])
            if other not in seen:
                seen |= self._referred(other, seen)
        return seen

    def _references(self, name: str) -> list[str | None]:
        """Return the templates that one names; None for a computed name. Compiles a new one.

        Raises TemplateSyntaxError, UnicodeDecodeError.
        """
        source, file, _ = self._templates.get_source(self._near, name)

        def references() -> list[str | None]:
            self._near.get_template(name)
            return list(meta.find_referenced_templates(self._near.parse(source, name, file)))

        names: list[str | None] = self._compiled.remembered(name, source, references)
        return names

    @contextmanager
    def _faults(self, page: Page) -> Iterator[None]:
        """Convert exceptions raised by a template to ContentError with its file and line.

        Errors in our own code are raised unchanged.
        """
        try:
            yield
        except TemplateSyntaxError as error:
            raise ContentError([self._syntax(error)]) from error
        except TemplateNotFound as error:
            raise ContentError([self._missing(page.template, error)]) from error
        except Exception as error:
            place = _place(error, self._templates)
            if place is None or not (isinstance(error, TemplateError) or _in_template(error)):
                raise
            message = f"the page {page.url} can't be rendered: {error}"
            raise ContentError([Problem(*place, 1, message, _CONTRACT)]) from error

    def faults(self) -> Iterator[Problem]:
        """Yield a problem for every template that cannot be compiled or decoded, used or not."""
        for name in self._near.list_templates(extensions=_ENDINGS):
            try:
                self._references(name)
            except TemplateSyntaxError as error:
                yield self._syntax(error)
            except UnicodeDecodeError as error:
                yield self._no_text(name, error)
        self._compiled.save()

    def path(self, name: str) -> str:
        """Return the path of a template."""
        return self._templates.path(name)

    def _syntax(self, error: TemplateSyntaxError) -> Problem:
        message = f"the template can't be read: {error.message}"
        return Problem(error.filename or "", error.lineno, 1, message, "see templates/README.md")

    def _no_text(self, name: str, error: UnicodeDecodeError) -> Problem:
        before = bytes(error.object[: error.start]).decode().split("\n")
        place = len(before), len(before[-1]) + 1
        message = f"this is not UTF-8 text (byte 0x{error.object[error.start]:02x})"
        return Problem(self._templates.path(name), *place, message, "save the file as UTF-8")

    def _missing(self, name: str, error: TemplateNotFound) -> Problem:
        path, line = _place(error, self._templates) or (self._templates.path(name), 1)
        return Problem(path, line, 1, f"there is no template `{error.name}`")


def plain_environment(folder: Path) -> Environment:
    """Return an environment for templates that are not part of the site, such as forms."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Template(Template):
    """A template whose module of macros is created again for each page that imports it.

    Jinja makes it once and keeps it: then only the first page would record what the macros read
    of the site.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return self.make_module()


class TemplateFiles(BaseLoader):
    """Jinja loader for folders of templates. Reads a file once, to hash and compile the same text.

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


# With the context, or Jinja would compute `"/"|link` once, when it compiles the template.
@pass_context
def _link(context: Context, path: str) -> str:
    link: str = context["site"].link(path)
    return link


@pass_context
def _date(context: Context, value: object) -> Markup:
    date: Markup = context["site"].date(value)
    return date


def _set_up(
    templates: TemplateFiles, frame: SiteContext, compiled: CompiledTemplates
) -> Environment:
    """Create a Jinja environment for these templates.

    Everything is escaped, except in plain text (`.txt`), and undefined names are errors. Macros see
    the global `site` and not the variables of the page. Links and dates are filters, because each
    page has dozens of them, and Jinja calls a filter directly, but a function or macro in a dozen
    steps.
    """
    environment = Environment(
        loader=templates,
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
        bytecode_cache=compiled,
    )
    environment.template_class = _Template
    environment.globals["site"] = frame
    environment.filters |= {"link": _link, "date": _date}
    return environment


def _places(error: Exception) -> list[tuple[str, int]]:
    """Return the file and line of each frame in the traceback of an error, innermost first."""
    frames = walk_tb(error.__traceback__)
    return [(frame.f_code.co_filename, line) for frame, line in frames][::-1]


def _place(error: Exception, templates: TemplateFiles) -> tuple[str, int] | None:
    """Return the file and line of the innermost template frame, or None."""
    paths = {str(path) for path, _ in templates.files.values()}
    return next((place for place in _places(error) if place[0] in paths), None)


def _in_template(error: Exception) -> bool:
    """Return whether template code raised the error, and not a Python function that it called."""
    name, _ = _places(error)[0]
    return name.endswith(_ENDINGS) or not name.startswith(_OURS)
