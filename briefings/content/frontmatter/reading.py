"""Parse the bytes of a content file into front matter and body, with every fault of both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from briefings.content.files import MAX_BODY, MAX_FRONT, MAX_MARKDOWN
from briefings.content.frontmatter.recovery import read_lines
from briefings.content.frontmatter.signs import FORBIDDEN, Place, sign_faults
from briefings.content.frontmatter.tree import Refused, ValueTree
from briefings.problems import Problem, printable


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
    problems: list[Problem] = []
    try:
        text, is_sound = _text(raw, 2 * MAX_FRONT, MAX_FRONT, path, problems)
        _check_size("the file", 1, text, MAX_FRONT)
    except Refused as fault:
        return SourceFile(ValueTree(), readable=False), [*problems, Problem(path, *fault.place)]
    tree = ValueTree()
    is_sound = read_lines(text, 1, path, tree, problems) and is_sound
    return SourceFile(tree, readable=is_sound), problems


def read_markdown(raw: bytes, path: str) -> tuple[SourceFile, list[Problem]]:
    """Parse a Markdown file: front matter between two lines `---`, then the body.

    Returns the file and its faults.
    """
    tree, problems = ValueTree(), list[Problem]()
    body, body_line = "", 1
    try:
        text, is_sound = _text(raw, MAX_MARKDOWN, MAX_FRONT + MAX_BODY, path, problems)
        front, body, body_line = _split(text)
        if again := _AGAIN.search(body):
            line, body = body_line + body.count("\n", 0, again.start()), body[: again.start()]
            message = "the front matter begins a second time here"
            hint = "a file has it once, at its top: remove one of the two"
            problems.append(Problem(path, line, 1, message, hint))
        try:
            _check_size("the text", body_line, body, MAX_BODY)
        except Refused as fault:
            problems.append(Problem(path, *fault.place))
            body = ""
        _check_size("the front matter", 2, front, MAX_FRONT)
    except Refused as fault:
        # In a file whose lines end in CR alone, no line is `---`.
        if not any("(U+000D)" in problem.message for problem in problems):
            problems.append(Problem(path, *fault.place))
        return SourceFile(tree, body, body_line, readable=False), problems
    is_sound = read_lines(front, 2, path, tree, problems) and is_sound
    return SourceFile(tree, body, body_line, readable=is_sound), problems


def _text(
    raw: bytes, most: int, limit: int, path: str, problems: list[Problem]
) -> tuple[str, bool]:
    """Decode a file of up to `most` bytes; replace forbidden characters by spaces.

    Returns the text, and whether it had none; raises Refused for a longer file, and for
    one in which a merge of git left two versions.
    """
    if len(raw) > most:
        raise _too_long("the file", 1, len(raw), limit)
    text = _decode(raw)
    if conflicts := list(_conflicts(text)):
        problems += [Problem(path, *place) for place in conflicts[:-1]]
        raise Refused(*conflicts[-1])
    problems += [Problem(path, *fault) for fault in sign_faults(text)]
    plain = FORBIDDEN.sub(" ", text)
    return plain, plain == text


def _conflicts(text: str) -> Iterator[Place]:
    """Yield each place where a merge of git left two versions of some lines in the file."""
    inside = False
    for number, line in enumerate(text.split("\n"), 1) if _CONFLICT.search(text) else ():
        match = _CONFLICT.match(line)
        if match and (match[0] == "<<<<<<<" or not inside):
            message = f"a merge of git left two versions here ({match[0]})"
            hint = "keep one, and delete the other and the lines <<<<<<<, ======= and >>>>>>>"
            yield Place(number, 1, message, hint)
        inside = match[0] == "<<<<<<<" if match else inside


def _check_size(part: str, line: int, text: str, limit: int) -> None:
    """Raise Refused for a part of a file that is over its limit of bytes."""
    if (size := len(text.encode())) > limit:
        raise _too_long(part, line, size, limit)


def _too_long(part: str, line: int, size: int, limit: int) -> Refused:
    kib = f"more than {MAX_MARKDOWN // 1024}" if size > MAX_MARKDOWN else f"{-(-size // 1024)}"
    message = f"{part} is {kib} KiB long; the limit is {limit // 1024} KiB"
    return Refused(line, 1, message, "shorten it, or publish it in several parts")


#: How a file of another program begins → what it is.
_DOCUMENTS = {
    b"PK\x03\x04": "an office document or an archive",
    b"\xd0\xcf\x11\xe0": "an office document",
    b"{\\rtf": "a rich text document",
    b"%PDF": "a PDF",
}
#: A line that git writes between the versions of a conflict.
_CONFLICT = re.compile("^(?:<{7}|>{7})(?= )", re.MULTILINE)
#: A second front matter, pasted into the body.
_AGAIN = re.compile(r"(?:^---[ \t]*\n|\A\n*)(?:title|name|summary|trust): ", re.MULTILINE)


def _decode(raw: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark; CRLF becomes LF.

    Raises Refused for any other encoding, and for a document of another program.
    """
    for beginning, name in _DOCUMENTS.items():
        if raw.startswith(beginning):
            hint = "copy its words into a text file of this name"
            raise Refused(1, 1, f"this is {name}, and no plain text", hint)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_like_utf16(raw):
        raise Refused(1, 1, "this file is saved as UTF-16", "save it as UTF-8")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        lines = raw[: fault.start].decode("utf-8", "replace").split("\n")
        message = f"this is not UTF-8 text (byte 0x{raw[fault.start]:02x})"
        hint = "save the file as UTF-8"
        raise Refused(len(lines), len(lines[-1]) + 1, message, hint) from None
    return text.replace("\r\n", "\n")


