"""What is read from the content folder, and the reads of it: each field of each file is a fact.

A `Record` is one file, `Content` all of them as the loader reads them. `tracked` gives content the
same attributes with an engine, so that code that reads a record needs not know of it. Reads are
recorded by field: a page that shows a title is not made again for an edit of a rating.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, fields
from inspect import getattr_static
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, cast

from briefings.content.files import CONFIG
from briefings.content.listing import raw_of, text_paths
from briefings.content.markdown.context import EMPTY, Body
from briefings.content.publication_register import FactsLine, Register
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import (
    PageFront,
    RegulatorFront,
    RequirementFront,
    TopicFront,
    TrustFront,
)
from briefings.content.schema.site import SiteFront
from briefings.content.schema.validation import Gaps
from briefings.engine.engine import Engine, current_source
from briefings.problems import Problem
from briefings.store.cache import NO_CACHE, Cache, digest, key_of
from briefings.store.compact import FIELDS, compact

#: Kind of file → the dataclass of its front matter.
SCHEMAS = {
    "briefing": BriefingFront,
    "trust": TrustFront,
    "regulator": RegulatorFront,
    "requirement": RequirementFront,
    "topic": TopicFront,
    "page": PageFront,
    "site": SiteFront,
}


T = TypeVar("T")


@compact
@dataclass(frozen=True, slots=True)
class Record(Generic[T]):
    """One file, read.

    `path` is relative to the content folder. `front` is the typed front matter, `body` the rendered
    text. `broken`: the file has faults; `gaps` then has their paths if they are in the front
    matter.
    """

    kind: str
    id: str
    path: str
    front: T
    body: Body = EMPTY
    broken: bool = False
    gaps: Gaps | None = None


#: The record of a file, None if it could not be read, and the faults of the file.
Result = tuple[Record[Any] | None, list[Problem]]


@dataclass(frozen=True)
class Content:
    """Everything under `content/`: records by kind and id, and every fault found in reading them.

    `media`: paths below `content/media/`. `ids`: kind → the ids of all its files, including files
    that could not be read and so have no record.
    """

    root: Path
    config: SiteFront
    briefings: Mapping[str, Record[BriefingFront]]
    trusts: Mapping[str, Record[TrustFront]]
    regulators: Mapping[str, Record[RegulatorFront]]
    topics: Mapping[str, Record[TopicFront]]
    requirements: Mapping[str, Record[RequirementFront]]
    pages: Mapping[str, Record[PageFront]]
    media: frozenset[str] = frozenset()
    ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    #: Every id that was ever public, and the recorded facts of briefings.
    register: Register = field(default_factory=Register)

    def records(self) -> Iterator[Record[Any]]:
        """Yield every record of every kind."""
        for records in (
            self.regulators, self.trusts, self.topics,
            self.requirements, self.pages, self.briefings,
        ):  # fmt: skip
            yield from records.values()

    def record(self, kind: str, id: str) -> Record[Any] | None:
        """Return one record; None if there is no such file or it could not be read."""
        of_kind: Mapping[str, Record[Any]] = getattr(self, f"{kind}s")
        return of_kind.get(id)


# -- content whose reads are recorded --------------------------------------------------------------


def _names(kind: type, without: Collection[str]) -> list[str]:
    """Return the names of the fields of a dataclass, less a few."""
    return [field.name for field in fields(kind) if field.name not in without]


KINDS = ("briefing", "trust", "regulator", "topic", "requirement", "page")
#: Facts of a record beside its front matter. The first is whether there is such a file.
_OF_RECORD = ("", *_names(Record, without=("kind", "id", "front", "body")))
_OF_BODY = ("html", "text", *_names(Body, without=("packed",)))
_FIRST_OF_FRONT = 16
#: So many briefings are in memory at a time, if they can be loaded again. The other records are
#: few and small.
_LOADED = 3_000


def _numbered(names: Iterable[str], start: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, start)}


_RECORD_FACTS = _numbered(_OF_RECORD, 0)
_BODY_FACTS = _numbered(_OF_BODY, len(_OF_RECORD))
_FRONT_FACTS = {
    kind: _numbered((field.name for field in fields(schema)), _FIRST_OF_FRONT)
    for kind, schema in SCHEMAS.items()
}
assert len(_OF_RECORD) + len(_OF_BODY) <= _FIRST_OF_FRONT
assert all(max(facts.values()) < FIELDS for facts in _FRONT_FACTS.values())


def changed_facts(kind: str, before: Record[Any] | None, after: Record[Any] | None) -> set[int]:
    """Return which facts of a file differ, as numbers from 0; all if it is new or gone.

    Values are compared by `repr`, which tells 1 from True and one order of keys from another.
    """
    if before is None or after is None:
        return set(range(FIELDS))
    places = (
        (_RECORD_FACTS, before, after),
        (_BODY_FACTS, before.body, after.body),
        (_FRONT_FACTS[kind], before.front, after.front),
    )
    return {
        number
        for facts, old, new in places
        for name, number in facts.items()
        if name and repr(getattr(old, name)) != repr(getattr(new, name))
    }


class Files(Protocol):
    """Protocol: looks up records by kind and id. `cache`: of what is made from files."""

    @property
    def cache(self) -> Cache: ...

    def ids(self, kind: str) -> Collection[str]:
        """Return the ids of all files of a kind that could be read, in their order."""

    def record(self, kind: str, id: str) -> Record[Any] | None:
        """Return a record; None if there is no such file or it could not be read."""


class TrackedFields:
    """The front matter or the body of a record; an attribute that is read is recorded.

    Properties and methods of the class are run on this object, so that what they read is recorded.
    """

    __slots__ = ("_facts", "_kind", "_name", "_owner")

    def __init__(self, owner: TrackedRecord, name: str) -> None:
        self._owner = owner
        self._name = name
        self._kind = SCHEMAS[owner.kind] if name == "front" else Body
        self._facts = _FRONT_FACTS[owner.kind] if name == "front" else _BODY_FACTS

    def __getattr__(self, name: str) -> Any:
        owner = self._owner
        number = self._facts.get(name)
        if number is not None:
            owner.engine.reads[owner.number + number] = None
            return getattr(getattr(owner.loaded(), self._name), name)
        member = getattr_static(self._kind, name)
        return member.__get__(self, self._kind) if hasattr(member, "__get__") else member

    @property
    def schema(self) -> type:
        """The class whose fields these are."""
        return self._kind

    def __repr__(self) -> str:
        return f"<{self._name} of {self._owner.kind} {self._owner.id}>"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return _resolved, (self._owner.kind, self._owner.id, self._name)


class TrackedRecord:
    """A record of the content, loaded when one of its fields is read.

    It has the attributes of `Record`. In a stored value it is a reference.
    """

    __slots__ = ("_content", "_record", "body", "engine", "front", "id", "kind", "number")

    def __init__(self, content: TrackedContent, kind: str, id: str) -> None:
        self.kind = kind
        self.id = id
        self.engine = content.engine
        self.number = content.engine.fact(kind, id)
        self.front = TrackedFields(self, "front")
        self.body = TrackedFields(self, "body")
        self._content = content
        self._record: Record[Any] | None = None

    def loaded(self) -> Record[Any]:
        """Return the record itself. What is read from it is not recorded."""
        record = self._record
        if record is None:
            record = self._record = self._content.load(self)
        return record

    def unload(self) -> None:
        """Free the memory of the record; it is loaded again when it is needed."""
        self._record = None

    def _read(self, name: str) -> Any:
        self.engine.reads[self.number + _RECORD_FACTS[name]] = None
        return getattr(self.loaded(), name)

    @property
    def path(self) -> str:
        return cast(str, self._read("path"))

    @property
    def broken(self) -> bool:
        return cast(bool, self._read("broken"))

    @property
    def gaps(self) -> Any:
        return self._read("gaps")

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}>"

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return _resolved, (self.kind, self.id)


class Records(Mapping[str, Record[Any]]):
    """The records of one kind by id. Iteration records that it depends on which files there are."""

    def __init__(self, content: TrackedContent, kind: str) -> None:
        self._content = content
        self._kind = kind
        self._known: dict[str, TrackedRecord] = {}
        self.file_ids = content.files.ids(kind)

    def reference(self, id: str) -> TrackedRecord:
        """Return the record of an id without looking whether there is one."""
        record = self._known.get(id)
        if record is None:
            record = self._known[id] = TrackedRecord(self._content, self._kind, id)
        return record

    def __getitem__(self, id: str) -> Record[Any]:
        record = self.reference(id)
        record.engine.reads[record.number] = None
        if id not in self.file_ids:
            raise KeyError(id)
        return cast(Record[Any], record)

    def __contains__(self, id: object) -> bool:
        self._content.engine.read(self._kind, str(id))
        return id in self.file_ids

    def __iter__(self) -> Iterator[str]:
        self._content.engine.read("files", self._kind)
        return iter(self.file_ids)

    def __len__(self) -> int:
        self._content.engine.read("files", self._kind)
        return len(self.file_ids)


class TrackedSet(Set[str]):
    """A set of names, such as the media files; any use of it reads one fact."""

    def __init__(self, engine: Engine, kind: str, names: Collection[str]) -> None:
        self._engine = engine
        self._kind = kind
        self.names = names

    def __contains__(self, name: object) -> bool:
        self._engine.read("names", self._kind)
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        self._engine.read("names", self._kind)
        return iter(self.names)

    def __len__(self) -> int:
        self._engine.read("names", self._kind)
        return len(self.names)


class TrackedRegister:
    """The register of publication, with the attributes of `Register`.

    The guid of one id, and the recorded facts of a briefing, depend on the lines of that id only;
    everything else on all lines.
    """

    def __init__(self, engine: Engine, register: Register) -> None:
        self._engine = engine
        self.untracked = register

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tracked("lines"), name)

    @property
    def authority(self) -> str | None:
        return self._tracked("authority").authority

    def guid(self, kind: str, id: str) -> str | None:
        return self._tracked(f"{kind}/{id}").guid(kind, id)

    def first_id(self, kind: str, id: str) -> str:
        return self._tracked(f"{kind}/{id}").first_id(kind, id)

    def recorded(self, id: str) -> FactsLine | None:
        return self._tracked(f"facts/{id}").recorded(id)

    def _tracked(self, fact: str) -> Register:
        self._engine.read("register", fact)
        return self.untracked


class TrackedContent:
    """Content of an engine, with the attributes of `Content`.

    `ids` has the ids of all files, including those that could not be read. At most `_LOADED`
    briefings are in memory, if `files` can load them again.
    """

    def __init__(
        self,
        engine: Engine,
        root: Path,
        files: Files,
        config: Record[SiteFront],
        media: Collection[str],
        ids: Mapping[str, Collection[str]],
        register: Register,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        self.engine = engine
        self.root = root
        self.files = files
        self.problems = problems
        self.media = TrackedSet(engine, "media", media)
        self.ids = {kind: TrackedSet(engine, f"{kind} ids", ids[kind]) for kind in KINDS}
        self.register = TrackedRegister(engine, register)
        self.briefings: Mapping[str, Record[BriefingFront]] = Records(self, "briefing")
        self.trusts: Mapping[str, Record[TrustFront]] = Records(self, "trust")
        self.regulators: Mapping[str, Record[RegulatorFront]] = Records(self, "regulator")
        self.topics: Mapping[str, Record[TopicFront]] = Records(self, "topic")
        self.requirements: Mapping[str, Record[RequirementFront]] = Records(self, "requirement")
        self.pages: Mapping[str, Record[PageFront]] = Records(self, "page")
        self.config_record = config
        self._loaded: deque[TrackedRecord] = deque()
        self._loaded_briefings: deque[TrackedRecord] = deque()
        self.config = cast(SiteFront, TrackedRecord(self, "site", "site").front)

    def load(self, tracked: TrackedRecord) -> Record[Any]:
        """Return the record itself. Raises LookupError if it is gone."""
        is_site = tracked.kind == "site"
        record = self.config_record if is_site else self.files.record(tracked.kind, tracked.id)
        if record is None:
            raise LookupError(f"no {tracked.kind} {tracked.id}")
        loaded = self._loaded_briefings if tracked.kind == "briefing" else self._loaded
        loaded.append(tracked)
        if len(self._loaded_briefings) > _LOADED:
            self._loaded_briefings.popleft().unload()
        return record

    def become(self, other: TrackedContent) -> None:
        """Switch to other content. The caller tells the engine which facts differ."""
        self.files, self.problems = other.files, other.problems
        self.config_record = other.config_record
        self.media.names = other.media.names
        for kind, names in self.ids.items():
            names.names = other.ids[kind].names
            self.of_kind(kind).file_ids = self.files.ids(kind)
        self.register.untracked = other.register.untracked
        for loaded in (self._loaded, self._loaded_briefings):
            while loaded:
                loaded.popleft().unload()

    def text_paths(self) -> list[str]:
        """Return the paths of the text files in the content folder, notes for editors included."""
        self.engine.read("names", "texts")
        return list(text_paths(self.root))

    def bytes_of(self, path: str) -> bytes:
        """Return the bytes of a file in the content folder; see `listing.raw_of`."""
        self.engine.read("text", path)
        return raw_of(self.root, path)

    def made_from(self, path: str, make: Callable[[bytes, str], T]) -> T:
        """Return what a pure function makes of the bytes and the path of a file.

        It is in the cache under the bytes, for values that would fill the engine.
        """
        data, cache = self.bytes_of(path), self.files.cache
        key = key_of(make.__qualname__, path, digest(data))
        value: T | None = cache.get_one(key)
        if value is None:
            value = make(data, path)
            cache.put({key: value}, {key: path})
        return value

    def of_kind(self, kind: str) -> Records:
        """Return the records of one kind."""
        return cast(Records, getattr(self, f"{kind}s"))

    def record(self, kind: str, id: str) -> Record[Any] | None:
        """Return one record; None if there is no such file or it could not be read."""
        return self.of_kind(kind).get(id)

    def records(self) -> Iterator[Record[Any]]:
        """Yield every record of every kind, in the order of `Content.records`."""
        for kind in ("regulator", "trust", "topic", "requirement", "page", "briefing"):
            yield from self.of_kind(kind).values()


class InMemory:
    """The records of content that was loaded whole."""

    cache = NO_CACHE

    def __init__(self, content: Content) -> None:
        self._records = {kind: getattr(content, f"{kind}s") for kind in KINDS}

    def ids(self, kind: str) -> Collection[str]:
        ids: Collection[str] = self._records[kind].keys()
        return ids

    def record(self, kind: str, id: str) -> Record[Any] | None:
        record: Record[Any] | None = self._records[kind].get(id)
        return record


def tracked(content: Content, engine: Engine) -> TrackedContent:
    """Return content whose reads are recorded by `engine`."""
    config = Record("site", "site", CONFIG, content.config)
    ids = {kind: content.ids.get(kind, ()) for kind in KINDS}
    return TrackedContent(
        engine, content.root, InMemory(content), config, content.media, ids, content.register,
        content.problems,
    )  # fmt: skip


def retracked(content: TrackedContent, engine: Engine) -> TrackedContent:
    """Return tracked content whose reads are recorded by another engine."""
    return TrackedContent(
        engine,
        content.root,
        content.files,
        content.config_record,
        content.media.names,
        {kind: names.names for kind, names in content.ids.items()},
        content.register.untracked,
        content.problems,
    )


def _resolved(kind: str, id: str, name: str = "") -> Any:
    """Return the record, or its front matter or body, that a stored value refers to."""
    content = current_source().content
    if kind == "site":
        return content.config
    record = content.of_kind(kind).reference(id)
    return getattr(record, name) if name else record
