"""One state of the site, whose files are rendered on request.

A build checks and plans the whole site before it publishes a page. For a large site that takes
seconds, in which an editor would wait for one page. The page of a briefing, a trust or a
requirement shows nothing of other trusts, so it is planned from the content of its trusts alone,
with the same bytes. Requests for all other files wait until the whole site is planned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from briefings import urls
from briefings.build import pipeline
from briefings.build.pipeline import Options
from briefings.build.rendering import Output
from briefings.content.loader import Content, Record
from briefings.domain.site import Site, about, visible
from briefings.outputs.hosting import hosting
from briefings.outputs.pages import StaticFile, pages
from briefings.problems import ContentError

_INDEX = urls.file_for(urls.PAGEFIND)[: -len("index.html")]
_STATIC = urls.STATIC.lstrip("/")
_OWN_PAGE = re.compile(r"(briefing|trust|requirement)s/([a-z0-9-]+)/index\.html")


class Superseded(Exception):
    """A newer state replaced this one before the whole site was planned."""


@dataclass(frozen=True, eq=False)
class Part:
    """The planned files of the site or of a part of it; `files` maps path → file."""

    site: Site
    options: Options
    files: Mapping[str, Output]
    _making: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, site: Site, options: Options, outputs: Iterable[Output]) -> Part:
        return cls(site, options, {one.path: one for one in outputs})

    def file(self, path: str) -> Output | None:
        """A planned file, or None. The search index is made when one of its files is requested."""
        found = self.files.get(path)
        if found is None and path.startswith(_INDEX) and self.options.search:
            with self._making:
                found = self._index.get(path)
        return found if found is None or _is_inside(found, self.options) else None

    def bytes_of(self, output: Output) -> bytes:
        """Render a file to the bytes that a build publishes. Raises ContentError like a build."""
        walled = pipeline.without_forbidden_names(self.site, [(output.path, output.render())])
        return next(iter(walled))[1]

    @cached_property
    def _index(self) -> Mapping[str, Output]:
        return {one.path: one for one in pipeline.index(self.site, self.options)}


def _is_inside(output: Output, options: Options) -> bool:
    """False for a static file that is a symbolic link to outside the static and content folders."""
    if not isinstance(output, StaticFile):
        return True
    homes = (options.content, *options.static)
    return any(output.source.resolve().is_relative_to(home.resolve()) for home in homes)


def trusts_of(content: Content, record: Record[Any]) -> frozenset[str]:
    """Ids of the trusts whose briefings the page of a record depends on.

    For a briefing or a requirement, its trust. For a trust, itself, all its predecessors, and the
    trusts of briefings that are also about one of these: its page shows whether a later inspection
    of such a briefing's own trust followed. Empty for other kinds.
    """
    if record.kind in {"briefing", "requirement"}:
        return frozenset({record.front.trust})
    found = [record.id] if record.kind == "trust" else []
    for id in found:
        trust = content.trusts.get(id)
        before = [one.id for one in trust.front.predecessors] if trust is not None else []
        found += [one for one in before if one is not None and one not in found]
    shown = frozenset(found)
    fronts = (one.front for one in content.briefings.values())
    return shown | {one.trust for one in fronts if not shown.isdisjoint(one.also_about)}


class SiteState:
    """The site made from one reading of the content; its files are rendered on request."""

    def __init__(self, content: Content, options: Options) -> None:
        self.content = content
        self._options = options.in_theme(content.config.theme)
        self._parts: dict[str, Part] = {}
        self._whole: Future[Part] = Future()

    @property
    def prefix(self) -> str:
        """The path of `base_url`, which all paths of the site begin with."""
        return urls.Urls(self.content.config.base_url).prefix

    @property
    def origin(self) -> str:
        """Scheme and host of `base_url`."""
        return urls.Urls(self.content.config.base_url).origin

    @property
    def is_whole(self) -> bool:
        """True once the whole site was checked, without a fault, and planned."""
        return self._whole.done() and self._whole.exception() is None

    def complete(self, site: Site, outputs: Iterable[Output]) -> None:
        """Set the plan of the whole site, which was checked; releases waiting requests."""
        if not self._whole.done():
            self._whole.set_result(Part.of(site, self._options, outputs))

    def fail(self, fault: Exception) -> None:
        """Record that there is no whole site: `fault` is raised in waiting requests."""
        if not self._whole.done():
            self._whole.set_exception(fault)

    def render(self, path: str) -> bytes | None:
        """The bytes of a file, or None if there is no such file.

        Waits for the whole site to be planned, unless a part of it is enough for the file. Raises
        ContentError for faults of the content or of a template, Superseded if a newer state has
        replaced this one.
        """
        part = self._near(path) or self._whole.result()
        output = part.file(path)
        return None if output is None else part.bytes_of(output)

    def is_near(self, path: str) -> bool:
        """True if a file can be rendered from a part, before the whole site is planned."""
        return self._near(path) is not None

    def has(self, path: str) -> bool:
        """True if there is such a file. Waits and raises like `render`."""
        part = self._near(path) or self._whole.result()
        return part.file(path) is not None

    def text(self, path: str) -> str:
        """The text of a file, empty if there is none. Waits and raises like `render`."""
        return (self.render(path) or b"").decode()

    def _near(self, path: str) -> Part | None:
        """A part of the site in which the file has the same bytes as in the whole.

        None if the whole site is planned, or is needed for the file, or if the part has faults.
        """
        if self.is_whole:
            return None
        if path in self._parts:
            part = self._parts[path]
            return part if path in part.files else None
        own = _OWN_PAGE.fullmatch(path)
        record = self.content.record(own[1], own[2]) if own else None
        try:
            if record is not None:
                part = self._part(trusts_of(self.content, record), path)
            elif path == "_headers" or path.startswith(_STATIC):
                part = self._around
            else:
                return None
        except (ContentError, LookupError):
            return None
        self._parts[path] = part
        return part if path in part.files else None

    @cached_property
    def _around(self) -> Part:
        """The part with the files that every page needs: static files and `_headers`."""
        return self._part(frozenset(), "")

    def _part(self, trusts: frozenset[str], path: str) -> Part:
        content, options = about(self.content, trusts), self._options
        site = visible(content, options.now(content), drafts=options.drafts)
        shown = pages(
            site, options.templates, options.static, options.content, search=options.search,
            only=path,
        )  # fmt: skip
        return Part.of(site, options, [*shown, *hosting(site, [])])