def _looks_like_utf16(raw: bytes) -> bool:
    head = raw[:200]
    return len(head) > 8 and max(head[::2].count(0), head[1::2].count(0)) > len(head) // 4


#: A misspelt `---`: mistyped, or changed to dashes by a word processor.
_NEARLY = re.compile("[ \t]*(?:[-+\u2010-\u2015\u2212_=*]{2,}|[\u2013-\u2015])[ \t]*")
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
            message += ": is this heading the first line of the text?"
            hint = "put a line with only --- above it, after the last key"
            return Refused(number, 1, message, hint)
    hint = "put a line with only --- after the last key, before the text of the page"
    return Refused(1, 1, message, hint)


# -- where values end ------------------------------------------------------------------------------
#
# For edits that keep every other character: the tree above has the places where values begin, this
# one their ends and styles too. It is made only when a file is edited.


@dataclass(slots=True)
class Node:
    """A value, and its characters `start` to `end` of the text; no comment or blank line after it.

    `data`: the value as text, dicts and lists. `style`: of a scalar the quote, `|`, `>` or "" for a
    plain one. `flow`: whether it is written in brackets or braces. `entries`: key → (node of the
    key, node of the value) of a mapping. `items`: of a sequence.
    """

    start: int
    end: int
    data: Any
    style: str = ""
    flow: bool = False
    entries: dict[str, tuple[Node, Node]] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)


def spans(text: str) -> Node | None:
    """Return the node of a YAML text that has been read without faults; None for an empty text.

    Of a key given twice the first counts. Raises ValueError for a text that is not YAML.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as fault:
        raise ValueError(str(fault)) from fault
    return None if root is None else _node(root, text)


def _node(node: yaml.Node, text: str) -> Node:
    begin: Any = node.start_mark  # never None: libyaml sets both
    close: Any = node.end_mark
    start, end = begin.index, close.index
    flow = bool(getattr(node, "flow_style", False))
    if isinstance(node, yaml.MappingNode):
        pairs = [(key.value, _node(key, text), _node(value, text)) for key, value in node.value]
        entries = {name: (key, value) for name, key, value in reversed(pairs)}
        entries = {name: entries[name] for name, _, _ in pairs}
        data = {name: value.data for name, (_, value) in entries.items()}
        end = end if flow else pairs[-1][2].end
        return Node(start, end, data, flow=flow, entries=entries)
    if isinstance(node, yaml.SequenceNode):
        items = [_node(item, text) for item in node.value]
        end = end if flow else items[-1].end
        return Node(start, end, [item.data for item in items], flow=flow, items=items)
    assert isinstance(node, yaml.ScalarNode)
    style = node.style or ""
    if style in {"|", ">"}:
        end = start + len(text[start:end].rstrip())
    return Node(start, end, node.value, style)


def parsed(root: Path, path: str, raw: bytes) -> tuple[SourceFile, list[Problem]]:
    """Parse the bytes of a content file, and return the faults of its syntax too."""
    name = printable(str(root / path))
    if not any(line.strip() and not line.startswith(b"#") for line in raw.split(b"\n")):
        hint = "remove it; `build.py new` writes the beginning of a file"
        problem = Problem(name, 1, 1, "this file is empty", hint)
        return SourceFile(ValueTree(), readable=False), [problem]
    return (read_markdown if path.endswith(".md") else read_yaml)(raw, name)
