"""What the commands that edit content share: they change all files that they mean to, or none.

Each computes the new bytes of its files. The whole content is checked with them in a temporary
copy, before the real folder is changed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from briefings import checks
from briefings.checks.publication_register import used_before
from briefings.content.files import FOLDER_OF, belongs, opened, walk
from briefings.content.frontmatter.reading import SourceFile, parsed
from briefings.content.listing import name_fault, raw_of, shown, taken
from briefings.content.loader import load
from briefings.content.records import Content
from briefings.content.similarity import did_you_mean, without_path
from briefings.domain.site import Site, visible
from briefings.edit.rewrite import NotInPlace, in_place_fault, rewritten
from briefings.problems import ContentError, Problem
from briefings.store.cache import NO_CACHE, Cache

#: Path relative to the content folder → the new bytes of the file, or None to delete it.
Changes = Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Edit:
    """The changes of a command, the lines that it prints once they are made, and its warnings."""

    changes: Changes
    lines: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()


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

    def site(self, content: Content, *, drafts: bool = False) -> Site:
        """The public part of the content; with `drafts`, and what is not public yet."""
        return visible(content, self.now(content.config.time_zone), drafts=drafts)

    def faultless(self, content: Content) -> Site:
        """The public part of the content. Raises ContentError with every fault that it has."""
        refuse(self.faults(content))
        return self.site(content)

    def shown(self, path: str) -> str:
        """A path in the content folder as the editor would type it."""
        return shown(self.root, path)

    def faults(self, content: Content, *, drafts: bool = False) -> list[Problem]:
        """Every fault that stops a build; with `drafts`, the faults of drafts as well."""
        return checks.faults(self.site(content, drafts=drafts))

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
        refuse(self.faults_with(changes))

    def readable(self, path: str) -> tuple[bytes, SourceFile]:
        """The bytes of a file, and the file parsed. Raises ContentError for faults of syntax."""
        raw = raw_of(self.root, path)
        source, problems = parsed(self.root, path, raw)
        if not source.readable:
            raise ContentError(problems)
        return raw, source

    def rewritten(self, path: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> bytes:
        """A file with the values that `change` returns for those in its front matter.

        Raises ContentError if the file has faults of syntax, or can't be edited in place.
        """
        raw, source = self.readable(path)
        try:
            return rewritten(raw, source, change(source.tree.data))
        except NotInPlace as fault:
            raise ContentError([in_place_fault(self.shown(path), fault)]) from None


def refuse(problems: Iterable[Problem]) -> None:
    """Raise ContentError if there is any problem."""
    if listed := list(problems):
        raise ContentError(listed)


def unknown_id(content: Content, kind: str, id: str) -> Problem:
    """Return the problem with an id that no file has, or none that can be read."""
    path = shown(content.root, FOLDER_OF[kind])
    if id in content.ids[kind]:
        return Problem(path, 1, 1, f"`{id}` can't be read", "run check first")
    near = did_you_mean(without_path(id), content.ids[kind])
    hint = f"did you mean `{near}`?" if near else f"look in {FOLDER_OF[kind]}/ for the file's name"
    return Problem(path, 1, 1, f"no {kind} has the id `{id}`", hint)


def new_id_faults(content: Content, kind: str, id: str, path: str) -> list[Problem]:
    """The problem, if any, with an id for a new file: invalid, in use, or used before."""
    fault = name_fault(kind, id)
    if fault is None and id in content.ids[kind]:
        other = content.record(kind, id)
        by = other.path if other else "another file"
        fault = taken(id, by), "an id is used once and never again: choose another one"
    line = content.register.given_up.get((kind, id)) or content.register.entered.get((kind, id))
    if fault is None and line is not None:
        fault = used_before(line), "an id is used once and never again: choose another one"
    return [Problem(shown(content.root, path), 1, 1, *fault)] if fault else []


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
