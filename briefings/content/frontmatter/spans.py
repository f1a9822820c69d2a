"""Where each value of a YAML text begins and ends, for edits that keep every other character.

The tree of `reading` has the places where values begin. This one has their ends and their styles
too; it is made only when a file is edited.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

_BLOCK = frozenset({"|", ">"})


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
    assert node.start_mark is not None
    assert node.end_mark is not None
    start, end = node.start_mark.index, node.end_mark.index
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
    if style in _BLOCK:
        end = start + len(text[start:end].rstrip())
    return Node(start, end, node.value, style)
