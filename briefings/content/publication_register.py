"""The register of publication: `content/register.csv`, and beside it `content/facts.csv`.

`register.csv` has every id that was ever public, append-only. Columns:
`kind,id,url,guid,first_published,leads_to`. A line is added when something becomes public. When its
id is given up, a second line repeats the first and adds in `leads_to` the path to which its URL
redirects; the id is never used again. The new id of a renamed page has its own line with the `guid`
of the old one, so that feed readers see the same item.

`facts.csv` has the facts of each public briefing as last recorded, one line for each, sorted by id.
Columns: `id,changes,facts`. `changes` is the number of its announced changes at that time, `facts`
a hash (see `domain/publication.py`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from briefings.content.dates.parsing import DateError
from briefings.content.dates.values import Moment
from briefings.content.frontmatter.signs import FORBIDDEN, control
from briefings.content.schema.types import id_fault
from briefings.content.similarity import suggestion
from briefings.problems import Problem
from briefings.urls import url_of

COLUMNS = ("kind", "id", "url", "guid", "first_published", "leads_to")
FACTS_COLUMNS = ("id", "changes", "facts")
KINDS = ("regulator", "trust", "topic", "page", "requirement", "briefing")
#: (kind, id) of what is registered.
Thing = tuple[str, str]

_GUID = re.compile(r"tag:([A-Za-z0-9.@-]+,[0-9-]+):([a-z]+)/([a-z0-9-]+)")


def tag_uri(authority: str, name: str) -> str:
    """Return a tag URI (RFC 4151): `tag:example.org,2026:briefing/northmoor-2025`."""
    return f"tag:{authority}:{name}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the register.

    `leads_to`: path to which the URL redirects, set only if the id was given up. `number`: line in
    the file, from 1; 0 for a line not yet written.
    """

    kind: str
    id: str
    url: str
    guid: str
    first_published: datetime
    leads_to: str = ""
    number: int = field(default=0, compare=False)

    @property
    def thing(self) -> Thing:
        """Kind and id."""
        return self.kind, self.id

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the line, as written to the file."""
        moment = self.first_published.isoformat()
        return (self.kind, self.id, self.url, self.guid, moment, self.leads_to)


@dataclass(frozen=True, slots=True)
class FactsLine:
    """One line of `facts.csv`: the facts of a briefing as last recorded.

    `changes`: the number of its announced changes then. `facts`: the hash of its facts.
    """

    id: str
    changes: int
    facts: str


@dataclass(frozen=True)
class Register:
    """All lines of `register.csv`, and `facts`, those of `facts.csv`, in the order of the files."""

    lines: tuple[Line, ...] = ()
    facts: tuple[FactsLine, ...] = ()

    @cached_property
    def given_up(self) -> Mapping[Thing, Line]:
        """Ids that were public and are never used again, with the line that gives them up."""
        return {line.thing: line for line in self.lines if line.leads_to}

    @cached_property
    def entered(self) -> Mapping[Thing, Line]:
        """Every id that was ever public, with the line that enters it."""
        return {line.thing: line for line in self.lines if not line.leads_to}

    @cached_property
    def living(self) -> Mapping[Thing, Line]:
        """The ids in use, with the line that enters them."""
        return {thing: self.entered[thing] for thing in self.entered if thing not in self.given_up}

    @property
    def renamed(self) -> Iterator[tuple[Line, Line]]:
        """The line that gives up an old id, with that of the new one, which has the same guid."""
        by_guid = {line.guid: line for line in self.living.values()}
        for line in self.given_up.values():
            if line.guid in by_guid:
                yield line, by_guid[line.guid]

    @property
    def authority(self) -> str | None:
        """Authority and date of all guids, such as `example.org,2026`; None if there is no line."""
        return _guid_parts(self.lines[0].guid)[0] if self.lines else None

    @cached_property
    def facts_by_id(self) -> Mapping[str, FactsLine]:
        """Id of a briefing → its facts as last recorded."""
        return {line.id: line for line in self.facts}

    def recorded(self, id: str) -> FactsLine | None:
        """Return the facts of a briefing as last recorded, or None."""
        return self.facts_by_id.get(id)

    def extended(self, lines: Iterable[Line]) -> Register:
        """Return the register with lines appended; recorded facts follow a renamed briefing."""
        longer = Register((*self.lines, *lines))
        facts = dict(self.facts_by_id)
        for old, new in longer.renamed:
            if old.kind == "briefing" and old.id in facts:
                facts.setdefault(new.id, replace(facts.pop(old.id), id=new.id))
        return replace(longer, facts=tuple(facts[id] for id in sorted(facts)))

    def guid(self, kind: str, id: str) -> str | None:
        """Return the guid of a registered id, or None; a renamed id has that of the old one."""
        line = self.entered.get((kind, id))
        return line.guid if line else None

    def first_id(self, kind: str, id: str) -> str:
        """Return the id under which something was first published, or `id`: that in its guid."""
        guid = self.guid(kind, id)
        return guid.rsplit("/", 1)[1] if guid else id


def added_to(raw: bytes | None, lines: Iterable[Line]) -> bytes:
    """Return the bytes of `register.csv` with `lines` appended; `raw` is None if there is no file.

    Existing bytes are not changed, and new lines take over the line ends of the file.
    """
    rows = [line.cells for line in lines]
    if not raw:
        return _csv([COLUMNS, *rows])
    ending = _ending(raw)
    return raw + (b"" if raw.endswith(b"\n") else ending.encode()) + _csv(rows, ending)


def facts_file(raw: bytes | None, lines: Iterable[FactsLine]) -> bytes:
    """Return the bytes of `facts.csv`, with the line ends of `raw`, the file as it is (or None)."""
    rows = [(line.id, str(line.changes), line.facts) for line in lines]
    return _csv([FACTS_COLUMNS, *rows], _ending(raw or b""))


def _ending(raw: bytes) -> str:
    return "\r\n" if b"\r\n" in raw else "\n"


def _csv(rows: Iterable[Sequence[str]], ending: str = "\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=ending).writerows(rows)
    return text.getvalue().encode()


#: Index of a cell (or of a character, for a line that has no cells), message and hint; an empty
#: hint is to restore the line.
_Refusal = tuple[int, str, str]
#: Reads the cells of a line with its number; returns a refusal if it is faulty.
_ReadCells = Callable[[list[str], int], _Refusal | None]


def read_register(raw: bytes, path: str) -> tuple[Register, list[Problem]]:
    """Parse `register.csv`; return the register and every fault.

    Each line is checked by itself, then against the lines above it. Only lines without a fault are
    in the register. If the file is not UTF-8, the register is empty.
    """
    restore = f"lines are only ever added: put it back with `git checkout -- {path}`"
    reading = _Reading()
    problems = _read(raw, path, COLUMNS, restore, reading.add)
    return Register(tuple(reading.lines)), problems


def read_facts(raw: bytes, path: str) -> tuple[tuple[FactsLine, ...], list[Problem]]:
    """Parse `facts.csv`; return its lines without a fault, and every fault."""
    restore = f"keep one line for each briefing, or put it back with `git checkout -- {path}`"
    lines: list[FactsLine] = []
    numbers: dict[str, int] = {}

    def add(cells: list[str], number: int) -> _Refusal | None:
        id, changes, facts = cells
        if fault := id_fault(id):
            return 0, fault, ""
        if not re.fullmatch("[0-9]{1,4}", changes):
            return 1, f"`{changes}` is not a number of changes", ""
        if not re.fullmatch("[0-9a-f]{32}", facts):
            return 2, f"`{facts}` is not a hash of 32 hexadecimal digits", ""
        if (first := numbers.setdefault(id, number)) != number:
            message = f"the facts of `{id}` are recorded twice, first on line {first}"
            return 0, message, "keep the line with the greater number of changes"
        lines.append(FactsLine(id, int(changes), facts))
        return None

    problems = _read(raw, path, FACTS_COLUMNS, restore, add)
    return tuple(lines), problems


def _read(
    raw: bytes, path: str, columns: Sequence[str], restore: str, read_cells: _ReadCells
) -> list[Problem]:
    """Read a CSV file line by line; return every fault. `restore`: the hint for one without."""
    try:
        first, *rows = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        return [Problem(path, line, 1, "this is not UTF-8 text", restore)]
    problems: list[Problem] = []
    if first.removesuffix("\r").split(",") != list(columns):
        hint = f"make the first line: {','.join(columns)}"
        problems.append(Problem(path, 1, 1, "the first line names other columns", hint))
    is_merged = any(row.startswith("<<<<<<< ") for row in rows)
    for number, row in enumerate(rows, start=2):
        if is_merged and row.startswith(("<<<<<<< ", "=======", ">>>>>>> ")):
            if row[0] == "<":
                message = "a merge of git left two versions here"
                hint = "keep the lines of both, and delete the lines <<<<<<<, ======= and >>>>>>>"
                problems.append(Problem(path, number, 1, message, hint))
        elif refusal := _row_fault(row.removesuffix("\r"), number, len(columns), read_cells):
            column, message, hint = refusal
            problems.append(Problem(path, number, column, message, hint or restore))
    return problems


def _row_fault(row: str, number: int, width: int, read_cells: _ReadCells) -> _Refusal | None:
    """Read one row; return the column, message and hint if it is refused."""
    if not row.strip():
        return None
    if match := FORBIDDEN.search(row):  # a message would print the character to the terminal
        return match.start() + 1, *control(match[0])
    try:
        cells = next(csv.reader([row], strict=True))
    except csv.Error:
        return 1, "this line can't be read as CSV", ""
    if len(cells) != width:
        return 1, f"a line has {width} cells, and this one {len(cells)}", ""
    refusal = read_cells(cells, number)
    return refusal and (_column(row, cells, refusal[0]), *refusal[1:])


def _column(row: str, cells: list[str], index: int) -> int:
    """Return the column at which a cell begins, from 1."""
    at = 0
    for cell in cells[:index]:
        at = row.index(",", row.index(cell, at) + len(cell)) + 1
    return at + 1


class _Reading:
    """State of reading `register.csv`, line by line.

    `entered`: kind and id → the line that enters it. `holders`: guid → the last line that enters
    it. `ended`: what was given up.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.entered: dict[Thing, Line] = {}
        self.holders: dict[str, Line] = {}
        self.ended: set[Thing] = set()

    def add(self, cells: list[str], number: int) -> _Refusal | None:
        """Add a line, unless it is faulty by itself or contradicts the lines above it."""
        if refusal := _cell_fault(cells):
            return refusal
        kind, id, url, guid, moment, leads_to = cells
        line = Line(kind, id, url, guid, datetime.fromisoformat(moment), leads_to, number)
        if refusal := self._ending(line) if leads_to else self._entering(line):
            return refusal
        self.lines.append(line)
        if leads_to:
            self.ended.add(line.thing)
        else:
            self.entered[line.thing] = self.holders[line.guid] = line
        return None

    def _entering(self, line: Line) -> _Refusal | None:
        if before := self.entered.get(line.thing):
            message = f"`{line.id}` is entered twice, first on line {before.number}"
            return 1, message, "keep the first of the two lines"
        authority, _, first_id = _guid_parts(line.guid)
        first, holder = self.lines[0] if self.lines else line, self.holders.get(line.guid)
        if _guid_parts(first.guid)[0] != authority:
            return 3, f"this guid begins otherwise than that of line {first.number}", ""
        if first_id != line.id and (holder is None or holder.kind != line.kind):
            return 3, f"this is the guid of `{first_id}`, which no line above enters", ""
        if holder is not None and holder.thing not in self.ended:
            return 3, f"line {holder.number} has this guid, and was not given up above", ""
        return None

    def _ending(self, line: Line) -> _Refusal | None:
        before = self.entered.get(line.thing)
        if before is None:
            return 1, f"`{line.id}` is given up here, and no line above enters it", ""
        if line.thing in self.ended:
            return 1, f"`{line.id}` was given up above already", "keep the first of the two lines"
        if before.guid != line.guid:
            return 3, f"this guid is not that of line {before.number}", ""
        return None


