"""Fixtures: the built site, a host for it, and a browser that records what pages must not do.

The browser is the system's Chromium or Chrome, else the one that Playwright downloaded (see
tests/programs.py, which installs one). Without one these tests are skipped, save in CI, where that
is a failure. All of them run in one worker of pytest-xdist, in one browser (tests/conftest.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Route

from briefings.cli import main
from tests import programs
from tests.browser.built import Built
from tests.browser.hosting import hosted

ROOT = Path(__file__).parents[2]
NOW = "2026-12-01"
#: Options of a browser without background requests of its own.
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


def build(content: Path, output: Path, *more: str) -> Path:
    """Build a content folder with the repository's templates; the folder of the site."""
    folders = ["--content", str(content), "--output", str(output)]
    ours = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    status = main(["build", *folders, *ours, "--now", NOW, "--no-cache", "--quiet", *more])
    assert status == 0
    return output


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own content, built."""
    return build(ROOT / "content", tmp_path_factory.mktemp("site") / "output")


@pytest.fixture(scope="session")
def server(built_site: Path) -> Iterator[str]:
    """The address of the built site, without a trailing slash."""
    with hosted(built_site) as address:
        yield address


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """A server for tests/site, which has every feature, under a path."""
    folder = build(ROOT / "tests/site/content", tmp_path_factory.mktemp("made-up") / "output")
    with hosted(folder, "/briefings-site") as address:
        yield Built(folder, address)


@pytest.fixture(scope="session")
def sites(built_site: Path, server: str, made_up: Built) -> tuple[Built, Built]:
    """The site as it is published, and the made-up one."""
    return Built(built_site, server), made_up


@pytest.fixture
def by_name(page: Page, server: str) -> Iterator[str]:
    """Route the site's real host name to the local server: the 404 page has absolute URLs."""
    site = "https://inspectionbriefings.example"

    def answer(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(site, server)))

    page.route(f"{site}/**", answer)
    yield site
    page.unroute_all(behavior="wait")


@pytest.fixture(scope="session")
def base_url() -> None:
    """Tests write whole addresses. (pytest 9 warns of the plugin's own fixture, a method.)"""


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], playwright: Playwright
) -> dict[str, Any]:
    """Which browser is started, and how: in a container, root's Chromium has no sandbox."""
    program = programs.system_browser() or playwright.chromium.executable_path
    if not Path(program).exists():
        missing = "no browser here: `make test` looks for one and says what it found"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    arguments = [*_QUIET, *(["--no-sandbox"] if programs.is_root() else [])]
    return {**browser_type_launch_args, "executable_path": program, "args": arguments}


@dataclass
class Watch:
    """A page, with its requests, errors and violations of the content security policy."""

    page: Page
    #: Directives of the content security policy that something on the page went against.
    violations: list[str] = field(default_factory=list)
    #: Every address that was requested.
    requests: list[str] = field(default_factory=list)
    #: Errors that the page wrote to the console or did not catch.
    errors: list[str] = field(default_factory=list)

    def strays(self, address: str) -> list[str]:
        """Requests to anywhere but the site."""
        return [url for url in self.requests if not url.startswith((f"{address}/", "data:"))]

    def faults(self, address: str) -> list[str]:
        """Return all violations, errors and foreign requests; [] if there are none."""
        return [*self.violations, *self.strays(address), *self.errors]


_REPORT = """document.addEventListener("securitypolicyviolation", (event) =>
  violated(`${event.violatedDirective}: ${event.blockedURI} on ${event.documentURI}`))"""


def _watch(page: Page) -> Watch:
    """Record the violations, requests and errors of a page from now on."""
    watch = Watch(page)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            watch.errors.append(message.text)

    page.expose_function("violated", lambda what: watch.violations.append(what))
    page.add_init_script(_REPORT)
    page.on("request", lambda request: watch.requests.append(request.url))
    page.on("console", said)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    return watch


@pytest.fixture(scope="session")
def shared(browser: Browser) -> Iterator[Watch]:
    """A page for one test after the other: a new one takes longer than most tests do on it."""
    context = browser.new_context()
    yield _watch(context.new_page())
    context.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, shared: Watch) -> Iterator[Page]:
    """The shared page, as if new; one of its own for a test marked `browser_context_args`."""
    if request.node.get_closest_marker("browser_context_args"):
        context: BrowserContext = request.getfixturevalue("context")
        yield context.new_page()
        return
    shared.page.set_viewport_size({"width": 1280, "height": 720})
    yield shared.page
    shared.page.unroute_all(behavior="ignoreErrors")
    shared.page.emulate_media(
        media="null", color_scheme="null", reduced_motion="null", forced_colors="null"
    )
    shared.page.goto("about:blank")


@pytest.fixture
def watched(page: Page, shared: Watch) -> Watch:
    """A page whose violations, requests and errors are recorded."""
    if page is not shared.page:
        return _watch(page)
    for log in (shared.violations, shared.requests, shared.errors):
        log.clear()
    return shared
