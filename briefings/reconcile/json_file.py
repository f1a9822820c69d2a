"""A JSON file whose values are taken one by one; each fault has its line and column."""

from __future__ import annotations

import json
import re
from typing import Any

from briefings.content.schema.json_schema import Loc
from briefings.problems import ContentError, Lines, Problem, printable

_KINDS: dict[Any, str] = {str: "a text", list: "a list", dict: "an object"}
_BETWEEN = re.compile(r"[\s:,]*+")
_DECODER = json.JSONDecoder()


class JsonFile:
    """A file that is JSON. `problems`: the faults found so far."""

    def __init__(self, path: str, raw: bytes) -> None:
        """Raises ContentError if it is not JSON."""
        self.path = path
        self.problems: list[Problem] = []
        message, place = "this is not UTF-8 text", (1, 1)
        try:
            self._text = raw.decode("utf-8-sig")
            self._data = json.loads(self._text, parse_int=float)
            return
        except json.JSONDecodeError as fault:
            message, place = f"this is not JSON ({fault.msg})", (fault.lineno, fault.colno)
        except RecursionError:
            message = "this is nested too deep"
        except UnicodeDecodeError:
            pass
        hint = "save the record again, just as the regulator's API gives it"
        raise ContentError([Problem(path, *place, message, hint)])

    def take(self, kind: Any, *loc: str | int) -> Any:
        """Return the value at a path; empty if there is none. One of another kind is a fault."""
        value = self._data
        for step in loc:
            inside = isinstance(value, list if isinstance(step, int) else dict)
            value = value[step] if inside and (isinstance(step, int) or step in value) else None
        if value is not None and not isinstance(value, kind):
            self.fault(loc, f"this should be {_KINDS[kind]}", "compare it with another record")
            value = None
        return kind() if value is None else value

    def text(self, *loc: str | int) -> str:
        """Return the text at a path, in one line; empty if there is none."""
        return printable(" ".join(self.take(str, *loc).split()))

    def items(self, *loc: str | int) -> list[Loc]:
        """Return the paths of the items of the list at a path."""
        return [(*loc, n) for n in range(len(self.take(list, *loc)))]

    def fault(self, loc: Loc, message: str, hint: str) -> None:
        """Note a fault at the value at a path, which is there."""
        offset = _after_space(self._text, 0)
        for step in loc:
            offset = _offset(self._text, offset, step)
        place = Lines(self._text).place(offset)
        self.problems.append(Problem(self.path, *place, message, hint))


def _offset(text: str, offset: int, wanted: str | int) -> int:
    """Return the offset of the value of a key or place in the object or list at `offset`."""
    offset = _after_space(text, offset + 1)
    key: object = 0
    while True:
        if isinstance(wanted, str):
            key, offset = _DECODER.raw_decode(text, offset)
            offset = _after_space(text, offset)
        if key == wanted:
            return offset
        offset = _after_space(text, _DECODER.raw_decode(text, offset)[1])
        key = key + 1 if isinstance(key, int) else key


def _after_space(text: str, offset: int) -> int:
    match = _BETWEEN.match(text, offset)
    return match.end() if match else offset
