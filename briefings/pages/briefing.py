"""The page of one briefing, and the notice that stands for a withdrawn one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from briefings import anchors, urls, words
from briefings.dates import PartialDate
from briefings.ledger import Entry, History
from briefings.load import Record
from briefings.model import (
    Breach,
    Discrepancy,
    Enforcement,
    Event,
    Figure,
    Finding,
    Inspection,
    RegulatorFront,
    Rating,
    Revision,
    SiteFront,
    Statement,
    TimelineEntry,
    TrustFront,
)
from briefings.pages import json_ld
from briefings.pages.counts import CountBar
from briefings.pages.life import Life, life
from briefings.pages.page import FeedLink, LinkTo, Meta, Page
from briefings.pages.rows import (
    ActionRow,
    BreachRow,
    FigureRow,
    RatedThing,
    RatingRow,
    Row,
    Speaker,
    in_order,
    rated_things,
    regulation_links,
    rows,
    speakers,
)
from briefings.pages.sources import SourceRow, source_rows
from briefings.pages.values import (
    Cites,
    SourceLine,
    label_of,
    main_rating,
    rated,
    source_line,
    trust_link,
    trust_name,
)
from briefings.pages.whole import Whole
from briefings.sections import of_briefing
from briefings.site import Briefing
from briefings.urls import Urls


def planned(whole: Whole) -> Iterator[Page]:
    """A page for every visible briefing, and a notice for every withdrawn one."""
    for one in whole.site.briefings:
        yield Page(one.url, "pages/briefing.html", briefing_view(whole, one))
    for one in whole.site.withdrawn:
        yield Page(one.url, "pages/withdrawn.html", withdrawn_view(whole, one))
