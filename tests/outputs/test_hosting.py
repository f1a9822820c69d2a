"""What hosts and crawlers read: each page once in the sitemap, headers, redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

import pytest
from lxml import etree

from briefings import urls
from briefings.content.schema.entities import PageFront
from briefings.content.schema.site import SiteFront
from briefings.domain.site import Site, visible
from briefings.outputs import hosting as hosting_files
from briefings.outputs.pages.page import CSP, CSP_SEARCH
from tests.support.factory import CONFIG, NOW, a_content, a_front, a_record, a_site
from tests.support.reading import built, hosting, pages_of, site_of

SITES = ("content", "tests/site/content")
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def indexed(site: Site) -> list[str]:
    return [page.url for page in pages_of(site) if not page.view.meta.noindex]


def files_of(site: Site) -> dict[str, str]:
    return {file.path: file.render().decode() for file in hosting(site)}


def below(path: str, briefings: Mapping[str, str]) -> Site:
    config = a_front(SiteFront, f"base_url: https://example.org{path}", CONFIG)
    return visible(replace(a_content(briefings), config=config), NOW)


def mapped(site: Site) -> dict[str, str | None]:
    root = etree.fromstring(files_of(site)["sitemap.xml"].encode())
    assert root.tag == f"{MAP}urlset"
    entries = root.findall(f"{MAP}url")
    moments = {
        entry.findtext(f"{MAP}loc") or "": entry.findtext(f"{MAP}lastmod") for entry in entries
    }
    assert len(moments) == len(entries)
    return moments


def blocks_of(headers: str) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    for line in headers.splitlines():
        if line.startswith("  "):
            blocks[list(blocks)[-1]].append(line.strip())
        else:
            blocks[line] = []
    return blocks


@pytest.mark.parametrize("content", SITES)
def test_the_sitemap_has_every_page_a_searcher_should_find_and_no_other(content: str) -> None:
    site = site_of(content)
    targets = mapped(site)
    top = site.urls.origin + site.urls.prefix
    paths = {address.removeprefix(top) for address in targets}
    assert all(address.startswith(f"{top}/") for address in targets)
    assert paths <= set(built(content))
    assert "/404.html" not in paths
    for path in built(content).keys() - paths:
        assert 'name="robots" content="noindex' in built(content)[path], path
    for briefing in (*site.briefings, *site.withdrawn):
        assert (briefing.url in paths) or briefing.is_withdrawn


@pytest.mark.parametrize("content", SITES)
def test_lastmod_is_a_moment_of_the_content_and_never_of_the_build(content: str) -> None:
    site = site_of(content)
    moments = {briefing.updated for briefing in site.briefing.values()}
    moments |= {
        change.date.at(site.zone) for page in site.pages.values() for change in page.front.changes
    }
    targets = mapped(site)
    for briefing in site.briefings:
        assert targets[site.urls.absolute(briefing.url)] == briefing.updated.isoformat()
    for address, written in targets.items():
        moment = datetime.fromisoformat(written) if written else None
        if moment and f"{urls.DIGEST}2" in address and moment not in moments:
            moment = moment.astimezone(site.zone)
            assert (moment.weekday(), moment.time()) == (0, time.min), "the week before was over"
        elif not address.endswith(urls.DIGEST):
            assert moment is None or moment in moments


def test_lastmod_of_a_list_is_that_of_its_newest_briefing() -> None:
    site = a_site({"one": "published: 2026-02-01", "two": "published: 2026-06-01"})
    targets = mapped(site)
    newest = "2026-06-01T00:00:00+01:00"
    for path in ("/", "/briefings/", "/briefings/2026/", "/trusts/north/", "/regulators/cqc/"):
        assert targets[f"https://example.org{path}"] == newest, path
    assert targets["https://example.org/briefings/one/"] == "2026-02-01T00:00:00+00:00"
    assert targets["https://example.org/digest/"] == "2026-06-08T00:00:00+01:00"
    assert targets["https://example.org/digest/2026-w05/"] == "2026-02-02T00:00:00+00:00"
    assert targets["https://example.org/subscribe/"] is None, "nothing says when it changed"


def test_lastmod_of_a_plain_page_is_that_of_its_last_visible_change() -> None:
    changes = """
title: About
changes:
  - {date: 2026-02-01, kind: update, text: More.}
  - {date: 2027-02-01, kind: update, text: Later.}
