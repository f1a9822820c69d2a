"""Feeds: one item for each event, correction and briefing, and none twice.

The feeds are read with feedparser and checked against RSS 2.0
(https://www.rssboard.org/rss-specification) and its profile; the calendar is read with icalendar.
"""

from __future__ import annotations

import json
import re
from calendar import timegm
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser
import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from briefings import urls
from briefings.content.frontmatter.signs import sign_faults
from briefings.content.schema.briefing import BriefingFront
from briefings.content.schema.entities import TopicFront
from briefings.content.schema.site import SiteFront
from briefings.content.schema.validation import value_fault
from briefings.content.similarity import INVISIBLE
from briefings.domain.enforcement import actions
from briefings.domain.ledger.history import histories
from briefings.domain.ratings.tables import rating_changes
from briefings.domain.registers import corrections
from briefings.domain.site import Site, visible
from briefings.outputs.feeds import archive_keys, feed_keys, items_of, order
from briefings.outputs.feeds import feed as feed_by_key
from briefings.outputs.feeds.rss import Feed
from tests.support.factory import CONFIG, LONDON, NOW, a_content, a_front, a_record, a_site
from tests.support.reading import built, feeds, hosting, pages_of, read, site_of

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ARCHIVE = "{http://purl.org/syndication/history/1.0}archive"
SITES = ("content", "tests/site/content")
HOST = "https://example.org"

CHANGED = """
changes:
  - {date: 2026-02-01, kind: minor, text: A comma.}
  - {date: 2026-02-01, kind: correction, text: Nine wards and not eight.}
  - {date: 2026-02-03, kind: update, text: The trust replied.}
"""


def feed_list(site: Site) -> list[Feed]:
    return [feed_by_key(site, *key) for key in feed_keys(site)]


def documents(site: Site) -> list[Feed]:
    """Every feed and every page of an archive."""
    return [*feed_list(site), *(feed_by_key(site, *key) for key in archive_keys(site))]


def feed_of(site: Site, url: str = urls.MAIN_FEED) -> Feed:
    return next(file for file in documents(site) if file.url == url)


def read_feed(site: Site, url: str = urls.MAIN_FEED) -> Any:
    parsed = feedparser.parse(feed_of(site, url).render())
    assert not parsed.bozo, parsed.bozo_exception
    return parsed


def titles(site: Site, url: str = urls.MAIN_FEED) -> list[str]:
    return [entry.title for entry in read_feed(site, url).entries]


def guids(site: Site, url: str = urls.MAIN_FEED) -> list[str]:
    return [entry.id for entry in read_feed(site, url).entries]


def configured(briefings: Mapping[str, str], config: str, now: datetime = NOW) -> Site:
    content = replace(a_content(briefings), config=a_front(SiteFront, config, CONFIG))
    return visible(content, now)


def document(site: Site, path: str) -> bytes:
    return next(feed for feed in feeds(site) if feed.path == path).render()


def test_a_description_is_read_as_it_was_typed() -> None:
    """A description is HTML to every feed reader, so what looks like HTML is escaped in it."""
    typed = "The <quality> of care: waits of <4 hours, R&copy and &lt; as typed"
    more = f"summary: {json.dumps(typed)}\n{CHANGED}"
    site = a_site({"one": more.replace("Nine wards and not eight", "Nine <b>wards</b> &amp; more")})
    parsed = read_feed(site)
    assert {unescape(entry.summary) for entry in parsed.entries} == {
        typed, "Nine <b>wards</b> &amp; more.", "The trust replied.",
    }  # fmt: skip
    front = a_front(TopicFront, 'name: Staffing\nsummary: "Fewer than <5 & more"')
    topic = replace(a_content({}), topics={"staffing": a_record("topic", "staffing", front)})
    feed = feed_of(visible(topic, NOW), "/topics/staffing/feed.xml")
    read = feedparser.parse(feed.render())
    assert unescape(read.feed.subtitle) == "Fewer than <5 & more"


# Whole feeds


def assert_is_rss(feed: Feed, origin: str) -> None:
    """RSS 2.0, and what feed readers need beyond it."""
    root = etree.fromstring(feed.render())
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    once = ["title", "link", "description", "language", "generator", "docs"]
    tags = [element.tag for element in channel]
    assert set(tags) <= {*once, f"{ATOM}link", ARCHIVE, "lastBuildDate", "item"}
    for tag in once:
        assert tags.count(tag) == 1, tag
    assert channel.findtext("title")
    assert channel.findtext("description")
    links = {link.get("rel"): link.get("href") for link in channel.findall(f"{ATOM}link")}
    assert len(links) == tags.count(f"{ATOM}link")
    assert {link.get("type") for link in channel.findall(f"{ATOM}link")} == {"application/rss+xml"}
    assert links["self"] == feed.self_url
    assert tags.count(ARCHIVE) == ("current" in links) == (feed.number > 0)
    assert feed.self_url == origin + feed.url
    assert channel.findtext("link") == feed.page_url
    assert feed.page_url.startswith(origin)
    assert feed.page_url.endswith("/")
    items = channel.findall("item")
    assert ("lastBuildDate" in tags) == any(item.find("pubDate") is not None for item in items)
    names = [item.findtext("guid") for item in items]
    assert len(set(names)) == len(names)
    moments = [assert_is_item(item, origin) for item in items]
    dated = [moment for moment in moments if moment]
    assert dated == sorted(dated, reverse=True)
    if dated:
        built = parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
        assert max(dated) <= built <= NOW


