"""The ways from the last build to the next one. All lead to the bytes of a build from nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from briefings.build.inputs import Inputs, environment, inputs_after_build
from briefings.build.layout_change import NotApplicable, render_in_new_layouts
from briefings.build.never_publish import filter_names
from briefings.build.rendering import Output, OutputInspector, Rendering, Result, Rows
from briefings.build.request import BuildRequest, BuildResult, PreviousBuild, base_of
from briefings.build.store import BuildState, OutputState, Store, marked
from briefings.build.text_change import Card, about, card, outputs_with_changed_text
from briefings.build.untouched import untouched_outputs
from briefings.checks import ChangedSince
from briefings.checks.forbidden_names import template_problems
from briefings.content.loader import Content
from briefings.content.schema import SiteFront
from briefings.domain.clock import window_and_step
from briefings.domain.site import Site
from briefings.outputs.fingerprint import Prints
from briefings.outputs.pages import RenderedPage, Renderer, SiteContext, template_cache
from briefings.problems import ContentError
from briefings.publish import File, Folder, Report, Unchanged, publish
from briefings.store.laid import Laid

#: Lets the caller watch files go by: given the files and how many will come, returns the files.
Seen = Callable[[Iterable[File], int], Iterable[File]]


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What every way needs: what was asked for, the folder, the cores."""

    asked: BuildRequest
    folder: Folder
    in_place: bool
    jobs: int
    seen: Seen

    def publish(self, files: Iterable[File], total: int, config: SiteFront) -> Report:
        """Make the output folder hold exactly these files. Raises ContentError where one has what
        `config` forbids."""
        return publish(self.seen(filter_names(config, files), total), self.folder, self.in_place)


def fast_build(press: BuildContext, found: PreviousBuild) -> BuildResult | None:
    """A short way from the last build to this one, if there is one."""
    if not found.same_code or found.has_unfit or press.asked.theme_fault(found.said.theme):
        return None
    template_cache.take(found.standing.value("templates"))
    if not found.in_time:
        return None
    for way in (_relaid, _reworded):
        with suppress(NotApplicable):
            return way(press, found)
    return None


def _relaid(press: BuildContext, found: PreviousBuild) -> BuildResult:
    """Only layouts changed, or only outputs are missing: all from what was kept of each page."""
    asked = press.asked
    if any(not name.startswith("templates") for name in found.changed):
        raise NotApplicable
    renderer = _renderer_again(found, asked)
    laid = found.standing.value("laid")
    if not isinstance(laid, frozenset) or renderer.inner != found.said.inner:
        raise NotApplicable
    same = renderer.outer == found.said.outer
    around = frozenset[str]() if same else laid
    files = render_in_new_layouts(found, renderer, around, press.jobs, press.folder.spool)
    report = press.publish(files, len(found.said.marks), renderer.frame.config)
    return _finish(press, found, replace(found.said, outer=renderer.outer), report)


def _renderer_again(found: PreviousBuild, asked: BuildRequest) -> Renderer:
    """The templates as they are now, with what `site` answered. Raises ContentError."""
    frame = found.standing.value("frame")
    if not isinstance(frame, SiteContext):
        raise NotApplicable
    templates = asked.in_theme(frame.config.theme).templates
    renderer = Renderer(templates, frame)
    if found.changed:
        named = template_problems(frame.config.policy.never_publish, templates)
        if faults := [*renderer.faults(), *named]:
            raise ContentError(faults)
    return renderer


def _reworded(press: BuildContext, found: PreviousBuild) -> BuildResult:
    """Only the texts of briefings changed: the outputs that have them, and no others."""
    if found.lost or press.asked.search or not found.changed:
        raise NotApplicable
    new = outputs_with_changed_text(found, press.asked)
    given = {one.made.path: one.file for one in new.results if one.file is not None}
    marks = found.said.marks
    files = (given.get(path) or found.said.kept(path) for path in marks)
    report = press.publish(files, len(marks), new.config)
    return _finish(press, found, found.said, report, new.results, new.read)


def _finish(
    press: BuildContext,
    found: PreviousBuild,
    said: BuildState,
    report: Report,
    results: Iterable[Result] = (),
    read: Collection[str] = (),
) -> BuildResult:
    """The site was published: leave word for the next build. `read`: files of the content."""
    marks = {**said.marks, **{one.path: marked(one) for one in report.files}}
    made = BuildResult.of(marks, report)
    with found.standing.writing() as writing:
        for one in results:
            writing.add(one.made, one.piece)
        trees = press.asked.in_theme(said.theme).trees
        inputs = inputs_after_build(trees, found.inputs, read)
        said = replace(said, marks=marks, sorts=made.sorts, inputs=inputs, left=report.trees)
        writing.finish(said, found.said, **_templates())
    return made


def _templates() -> Mapping[str, object]:
    """What this build learnt of templates, as far as that is news."""
    kept = template_cache.to_keep()
    return {} if kept is None else {"templates": kept}


