"""What no page does: break its content security policy, ask another host, write an error, or be
wider than a small screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.built import Built
from tests.browser.conftest import Watch
from tests.browser.hosting import hosted


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than a screen of 320 pixels: 1280 at 400 %."""
    page.set_viewport_size({"width": 320, "height": 640})  # WCAG 2.2, 1.4.10
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("which", [0, 1], ids=["published", "made-up"])
def test_pages_keep_their_policy_and_fit_a_small_screen(
    which: int, every: bool, watched: Watch, sites: tuple[Built, Built]
) -> None:
    """Of each kind the page with the most in it; with `every` the shortest and longest five."""
    site, page = sites[which], watched.page
    wide = []
    count, first = (5, 0) if every else (1, -1)
    for path in (path for kind in site.pages for path in site.least_and_most(kind, count)[first:]):
        if path != "/404.html":
            page.goto(site.address + path)
            if overflow(page) > 0:
                wide.append(path)
    assert wide == []
    assert watched.faults(site.address) == []
    assert len(watched.requests) > 30


def test_the_page_for_wrong_addresses_works_at_any_depth(watched: Watch, by_name: str) -> None:
    page = watched.page
    response = page.goto(f"{by_name}/trusts/there/is/no/such/trust/")
    assert response is not None
    assert response.status == 404
    assert overflow(page) <= 0
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "it has its style"
    assert watched.strays(by_name) == []
    assert watched.violations == []
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Trusts", exact=True).first.click()
    page.wait_for_url(f"{by_name}/trusts/")


def test_on_a_host_without_headers_the_pages_bring_their_own_policy(
    watched: Watch, sites: tuple[Built, Built]
) -> None:
    folder = sites[0].folder
    with hosted(folder, headers=False) as address:
        for kind, paths in sites[0].pages.items():
            if kind != "not-found":
                watched.page.goto(address + paths[-1])
        assert watched.faults(address) == []
        watched.page.evaluate(_FOREIGN)
        assert watched.violations


_FOREIGN = """() => {
  document.body.append(Object.assign(document.createElement("img"), {src: "https://x.example/x"}));
  document.body.append(Object.assign(document.createElement("script"), {textContent: "0"}));
  return new Promise((done) => setTimeout(done, 100));
}"""


def test_a_violation_of_the_content_security_policy_would_be_noticed(
    watched: Watch, server: str
) -> None:
    watched.page.goto(f"{server}/")
    watched.page.evaluate(_FOREIGN)
    broken = {violation.partition(":")[0] for violation in watched.violations}
    assert broken == {"img-src", "script-src-elem"}
    assert watched.errors