def _cell_fault(cells: list[str]) -> _Refusal | None:
    """Return index, message and hint of the first faulty cell, or None."""
    kind, id, url, guid, moment, leads_to = cells
    if kind not in KINDS:
        return 0, f"`{kind}` is no kind of file", suggestion(kind, KINDS)
    if fault := id_fault(id):
        return 1, fault, ""
    if url != url_of(kind, id):
        return 2, f"the address of this {kind} is {url_of(kind, id)}", ""
    if not _GUID.fullmatch(guid) or _guid_parts(guid)[1] != kind:
        return 3, f"`{guid}` is not the guid of a {kind}", ""
    if not _is_instant(moment):
        return 4, f"`{moment}` is not a moment with its offset", ""
    if leads_to and not leads_to.startswith("/"):
        return 5, f"`{leads_to}` is not a path of this site", ""
    return None


def _is_instant(text: str) -> bool:
    with suppress(DateError):
        return Moment.parse(text).instant is not None
    return False


def _guid_parts(guid: str) -> tuple[str, ...]:
    """Return authority with date, kind and id of a valid guid."""
    match = _GUID.fullmatch(guid)
    assert match is not None
    return match.groups()


def by_kind(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines in the order in which they are appended: by moment, then kind, then id."""
    yield from sorted(
        lines, key=lambda line: (line.first_published, KINDS.index(line.kind), line.id)
    )
