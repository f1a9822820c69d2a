"""The supply chain: lower bounds, one lock with hashes, no other source, no network."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import briefings
from briefings import installed

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

#: The first releases without a known vulnerability that would reach this program.
FLOORS = {
    "feedgen": "0.9",
    "icalendar": "7.2.1",
    "jinja2": "3.1.6",
    "lxml": "6.1",
    "markdown": "3.8.1",
    "starlette": "1.3.1",
}
#: Third-party files in the repository → their hash and their licence.
VENDORED = {
    "tests/browser/axe.min.js": (
        "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
        "tests/browser/axe.LICENSE.txt",
        "Mozilla Public License, version 2.0",
    ),
}
#: Package indexes that no file may name; split, because this file is searched too.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org/simple"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    )
)
_INDEX = re.compile(r"(?m)^\s*(-i\b|--(extra-)?index-url|--find-links|--trusted-host|registry\s*=)")
_BINARY = {".png", ".jpg", ".webp", ".gif", ".sqlite"}


def repository() -> Iterator[tuple[str, str]]:
    """Path and text of every file that is, or is about to be, in the repository."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "-c", "-o", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix not in _BINARY and path.is_file():
            yield name, path.read_text("utf-8", errors="replace")


def locked() -> dict[str, list[tuple[str, int]]]:
    """Name → version and number of hashes, of every entry of the lock."""
    entries_by_name: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for entry in re.split(r"\n(?=\S)", LOCK.replace("\\\n", " ")):
        if not entry.startswith("#"):
            pinned = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)(?=[\s;])", entry)
            assert pinned, f"not pinned to one version: {entry[:60]}"
            hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", entry)
            entries_by_name[pinned[1].lower().replace("_", "-")].append((pinned[2], len(hashes)))
    return entries_by_name


def asked() -> dict[str, Requirement]:
    extras = PROJECT["optional-dependencies"]["test"]
    return {
        requirement.name: requirement
        for requirement in map(Requirement, [*PROJECT["dependencies"], *extras])
    }


# -- what is installed -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FLOORS)
def test_no_release_with_a_known_vulnerability_may_be_installed(name: str) -> None:
    floor = Version(FLOORS[name])
    known = asked()[name].specifier
    bounds = [Version(bound.version) for bound in known if bound.operator in (">=", "==")]
    assert bounds, "pyproject.toml has no lower bound for it"
    assert min(bounds) >= floor
    assert locked()[name]
    assert all(Version(version) >= floor for version, _ in locked()[name])
    assert Version(importlib.metadata.version(name)) >= floor


def overridden() -> Iterator[tuple[str, str]]:
    """Yield library and name of each private method of a library that our classes override."""
    for info in pkgutil.walk_packages(briefings.__path__, "briefings."):
        for kind in vars(importlib.import_module(info.name)).values():
            if isinstance(kind, type) and kind.__module__ == info.name:
                private = [name for name in vars(kind) if re.match(r"_(?!_)", name)]
                for base in kind.__mro__[1:]:
                    library = base.__module__.partition(".")[0]
                    if library not in {"briefings", *sys.stdlib_module_names}:
                        yield from ((library, name) for name in private if name in vars(base))


def test_a_library_with_a_private_method_that_is_overridden_is_pinned_exactly() -> None:
    methods = sorted(overridden())
    assert methods == [("jinja2", "_get_default_module")]  # none has a public way
    for library, _ in methods:
        assert [part.operator for part in asked()[library].specifier] == ["=="]


def test_everything_in_the_lock_is_one_version_with_the_hashes_of_its_files() -> None:
    assert all(hashes > 0 for entries in locked().values() for _, hashes in entries)


def test_the_tool_that_makes_the_lock_is_locked_itself() -> None:
    lock = (ROOT / "locking.lock").read_text("utf-8")
    assert re.findall(r"^([a-z-]+)==", lock, re.MULTILINE) == ["uv"]
    assert lock.count("--hash=sha256:") > 1
    installs = re.findall(r"pip install ([^;\n]*)", (ROOT / "Makefile").read_text("utf-8"))
    assert installs
    assert all("--require-hashes" in line for line in installs), installs


def test_the_lock_has_everything_that_the_project_asks_for() -> None:
    versions = locked()
    for name, requirement in asked().items():
        assert versions[name.lower()], name
        assert all(requirement.specifier.contains(version) for version, _ in versions[name.lower()])


