"""Words that are not public, searched for in every byte and every file name of a site.

Every field of a draft, of a briefing under embargo and of a later one holds a word of its own; so
do a requirement that only they tell of, the name of a picture, a change and a withdrawal of a later
date, notes and comments that are never public. The sites are built one after the other with one
cache: a second before the moment, at it, before it again, and with all of it a draft again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.torture import names
from tests.torture.figures import Figure, times
from tests.torture.index import unpacked
from tests.torture.projects import DONE, ROOT, VERSIONS, ContentVersion, Project

#: Moment as an editor writes it → the last second before it, and its first.
MOMENTS = {
    "2026-09-10": ("2026-09-09T23:59:59+01:00", "2026-09-10T00:00:00+01:00"),
    "2026-12-05": ("2026-12-04T23:59:59+00:00", "2026-12-05T00:00:00+00:00"),
    "2026-09-10T00:01:00+01:00": ("2026-09-10T00:00:59+01:00", "2026-09-10T00:01:00+01:00"),
    "2026-09-10T07:30:00Z": ("2026-09-10T07:29:59+00:00", "2026-09-10T08:30:00+01:00"),
    # The clocks go forward: the hour from 01:00 to 02:00 is left out.
    "2026-03-29": ("2026-03-28T23:59:59+00:00", "2026-03-29T00:00:00+00:00"),
    "2026-03-29T02:00:00+01:00": ("2026-03-29T00:59:59+00:00", "2026-03-29T01:00:00+00:00"),
    "2026-03-30": ("2026-03-29T23:59:59+01:00", "2026-03-30T00:00:00+01:00"),
    # They go back: 01:30 comes twice.
    "2026-10-25": ("2026-10-24T23:59:59+01:00", "2026-10-25T00:00:00+01:00"),
    "2026-10-25T01:30:00+01:00": ("2026-10-25T01:29:59+01:00", "2026-10-25T01:30:00+01:00"),
    "2026-10-25T01:30:00+00:00": ("2026-10-25T01:29:59+00:00", "2026-10-25T01:30:00+00:00"),
    "2026-10-26": ("2026-10-25T23:59:59+00:00", "2026-10-26T00:00:00+00:00"),
}
#: What becomes public at the moment, what ends at it, and what never is.
_COMES = ("embargoed", "future", "noted", "withdrawal")
_GOES = "facts"
_NEVER = ("draft", "kept", "wombat")
#: A year that is only in a briefing of this kind, and the number of a figure.
_YEARS = {"draft": 1903, "embargoed": 1904, "future": 1905}
_PICTURES = ROOT / "tests" / "pictures"


def run(scale: float) -> list[Figure]:
    """Every moment, and names that must never be published in every place and disguise."""
    losses: list[str] = []
    found_words: set[str] = set()
    moments = list(MOMENTS)[-times(len(MOMENTS), scale) :]
    builds = 0
    for moment in moments:
        with TemporaryDirectory(prefix="torture-") as folder:
            builds += _at(
                moment, Project(Path(folder)), losses, found_words, there_and_back=scale >= 0.1
            )
    return [
        Figure("sites searched for words that are not public", builds, tuple(losses)),
        Figure("such words, each found after its publication", len(found_words)),
        _cache_in_the_site(),
        *names.run(scale),
    ]


# -- the words -------------------------------------------------------------------------------------


def _word(kind: str, field: str = "") -> str:
    """One word for one field: nothing of it is cut by stemming, and no language has it."""
    return kind if kind == "wombat" else f"quagga{kind}{field}{'x' if field else ''}"


def _briefing(kind: str, dates: str) -> str:
    """A briefing in which every field that takes words has one of its own."""
    year, number = _YEARS[kind], f"424242{_YEARS[kind]}"

    def w(field: str) -> str:
        return _word(kind, field)

    return f"""---
# {_word("kept", "comment")}
title: Visit {w("title")}
summary: Summary {w("summary")}.
trust: aldermere
also_about: [castlebridge]
regulator: nci
{dates}
inspection:
  type: follow-up
  inspected:
    - {{date: 2025-12-03, about: "{w("visit")}"}}
  report_published: 2025-12-19
  report_url: https://{w("reporturl")}.example/
  method: framework
  note: "{w("inspectionnote")}"
  sources: [Q{kind}]
topics: [unused]
ratings:
  - {{scope: service, name: Crisis services, site: "{w("site")}", value: sound, change: up,
     previous: {{value: wanting, date: {year}-01}}, inherited_from: "{w("inherited")}",
     note: "{w("ratingnote")}", sources: [Q{kind}]}}
service_counts: {{total: 1, sound: 1, note: "{w("countnote")}", sources: [Q{kind}]}}
breaches:
  - {{text: "{w("breach")}", regulation: "12", service: "{w("breachservice")}",
     site: "{w("breachsite")}", sources: [Q{kind}]}}
