"""`rename`: change the id of a file and every reference to it.

Ids and addresses are permanent. Where one has to change all the same, the file, every reference to
it, its old address and the register of publication change together or not at all. The register
keeps the guid, so that feed readers do not show the page as a new item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from briefings.checks.references import REFERENCES, fits
from briefings.content.files import CONFIG, FACTS, FOLDERS, REGISTER
from briefings.content.frontmatter.reading import parsed
from briefings.content.listing import raw_of, shown
from briefings.content.loader import table_bytes
from briefings.content.markdown.context import Link
from briefings.content.publication_register import added_to, facts_file
from briefings.content.records import Content, Record
from briefings.content.schema.json_schema import Loc
from briefings.domain.publication import missing_lines
from briefings.edit import ContentEditor, Edit, new_id_faults, refuse, unknown_id
from briefings.edit.rewrite import NotInPlace, rewritten
from briefings.edit.values import Group, Rows
from briefings.problems import ContentError, Problem
from briefings.urls import url_of

KINDS = tuple(kind for kind, _ in FOLDERS.values())
_ENDINGS = dict(FOLDERS.values())


def renamed(editor: ContentEditor, kind: str, old: str, new: str) -> Edit:
    """Return the edit that renames a file.

    A file that was never public gets no alias and no line in the register. Raises ContentError with
    every fault that the content has before the changes, or else would have after them.
    """
    content = editor.read()
    record = content.record(kind, old)
    if record is None:
        raise ContentError([unknown_id(content, kind, old)])
    new_path = f"{record.path.removesuffix(old + _ENDINGS[kind])}{new}{_ENDINGS[kind]}"
    refuse(new_id_faults(content, kind, new, new_path))
    lines = missing_lines(editor.faultless(content))
    register = content.register.extended(lines)
    was_public = (kind, old) in register.living
    alias = url_of(kind, old) if was_public else None
    changes, faults = _referring(content, record, new, alias)
    refuse(faults)
    others = sorted(path for path in changes if path != record.path)
    changes[new_path] = changes.get(record.path) or raw_of(content.root, record.path)
    changes[record.path] = None
    if was_public:
        line, url = register.living[(kind, old)], url_of(kind, new)
        # The old id with its redirect, and the new id with the old guid.
        lines += (replace(line, leads_to=url), replace(line, id=new, url=url))
        changes[REGISTER] = added_to(table_bytes(content.root, REGISTER), lines)
        facts = content.register.extended(lines).facts
        if facts != content.register.facts:
            changes[FACTS] = facts_file(table_bytes(content.root, FACTS), facts)
    editor.try_out(changes)
    messages = [f"{editor.shown(record.path)} is now {editor.shown(new_path)}"]
    messages += (f"named in {editor.shown(path)}" for path in others)
    if was_public:
        messages.append(f"{alias} leads to the new page, and feed readers know it again")
    return Edit(changes, tuple(messages))


def _referring(
    content: Content, record: Record[Any], new: str, alias: str | None
) -> tuple[dict[str, bytes | None], list[Problem]]:
    """Return the new bytes of each file that has the id of a record, by path, and the faults.

    The record's own file gets the alias, unless that is None.
    """
    changes: dict[str, bytes | None] = {}
    problems: list[Problem] = []
    for path, links, patterns in _files(content, record.kind, record.id):
        raw = raw_of(content.root, path)
        own_alias = alias if path == record.path else None
        if own_alias is None and record.id.encode() not in raw:
            continue
        try:
            edited = _with_links(raw, links, record.id, new)
            edited = _with_id(content.root, path, edited, record, new, patterns, own_alias)
        except NotInPlace as fault:
            hint = "write it plainly, on one line and without escapes, and run the command again"
            message = f"`{record.id}` can't be replaced here"
            place = (shown(content.root, path), fault.line, fault.column)
            problems.append(Problem(*place, message, hint))
            continue
        if edited != raw:
            changes[path] = edited
    return changes, problems


def _files(content: Content, kind: str, id: str) -> Iterator[tuple[str, list[Link], list[Loc]]]:
    """Yield each file that may refer to an id: its path, its links to it, and its fields."""
    files: list[tuple[str, str, tuple[Link, ...]]] = [("site", CONFIG, ())]
    files += [(record.kind, record.path, record.body.links) for record in content.records()]
    for file_kind, path, links in files:
        patterns = [loc for kind_of_file, loc in REFERENCES[kind] if kind_of_file == file_kind]
        own_links = [link for link in links if (link.kind, link.id) == (kind, id)]
        yield path, own_links, patterns


def _with_id(
    root: Path, path: str, raw: bytes, record: Record[Any], new: str,
    patterns: Sequence[Loc], alias: str | None,
) -> bytes:  # fmt: skip
    """Return a file with the new id of a record in its front matter. Raises NotInPlace."""
    source, _ = parsed(root, path, raw)
    kind, id = record.kind, record.id
    names = {id: new, url_of(kind, id): url_of(kind, new)}  # a menu has the address
    tree: dict[str, Any] = _with_names(source.tree.data, (), patterns, names)
    if alias is not None:
        tree["aliases"] = Rows([(None, alias), *enumerate(tree.get("aliases", ()))])
    return rewritten(raw, source, tree)


def _with_names(value: Any, loc: Loc, patterns: Sequence[Loc], names: Mapping[str, str]) -> Any:
    """Return a value of the front matter with the new names where a pattern has one of the old."""
    if isinstance(value, dict):
        inner, origins = {}, {}
        for key, item in value.items():
            at = (*loc, key)
            is_name = _is_key(at) and any(fits(at, pattern) for pattern in patterns)
            name = names.get(key.strip(), key) if is_name else key
            inner[name], origins[name] = _with_names(item, at, patterns, names), key
        return Group(inner, origins)
    if isinstance(value, list):
        return [_with_names(item, (*loc, n), patterns, names) for n, item in enumerate(value)]
    is_name = not _is_key(loc) and any(fits(loc, pattern) for pattern in patterns)
    return names.get(value.strip(), value) if is_name else value


def _is_key(loc: Loc) -> bool:
    """True where the id is a key of a mapping, not a value."""
    return loc[0] == "regulator_pages" if loc else False


def _with_links(raw: bytes, links: Sequence[Link], old: str, new: str) -> bytes:
    """Return a file with the new id in the addresses of these links of its body.

    The id is after the colon, or is the name of the file. Raises NotInPlace if it is not written
    literally there.
    """
    lines = raw.decode("utf-8").split("\n")
    for link in sorted(set(links), key=lambda link: (link.line, link.column), reverse=True):
        text, start = lines[link.line - 1], link.column - 1
        if link.by_id:
            pattern = rf"{link.kind}:(?={re.escape(old)}(?![a-z0-9-]))"
        else:
            pattern = rf"(?:[^\s<>#]*/)??(?={re.escape(old + _ENDINGS[link.kind])}(?![\w./]))"
        match = re.compile(pattern).match(text, start)
        if match is None:
            raise NotInPlace(link.line, link.column)
        lines[link.line - 1] = text[: match.end()] + new + text[match.end() + len(old) :]
    return "\n".join(lines).encode()
