"""Every regular expression of the product, and inputs that make such expressions slow.

A pattern that goes back over what it has read takes four times as long for twice as much, or worse.
Each one is given what it repeats, again and again, and then something that doesn't fit.
"""

from __future__ import annotations

import ast
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from itertools import islice, product
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import briefings

PACKAGE = Path(briefings.__file__).parent
Pattern = re.Pattern[str] | re.Pattern[bytes]
_parse: Callable[..., Any] = import_module("re._parser").parse

#: Seconds that a pattern may take for any input of `LONGEST` characters.
MOST, LONGEST = 2.0, 256 * 1024
_SHORT = 2_000
#: Patterns that are never given so much: a file's name (NAME_MAX).
LIMITED = {"briefings.urls._RUN": 255}
_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")


@dataclass(frozen=True)
class FoundPattern:
    """A pattern, where it is, and how it is used."""

    where: str
    pattern: Pattern
    methods: tuple[str, ...]


def modules() -> Iterator[ModuleType]:
    """Every module of the package."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "briefings."):
        if not module.name.endswith("__main__"):
            yield import_module(module.name)


def patterns() -> list[FoundPattern]:
    """Every pattern that a module, class or container holds, or that a function writes out."""
    by_pattern: dict[tuple[Any, ...], FoundPattern] = {}
    sources = {path: path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
    all_sources = "\n".join(sources.values())
    for module in modules():
        own = sources[Path(str(module.__file__))]
        for name, value in vars(module).items():
            for compiled in _held(value, 3):
                where = f"{module.__name__}.{name}"
                key = (compiled.pattern, compiled.flags)
                if key not in by_pattern or by_pattern[key].where.rpartition(".")[2] != name:
                    text = own if name.startswith("_") else all_sources
                    by_pattern[key] = FoundPattern(where, compiled, _used(text, name))
    for path, text in sources.items():
        for written in _written(path, ast.parse(text)):
            by_pattern.setdefault((written.pattern.pattern, written.pattern.flags), written)
    return list(by_pattern.values())


def unwritten() -> list[str]:
    """Calls of `re` in functions whose pattern is put together when they run: file and function."""
    places = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for call in filter(_is_of_re, ast.walk(function)):
                    assert isinstance(call, ast.Call)
                    if _text_of(path, call.args[0]) is None:
                        places.append(f"{path.relative_to(PACKAGE).as_posix()}: {function.name}")
    return places


def _held(value: object, depth: int) -> Iterator[Pattern]:
    """The patterns in a value of a module, in its containers and in its own classes."""
    if isinstance(value, re.Pattern):
        yield value
        return
    inner: Iterable[object] = ()
    if isinstance(value, dict):
        inner = (*value.keys(), *value.values())
    elif isinstance(value, (tuple, list, set, frozenset)):
        inner = value
    elif isinstance(value, partial):
        inner = value.args
    elif isinstance(value, type) and value.__module__.startswith("briefings"):
        inner = vars(value).values()
    for compiled in inner if depth else ():
        yield from _held(compiled, depth - 1)


def _used(source: str, name: str) -> tuple[str, ...]:
    """The methods called on a name; `search` where none is seen, which is the slowest."""
    methods = set(re.findall(rf"\b{re.escape(name)}\.(\w+)\(", source)) & set(_METHODS)
    return tuple(sorted(methods)) or ("search",)


def _is_of_re(node: ast.AST) -> bool:
    """A call of `re`, or of `matching` (`content/schema/blocks.py`), which calls `fullmatch`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "matching"
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in (*_METHODS, "compile")
        and bool(node.args)
    )


def _text_of(path: Path, node: ast.expr) -> str | bytes | None:
    """Return a pattern that is a literal, or the value of a name of its module."""
    if isinstance(node, ast.Name):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        value = getattr(import_module(name.removesuffix(".__init__")), node.id, None)
        return value if isinstance(value, (str, bytes)) else None
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        return node.value
    return None


def _written(path: Path, tree: ast.AST) -> Iterator[FoundPattern]:
    for call in filter(_is_of_re, ast.walk(tree)):
        assert isinstance(call, ast.Call)
        is_of_re = isinstance(call.func, ast.Attribute)
        text = _text_of(path, call.args[0])
        if text is not None:
            flags = re.RegexFlag(0)
            words = (*call.args[1:], *(key.value for key in call.keywords))
            for word in words if is_of_re else ():
                for name in ast.walk(word):
                    if isinstance(name, ast.Attribute):
                        flags |= getattr(re, name.attr, 0)
            pattern: Pattern = re.compile(text, flags)
            called = call.func.attr if isinstance(call.func, ast.Attribute) else "fullmatch"
            method = called if called in _METHODS else "search"
            yield FoundPattern(
                f"{path.relative_to(PACKAGE).as_posix()}:{call.lineno}", pattern, (method,)
            )


# -- inputs ----------------------------------------------------------------------------------------

_ENDS = ("", "\0", "!", "\n\n", " x", "<")