def assert_is_item(item: etree._Element, origin: str) -> datetime | None:
    tags = [element.tag for element in item]
    once = ["title", "link", "description", "guid", CONTENT]
    assert set(tags) <= {*once, "pubDate", "category"}
    for tag in once:
        assert tags.count(tag) == 1, tag
        assert (item.findtext(tag) or "").strip(), tag
    guid = item.find("guid")
    assert guid is not None
    assert guid.get("isPermaLink") == "false"
    # RFC 4151: tag:authority,date:specific, and only what a URI may hold.
    assert re.fullmatch(
        r"tag:[a-z0-9.@-]+,\d{4}(-\d\d(-\d\d)?)?:[\w.~!$&'()*+,;=:@/?%-]+(#[\w./%-]+)?",
        guid.text or "", re.ASCII,
    ), guid.text  # fmt: skip
    assert (item.findtext("link") or "").startswith(f"{origin}/")
    html = item.findtext(CONTENT) or ""
    assert not re.search(r"<[^>]*\sid=", html), "items of one feed stand on one page"
    for address in re.findall(r'(?:href|src)="([^"]*)"', html):
        assert re.match(r"https?://|mailto:", address), address
    written = item.findtext("pubDate")
    if written is None:
        return None
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", written), written
    return parsedate_to_datetime(written)


@pytest.mark.parametrize("content", SITES)
def test_every_feed_is_valid_and_read_without_complaint(content: str) -> None:
    site = site_of(content)
    for feed in documents(site):
        data = feed.render()
        assert_is_rss(feed, site.urls.origin + site.urls.prefix)
        parsed = feedparser.parse(data)
        assert not parsed.bozo, (feed.url, parsed.bozo_exception)
        assert parsed.version == "rss20"
        assert data == feed.render(), "a feed has the same bytes each time"


@pytest.mark.parametrize("content", SITES)
def test_every_link_of_a_feed_leads_to_something_on_the_site(content: str) -> None:
    site = site_of(content)
    pages = read(content)
    top = site.urls.origin + site.urls.prefix
    for feed in feed_list(site):
        for address in [feed.page_url, *(item.url for item in feed.items)]:
            path, _, anchor = address.removeprefix(top).partition("#")
            assert path in pages, (feed.url, address)
            if anchor and not path.removesuffix("/").endswith(tuple(w.id for w in site.withdrawn)):
                assert anchor in pages[path].ids, (feed.url, address)


@pytest.mark.parametrize("content", SITES)
def test_there_is_a_feed_for_everything_that_can_be_followed(content: str) -> None:
    site = site_of(content)
    wanted = {"/feed.xml", "/requirements/feed.xml", "/ratings/feed.xml"}
    wanted |= {"/enforcement/feed.xml", "/corrections/feed.xml", "/digest/feed.xml"}
    for kind in ("trust", "topic", "regulator"):
        ids = getattr(site, {"trust": "trusts", "topic": "topics"}.get(kind, "regulators"))
        wanted |= {f"/{kind}s/{id}/feed.xml" for id in ids}
        if kind != "regulator":
            wanted |= {f"/{kind}s/{id}/digest/feed.xml" for id in ids}
    wanted |= {f"/requirements/{id}/feed.xml" for id in histories(site)}
    assert {file.url for file in feed_list(site)} == wanted
    archives = {file.url for file in documents(site) if file.number}
    assert {feed.path for feed in feeds(site)} == {url[1:] for url in wanted | archives} | {
        "feed.json", "feeds.opml", "deadlines.ics",
    }  # fmt: skip


@pytest.mark.parametrize("content", SITES)
def test_every_page_names_its_feeds_and_each_of_them_exists(content: str) -> None:
    site = site_of(content)
    there = {f"/{feed.path}" for feed in feeds(site)}
    named = {link.url for page in pages_of(site) for link in page.view.meta.feeds}
    assert named <= there
    every = {file.url for file in feed_list(site)}
    assert every - named <= {"/feed.xml", "/ratings/feed.xml"}, "nobody could find these"


@pytest.mark.parametrize("content", SITES)
def test_the_page_on_subscribing_has_the_address_of_every_feed_to_copy(content: str) -> None:
    """A browser shows a feed as code, so links to feeds lead to their places on this page."""
    site, page = site_of(content), built(content)["/subscribe/"]
    for feed in feed_list(site):
        assert f"<code>{feed.self_url}</code>" in page, feed.url
    anchors = read(content)["/subscribe/"].ids
    led = {
        link
        for html in built(content).values()
        for link in re.findall(r"/subscribe/#(.*?)\"", html)
    }
    assert len(led) > 10
    assert led <= set(anchors)


