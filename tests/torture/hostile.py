"""Hostile content: every payload in a text is shown as typed and never executed.

Each payload is put in turn into every text field of every kind of file, and into bodies. Characters
that no text may have are refused, at their line.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from briefings.cli import main
from briefings.content.loader import load
from briefings.domain.words import capital, lower
from tests.torture.figures import Figure, times
from tests.torture.hostile_payloads import PAYLOADS, REFUSED
from tests.torture.hostile_read import faults, texts_of
from tests.torture.hostile_sites import SITE, Hostile, kind_of, places
from tests.torture.inputs_folders import base, write_content

ROOT = Path(__file__).parents[2]
NOW = "2026-12-01"
#: Words that nothing could take for anything else, one for each payload.
HARMLESS = tuple(f"Word{number}" for number in range(len(PAYLOADS)))
Files = dict[str, bytes]


def run(scale: float) -> list[Figure]:
    """Whole sites of payloads, and files with characters that are refused."""
    turns = times(len(PAYLOADS), scale)
    texts, losses = 0, []
    for number in range(turns):
        turn = number * len(PAYLOADS) // turns
        count, missing = judged(turn)
        texts += count
        losses += [f"turn {turn}: {loss}" for loss in missing]
    characters = REFUSED[: times(len(REFUSED), min(1, 20 * scale))]
    return [
        Figure("sites with a hostile text in every text field", turns, tuple(losses)),
        Figure("hostile texts on pages, each shown as typed", texts),
        refused(characters),
    ]


def judged(turn: int) -> tuple[int, list[str]]:
    """Build one site: how many texts its pages say, and whatever is more than words or lost."""
    hostile = Hostile(PAYLOADS, turn)
    with TemporaryDirectory(prefix="briefings-hostile-") as folder:
        files = built(hostile, Path(folder))
    if isinstance(files, str):
        return 0, [files]
    texts = [" ".join(text.split()) for text in hostile.given.values()]
    missing, count = [], 0
    pages = texts_of(files)
    for path, numbers in _spoken().items():
        count += len(numbers)
        shown = pages[path]
        missing += [
            f"{path} lacks {text!r}"
            for text in (texts[number] for number in numbers)
            if all(spelling not in shown for spelling in (text, capital(text), lower(text)))
        ]
    return count, [*faults(files, harmless()), *missing]


@cache
def _spoken() -> dict[str, list[int]]:
    """Return page → numbers of the texts on it, found with harmless texts."""
    pages = texts_of(harmless())
    return {path: [*map(int, re.findall(r"Word\d+ (\d+)", text))] for path, text in pages.items()}


@cache
def harmless() -> Files:
    """The same site of harmless words."""
    with TemporaryDirectory(prefix="briefings-hostile-") as folder:
        files = built(Hostile(HARMLESS), Path(folder))
    assert not isinstance(files, str), files
    return files


def built(hostile: Hostile, project: Path, *options: str) -> Files | str:
    """Every file of the site that such a folder makes; or what the build said, if it failed."""
    hostile.write(project / "content")
    out = io.StringIO()
    folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    paths = ["--content", str(project / "content"), "--output", str(project / "output")]
    arguments = ["--now", NOW, "--no-cache", "--quiet", "--jobs", "1", *options]
    arguments += [] if options else ["--no-search"]
    with contextlib.redirect_stderr(out), contextlib.chdir(project):
        status = main(["build", *folders, *paths, *arguments])
    if status:
        return f"the build ended with {status}: {out.getvalue()[-600:]}"
    files = (path for path in (project / "output").rglob("*") if path.is_file())
    return {path.relative_to(project / "output").as_posix(): path.read_bytes() for path in files}


def refused(characters: tuple[str, ...]) -> Figure:
    """A character that no text may have, in every text of every file, and in the body."""
    losses, count = [], 0
    with TemporaryDirectory(prefix="briefings-hostile-") as folder:
        for character in characters:
            for path, text in base().items():
                for where, spoiled in _with(character, path, text):
                    count += 1
                    if not _is_refused(path, spoiled, Path(folder, "content")):
                        losses.append(f"{character!r} {where} of {path} is let through")
    return Figure("files with a forbidden character", count, tuple(losses))


def _with(character: str, path: str, text: str) -> list[tuple[str, str]]:
    """The file with the character as it is, and as an escape that YAML would undo."""
    variants = [("at the end", f"{text.rstrip()}{character}x\n")]
    if path != "register.csv":
        first, _, after = text.removeprefix("---\n").partition("\n")
        key = first.split(":")[0]
        fence = "---\n" if text.startswith("---\n") else ""
        variants.append(("in front", f"{fence}{key}: a{character}b\n{after}"))
        variants.append(("escaped", f"{fence}{key}: {json.dumps(f'a{character}b')}\n{after}"))
    return variants


def _is_refused(path: str, text: str, folder: Path) -> bool:
    files = {other: data.encode() for other, data in base().items()}
    write_content(files | {path: text.encode("utf-8", "surrogatepass")}, folder)
    try:
        problems = load(folder).problems
    finally:
        shutil.rmtree(folder)
    return any(problem.path.endswith(path) for problem in problems)


def uncovered() -> list[str]:
    """Return text fields that no payload is ever in."""
    hostile = Hostile(PAYLOADS)
    with TemporaryDirectory(prefix="briefings-hostile-") as folder:
        hostile.write(Path(folder, "content"))
    kinds = {kind_of(path.relative_to(SITE).as_posix()) for path in SITE.rglob("*.yaml")}
    kinds |= {"briefing", "trust", "topic", "page"}
    return sorted(
        f"{kind}: {'.'.join(place)}"
        for kind in kinds
        for place in places(kind)
        if (kind, place) not in hostile.covered
    )
