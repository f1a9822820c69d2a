"""What is read from the content folder: one record for each file, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from briefings.content.markdown.context import Body
from briefings.content.publication_register import Register
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
from briefings.problems import Problem
from briefings.store.compact import compact

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

EMPTY = Body.of("", "")


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
