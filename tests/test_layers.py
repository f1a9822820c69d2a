"""The order of the house: who may import whom, and where each third-party package lives.

A module imports only from rooms below it. In one row, a module may import those named before it.
A folder of modules (`briefings/feeds/`) is one room: its modules may import each other.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "briefings"

# fmt: off
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "folded", "compact", "limits", "likeness", "choices", "same", "problems", "stopping",
        "entries", "formats", "dates", "urls", "anchors", "text", "words", "workers", "aside",
        "xml", "ods", "pictures", "laid", "overdue", "installed", "filenames",
    ),
    ("frontmatter", "markup", "model", "register", "rewrite"),
    ("cache", "load"),
    (
        "site", "ledger", "ratings", "registers", "publication", "sections", "quotations",
        "clock", "fingerprint",
    ),
    ("checks",),
    ("downloads", "feeds", "pages", "hosting", "output", "search"),
    ("rebuild", "pipeline", "trial", "registration", "rename", "withdraw", "new", "completion"),
    ("serve", "preview", "cli"),
    ("__main__",),
)
# fmt: on

# The one room that knows a third-party package, and hides it from the others.
HOMES = {
    "click": "cli",
    "feedgen": "feeds",
    "icalendar": "feeds",
    "jinja2": "pages",
    "lxml": "xml",
    "markdown": "markup",
    "markdown_it": "markup",
    "markupsafe": "pages",
    "nh3": "markup",
    "pagefind": "search",
    "pydantic": "model",
    "pydantic_core": "model",
    "rapidfuzz": "likeness",
    "rich": "cli",
    "starlette": "serve",
    "uvicorn": "serve",
    "watchfiles": "serve",
    "yaml": "frontmatter",
}

HEIGHT = {
    room: (layer, place) for layer, row in enumerate(LAYERS) for place, room in enumerate(row)
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    """`briefings/dates.py` and every module below `briefings/dates/` are the room `dates`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


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


def rooms_imported(path: Path) -> set[str]:
    names = (name.split(".") for name in imported(path))
    return {name[1] for name in names if name[0] == "briefings" and len(name) > 1} - {"__version__"}


def packages_imported(path: Path) -> set[str]:
    roots = {name.split(".")[0] for name in imported(path)}
    return roots - sys.stdlib_module_names - {"briefings"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_lower_rooms(path: Path) -> None:
    room = room_of(path)
    assert room in HEIGHT, f"give {room} a layer in LAYERS"
    others = rooms_imported(path) - {room}
    assert others <= HEIGHT.keys(), f"{room} imports what is in no layer: {others - HEIGHT.keys()}"
    too_high = {other for other in others if HEIGHT[other] >= HEIGHT[room]}
    assert not too_high, f"{room} must not know of {', '.join(sorted(too_high))}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_each_third_party_package_has_one_home(path: Path) -> None:
    room = room_of(path)
    homeless = packages_imported(path) - HOMES.keys()
    assert not homeless, f"give {', '.join(sorted(homeless))} a home in HOMES"
    strangers = {name for name in packages_imported(path) if HOMES[name] != room}
    assert not strangers, f"{room} must leave {', '.join(sorted(strangers))} to its home"


def test_the_package_itself_imports_nothing() -> None:
    """`import briefings` is free, so that a build with nothing to do ends at once."""
    assert set(imported(PACKAGE / "__init__.py")) <= {"__future__"}