def test_no_two_feeds_give_one_item_two_guids() -> None:
    site = site_of("tests/site/content")
    by_guid: dict[str, set[tuple[str, datetime]]] = {}
    for feed in feed_list(site):
        for item in feed.items:
            by_guid.setdefault(item.guid, set()).add((item.title, item.moment))
    assert all(len(descriptions) == 1 for descriptions in by_guid.values())


# Briefings and their changes


def test_a_briefing_comes_with_its_summary_whole_text_and_topics() -> None:
    site = site_of("tests/site/content")
    briefing = site.briefings[0]
    entry = next(e for e in read_feed(site).entries if e.id.endswith(f":briefing/{briefing.id}"))
    assert entry.title == briefing.front.title
    assert entry.summary == briefing.front.summary
    assert entry.link == site.urls.absolute(briefing.url)
    assert [tag.term for tag in entry.get("tags", [])] == [
        site.topics[id].front.name for id in briefing.front.topics
    ]
    assert len(entry.content[0].value) > len(briefing.front.summary)
    assert timegm(entry.published_parsed) == briefing.visible_from.timestamp()


def test_a_briefing_opens_with_its_rating_dates_orders_and_reply() -> None:
    """Readers who see nothing but the item know how bad it is, and whether it was told before."""
    earlier = "published: 2025-03-01\ninspection: {type: focused, inspected: 2024-11, " + (
        "report_published: 2025-02-03}\n" + rated("scope: trust, value: good")
    )
    order = "requirements: [{id: rooms, event: %s, date: %s, sources: [A]}]\n"
    site = a_site(
        {
            "one": earlier + order % ("told", "2024-11"),
            "two": rated("scope: trust, value: inadequate, change: down")
            + order % ("repeated", "2025-09")
            + "reply: {status: declined}\n",
        }
    )
    entry, before = read_feed(site).entries
    lines = re.findall(r"<li><strong>(.*?):?</strong> (.*?)</li>", entry.content[0].value)
    assert dict(lines) == {
        "What happened": "Inspected September 2025; report 14 January 2026.",
        "How bad is it?": "Inadequate (Overall, whole trust; down).",
        "Had they been told before?": "Yes, on the requirement, first in November 2024.",
        "What is being done?": "1 requirement: no answer on record.",
        "Who says so?": "Only A Paper. We asked the trust; it declined to comment.",
    }
    assert entry.content[0].value.startswith("<ul><li><strong>What happened:</strong>")
    assert "; replaced since the report of 14 January 2026)" in before.content[0].value
    assert "No reply on record" in before.content[0].value


def test_a_title_is_plain_text() -> None:
    """As the RSS profile asks. Escaped once more, some readers would show `&lt;`."""
    typed = "AT&T: the <quality> of A&E, waits of <4 hours"
    (entry,) = read_feed(a_site({"one": f"title: {json.dumps(typed)}"})).entries
    assert entry.title == typed


def test_a_guid_is_a_tag_of_the_id_and_no_address() -> None:
    site = a_site({"rampton-2025": ""})
    assert guids(site) == ["tag:example.org,2026:briefing/rampton-2025"]


def test_a_new_title_date_or_address_of_the_site_wakes_no_reader() -> None:
    pinned = "feed: {tag: 'briefings.example,2026-11'}"
    before = configured({"one": "title: Old"}, pinned)
    after = configured(
        {"one": "title: New\npublished: 2026-01-20"},
        f"{pinned}\nbase_url: http://elsewhere.example/news/",
    )
    assert guids(before) == guids(after) == ["tag:briefings.example,2026-11:briefing/one"]


def test_a_host_that_is_not_ascii_is_encoded_as_in_dns_in_guids_and_links() -> None:
    site = configured({"one": ""}, "base_url: https://übung.example/")
    entry = read_feed(site).entries[0]
    assert entry.id == "tag:xn--bung-zra.example,2026:briefing/one"
    assert entry.link == "https://xn--bung-zra.example/briefings/one/"
    every = b"".join(output.render() for output in (*feeds(site), *hosting(site)))
    assert "übung".encode() not in every


@pytest.mark.parametrize("host", ["example.org", "Example.ORG", "xn--bung-zra.example"])
def test_the_guids_of_a_site_on_an_ascii_host_stay_as_they_are(host: str) -> None:
    site = configured({"one": ""}, f"base_url: https://{host}/")
    assert guids(site) == [f"tag:{host.lower()},2026:briefing/one"]


def test_a_change_is_an_item_of_its_own_and_a_minor_one_is_silent() -> None:
    site = a_site({"one": f"title: On one\n{CHANGED}"})
    assert titles(site) == ["Update: On one", "Correction: On one", "On one"]
    assert guids(site) == [
        "tag:example.org,2026:briefing/one#change-3",
        "tag:example.org,2026:briefing/one#change-2",
        "tag:example.org,2026:briefing/one",
    ]
    update, *_ = read_feed(site).entries
    assert update.link == f"{HOST}/briefings/one/#change-3"
    assert update.summary == "The trust replied."


def test_a_change_of_tomorrow_is_not_announced_today() -> None:
    now = datetime(2026, 2, 2, 12, tzinfo=LONDON)
    site = a_site({"one": CHANGED}, now=now)
    assert titles(site) == ["Correction: On one", "On one"]
    assert read_feed(site).feed.updated_parsed[:3] == (2026, 2, 1)


