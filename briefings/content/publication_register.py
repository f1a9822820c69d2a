"""The register of publication, `content/register.csv`: every id that was ever public, append-only.

Columns: `kind,id,url,guid,first_published,leads_to`. A line is added when something becomes public.
When its id is given up, a second line repeats the first and adds in `leads_to` the path to which
its URL redirects; the id is never used again. The new id of a renamed page has its own line with
the `guid` of the old one, so that feed readers see the same item.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from briefings.content.dates import DateError, Moment
from briefings.content.frontmatter import strange
from briefings.content.schema import id_fault
from briefings.content.similarity import suggestion
from briefings.problems import Problem
from briefings.urls import url_of

COLUMNS = ("kind", "id", "url", "guid", "first_published", "leads_to")
KINDS = ("regulator", "trust", "topic", "page", "requirement", "briefing")
#: (kind, id) of what is registered.
Thing = tuple[str, str]

_GUID = re.compile(r"tag:([A-Za-z0-9.@-]+,[0-9-]+):([a-z]+)/([a-z0-9-]+)")
_RESTORE = "lines are only ever added: put it back with `git checkout -- {path}`"


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


@dataclass(frozen=True)
class Register:
    """All lines of the register, in the order of the file."""

    lines: tuple[Line, ...] = ()

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
        return {one: line for one, line in self.entered.items() if one not in self.given_up}

    @property
    def renamed(self) -> Iterator[tuple[Line, Line]]:
        """Pairs of lines for renamed ids: the line that gives up the old id, and that of the new.

        They have the same guid.
        """
        by_guid = {line.guid: line for line in self.living.values()}
        for line in self.given_up.values():
            if line.guid in by_guid:
                yield line, by_guid[line.guid]

    @property
    def authority(self) -> str | None:
        """Authority and date of all guids, which new guids take over; None if there is no line.

        `tag:example.org,2026:…` has `example.org,2026`.
        """
        found = _GUID.fullmatch(self.lines[0].guid) if self.lines else None
        return found[1] if found else None

    def guid(self, kind: str, id: str) -> str | None:
        """Return the guid of a registered id, or None; a renamed id has that of the old one."""
        line = self.entered.get((kind, id))
        return line.guid if line else None

    def first_id(self, kind: str, id: str) -> str:
        """Return the id under which something was first published: the one in its guid.

        For what is not registered, `id` itself.
        """
        guid = self.guid(kind, id)
        return guid.rsplit("/", 1)[1] if guid else id


def added_to(raw: bytes | None, lines: Iterable[Line]) -> bytes:
    """Return the bytes of the file with `lines` appended; `raw` is None if there is no file.

    Existing bytes are not changed, and new lines take over the line ends of the file.
    """
    text = io.StringIO()
    ending = "\r\n" if raw and b"\r\n" in raw else "\n"
    writer = csv.writer(text, lineterminator=ending)
    if not raw:
        writer.writerow(COLUMNS)
    elif not raw.endswith(b"\n"):
        text.write(ending)
    writer.writerows(line.cells for line in lines)
    return (raw or b"") + text.getvalue().encode()


def read_register(raw: bytes, path: str) -> tuple[Register, list[Problem]]:
    """Parse the register; return it and every fault.

    Each line is checked by itself, then against the lines above it. Only lines without a fault are
    in the register. If the file is not UTF-8, the register is empty.
    """
    reading = _Reading(path)
    try:
        text = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        return Register(), [Problem(path, line, 1, "this is not UTF-8 text", reading.restore)]
    rows = [row.removesuffix("\r") for row in text.split("\n")]
    for number, row in enumerate(rows, start=1):
        if number == 1:
            reading.header(row)
        elif row.strip():
            reading.row(number, row)
    return Register(tuple(reading.lines)), reading.problems


class _Reading:
    """State of reading the file, line by line.

    `entered`: kind and id → the line that enters it. `holders`: guid → the last line that enters
    it. `ended`: what was given up.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.restore = _RESTORE.format(path=path)
        self.lines: list[Line] = []
        self.problems: list[Problem] = []
        self.entered: dict[Thing, Line] = {}
        self.holders: dict[str, Line] = {}
        self.ended: set[Thing] = set()

    def header(self, row: str) -> None:
        if row.split(",") != list(COLUMNS):
            hint = f"make the first line: {','.join(COLUMNS)}"
            self.problems.append(
                Problem(self.path, 1, 1, "the first line names other columns", hint)
            )

    def row(self, number: int, row: str) -> None:
        found = strange(row)
        if found:  # a message would print the character to the terminal
            self.problems.append(Problem(self.path, number, found[0] + 1, *found[1:]))
            return
        cells = _cells(row)
        if cells is None or len(cells) != len(COLUMNS):
            message = "this line can't be read as CSV"
            if cells is not None:
                message = f"a line has {len(COLUMNS)} cells, and this one {len(cells)}"
            self.problems.append(Problem(self.path, number, 1, message, self.restore))
            return
        fault = _cell_fault(cells)
        if fault is None:
            line = _line(cells, number)
            fault = self._together(line)
            if fault is None:
                self._keep(line)
                return
        at, message, hint = fault
        column = _column(row, cells, at)
        self.problems.append(Problem(self.path, number, column, message, hint or self.restore))

    def _keep(self, line: Line) -> None:
        self.lines.append(line)
        if line.leads_to:
            self.ended.add(line.thing)
        else:
            self.entered[line.thing] = self.holders[line.guid] = line

    def _together(self, line: Line) -> tuple[int, str, str] | None:
        """Return column index, message and hint if a line contradicts the lines above it."""
        before = self.entered.get(line.thing)
        if line.leads_to:
            return self._ending(line, before)
        if before is not None:
            message = f"`{line.id}` is entered twice, first on line {before.number}"
            return 1, message, "keep the first of the two lines"
        found = _GUID.fullmatch(line.guid)
        assert found is not None
        first = self.lines[0] if self.lines else line
        if not first.guid.startswith(f"tag:{found[1]}:"):
            message = f"this guid begins otherwise than that of line {first.number}"
            return 3, message, ""
        holder = self.holders.get(line.guid)
        if found[3] != line.id and (holder is None or holder.kind != line.kind):
            return 3, f"this is the guid of `{found[3]}`, which no line above enters", ""
        if holder is not None and holder.thing not in self.ended:
            message = f"line {holder.number} has this guid, and was not given up above"
            return 3, message, ""
        return None

    def _ending(self, line: Line, before: Line | None) -> tuple[int, str, str] | None:
        if before is None:
            return 1, f"`{line.id}` is given up here, and no line above enters it", ""
        if line.thing in self.ended:
            return 1, f"`{line.id}` was given up above already", "keep the first of the two lines"
        if before.guid != line.guid:
            return 3, f"this guid is not that of line {before.number}", ""
        return None


