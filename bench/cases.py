"""The benchmark cases: a change to a site before a timed build, the same for every generator.

An edit returns the number of a briefing and the words that its page must have after the build.
Every change is new (`mark` is never the same twice), so that no build can have its result already.
In generators that know a trust only as a word in the front matter of its briefings, renaming it is
an edit of each of these. The new name differs only in upper and lower case, so no URL changes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from dialects import slug
from generators import Generator
from prose import trust_names
from yamltext import slug as id_of

Shown: TypeAlias = tuple[int, str]  # number of a briefing, and words on its page
Change = Callable[[Generator, Path, int, int], Shown | None]  # generator, site, its size, mark


def cold(generator: Generator, site: Path, _: int, mark: int) -> None:
    """Move away the output and all caches, so that only the sources remain."""
    _move_away(site, generator.made, mark)


def unchanged(generator: Generator, site: Path, number: int, mark: int) -> None:
    """Change nothing."""


def body(generator: Generator, site: Path, number: int, mark: int) -> Shown:
    """Add a sentence to one briefing."""
    path = _briefing(generator, site, number // 2)
    sentence = f"Edited for the {mark}th time."
    path.write_text(f"{path.read_text('utf-8')}\n{sentence}\n", "utf-8")
    return number // 2, sentence


def rating(generator: Generator, site: Path, number: int, mark: int) -> Shown:
    """Add a rating to one briefing; in the other generators, change its only rating."""
    path = _briefing(generator, site, number // 3)
    if generator.ours:
        added = "\n".join(_our_rating(mark))
        _replace(path, r"(?m)^ratings:$", f"ratings:\n{added}")
        return number // 3, f"Building {mark}"
    _replace(path, r"(?im)^( *rating: ?).*$", rf"\g<1>Good, of {mark} services")
    return number // 3, f"Good, of {mark} services"


def _our_rating(mark: int) -> tuple[str, ...]:
    """Return the YAML lines of a rating of a location that no other briefing rates."""
    return (
        "  - scope: location",
        f"    name: Building {mark}",
        "    value: good",
        "    sources: [A]",
    )


def trust(generator: Generator, site: Path, number: int, mark: int) -> Shown:
    """Change the displayed name of a trust; its URL stays the same."""
    name = trust_names(max(1, number // 10))[0]
    place, rest = name.split(" ", 1)
    pattern = rf"(?i)(?<=[\"\[ ]){place}(?= {rest})"
    paths = _about(generator, site, name, number)
    for path in paths:
        _replace(path, pattern, lambda match: _respelt(match[0]))
    renamed = re.search(pattern, paths[0].read_text("utf-8"))
    assert renamed is not None
    return 0, f"{renamed[0]} {rest}"


def _respelt(word: str) -> str:
    """Return the next upper- and lower-case variant of a word; repeats only after all others."""
    capitals = sum(letter.isupper() << index for index, letter in enumerate(word)) + 1
    return "".join(
        letter.upper() if capitals >> index & 1 else letter.lower()
        for index, letter in enumerate(word)
    )


def _about(generator: Generator, site: Path, name: str, number: int) -> list[Path]:
    if generator.ours:
        return [site / "content" / "trusts" / f"{id_of(name)}.md"]
    count = max(1, number // 10)
    return [_briefing(generator, site, index) for index in range(0, number, count)]


def layout(generator: Generator, site: Path, _: int, mark: int) -> Shown:
    """Add a line to the template around every page."""
    path = site / generator.layout
    text = path.read_text("utf-8")
    line = f"<p>Printed {mark}</p>\n"
    path.write_text(text.replace(generator.before, line + generator.before, 1), "utf-8")
    return 0, f"Printed {mark}"


def restored(generator: Generator, site: Path, _: int, mark: int) -> None:
    """Imitate a new checkout in CI: sources with new mtimes; cache and site unpacked again."""
    trash = _trash(site, mark)
    for name in ("content", "templates", "static"):
        (site / name).rename(trash / name)
        shutil.copytree(trash / name, site / name, copy_function=shutil.copyfile)
    for name in generator.made:
        if (site / name).exists():  # as tar does: the same mtimes and hard links, other inodes
            (site / name).rename(trash / name)
            subprocess.run(["cp", "-a", trash / name, site / name], check=True)


def database(generator: Generator, site: Path, _: int, mark: int) -> None:
    """Move away the SQLite file of all tables, so that it alone is written."""
    (site / "output/data/briefings.sqlite").rename(_trash(site, mark) / "briefings.sqlite")


CASES: Mapping[str, Change] = {
    "from nothing": cold,
    "nothing changed": unchanged,
    "one body edited": body,
    "one rating added": rating,
    "one trust renamed": trust,
    "one layout changed": layout,
    "cache restored": restored,
    "SQLite file lost": database,
}
#: Cases run for our generator only.
OURS_ONLY = frozenset({"cache restored", "SQLite file lost"})
#: Cases that are also run with a search index.
WITH_SEARCH = frozenset({"from nothing", "nothing changed", "one body edited"})


def _briefing(generator: Generator, site: Path, number: int) -> Path:
    return next((site / generator.briefings).rglob(f"{slug(number)}.md"))


def _replace(path: Path, pattern: str, new: str | Callable[[re.Match[str]], str]) -> None:
    text, count = re.subn(pattern, new, path.read_text("utf-8"))
    if not count:
        raise ValueError(f"{path.name} has nothing to change")
    path.write_text(text, "utf-8")


def _trash(site: Path, mark: int) -> Path:
    """Make a folder beside the site for old files: deleting thousands slows down later writes."""
    folder = site.with_name(f"{site.name}.old") / str(mark)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _move_away(site: Path, names: tuple[str, ...], mark: int) -> None:
    for name in names:
        if (site / name).exists():
            (site / name).rename(_trash(site, mark) / name)
