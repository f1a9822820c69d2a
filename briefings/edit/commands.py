"""Commands that change a few files: `add`, `archive`, `register` and `withdraw`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from string import ascii_uppercase
from typing import Any, NamedTuple

from briefings.checks.advice import unannounced_facts
from briefings.checks.site_rules import TAKE_BACK_UNSEEN
from briefings.checks.texts import EXAMPLE
from briefings.content.dates.parsing import show_day
from briefings.content.dates.values import Moment
from briefings.content.files import FACTS, REGISTER
from briefings.content.frontmatter.reading import parsed
from briefings.content.frontmatter.tree import Loc
from briefings.content.listing import list_files
from briefings.content.loader import problems_at, source_of, table_bytes
from briefings.content.publication_register import added_to, facts_file
from briefings.content.records import SCHEMAS, Content, Record
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.json_schema import keys_at
from briefings.content.schema.validation import Fault
from briefings.domain.ledger.history import histories
from briefings.domain.publication import lines_to_record, missing_lines
from briefings.domain.site import Site, visible
from briefings.domain.visibility import is_visible, visible_from
from briefings.edit import Changes, ContentEditor, Edit, refuse, unknown_id
from briefings.edit.values import Rows, examples, with_key
from briefings.problems import ContentError, Problem
from briefings.urls import url_of

# -- add: write the example of a block into a briefing, for the editor to replace -----------------


def added(editor: ContentEditor, block: str, id: str) -> Edit:
    """Return the edit that adds the example of a block to a briefing.

    A list, or `sources`, gets one more item. Raises ContentError if the briefing has the block and
    it is no list, and for a file that can't be edited.
    """
    files = list_files(editor.root).files
    path = next((file.path for file in files if (file.kind, file.id) == ("briefing", id)), None)
    if path is None:
        raise ContentError([unknown_id(editor.read(), "briefing", id)])
    _, source = editor.readable(path)
    loc, values = _with_example(source.tree.data, block)
    if loc is None:
        message = f"this briefing has `{block}` already"
        place = source.tree.place((block,), at_key=True)
        problem = Problem(editor.shown(path), *place, message, "write what is new in it")
        raise ContentError([problem])
    raw = editor.rewritten(path, lambda _: values)
    line, _ = parsed(editor.root, path, raw)[0].tree.place(loc, at_key=True)
    written = f"{editor.shown(path)}:{line}: an example of `{block}` is written."
    return Edit({path: _with_remark(raw, line)}, (written,))


def _with_remark(raw: bytes, line: int) -> bytes:
    """Return a file with the remark that what follows is an example, above a line of it."""
    lines = raw.split(b"\n")
    text = lines[line - 1]
    indent, ending = text[: len(text) - len(text.lstrip(b" "))], text[len(text.rstrip(b"\r")) :]
    lines.insert(line - 1, indent + EXAMPLE.encode() + ending)
    return b"\n".join(lines)


def _with_example(tree: dict[str, Any], block: str) -> tuple[Loc | None, dict[str, Any]]:
    """Return the path of the example, None if it can't be added, and the tree that has it."""
    example, own = examples()[block], tree.get(block)
    if own is None:
        order = keys_at(SCHEMAS["briefing"], ())
        return (block,), with_key(tree, block, _citing(example, tree), order)
    if block == "sources" and isinstance(own, dict):
        numbers = ("", *map(str, range(2, 100)))
        keys = (f"{letter}{number}" for number in numbers for letter in ascii_uppercase)
        key = next(key for key in keys if key not in own)
        return (block, key), tree | {block: own | {key: list(example.values())[-1]}}
    if not isinstance(own, list) or not isinstance(example, list):
        return None, tree
    items = Rows([*enumerate(own), (None, _citing(example[0], tree))])
    return (block, len(own)), tree | {block: items}


