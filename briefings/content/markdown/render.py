"""Renders one body: from an editor's Markdown to the HTML of a page.

Python-Markdown renders it, with an extension in which markdown-it-py parses all of the text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, partial
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown, treeprocessors
from markdown.extensions.abbr import AbbrTreeprocessor
from markdown.util import ETX, STX, Registry

from briefings.content.markdown.blocks import Excess, excesses
from briefings.content.markdown.context import Body, Context, Fault, Link, Quotation, resolve
from briefings.content.markdown.document import Document
from briefings.content.markdown.headings import Anchors
from briefings.content.markdown.sanitizer import sanitised, serialised
from briefings.content.markdown.tree import BlockTree
from briefings.problems import Problem

_NOTHING = Body.of("", "")
#: Characters that no text may have while it is parsed: those of escapes, and NUL.
_RESERVED = str.maketrans({STX: "", ETX: "", "\0": "\ufffd"})


def render(
    text: str,
    *,
    path: str,
    content_path: str,
    first_line: int,
    sources: Mapping[str, str] | None,
    base_path: str,
    reserved_ids: Collection[str] = (),
) -> tuple[Body, list[Problem]]:
    """Render the body of one content file; return it with all its problems, sorted. Never raises.

    - `path`: the file as named in problems.
    - `content_path`: the file relative to `content/`; relative links start from its folder.
    - `first_line`: the line of the file on which `text` begins.
    - `sources`: the publisher of each key that can be cited, in the order of the source numbers;
      None if this kind of file cites nothing.
    - `base_path`: the prefix of links within the site, empty or like `/sub`.
    - `reserved_ids`: anchors that no heading may get.

    A body with problems must not be published. A body that exceeds a limit is returned empty.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_RESERVED)
    resolve_link = partial(resolve, content_path=content_path, base_path=base_path)
    context = Context(
        path, first_line, text.split("\n"), sources, Anchors(reserved_ids), resolve_link
    )
    for line, fault in excesses(text):
        context.fault((line, 1), *fault)
    if context.problems or not text.strip():
        return _NOTHING, sorted(context.problems)
    try:
        body = _extension().convert(text, context)
    except Excess as excess:
        context.problems.clear()
        context.fault((excess.line, 1), *excess.fault)
        body = _NOTHING
    except Exception as error:
        # An editor must not get a traceback, whatever the parser raises. The extension is
        # discarded: it may hold half of this body.
        _extension.cache_clear()
        context.fault((0, 1), *_unreadable(error))
        body = _NOTHING
    return body, sorted(context.problems)


class BodyExtension(Extension):
    """Replaces Python-Markdown's grammar by that of bodies; renders one body after another."""

    def __init__(self) -> None:
        super().__init__()
        self._md = Markdown(extensions=[self])
        self._md.serializer = serialised

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Replace all processors; each has the `context` of the body that is rendered."""
        md.preprocessors, md.treeprocessors, md.postprocessors = Registry(), Registry(), Registry()
        md.parser.blockprocessors = Registry()
        self._blocks, self._finish = BlockTree(md), _Finish(md)
        self._abbreviations = AbbrTreeprocessor(md)
        md.parser.blockprocessors.register(self._blocks, "blocks", 10)
        md.treeprocessors.register(self._finish, "finish", 10)
        # Last, on final text: an abbreviation that is a number would break numeric escapes.
        md.treeprocessors.register(self._abbreviations, "abbreviations", 5)

    def convert(self, text: str, context: Context) -> Body:
        """Render a text; add its faults to `context`."""
        self._blocks.context = self._finish.context = context
        self._abbreviations.abbrs = context.abbreviations
        html = sanitised(self._md.convert(text))
        document = self._finish.document
        links = (
            Link(to.kind, to.target, to.by_id, to.fragment, *context.in_file(place), written)
            for place, written, to in document.links
        )
        quotations = (
            Quotation(keys, words, *context.in_file(place))
            for keys, words, place in document.quotations
        )
        return Body.of(
            html,
            document.text,
            tuple(document.headings),
            tuple(sorted(links, key=lambda link: (link.line, link.column))),
            tuple(document.citations.items()),
            tuple(quotations),
        )


class _Finish(treeprocessors.Treeprocessor):
    """Finishes a parsed tree."""

    context: Context
    document: Document

    def run(self, root: Element) -> None:
        """Finish the tree in place; `document` is then what else was found in it."""
        context = self.context
        self.document = Document(context)
        self.document.finish(root)
        for name, place, _ in context.references.values():
            if name not in context.used:
                hint = "write [words][that name] somewhere, or remove it; for the bracket write \\["
                context.fault(place, f"nothing uses the address of `[{name}]`", hint)


@cache
def _extension() -> BodyExtension:
    """Return the renderer of this process: creating one takes as long as rendering two bodies."""
    return BodyExtension()


def _unreadable(error: Exception) -> Fault:
    if isinstance(error, RecursionError):
        return "emphasis, links or brackets are nested too deep", "write it in simpler parts"
    message = f"the text can't be read as Markdown ({type(error).__name__})"
    return (message, "write it in simpler parts, and report this as a mistake of the program")
