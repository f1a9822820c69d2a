"""Change the front matter of a file to other values with the smallest edit of its text.

Comments, quotes, the order of keys and every line that is not concerned stay as they are. The new
text is read again, and refused with NotInPlace unless it has exactly the values that were wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from briefings.content.frontmatter.reading import SourceFile, read_markdown, read_yaml
from briefings.content.frontmatter.spans import Node, spans
from briefings.edit.yaml_edit import NotInPlace, written

#: A text, or a dict or list of values.
Value = Any
_BOM = b"\xef\xbb\xbf"
_COMMENT = re.compile(r"(?:^|\s)#")
#: The longest list of words that is written in brackets on one line.
_WIDTH = 72


class Rows(list[Value]):
    """The wanted items of a list; `origins` has the index that each has in the file, or None."""

    def __init__(self, items: Iterable[tuple[int | None, Value]]) -> None:
        pairs = list(items)
        super().__init__(value for _, value in pairs)
        self.origins = [origin for origin, _ in pairs]


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

    `source` is `raw`, parsed. A list that is a `Rows` keeps the comments of each item; items of any
    other list are matched by their position. Line ends of the body are those of the file. Raises
    NotInPlace where the text can't be edited; see `is_editable`.
    """
    before, front, after = _parts(raw, source)
    ending = "\r\n" if b"\r\n" in raw else "\n"
    front = _front(front, source.tree.data, wanted, ending)
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


def with_key(
    group: dict[str, Value], key: str, value: Value, order: Sequence[str]
) -> dict[str, Value]:
    """Return a group with one more key, below all those that are before it in `order`."""
    before = order[: order.index(key)] if key in order else list(group)
    names = list(group)
    cut = max((n for n, name in enumerate(names, 1) if name in before), default=len(names))
    return {name: group.get(name, value) for name in (*names[:cut], key, *names[cut:])}


def _front(text: str, data: dict[str, Value], wanted: dict[str, Value], ending: str) -> str:
    """Return the YAML text with the wanted values, where it has those of `data`."""
    root = _root(text, data)
    if root is None:
        return text + "".join(f"{line}{ending}" for line in mapping_lines(wanted))
    edits = list(reversed(list(_edits(text, root, wanted))))
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        new = edit.new
        if new.endswith("\n") and edit.start and text[edit.start - 1] != "\n":
            new = f"\n{new}"  # after a last line without a line end
        text = text[: edit.start] + new.replace("\n", ending) + text[edit.end :]
    return text


def _edits(text: str, node: Node, new: Value, flow: bool = False) -> Iterator[_Edit]:
    """Yield the edits that turn the value of a node into `new`; `flow`: it is inside brackets."""
    if node.data == new and not isinstance(new, Rows):
        return
    flow = flow or node.flow
    if isinstance(new, str) and isinstance(node.data, str):
        space = " " if node.start == node.end else ""  # an empty value, right after its colon
        yield _Edit(node.start, node.end, space + _scalar(new, node.style, flow))
    elif isinstance(new, dict) and isinstance(node.data, dict) and not node.flow:
        yield from _mapping_edits(text, node, new)
    elif isinstance(new, list) and isinstance(node.data, list) and not node.flow:
        yield from _sequence_edits(text, node, new)
    elif flow and node.data != new:
        _refuse_comments(text, node.start, node.end)
        yield _Edit(node.start, node.end, _in_flow(text, node, new))
    elif node.data != new:
        raise NotInPlace(*_place(text, node.start))


def _mapping_edits(text: str, node: Node, new: dict[str, Value]) -> Iterator[_Edit]:
    """Yield the edits of a mapping in block style.

    A new key goes after the key before it in `new`, or else after the last one: before comments
    that follow, as these may be a block that is left out.
    """
    kept = [key for key in node.entries if key in new]
    indent = _column(text, next(iter(node.entries.values()))[0].start)
    yield from _removed_keys(text, node, kept)
    last = node.entries[kept[-1] if kept else next(reversed(node.entries))][1]
    previous: Node | None = None
    leading: list[_Edit] = []
    for key, value in new.items():
        if key not in node.entries:
            lines = "".join(f"{' ' * indent}{line}\n" for line in mapping_lines({key: value}))
            at = _below(text, (previous or last).end, indent)
            edit = _Edit(at, at, lines)
            if previous is None:
                leading.append(edit)  # goes below what is inserted at the end of the last value
            else:
                yield edit
            continue
        name, previous = node.entries[key]
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
        return not node.entries.keys().isdisjoint(new)
    return isinstance(new, type(node.data))


def _removed_keys(text: str, node: Node, kept: list[str]) -> Iterator[_Edit]:
    """Yield the removal of every key that is not kept, with its lines.

    Where the first key is on the line of a dash, the first kept one takes its place.
    """
    first = next(iter(node.entries.values()))[0].start
    until = node.entries[kept[0]][0].start if kept else first
    on_dash = bool(text[_line_start(text, first) : first].strip())
    if on_dash and not kept:
        raise NotInPlace(*_place(text, first))
    if on_dash and first < until:
        _refuse_comments(text, first, until)
        yield _Edit(first, until, "")
    for key, (name, value) in node.entries.items():
        if key not in kept and not (on_dash and name.start < until):
            yield _Edit(_line_start(text, name.start), _line_end(text, value.end), "")