def _citing(example: Any, tree: dict[str, Any]) -> Any:
    """Return the example with the first source of the briefing in place of its own, `A`."""
    sources = tree.get("sources")
    first = next(iter(sources), "A") if isinstance(sources, dict) and "A" not in sources else "A"
    if isinstance(example, dict):
        return {
            key: [first] if key == "sources" else _citing(value, tree)
            for key, value in example.items()
        }
    return [_citing(item, tree) for item in example] if isinstance(example, list) else example


# -- archive: name the copies of sources in a web archive -----------------------------------------

#: The kinds of file that have sources.
_WITH_SOURCES = ("briefing", "trust")


class Place(NamedTuple):
    """A source: the path of its file below the content folder, the kind of file, and its key."""

    path: str
    kind: str
    key: str


def sources_without_copy(editor: ContentEditor, ids: Collection[str]) -> dict[str, list[Place]]:
    """Return address → sources that have it and name no copy.

    Of these briefings and trusts; without `ids`, of all that are public. Raises ContentError if the
    content or one of these files has a fault, or nothing has one of the ids.
    """
    content = editor.read()
    site = editor.faultless(content)
    public = {("briefing", briefing.id) for briefing in site.briefings}
    public |= {("trust", id) for id in site.trusts}
    files = [file for file in list_files(editor.root).files if file.kind in _WITH_SOURCES]
    unknown = sorted(set(ids).difference(file.id for file in files))
    refuse(unknown_id(content, "briefing", id) for id in unknown)
    named = {editor.shown(file.path) for file in files if file.id in ids}
    refuse(problem for problem in content.problems if problem.path in named)  # of drafts
    places: dict[str, list[Place]] = {}
    for file in files:
        if file.id in ids if ids else (file.kind, file.id) in public:
            tree: dict[str, Any] = source_of(editor.root, file.path)[1].tree.data
            for key, fields in (tree.get("sources") or {}).items():
                url = fields.get("url", "")
                if url.startswith(("http://", "https://")) and "archived_url" not in fields:
                    places.setdefault(url, []).append(Place(file.path, file.kind, key))
    return places


def with_copy(editor: ContentEditor, places: Iterable[Place], url: str, day: date) -> Changes:
    """Return the changes that name a copy for sources, and its day where none was read before.

    Files are read again, as they may have been edited since. Raises ContentError if one can't be
    edited in place.
    """
    by_file: dict[tuple[str, str], list[str]] = {}
    for path, kind, key in places:
        by_file.setdefault((path, kind), []).append(key)

    def archived(tree: dict[str, Any], kind: str, keys: list[str]) -> dict[str, Any]:
        sources = dict(tree["sources"])
        for key in keys:
            order = keys_at(SCHEMAS[kind], ("sources", key))
            sources[key] = with_key(sources[key], "archived_url", url, order)
            if "accessed" not in sources[key]:
                sources[key] = with_key(sources[key], "accessed", day.isoformat(), order)
        return tree | {"sources": sources}

    return {
        path: editor.rewritten(path, partial(archived, kind=kind, keys=keys))
        for (path, kind), keys in by_file.items()
    }


# -- register: bring the register of publication, and the recorded facts beside it, up to date ----


def registered(editor: ContentEditor) -> Edit:
    """Return the edit that enters what is public, and records the facts of public briefings.

    It warns of each briefing whose recorded facts are kept, because its `changes` lacks a line.
    Raises ContentError with every fault that the content would have with them: nothing is entered
    unless the whole site can be published.
    """
    content = editor.read()
    files = {editor.shown(name) for name in (REGISTER, FACTS)}
    refuse(fault for fault in content.problems if fault.path in files)  # they would be lost
    lines = missing_lines(editor.site(content))
    register = content.register.extended(lines)
    site = editor.site(replace(content, register=register))
    facts = tuple(lines_to_record(site))
    changes: dict[str, bytes | None] = {}
    if lines:
        changes[REGISTER] = added_to(table_bytes(content.root, REGISTER), lines)
    if facts != content.register.facts:
        changes[FACTS] = facts_file(table_bytes(content.root, FACTS), facts)
    editor.try_out(changes)
    unannounced = [
        (content.briefings[line.id].path, fault)
        for line in facts
        for fault in unannounced_facts(site, line.id)
    ]
    problems = problems_at(content.root, unannounced)
    given_up = sum(bool(line.leads_to) for line in lines)
    recorded = sum(register.recorded(line.id) != line for line in facts)
    return Edit(
        changes,
        (
            f"{editor.shown(REGISTER)}: {len(lines) - given_up} entered"
            + (f", {given_up} given up" if given_up else ""),
            f"{editor.shown(FACTS)}: {recorded} recorded"
            + (f", {len(problems)} kept as before" if problems else ""),
        ),
        tuple(sorted(replace(problem, severity="warning") for problem in problems)),
    )