def full_build(
    press: BuildContext,
    found: PreviousBuild | None,
    inputs: Inputs,
    content: Content,
    site: Site,
    planned: Sequence[Output],
    since: ChangedSince | None = None,
) -> BuildResult:
    """All was read, judged and planned; of that, what shows nothing new is not made again.

    `since`: what changed, where no more than that can show anything new.
    """
    paths = [one.path for one in planned]
    cache = press.asked.cache
    if cache is None:
        every = Rendering(planned, aside=press.folder.spool).results(press.jobs)
        files = (one.file for one in every if one.file is not None)
        return BuildResult.of(paths, press.publish(files, len(planned), site.config))
    said, sight = _sight(press.asked, inputs, content, site, planned)
    before = _before(found, said)
    making = _making(press, found, before, said, sight, content, planned, since)
    noted = _Noted(tables=dict(making.rows.laid) if making.rows is not None else {})
    with Store(cache, press.asked.key).writing() as writing:

        def files_kept() -> Iterator[File]:
            for one in making.results(press.jobs):
                noted.note(one)
                if one.file is None:
                    yield before[one.made.path].kept
                else:
                    writing.add(one.made, one.piece)
                    yield one.file

        report = press.publish(files_kept(), len(planned), site.config)
        made = BuildResult.of(paths, report)
        written = {one.path: marked(one) for one in report.files}
        marks = {path: written.get(path) or marked(before[path].kept) for path in paths}
        now = inputs_after_build(press.asked.in_theme(said.theme).trees, inputs)
        said = replace(said, marks=marks, sorts=made.sorts, inputs=now, left=report.trees)
        writing.keep("cards", _cards(found, content, since))
        writing.keep("about", about(content))
        writing.keep("saying", noted.saying)
        kept = {"frame": sight.frame, **noted.values, **_templates()}
        writing.finish(said, found.said if found is not None else None, **kept)
    return made


def _cards(
    found: PreviousBuild | None, content: Content, since: ChangedSince | None
) -> Mapping[str, Card]:
    """What is kept of every file; of one that is as it was, that which was kept."""
    before: Mapping[str, Card] = {}
    if found is not None and since is not None:
        before = found.standing.entries("cards") or {}
    known = before.keys() - (since.paths if since is not None else ())
    return {
        one.path: before[one.path] if one.path in known else card(one) for one in content.records()
    }


@dataclass
class _Noted:
    """What the next build wants to know of the outputs: which stand in a layout, which have the
    text of a briefing, how those that are made of groups are laid out."""

    laid: set[str] = field(default_factory=set)
    saying: dict[str, list[str]] = field(default_factory=dict)
    tables: dict[str, Laid] = field(default_factory=dict)

    def note(self, one: Result) -> None:
        """Of one output."""
        if one.made.laid:
            self.laid.add(one.made.path)
        for id in one.made.words:
            self.saying.setdefault(id, []).append(one.made.path)
        if one.laid is not None:
            self.tables[one.made.path] = one.laid

    @property
    def values(self) -> Mapping[str, object]:
        """By the names that they are kept by."""
        return {"laid": frozenset(self.laid), "tables": self.tables}


def _making(
    press: BuildContext,
    found: PreviousBuild | None,
    before: Mapping[str, _Before],
    said: BuildState,
    sight: OutputInspector,
    content: Content,
    planned: Sequence[Output],
    since: ChangedSince | None,
) -> Rendering:
    """How the outputs are made: what is in place is known again, left alone, or drawn from."""
    keys = {path: one.made.key for path, one in before.items()}
    left = untouched_outputs(found, said, content, since, press.asked.reading)
    aside = press.folder.spool
    if found is None or left is None or found.standing.value("frame") != sight.frame:
        return Rendering(planned, sight, keys, aside=aside)
    alone = {path: one.made for path, one in before.items() if left.holds(one.made)}
    tables: Mapping[str, Laid] = found.standing.value("tables") or {}
    in_place = {path: laid for path, laid in tables.items() if path in before}
    digests = {path: before[path].kept.sha256 for path in in_place}
    rows = Rows(str(press.folder.output), in_place, digests, left.affected)
    return Rendering(planned, sight, keys, alone, rows, aside)


@dataclass(frozen=True, slots=True)
class _Before:
    """An output that is in place, and what it was made from."""

    made: OutputState
    kept: Unchanged


def _before(found: PreviousBuild | None, said: BuildState) -> Mapping[str, _Before]:
    if found is None:
        return {}
    same_layouts = found.said.outer == said.outer
    return {
        path: _Before(one, kept)
        for path, one in found.standing.made().items()
        if (kept := found.kept(path)) is not None and (same_layouts or not one.laid)
    }


def _sight(
    asked: BuildRequest, inputs: Inputs, content: Content, site: Site, planned: Sequence[Output]
) -> tuple[BuildState, OutputInspector]:
    """What is known before the first output is made, and how outputs are looked at."""
    renderer = next(one.renderer for one in planned if isinstance(one, RenderedPage))
    installed = environment(str(site.zone))
    held, step = window_and_step(content, site.now)
    said = BuildState(
        inputs=inputs, environment=installed, marks={}, sorts=(0, 0, 0),
        start=held.start, end=held.end,
        step=step, zone=str(site.zone),
        base=base_of(asked, inputs, installed), inner=renderer.inner, outer=renderer.outer,
        theme=site.config.theme,
    )  # fmt: skip
    return said, OutputInspector(Prints(site, said.base, said.step), renderer.frame)