def _cells(row: str) -> list[str] | None:
    try:
        return next(csv.reader([row], strict=True))
    except csv.Error:
        return None


def _cell_fault(cells: list[str]) -> tuple[int, str, str] | None:
    """Return index, message and hint of the first faulty cell, or None."""
    kind, id, url, guid, moment, leads_to = cells
    if kind not in KINDS:
        return 0, f"`{kind}` is no kind of file", suggestion(kind, KINDS)
    if id_fault(id):
        return 1, id_fault(id) or "", ""
    if url != url_of(kind, id):
        return 2, f"the address of this {kind} is {url_of(kind, id)}", ""
    found = _GUID.fullmatch(guid)
    if found is None or found[2] != kind:
        return 3, f"`{guid}` is not the guid of a {kind}", ""
    try:
        exact = Moment.parse(moment).instant is not None
    except DateError:
        exact = False
    if not exact:
        return 4, f"`{moment}` is not a moment with its offset", ""
    if leads_to and not leads_to.startswith("/"):
        return 5, f"`{leads_to}` is not a path of this site", ""
    return None


def _line(cells: list[str], number: int) -> Line:
    kind, id, url, guid, moment, leads_to = cells
    instant = Moment.parse(moment).instant
    assert instant is not None
    return Line(kind, id, url, guid, instant, leads_to, number)


def _column(row: str, cells: list[str], index: int) -> int:
    """Return the column at which a cell begins, from 1."""
    at = 0
    for cell in cells[:index]:
        at = row.index(cell, at) + len(cell)
        at = row.index(",", at) + 1
    return at + 1


def by_kind(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines in the order in which they are appended: by moment, then kind, then id."""
    yield from sorted(lines, key=lambda one: (one.first_published, KINDS.index(one.kind), one.id))