# -- withdraw: replace a public briefing by a notice with the date and the reason -----------------


def withdrawn(
    editor: ContentEditor, id: str, reason: str, date: Moment | None, hide: Sequence[str] = ()
) -> Edit:
    """Return the edit of the briefing's file.

    `date`: the moment of the withdrawal; today if None. `hide`: what the site no longer shows of
    the briefing, `title` or `changes`.

    Raises ContentError if there is nothing to withdraw, and with every fault that the content would
    have after it, such as a requirement repeated that was never made.
    """
    content = editor.read()
    record = content.briefings.get(id)
    if record is None:
        raise ContentError([unknown_id(content, "briefing", id)])
    site = editor.site(content)
    faults = _nothing_to_withdraw(content, record, site)
    refuse(problems_at(content.root, [(record.path, fault) for fault in faults]))
    when = date or Moment.parse(site.now.date().isoformat())
    notice = {"date": when.written, "reason": reason} | ({"hide": list(hide)} if hide else {})
    values = {"status": "withdrawn", "withdrawn": notice}
    changes = {record.path: editor.rewritten(record.path, lambda tree: tree | values)}
    editor.try_out(changes)
    text = (
        f"{editor.shown(record.path)} is withdrawn from {when.written} on.\n"
        "With the first build from then on its facts are in no list, count, ledger or table.\n"
        f"{url_of('briefing', id)} stays, with the date and the reason. The withdrawal is told in\n"
        "the corrections log and in the feeds."
    )
    urls = (url_of("requirement", requirement) for requirement in _untold(content, site, record))
    lost = (f"{url} goes as well: no other briefing tells of that requirement" for url in urls)
    return Edit(changes, (text, *lost))


def _nothing_to_withdraw(
    content: Content, record: Record[BriefingFront], site: Site
) -> Iterator[Fault]:
    """Yield the fault, if any, of withdrawing a briefing: already withdrawn, or never public."""
    front = record.front
    if front.status == "withdrawn" or front.withdrawn is not None:
        message = "this briefing is withdrawn already"
        yield Fault(("withdrawn",), message, "mend this block instead", at_key=True)
    elif ("briefing", record.id) in content.register.entered:
        return
    elif front.status == "draft":
        hint = "remove the file, or leave it as it is"
        yield Fault(("status",), "this is a draft: there is nothing to withdraw", hint)
    elif not is_visible(front, site.now, site.zone):
        day = show_day(visible_from(front, site.zone).date())
        message = f"this briefing is not public before {day}, so there is nothing to withdraw"
        key = "published" if front.embargo_until is None else "embargo_until"
        yield Fault((key,), message, TAKE_BACK_UNSEEN)


def _untold(content: Content, site: Site, record: Record[BriefingFront]) -> list[str]:
    """Return the ids of requirements whose only visible events are those of this briefing."""
    if not is_visible(record.front, site.now, site.zone):
        return []
    others = {id: briefing for id, briefing in content.briefings.items() if id != record.id}
    without = histories(visible(replace(content, briefings=others), site.now))
    return sorted(histories(site).keys() - without.keys())
