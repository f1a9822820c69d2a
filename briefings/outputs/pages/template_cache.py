"""Templates compiled and taken apart: once for a text, and kept from one build to the next."""

from __future__ import annotations

import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import CodeType
from typing import NamedTuple

from jinja2 import BytecodeCache, Environment, TemplateError, nodes
from jinja2.bccache import Bucket


class Anatomy(NamedTuple):
    """What a template's text says of itself and of others.

    `layout`: the template it extends; nothing where it has none or works it out. `named`: those it
    includes or imports, and whether that is the whole name or only how the name begins.
    """

    layout: str = ""
    stands_in: bool = False
    blocks: frozenset[str] = frozenset()
    calls_super: bool = False
    named: tuple[tuple[str, bool], ...] = ()


@dataclass
class _Known:
    """By template: what stands for its text, and what was made of that."""

    code: dict[str, tuple[str, CodeType]] = field(default_factory=dict)
    anatomy: dict[str, tuple[bytes, Anatomy]] = field(default_factory=dict)
    has_news: bool = False


_known = _Known()


#: What is kept: code as Python marshals it, and templates taken apart.
Kept = tuple[bytes, Mapping[str, tuple[bytes, Anatomy]]]


def to_keep() -> Kept | None:
    """All that is known, for `take` in another process; None where this one learnt nothing."""
    return (marshal.dumps(_known.code), _known.anatomy) if _known.has_news else None


def take(kept: Kept | None) -> None:
    """Go on with what the same Python and Jinja kept. What is known of a text stays right."""
    if kept is None:
        return
    code, apart = kept
    _known.code = marshal.loads(code) | _known.code  # noqa: S302 - our own, matched with its digest
    _known.anatomy = {**apart, **_known.anatomy}


class Compiled(BytecodeCache):
    """Gives Jinja the code of templates that were compiled before."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks with the template's name and file and a checksum of its text."""
        checksum, code = _known.code.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has compiled one."""
        if bucket.code is not None:
            _known.code[bucket.key] = bucket.checksum, bucket.code
            _known.has_news = True


def anatomy(environment: Environment, name: str) -> Anatomy:
    """A template taken apart; of one that can't be read, which is told elsewhere, nothing."""
    assert environment.loader is not None
    try:
        source, file, _ = environment.loader.get_source(environment, name)
        digest = blake2b(source.encode(), digest_size=16).digest()
        before, found = _known.anatomy.get(name, (b"", None))
        if found is None or before != digest:
            found = _taken_apart(environment.parse(source, name, file))
            _known.anatomy[name] = digest, found
            _known.has_news = True
    except (TemplateError, UnicodeError):
        return Anatomy()
    return found


def _taken_apart(template: nodes.Template) -> Anatomy:
    extends = next(template.find_all(nodes.Extends), None)
    layout = extends.template if extends is not None else None
    inner = template.find_all((nodes.Include, nodes.Import, nodes.FromImport))
    return Anatomy(
        layout=str(layout.value) if isinstance(layout, nodes.Const) else "",
        stands_in=extends is not None,
        blocks=frozenset(one.name for one in template.find_all(nodes.Block)),
        calls_super=any(one.name == "super" for one in template.find_all(nodes.Name)),
        named=tuple(_named(one.template) for one in inner),  # type: ignore[attr-defined]  # all have
    )


def _named(template: nodes.Expr) -> tuple[str, bool]:
    if isinstance(template, nodes.Const) and isinstance(template.value, str):
        return template.value, True
    first = next(template.find_all(nodes.Const), None)
    return (str(first.value) if first is not None else ""), False
