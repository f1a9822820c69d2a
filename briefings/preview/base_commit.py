"""Check out the content folder of another commit into a temporary folder."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Environment variables that git sets in hooks; they would name another work tree or index.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")


class NoBase(Exception):
    """The commit to compare with can't be read; the text says why."""


@contextmanager
def content_at(ref: str, content: Path) -> Iterator[Path]:
    """A temporary copy of the folder `content` at the commit `ref`, as `git checkout` writes it.

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
        done = subprocess.run(
            ["git", *words], cwd=folder, env=environment, capture_output=True, check=False
        )
    except FileNotFoundError:
        raise NoBase("git is not installed") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise NoBase(said or f"git {words[0]} failed")
    return done.stdout.decode("utf-8", "surrogateescape").rstrip("\r\n")
