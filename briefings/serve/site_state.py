"""One state of the site, any file of which is rendered when it is asked for.

A build plans and judges the whole site before it publishes a page. For a preview of a large site
that takes seconds in which an editor waits for one page. The pages of a briefing, a trust and a
requirement show nothing of any other trust, so they are planned from that part of the content
alone, and are the same to the byte; everything else waits until the whole is there.
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
    """Something was saved before this state of the site was whole."""


@dataclass(frozen=True, eq=False)
class Part:
    """Planned files of a site, by their paths."""

    site: Site
    options: Options
    files: Mapping[str, Output]
    _making: Lock = field(default_factory=Lock)

    @classmethod
    def of(cls, site: Site, options: Options, outputs: Iterable[Output]) -> Part:
        return cls(site, options, {one.path: one for one in outputs})

    def file(self, path: str) -> Output | None:
        """A planned file; the search index is made when a file of it is first asked for."""
        found = self.files.get(path)
        if found is None and path.startswith(_INDEX) and self.options.search:
            with self._making:
                found = self._index.get(path)
        return found if found is None or _is_inside(found, self.options) else None

    def bytes_of(self, output: Output) -> bytes:
        """The file as a build publishes it. Raises ContentError as a build does."""
        walled = pipeline.without_forbidden_names(self.site, [(output.path, output.render())])
        return next(iter(walled))[1]

    @cached_property
    def _index(self) -> Mapping[str, Output]:
        return {one.path: one for one in pipeline.index(self.site, self.options)}


def _is_inside(output: Output, options: Options) -> bool:
    """False for a static file that a symbolic link brings in from elsewhere."""
    if not isinstance(output, StaticFile):
        return True
    homes = (options.static, options.content)
    return any(output.source.resolve().is_relative_to(home.resolve()) for home in homes)


def trusts_of(content: Content, record: Record[Any]) -> frozenset[str]:
    """The trusts of whose briefings a record's own page shows anything.

    A trust's page tells of the trusts that became it as well, and of every briefing that is also
    about one of these whether another inspection of its own trust followed. What belongs to no
    trust has none.
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
    """What the preview shows of the content as it was read at one moment."""

    def __init__(self, content: Content, options: Options) -> None:
        self.content = content
        self._options = options
        self._parts: dict[str, Part] = {}
        self._whole: Future[Part] = Future()

    @property
    def prefix(self) -> str:
        """The path of `base_url`, under which the site stands."""
        return urls.Urls(self.content.config.base_url).prefix

    @property
    def origin(self) -> str:
        """Scheme and host of `base_url`."""
        return urls.Urls(self.content.config.base_url).origin

    @property
    def is_whole(self) -> bool:
        """True once the whole was judged, without a fault, and planned."""
        return self._whole.done() and self._whole.exception() is None

    def complete(self, site: Site, outputs: Iterable[Output]) -> None:
        """The whole was judged and planned."""
        if not self._whole.done():
            self._whole.set_result(Part.of(site, self._options, outputs))

    def fail(self, fault: Exception) -> None:
        """The whole is at fault, or out of date: whoever waits for it is told."""
        if not self._whole.done():
            self._whole.set_exception(fault)

    def render(self, path: str) -> bytes | None:
        """A file's bytes, or None where there is no such file.

        Raises ContentError for a fault of the content or a template, Superseded for a state that
        another has followed. Waits for the whole where only that can tell.
        """
        part = self._near(path) or self._whole.result()
        output = part.file(path)
        return None if output is None else part.bytes_of(output)

    def is_near(self, path: str) -> bool:
        """True where a file is at hand before the whole is there."""
        return self._near(path) is not None

    def has(self, path: str) -> bool:
        """True where there is such a file."""
        part = self._near(path) or self._whole.result()
        return part.file(path) is not None

    def text(self, path: str) -> str:
        """A text file, or nothing."""
        return (self.render(path) or b"").decode()

    def _near(self, path: str) -> Part | None:
        """A part of the site that has the file as the whole will have it, while that isn't there.

        None where nothing but the whole can tell, a fault in what it is made of included.
        """
        if self.is_whole:
            return None
        if path in self._parts:
            return self._parts[path]
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
        """What stands around every page: static files and `_headers`."""
        return self._part(frozenset(), "")

    def _part(self, trusts: frozenset[str], path: str) -> Part:
        content, options = about(self.content, trusts), self._options
        site = visible(content, options.now(content), drafts=options.drafts)
        shown = pages(
            site, options.templates, options.static, options.content, search=options.search,
            only=path,
        )  # fmt: skip
        return Part.of(site, options, [*shown, *hosting(site, [])])
