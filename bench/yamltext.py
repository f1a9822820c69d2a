"""Write YAML as an editor would type it: block style, plain scalars where YAML allows them.

Not done by a YAML library, because that would take minutes for a corpus of 100,000 files, and
because only `briefings.content.frontmatter` may import one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"

# No `: `, ` #`, comma, bracket or quotation mark; and no colon at the end.
_PLAIN = re.compile(r"[A-Za-z0-9/](?:[A-Za-z0-9 ./+_-]|:(?=\S))*(?<! )")


def slug(name: str) -> str:
    """Return the id for a name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def yaml(tree: Mapping[str, Value], indent: str = "") -> str:
    """Return a mapping as lines of YAML, without keys whose list or mapping is empty."""
    return "".join(
        f"{indent}{key}:{_after_key(value, indent)}"
        for key, value in tree.items()
        if isinstance(value, str) or value
    )


def _after_key(value: Value, indent: str) -> str:
    if isinstance(value, str):
        return f" {_scalar(value)}\n"
    if isinstance(value, Mapping):
        return "\n" + yaml(value, indent + "  ")
    return _items(value, indent + "  ")


def _items(items: Sequence[Value], indent: str) -> str:
    """Return a list: ids in one line (flow style), other items on a line or in a block each."""
    words = [item for item in items if isinstance(item, str)]
    if words and all(re.fullmatch(r"[\w-]+", word) for word in words):
        return f" [{', '.join(words)}]\n"
    blocks = (
        f"{indent}- {yaml(item, indent + '  ').lstrip()}"
        if isinstance(item, Mapping)
        else f"{indent}- {_scalar(str(item))}\n"
        for item in items
    )
    return "\n" + "".join(blocks)


def _scalar(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
