"""Compare the site of the working tree with that of another commit."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from briefings import urls
from briefings.build.inputs import changed, scan_inputs
from briefings.build.pipeline import World, checked
from briefings.build.request import Options, PreviousBuild
from briefings.checks.advice import public_too_early
from briefings.domain.publication import differs, facts_hash
from briefings.domain.site import Site
from briefings.outputs.downloads.tables import TABLES
from briefings.outputs.feeds import feed
from briefings.outputs.files import PAGES, Key
from briefings.preview.pages import write_pages
from briefings.preview.public_state import (
    FileChanges,
    Lift,
    News,
    PageFile,
    Preview,
    PublicState,
    Shift,
    TableChange,
    events_of,
    lifts,
    people_of,
    rating_states,
    requirement_states,
    rows_of,
)
from briefings.problems import ContentError

#: Environment variables that git sets in hooks; they would name another work tree or index.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class NoBase(Exception):
    """The commit to compare with can't be read; the text says why."""


def compared(
    options: Options, previous: PreviousBuild | None, ref: str, pages: Path | None = None
) -> Preview:
    """Compare the site of the working tree with that of the commit `ref`, both at one moment.

    Both are made with the present templates, theme and program: every difference is due to the
    content. The search index is left out, because two builds of it differ in bytes. `previous`: the
    last build; only files in which one of the sites may differ from it are rendered. `pages`: the
    folder into which the pages that differ are written, if any.

    Raises NoBase if the content at `ref` can't be read, ContentError if either content has faults.
    """
    with checked(options, previous) as new, content_at(ref, options.content) as folder:
        earlier = replace(new.options, content=folder, now=lambda _: new.site.now)
        try:
            with checked(earlier, _last_build(earlier, new)) as old:
                preview = _preview(ref, new, old)
        except ContentError as fault:
            raise _with_commit(ref, folder, options.content, fault) from None
        if pages is not None:
            write_pages(preview, new.site.urls, new.files.keys_by_path(), new.rendered, pages)
        return preview


def _last_build(earlier: Options, new: World) -> PreviousBuild | None:
    """Return the build that `new` started from, with what differs from it in the other content."""
    if (previous := new.previous) is None:
        return None
    inputs = scan_inputs(earlier.trees, previous.state.inputs)
    names = frozenset(changed(previous.state.inputs, inputs))
    return replace(previous, inputs=inputs, changed=names)


def _with_commit(ref: str, folder: Path, content: Path, fault: ContentError) -> ContentError:
    """Return faults of the other commit with paths as git writes them: `main:content/site.yaml`."""
    return ContentError(
        replace(problem, path=problem.path.replace(str(folder), f"{ref}:{content}", 1))
        for problem in fault.problems
    )


def _preview(ref: str, new: World, old: World) -> Preview:
    early = tuple(_public_too_early(new.site, old.site))
    after_keys, before_keys = new.files.keys_by_path(), old.files.keys_by_path()
    compared = {path for path, _ in after_keys.items() ^ before_keys.items()}
    for world, keys in ((new, after_keys), (old, before_keys)):
        compared |= world.stale(keys).keys()
    after = _state(new, after_keys, compared)
    before = _state(old, before_keys, compared)
    differing = _differing(after, before)
    planned, dropped = _planned(after, before)
    return Preview(
        base=ref,
        now=new.site.now,
        title={page.url: page.title for page in chain(before.pages.values(), after.pages.values())},
        pages=_listing(differing["pages"]),
        moved=tuple(differing["moved"]),
        redirects=_listing(differing["redirects"]),
        files=_listing(differing["files"]),
        news=_news(after, before),
        ratings=_shifts(after.ratings, before.ratings),
        requirements=_shifts(after.requirements, before.requirements),
        events=_events(after.events, before.events),
        names=_names(after.people, before.people),
        tables=tuple(_tables(after, before)),
        early=early,
        unannounced=tuple(_unannounced(new.site, old.site, compared)),
        planned=planned,
        dropped=dropped,
    )


