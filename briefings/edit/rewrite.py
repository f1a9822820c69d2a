"""Change the front matter of a file to other values with the smallest edit of its text.

Comments, quotes, the order of keys and every line that is not concerned stay as they are. The new
text is read again, and refused with NotInPlace unless it has exactly the values that were wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from briefings.content.frontmatter.reading import Node, SourceFile, read_markdown, read_yaml, spans
from briefings.edit.values import (
    Rows,
    Value,
    in_flow,
    item_lines,
    mapping_lines,
    old_key,
    old_places,
    scalar,
    written,
)
from briefings.problems import Problem

_BOM = b"\xef\xbb\xbf"
_COMMENT = re.compile(r"(?:^|\s)#")


class NotInPlace(Exception):
    """The text at this place can't be edited; `line` and `column` count from 1."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line, self.column = line, column


def in_place_fault(path: str, fault: NotInPlace) -> Problem:
    """Return the problem with a file, its path as shown, whose text can't be edited."""
    hint = "write each key of the front matter on a line of its own"
    return Problem(path, fault.line, fault.column, "this can't be edited in place", hint)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Replace the characters from `start` to `end` by `new`."""

    start: int
    end: int
    new: str


def rewritten(
    raw: bytes, source: SourceFile, wanted: dict[str, Value], body: str | None = None
) -> bytes:
    """Return the file with these values in its front matter, and with this body unless it is None.

    `source` is `raw`, parsed. A list that is a `Rows` keeps the comments of each item, and a group
    that is a `Group` those of each key; items of any other list are matched by their position. Line
    ends of the body are those of the file. Raises NotInPlace where the text can't be edited; see
    `is_editable`.
    """
    before, front, after = _parts(raw, source)
    ending = "\r\n" if b"\r\n" in raw else "\n"
    try:
        front = _front(front, source.tree.data, wanted, ending)
    except NotInPlace as fault:
        raise NotInPlace(fault.line + before.count("\n"), fault.column) from None
    if body is not None and before and body != source.body:
        closing, _, _ = after.partition("\n")
        after = closing.rstrip("\r") + ending + body.replace("\n", ending)
    new = (_BOM if raw.startswith(_BOM) else b"") + (before + front + after).encode()
    again, _ = (read_markdown if before else read_yaml)(new, "")
    if not again.readable or again.tree.data != wanted:
        raise NotInPlace(1, 1)
    return new


def is_editable(raw: bytes, source: SourceFile) -> bool:
    """Return whether the values of a file can be edited in its text.

    Not if it has faults of syntax, or text that is in no value, as in `{text: Too few, at night}`.
    """
    try:
        _root(_parts(raw, source)[1], source.tree.data)
    except NotInPlace:
        return False
    return True


def _parts(raw: bytes, source: SourceFile) -> tuple[str, str, str]:
    """Return the opening line, the front matter, and the closing line with what is below it.

    A file that is all YAML has only the second. Raises NotInPlace for one with faults of syntax.
    """
    if not source.readable:
        raise NotInPlace(1, 1)
    text = raw.removeprefix(_BOM).decode("utf-8")
    if source.body_line == 1:
        return "", text, ""
    lines = text.split("\n")
    first, front = lines[0], lines[1 : source.body_line - 2]
    rest = lines[source.body_line - 2 :]
    return f"{first}\n", "".join(f"{line}\n" for line in front), "\n".join(rest)


def _root(text: str, data: dict[str, Value]) -> Node | None:
    """Return the node of a YAML text. Raises NotInPlace if it has other values than `data`."""
    try:
        root = spans(text)
    except ValueError:
        raise NotInPlace(1, 1) from None
    if (root.data if root is not None else {}) != data:
        raise NotInPlace(1, 1)
    return root


def _front(text: str, data: dict[str, Value], wanted: dict[str, Value], ending: str) -> str:
    """Return the YAML text with the wanted values, where it has those of `data`."""
    root = _root(text, data)
    if root is None:
        return text + "".join(f"{line}{ending}" for line in mapping_lines(wanted))
    wanted = deepcopy(wanted)
    while (ordered := _in_order(text, root, wanted)) is not None:
        text = ordered
        root = spans(text)
        assert root is not None
    edits = list(reversed(list(_edits(text, root, wanted))))
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        new = edit.new
        if new.endswith("\n") and edit.start and text[edit.start - 1] != "\n":
            new = f"\n{new}"  # after a last line without a line end
        text = text[: edit.start] + new.replace("\n", ending) + text[edit.end :]
    return text


def _in_order(text: str, node: Node, new: Value) -> str | None:
    """Put the items of one list, the outermost, in the order wanted; None if all are.

    An item takes the comments above it along. The origins in `new` become those in the text that
    is returned.
    """
    if node.flow:
        return None
    if isinstance(new, dict):
        pairs = ((node.entries.get(old_key(new, key)), value) for key, value in new.items())
        inner = [(entry[1], value) for entry, value in pairs if entry is not None]
    elif isinstance(new, list) and node.items:
        places = old_places(node.data, new)
        known = [place for place in places if place is not None]
        if isinstance(new, Rows) and known != sorted(known):
            slots = iter(sorted(known))
            new.origins = [None if place is None else next(slots) for place in places]
            return _permuted(text, node, known)
        items = zip(places, new, strict=True)
        inner = [(node.items[place], value) for place, value in items if place is not None]
    else:
        inner = []
    return next(filter(None, (_in_order(text, *pair) for pair in inner)), None)


def _permuted(text: str, node: Node, known: list[int]) -> str:
    """Return a text with the items of a list in the order of these indices; the others stay."""
    starts = [above(text, line_start(text, dash(text, item))) for item in node.items]
    indent = column(text, dash(text, node.items[0]))
    ends = [*starts[1:], below(text, node.items[-1].end, indent)]
    pieces = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    if not pieces[-1].endswith("\n"):
        pieces[-1] += "\r\n" if "\r\n" in text else "\n"
    order = dict(zip(sorted(known), known, strict=True))
    moved = "".join(pieces[order.get(index, index)] for index in range(len(pieces)))
    return text[: starts[0]] + moved + text[ends[-1] :]


def _edits(text: str, node: Node, new: Value, flow: bool = False) -> Iterator[_Edit]:
    """Yield the edits that turn the value of a node into `new`; `flow`: it is inside brackets."""
    if node.data == new and not isinstance(new, Rows):
        return
    flow = flow or node.flow
    if isinstance(new, str) and isinstance(node.data, str):
        space = " " if node.start == node.end else ""  # an empty value, right after its colon
        yield _Edit(node.start, node.end, space + scalar(new, node.style, flow))
    elif isinstance(new, dict) and isinstance(node.data, dict) and not node.flow:
        yield from _mapping_edits(text, node, new)
    elif isinstance(new, list) and isinstance(node.data, list) and not node.flow:
        yield from _sequence_edits(text, node, new)
    elif flow and node.data != new:
        refuse_comments(text, node.start, node.end)
        yield _Edit(node.start, node.end, in_flow(text, node, new))
    elif node.data != new:
        raise NotInPlace(*place(text, node.start))


def _mapping_edits(text: str, node: Node, new: dict[str, Value]) -> Iterator[_Edit]:
    """Yield the edits of a mapping in block style.

    A new key goes after the key before it in `new`, or else after the last one: before comments
    that follow, as these may be a block that is left out.
    """
    wanted = {old_key(new, key) for key in new}
    kept_keys = [key for key in node.entries if key in wanted]
    indent = column(text, next(iter(node.entries.values()))[0].start)
    yield from _removed_keys(text, node, kept_keys)
    last = node.entries[kept_keys[-1] if kept_keys else next(reversed(node.entries))][1]
    previous: Node | None = None
    leading: list[_Edit] = []
    for key, value in new.items():
        if (name_now := old_key(new, key)) not in node.entries:
            lines = "".join(f"{' ' * indent}{line}\n" for line in mapping_lines({key: value}))
            at = below(text, (previous or last).end, indent)
            edit = _Edit(at, at, lines)
            if previous is None:
                leading.append(edit)  # goes below what is inserted at the end of the last value
            else:
                yield edit
            continue
        name, previous = node.entries[name_now]
        if key != name_now:
            yield _Edit(name.start, name.end, scalar(key, name.style, flow=False))
        if _is_alike(previous, value):
            yield from _edits(text, previous, value)
        elif previous.data != value:
            colon = text.index(":", name.end)
            line, *more = mapping_lines({key: value})
            rows = [line.removeprefix(f"{written(key)}:"), *(" " * indent + row for row in more)]
            yield _Edit(colon + 1, previous.end, "\n".join(rows))
    yield from leading


def _is_alike(node: Node, new: Value) -> bool:
    """Return whether a value can be edited in place: within brackets, or if both are alike.

    Two groups are alike if they have a key in common.
    """
    if node.flow:
        return isinstance(new, (dict, list)) and type(node.data) is not str
    if isinstance(node.data, dict) and isinstance(new, dict):
        return not node.entries.keys().isdisjoint(old_key(new, key) for key in new)
    return isinstance(new, type(node.data))


def _removed_keys(text: str, node: Node, kept_keys: list[str]) -> Iterator[_Edit]:
    """Yield the removal of every key that is not kept, with its lines.

    Where the first key is on the line of a dash, the first kept one takes its place.
    """
    first = next(iter(node.entries.values()))[0].start
    until = node.entries[kept_keys[0]][0].start if kept_keys else first
    on_dash = bool(text[line_start(text, first) : first].strip())
    if on_dash and not kept_keys:
        raise NotInPlace(*place(text, first))
    if on_dash and first < until:
        refuse_comments(text, first, until)
        yield _Edit(first, until, "")
    for key, (name, value) in node.entries.items():
        if key not in kept_keys and not (on_dash and name.start < until):
            yield _Edit(line_start(text, name.start), line_end(text, value.end), "")


def _sequence_edits(text: str, node: Node, new: list[Value]) -> Iterator[_Edit]:
    """Yield the edits of a list in block style, which keeps at least one of its dashes' columns."""
    origins = [
        None if origin is None or not _is_alike(node.items[origin], value) else origin
        for origin, value in zip(old_places(node.data, new), new, strict=True)
    ]
    known = [origin for origin in origins if origin is not None]
    if known != sorted(set(known)):
        raise NotInPlace(*place(text, node.start))
    dashes = [dash(text, item) for item in node.items]
    indent = column(text, dashes[0])
    for index, item in enumerate(node.items):
        if index not in known:
            yield _Edit(line_start(text, dashes[index]), line_end(text, item.end), "")
    at = above(text, line_start(text, dashes[0]))
    for origin, value in zip(origins, new, strict=True):
        if origin is None:
            lines = "".join(f"{' ' * indent}{line}\n" for line in item_lines(value))
            yield _Edit(at, at, lines)
            continue
        item = node.items[origin]
        at = below(text, item.end, indent)
        yield from _edits(text, item, value)


