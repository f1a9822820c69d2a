"""The whole journey: content → site → checks → every output → `output/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from briefings import checks
from briefings.build.inputs import Inputs, contents, scan_inputs
from briefings.build.never_publish import F, filter_names
from briefings.build.paths import BuildContext, fast_build, full_build
from briefings.build.rendering import Output, Rendering
from briefings.build.request import BuildResult, PreviousBuild, inputs_in_theme
from briefings.build.site_folders import SiteFolders
from briefings.build.untouched import since
from briefings.checks import ChangedSince
from briefings.content import files
from briefings.content.files import MAX_TEMPLATE, better_name, name_fault, of_file
from briefings.content.loader import CONFIG, NO_DIGESTS, Content, load
from briefings.content.schema import Fault
from briefings.domain.site import Site, visible
from briefings.outputs.downloads import downloads
from briefings.outputs.feeds import feeds
from briefings.outputs.hosting import hosting
from briefings.outputs.pages import indexed, pages
from briefings.outputs.search import search
from briefings.problems import ContentError, Problem
from briefings.publish import Spooled
from briefings.store.cache import NO_CACHE, Cache


@dataclass(frozen=True, slots=True)
class Options(SiteFolders):
    """The options of a run. `now` gives the moment to judge by, in the site's time zone.

    `follows_clock`: no moment was chosen, so a preview that runs for hours reads the clock anew for
    each state of the site (`at_this_moment`).
    """

    now: Callable[[Content], datetime]
    base_url: str | None = None
    drafts: bool = False
    jobs: int = 1
    cache: Cache = NO_CACHE
    search: bool = True
    follows_clock: bool = False

    def at_this_moment(self) -> Options:
        """The same options with the clock read now, unless a moment was chosen."""
        if not self.follows_clock:
            return self
        started = datetime.now(UTC)
        return replace(self, now=lambda content: started.astimezone(content.config.time_zone))


def check(options: Options) -> tuple[Content, Site]:
    """What was read, and the site as it stands at `now`. Raises ContentError with every fault."""
    content = read(options)
    return content, judge(content, options)


def read(options: Options, digests: Mapping[str, bytes] = NO_DIGESTS) -> Content:
    """Every content file. `digests`: those of the files."""
    return load(
        options.content,
        jobs=options.jobs,
        cache=options.cache,
        base_url=options.base_url,
        digests=digests,
    )


def judge(content: Content, options: Options, since: ChangedSince | None = None) -> Site:
    """The site as it stands at `now`. Raises ContentError with every fault of what was read.

    `since`: what changed, where all was found good before.
    Faults of drafts are left out, unless drafts are to be shown: see `checks.draft_problems`.
    """
    now = options.now(content)
    today = visible(content, now)
    themed = options.in_theme(content.config.theme)
    judged = checks.problems(
        content, now, themed.templates, drafts=options.drafts, today=today, since=since
    )
    found = [*checks.with_id_suggestions(content), *judged, *_folder_faults(themed)]
    if (fault := options.theme_fault(content.config.theme)) is not None:
        found.append(content.place(CONFIG, Fault(("theme",), *fault)))
    if not options.drafts:
        found = checks.outside_drafts(content, found)
    if found:
        raise ContentError(found)
    # The very site that was judged: its histories are worked out already, and kept with it.
    return visible(content, now, drafts=True) if options.drafts else today


def _folder_faults(options: Options) -> Iterator[Problem]:
    """What must not be in the folders of templates and static files."""
    for folder in options.templates:
        yield from files.faults(folder, lambda _: MAX_TEMPLATE)
    for folder in options.static:
        yield from files.faults(folder, of_file)
        yield from _name_faults(folder)


def _name_faults(static: Path) -> Iterator[Problem]:
    """Static files with names that hosts refuse; media files are judged with the content."""
    for path, _, unfit in files.walk(static):
        for part in path.split("/") if unfit is None else ():
            if message := name_fault(part):
                yield Problem(str(static / path), 1, 1, message, f"rename it: {better_name(part)}")


def plan(site: Site, options: Options) -> list[Output]:
    """Every file of the site as a value, before any is rendered."""
    return [*plan_without_index(site, options), *(index(site, options) if options.search else ())]


def plan_without_index(site: Site, options: Options) -> list[Output]:
    """All but the search index, which takes longest."""
    folders = options.in_theme(site.config.theme)
    shown = pages(site, folders.templates, folders.static, options.content, search=options.search)
    return [*shown, *feeds(site), *downloads(site), *hosting(site, indexed(shown))]


def index(site: Site, options: Options) -> Sequence[Output]:
    """The files of the search index."""
    return search(site, options.cache.path.parent / "search" if options.cache.path else None)


def build(options: Options, press: BuildContext, found: PreviousBuild | None) -> BuildResult:
    """Check, plan, render and publish. Nothing is published unless everything was rendered.

    `found` is how the last build left things: what is as it was is neither made nor written.
    """
    made = fast_build(press, found) if found is not None else None
    if made is not None:
        return made
    # Before anything is read: what is touched from now on is looked at again by the next build.
    asked = press.asked
    inputs: Inputs = {}
    if asked.cache is not None:
        inputs = found.inputs if found is not None else scan_inputs(asked.trees, {})
    changes = since(found)
    content = read(options, contents(inputs))
    inputs = inputs_in_theme(asked, found, inputs, content.config.theme)
    site = judge(content, options, changes)
    made = full_build(press, found, inputs, content, site, plan(site, options), changes)
    return replace(made, draft_faults=_draft_faults(content, site, options, changes))


def _draft_faults(
    content: Content, site: Site, options: Options, changes: ChangedSince | None
) -> int:
    """How many faults drafts have; 0 where no draft was changed since the last build."""
    if options.drafts:
        return 0
    drafts = [one.path for one in content.briefings.values() if one.front.status == "draft"]
    if changes is not None and changes.paths.isdisjoint(drafts):
        return 0
    return len(checks.draft_problems(content, site.now))


def rendered_files(planned: Sequence[Output], jobs: int) -> Iterator[tuple[str, bytes]]:
    """Render every planned file, on all cores where there are many, in any order."""
    for one in Rendering(planned).results(jobs):
        assert one.file is not None
        assert not isinstance(one.file, Spooled)
        yield one.file


def without_forbidden_names(site: Site, files: Iterable[F]) -> Iterator[F]:
    """The last wall: see `rebuild.wall`."""
    return filter_names(site.config, files)