def test_of_several_changes_on_one_day_the_last_is_first_and_the_briefing_last() -> None:
    day = "published: 2026-03-02\nchanges:\n" + "".join(
        f"  - {{date: 2026-03-02, kind: update, text: Number {n}.}}\n" for n in (1, 2, 3)
    )
    assert [guid.rsplit("/")[-1] for guid in guids(a_site({"one": day}))] == [
        "one#change-3", "one#change-2", "one#change-1", "one",
    ]  # fmt: skip


def test_a_withdrawal_is_one_item_that_replaces_the_others() -> None:
    gone = f"{CHANGED}\nstatus: withdrawn\nwithdrawn: {{date: 2026-03-01, reason: It was wrong.}}"
    site = a_site({"one": gone, "two": ""})
    for url in ("/feed.xml", "/trusts/north/feed.xml", "/regulators/cqc/feed.xml"):
        assert titles(site, url) == ["Withdrawn: On one", "On two"]
    entry = read_feed(site).entries[0]
    assert entry.id == "tag:example.org,2026:briefing/one#withdrawn"
    assert entry.summary == "It was wrong."
    assert b"wards" not in feed_of(site).render()


def test_pub_date_is_when_it_became_visible_with_its_offset() -> None:
    site = a_site({"one": "published: 2026-07-01\nembargo_until: 2026-07-02T00:01:00+01:00"})
    assert b"<pubDate>Thu, 02 Jul 2026 00:01:00 +0100</pubDate>" in feed_of(site).render()


def test_the_build_date_is_that_of_the_newest_content_minor_changes_counted() -> None:
    silent = "changes: [{date: 2026-05-05, kind: minor, text: A comma.}]"
    site = a_site({"one": silent, "two": "published: 2026-04-01"})
    data = feed_of(site).render()
    assert b"<lastBuildDate>Tue, 05 May 2026 00:00:00 +0100</lastBuildDate>" in data
    assert titles(site) == ["On two", "On one"]


