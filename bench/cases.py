"""What happens to a site before a build of it is timed: the same to each generator's.

Every change is a new one (`mark` is never the same twice), so that a build can't find it done. In
the generators that know a trust only as a word in the front matter of its briefings, renaming it is
an edit of each of these; the new name differs in capitals alone, so that no address moves.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from dialects import slug
from generators import Generator
from prose import trust_names
from yamltext import slug as id_of

Change = Callable[[Generator, Path, int, int], None]  # generator, site, its size, mark


def cold(generator: Generator, site: Path, _: int, mark: int) -> None:
    """Nothing is there but what people wrote."""
    _move_away(site, generator.made, mark)


def unchanged(generator: Generator, site: Path, number: int, mark: int) -> None:
    """Nothing has happened since the last build."""


def body(generator: Generator, site: Path, number: int, mark: int) -> None:
    """A sentence is added to one briefing."""
    path = _briefing(generator, site, number // 2)
    path.write_text(f"{path.read_text('utf-8')}\nEdited for the {mark}th time.\n", "utf-8")


def rating(generator: Generator, site: Path, number: int, mark: int) -> None:
    """One briefing gives a rating more; where a briefing has one rating, another one."""
    path = _briefing(generator, site, number // 3)
    text = path.read_text("utf-8")
    if not generator.ours:
        _replace(path, r"(?im)^(rating: ?).*$", rf"\g<1>Good, of {mark} services")
    elif "\nratings:\n" in text:
        added = "\n".join(_our_rating(mark))
        path.write_text(text.replace("\nratings:\n", f"\nratings:\n{added}\n", 1), "utf-8")
    else:
        raise ValueError(f"{path.name} has no ratings")


def _our_rating(mark: int) -> tuple[str, ...]:
    """For a thing that no other briefing rates, so that nothing was said of it before."""
    return (
        "  - scope: location",
        f"    name: Building {mark}",
        "    value: good",
        "    sources: [A]",
    )


def trust(generator: Generator, site: Path, number: int, mark: int) -> None:
    """A trust is shown by another name; its address stays."""
    name = trust_names(max(1, number // 10))[0]
    place, rest = name.split(" ", 1)
    for path in _about(generator, site, name, number):
        _replace(path, rf"(?i)(?<=[\"\[ ]){place}(?= {rest})", lambda found: _respelt(found[0]))


def _respelt(word: str) -> str:
    """The same letters with other capitals, which never come again before all others have."""
    capitals = sum(letter.isupper() << at for at, letter in enumerate(word)) + 1
    return "".join(
        letter.upper() if capitals >> at & 1 else letter.lower() for at, letter in enumerate(word)
    )


def _about(generator: Generator, site: Path, name: str, number: int) -> list[Path]:
    if generator.ours:
        return [site / "content" / "trusts" / f"{id_of(name)}.md"]
    count = max(1, number // 10)
    return [_briefing(generator, site, at) for at in range(0, number, count)]


def layout(generator: Generator, site: Path, _: int, mark: int) -> None:
    """A line is added to the template around every page."""
    path = site / generator.layout
    text = path.read_text("utf-8")
    line = f"<p>Printed {mark}</p>\n"
    path.write_text(text.replace(generator.before, line + generator.before, 1), "utf-8")


def restored(generator: Generator, site: Path, _: int, mark: int) -> None:
    """A new checkout, as in CI: every file has a new time, the site is gone, the cache is there."""
    _move_away(site, (generator.public, f".{generator.public}-state"), mark)
    for name in ("content", "templates", "static"):
        old = _trash(site, mark) / name
        (site / name).rename(old)
        shutil.copytree(old, site / name, copy_function=shutil.copyfile)


CASES: Mapping[str, Change] = {
    "from nothing": cold,
    "nothing changed": unchanged,
    "one body edited": body,
    "one rating added": rating,
    "one trust renamed": trust,
    "one layout changed": layout,
    "cache restored": restored,
}
#: The cases that only ours is timed in.
OURS_ONLY = frozenset({"cache restored"})
#: The cases in which a search index is made as well.
WITH_SEARCH = frozenset({"from nothing", "nothing changed", "one body edited"})


def _briefing(generator: Generator, site: Path, number: int) -> Path:
    return next((site / generator.briefings).rglob(f"{slug(number)}.md"))


def _replace(path: Path, pattern: str, new: str | Callable[[re.Match[str]], str]) -> None:
    text, count = re.subn(pattern, new, path.read_text("utf-8"))
    if not count:
        raise ValueError(f"{path.name} has nothing to change")
    path.write_text(text, "utf-8")


def _trash(site: Path, mark: int) -> Path:
    """Beside the site: deleting thousands of files slows down whatever is written next."""
    folder = site.with_name(f"{site.name}.old") / str(mark)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _move_away(site: Path, names: tuple[str, ...], mark: int) -> None:
    for name in names:
        if (site / name).exists():
            (site / name).rename(_trash(site, mark) / name)