def _sequence_edits(text: str, node: Node, new: list[Value]) -> Iterator[_Edit]:
    """Yield the edits of a list in block style, which keeps at least one of its dashes' columns."""
    origins = [
        None if origin is None or not _is_alike(node.items[origin], value) else origin
        for origin, value in zip(_origins(node, new), new, strict=True)
    ]
    known = [origin for origin in origins if origin is not None]
    if known != sorted(set(known)):
        raise NotInPlace(*_place(text, node.start))
    dashes = [_dash(text, item) for item in node.items]
    indent = _column(text, dashes[0])
    for index, item in enumerate(node.items):
        if index not in known:
            yield _Edit(_line_start(text, dashes[index]), _line_end(text, item.end), "")
    at = _line_start(text, dashes[0])
    for origin, value in zip(origins, new, strict=True):
        if origin is None:
            lines = "".join(f"{' ' * indent}{line}\n" for line in _item_lines(value))
            yield _Edit(at, at, lines)
            continue
        item = node.items[origin]
        at = _below(text, item.end, indent)
        yield from _edits(text, item, value)


def _origins(node: Node, new: list[Value]) -> list[int | None]:
    """Return the index in the file of each new item, or None."""
    return new.origins if isinstance(new, Rows) else list(_positions(node, new))


def _positions(node: Node, new: list[Value]) -> Iterator[int | None]:
    """Yield the index in the file of each new item: of an equal item, else of the one in its place.

    Items before the first difference and after the last are equal; those between are paired.
    """
    old = node.data
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
                min(len(old), len(new)))  # fmt: skip
    room = min(len(old), len(new)) - head
    tail = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    for index in range(len(new)):
        if index < head:
            yield index
        elif index >= len(new) - tail:
            yield index - len(new) + len(old)
        else:
            yield index if index < len(old) - tail else None


def _dash(text: str, item: Node) -> int:
    """Return where the dash of an item is, which must be the first character of its line."""
    dash = text.rfind("-", 0, max(item.start, 1))
    before = text[_line_start(text, dash) : dash] if dash >= 0 else "?"
    if before.strip() or text[dash + 1 : item.start].strip():
        raise NotInPlace(*_place(text, item.start))
    return dash


# -- what is written -------------------------------------------------------------------------------


def _scalar(new: str, style: str, flow: bool) -> str:
    """Return a text as YAML: in the quotes that were there, or where it needs them."""
    if style == '"' and not re.search(r'["\\]', new):
        return f'"{new}"'
    if style in {"'", '"'} or (flow and re.search(r"[,\[\]{}]", new)):
        return "'" + new.replace("'", "''") + "'"
    return written(new)


def _in_flow(text: str, node: Node | None, new: Value) -> str:
    """Return a value within brackets; what is as before is copied from the text."""
    if node is not None and node.data == new:
        return text[node.start : node.end]
    if isinstance(new, dict):
        entries = node.entries if node is not None else {}
        pairs = []
        for key, value in new.items():
            name, old = entries.get(key, (None, None))
            label = text[name.start : name.end] if name else _scalar(key, "", flow=True)
            pairs.append(f"{label}: {_in_flow(text, old, value)}")
        return "{" + ", ".join(pairs) + "}"
    if isinstance(new, list):
        items = node.items if node is not None else []
        origins = _origins(node, new) if node is not None and items else [None] * len(new)
        olds = [None if origin is None else items[origin] for origin in origins]
        parts = (_in_flow(text, old, item) for old, item in zip(olds, new, strict=True))
        return "[" + ", ".join(parts) + "]"
    return _scalar(new, node.style if node is not None else "", flow=True)


def mapping_lines(group: dict[str, Value]) -> list[str]:
    """Return a group of keys as lines of YAML in block style."""
    lines: list[str] = []
    for key, value in group.items():
        name = f"{written(key)}:"
        if isinstance(value, dict):
            lines += [name, *(f"  {line}" for line in mapping_lines(value))]
        elif isinstance(value, list) and not _fits_on_a_line(value):
            lines += [name, *(f"  {line}" for item in value for line in _item_lines(item))]
        elif isinstance(value, list):
            lines.append(f"{name} {_in_flow('', None, value)}")
        else:
            lines.append(f"{name} {written(value)}")
    return lines


def _item_lines(value: Value) -> list[str]:
    """Return an item of a list as lines of YAML in block style."""
    if isinstance(value, dict):
        first, *more = mapping_lines(value)
        return [f"- {first}", *(f"  {line}" for line in more)]
    return [f"- {_in_flow('', None, value) if isinstance(value, list) else written(value)}"]


def _fits_on_a_line(items: list[Value]) -> bool:
    plain = all(isinstance(item, str) for item in items)
    return plain and len(", ".join(items)) <= _WIDTH and not any("," in item for item in items)


# -- places ----------------------------------------------------------------------------------------


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    """Return where the next line begins."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _below(text: str, at: int, indent: int) -> int:
    """Return where a key or item with this indentation goes below a value.

    Comments that are indented further belong to that value, such as optional keys left out of it.
    """
    at = _line_end(text, at)
    while (line := text[at : _line_end(text, at)]).lstrip(" ").startswith("#"):
        if len(line) - len(line.lstrip(" ")) <= indent:
            break
        at = _line_end(text, at)
    return at


def _column(text: str, at: int) -> int:
    return at - _line_start(text, at)


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, _column(text, at) + 1


def _refuse_comments(text: str, start: int, end: int) -> None:
    """Raise NotInPlace if a comment would be lost with these characters."""
    if "\n" in text[start:end] and _COMMENT.search(text[start:end]):
        raise NotInPlace(*_place(text, start))
