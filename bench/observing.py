"""Describe a site after a build with a planted fault, in a few words for a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dialects import slug
from planting import EDITED, FAULTY, GOOD, MARK, NOWHERE, OTHER, SCRIPT, SIZE, SOUND

#: Progress lines, which name every file whether it has a fault or not.
_PROGRESS = re.compile(r"(?m)^((\[11ty\] Writing|\. |-- ).*$|Scanning posts\.*)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exit status and output of a build, and the public files before and after it."""

    status: int
    output: str
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]

    @property
    def messages(self) -> str:
        return _PROGRESS.sub("", self.output)

    @property
    def unchanged(self) -> bool:
        return dict(self.before) == dict(self.after)

    def holds(self, word: str) -> list[str]:
        """Return the public files that contain a word."""
        return [path for path, data in self.after.items() if word.encode() in data]


def public(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def address(number: int) -> str:
    return f"briefings/{slug(number)}/index.html"


def after_a_fault(outcome: Outcome, where: tuple[str, int]) -> str:
    """Describe what is public now, the exit status, and whether the fault was located."""
    return f"{_state(outcome)}; exit {outcome.status}; {_located(outcome.messages, *where)}"


def _state(outcome: Outcome) -> str:
    if outcome.unchanged:
        return "old site kept whole"
    if len(outcome.after) < len(outcome.before) / 2:
        return f"site emptied, {len(outcome.after)} of {len(outcome.before)} files left"
    page = outcome.after.get(address(FAULTY))
    if page is None:
        fate = "gone"
    else:
        fate = "the old one" if page == outcome.before[address(FAULTY)] else "new"
    edited = EDITED.encode() in outcome.after.get(address(SOUND), b"")
    listed = "listed" if set(outcome.holds(slug(FAULTY))) - {address(FAULTY)} else "in no list"
    return f"mixture: other edit {'out' if edited else 'not out'}, faulty page {fate}, {listed}"


def _located(output: str, name: str, line: int) -> str:
    if name not in output and name.rsplit(".", 1)[0] not in output:
        return "file not named"
    stem = re.escape(name)
    near = rf"{stem}\W{{1,4}}{line}\b|\bline:? {line}\b|[(:]{line}:\d"
    return "file and line named" if re.search(near, output) else "file named, line not"


def visible(outcome: Outcome) -> str:
    """Say where a briefing is public that should not be."""
    files = outcome.holds(MARK)
    if not files:
        return "not published" + (f"; exit {outcome.status}" if outcome.status else "")
    alone = all("00099" in path for path in files)
    return "public at its address, in no list" if alone else "published"


def withdrawn(outcome: Outcome) -> str:
    if outcome.status != 0:
        return f"refused; exit {outcome.status}"
    return "still public" if address(SIZE - 1) in outcome.after else "gone"


def linked(outcome: Outcome) -> str:
    if outcome.unchanged:
        return f"refused, said; exit {outcome.status}"
    everywhere = slug(GOOD) in outcome.messages  # it also reports links that are correct
    reported = NOWHERE in outcome.messages and not everywhere
    return f"published, {'said' if reported else 'not said'}; exit {outcome.status}"


def scripted(outcome: Outcome) -> str:
    if outcome.unchanged:
        return f"refused; exit {outcome.status}"
    return "goes through" if outcome.holds(SCRIPT) else "left out"


def twice(outcome: Outcome) -> str:
    words_published = [word for word in (MARK, OTHER) if outcome.holds(word)]
    reported = "said" if slug(FAULTY) in outcome.messages else "not said"
    if outcome.unchanged:
        return f"refused, {reported}; exit {outcome.status}"
    fate = {0: "neither is public", 1: "one of them is lost", 2: "both are public"}[
        len(words_published)
    ]
    return f"{fate}, {reported}; exit {outcome.status}"


def left(
    before: Mapping[str, bytes], complete: Mapping[str, bytes], after: Mapping[str, bytes]
) -> str:
    """Return the state of a site after a killed build: old, new, mixed, missing or torn.

    `complete` has the files of the completed build. Only pages that the build changes count: a
    redirect has no layout, so it does not change.
    """
    pages = [path for path in before if EDITED.encode() in complete.get(path, b"")]
    present = {path: after[path] for path in pages if path in after}
    renewed = [path for path, data in present.items() if EDITED.encode() in data]
    if any(not data.rstrip().endswith(b"</html>") for data in present.values()):
        return "torn"
    if len(present) < len(pages):
        return "missing"
    return "old" if not renewed else "new" if len(renewed) == len(pages) else "mixed"