# -- places in the text: lines, indentation, dashes, comments -------------------------------------


def dash(text: str, item: Node) -> int:
    """Return where the dash of an item is, which must be the first character of its line."""
    dash = text.rfind("-", 0, max(item.start, 1))
    before = text[line_start(text, dash) : dash] if dash >= 0 else "?"
    if before.strip() or text[dash + 1 : item.start].strip():
        raise NotInPlace(*place(text, item.start))
    return dash


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Return where the next line begins."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def above(text: str, at: int) -> int:
    """Return where the comments begin that are right above a line, which begins at `at`."""
    while at and text[line_start(text, at - 1) : at].lstrip(" ").startswith("#"):
        at = line_start(text, at - 1)
    return at


def below(text: str, at: int, indent: int) -> int:
    """Return where a key or item with this indentation goes below a value.

    Comments that are indented further belong to that value, such as optional keys left out of it.
    """
    at = line_end(text, at)
    while (line := text[at : line_end(text, at)]).lstrip(" ").startswith("#"):
        if len(line) - len(line.lstrip(" ")) <= indent:
            break
        at = line_end(text, at)
    return at


def column(text: str, at: int) -> int:
    return at - line_start(text, at)


def place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, column(text, at) + 1


def refuse_comments(text: str, start: int, end: int) -> None:
    """Raise NotInPlace if a comment would be lost with these characters."""
    if "\n" in text[start:end] and _COMMENT.search(text[start:end]):
        raise NotInPlace(*place(text, start))
