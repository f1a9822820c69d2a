"""Renders one body: from an editor's Markdown to the HTML of a page."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, partial

from briefings.content.markdown.body import Body, Fault, Faults, Link, Quotation
from briefings.content.markdown.document import Document
from briefings.content.markdown.headings import Anchors, take_attributes
from briefings.content.markdown.limits import excesses
from briefings.content.markdown.links import Target, resolve
from briefings.content.markdown.parser import Reader
from briefings.content.markdown.positions import SourcePositions
from briefings.content.markdown.reference import Difference, differences
from briefings.content.markdown.sanitizer import to_html
from briefings.problems import Problem

_NOTHING = Body.of("", "")


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
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    over = [
        Problem(path, first_line + line, 1, message, hint)
        for line, (message, hint) in excesses(text)
    ]
    if over:
        return _NOTHING, over
    source = SourcePositions(text, first_line)
    links = partial(resolve, content_path=content_path, base_path=base_path)
    try:
        body, faults, otherwise = _body(source, text, sources, links, Anchors(reserved_ids))
    except Exception as error:
        # An editor must not get a traceback, whatever the parser raises. The parser is discarded:
        # it may hold half of this body.
        _reader.cache_clear()
        body, faults, otherwise = _NOTHING, {("body", ""): _unreadable(error)}, []
    problems = _problems(path, source, faults)
    return body, sorted([*problems, *_others(path, first_line, otherwise, problems)])


def _body(
    source: SourcePositions,
    text: str,
    sources: Mapping[str, str] | None,
    resolve_link: Callable[[str], Target | Fault],
    anchors: Anchors,
) -> tuple[Body, Faults, list[Difference]]:
    reader = _reader()
    root, notes = reader.read(text, sources)
    for element in (root, *notes.values()):
        take_attributes(element, anchors, reader.scene.faults)
    for element in (root, *notes.values()):
        reader.parse_inline(element)
    reader.refuse_unused()
    otherwise = list(differences(reader.lines(text), reader.left, root))
    page = Document(reader.scene, anchors, resolve_link, sources or {})
    page.finish(root, notes)
    reader.mark_abbreviations(root)
    body = Body.of(
        to_html(root),
        page.text,
        tuple(page.headings),
        _links(page, source),
        tuple(page.citations.items()),
        _quotations(page, source),
    )
    return body, reader.scene.faults, otherwise


@cache
def _reader() -> Reader:
    """Return the parser of this process: creating one takes as long as rendering two bodies."""
    return Reader()


def _unreadable(error: Exception) -> Fault:
    if isinstance(error, RecursionError):
        return ("emphasis, links or brackets are nested too deep", "write it in simpler parts")
    message = f"the text can't be read as Markdown ({type(error).__name__})"
    return (message, "write it in simpler parts, and report this as a mistake of the program")


def _links(page: Document, source: SourcePositions) -> tuple[Link, ...]:
    links = [
        Link(found.kind, found.target, found.by_id, found.fragment, line, column, written)
        for written, found in page.targets.items()
        for line, column in source.places("address", written)
    ]
    return tuple(sorted(links, key=lambda link: (link.line, link.column)))


def _quotations(page: Document, source: SourcePositions) -> tuple[Quotation, ...]:
    return tuple(
        Quotation(keys, text, *source.places("quotation", str(number))[0])
        for number, (keys, text) in enumerate(page.quotations, start=1)
    )


def _problems(path: str, source: SourcePositions, faults: Faults) -> list[Problem]:
    return sorted(
        {
            Problem(path, line, column, message, hint)
            for (kind, written), (message, hint) in faults.items()
            for line, column in source.places(kind, written)
        }
    )


def _others(
    path: str, first_line: int, otherwise: list[Difference], known: list[Problem]
) -> Iterator[Problem]:
    """Yield the differences in blocks without another fault, which may be the reason."""
    faulty = sorted({problem.line for problem in known})
    for found in otherwise:
        start, stop = first_line + found.block.start, first_line + found.block.stop
        if bisect_left(faulty, start) == bisect_left(faulty, stop):
            yield Problem(path, first_line + found.line, 1, *found.fault)
