"""Parse the bytes of a content file into front matter and body, with every fault of both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from briefings.content.files import MAX_BODY, MAX_FRONT, MAX_MARKDOWN
from briefings.content.frontmatter.recovery import read_lines
from briefings.content.frontmatter.signs import FORBIDDEN, Place, sign_faults
from briefings.content.frontmatter.tree import Mark, Refused, ValueTree
from briefings.problems import Problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A parsed content file.

    `tree`: its front matter. `body`: the text below it, which begins on line `body_line`.
    `readable`: False if the file is too long, has forbidden characters or faults of syntax; the
    tree then has only the top-level keys that could be parsed.
    """

    tree: ValueTree
    body: str = ""
    body_line: int = 1
    readable: bool = True


def read_yaml(raw: bytes, path: str) -> tuple[SourceFile, list[Problem]]:
    """Parse a file that is YAML as a whole; return it and its faults."""
    tree = ValueTree()
    try:
        if len(raw) > 2 * MAX_FRONT:
            raise Refused(1, 1, *_too_long("the file", len(raw), MAX_FRONT))
        text = _decode(raw)
        if (size := len(text.encode())) > MAX_FRONT:
            raise Refused(1, 1, *_too_long("the file", size, MAX_FRONT))
    except Refused as fault:
        return SourceFile(tree, readable=False), [_told(path, fault)]
    text, problems, whole = _without_signs(text, path)
    whole = read_lines(text, 1, path, tree, problems) and whole
    return SourceFile(tree, readable=whole), problems


def read_markdown(raw: bytes, path: str) -> tuple[SourceFile, list[Problem]]:
    """Parse a Markdown file: front matter between two lines `---`, then the body.

    Returns the file and its faults.
    """
    tree = ValueTree()
    try:
        if len(raw) > MAX_MARKDOWN:
            raise Refused(1, 1, *_too_long("the file", len(raw), MAX_FRONT + MAX_BODY))
        text, problems, whole = _without_signs(_decode(raw), path)
    except Refused as fault:
        return SourceFile(tree, readable=False), [_told(path, fault)]
    try:
        front, body, body_line = _split(text)
    except Refused as fault:
        old = any("(U+000D)" in one.message for one in problems)  # its line ends are CR alone
        return SourceFile(tree, readable=False), [*problems, *([] if old else [_told(path, fault)])]
    if (size := len(body.encode())) > MAX_BODY:
        problems.append(Problem(path, body_line, 1, *_too_long("the text", size, MAX_BODY)))
        body = ""
    if (size := len(front.encode())) > MAX_FRONT:
        problems.append(Problem(path, 2, 1, *_too_long("the front matter", size, MAX_FRONT)))
        return SourceFile(tree, body, body_line, readable=False), problems
    whole = read_lines(front, 2, path, tree, problems) and whole
    return SourceFile(tree, body, body_line, readable=whole), problems


def _too_long(what: str, size: int, limit: int) -> tuple[str, str]:
    """Return message and hint for a part of `size` bytes that is over its limit."""
    kib = f"more than {MAX_MARKDOWN // 1024}" if size > MAX_MARKDOWN else f"{-(-size // 1024)}"
    return (
        f"{what} is {kib} KiB long; the limit is {limit // 1024} KiB",
        "shorten it, or publish it in several parts",
    )


def _told(path: str, fault: Refused | Place) -> Problem:
    return Problem(path, fault.line, fault.column, fault.message, fault.hint)


def _without_signs(text: str, path: str) -> tuple[str, list[Problem], bool]:
    """Replace forbidden characters by spaces, so that the rest can be parsed.

    Returns the text, a fault for each kind of forbidden or damaged character, and whether the text
    is unchanged.
    """
    problems = [_told(path, fault) for fault in sign_faults(text)]
    plain = FORBIDDEN.sub(" ", text)
    return plain, problems, plain == text


def _decode(raw: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark; CRLF becomes LF.

    Raises Refused for any other encoding.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(raw):
        raise Refused(1, 1, "this file is saved as UTF-16", "save it as UTF-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start].decode("utf-8", "replace")
        line, column = _place_in(before, len(before))
        message = f"this is not UTF-8 text (byte 0x{raw[fault.start]:02x})"
        raise Refused(line, column, message, "save the file as UTF-8") from None
    return text.replace("\r\n", "\n")


def _looks_like_utf16(raw: bytes) -> bool:
    head = raw[:200]
    return len(head) > 8 and (
        head[1::2].count(0) > len(head) // 4 or head[::2].count(0) > len(head) // 4
    )


def _place_in(text: str, index: int) -> Mark:
    line = text.count("\n", 0, index) + 1
    return line, index - (text.rfind("\n", 0, index) + 1) + 1


#: A misspelt `---`: mistyped, or changed to dashes by a word processor.
_NEARLY = re.compile("[ \t]*(?:[-\u2010-\u2015\u2212_=*]{2,}|[\u2013-\u2015])[ \t]*")
_HEADING = re.compile("#{2,6} ")


def _split(text: str) -> tuple[str, str, int]:
    """Return front matter, body and the first line number of the body.

    Raises Refused if one of the two lines `---` is missing.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise _no_opening(lines)
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            front = "\n".join(lines[1:number]) + "\n"
            return front, "\n".join(lines[number + 1 :]), number + 2
    raise _no_closing(lines)


def _no_opening(lines: list[str]) -> Refused:
    """Return the fault of a file whose first line is not `---`."""
    message = "front matter is missing"
    if _NEARLY.fullmatch(lines[0]):
        return Refused(1, 1, f"{message}: this line should be ---", "write three hyphens, ---")
    first = next((n for n, line in enumerate(lines, 1) if line.strip()), 0)
    if first > 1 and lines[first - 1].rstrip() == "---":
        return Refused(1, 1, "an empty line stands above the front matter", "delete it")
    return Refused(1, 1, message, "make the first line: ---")


def _no_closing(lines: list[str]) -> Refused:
    """Return the fault of front matter without a closing `---`, where it probably belongs."""
    message = "the front matter has no closing line"
    for number, line in enumerate(lines[1:], start=2):
        if _NEARLY.fullmatch(line):
            return Refused(number, 1, f"{message}: is it this one?", "write three hyphens, ---")
        if _HEADING.match(line):
            return Refused(
                number, 1, f"{message}: is this heading the first line of the text?",
                "put a line with only --- above it, after the last key",
            )  # fmt: skip
    return Refused(
        1,
        1,
        message,
        "put a line with only --- after the last key, before the text of the page",
    )
