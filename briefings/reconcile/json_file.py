"""A JSON file whose values are taken one by one; each fault has its line and column."""

from __future__ import annotations

import json
import re
from typing import Any

from briefings.content.schema import Loc
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
        said, place = "this is not UTF-8 text", (1, 1)
        try:
            self._text = raw.decode("utf-8-sig")
            self._data = json.loads(self._text, parse_int=float)
            return
        except json.JSONDecodeError as fault:
            said, place = f"this is not JSON ({fault.msg})", (fault.lineno, fault.colno)
        except RecursionError:
            said = "this is nested too deep"
        except UnicodeDecodeError:
            pass
        hint = "save the record again, just as the regulator's API gives it"
        raise ContentError([Problem(path, *place, said, hint)])

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
        at = _after_space(self._text, 0)
        for step in loc:
            at = _offset(self._text, at, step)
        place = Lines(self._text).place(at)
        self.problems.append(Problem(self.path, *place, message, hint))


def _offset(text: str, at: int, wanted: str | int) -> int:
    """Return the offset of the value of a key or place in the object or list at `at`."""
    at = _after_space(text, at + 1)
    key: object = 0
    while True:
        if isinstance(wanted, str):
            key, at = _DECODER.raw_decode(text, at)
            at = _after_space(text, at)
        if key == wanted:
            return at
        at = _after_space(text, _DECODER.raw_decode(text, at)[1])
        key = key + 1 if isinstance(key, int) else key


def _after_space(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
