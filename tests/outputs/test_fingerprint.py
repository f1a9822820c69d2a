"""What is known of an output by what it shows: by that, a rebuild leaves it alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from briefings.build import pipeline
from briefings.content.loader import load
from briefings.domain.clock import step
from briefings.domain.site import visible
from briefings.outputs.fingerprint import Prints
from briefings.outputs.pages import RenderedPage

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 6, 1, tzinfo=UTC)

#: What holds something of every briefing, so that any change makes it anew; as the tables do.
OF_THE_WHOLE = {"index.html", "trusts/index.html", "compare/index.html"}


def test_all_but_tables_and_three_pages_are_known_by_what_they_show_and_not_by_the_whole() -> None:
    content = load(ROOT / "content")
    site = visible(content, NOW)
    options = pipeline.Options(
        content=ROOT / "content", templates=(ROOT / "templates",), static=(ROOT / "static",),
        now=lambda _: NOW, search=False,
    )  # fmt: skip
    planned = pipeline.plan(site, options)
    prints = Prints(site, b"", step(content, NOW))
    whole = {one.path for one in planned if prints.of(one.shown).facts == prints.whole}
    assert {path for path in whole if not path.startswith("data/")} == OF_THE_WHOLE
    page = next(one for one in planned if isinstance(one, RenderedPage))
    assert prints.of(page.renderer.frame).facts != prints.whole
