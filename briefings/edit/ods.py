"""Read the NHS Organisation Data Service's list of trusts (`etr`), and write names in title case.

The list is a CSV file in UTF-8 without a header row. Columns, from 0: code, name in capitals, code
of the NHS region, code of the integrated care board, 4 to 8 address, 9 postcode, 10 opened and 11
closed as YYYYMMDD. Codes are opaque, of 3 to 5 characters. Welsh trusts have no region and no
board. Other lists of the service, such as that of regions and boards (`eauth`), have the same form.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from briefings.content.files import MAX_LIST, read_file
from briefings.content.similarity import did_you_mean
from briefings.problems import ContentError, Problem

_CODE, _NAME, _REGION, _BOARD, _TOWN, _POSTCODE, _OPENED, _CLOSED = 0, 1, 2, 3, 7, 9, 10, 11
_SMALL = frozenset({"and", "at", "by", "for", "in", "of", "on", "the", "to", "upon", "with"})
_CAPITALS = frozenset({"NHS", "UK"})
_CODE_OF_AREA = re.compile("[A-Z0-9]{3,5}")
_KIND_OF_BODY = re.compile(r",? NHS (?:Foundation )?Trust$")


@dataclass(frozen=True, slots=True)
class RegisteredTrust:
    """One row of the list.

    `region`, `board`: names as far as given, else codes; empty where there are none. `places`: the
    town and the postcode district (the first half of the postcode) of its address, as far as given.
    `opened`: the day on which the code was opened, which need not be the day on which the trust was
    set up.
    """

    code: str
    name: str
    region: str
    board: str
    places: tuple[str, ...]
    opened: date | None
    closed: date | None

    @property
    def plain_name(self) -> str:
        """The name without "NHS Trust", "NHS Foundation Trust" or a first "The"."""
        return _KIND_OF_BODY.sub("", self.name).removeprefix("The ")


def read_trusts(path: Path) -> Mapping[str, RegisteredTrust]:
    """Read the list: code → trust. Raises ContentError at the first line that is not a trust."""
    trusts: dict[str, RegisteredTrust] = {}
    problems: list[Problem] = []
    try:
        text = read_file(path, MAX_LIST, follow=True).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ContentError([Problem(str(path), 1, 1, "this is not UTF-8 text")]) from None
    reader = csv.reader(text.splitlines())
    for cells in reader:
        if not cells:
            continue
        try:
            trust = _trust(cells)
        except (IndexError, ValueError):
            hint = "the list has code, name, region, board, address … opened and closed (YYYYMMDD)"
            problems.append(Problem(str(path), reader.line_num, 1, "this is no trust", hint))
            continue
        trusts[trust.code] = trust
    if problems:
        raise ContentError(problems[:1])
    return trusts


def trusts_with(
    paths: Iterable[Path], codes: Iterable[str]
) -> tuple[list[RegisteredTrust], list[Problem]]:
    """The trusts with these codes, in any case, and the codes that are unknown or given twice.

    `paths`: lists of one form. A region or board gets the name that one of them has for its code.
    Raises ContentError for another file.
    """
    files = list(paths)
    listed = {code: trust for path in files for code, trust in read_trusts(path).items()}
    trusts: dict[str, RegisteredTrust] = {}
    problems = []
    for code in codes:
        trust = listed.get(code.strip().upper())
        if trust is None or trust.code in trusts:
            message, hint = f"the code `{code}` is given twice", "leave one of them out"
            if trust is None:
                near = did_you_mean(code, listed)
                message = f"no trust has the code `{code}`"
                hint = "look for the trust's name in the list; the code is the first on its line"
                hint = f"did you mean `{near}` ({listed[near].name})?" if near else hint
            problems.append(Problem(str(files[0]), 1, 1, message, hint))
            continue
        areas = (listed.get(area) for area in (trust.region, trust.board))
        region, board = (area.name if area else "" for area in areas)
        trusts[trust.code] = replace(
            trust, region=region or trust.region, board=board or trust.board
        )
    return list(trusts.values()), problems


def is_code(area: str) -> bool:
    """Return whether a region or board is given as a code, not by its name."""
    return _CODE_OF_AREA.fullmatch(area) is not None


def _trust(cells: list[str]) -> RegisteredTrust:
    code, name = cells[_CODE].strip(), cells[_NAME].strip()
    if not code or not name:
        raise ValueError(cells)
    return RegisteredTrust(
        code=code,
        name=proper_name(name),
        region=_area(cells[_REGION].strip()),
        board=_area(cells[_BOARD].strip()),
        places=tuple(
            place
            for place in (proper_name(cells[_TOWN].strip()), *cells[_POSTCODE].split()[:1])
            if place
        ),
        opened=_day(cells[_OPENED]),
        closed=_day(cells[_CLOSED]),
    )


def _area(text: str) -> str:
    return text if is_code(text) else proper_name(text)


def _day(text: str) -> date | None:
    return datetime.strptime(text.strip(), "%Y%m%d").date() if text.strip() else None  # noqa: DTZ007


def proper_name(name: str) -> str:
    """Convert a name in capitals to title case.

    `TEES, ESK AND WEAR VALLEYS NHS FOUNDATION TRUST` becomes `Tees, Esk and Wear Valleys NHS
    Foundation Trust`. Small words such as "and" are in lower case unless they come first; "NHS" and
    "UK" stay in capitals. A name that is not all in capitals is returned unchanged.
    """
    if name != name.upper():
        return name
    words = " ".join(name.split())
    parts = enumerate(re.split("([ -])", words))
    return "".join(_part(part, first=n == 0) for n, part in parts)


def _part(word: str, *, first: bool) -> str:
    """Convert one word, or one part of a hyphenated one: `KING'S`, `(NORTH`, `ST.`, `O'BRIEN`."""
    bare = re.sub(r"[^A-Z]", "", word)
    if bare in _CAPITALS:
        return word
    low = word.lower()
    if low.strip("(),.") in _SMALL and not first:
        return low
    proper = re.sub(r"[a-z]", lambda letter: letter[0].upper(), low, count=1)
    return re.sub(r"^([OD]['’])([a-z])", lambda match: match[1] + match[2].upper(), proper)
