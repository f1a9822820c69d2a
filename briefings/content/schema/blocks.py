"""How the keys of a file are declared: blocks of keys, and values that parse their own text.

pydantic's own parsing of text is not used: it accepts `1_000`, `t` and `nan`, and its messages are
for programmers. Every type parses the text that was typed, or raises one fault in words for
editors.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Annotated, Any, TypeVar, dataclass_transform

from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic.dataclasses import dataclass
from pydantic_core import PydanticCustomError

from briefings.content.schema.json_schema import Shape
from briefings.content.similarity import did_you_mean
from briefings.store.compact import compact

#: pydantic configuration of every block.
STRICT = ConfigDict(extra="forbid", arbitrary_types_allowed=True, defer_build=True)

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def block(kind: type[T]) -> type[T]:
    """Class decorator for the groups of keys of a file: a frozen dataclass of keyword fields.

    An unknown key is a fault.
    """
    as_dataclass: Any = dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
    return compact(as_dataclass(kind))


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """Return the error that every parser here raises: type `wrong`, message and hint in `ctx`."""
    return PydanticCustomError("wrong", "{message}", {"message": message, "hint": hint})


def _typed(value: object) -> str:
    if isinstance(value, str):
        return value
    kind = "a list" if isinstance(value, list) else "a group of keys"
    raise wrong(f"this should be a text, and is {kind}", "write one value after the colon")


def shaped(shape: Shape) -> Any:
    """Return a type that only has a JSON Schema, and accepts anything."""
    return Annotated[Any, WithJsonSchema(shape)]


def scalar(parse: Callable[[str], T], shape: Shape) -> PlainValidator:
    """Return a validator that strips a text and parses it; a list or a group is a fault.

    `shape` is the JSON Schema of the text. Code editors parse YAML with types, `2022` to a number
    and `true` to a boolean, so the schema must accept these types as well.
    """

    def validate(value: Any) -> T:
        return parse(_typed(value).strip())

    return PlainValidator(validate, json_schema_input_type=shaped(shape))


def matching(
    accepts: Callable[[str], object],
    message: str,
    hint: str,
    shape: Shape,
    convert: Callable[[str], Any] = str,
) -> PlainValidator:
    """Return a validator for a text that `accepts` returns true for; `message` is of any other."""

    def parse(text: str) -> Any:
        if not accepts(text):
            raise wrong(f"{shown(text)} {message}", hint)
        return convert(text)

    return scalar(parse, shape)


def text_shape(pattern: str | None = None, **keywords: Any) -> Shape:
    return {"type": "string"} | ({"pattern": f"^(?:{pattern})$"} if pattern else {}) | keywords


def number_shape(pattern: str, kind: str = "number", **keywords: Any) -> Shape:
    """Return the JSON Schema of digits, in quotes or not."""
    return text_shape(pattern) | {"type": [kind, "string"]} | keywords


#: A YAML parser with types takes some texts for numbers or booleans.
ANY_TEXT: Shape = {"type": ["string", "number", "boolean"]}


def shown(text: str, most: int = 40) -> str:
    return f"`{text}`" if len(text) <= most else f"`{text[:most]}…`"


def one_line(text: str) -> str:
    """Return `text` stripped and on one line: each run of white space becomes one space."""
    return " ".join(text.split())


def word_fault(text: str, options: Sequence[str]) -> tuple[str, str] | None:
    """Return message and hint for a word that is not among the options; None if it is."""
    if text in options:
        return None
    near = did_you_mean(text, options)
    listed = ", ".join(options)
    hint = f"did you mean `{near}`? The words are: {listed}" if near else f"write one of: {listed}"
    return f"{shown(text)} is not one of the words allowed here", hint


def word(*options: str) -> PlainValidator:
    """Return a validator for one of a fixed set of words; the hint suggests the nearest word."""

    def parse(text: str) -> str:
        if fault := word_fault(text, options):
            raise wrong(*fault)
        return text

    return scalar(parse, {"enum": list(options)})


def _some(values: tuple[T, ...]) -> tuple[T, ...]:
    if not values:
        raise wrong("this list is empty", "fill it in or remove the line")
    return values


def _distinct(values: tuple[T, ...]) -> tuple[T, ...]:
    if (doubled := first_doubled(values)) is not None:
        raise wrong(f"`{doubled}` is named twice", "name it once")
    return _once(_some(values))


@lru_cache(maxsize=4096)
def _once(values: tuple[T, ...]) -> tuple[T, ...]:
    """Return one shared tuple for equal values: `[A]` occurs at forty claims of a briefing."""
    return values


def first_doubled(values: Iterable[T]) -> T | None:
    """Return the first value that equals an earlier one, or None."""
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def doc(description: str, alias: str | None = None, listed: str | None = None) -> Any:
    """Return a pydantic field with its description: one sentence, shown to editors.

    It is in the JSON Schema, the docs and the completion of a code editor. `alias` is the key in
    a file, where the word is reserved in Python (`from`). `listed`: the list in the file of the
    regulator (or of the site, `organisations`) that has the words to choose from.
    """
    if listed is None:  # without json_schema_extra=None, which would remove that of the type
        return Field(description=description, alias=alias)
    return Field(description=description, alias=alias, json_schema_extra={"x-listed": listed})


Items = Annotated[tuple[T, ...], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})]
Distinct = Annotated[
    tuple[T, ...],
    AfterValidator(_distinct),
    Field(json_schema_extra={"minItems": 1, "uniqueItems": True}),
]
