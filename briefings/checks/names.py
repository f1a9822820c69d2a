"""Names that must not appear (`policy.never_publish`) appear in no content and no template."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from briefings.entries import opened, walk
from briefings.likeness import did_you_mean
from briefings.limits import MAX_TEMPLATE
from briefings.load import CONFIG, MEDIA, Content, raw_of, shown, source_of, text_files
from briefings.problems import Lines, Problem

#: Signs that nobody sees, and that break a word up for a search.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff"))
_FOLDED = str.maketrans("\u2018\u2019\u02bc", "'''") | _UNSEEN
_HINT = "remove the name; it is on the list of `policy.never_publish`"


def name_problems(
    content: Content, templates: Path | None, paths: Collection[str] | None = None
) -> Iterator[Problem]:
    """Each place at its line, whatever the case, the spaces and the line ends in the name.

    `paths`: only these files of the content, and all templates.
    """
    names = content.config.policy.never_publish
    if not names:
        return
    pattern = names_pattern(names)
    yield from _in_files(pattern, content, paths)
    yield from _in_names(pattern, content)
    yield from _in_bodies(pattern, content, paths)
    if templates is not None:
        yield from template_problems(names, templates)


def names_in(content: Content) -> Iterator[Problem]:
    """The same for these files alone."""
    names = content.config.policy.never_publish
    if names:
        pattern = names_pattern(names)
        yield from _in_files(pattern, content, [record.path for record in content.records()])
        yield from _in_bodies(pattern, content)


def template_problems(names: tuple[str, ...], templates: Path) -> Iterator[Problem]:
    """The same for the templates."""
    if names and templates.is_dir():
        pattern = names_pattern(names)
        for path, _, unfit in walk(templates):
            if unfit is None and path.endswith((".html", ".xml", ".txt", ".md")):
                text = _start_of(templates / path, MAX_TEMPLATE)
                yield from _in_text(pattern, text, str(templates / path))


def _start_of(file: Path, limit: int) -> str:
    """A text up to its limit; that it is longer is a fault itself."""
    with opened(file) as reading:
        return reading.read(limit).decode("utf-8", "replace")


def _in_files(
    pattern: re.Pattern[str], content: Content, paths: Iterable[str] | None = None
) -> Iterator[Problem]:
    for path, text in text_files(content.root, paths):
        if path == CONFIG:
            text = _without_policy(content.root, text)
        yield from _in_text(pattern, text, shown(content.root, path))


def _in_bodies(
    pattern: re.Pattern[str], content: Content, paths: Collection[str] | None = None
) -> Iterator[Problem]:
    """A name that only the text as it is shown has, broken up as it is written."""
    for record in content.records():
        if paths is not None and record.path not in paths:
            continue
        if pattern.search(folded(record.body.text)) and not _in_file(
            content.root, record.path, pattern
        ):
            message = "a name stands in this text that must not be published"
            yield Problem(shown(content.root, record.path), 1, 1, message, _HINT)


def names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Matches any of the names in folded text, as whole words."""
    each = (r"[\s_*-]+".join(map(re.escape, folded(name).split())) for name in names)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")


def _in_names(pattern: re.Pattern[str], content: Content) -> Iterator[Problem]:
    """A file's name becomes an address, and so is public."""
    media = (f"{MEDIA}/{name}" for name in sorted(content.media))
    for path in (*(record.path for record in content.records()), *media):
        if pattern.search(folded(re.sub("[/.]", " ", path))):
            message = "a name that must not be published stands in the name of this file"
            yield Problem(shown(content.root, path), 1, 1, message, "rename the file")


def folded(text: str) -> str:
    """Compatibility forms, case, unseen signs and the curl of apostrophes folded away.

    ASCII keeps its length.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)


def _in_file(root: Path, path: str, pattern: re.Pattern[str]) -> bool:
    text = raw_of(root, path).decode("utf-8", "replace")
    return any(_in_text(pattern, text, path))


def _in_text(pattern: re.Pattern[str], text: str, path: str) -> Iterator[Problem]:
    low = "\n".join(map(folded, text.replace("\r\n", "\n").split("\n")))
    lines = Lines(low)
    for found in pattern.finditer(low):
        place = lines.place(found.start())
        yield Problem(path, *place, "this name must not be published", _HINT)


def _without_policy(root: Path, text: str) -> str:
    """The configuration with the list of names itself blanked, lines kept, however it is written:
    all from the key `policy`, or what is read as that, to the next key."""
    tree = source_of(root, CONFIG)[1].tree
    lines = text.split("\n")
    starts = sorted((tree.place((key,), at_key=True), key) for key in tree.data)
    ends = [*(place for place, _ in starts[1:]), (len(lines) + 1, 1)]
    for (start, key), end in zip(starts, ends, strict=True):
        if did_you_mean(key, ["policy"]):
            _blank(lines, start, end)
    return "\n".join(lines)


def _blank(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> None:
    """From one line and column (from 1) up to another."""
    for number in range(start[0], min(end[0], len(lines)) + 1):
        line = lines[number - 1]
        left = start[1] - 1 if number == start[0] else 0
        right = end[1] - 1 if number == end[0] else len(line)
        lines[number - 1] = line[:left] + " " * (right - left) + line[right:]
