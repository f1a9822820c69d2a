"""Names that must not appear (`policy.never_publish`) appear in no content and no template."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from briefings.load import CONFIG, MEDIA, Content, shown, text_files
from briefings.problems import Problem

_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc", "'''")
_HINT = "remove the name; it is on the list of `policy.never_publish`"


def name_problems(content: Content, templates: Path | None) -> Iterator[Problem]:
    """Each place at its line, whatever the case, the spaces and the line ends in the name."""
    names = content.config.policy.never_publish
    if not names:
        return
    pattern = names_pattern(names)
    for path, text in text_files(content.root):
        if path == CONFIG:
            text = _without_policy(text)
        yield from _in_text(pattern, text, shown(content.root, path))
    yield from _in_names(pattern, content)
    for record in content.records():
        if pattern.search(folded(record.body.text)) and not _in_file(
            content.root, record.path, pattern
        ):
            message = "a name stands in this text that must not be published"
            yield Problem(shown(content.root, record.path), 1, 1, message, _HINT)
    if templates is not None and templates.is_dir():
        for file in sorted(templates.rglob("*")):
            if file.is_file() and file.suffix in {".html", ".xml", ".txt", ".md"}:
                yield from _in_text(pattern, file.read_text("utf-8", "replace"), str(file))


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
    """Compatibility forms, case and the curl of apostrophes folded away; ASCII keeps its length."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)


def _in_file(root: Path, path: str, pattern: re.Pattern[str]) -> bool:
    text = (root / path).read_bytes().decode("utf-8", "replace")
    return any(_in_text(pattern, text, path))


def _in_text(pattern: re.Pattern[str], text: str, path: str) -> Iterator[Problem]:
    low = "\n".join(map(folded, text.replace("\r\n", "\n").split("\n")))
    for found in pattern.finditer(low):
        line = low.count("\n", 0, found.start()) + 1
        column = found.start() - (low.rfind("\n", 0, found.start()) + 1) + 1
        yield Problem(path, line, column, "this name must not be published", _HINT)


def _without_policy(text: str) -> str:
    """The configuration with the list of names itself blanked, lines kept."""
    inside = re.compile(r"^policy:.*\n(?:[ \t#-].*\n|\n)*", re.MULTILINE)
    return inside.sub(lambda found: "\n" * found[0].count("\n"), text + "\n")