def attacks(pattern: Pattern) -> Iterator[Callable[[int], str]]:
    """Functions of a length, each to an input of about that length."""
    raw = pattern.pattern
    text = raw.decode("latin-1") if isinstance(raw, bytes) else raw
    tree = _parse(text, pattern.flags & ~re.UNICODE if isinstance(raw, bytes) else pattern.flags)
    pumps = dict.fromkeys(_pumps(tree, ""))
    signs = list(dict.fromkeys(_signs(tree)))[:24]
    for sign in signs:
        pumps.setdefault(("", sign), None)
        pumps.setdefault(("x", sign), None)
    for first, second in islice(product(signs, signs), 400):
        if first != second:
            pumps.setdefault(("", first + second), None)
    for before, unit in pumps:
        for end in _ENDS:
            yield partial(_pumped, before, unit, end)
    for before, unit in _pumps(tree, ""):  # many short ones, each with an end that doesn't fit
        for end in _ENDS[1:]:
            yield partial(_pumped, "", f"{before}{unit * 42}{end}", "")


def _pumped(before: str, unit: str, end: str, length: int) -> str:
    return before + unit * max(1, length // len(unit)) + end


def _pumps(tree: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    """What leads to each repetition, and what it repeats."""
    for op, value in tree:
        name = str(op)
        if "REPEAT" in name:
            _, most, body = value
            for unit in _samples(body):
                if unit and (most is _MAX or most > 20):
                    yield before, unit
            yield from _pumps(body, before)
        for inner in _inner(name, value):
            yield from _pumps(inner, before)
        before += next(iter(_samples([(op, value)])), "")


_MAX = import_module("re._constants").MAXREPEAT


def _inner(name: str, value: Any) -> Iterator[Any]:
    if name == "SUBPATTERN":
        yield value[3]
    elif name == "BRANCH":
        yield from value[1]
    elif name in {"ASSERT", "ASSERT_NOT"}:
        yield value[1]
    elif name == "ATOMIC_GROUP":
        yield value


def _samples(tree: Iterable[Any]) -> list[str]:
    """A few texts that a part of a pattern matches."""
    samples = [""]
    for op, value in tree:
        parts = _of_one(str(op), value) or [""]
        samples = [sample + part for sample in samples[:4] for part in parts[:6]]
    return samples[:12]


def _of_one(name: str, value: Any) -> list[str]:
    if name == "LITERAL":
        return [chr(value)]
    if name in {"NOT_LITERAL", "ANY"}:
        return ["a", " "] if value != ord("a") else ["b", " "]
    if name == "IN":
        return _of_set(value)
    if "REPEAT" in name:
        least, _, body = value
        return [sample * max(least, 1) for sample in _samples(body)]
    if name == "BRANCH":
        return [sample for branch in value[1] for sample in _samples(branch)[:3]]
    if name == "SUBPATTERN":
        return _samples(value[3])
    if name == "ATOMIC_GROUP":
        return _samples(value)
    return []


_CATEGORIES = {"DIGIT": "1", "SPACE": " \n", "WORD": "a1_"}


def _of_set(items: Iterable[Any]) -> list[str]:
    letters: list[str] = []
    out: set[str] = set()
    negated = False
    for op, value in items:
        name = str(op)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            (out.add if negated else letters.append)(chr(value))
        elif name == "RANGE":
            (out.add if negated else letters.append)(chr(value[0]))
        elif name == "CATEGORY":
            kind = str(value).rpartition("_")[2]
            signs = "ab !" if "NOT" in str(value) else _CATEGORIES.get(kind, "a")
            letters += [] if negated else signs
    return (
        letters
        if not negated
        else [letter for letter in ("a", " ", "!", "1", "\n") if letter not in out]
    )


def _signs(tree: Iterable[Any]) -> Iterator[str]:
    for op, value in tree:
        name = str(op)
        if name in {"LITERAL", "NOT_LITERAL", "IN", "ANY"}:
            yield from _of_one(name, value)
            if name == "NOT_LITERAL":
                yield chr(value)
        if "REPEAT" in name:
            yield from _signs(value[2])
        for inner in _inner(name, value):
            yield from _signs(inner)


# -- time ------------------------------------------------------------------------------------------


class TooSlow(Exception):
    """An input took longer than it may."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow after so many seconds; the engine of `re` looks for signals."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run(found_pattern: FoundPattern, text: str) -> float:
    """The seconds that a pattern takes for a text, in the slowest way in which it is used."""
    data: Any = (
        text.encode("latin-1", "replace")
        if isinstance(found_pattern.pattern.pattern, bytes)
        else text
    )
    slowest = 0.0
    for method in found_pattern.methods:
        act: Any = getattr(found_pattern.pattern, method)
        started = time.process_time()
        if method in {"sub", "subn"}:
            act(data[:0], data)
        elif method == "finditer":
            for _ in act(data):
                pass
        else:
            act(data)
        slowest = max(slowest, time.process_time() - started)
    return slowest


def worst(found_pattern: FoundPattern, most: float = 4 * MOST) -> tuple[float, str]:
    """The longest time for an input of `LONGEST`, worked out from shorter ones where these show
    that time grows no faster than length, and measured where they don't; and the input."""
    slowest, worst_input = 0.0, ""
    most_given = LIMITED.get(found_pattern.where, LONGEST)
    least = min(_SHORT, most_given // 4)
    for attack in attacks(found_pattern.pattern):
        try:
            with within(most):
                short, long = (
                    run(found_pattern, attack(least)),
                    run(found_pattern, attack(4 * least)),
                )
                seconds = long * most_given / (4 * least)
                if long > 0.0005 and long > 6 * short:
                    seconds = run(found_pattern, attack(most_given))
        except TooSlow:
            return most, attack(99)[:99]
        if seconds > slowest:
            slowest, worst_input = seconds, attack(99)[:99]
    return slowest, worst_input