@pytest.mark.parametrize("hours", [0, 1, 24 * 365])
def test_a_feed_has_no_build_time(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    early, late = a_site({"one": CHANGED}), a_site({"one": CHANGED}, now=now)
    assert [feed.render() for feed in feeds(early)] == [feed.render() for feed in feeds(late)]


def test_a_feed_is_valid_and_dateless_before_its_first_item() -> None:
    site = a_site({})
    for feed in feed_list(site):
        assert_is_rss(feed, HOST)
        assert not feedparser.parse(feed.render()).entries
    assert json.loads(document(site, "feed.json"))["items"] == []


def subscribed(briefings: int, allowed: int = 3) -> Site:
    text = {f"b{n}": f"published: 2026-01-{15 + n}" for n in range(briefings)}
    return configured(text, f"feed: {{items: {allowed}}}")


def archive_walk(site: Site, url: str) -> list[tuple[str, list[str]]]:
    """What a reader of RFC 5005 finds: documents and their guids, the subscription first."""
    walk, top = [], site.urls.origin + site.urls.prefix
    address: str | None = top + url
    while address:
        root = etree.fromstring(feed_of(site, address.removeprefix(top)).render())
        walk.append((address, [str(guid.text) for guid in root.iter("guid")]))
        links = {link.get("rel"): link.get("href") for link in root.iter(f"{ATOM}link")}
        if len(walk) > 1:
            assert links["current"] == top + url
            assert links.get("next-archive", top + url) == walk[-2][0]
        address = links.get("prev-archive")
    return walk


@pytest.mark.parametrize(("briefings", "pages"), [(3, 0), (4, 1), (6, 1), (7, 2), (10, 3)])
def test_what_a_feed_no_longer_holds_is_in_its_archive(briefings: int, pages: int) -> None:
    site = subscribed(briefings)
    for url in ("/feed.xml", "/trusts/north/feed.xml", "/regulators/cqc/feed.xml"):
        walk = archive_walk(site, url)
        folder = f"{HOST}{url.removesuffix('.xml')}"
        assert [address for address, _ in walk[1:]] == [
            f"{folder}/{number}.xml" for number in range(pages, 0, -1)
        ]
        assert {len(guids) for _, guids in walk} == {3}, "a page of an archive is full"
        seen = dict.fromkeys(guid for _, guids in walk for guid in guids)
        assert [guid.rpartition("b")[2] for guid in seen] == [
            str(n) for n in reversed(range(briefings))
        ], "whole, newest first"


def test_a_page_of_an_archive_stays_as_it_is_when_new_items_come() -> None:
    before = dict(archive_walk(subscribed(10), "/feed.xml")[1:])
    after = dict(archive_walk(subscribed(14), "/feed.xml")[1:])
    assert len(after) == 4
    assert {address: after[address] for address in before} == before
    full = "/feed/2.xml"
    assert feed_of(subscribed(10), full).render() == feed_of(subscribed(14), full).render()


@pytest.mark.parametrize("content", SITES)
def test_every_feed_is_whole_by_its_archive(content: str) -> None:
    site = site_of(content)
    for key in feed_keys(site):
        walk = archive_walk(site, feed_by_key(site, *key).url)
        sources = {source for source, _ in order(site, *key)}
        items = [item.guid for source in sources for item in items_of(site, *source)]
        assert {guid for _, guids in walk for guid in guids} == set(items), key


@pytest.mark.parametrize(("allowed", "shown"), [(1, 1), (2, 2), (50, 3)])
def test_a_feed_holds_at_most_as_many_items_as_the_site_says(allowed: int, shown: int) -> None:
    briefings = {f"b{n}": f"published: 2026-01-1{n}" for n in (6, 7, 8)}
    site = configured(briefings, f"feed: {{items: {allowed}}}")
    assert titles(site) == ["On b8", "On b7", "On b6"][:shown]


# Which feed carries what


RICH = """
requirements: [{id: rooms, event: told, date: 2025-09, deadline: 2027-01, sources: [A]}]
ratings: [{scope: trust, value: good, sources: [A]}]
enforcement: [{kind: warning-notice, text: A notice., served: 2025-10, sources: [A]}]
topics: [estates]
"""


def test_feeds_of_a_topic_regulator_or_trust_carry_briefings_changes_and_nothing_else() -> None:
    content = a_content({"one": RICH + CHANGED})
    topic = a_record("topic", "estates", a_front(TopicFront, "name: Estates\nsummary: Of estates."))
    site = visible(replace(content, topics={"estates": topic}), NOW)
    expected = ["Update: On one", "Correction: On one", "On one"]
    for url in ("/", "/trusts/north/", "/topics/estates/", "/regulators/cqc/"):
        assert titles(site, f"{url}feed.xml") == expected


@pytest.mark.parametrize("content", SITES)
def test_topics_and_regulators_are_followed_by_summaries_all_else_by_whole_texts(
    content: str,
) -> None:
    site = site_of(content)
    seen = set()
    for feed in feed_list(site):
        contents = {entry.id: entry.content[0].value for entry in read_feed(site, feed.url).entries}
        for briefing in site.briefings:
            html = contents.get(site.tag(f"briefing/{briefing.id}"))
            if html is None:
                continue
            kind = feed.url.split("/")[1]
            seen.add(kind)
            link = f'<a href="{site.urls.absolute(briefing.url)}">Read it with all its sources</a>'
            summary = f"<p>{escape(briefing.front.summary, quote=False)}</p>"
            facts, rest = html.split(summary)
            assert re.fullmatch(r"<ul>(<li>.*</li>)+</ul>", facts)
            assert rest.endswith(f"<p>{link}</p>")
            is_short = rest == f"<p>{link}</p>"
            assert is_short == (kind in {"topics", "regulators"}), (feed.url, briefing.id)
    assert seen == {"feed.xml", "trusts", "topics", "regulators"}


def test_a_briefing_also_about_another_trust_is_in_both_feeds() -> None:
    trusts = {"north": "", "south": "name: South Trust", "east": "name: East Trust"}
    site = a_site({"one": f"also_about: [south]\n{CHANGED}"}, trusts=trusts)
    assert titles(site, "/trusts/north/feed.xml") == titles(site, "/trusts/south/feed.xml")
    assert len(titles(site, "/trusts/south/feed.xml")) == 3
    assert titles(site, "/trusts/east/feed.xml") == []


MERGED = "name: South Trust\npredecessors: [{id: north, date: DATE, reason: merger}]"


def merged(written: str, now: datetime = NOW) -> Site:
    trusts = {"north": "", "south": MERGED.replace("DATE", written)}
    return a_site({"one": ""}, trusts=trusts, now=now)


def test_the_feed_of_a_trust_that_was_merged_points_on_once() -> None:
    site = merged("2026-04-01")
    entry = read_feed(site, "/trusts/north/feed.xml").entries[0]
    assert entry.title == "North Trust is now part of South Trust"
    assert entry.summary == "North Trust became part of South Trust on 1 April 2026 (merger)."
    assert entry.link == f"{HOST}/trusts/south/"
    assert entry.id == "tag:example.org,2026:trust/north#succeeded-by-south"
    assert entry.published_parsed[:3] == (2026, 3, 31)  # midnight in London in April, in UTC
    for url in ("/feed.xml", "/trusts/south/feed.xml", "/regulators/cqc/feed.xml"):
        assert not any("now part of" in title for title in titles(site, url))


def test_a_merger_to_come_is_not_announced() -> None:
    assert titles(merged("2027-04-01"), "/trusts/north/feed.xml") == ["On one"]


@pytest.mark.parametrize("written", ["2026", "2026-04", "/2026", "2024/", "unknown"])
def test_a_merger_of_which_no_day_is_known_has_no_made_up_date(written: str) -> None:
    first, later = merged(written), merged(written, NOW + timedelta(days=20))
    feed = feed_of(first, "/trusts/north/feed.xml")
    assert_is_rss(feed, HOST)
    entry = next(e for e in read_feed(first, feed.url).entries if "now part of" in e.title)
    assert "published" not in entry
    assert feed.render() == feed_of(later, feed.url).render()


# The ledger, ratings, enforcement, corrections


def test_every_event_of_a_requirement_is_in_its_feed_and_in_the_ledgers() -> None:
    site = site_of("tests/site/content")
    every = [f"/requirements/{id}/feed.xml" for id in histories(site)]
    assert sum(len(feed_of(site, url).items) for url in every) == sum(
        len(history.entries) + len(history.passed(site.clock))
        for history in histories(site).values()
    )


def test_events_of_one_kind_in_one_briefing_are_told_apart() -> None:
    events = "".join(
        f"  - {{id: rooms, event: deadline-set, date: 2025-10, deadline: {due}, sources: [A]}}\n"
        for due in ("2026-03", "2026-06")
    )
    text = "  - {id: rooms, event: told, date: 2025-10, sources: [A]}\n"
    site = a_site({"one": f"requirements:\n{text}{events}"})
    top = "tag:example.org,2026:requirement/rooms#one/"
    for url in ("/requirements/feed.xml", "/requirements/rooms/feed.xml"):
        event_guids = [guid for guid in guids(site, url) if "#deadline/" not in guid]
        assert sorted(event_guids) == [f"{top}deadline-set", f"{top}deadline-set/2", f"{top}told"]


def test_a_date_put_right_in_the_ledger_wakes_no_reader() -> None:
    def told(written: str) -> Site:
        event = f"{{id: rooms, event: told, date: {written}, sources: [A]}}"
        return a_site({"one": f"requirements: [{event}]"})

    url = "/requirements/feed.xml"
    assert guids(told("2025-09"), url) == guids(told("2025-09-14"), url)


def test_an_event_says_what_was_told_when_and_leads_to_the_whole_history() -> None:
    event = "{id: rooms, event: told, date: 2025-09, note: A note & more., sources: [A]}"
    site = a_site({"one": f"requirements: [{event}]"})
    (entry,) = read_feed(site, "/requirements/rooms/feed.xml").entries
    assert entry.title == "Told: Stop using shared rooms (North Trust)"
    assert entry.summary == "Told in September 2025: Stop using shared rooms."
    assert "A note &amp; more." in entry.content[0].value
    assert entry.link == f"{HOST}/requirements/rooms/"


def late(now: datetime, *more: str) -> Site:
    rows = ["{id: rooms, event: told, date: 2025-03, deadline: 2026-06-30, sources: [A]}", *more]
    return a_site({"one": "requirements:\n" + "".join(f"  - {row}\n" for row in rows)}, now=now)


def test_a_deadline_that_passes_without_a_record_is_an_item_from_that_moment_on() -> None:
    url = "/requirements/rooms/feed.xml"
    title = (
        "Deadline passed, no public record that it was met: Stop using shared rooms (North Trust)"
    )
    evening = datetime(2026, 6, 30, 23, 59, 59, tzinfo=LONDON)
    assert title not in titles(late(evening), url)
    after = late(datetime(2026, 7, 1, tzinfo=LONDON))
    assert titles(after, url)[0] == title
    assert titles(after, "/requirements/feed.xml")[0] == title
    assert guids(after, url)[0].endswith(":requirement/rooms#deadline/2026-06-30")
    assert read_feed(after, url).entries[0].published.endswith("01 Jul 2026 00:00:00 +0100")
    met = "{id: rooms, event: met, date: 2026-06, sources: [A]}"
    assert title not in titles(late(NOW, met), url)


def test_a_deadline_that_was_over_when_it_was_recorded_is_an_item_of_its_briefing() -> None:
    row = "{id: rooms, event: told, date: 2025-03, deadline: 2025-04, sources: [A]}"
    site = a_site({"one": f"requirements: [{row}]"})
    entry = read_feed(site, "/requirements/rooms/feed.xml").entries[1]
    assert entry.title.startswith("Deadline passed")
    assert entry.published.endswith("15 Jan 2026 00:00:00 +0000")


def test_an_answer_of_the_trust_says_who_speaks() -> None:
    event = "{id: rooms, event: said-done, date: 2025-09, sources: [A]}"
    item_titles = titles(
        late(datetime(2026, 2, 1, tzinfo=LONDON), event), "/requirements/rooms/feed.xml"
    )
    assert "The trust says it is done: Stop using shared rooms (North Trust)" in item_titles


def rated(*ratings: str) -> str:
    return "ratings:\n" + "".join(f"  - {{{rating}, sources: [A]}}\n" for rating in ratings)


def test_each_rating_given_is_an_item_and_what_is_carried_over_is_none() -> None:
    site = a_site(
        {
            "one": rated(
                "scope: trust, value: good",
                "scope: service, name: Maternity, key_question: safe, value: inadequate, "
                "change: down, previous: {value: good, date: 2020}",
                "scope: service, name: Secure wards, value: good, carried_over: true",
            )
        }
    )
    entries = read_feed(site, "/ratings/feed.xml").entries
    assert [entry.title for entry in entries] == [
        "North Trust, Overall: Good (report of 14 January 2026)",
        "North Trust, Maternity, Safe: Inadequate (report of 14 January 2026, down, "
        "previously Good)",
    ]
    assert entries[1].id == "tag:example.org,2026:briefing/one#rating/service/Maternity/safe"
    assert feed_of(site, "/ratings/feed.xml").page_url == f"{HOST}/compare/"


def test_a_suspended_rating_is_listed_as_suspended() -> None:
    site = a_site({"one": rated("scope: trust, value: suspended")})
    (entry,) = read_feed(site, "/ratings/feed.xml").entries
    assert entry.title == "North Trust, Overall: Rating suspended (report of 14 January 2026)"


ACTION = (
    "enforcement: [{{id: e1, kind: warning-notice, text: {}, served: 2025-10, {}sources: [A]}}]"
)


def notice(
    text: str, more: str = "", inspected: str = "2025-09", published: str = "2026-01"
) -> str:
    return f"""
published: {published}-15
inspection: {{type: focused, inspected: {inspected}, report_published: {inspected}}}
{ACTION.format(text, more)}
"""


def test_an_enforcement_action_is_an_item_and_so_is_its_end() -> None:
    site = a_site(
        {
            "one": notice("A notice.", "status: active, "),
            "two": notice("Again.", "status: active, ", "2026-02", "2026-03"),
            "three": notice("Gone.", "status: lifted, outcome: All done., ", "2026-05", "2026-06"),
        }
    )
    entries = read_feed(site, "/enforcement/feed.xml").entries
    assert [entry.id for entry in entries] == [
        "tag:example.org,2026:enforcement/e1#three",
        "tag:example.org,2026:enforcement/e1",
    ]
    assert entries[0].summary == "Gone. Date: October 2025. Lifted. All done."
    assert entries[1].summary == "A notice. Date: October 2025. In force."
    assert entries[1].title == "Warning notice: North Trust"


def test_an_older_inspection_published_later_is_no_news_on_an_action() -> None:
    site = a_site(
        {
            "one": notice("Gone.", "status: lifted, ", "2026-02", "2026-03"),
            "two": notice("A notice.", "status: active, ", "2025-09", "2026-06"),
        }
    )
    (entry,) = read_feed(site, "/enforcement/feed.xml").entries
    assert entry.link == f"{HOST}/briefings/one/#enforcement-1"


@pytest.mark.parametrize("content", SITES)
def test_feeds_of_registers_hold_what_the_registers_hold(content: str) -> None:
    site = site_of(content)
    most = site.config.feed.items

    def count(url: str) -> int:
        return len(feed_of(site, url).items)

    assert count("/corrections/feed.xml") == min(most, len(corrections(site)))
    assert count("/ratings/feed.xml") == min(most, len(list(rating_changes(site))))
    events = sum(len(history.entries) for history in histories(site).values())
    assert count("/requirements/feed.xml") == min(most, events)
    assert count("/enforcement/feed.xml") >= min(most, len(actions(site)))


def test_the_corrections_feed_has_changes_and_withdrawals() -> None:
    gone = "status: withdrawn\nwithdrawn: {date: 2026-03-01, reason: It was wrong.}"
    site = a_site({"one": CHANGED, "two": gone})
    assert titles(site, "/corrections/feed.xml") == [
        "Withdrawn: On two", "Update: On one", "Correction: On one",
    ]  # fmt: skip


# Addresses, and words that mean something to XML


def test_a_site_below_a_path_has_that_path_in_every_address() -> None:
    text = f"title: On one\n{CHANGED}"
    site = configured({"one": text}, "base_url: https://example.org/news")
    for feed in feed_list(site):
        assert_is_rss(feed, f"{HOST}/news")
    data = json.loads(document(site, "feed.json"))
    assert data["feed_url"] == f"{HOST}/news/feed.json"
    assert data["home_page_url"] == f"{HOST}/news/"
    for path in ("feeds.opml", "deadlines.ics", "feed.json"):
        said = document(site, path).decode()
        assert not re.search(r"https://example\.org/(?!news/)", said), path


#: What no file may hold, so that it reaches no feed: controls, private-use signs, direction
#: overrides, no characters.
REFUSED = (
    "\ufffd\u2028\u2029\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
TITLE = ("title",)
typed_words = st.text(
    st.characters(exclude_categories=["Cc", "Co", "Cs", "Zs"], exclude_characters=REFUSED),
    min_size=1,
    max_size=60,
).filter(
    lambda typed: (
        INVISIBLE.sub("", typed)
        and not any(sign_faults(typed))
        and value_fault(BriefingFront, TITLE, typed) is None
    )
)


@given(typed_words)
@example("]]> <b>&amp; ]]&gt; \U0001f3e5")
@settings(max_examples=60, deadline=None)
def test_any_text_an_editor_may_type_arrives_as_typed(typed: str) -> None:
    quoted = "'" + typed.replace("'", "''") + "'"
    change = f"{{date: 2026-02-01, kind: update, text: {quoted}}}"
    site = a_site({"one": f"title: {quoted}\nsummary: {quoted}\nchanges: [{change}]"})
    items = etree.fromstring(feed_of(site).render()).findall("channel/item")
    assert [item.findtext("title") for item in items] == [f"Update: {typed}", typed]
    described = [unescape(item.findtext("description", "")) for item in items]  # HTML to readers
    assert described == [typed, typed]
    assert json.loads(document(site, "feed.json"))["items"][1]["title"] == typed


# JSON Feed, OPML, calendar


@pytest.mark.parametrize("content", SITES)
def test_the_json_feed_keeps_to_version_1_1_and_has_the_items_of_the_main_feed(
    content: str,
) -> None:
    site = site_of(content)
    data = json.loads(document(site, "feed.json"))
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    allowed = {"version", "title", "description", "home_page_url", "feed_url", "language", "items"}
    assert set(data) == allowed
    assert data["feed_url"].endswith("/feed.json")
    main = feed_of(site).items
    assert [item["id"] for item in data["items"]] == [item.guid for item in main]
    for each, item in zip(data["items"], main, strict=True):
        assert set(each) <= {
            "id", "url", "title", "summary", "content_html", "date_published", "date_modified",
            "tags",
        }  # fmt: skip
        assert each["url"] == item.url
        assert each["content_html"] == item.html(full_text=True)
        moment = datetime.fromisoformat(each["date_published"])
        assert moment == item.moment
        assert moment.utcoffset() is not None


@pytest.mark.parametrize("content", SITES)
def test_opml_lists_every_feed_but_the_digests_of_a_part(content: str) -> None:
    """Whoever imports the list would be told everything twice."""
    site = site_of(content)
    root = etree.fromstring(document(site, "feeds.opml"))
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [element.tag for element in root] == ["head", "body"]
    assert root.findtext("head/title") == site.config.title
    listed = [dict(outline.attrib) for outline in root.findall("body/outline")]
    assert [outline["xmlUrl"] for outline in listed] == [
        feed.self_url
        for feed in feed_list(site)
        if not re.fullmatch("/.*/.*/digest/feed.xml", feed.url)
    ]
    for entry in listed:
        assert entry["type"] == "rss"
        assert entry["text"]
        assert urlsplit(entry["htmlUrl"]).scheme


def events_of(site: Site) -> list[Any]:
    calendar = icalendar.Calendar.from_ical(document(site, "deadlines.ics"))
    assert not calendar.errors
    assert calendar["version"] == "2.0"
    assert calendar["prodid"]
    return list(calendar.walk("VEVENT"))


@pytest.mark.parametrize("content", SITES)
def test_the_calendar_has_one_event_for_each_deadline_and_next_check(content: str) -> None:
    site = site_of(content)
    dates = [briefing.front.next_check for briefing in site.briefings if briefing.front.next_check]
    for history in histories(site).values():
        dates += {deadline.due.written: deadline.due for deadline in history.deadlines}.values()
    for action in actions(site):
        dates += {
            (deadline.date.written, deadline.about): deadline.date for deadline in action.deadlines
        }.values()
    known = [date for date in dates if date.earliest and date.latest]
    events = events_of(site)
    assert len(events) == len(known)
    assert len({str(event["uid"]) for event in events}) == len(events)
    for event in events:
        assert event["dtstamp"].dt <= NOW
        assert event["dtstart"].dt < event["dtend"].dt
        assert str(event["url"]).startswith(site.urls.origin)
    starts = [event["dtstart"].dt for event in events]
    assert starts == sorted(starts)


def test_a_month_fills_the_month_in_the_calendar_and_says_so() -> None:
    event = "{id: rooms, event: told, date: 2025-09, deadline: 2026-02, sources: [A]}"
    (calendar_event,) = events_of(a_site({"one": f"requirements: [{event}]"}))
    assert (calendar_event["dtstart"].dt, calendar_event["dtend"].dt) == (
        date(2026, 2, 1),
        date(2026, 3, 1),
    )
    assert str(calendar_event["summary"]) == "Deadline for North Trust: Stop using shared rooms"
    assert str(calendar_event["description"]).endswith("The date is known only as February 2026.")


def test_a_deadline_in_two_briefings_is_once_in_the_calendar() -> None:
    event = "{{id: rooms, event: {}, date: {}, deadline: 2026-02-01, sources: [A]}}"
    site = a_site(
        {
            "one": f"requirements: [{event.format('told', '2025-09')}]\n"
            + ACTION.format("A notice", "deadlines: [{date: 2026-01-05, about: Staff}], "),
            "two": f"requirements: [{event.format('deadline-set', '2025-10')}]\n"
            + ACTION.format("A notice", "deadlines: [{date: 2026-01-05, about: Staff}], "),
        }
    )
    assert [str(event["summary"]) for event in events_of(site)] == [
        "Enforcement deadline for North Trust: Staff",
        "Deadline for North Trust: Stop using shared rooms",
    ]


def test_an_open_deadline_has_no_place_in_a_calendar() -> None:
    assert events_of(a_site({"one": "next_check: 2027/"})) == []
    assert len(events_of(a_site({"one": "next_check: 2027-05"}))) == 1


def test_a_calendar_without_a_date_is_valid_too() -> None:
    data = document(a_site({}), "deadlines.ics")
    assert data.count(b"BEGIN:") > 1, "RFC 5545 asks for one component at least"
    assert events_of(a_site({})) == []
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
