"""One body, from an editor's text to a page's HTML."""

from __future__ import annotations

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
    """The body of one content file, and everything that is wrong with it. Never raises.

    `path` is the file as problems name it, `content_path` the same relative to `content/`, from
    whose folder relative links lead; `first_line` the line of the file where `text` begins.
    `sources` gives each key that may be cited its publisher, in the order of their numbers;
    None means that this kind of file cites nothing. `base_path` (`` or `/sub`) goes in front of
    links into the site. No heading gets one of `reserved_ids`. A body with a fault is not for
    publishing; one that passes a limit comes back empty.
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
        # No traceback may reach an editor, whatever the parser makes of a text. The parser is
        # thrown away: it may hold half of this body.
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
    """One parser for each process: making one takes as long as two bodies."""
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
    """The blocks that come out otherwise and have no other fault, which may be the reason."""
    for found in otherwise:
        lines = range(first_line + found.block.start, first_line + found.block.stop)
        if not any(problem.line in lines for problem in known):
            yield Problem(path, first_line + found.line, 1, *found.fault)
