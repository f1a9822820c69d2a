"""Anchors and guids of the real site that were public are all still there (tests/public/)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefings.cli import main
from briefings.content.loader import load
from tests import public
from tests.support.factory import NOW
from tests.support.reading import ROOT

FRAME = '<body class="{kind}"><main id="main"><h2 id="figures">Figures</h2>{more}</main></body>'
FEED = '<rss version="2.0"><channel>{items}</channel></rss>'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> public.Published:
    """The real content, built with feeds that hold every item, however old."""
    root = tmp_path_factory.mktemp("public")
    folder, content = root / "output", root / "content"
    shutil.copytree(ROOT / "content", content)
    config = (content / "site.yaml").read_text("utf-8")
    assert "\nfeed:\n" in config
    longer = config.replace("\nfeed:\n", "\nfeed:\n  items: 1000000\n")
    (content / "site.yaml").write_text(longer, "utf-8")
    folders = [f"--{name}={ROOT / name}" for name in ("templates", "static")]
    options = [
        f"--content={content}",
        f"--output={folder}",
        f"--now={NOW:%Y-%m-%d}",
        "--no-cache",
        "--no-search",
    ]
    assert main(["build", *folders, *options, "--quiet"]) == 0
    return public.Published(folder)


def test_every_anchor_that_was_public_leads_somewhere(site: public.Published) -> None:
    lost = public.missing_anchors(site, public.recorded_anchors())
    assert not lost, "name them in `vacated` (docs/editors.md, Removing or moving an item)"


def test_every_guid_that_was_public_is_in_a_feed_or_its_end_is_explained(
    site: public.Published,
) -> None:
    lost = public.missing_guids(site, public.recorded_guids())
    assert not lost, "bring them back, or say in tests/public/guids.csv why they are gone"


def test_no_guid_is_said_to_be_gone_and_is_there(site: public.Published) -> None:
    assert not [row.guid for row in public.recorded_guids() if row.gone and row.guid in site.guids]


def test_the_record_has_every_page_registered_before_it_was_written(site: public.Published) -> None:
    """The workflow that publishes adds lines at the end; later pages are for the next writing."""
    living = load(ROOT / "content").register.living
    with_anchors = {line.partition("#")[0] for line in site.anchors}
    registered = [site.leads_to(line.url) for line in living.values()]
    pages = [url for url in registered if url in with_anchors]
    recorded = {line.partition("#")[0] for line in public.recorded_anchors()}
    while pages and pages[-1] not in recorded:
        del pages[-1]
    assert len(pages) > 100
    assert set(pages) <= recorded, "run python -m tests.public --write"


def test_the_record_is_in_order_and_has_each_once() -> None:
    anchors = public.recorded_anchors()
    assert anchors == sorted(set(anchors))
    assert len(anchors) > 1400
    guids = [row.guid for row in public.recorded_guids()]
    assert guids == sorted(set(guids))
    assert len(guids) > 140


def built(folder: Path, files: dict[str, str]) -> public.Published:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return public.Published(folder)


def test_a_lost_anchor_is_found_and_redirects_keep_theirs(tmp_path: Path) -> None:
    moved = '<meta http-equiv="refresh" content="0; url=/new/"><body></body>'
    site = built(tmp_path, {
        "new/index.html": FRAME.format(kind="briefing", more='<p id="figure-1"></p>'),
        "old/index.html": moved,
        "taken-down/index.html": FRAME.format(kind="withdrawn", more=""),
    })  # fmt: skip
    assert site.anchors == {"/new/#figures", "/new/#figure-1", "/taken-down/#figures"}
    recorded = ["/new/#figure-1", "/new/#figure-2", "/old/#figure-1", "/old/#x", "/taken-down/#x"]
    assert public.missing_anchors(site, recorded) == ["/new/#figure-2", "/old/#x"]


def test_a_lost_guid_is_found_unless_a_reason_is_given(tmp_path: Path) -> None:
    items = "<item><guid>a</guid></item><item><guid>b</guid></item>"
    site = built(tmp_path, {"feed.xml": FEED.format(items=items)})
    rows = [
        public.Guid("a", "/feed.xml", ""),
        public.Guid("lost", "/feed.xml", ""),
        public.Guid("explained", "/feed.xml", "no source states it"),
    ]
    assert public.missing_guids(site, rows) == ["lost"]