def _state(world: World, keys: Mapping[str, Key], compared: Collection[str]) -> PublicState:
    """Return the public state. `keys`: path → key of every file. `compared`: paths to compare.

    Raises ContentError for a file that a build would refuse.
    """
    site = world.site
    keys_compared = {path: key for path, key in keys.items() if path in compared}
    pages = {path: _page(site, key) for path, key in keys_compared.items() if key[0] in PAGES}
    feeds = (feed(site, *key[1:]) for key in keys_compared.values() if key[0] == "feed")
    tables = (t for t in TABLES if urls.file_for(urls.table_url(t.name, "csv")) in compared)
    return PublicState(
        paths=keys.keys(),
        pages=pages,
        feeds={feed.url: {item.guid: item.title for item in feed.items} for feed in feeds},
        tables={table.name: rows_of(site, table) for table in tables},
        ratings=rating_states(site),
        requirements=requirement_states(site),
        events=events_of(site),
        people=people_of(site),
        lifts=lifts(site.content, site.now),
        files={  # last: rendering leaves values of queries in worker processes
            path: hashlib.blake2b(data, digest_size=20).digest()
            for path, data in world.rendered(list(keys_compared.values()))
        },
    )


def _page(site: Site, key: Key) -> PageFile:
    page = PAGES[key[0]].page(site, key[1:])
    return PageFile(page.url, page.view.meta.title, key[-1] if key[0] == "redirect" else "")


def _public_too_early(new: Site, old: Site) -> Iterator[tuple[str, str]]:
    """Yield name and address of each new trust that is public before its first briefing is."""
    for id in new.trusts:
        if id not in old.trusts and any(public_too_early(new, id)):
            yield new.trusts[id].front.name, urls.url_of("trust", id)


