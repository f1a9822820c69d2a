"""Try changes to content on a copy, then make all of them or none.

The commands that edit content (`new`, `rename`, `withdraw`, `ask`, `register`) compute the new
bytes of each file. The whole content is checked with these changes in a temporary copy, before the
real folder is changed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from briefings import checks
from briefings.content.files import belongs, opened, walk
from briefings.content.listing import shown
from briefings.content.loader import load
from briefings.content.records import Content
from briefings.domain.site import Site, visible
from briefings.problems import ContentError, Problem
from briefings.store.cache import NO_CACHE, Cache

#: Path relative to the content folder → the new bytes of the file, or None to delete it.
Changes = Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class ContentEditor:
    """The content folder to edit, and the moment as at which it is checked.

    `now` gives that moment. `jobs`: number of processes that read. `cache`: of files read before.
    """

    root: Path
    now: Callable[[ZoneInfo], datetime]
    jobs: int = 1
    cache: Cache = NO_CACHE

    def read(self) -> Content:
        """Read the folder, with the faults of each file."""
        return load(self.root, jobs=self.jobs, cache=self.cache)

    def site(self, content: Content) -> Site:
        """The public part of the content."""
        return visible(content, self.now(content.config.time_zone))

    def faults(self, content: Content, *, drafts: bool = False) -> list[Problem]:
        """Every fault that stops a build; with `drafts`, the faults of drafts as well."""
        return checks.faults(visible(content, self.now(content.config.time_zone), drafts=drafts))

    def faults_with(self, changes: Changes, *, drafts: bool = False) -> list[Problem]:
        """The faults that the content would have after the changes.

        Paths in the problems are those of the real folder. An entry that is refused, such as a
        link, is a fault as well, and is not copied.
        """
        with tempfile.TemporaryDirectory(prefix="briefings-") as folder:
            copy = Path(folder) / "content"
            refused = list(_copied(self.root, copy))
            for path, raw in changes.items():
                file = copy / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.unlink(missing_ok=True)  # it may be a hard link to the real file
                if raw is not None:
                    file.write_bytes(raw)
            tried = replace(self, root=copy)
            problems = tried.faults(tried.read(), drafts=drafts)
        return [*refused, *(_of(problem, str(copy), str(self.root)) for problem in problems)]

    def try_out(self, changes: Changes) -> None:
        """Raise ContentError with every fault that the content would have after the changes."""
        problems = self.faults_with(changes)
        if problems:
            raise ContentError(problems)


def _copied(root: Path, copy: Path) -> Iterator[Problem]:
    """Copy the content folder. Yields a problem for each entry that is refused, and not copied."""
    copy.mkdir()
    for path, entry, unfit in walk(root, belongs):
        if unfit is not None:
            yield Problem(shown(root, path), 1, 1, *unfit)
        elif entry.is_dir(follow_symlinks=False):
            (copy / path).mkdir(parents=True, exist_ok=True)
        else:
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            _linked(root / path, copy / path)


def _linked(source: Path, copy: Path) -> None:
    """Make `copy` a hard link to `source`, or a copy where the system can't link.

    A link is safe because files of the copy are only read, or unlinked and created again.
    """
    try:
        os.link(source, copy, follow_symlinks=False)
    except OSError:
        with opened(source) as file, copy.open("wb") as writing:
            shutil.copyfileobj(file, writing)


def _of(problem: Problem, copy: str, root: str) -> Problem:
    texts = (problem.path, problem.message, problem.hint)
    path, message, hint = (text.replace(copy, root) for text in texts)
    return replace(problem, path=path, message=message, hint=hint)


def put(root: Path, changes: Changes) -> None:
    """Make the changes in the content folder `root`: all of them, or none.

    Every new file is written to a temporary file beside its target first, and moved into place once
    all are written. On any exception, Ctrl-C included, the old bytes are restored as far as the
    disk allows it, the temporary files are removed and the exception is raised again.
    """
    staged: list[tuple[Path, Path]] = []
    before = {path: (root / path).read_bytes() for path in changes if (root / path).exists()}
    done: list[str] = []
    try:
        for path, raw in changes.items():
            if raw is not None:
                staged.append((_staged(root / path, raw), root / path))
        for waiting, file in staged:
            waiting.replace(file)
            done.append(file.relative_to(root).as_posix())
        for path, raw in changes.items():
            if raw is None:
                (root / path).unlink()
                done.append(path)
    except BaseException:
        for path in done:
            _restore(root / path, before.get(path))
        for waiting, _ in staged:
            waiting.unlink(missing_ok=True)
        raise


def _staged(file: Path, raw: bytes) -> Path:
    """Write the new bytes to a temporary file beside `file`, with the mode of the old file.

    It is a dot-file, which is never read as content.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_name(f".{file.name}.new")
    try:
        waiting.write_bytes(raw)
        if file.exists():
            shutil.copymode(file, waiting)
    except BaseException:
        waiting.unlink(missing_ok=True)
        raise
    return waiting


def _restore(file: Path, raw: bytes | None) -> None:
    with contextlib.suppress(OSError):
        if raw is None:
            file.unlink()
        else:
            file.write_bytes(raw)
