"""`make test` runs the tests that are not marked `long`, `make test-long` those that are.

pyproject.toml says what the markers `long` and `sample` mean.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from random import Random
from types import CodeType

import pytest
from hypothesis import settings
from jinja2 import Environment
from jinja2.nodes import Template

#: No example is judged by its time: the machine may be busy.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)  # before pytest selects by `-m`
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `long` all but `n` cases of each test that is marked `sample(n)`."""
    tests = defaultdict(list)
    for item in items:
        if marker := item.get_closest_marker("sample"):
            tests[item.nodeid.partition("[")[0], marker.args[0]].append(item)
    for (name, count), cases in tests.items():
        for case in Random(name).sample(cases, max(0, len(cases) - count)):
            case.add_marker(pytest.mark.long)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give the tests of one file to one worker, which builds what they share once.

    Those in a browser count as one file: they share two sites, a page and the browser. (The marker
    `xdist_group` does nothing: pytest-xdist 3.8 changes `_nodeid`, which pytest 9.2 has no more.)
    """
    from xdist.scheduler import LoadScopeScheduling

    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _file_of
    return scheduler


def _file_of(test: str) -> str:
    file = test.partition("::")[0]
    return "tests/browser" if file.startswith("tests/browser/") else file


@pytest.fixture(autouse=True, scope="module")
def _collectable() -> Iterator[None]:
    """Return to the garbage collector what builds left to the end of their process."""
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True, scope="session")
def _templates_compiled_once() -> Iterator[None]:
    """Compile each text of a template once, and not in each build from nothing of this process.

    Compiling takes four fifths of the build of a small site. What builds keep of it on disk is kept
    as always; processes that tests start compile for themselves.
    """
    compile_template, parse = Environment.compile, Environment.parse
    codes: dict[tuple[str, str | None], CodeType] = {}
    trees: dict[tuple[str, str], Template] = {}

    def compile_once(
        self: Environment, source: str, name: str | None = None, filename: str | None = None
    ) -> CodeType:
        if self.bytecode_cache is None or filename is None:  # not a template of the site
            return compile_template(self, source, name, filename)
        if (source, name) not in codes:
            codes[source, name] = compile_template(self, source, name, filename)
        return _in_file(codes[source, name], filename)

    def parse_once(self: Environment, source: str, name: str, filename: str) -> Template:
        if (source, name) not in trees:
            trees[source, name] = parse(self, source, name, filename)
        return trees[source, name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", compile_once)
        patch.setattr(Environment, "parse", parse_once)
        yield


def _in_file(code: CodeType, filename: str) -> CodeType:
    """Return the code as if it had been compiled from a file of this name."""
    inner = [
        _in_file(constant, filename) if isinstance(constant, CodeType) else constant
        for constant in code.co_consts
    ]
    return code.replace(co_filename=filename, co_consts=tuple(inner))


@pytest.fixture(autouse=True, scope="session")
def _light_builds() -> Iterator[None]:
    """Let builds of this process not wait for the disk, and have workers only where a test asks.

    Only a power cut could tell the first; each worker would compile the templates again.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("briefings.cli.options._cores", lambda: 1)
        for name in ("briefings.publish", "briefings.publish.folder"):
            patch.setattr(import_module(name), "flush", lambda path, *, whole_system=False: None)
        yield
