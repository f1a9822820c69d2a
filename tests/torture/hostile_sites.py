"""The made-up site with a payload in every text field."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from briefings.content.files import FOLDERS
from briefings.content.frontmatter.reading import read_markdown, read_yaml
from briefings.content.frontmatter.tree import Loc
from briefings.content.markdown.render import render
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import json_schema, shape_at

ROOT = Path(__file__).parents[2]
SITE = ROOT / "tests" / "site" / "content"
#: How the schema describes a text on which nothing is asked but its length.
_FREE = {"string", "number", "boolean"}
#: Free texts that name something else: a kind of organisation, a trust, a method, names to be kept
#: out of the site.
_NAMES = {
    ("kind",),
    ("ratings", "*", "inherited_from"), ("inspection", "method"),
    ("ratings", "*", "previous", "method"), ("policy", "never_publish", "*"),
}  # fmt: skip

Place = tuple[str, ...]


def places(kind: str) -> frozenset[Place]:
    """Every place of a kind of file that takes any words: `("ratings", "*", "note")`."""
    schema = json_schema(SCHEMAS[kind])
    return frozenset(_places(schema, schema, ())) - _NAMES


def _places(node: Mapping[str, Any], schema: Mapping[str, Any], place: Place) -> Iterator[Place]:
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    for option in node.get("anyOf", ()):
        yield from _places(option, schema, place)
    if isinstance(node.get("type"), list) and set(node["type"]) == _FREE:
        yield place
    for name, inner in node.get("properties", {}).items():
        yield from _places(inner, schema, (*place, name))
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield from _places(node[key], schema, (*place, "*"))


def kind_of(path: str) -> str:
    """The kind of a content file."""
    return "site" if path == "site.yaml" else FOLDERS[path.split("/")[0]][0]


@dataclass(frozen=True, slots=True)
class Written:
    """One real file: its front matter as a tree, and its body."""

    path: str
    tree: dict[str, Any]
    body: str


@cache
def _real() -> tuple[Written, ...]:
    files = []
    for file in sorted(SITE.rglob("*")):
        path = file.relative_to(SITE).as_posix()
        if file.suffix in {".md", ".yaml"} and file.name != "README.md":
            reader = read_markdown if file.suffix == ".md" else read_yaml
            source, _ = reader(file.read_bytes(), path)
            files.append(Written(path, source.tree.data, source.body))
    return tuple(files)


@dataclass(slots=True)
class Hostile:
    """Writes a folder in which each text is one of the payloads: the `turn`th for the first.

    Equal texts become equal payloads, so that a service is still called by its name. The number
    behind each keeps titles apart.
    """

    payloads: Sequence[str]
    turn: int = 0
    given: dict[str, str] = field(default_factory=dict)
    covered: set[tuple[str, Place]] = field(default_factory=set)

    def write(self, folder: Path) -> None:
        """The whole content folder, and the theme beside it."""
        shutil.copytree(SITE / "media", folder / "media")
        shutil.copytree(SITE.parent / "theme", folder.parent / "theme", dirs_exist_ok=True)
        for number, written in enumerate(_real()):
            front = self._node(written.tree, kind_of(written.path), ())
            front.pop("policy", None)  # some of the payloads would be names not to be published
            text = _as_yaml(front)
            file = folder / written.path
            file.parent.mkdir(parents=True, exist_ok=True)
            if written.path.endswith(".md"):
                text = f"---\n{text}---\n{written.body}\n\n{self._prose(number)}"
            file.write_text(text, encoding="utf-8")

    def words(self, text: str) -> str:
        """Return the replacement of a text."""
        if text not in self.given:
            number = len(self.given)
            payload = self.payloads[(self.turn + number) % len(self.payloads)]
            self.given[text] = f"{payload} {number}"
        return self.given[text]

    def _node(self, node: Any, kind: str, loc: Loc) -> Any:
        if isinstance(node, dict):
            return {key: self._node(inner, kind, (*loc, key)) for key, inner in node.items()}
        if isinstance(node, list):
            return [self._node(inner, kind, (*loc, n)) for n, inner in enumerate(node)]
        place = _place(kind, loc)
        if place is None or place in _NAMES:
            return node
        self.covered.add((kind, place))
        return self.words(node)

    def _prose(self, number: int) -> str:
        """A dozen payloads as an editor may mean them: as text, as code, and as they are where
        that is no fault."""
        texts = [
            self.payloads[(self.turn + number * 12 + n) % len(self.payloads)] for n in range(12)
        ]
        parts = [
            f"Escaped {escaped(text)} here.\n\n`` {text} ``\n" for text in texts if "`" not in text
        ]
        return "\n".join([*parts, *filter(is_read, texts)])


def _place(kind: str, loc: Loc) -> Place | None:
    """Return the place of a path in the tree, if it can have any text."""
    shape = shape_at(SCHEMAS[kind], loc)
    free = isinstance(shape.get("type"), list) and set(shape["type"]) == _FREE
    if not free:
        return None
    for place in places_of(kind):
        if len(place) == len(loc) and all(
            part in ("*", key) for part, key in zip(place, loc, strict=True)
        ):
            return place
    return None


places_of: Callable[[str], frozenset[Place]] = cache(places)


def escaped(text: str) -> str:
    """A text with a backslash before every sign that Markdown could read."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


@cache
def is_read(payload: str) -> bool:
    """Return whether Markdown accepts a payload unescaped in a body, without a fault."""
    _, problems = render(
        payload, path="", content_path="pages/about.md", first_line=1, sources=None, base_path=""
    )
    return not problems


def _as_yaml(front: Mapping[str, Any]) -> str:
    """JSON that is YAML, with `\\u000a` for each escape `\\n`, which front matter may not have."""
    text = json.dumps(front, ensure_ascii=False, indent=1) + "\n"
    return re.sub(
        r"\\(.)",
        lambda escape: f"\\u{ord(_CONTROL[escape[1]]):04x}" if escape[1] in _CONTROL else escape[0],
        text,
    )


_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
