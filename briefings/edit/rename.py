"""`rename`: change the id of a file and every reference to it.

Ids and addresses are permanent. Where one has to change all the same, the file, every reference to
it, its old address and the register of publication change together or not at all. The register
keeps the guid, so that feed readers do not show the page as a new item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from briefings.checks.publication_register import used_before
from briefings.content.files import CONFIG, FACTS, FOLDER_OF, FOLDERS, REGISTER
from briefings.content.frontmatter.reading import SourceFile
from briefings.content.listing import name_fault, raw_of, shown, taken
from briefings.content.loader import source_of, table_bytes
from briefings.content.markdown.context import Link
from briefings.content.publication_register import Line, added_to, facts_file
from briefings.content.records import Content, Record
from briefings.content.schema.json_schema import Loc
from briefings.content.similarity import did_you_mean
from briefings.domain.publication import missing_lines
from briefings.edit.transaction import Changes, ContentEditor
from briefings.edit.yaml_edit import Edit, NotInPlace, at_the_end, edited, first_item, scalar
from briefings.problems import ContentError, Problem
from briefings.urls import url_of

KINDS = tuple(kind for kind, _ in FOLDERS.values())
_ENDINGS = dict(FOLDERS.values())
_EACH = "*"

#: Kind of the renamed file → (kind of the referring file, path) of each field that contains its id;
#: `*` matches each item of a list, or each key of a mapping.
REFERENCES: dict[str, tuple[tuple[str, Loc], ...]] = {
    "trust": (
        ("briefing", ("trust",)),
        ("briefing", ("also_about", _EACH)),
        ("briefing", ("ratings", _EACH, "inherited_from")),
        ("requirement", ("trust",)),
        ("trust", ("predecessors", _EACH, "id")),
    ),
    "regulator": (
        ("briefing", ("regulator",)),
        ("requirement", ("regulator",)),
        ("trust", ("regulator_pages", _EACH)),
        ("site", ("menu", _EACH, "to")),
    ),
    "topic": (
        ("briefing", ("topics", _EACH)),
        ("briefing", ("concerns", _EACH, "topic")),
        ("briefing", ("strengths", _EACH, "topic")),
        ("requirement", ("topics", _EACH)),
        ("site", ("menu", _EACH, "to")),
    ),
    "requirement": (("briefing", ("requirements", _EACH, "id")),),
    "page": (("site", ("navigation", _EACH)), ("site", ("menu", _EACH, "to"))),
    "briefing": (),
}


@dataclass(frozen=True, slots=True)
class Renamed:
    """The changes that rename a file."""

    changes: Changes
    path: str
    new_path: str
    #: Paths of the other files with references to it.
    named_in: tuple[str, ...]
    #: The old address, now a redirect; None if the file was never public.
    alias: str | None


def renamed(desk: ContentEditor, kind: str, old: str, new: str) -> Renamed:
    """Return the changes that rename a file.

    A file that was never public gets no alias and no line in the register. Raises ContentError with
    every fault that the content has before the changes, or else would have after them.
    """
    content = desk.read()
    _raise(_refused(content, kind, old, new))
    _raise(desk.faults(content))
    record = content.record(kind, old)
    assert record is not None
    lines = missing_lines(desk.site(content))
    register = content.register.extended(lines)
    was_public = (kind, old) in register.living
    edits, faults = _references(content, kind, old, new)
    _raise(faults)
    new_path = f"{record.path.removesuffix(old + _ENDINGS[kind])}{new}{_ENDINGS[kind]}"
    alias = url_of(kind, old) if was_public else None
    changes = _changed(content, record, new_path, edits, alias)
    if was_public:
        lines += _handed_on(register.living[(kind, old)], new)
        changes[REGISTER] = added_to(table_bytes(content.root, REGISTER), lines)
        facts = content.register.extended(lines).facts
        if facts != content.register.facts:
            changes[FACTS] = facts_file(table_bytes(content.root, FACTS), facts)
    desk.try_out(changes)
    others = tuple(sorted(path for path in edits if path != record.path))
    return Renamed(changes, record.path, new_path, others, alias)


def _raise(problems: list[Problem]) -> None:
    if problems:
        raise ContentError(problems)


def _refused(content: Content, kind: str, old: str, new: str) -> list[Problem]:
    """Problems if there is no file with the old id, or the new id can't be used."""
    record = content.record(kind, old)
    if record is None:
        return [unknown_id(content, kind, old)]
    return new_id_faults(content, kind, new, record.path.replace(old, new))


def unknown_id(content: Content, kind: str, id: str) -> Problem:
    """Return the problem with an id that no file has."""
    near = did_you_mean(id, content.ids[kind])
    hint = f"did you mean `{near}`?" if near else f"look in {FOLDER_OF[kind]}/ for the file's name"
    path = shown(content.root, FOLDER_OF[kind])
    return Problem(path, 1, 1, f"no {kind} has the id `{id}`", hint)