"""
    page = a_record("page", "about", a_front(PageFront, changes))
    site = visible(replace(a_content({}), pages={"about": page}), NOW)
    assert mapped(site)["https://example.org/about/"] == "2026-02-01T00:00:00+00:00"


def test_a_map_of_more_than_fifty_thousand_pages_is_cut_into_several(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hosting_files, "_MOST", 12)
    site = a_site({})
    assert 12 < len(indexed(site)) <= 24
    files = files_of(site)
    root = etree.fromstring(files["sitemap.xml"].encode())
    assert root.tag == f"{MAP}sitemapindex"
    parts = [sitemap.findtext(f"{MAP}loc") for sitemap in root]
    assert parts == [f"https://example.org/sitemap-{n}.xml" for n in (1, 2)]
    sizes = [len(etree.fromstring(files[f"sitemap-{n}.xml"].encode())) for n in (1, 2)]
    assert sizes == [12, len(indexed(site)) - 12]


def test_robots_are_let_in_and_shown_the_map() -> None:
    site = below("/news/", {})
    assert files_of(site)["robots.txt"].splitlines() == [
        "User-agent: *", "Allow: /", "", "Sitemap: https://example.org/news/sitemap.xml",
    ]  # fmt: skip


def test_a_nojekyll_file_keeps_github_from_changing_files() -> None:
    assert files_of(a_site({}))[".nojekyll"] == ""


def test_headers_carry_the_policy_of_the_pages_and_what_only_a_header_can_say() -> None:
    blocks = blocks_of(files_of(a_site({}))["_headers"])
    headers = blocks["/*"]
    assert f"Content-Security-Policy: {CSP}; frame-ancestors 'none'" in headers
    assert CSP.startswith("default-src 'none'")
    assert "unsafe" not in CSP
    assert "X-Content-Type-Options: nosniff" in headers
    assert any(line.startswith("Referrer-Policy: ") for line in headers)


def test_only_the_search_page_may_run_webassembly() -> None:
    blocks = blocks_of(files_of(a_site({}))["_headers"])
    assert [path for path, headers in blocks.items() if "wasm" in "".join(headers)] == ["/search/*"]
    assert blocks["/search/*"] == [
        "! Content-Security-Policy",
        f"Content-Security-Policy: {CSP_SEARCH}; frame-ancestors 'none'",
    ]


def test_media_files_run_no_script_and_have_no_origin() -> None:
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
    for path in ("", "/news"):
        blocks = blocks_of(files_of(below(path, {}))["_headers"])
        assert blocks[f"{path}/media/*"] == [
            "! Content-Security-Policy", f"Content-Security-Policy: {policy}",
        ]  # fmt: skip


def test_files_named_by_a_hash_are_cached_for_a_year() -> None:
    blocks = blocks_of(files_of(a_site({}))["_headers"])
    assert blocks["/static/*"] == [
        "! Cache-Control", "Cache-Control: public, max-age=31536000, immutable",
    ]  # fmt: skip
    assert not any("immutable" in line for line in blocks["/*"])


def test_headers_and_redirects_of_a_site_below_a_path_have_that_path() -> None:
    files = files_of(below("/news", {"one": "aliases: [/old/]"}))
    assert all(path.startswith("/news/") for path in blocks_of(files["_headers"]))
    assert files["_redirects"] == "/news/old/ /news/briefings/one/ 301\n"


def test_every_alias_is_redirected_and_has_a_page_for_hosts_that_cannot() -> None:
    site = a_site(
        {"one": "aliases: [/old-one, /2024/one.html]", "two": "aliases: ['/a;b/']"},
        trusts={"north": "aliases: [/trusts/old-north/]"},
    )
    lines = files_of(site)["_redirects"].splitlines()
    assert lines == [
        "/2024/one.html /briefings/one/ 301",
        "/a;b/ /briefings/two/ 301",
        "/old-one/ /briefings/one/ 301",
        "/trusts/old-north/ /trusts/north/ 301",
    ]
    there = {page.url for page in pages_of(site)}
    assert {"/2024/one.html", "/old-one/", "/trusts/old-north/"} <= there
    assert "old-one" not in files_of(site)["sitemap.xml"]


def test_an_alias_of_what_is_not_public_yet_leads_nowhere() -> None:
    site = a_site(
        {"one": "aliases: [/old/]\nembargo_until: 2027-01-01"},
        requirements={"rooms": "aliases: [/old-rooms/]"},
    )
    assert files_of(site)["_redirects"] == ""


def test_files_for_hosts_are_where_hosts_look() -> None:
    site = a_site({})
    assert set(files_of(site)) == {
        "sitemap.xml", "robots.txt", "_headers", "_redirects", ".nojekyll",
    }  # fmt: skip
    assert urls.file_for(urls.SITEMAP) == "sitemap.xml"
