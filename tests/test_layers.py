"""The rooms of the package: who may import whom, and where each third-party package lives.

A room is a folder, or a module beside the folders. It imports only from rooms named before it. No
module imports itself by way of others.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "briefings"

ROOMS = (
    "problems", "urls", "anchors", "installed",
    "store", "engine", "content", "domain", "checks", "publish", "outputs", "build",
    "edit", "remote", "preview", "reconcile", "imports", "desk", "serve", "cli",
)  # fmt: skip

# Third-party package → the one folder or module that imports it.
HOMES: dict[str, str | tuple[str, ...]] = {
    "click": "cli",
    "css_inline": "outputs.mail",
    "feedgen": "outputs.feeds",
    "httpx": "remote",
    "icalendar": "outputs.feeds",
    "jinja2": "outputs.pages",
    "lxml": ("outputs.xml", "imports.web_page"),
    "markdown": "content.markdown",
    "markdown_it": "content.markdown",
    "markupsafe": "outputs.pages",
    "nh3": "content.markdown",
    "pagefind": "outputs.search",
    "PIL": "content.images",
    "pydantic": "content.schema",
    "pydantic_core": "content.schema",
    "rapidfuzz": "content.similarity",
    "rich": "cli",
    "starlette": "serve",
    "uvicorn": "serve",
    "watchfiles": "serve",
    "yaml": "content.frontmatter",
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def name_of(path: Path) -> str:
    """`briefings/content/dates/values.py` is `content.dates.values`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, by its full name, wherever in the file it does so."""
    package = ("briefings", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_bytes(), path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, *(node.module or "").split("."))).rstrip(".")
            if module == "briefings":
                yield from (f"briefings.{alias.name}" for alias in node.names)
            else:
                yield module


def own_imports(path: Path) -> set[str]:
    """Names of the package's modules that a file imports, as `name_of` gives them."""
    names = {name_of(module) for module in MODULES}
    imports = set()
    for node in ast.walk(ast.parse(path.read_bytes(), path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("briefings"):
            base = (node.module or "").removeprefix("briefings").lstrip(".")
            members = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
            imports |= {member if member in names else base for member in members}
    return (imports & names) - {name_of(path)}


def homes_of(package: str) -> tuple[str, ...]:
    homes = HOMES[package]
    return tuple(f"{home}." for home in ([homes] if isinstance(homes, str) else homes))


def packages_imported(path: Path) -> set[str]:
    roots = {name.split(".")[0] for name in imported(path)}
    return roots - sys.stdlib_module_names - {"briefings"}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_lower_rooms(path: Path) -> None:
    room = name_of(path).split(".")[0]
    assert room in ROOMS, f"give {room} a place in ROOMS"
    names = (name.split(".") for name in imported(path))
    others = {name[1] for name in names if name[0] == "briefings" and len(name) > 1}
    below = {*ROOMS[: ROOMS.index(room) + 1], "__version__"}
    too_high = others - below
    assert not too_high, f"{room} must not know of {', '.join(sorted(too_high))}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_each_third_party_package_has_one_home(path: Path) -> None:
    homeless = packages_imported(path) - HOMES.keys()
    assert not homeless, f"give {', '.join(sorted(homeless))} a home in HOMES"
    inside = f"{name_of(path)}."
    strangers = {name for name in packages_imported(path) if not inside.startswith(homes_of(name))}
    assert not strangers, f"{name_of(path)} must leave {', '.join(sorted(strangers))} to its home"


def test_no_module_imports_itself_by_way_of_others() -> None:
    TopologicalSorter({name_of(path): own_imports(path) for path in MODULES}).prepare()


def test_no_chain_of_imports_is_longer_than_sixteen_modules() -> None:
    """Fifteen, and one more where `serve` imports the web server inside its function."""
    below = {name_of(path): own_imports(path) for path in MODULES}
    depths: dict[str, int] = {}
    for name in TopologicalSorter(below).static_order():
        depths[name] = 1 + max((depths[other] for other in below[name]), default=0)
    assert max(depths.values()) <= 16, sorted(depths, key=depths.__getitem__)[-5:]


def test_the_package_itself_imports_nothing() -> None:
    """`import briefings` is free, so that a build with nothing to do ends at once."""
    assert set(imported(PACKAGE / "__init__.py")) <= {"__future__"}