def test_the_environment_is_made_of_what_the_lock_has_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project itself is installed without what it asks for: that is there already."""
    ran: list[list[str]] = []

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(words)
        return subprocess.CompletedProcess(words, 0)

    monkeypatch.setattr(installed, "_ROOT", tmp_path)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(venv, "create", lambda folder, **_: folder.mkdir())
    assert installed.set_up() == 0
    installs = [words[words.index("install") :] for words in ran if "install" in words]
    assert len(installs) == 3
    for options in installs:
        assert "--require-hashes" in options or {"--no-deps", "--no-build-isolation"} < set(options)
    tools = (tmp_path / ".venv/build-tools.lock").read_text("utf-8")
    assert re.findall(r"(?m)^\S+(?===)", tools) == ["setuptools"]
    assert tools.rstrip("\\\n ") in LOCK
    assert (tmp_path / ".venv/ready").exists()
    assert "build.py setup" in MAKEFILE


def test_a_new_lock_has_hashes_and_names_no_place_to_load_from() -> None:
    recipe = MAKEFILE[MAKEFILE.index("\nlock:") :].split("\n\n")[0]
    assert {"--generate-hashes", "--no-emit-index-url"} <= set(recipe.split())


def test_no_file_says_where_packages_are_to_be_loaded_from() -> None:
    for name, text in repository():
        assert not _INDEX.search(text), name
        assert not [host for host in REGISTRIES if host in text], name


# -- what others made ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VENDORED)
def test_vendored_files_are_unchanged_and_have_their_licence(name: str) -> None:
    digest, licence, title = VENDORED[name]
    assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == digest
    assert (ROOT / licence).read_text("utf-8").startswith(title)


def test_the_repository_has_no_other_third_party_files() -> None:
    """Minified code, a notice of copyright, a program or a font would be."""
    programs = {".whl", ".jar", ".wasm", ".so", ".woff", ".woff2", ".ttf", ".otf", ".zip", ".gz"}
    for name, text in repository():
        code = name.endswith((".js", ".css", ".mjs"))
        minified = code and max(map(len, text.split("\n"))) > 1000
        noticed = code and re.search(r"(?i)copyright \(c\)|^/\*!|@licen[cs]e", text)
        if minified or noticed or Path(name).suffix in programs:
            assert name in VENDORED, name


# -- the network -----------------------------------------------------------------------------------

_REFUSES = """\
import os, sys

def refuse(event, given):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
        with open(os.environ["TOLD"], "a") as told:
            told.write(event + "\\n")
        raise PermissionError(event + " is refused")

sys.addaudithook(refuse)
"""
_REACHES = "import socket; socket.socket().connect(('127.0.0.1', 9))"
_ALONE = "import socket; assert [name for _, name in socket.if_nameindex()] == ['lo']"


def build(folder: Path, *before: str, environment: dict[str, str]) -> Path:
    """The whole published site, search index and all, from nothing."""
    output = folder / "output"
    done = subprocess.run(
        [
            *before, sys.executable, "build.py", "build", "--quiet", "--jobs", "2",
            "--output", str(output), "--cache", str(folder / "cache"),
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return output


def test_the_build_asks_nobody_anything(tmp_path: Path) -> None:
    """Each Python process refuses to look up a name, to connect and to send."""
    (tmp_path / "sitecustomize.py").write_text(_REFUSES)
    record = tmp_path / "told"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TOLD": str(record)}
    proof = subprocess.run([sys.executable, "-c", _REACHES], env=environment, capture_output=True)
    assert b"socket.connect is refused" in proof.stderr
    record.unlink()
    output = build(tmp_path, environment=environment)
    assert (output / "index.html").is_file()
    assert not record.exists(), record.read_text()


def cut_off() -> list[str]:
    """Return the prefix that runs a command in an empty network namespace; [] if not allowed."""
    if shutil.which("unshare") is None:
        return []
    for command in (["unshare", "-rn"], ["unshare", "-n"]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


@pytest.mark.skipif(not cut_off(), reason="this system lets nobody make a network namespace")
def test_the_build_and_its_search_index_are_made_with_the_network_cut(tmp_path: Path) -> None:
    subprocess.run([*cut_off(), sys.executable, "-c", _ALONE], check=True)
    output = build(tmp_path, *cut_off(), environment=dict(os.environ))
    assert (output / "index.html").is_file()
    assert list(output.rglob("*.pf_meta"))


# -- reporting -------------------------------------------------------------------------------------


def test_the_security_policy_names_a_contact() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[0] == "How to report"
