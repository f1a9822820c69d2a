"""Forbidden names (`policy.never_publish`) in content files, file names and templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from briefings.checks.folding import folded
from briefings.checks.published import Search, hits, in_text
from briefings.content.files import MAX_TEMPLATE, opened, walk
from briefings.content.loader import MEDIA, Content, shown
from briefings.problems import Problem

#: Separators between the words of a name: dashes, white space, `_` and `*`; in URLs `+`, `%20`.
_BETWEEN = r"(?:[\s_*+-]|%20)+"
_FOUND = "this name must not be published"
_HINT = "remove the name; it is on the list of `policy.never_publish`"


def name_problems(
    content: Content, templates: Sequence[Path], paths: Collection[str] | None = None
) -> Iterator[Problem]:
    """Yield a problem for each forbidden name, in any spelling that `folding` normalises.

    `paths`: search the text of these content files only. File names and templates are searched in
    any case.
    """
    names = content.config.policy.never_publish
    if not names:
        return
    yield from _problems(content, names, paths)
    yield from _in_names(names_pattern(names), content)
    yield from template_problems(names, templates)


def names_in(content: Content) -> Iterator[Problem]:
    """Yield a problem for each forbidden name in the text of the records of `content`."""
    names = content.config.policy.never_publish
    if names:
        yield from _problems(content, names, [record.path for record in content.records()])


def template_problems(names: tuple[str, ...], templates: Sequence[Path]) -> Iterator[Problem]:
    """Yield a problem for each of `names` in these folders of templates."""
    if not names:
        return
    search = _search(names)
    for folder in templates:
        for path, _, unfit in walk(folder):
            if unfit is None and path.endswith((".html", ".xml", ".txt", ".md")):
                text = _start_of(folder / path, MAX_TEMPLATE)
                for line, column, _name in in_text(path, text, search):
                    yield Problem(str(folder / path), line, column, _FOUND, _HINT)


def _start_of(file: Path, limit: int) -> str:
    """Return a text file up to `limit` bytes. A longer file is reported elsewhere."""
    with opened(file) as reading:
        return reading.read(limit).decode("utf-8", "replace")


def _problems(
    content: Content, names: tuple[str, ...], paths: Collection[str] | None = None
) -> Iterator[Problem]:
    for hit in hits(content, _search(names), paths):
        yield Problem(hit.path, hit.line, hit.column, _FOUND, _HINT)


def _search(names: tuple[str, ...]) -> Search[str]:
    pattern = names_pattern(names)

    def find(text: str) -> Iterator[tuple[int, str]]:
        for found in pattern.finditer(text):
            yield found.start(), re.sub(_BETWEEN, " ", found[0])

    return Search(find, pattern.search)


def names_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that matches any of the names as whole words in folded text.

    Any dashes and spaces may separate the words of a name.
    """
    each = (_BETWEEN.join(map(re.escape, re.split(r"[\s-]+", folded(name)))) for name in names)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(each)})(?![^\W_])")


def _in_names(pattern: re.Pattern[str], content: Content) -> Iterator[Problem]:
    """Yield a problem for each forbidden name in a file name, which becomes part of a URL."""
    media = (f"{MEDIA}/{name}" for name in sorted(content.media))
    for path in (*(record.path for record in content.records()), *media):
        if pattern.search(folded(re.sub("[/.]", " ", path))):
            message = "a name that must not be published stands in the name of this file"
            yield Problem(shown(content.root, path), 1, 1, message, "rename the file")