def new_id_faults(content: Content, kind: str, id: str, path: str) -> list[Problem]:
    """The problem, if any, with an id for a new file: invalid, in use, or used before."""
    fault = name_fault(kind, id)
    if fault is None and id in content.ids[kind]:
        other = content.record(kind, id)
        by = other.path if other else "another file"
        fault = taken(id, by), "an id is used once and never again: choose another one"
    line = content.register.given_up.get((kind, id)) or content.register.entered.get((kind, id))
    if fault is None and line is not None:
        fault = used_before(line), "an id is used once and never again: choose another one"
    return [Problem(shown(content.root, path), 1, 1, *fault)] if fault else []


def _references(
    content: Content, kind: str, old: str, new: str
) -> tuple[dict[str, list[Edit]], list[Problem]]:
    """Edits of every reference to the old id, by path, and the places that can't be edited."""
    edits: dict[str, list[Edit]] = {}
    problems: list[Problem] = []
    for file_kind, path, links in _files(content):
        linking = [link for link in links if _leads_to(link, kind, old)]
        locs = [loc for kind_of_file, loc in REFERENCES[kind] if kind_of_file == file_kind]
        if (not linking and not locs) or old.encode() not in raw_of(content.root, path):
            continue
        raw, source = source_of(content.root, path)
        try:
            edits_of_file = [
                scalar(raw, source, loc, _written(loc, kind, new), at_key=_is_key(loc))
                for loc in _naming(source, locs, kind, old)
            ]
            edits_of_file += [_link(raw, link, old, new) for link in linking]
        except NotInPlace as fault:
            hint = "write it plainly, on one line and without escapes, and run the command again"
            message = f"`{old}` can't be replaced here"
            place = (shown(content.root, path), fault.line, fault.column)
            problems.append(Problem(*place, message, hint))
            continue
        if edits_of_file:
            edits[path] = edits_of_file
    return edits, problems


def _files(content: Content) -> Iterator[tuple[str, str, tuple[Link, ...]]]:
    yield "site", CONFIG, ()
    for record in content.records():
        yield record.kind, record.path, record.body.links


def _naming(source: SourceFile, patterns: list[Loc], kind: str, old: str) -> Iterator[Loc]:
    for loc in source.tree.values:
        if any(fits(loc, pattern) for pattern in patterns):
            name = loc[-1] if _is_key(loc) else source.tree.at(loc)
            if isinstance(name, str) and name.strip() == _written(loc, kind, old):
                yield loc


def _written(loc: Loc, kind: str, id: str) -> str:
    """An id as it is written at `loc`: a menu has the address of the page."""
    return url_of(kind, id) if loc[0] == "menu" else id


def fits(loc: Loc, pattern: Loc) -> bool:
    """Return whether a path is one of a pattern, in which `*` is any step."""
    return len(loc) == len(pattern) and all(
        part in (_EACH, step) for step, part in zip(loc, pattern, strict=True)
    )


def _is_key(loc: Loc) -> bool:
    """True where the id is a key of a mapping, not a value."""
    return loc[0] == "regulator_pages" if loc else False


def _leads_to(link: Link, kind: str, id: str) -> bool:
    target = link.target if link.by_id else link.target.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return link.kind == kind and target == id


def _link(raw: bytes, link: Link, old: str, new: str) -> Edit:
    """The edit of the id in the address of a link: after the colon, or as the name of the file.

    Raises NotInPlace if the id is not written literally there.
    """
    text = raw.decode("utf-8-sig").split("\n")[link.line - 1][link.column - 1 :]
    if link.by_id:
        pattern = rf"{link.kind}:(?={re.escape(old)}(?![a-z0-9-]))"
    else:
        pattern = rf"(?:[^\s<>#]*/)??(?={re.escape(old + _ENDINGS[link.kind])}(?![\w./]))"
    match = re.match(pattern, text)
    if match is None:
        raise NotInPlace(link.line, link.column)
    return Edit(link.line, link.column + match.end(), old, new)


def _changed(
    content: Content,
    record: Record[Any],
    new_path: str,
    edits: dict[str, list[Edit]],
    alias: str | None,
) -> dict[str, bytes | None]:
    changes: dict[str, bytes | None] = {}
    for path, several in edits.items():
        changes[path] = edited(source_of(content.root, path)[0], several)
    raw, source = source_of(content.root, record.path)
    own = list(edits.get(record.path, []))
    if alias is not None:
        has_aliases = "aliases" in source.tree.data
        own.append(
            first_item(raw, source, ("aliases",), alias)
            if has_aliases
            else at_the_end(raw, source, f"aliases: [{alias}]")
        )
    changes[record.path] = None
    changes[new_path] = edited(raw, own)
    return changes


def _handed_on(line: Line, new: str) -> tuple[Line, Line]:
    """Two lines for the register: the old id with its redirect, the new id with the old guid."""
    url = url_of(line.kind, new)
    return replace(line, leads_to=url), replace(line, id=new, url=url)