enforcement:
  - {{id: aldermere-{w("notice")}, kind: warning-notice, text: "{w("enforcement")}",
     served: {year}-08, service: "{w("noticeservice")}", site: "{w("noticesite")}",
     deadlines: [{{date: {year}-12-31, about: "{w("noticedeadline")}"}}],
     outcome: "{w("outcome")}", sources: [Q{kind}]}}
requirements:
  - {{id: aldermere-{w("requirement")}, event: told, date: {year}-07-14, deadline: {year}-12-31,
     note: "{w("event")}", sources: [Q{kind}]}}
  - {{id: aldermere-night-staff, event: repeated, date: {year}-07-14,
     note: "{w("repeated")}", sources: [Q{kind}]}}
concerns: [{{text: "{w("concern")}", topic: unused, sources: [Q{kind}]}}]
strengths: [{{text: "{w("strength")}", sources: [Q{kind}]}}]
figures:
  - {{name: "{w("figure")}", value: {number}, unit: "{w("unit")}", period: {year},
     series: {w("series")}, previous: {{value: {number}1, period: {year - 50}}},
     note: "{w("figurenote")}", sources: [Q{kind}]}}
statements:
  - {{who: "{w("who")}", role: "{w("role")}", speaks_for: staff, gist: "{w("gist")}",
     sources: [Q{kind}]}}
  - {{who: "{w("who")}", role: "{w("role")}", speaks_for: staff, quote: "{w("quote")}",
     sources: [Q{kind}]}}
reply: {{status: replied, who: "{w("replywho")}", role: "{w("replyrole")}", asked: {year}-07-20,
  gist: "{w("replygist")}", url: "https://{w("replyurl")}.example/", sources: [Q{kind}]}}
timeline: [{{date: {year}-07-15, text: "{w("timeline")}", sources: [Q{kind}]}}]
discrepancies: [{{about: "{w("differs")}", text: "{w("difference")}", sources: [Q{kind}]}}]
not_known: ["{w("notknown")}"]
aliases: [/old/{w("alias")}/]
people: [{{name: "{w("person")}", role: "{w("office")}"}}]
written_by: "{w("writer")}"
checked_by: "{w("reader")}"
next_check: {year + 200}-09
sources:
  Q{kind}:
    publisher: "{w("publisher")}"
    type: news-report
    title: "{w("sourcetitle")}"
    url: https://{w("sourceurl")}.example/
    published: {year}-07-22
    accessed: {year}-07-23
    archived_url: https://{w("archive")}.example/
    licence: "{w("licence")}"
    note: "{w("sourcenote")}"
---
## Found {w("heading")}

Words {w("body")} [@Q{kind}].[^1] *[{w("short")}]: {w("long")}

![Drawing {w("drawing")}](../../media/{w("media")}.svg "{w("mediatitle")}")

