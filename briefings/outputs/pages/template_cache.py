"""Cache of compiled and analysed templates, kept between builds, keyed by a hash of the text."""

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
    """The structure of a template.

    `layout`: the template that it extends; empty if none or computed. `stands_in`: it extends a
    template. `blocks`: the blocks that it defines. `calls_super`: it calls `super()`. `named`:
    (name, is complete) of each template that it includes or imports; a computed name has only its
    constant first part.
    """

    layout: str = ""
    stands_in: bool = False
    blocks: frozenset[str] = frozenset()
    calls_super: bool = False
    named: tuple[tuple[str, bool], ...] = ()


@dataclass
class _Known:
    """The cache of this process.

    `code`: Jinja's cache key → (checksum of the text, compiled code). `anatomy`: template name →
    (hash of the text, structure). `has_news`: something was added in this process.
    """

    code: dict[str, tuple[str, CodeType]] = field(default_factory=dict)
    anatomy: dict[str, tuple[bytes, Anatomy]] = field(default_factory=dict)
    has_news: bool = False


_known = _Known()


#: The stored form: marshalled code, and the anatomy of each template with its hash.
Kept = tuple[bytes, Mapping[str, tuple[bytes, Anatomy]]]


def to_keep() -> Kept | None:
    """Return the cache for `take` in a later process; None if nothing was added in this one."""
    return (marshal.dumps(_known.code), _known.anatomy) if _known.has_news else None


def take(kept: Kept | None) -> None:
    """Add entries stored by an earlier process with the same Python and Jinja.

    Entries are keyed by a hash of the template's text, so they cannot be stale.
    """
    if kept is None:
        return
    code, apart = kept
    _known.code = marshal.loads(code) | _known.code  # noqa: S302 - our own, matched with its digest
    _known.anatomy = {**apart, **_known.anatomy}


class Compiled(BytecodeCache):
    """Jinja bytecode cache backed by this module's cache."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Set the bucket's code if the checksum of the template's text matches; called by Jinja."""
        checksum, code = _known.code.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store newly compiled code; called by Jinja."""
        if bucket.code is not None:
            _known.code[bucket.key] = bucket.checksum, bucket.code
            _known.has_news = True


def anatomy(environment: Environment, name: str) -> Anatomy:
    """Return the structure of a template; empty for one that cannot be read, reported elsewhere."""
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
