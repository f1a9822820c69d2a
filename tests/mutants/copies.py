"""A copy of the repository for each package whose code is to be changed, with mutmut's options."""

from __future__ import annotations

import ast
import shutil
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PARTS = ("briefings", "tests", "templates", "static", "content", "docs")
_FILES = (".gitignore", "build.py")
#: Folders that mutmut copies by itself.
_CODE = frozenset({"briefings", "tests"})
#: Decorators that need no change: mutmut mutates functions with these.
_LEFT = frozenset({"staticmethod", "classmethod"})


@dataclass(frozen=True, slots=True)
class Package:
    """What is changed (a pattern of files), and the tests that should notice."""

    files: str
    tests: tuple[str, ...]


PACKAGES = {
    "dates": Package("briefings/content/dates/*.py", ("tests/content/test_dates.py",)),
    "domain": Package(
        "briefings/domain/*.py",
        (
            "tests/domain/test_site.py",
            "tests/domain/test_visibility.py",
            "tests/domain/test_publication.py",
            "tests/domain/test_summaries.py",
            "tests/domain/test_registers.py",
            "tests/domain/test_weeks.py",
            "tests/domain/test_sections.py",
            "tests/domain/test_words.py",
        ),
    ),
    "ledger": Package(
        "briefings/domain/ledger/*.py",
        (
            "tests/domain/test_ledger.py",
            "tests/domain/test_answers.py",
            "tests/outputs/test_unforeseen_histories.py",
        ),
    ),
    "ratings": Package(
        "briefings/domain/ratings/*.py",
        ("tests/domain/test_ratings.py", "tests/domain/test_covering.py"),
    ),
    "build": Package(
        "briefings/build/*.py",
        (
            "tests/build/test_rebuild_inputs.py",
            "tests/build/test_changes.py",
            "tests/build/test_packing.py",
            "tests/build/test_pipeline.py",
            "tests/build/test_request.py",
            "tests/build/test_rendering.py",
            "tests/build/test_never_publish.py",
            "tests/build/test_theme.py",
            "tests/store/test_cache.py",
            "tests/checks/test_rules_across_files.py",
        ),
    ),
    "checks": Package(
        "briefings/checks/*.py",
        (
            "tests/checks/test_contacts.py",
            "tests/checks/test_quotations.py",
            "tests/checks/test_rules_across_files.py",
            "tests/checks/test_kept_anchors.py",
            "tests/checks/test_publication_register.py",
            "tests/checks/test_invalid.py",
            "tests/checks/test_changed_facts.py",
            "tests/checks/test_doubts.py",
            "tests/domain/test_trust_embargo.py",
            "tests/domain/test_ratings_checked.py",
            "tests/build/test_theme.py",
        ),
    ),
}


def copy_for(package: Package, folder: Path) -> None:
    """Everything that the tests read, in a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in _PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", *_FILES):
        shutil.copy(ROOT / name, folder)
    files = sorted(folder.glob(package.files))
    for file in files:
        file.write_text(undecorated(file.read_text("utf-8")), "utf-8")
    names = [file.relative_to(folder).as_posix() for file in files]
    with (folder / "setup.cfg").open("w", encoding="utf-8") as options:
        _options(package, names).write(options)


def _options(package: Package, files: list[str]) -> ConfigParser:
    off = [
        word for name in ("cacheprovider", "playwright", "xdist") for word in ("-p", f"no:{name}")
    ]
    lists = {
        "only_mutate": files,
        "also_copy": [*(part for part in _PARTS if part not in _CODE), *_FILES],
        "pytest_add_cli_args": ["-p", "tests.mutants.fresh", "-m", "not long", *off],
        "pytest_add_cli_args_test_selection": package.tests,
    }
    options = ConfigParser()
    options["mutmut"] = {
        "source_paths": "briefings",
        "track_dependencies": "false",
        "use_git_change_detection": "false",
        **{name: "\n".join(("", *words)) for name, words in lists.items()},
    }
    return options


def undecorated(source: str) -> str:
    """The same code with its decorators called below the functions: `name = property(name)`.

    mutmut leaves decorated functions as they are, and here these are a third of all.
    """
    lines = source.splitlines(keepends=True)
    functions = [
        function
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef)
    ]
    for function in sorted(functions, key=lambda function: function.lineno, reverse=True):
        decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
        if not decorators or not _LEFT.isdisjoint(decorators):
            continue
        called = function.name
        for decorator in reversed(decorators):
            called = f"{decorator}({called})"
        lines.insert(
            function.end_lineno or function.lineno,
            f"{' ' * function.col_offset}{function.name} = {called}\n",
        )
        del lines[function.decorator_list[0].lineno - 1 : function.lineno - 1]
    return "".join(lines)