| {w("cell")} |
|---|
| [link](https://{w("link")}.example/) |

[^1]: Note {w("footnote")}.
"""


def _requirement(kind: str) -> str:
    return f"""trust: aldermere
regulator: nci
title: Order {_word(kind, "order")}
text: The trust must {_word(kind, "ordertext")}.
"""


_SHORT = """---
title: {title}
summary: A short one.
trust: castlebridge
regulator: nci
inspection: {{type: service, inspected: 2024-03, report_published: 2024-05}}
published: 2024-05-20
{more}
sources:
  A: {{publisher: National Care Inspectorate, type: regulator-report,
      url: "https://nci.example/reports/2024-9", published: 2024-05}}
---
Inspectors saw {body} [@A].
"""


def _added(moment: str, draft: bool) -> dict[str, bytes]:
    """Return the files that are added to tests/site."""
    status = "status: draft\n" if draft else ""
    dates = {
        "draft": "status: draft\npublished: 2020-01-01",
        "embargoed": f"{status}published: 2026-01-02\nembargo_until: {moment}",
        "future": f"{status}published: {moment}",
    }
    texts = {}
    for kind, when in dates.items():
        texts[f"briefings/2026/aldermere-{_word(kind, 'id')}.md"] = _briefing(kind, when)
        texts[f"requirements/aldermere-{_word(kind, 'requirement')}.yaml"] = _requirement(kind)
        texts[f"media/{_word(kind, 'media')}.svg"] = _svg(_word(kind, "svg"))
    note, reason = _word("noted", "change"), _word("withdrawal", "reason")
    texts["briefings/2024/castlebridge-noted.md"] = _SHORT.format(
        title="Castlebridge with a note",
        more="" if draft else f"changes: [{{date: {moment}, kind: correction, text: {note}}}]",
        body="a ward",
    )
    withdrawal = f"status: withdrawn\nwithdrawn: {{date: {moment}, reason: {reason}}}"
    texts["briefings/2024/castlebridge-taken.md"] = _SHORT.format(
        title="Castlebridge and its facts",
        more=status.strip() or withdrawal,
        body=_word(_GOES, "body"),
    )
    texts["README.md"] = texts["briefings/README.md"] = _word("kept", "readme")
    texts["briefings/2024/.castlebridge.md"] = _word("kept", "dotfile")
    texts["media/.notes.txt"] = texts["media/never-named.txt"] = _word("kept", "media")
    return {path: text.encode() for path, text in texts.items()} | _photographs()


def _svg(title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="6" height="6"><title>{title}</title></svg>'
    )


def _photographs() -> dict[str, bytes]:
    """A public page with every picture that can be published."""
    shown = [path for path in sorted(_PICTURES.glob("[!m]*.*")) if path.suffix != ".tif"]
    lines = "\n\n".join(f"![A picture](../media/{path.name})" for path in shown)
    page = f"---\ntitle: Pictures\n---\n{lines}\n"
    files = {f"media/{path.name}": path.read_bytes() for path in shown}
    return files | {"pages/pictures.md": page.encode()}


# -- the search ------------------------------------------------------------------------------------


def _at(
    moment: str, project: Project, losses: list[str], found_words: set[str], *, there_and_back: bool
) -> int:
    """Builds around one moment, each searched; the number of them."""
    before, then = MOMENTS[moment]
    version = ContentVersion(f"before {moment}", _added(moment, draft=False), before)
    (project.folder / "sources").mkdir()
    (project.folder / "sources" / "Q.txt").write_text(_word("kept", "source"), "utf-8")
    withheld = (*_NEVER, *_COMES)
    early = (version, withheld, (_GOES,))
    later = (replace(version, name=f"at {moment}", now=then), (*_NEVER, _GOES), _COMES)
    draft = ContentVersion(f"a draft again at {moment}", _added(moment, draft=True), then)
    order = [early, later, *((early, later) if there_and_back else ())]
    order.append((draft, (*withheld, _GOES), ()))
    for version, absent, present in order:
        ran = project.build(version)
        if ran.status != DONE:
            losses.append(f"{version.name}: the build ended with {ran.status}: {ran.output}")
        words = texts_of(project.published())
        losses += _faults(version.name, words, absent, present, version.files())
        found_words |= {word for word in words if _kind(word) in _COMES}
        losses += [f"{version.name}: {path} is of the cache" for path in _of_a_cache(project)]
    return len(order)


#: A planted word, a planted number of a figure, or a planted year.
_SIGN = re.compile(r"quagga[a-z]+|wombat[a-z]*|424242\d+|\b(?:19|21)0[345]\b")


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return planted word → the first file of a site that has it, in its name or its bytes."""
    words: dict[str, str] = {}
    for path, data in sorted(files.items()):
        plain = unpacked(data) if ".pf_" in path else data
        text = f"{path}\n{plain.decode('utf-8', 'replace')}".lower()
        text = text.replace("\r\n ", "")  # RFC 5545 breaks long lines
        for word in _SIGN.findall(re.sub(r"(?<=\d),(?=\d{3})", "", text)):
            words.setdefault(word, path)
    return words


def _kind(word: str) -> str:
    """What kind of thing a word was put into."""
    for kind, year in _YEARS.items():
        if word.startswith((_word(kind), str(year), str(year + 200), f"424242{year}")):
            return kind
    kinds = (*_COMES, *_NEVER, _GOES)
    return next((kind for kind in kinds if word.startswith(_word(kind))), "unknown")


def _faults(
    action: str,
    words: Mapping[str, str],
    absent: tuple[str, ...],
    present: tuple[str, ...],
    content: Mapping[str, bytes],
) -> list[str]:
    """Return the words that leaked, and the kinds of words of which too few were published."""
    faults = [
        f"{action}: {word!r} ({_kind(word)}) is in {path}"
        for word, path in words.items()
        if _kind(word) in absent
    ]
    for kind in present:
        written = {word for word in texts_of(content) if word.startswith(_word(kind))}
        missing = written - words.keys()
        if missing:
            faults.append(f"{action}: the search proves nothing for {sorted(missing)}")
    return faults


def _cache_in_the_site() -> Figure:
    """Check that a build refuses a cache folder inside the site, as a cache has all drafts."""
    losses = []
    with TemporaryDirectory(prefix="torture-") as folder:
        project = Project(Path(folder))
        places = (project.output / ".cache", project.output / "data" / "cache")
        for place in places:
            ran = project.build(VERSIONS[0], "--cache", str(place))
            if _of_a_cache(project):
                losses.append(f"--cache {place} was written into the site; status {ran.status}")
            project.forget()
    return Figure(
        "cache folders refused because they are inside the site", len(places), tuple(losses)
    )


def _of_a_cache(project: Project) -> list[str]:
    """Published files that look like those that builds keep for themselves."""
    cache_names = {path.name for path in project.cache.rglob("*") if path.is_file()}
    return [
        path
        for path, data in project.published().items()
        if (path != "data/briefings.sqlite" and data.startswith(b"SQLite format 3"))
        or data.startswith((b"\x80\x04\x95", b"\x80\x05\x95"))
        or "cache" in path.split("/")
        or ".cache" in path.split("/")
        or (Path(path).name in cache_names and not path.startswith("pagefind/"))
    ]