def _unannounced(new: Site, old: Site, compared: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield title and address of public briefings with changed facts and no line in `changes`.

    The facts recorded at the other commit count, if there are any: this one may have changed them.
    `compared`: the paths of the files that may differ.
    """
    for id, briefing in old.briefing.items():
        line = old.register.recorded(id) or new.register.recorded(id)
        if line is None or urls.file_for(briefing.url) not in compared:
            continue
        if differs(new, line) and facts_hash(new, id) != facts_hash(old, id):
            yield new.briefing[id].front.title, briefing.url


def _differing(after: PublicState, before: PublicState) -> Mapping[str, list[tuple[str, str]]]:
    """Return the files that differ: `pages`, `redirects` or `files` → (how, address or path).

    A page that became a redirect is among `moved`: its address, and that to which it leads.
    """
    differing: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(after.files.keys() | before.files.keys()):
        new, old = after.pages.get(path), before.pages.get(path)
        page = new or old
        if after.files.get(path) == before.files.get(path):
            continue
        if page is None:
            differing["files"].append((_how(path in after.files, path in before.files), path))
        elif new and old and new.leads_to and not old.leads_to:
            differing["moved"].append((new.url, new.leads_to))
        else:  # a redirect that becomes a page is an added page
            was_page = old is not None and (page.leads_to != "" or not old.leads_to)
            change = _how(new is not None, was_page), page.url
            differing["redirects" if page.leads_to else "pages"].append(change)
    return differing


def _how(is_there: bool, was_there: bool) -> str:
    if not is_there:
        return "removed"
    return "changed" if was_there else "added"


def _listing(changes: Iterable[tuple[str, str]]) -> FileChanges:
    pairs = sorted(changes)
    hows = ("added", "changed", "removed")
    return FileChanges(*(tuple(name for how, name in pairs if how == wanted) for wanted in hows))


def _news(after: PublicState, before: PublicState) -> tuple[News, ...]:
    """Return items with a guid that their feed did not have.

    A new feed has no readers: it is skipped.
    """
    feeds: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for url, items in after.feeds.items():
        for guid, title in items.items():
            if url in before.feeds and guid not in before.feeds[url]:
                feeds.setdefault(guid, []).append(url)
                titles[guid] = title
    return tuple(News(guid, titles[guid], tuple(feed_paths)) for guid, feed_paths in feeds.items())


def _shifts(after: Mapping[str, str], before: Mapping[str, str]) -> tuple[Shift, ...]:
    return tuple(
        Shift(subject, before.get(subject), after.get(subject))
        for subject in sorted(after.keys() | before.keys())
        if after.get(subject) != before.get(subject)
    )


def _events(after: Counter[str], before: Counter[str]) -> FileChanges:
    added, removed = (after - before).elements(), (before - after).elements()
    return FileChanges(tuple(sorted(added)), (), tuple(sorted(removed)))


def _names(after: Mapping[str, str], before: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    names_before = {name.casefold() for name in before}
    return tuple(
        (name, role) for name, role in after.items() if name.casefold() not in names_before
    )


def _tables(after: PublicState, before: PublicState) -> Iterator[TableChange]:
    for name, new in after.tables.items():
        old = before.tables[name]
        changed = sum(new[key] != old[key] for key in new.keys() & old.keys())
        added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
        if added or removed or changed:
            yield TableChange(name, added, removed, changed)


def _planned(after: PublicState, before: PublicState) -> tuple[tuple[Lift, ...], tuple[Lift, ...]]:
    """Return later changes that are new or have another moment, and those no longer planned.

    One that is not planned any more because its page is public is left out.
    """
    new = {(lift.url, lift.what): lift for lift in after.lifts}
    old = {(lift.url, lift.what): lift for lift in before.lifts}
    planned = (
        replace(lift, before=old[key].moment if key in old else None)
        for key, lift in new.items()
        if key not in old or old[key].moment != lift.moment
    )
    dropped = (lift for key, lift in old.items() if key not in new)
    public = after.paths
    return tuple(planned), tuple(x for x in dropped if urls.file_for(x.url) not in public)


@contextmanager
def content_at(ref: str, content: Path) -> Iterator[Path]:
    """Yield a temporary copy of the folder `content` at the commit `ref`, as checked out by git.

    Uses an index of its own: neither the work tree nor the index of the repository is changed. The
    copy is removed at the end. Raises NoBase if there is no git, no repository, no such commit, or
    no such folder in it.
    """
    prefix = _git(content, "rev-parse", "--show-prefix").rstrip("/")
    top = Path(_git(content, "rev-parse", "--show-toplevel"))
    tree = _tree(ref, top, prefix)
    with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
        copy = Path(folder, "content")
        copy.mkdir()
        index = str(Path(folder, "index"))
        _git(top, "read-tree", tree, index=index)
        _git(top, "checkout-index", "--all", f"--prefix={copy}{os.sep}", index=index)
        yield copy


def _tree(ref: str, top: Path, prefix: str) -> str:
    try:
        if ref.startswith("-"):
            raise NoBase
        commit = _git(top, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    except NoBase:
        raise NoBase(f"git knows no commit `{ref}`; fetch it, or name another one") from None
    try:
        return _git(top, "rev-parse", "--verify", "--quiet", f"{commit}:{prefix}")
    except NoBase:
        raise NoBase(f"at `{ref}` there is no folder {prefix}/") from None


def _git(folder: Path, *words: str, index: str | None = None) -> str:
    """Run git in `folder` and return its output, without the last line ending.

    `index`: the index file to use. Raises NoBase if git is not installed, or fails.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    if index is not None:
        environment["GIT_INDEX_FILE"] = index
    try:
        process = subprocess.run(
            ["git", *words], cwd=folder, env=environment, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise NoBase("git is not installed") from None
    if process.returncode:
        error = process.stderr.decode("utf-8", "replace").strip()
        raise NoBase(error or f"git {words[0]} failed")
    return process.stdout.decode("utf-8", "surrogateescape").rstrip("\r\n")
