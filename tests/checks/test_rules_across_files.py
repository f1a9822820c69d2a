"""Rules across files: judged now and at every later moment at which the site changes."""

from __future__ import annotations

import copy
import io
import random
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image

from briefings import checks
from briefings.checks.advice import advice_on_file
from briefings.checks.media import drawing_faults
from briefings.checks.published import folded
from briefings.checks.references import with_id_suggestions
from briefings.checks.site_rules import address_faults
from briefings.checks.texts import names_pattern
from briefings.content.dates.values import Moment
from briefings.content.loader import load
from briefings.domain.site import Site, visible
from briefings.domain.summaries import moments_ahead
from briefings.problems import ContentError, Problem
from briefings.urls import name_fault
from tests.support.factory import a_site
from tests.support.on_disk import ROOT
from tests.support.reading import files_of

SITE = Path(__file__).parents[1] / "site" / "content"
BASE = Path(__file__).parents[1] / "invalid" / "base"
BRIEFING = "briefings/2025/northmoor-2025.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small valid content folder."""
    return Path(shutil.copytree(BASE, tmp_path / "content"))


def site_of(root: Path, now: str = "2026-01-15", *, drafts: bool = False) -> Site:
    content = load(root)
    return visible(content, Moment.parse(now).at(content.config.time_zone), drafts=drafts)


def problems_of(root: Path, now: str = "2026-01-15", *, drafts: bool = False) -> list[Problem]:
    return checks.faults(site_of(root, now, drafts=drafts))


def suggested(root: Path) -> list[Problem]:
    return with_id_suggestions(site_of(root))


def swap(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def another(root: Path, id: str, *pairs: tuple[str, str]) -> None:
    """A second briefing like the first, under another title."""
    (root / f"briefings/2025/{id}.md").write_bytes((root / BRIEFING).read_bytes())
    for old, new in (("Northmoor inspected in June 2025", f"Briefing {id}"), *pairs):
        swap(root, f"briefings/2025/{id}.md", old, new)


@pytest.mark.parametrize(
    "now", ["2021-10-01", "2022-06-01", "2023-07-01", "2026-01-15", "2026-06-01", "2030-01-01"]
)
def test_the_made_up_site_has_no_fault_at_any_moment(now: str) -> None:
    assert problems_of(SITE, now) == []
    assert problems_of(SITE, now, drafts=True) == []


def test_records_that_become_public_later_are_checked_today(root: Path) -> None:
    another(root, "later", ("published: 2025-10-02", "published: 2026-10-02"))
    swap(root, "briefings/2025/later.md", "Briefing later", "Northmoor inspected in June 2025")
    assert [problem.message for problem in problems_of(root)] == [
        "this title is the title of briefings/2025/later.md already"
    ] or [problem.path.endswith("later.md") for problem in problems_of(root)] == [True]


def test_a_fault_of_several_moments_is_reported_once(root: Path) -> None:
    swap(root, BRIEFING, "[@A].", "[@A]. [Gone](../../trusts/northmoor.md#gone)")
    for n in range(3):
        another(root, f"later-{n}", ("published: 2025-10-02", f"published: 2027-0{n + 1}-02"))
        swap(root, f"briefings/2025/later-{n}.md", " [Gone](../../trusts/northmoor.md#gone)", "")
    assert len(problems_of(root)) == 1


def test_two_that_come_out_together_may_link_to_each_other(root: Path) -> None:
    later = ("published: 2025-10-02", "published: 2026-10-02")
    another(root, "one", later, ("[@A].", "[@A]. [Two](two.md)"))
    another(root, "two", later, ("[@A].", "[@A]. [One](one.md)"))
    assert problems_of(root) == []


def test_one_that_comes_out_earlier_may_not_link_to_a_later_one(root: Path) -> None:
    another(root, "one", ("published: 2025-10-02", "published: 2026-10-02"))
    another(root, "two", ("published: 2025-10-02", "published: 2026-10-01"))
    swap(root, "briefings/2025/two.md", "[@A].", "[@A]. [One](one.md)")
    assert [problem.message for problem in problems_of(root)] == [
        "one.md is not public when this page is"
    ]
    assert problems_of(root, "2026-10-02") == []


def test_a_link_to_what_will_be_withdrawn_is_judged_today(root: Path) -> None:
    swap(
        root, BRIEFING, "sources:",
        "status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: R.}\nsources:",
    )  # fmt: skip
    another(root, "two", ("status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: R.}\n", ""))
    swap(root, "briefings/2025/two.md", "[@A].", "[@A]. [One](northmoor-2025.md#sources)")
    assert [problem.message for problem in problems_of(root)] == ["the page has no anchor #sources"]


def test_a_draft_is_judged_by_itself_and_not_as_part_of_the_site(root: Path) -> None:
    another(root, "draft", ("published: 2025-10-02", "published: 2025-10-02\nstatus: draft"))
    swap(root, "briefings/2025/draft.md", "Briefing draft", "Northmoor inspected in June 2025")
    assert problems_of(root) == []
    assert len(problems_of(root, drafts=True)) == 1


def test_a_regulator_that_lists_no_regulations_and_no_methods_takes_any(root: Path) -> None:
    text = (root / "regulators/csb.yaml").read_text(encoding="utf-8")
    for block in ("methods", "regulations"):
        start = text.index(f"{block}:\n")
        end = text.index("\n", text.index("}", start)) + 1
        while text[end:].startswith("  - "):
            end = text.index("\n", end) + 1
        text = text[:start] + text[end:]
    (root / "regulators/csb.yaml").write_text(text, encoding="utf-8")
    swap(
        root, BRIEFING, "sources:",
        'breaches:\n  - {text: T., regulation: "99", sources: [A]}\nsources:',
    )  # fmt: skip
    swap(root, BRIEFING, "type: full", "type: full\n  method: letters")
    assert problems_of(root) == []


@pytest.mark.parametrize(
    ("block", "old", "new", "used"),
    [
        ("methods", "- {id: visits, label: Visits}", "- {id: visits}", "method: letters"),
        ("inspection_types", "- {id: full, label: Full inspection}", "- {id: full}", "type: other"),
    ],
)
def test_words_of_a_regulator_that_can_not_be_read_are_not_missed(
    root: Path, block: str, old: str, new: str, used: str
) -> None:
    swap(root, "regulators/csb.yaml", old, new)
    swap(
        root, BRIEFING, "  type: full", f"  {used}" if "type" in used else f"  {used}\n  type: full"
    )
    assert [Path(problem.path).name for problem in problems_of(root)] == ["csb.yaml"]


def test_the_report_of_a_draft_may_be_still_to_come(root: Path) -> None:
    swap(root, BRIEFING, "report_published: 2025-09-01", "report_published: 2025-12-01")
    assert [problem.line for problem in problems_of(root)] == [9]
    swap(root, BRIEFING, "published: 2025-10-02", "published: 2025-10-02\nstatus: draft")
    assert problems_of(root) == []


def test_requirements_of_two_trusts_may_have_one_title(root: Path) -> None:
    text = (root / "requirements/northmoor-staffing.yaml").read_text("utf-8")
    other = root / "requirements/other.yaml"
    other.write_text(text.replace("trust: northmoor", "trust: eastvale"), encoding="utf-8")
    assert problems_of(root) == []
    other.write_text(text.replace("Enough staff", "ENOUGH staff"), encoding="utf-8")
    assert [Path(problem.path).name for problem in problems_of(root)] == ["other.yaml"]


@pytest.mark.parametrize("folder", [".", "briefings", "media"])
def test_notes_for_editors_may_have_telephone_numbers(root: Path, folder: str) -> None:
    (root / folder / "README.md").write_text("Ring 0161 496 0000.", encoding="utf-8")
    assert [problem.message for problem in problems_of(root) if "person" in problem.message] == []


def test_the_moments_ahead_are_those_of_publication_and_of_withdrawal() -> None:
    content = load(SITE)
    now = Moment.parse("2022-06-02").at(content.config.time_zone)
    ahead = [moment.isoformat() for moment in moments_ahead(visible(content, now))]
    assert "2022-12-01T12:00:00+00:00" in ahead
    assert "2026-08-01T00:01:00+01:00" in ahead
    assert "2026-10-25T01:30:00+00:00" in ahead
    assert ahead == sorted(ahead, key=lambda text: Moment.parse(text).at(content.config.time_zone))


def test_visible_is_applied_at_the_very_second() -> None:
    content = load(SITE)
    for now, there in (("2026-08-01T00:00:59+01:00", False), ("2026-07-31T23:01:00Z", True)):
        site = visible(content, Moment.parse(now).at(content.config.time_zone))
        assert ("aldermere-embargoed" in site.briefing) is there


@pytest.mark.parametrize(
    "text",
    [
        "by Jo Bloggs.", "JO BLOGGS", "Jo\nBloggs", "Jo\u00a0Bloggs", "*Jo* **Bloggs**",
        "\uff2a\uff4f Bloggs", "(Jo Bloggs)", "Jo  Bloggs’s", "jo-bloggs-2025",
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(text: str) -> None:
    assert names_pattern(("Jo Bloggs",)).search(folded(text))


@pytest.mark.parametrize(
    "listed",
    [
        "Dr Jo Bloggs", "Bloggs, Jo", "Prof. Dr. Jo Bloggs", "Ms Bloggs, Jo (nurse)", "Jo Bloggs.",
        '"Jo Bloggs"', "\u201cJo Bloggs\u201d",
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", ["Jo Bloggs", "- Bloggs, Jo", "Bloggs,Jo", "DR. JO BLOGGS"])
def test_a_name_is_found_however_it_is_listed(listed: str, text: str) -> None:
    assert names_pattern((listed,)).search(folded(text))


@pytest.mark.parametrize(
    ("listed", "text"),
    [("Dr Bloggs", "Bloggs"), ("Jo Bloggs", "Ann Bloggs, Jo Smith"), ("Rose (nurse)", "a rose")],
)
def test_no_part_of_a_listed_name_is_taken_for_it(listed: str, text: str) -> None:
    assert not names_pattern((listed,)).search(folded(text))


@pytest.mark.parametrize("text", ["Jo Bloggson", "Banjo Bloggs", "Jo and Bloggs", "JoBloggs"])
def test_another_name_is_not_taken_for_it(text: str) -> None:
    assert not names_pattern(("Jo Bloggs",)).search(folded(text))


@pytest.mark.parametrize(
    "written",
    [
        "policy:\n  never_publish:\n  - Jo Bloggs\n  - Mary Jo Bloggs\n",
        "policy:\n    # Jo Bloggs asked for it\n    never_publish: [Jo Bloggs]\n",
        '"policy":\n  never_publish: [Jo Bloggs]\n',
        "'policy' : {never_publish: [Jo Bloggs]}\n",
        "policy  :\n  never_publish: [Jo\n    Bloggs]\n",
        '"pol\\u0069cy":\n  "never_publish": ["Jo Bloggs"]\n',
        "policy: {\nnever_publish: [\nJo Bloggs]}\n",
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_list_of_names_does_not_accuse_itself(root: Path, written: str, end: str) -> None:
    rest = "title: T\nbase_url: https://example.org/\npublisher: {name: P}\n"
    for text in (rest + written, written + rest):
        (root / "site.yaml").write_bytes(text.replace("\n", end).encode())
        assert problems_of(root) == []
        beside = text.replace("name: P}", "name: Jo Bloggs}")
        (root / "site.yaml").write_bytes(beside.replace("\n", end).encode())
        (problem,) = problems_of(root)
        line = beside.split("\n").index("publisher: {name: Jo Bloggs}") + 1
        assert (problem.line, problem.column) == (line, 19)


def test_the_list_of_names_on_one_line_with_all_else_does_not_accuse_itself(root: Path) -> None:
    front = "{title: T, base_url: 'https://example.org/', %s, publisher: {name: %s}}\n"
    names = "'policy': {never_publish: [Jo Bloggs]}"
    (root / "site.yaml").write_text(front % (names, "P"), encoding="utf-8")
    assert problems_of(root) == []
    text = front % (names, "Jo Bloggs")
    (root / "site.yaml").write_text(text, encoding="utf-8")
    assert [problem.column for problem in problems_of(root)] == [text.rindex("Jo Bloggs") + 1]


def test_a_misspelt_key_of_the_list_of_names_is_one_fault(root: Path) -> None:
    swap(root, "site.yaml", "policy:", "polcy:")
    assert [problem.hint for problem in problems_of(root)] == ["did you mean `policy`?"]


def test_a_name_is_searched_for_in_the_templates_that_make_text(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    (folder / "more.html").mkdir(parents=True)
    for name in ("a.html", "b.xml", "c.txt", "d.md", "e.png", "more.html/f.html"):
        (folder / name).write_text("{# By\n  Jo Bloggs #}", encoding="utf-8")
    problems = checks.faults(site_of(root), [folder])
    assert {(Path(problem.path).name, problem.line, problem.column) for problem in problems} == {
        (name, 2, 3) for name in ("a.html", "b.xml", "c.txt", "d.md", "f.html")
    }


# -- addresses -------------------------------------------------------------------------------------


def spellings(file: str) -> Iterator[str]:
    """Aliases that would be this file, lie in it or hide it."""
    written = quote(file)
    yield from (f"/{written}", f"/{written}/", f"/{written}/x/", f"/{written.upper()}")
    yield f"/%{ord(file[0]):02X}{quote(file[1:])}"
    if file.endswith("/index.html"):
        yield f"/{written.removesuffix('index.html')}"
        yield f"/{written.removesuffix('/index.html').upper()}%2Findex.html".replace("%2F", "/")


def test_no_alias_can_take_the_place_of_anything_that_the_site_publishes() -> None:
    content = load(SITE)
    moment = Moment.parse("2026-01-15").at(content.config.time_zone)
    site, record = visible(content, moment), content.pages["how-ratings-work"]
    assert record.front.aliases == ()
    every = files_of(site)
    files = [path for path in every.keys_by_path() if path[0] != "."]
    let_through = []
    for alias in dict.fromkeys(alias for file in files for alias in spellings(file)):
        front = copy.copy(record.front)
        object.__setattr__(front, "aliases", (alias,))
        pages = {**content.pages, record.id: replace(record, front=front)}
        if not address_faults(visible(replace(content, pages=pages), moment)):
            let_through.append(alias)
    assert let_through == []
    assert len(files) > 200


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("Plan.txt", "plan.txt", "media/Plan.txt has this address already, case aside"),
        ("ma\u00df.txt", "mass.txt", "media/mass.txt has this address already, case aside"),
        (
            "caf\u00e9.txt", "cafe\u0301.txt",
            "media/cafe\u0301.txt has this address already, its accents written in another way",
        ),
        ("Wards/a.txt", "wards/b.txt", "media/Wards has this address already, case aside"),
        ("a.txt/b.txt", "A.txt", "media/A.txt has this address already, case aside"),
    ],
)  # fmt: skip
def test_files_of_one_address_are_reported_and_never_built(
    root: Path, first: str, second: str, message: str
) -> None:
    (root / "media" / "plan.txt").unlink()
    for name in (first, second):
        (root / "media" / name).parent.mkdir(exist_ok=True)
        (root / "media" / name).write_text("x", encoding="utf-8")
    (problem,) = problems_of(root)
    assert problem.message == message
    assert problem.hint.startswith("rename one of the two f")


@pytest.mark.parametrize(("first", "what"), [("Plan.txt", "files"), ("Plan/x.txt", "folders")])
def test_the_hint_says_whether_files_or_folders_have_one_address(
    root: Path, first: str, what: str
) -> None:
    (root / "media" / "plan.txt").unlink()
    for name in (first, first.lower()):
        (root / "media" / name).parent.mkdir(exist_ok=True)
        (root / "media" / name).write_text("x", encoding="utf-8")
    assert [problem.hint for problem in problems_of(root)] == [f"rename one of the two {what}"]


def test_the_fault_of_an_alias_names_the_first_page_it_would_hide(root: Path) -> None:
    swap(
        root,
        "pages/about.md",
        "title:",
        "aliases: [/a.html/z.html, /a.html/b.html, /a.html]\ntitle:",
    )
    (problem,) = problems_of(root)
    assert problem.message == "/a.html would hide /a.html/z.html, an address of pages/about.md"


def test_a_link_with_an_accent_written_in_another_way_says_so(root: Path) -> None:
    (root / "media" / "cafe\u0301.txt").write_text("x", encoding="utf-8")
    swap(root, BRIEFING, "[@A].", "[@A]. [Plan](../../media/caf\u00e9.txt)")
    (problem,) = problems_of(root)
    assert problem.hint == (
        "rename the file without accents: those of its name are written in another way here"
    )


def test_a_link_to_a_file_unlike_any_says_where_to_put_it(root: Path) -> None:
    swap(root, BRIEFING, "[@A].", "[@A]. [Report](../../media/zzzzzzzz.pdf)")
    assert [problem.hint for problem in problems_of(root)] == ["put the file into content/media/"]


# -- names where ids belong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["Northmoor Care Trust", "northmoor care  trust", "NORTHMOOR", "Moor Trust", "NM1"]
)
def test_a_name_in_the_place_of_an_id_is_answered_with_the_id(root: Path, words: str) -> None:
    former = "former_names: [{name: Moor Trust, until: 2011}]\nkind: "
    swap(root, "trusts/northmoor.md", "kind: ", former)
    swap(root, BRIEFING, "trust: northmoor\n", f"trust: {words}\nalso_about: [{words}]\n")
    problems = [
        problem for problem in suggested(root) if problem.hint == "did you mean `northmoor`?"
    ]
    assert [(problem.line, problem.message) for problem in problems] == [
        (4, f"`{' '.join(words.split())}` is not an id"),
        (5, f"`{' '.join(words.split())}` is not an id"),
    ]
    assert len(suggested(root)) == 2


def test_a_name_that_two_have_is_nobodys(root: Path) -> None:
    trust = (root / "trusts/northmoor.md").read_text("utf-8")
    (root / "trusts/other.md").write_text(trust, "utf-8")
    swap(root, BRIEFING, "trust: northmoor\n", "trust: Northmoor Care Trust\n")
    site = site_of(root)
    assert with_id_suggestions(site) == list(site.content.problems)


def test_a_short_name_that_could_be_an_id_is_answered_with_the_id(root: Path) -> None:
    swap(root, "trusts/northmoor.md", "kind: ", "also_known_as: [NCT]\nkind: ")
    swap(root, BRIEFING, "trust: northmoor\n", "trust: nct\n")
    assert "did you mean `northmoor`?" in [problem.hint for problem in problems_of(root)]


def test_a_short_name_of_a_regulator_is_answered_with_its_id(root: Path) -> None:
    swap(root, "regulators/csb.yaml", "short_name: CSB", "short_name: The Board")
    swap(root, BRIEFING, "regulator: csb\n", "regulator: The Board\n")
    assert [problem.hint for problem in suggested(root)] == ["did you mean `csb`?"]


def test_a_name_is_answered_in_every_file_that_has_one(root: Path) -> None:
    swap(root, BRIEFING, "trust: northmoor\n", "trust: Northmoor Care Trust\n")
    swap(root, "requirements/northmoor-staffing.yaml", "regulator: csb", "regulator: CSB")
    hints = {Path(problem.path).suffix: problem.hint for problem in suggested(root)}
    assert hints == {".md": "did you mean `northmoor`?", ".yaml": "did you mean `csb`?"}


# -- contacts --------------------------------------------------------------------------------------

OFFICES = (
    "press.office@trust.example", "foi-team@trust.example", "03000 616161", "+44 300 061 6161",
    "https://trust.example/ward/0161-496-0000", "0161", "2025-01-02", "1,234,567",
)  # fmt: skip
PERSONS = (
    "jo.bloggs@trust.example", "0161 496 0000", "+44 (0)161 496 0000", "07700 900123",
    "+353 1 234 5678", "(020) 7946-0000",
)  # fmt: skip


@pytest.mark.parametrize("text", OFFICES)
def test_a_contact_of_an_organisation_is_allowed(root: Path, text: str) -> None:
    swap(root, "pages/about.md", "We report", f"See {text} today. We report")
    assert problems_of(root) == []


@pytest.mark.parametrize("text", PERSONS)
def test_a_private_contact_is_reported_at_its_column(root: Path, text: str) -> None:
    line = f"See https://trust.example/0161-496-0000 or {text} today. We report"
    swap(root, "pages/about.md", "We report", line)
    (problem,) = problems_of(root)
    assert (problem.line, problem.column) == (4, line.index(text) + 1)
    assert text not in problem.message + problem.hint


# -- what was public -------------------------------------------------------------------------------

ENTERED = "2025-10-02T00:00:00+01:00"
OLD_AND_NEW = f"""kind,id,url,guid,first_published,leads_to
briefing,northmoor-2025,/briefings/northmoor-2025/,"tag:example.org,2026:briefing/northmoor-2025",{ENTERED},
requirement,nights,/requirements/nights/,"tag:example.org,2026:requirement/nights",{ENTERED},
requirement,nights,/requirements/nights/,"tag:example.org,2026:requirement/nights",{ENTERED},/requirements/northmoor-staffing/
requirement,northmoor-staffing,/requirements/northmoor-staffing/,"tag:example.org,2026:requirement/nights",{ENTERED},
"""


def test_an_old_address_of_a_requirement_goes_with_its_briefing_and_not_before(root: Path) -> None:
    (root / "register.csv").write_text(OLD_AND_NEW, encoding="utf-8")
    told_in = "requirements: [{id: northmoor-staffing, event: told, date: 2025-06, sources: [A]}]\n"
    requirement = "requirements/northmoor-staffing.yaml"
    swap(root, requirement, "title:", "aliases: [/requirements/NIGHTS/]\ntitle:")
    swap(root, BRIEFING, "sources:\n", f"{told_in}sources:\n")
    assert problems_of(root) == []
    withdrawn = "status: withdrawn\nwithdrawn: {date: 2025-11-01, reason: R.}\n"
    swap(root, BRIEFING, "sources:\n", f"{withdrawn}sources:\n")
    assert problems_of(root) == []
    swap(root, requirement, "aliases: [/requirements/NIGHTS/]\n", "")
    assert [problem.message for problem in problems_of(root)] == [
        "/requirements/nights/ was public, and leads nowhere now"
    ]
    swap(root, requirement, "title:", "aliases: [/requirements/nights/]\ntitle:")
    swap(root, BRIEFING, told_in, "")
    assert [(Path(problem.path).name, problem.line) for problem in problems_of(root)] == [
        ("register.csv", 4),
        ("northmoor-staffing.yaml", 1),
    ]


def test_a_trust_that_is_gone_is_missed_though_a_withdrawn_requirement_has_its_address(
    root: Path,
) -> None:
    lost = f'trust,old,/trusts/old/,"tag:example.org,2026:trust/old",{ENTERED},\n'
    (root / "register.csv").write_text(OLD_AND_NEW + lost, encoding="utf-8")
    swap(
        root, "requirements/northmoor-staffing.yaml", "title:",
        "aliases: [/requirements/nights/, /trusts/old/]\ntitle:",
    )  # fmt: skip
    told_in = "requirements: [{id: northmoor-staffing, event: told, date: 2025-06, sources: [A]}]\n"
    withdrawn = "status: withdrawn\nwithdrawn: {date: 2025-11-01, reason: R.}\n"
    swap(root, BRIEFING, "sources:\n", f"{told_in}{withdrawn}sources:\n")
    assert [problem.message for problem in problems_of(root)] == [
        "the trust `old`, public since 2 October 2025, is gone"
    ]


# -- media -----------------------------------------------------------------------------------------

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
DRAWINGS = (
    "<title>Plan</title><desc>Of a ward</desc>",
    '<style>rect { fill: #123 } text { font: 12px sans-serif; fill: url("#a") }</style>',
    '<defs><linearGradient id="a"><stop stop-color="red"/></linearGradient></defs>',
    '<rect style="fill: url( #a )" fill="url(\'#a\')" clip-path="url(#b)"/>',
    '<g transform="scale(2)" xml:space="preserve"><use href="#a"/><use xlink:href="#a"/></g>',
    '<a href="#b"><text id="b" font-family="\'Arial\'">50 % \u2013 \u00e9</text></a>',
    "<!-- made by hand -->",
)
MORE_THAN_DRAWINGS = {
    "<style>@import 'https://evil.example/x.css';<style/></style>": "an element in it",
    "<style>@import 'https://evil.example/x.css';<style/>rect{}</style>": "an element in it",
    "<style><g><style>a{}</style></g>@import 'x';</style>": "an element in it",
    "<script>alert(1)</script>": "<script>",
    "<SCRIPT/>": "<SCRIPT>",
    '<x:script xmlns:x="http://www.w3.org/1999/xhtml"/>': "<script>",
    '<math xmlns="http://www.w3.org/1998/Math/MathML"/>': "<math>",
    "<foreignObject/>": "<foreignObject>",
    "<iframe src='/'/>": "<iframe>",
    "<set attributeName='href' to='javascript:alert(1)'/>": "<set>",
    "<animate onbegin='alert(1)'/>": "<animate>",
    "<image href='data:image/jpeg;base64,AA=='/>": "<image>",
    "<metadata/>": "<metadata>",
    "<g onload='alert(1)'/>": "`onload`",
    "<g ONLOAD='alert(1)'/>": "`ONLOAD`",
    "<g xml:base='https://evil.example/'/>": "`base`",
    "<g xmlns:e='http://www.w3.org/2001/xml-events' e:event='x'/>": "`event`",
    "<a href='javascript:alert(1)'/>": "leads out",
    "<a href='&#106;avascript:alert(1)'/>": "leads out",
    "<use href='other.svg#a'/>": "leads out",
    "<use xlink:href='data:image/svg+xml,x'/>": "leads out",
    "<a href=''/>": "leads out",
    "<style>@import 'x.css';</style>": "loads",
    "<style><![CDATA[@im]]>port 'x.css';</style>": "loads",
    '<style>@font-face { src: URL( "https://evil.example/" ) }</style>': "loads",
    "<style>a { fill: u\\72l(x) }</style>": "loads",
    "<rect fill='url(https://evil.example/)'/>": "loads",
    "<rect style='mask: image-set(\"x\" 1x)'/>": "loads",
    "<?xml-stylesheet href='x.xsl'?>": "<?xml-stylesheet?>",
    "<g>": "no whole SVG",
    "&nbsp;": "no whole SVG",
    "<e:g/>": "no whole SVG",
}


@pytest.mark.parametrize("inside", ["", *DRAWINGS, "".join(DRAWINGS)])
def test_a_drawing_is_published(inside: str) -> None:
    for start in ("", "\ufeff", '<?xml version="1.0" encoding="UTF-8"?>\n'):
        assert list(drawing_faults(f"{start}{SVG}{inside}</svg>\n".encode())) == []


@pytest.mark.parametrize("inside", MORE_THAN_DRAWINGS)
def test_an_svg_that_is_more_than_a_drawing_is_refused_at_its_line(inside: str) -> None:
    ((line, column, message, hint),) = drawing_faults(f"{SVG}\n{inside}\n</svg>".encode())
    assert MORE_THAN_DRAWINGS[inside] in message
    assert line in {2, 3}
    assert column >= 1
    assert hint


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no whole SVG"),
        (b"<svg/>", "no SVG"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'><script/></html>", "no SVG"),
        (b"<!DOCTYPE svg SYSTEM 'https://evil.example/x.dtd'><svg/>", "no document type"),
        (f"{SVG}</svg>".encode("utf-16"), "not UTF-8"),
        (b"<?xml version='1.0' encoding='UTF-7'?>" + SVG.encode() + b"</svg>", "not UTF-8"),
        (SVG.encode() + b"<g>" * 100_000, "no whole SVG"),
        (b"\0" * 1000, "no whole SVG"),
    ],
)
def test_a_file_that_is_no_drawing_is_reported_once(data: bytes, message: str) -> None:
    ((_, _, said, _),) = drawing_faults(data)
    assert message in said


def test_a_document_of_entities_is_refused_before_it_grows() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 9}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "x">{levels}]>{SVG}<text>&e11;</text></svg>'
    assert [message for _, _, message, _ in drawing_faults(bomb.encode())] == [
        "a drawing has no document type"
    ]


@pytest.mark.parametrize(
    "name",
    ["a.html", "a.HTM", "a.xhtml", "a.xml", "a.js", "a.mjs", "a.css", "a.wasm", "a.svgz", "a.json",
     "a.php", "a.md", "a.exe", "a", "js", "a.html.txt", "a.php.jpg", "a.Js.2.csv", "wards/a.swf"],
)  # fmt: skip
def test_a_file_that_a_browser_or_a_server_runs_is_refused(root: Path, name: str) -> None:
    (root / "media" / name).parent.mkdir(exist_ok=True)
    (root / "media" / name).write_text("x", encoding="utf-8")
    (problem,) = problems_of(root)
    assert problem.path.endswith(f"media/{name}")
    assert problem.hint


def _archive(files: dict[str, bytes]) -> bytes:
    archive_bytes = io.BytesIO()
    with zipfile.ZipFile(archive_bytes, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return archive_bytes.getvalue()


def _open_document(kind: str) -> bytes:
    media_type = f"application/vnd.oasis.opendocument.{kind}".encode()
    return _archive({"mimetype": media_type, "content.xml": b"<x/>"})


def _office(folder: str) -> bytes:
    return _archive({"[Content_Types].xml": b"<x/>", f"{folder}/x.xml": b"<x/>"})


def _gif() -> bytes:
    file = io.BytesIO()
    Image.new("P", (2, 2)).save(file, "GIF")
    return file.getvalue()


PICTURES = Path(__file__).parents[1] / "pictures"
#: Ending → a small file of that kind.
SAMPLES = {
    "avif": (PICTURES / "plain.avif").read_bytes(),
    "gif": _gif(),
    "jpeg": (PICTURES / "upright.jpg").read_bytes(),
    "jpg": (PICTURES / "upright.jpg").read_bytes(),
    "png": (PICTURES / "turned.png").read_bytes(),
    "webp": (PICTURES / "turned.webp").read_bytes(),
    "svg": f"{SVG}</svg>".encode(),
    "csv": b"a;b\n1;2\n",
    "txt": "caf\u00e9\n".encode(),
    "pdf": b"%PDF-1.7\n%%EOF\n",
    "docx": _office("word"),
    "pptx": _office("ppt"),
    "xlsx": _office("xl"),
    "odt": _open_document("text"),
    "ods": _open_document("spreadsheet"),
    "odp": _open_document("presentation"),
}
#: Content that a browser runs, or whose type it can't tell, under any file name.
OTHERS = {
    "page": b"<!DOCTYPE html><script>alert(1)</script>",
    "page after space": b"\xef\xbb\xbf \n<script>alert(1)</script>",
    "drawing with a script": f"{SVG}<script>alert(1)</script></svg>".encode(),
    "program": b"\x7fELF\x02\x01\x01\x00",
    "archive": _archive({"x": b"x"}),
    "JPEG XL": b"\xff\x0a\x00",
    "boxed JPEG XL": b"\x00\x00\x00\x0cJXL \r\n\x87\n",
    "film": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ",
    "UTF": "words".encode("utf-16"),
    "Latin": b"caf\xe9",
    "script in a picture": b"GIF89a/*" + b"\x00" * 8 + b"*/=1;alert(1)",
}


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("plan #1.txt", "rename the file: plan-1.txt"),
        ("what?.txt", "rename the file: what.txt"),
        ("09:30 rota.txt", "rename the file: 09-30 rota.txt"),
        ("con.txt", "rename the file: con-file.txt"),
        ("LPT1.2024.txt", "rename the file: LPT1-2024.txt"),
        ("a<b>|c*d.txt", "rename the file: a-b-c-d.txt"),
        ("back\\slash.txt", "rename the file: back-slash.txt"),
        ("wards #2/plan.txt", "rename the folder: wards-2"),
        ("nul/plan.txt", "rename the folder: nul-file"),
        ("wards /plan.txt", "rename the folder: wards"),
    ],
)
def test_a_name_that_a_host_refuses_is_a_fault_with_a_better_name(
    root: Path, name: str, better: str
) -> None:
    (root / "media" / name).parent.mkdir(exist_ok=True)
    (root / "media" / name).write_text("x", encoding="utf-8")
    (problem,) = problems_of(root)
    assert problem.path.endswith(f"media/{name}")
    assert problem.hint == better
    assert name_fault(better.partition(": ")[2]) is None


def test_the_better_name_is_one_that_no_other_file_has(root: Path) -> None:
    for name in ("plan #1.txt", "Plan-1.txt"):
        (root / "media" / name).write_text("x", encoding="utf-8")
    assert [problem.hint for problem in problems_of(root)] == ["rename the file: plan-1-2.txt"]


def test_a_static_file_with_a_name_that_hosts_refuse_is_a_fault(root: Path, tmp_path: Path) -> None:
    static = tmp_path / "static"
    static.mkdir()
    for name in ("style #1.css", "aux.js", "style.css"):
        (static / name).write_text("", encoding="utf-8")
    from briefings.build.pipeline import checked
    from briefings.build.request import Options

    options = Options(root, (ROOT / "templates",), (static,), Moment.parse("2026-01-15").at)
    with pytest.raises(ContentError) as caught, checked(options):
        pass
    assert [(Path(problem.path).name, problem.hint) for problem in caught.value.problems] == [
        ("aux.js", "rename it: aux-file.js"),
        ("style #1.css", "rename it: style-1.css"),
    ]


@pytest.mark.parametrize(
    "name", ["100% of wards.txt", "a+b & c's (1).txt", "console.txt", "con-1.txt"]
)
def test_a_name_that_every_host_takes_is_none(root: Path, name: str) -> None:
    (root / "media" / name).write_text("x", encoding="utf-8")
    assert problems_of(root) == []


@pytest.mark.parametrize(
    "name", ["a.txt", "report.2024.pdf", "a b.CSV", "v1.2.xlsx", "html.txt", "wards.html/a.ods"]
)
def test_a_picture_or_document_is_published(root: Path, name: str) -> None:
    (root / "media" / name).parent.mkdir(exist_ok=True)
    (root / "media" / name).write_bytes(SAMPLES[name.rpartition(".")[2].lower()])
    assert problems_of(root) == []


@pytest.mark.parametrize("ending", SAMPLES)
def test_a_file_is_what_its_name_says_or_is_refused(root: Path, ending: str) -> None:
    files = SAMPLES | OTHERS
    for kind, data in files.items():
        (root / f"media/{kind}-as.{ending}").write_bytes(data)
    same = {"jpg": {"jpg", "jpeg"}, "txt": {"txt", "csv"}, "csv": {"txt", "csv"}}
    refused = {problem.path.rpartition("/")[2].partition("-")[0] for problem in problems_of(root)}
    same["jpeg"] = same["jpg"]
    assert refused == files.keys() - same.get(ending, {ending})


def mutated(text: str, rnd: random.Random) -> str:
    """A text with one mistake as editors make them."""
    lines = text.split("\n")
    place = rnd.randrange(len(lines))
    line = lines[place]
    words = line.split(" ")
    words[rnd.randrange(len(words))] = rnd.choice(
        ["", "x", "[]", "{}", "[a]", "{a: b}", "unknown", "2020-13", "'", "Good", "- ", "all", "12"]
    )
    at = rnd.randrange(len(line) + 1)
    lines[place : place + 1] = rnd.choice(
        [
            [],
            [line, line],
            [line.replace(":", "", 1)],
            [" ".join(words)],
            [f"  {line}"],
            [line.strip()],
            [line[:at]],
            [line[:at] + rnd.choice("ab:[]{}-#'\"&*!|>%@`\t ") + line[at + 1 :]],
        ]
    )
    return "\n".join(lines)


@pytest.mark.sample(1)
@pytest.mark.parametrize("seed", range(12))
def test_no_mistake_in_any_file_ends_in_anything_but_a_message(tmp_path: Path, seed: int) -> None:
    rnd = random.Random(seed)
    root = Path(shutil.copytree(SITE, tmp_path / "content"))
    files = [path for path in sorted(root.rglob("*")) if path.suffix in {".md", ".yaml"}]
    for _ in range(20):
        chosen = rnd.sample(files, rnd.choice([1, 1, 2]))
        before = {path: path.read_bytes() for path in chosen}
        for path in chosen:
            text = before[path].decode("utf-8").replace("\r\n", "\n")
            path.write_text(mutated(text, rnd), encoding="utf-8")
        for problem in problems_of(root, "2026-06-01", drafts=rnd.random() < 0.3):
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.message
        for path, raw in before.items():
            path.write_bytes(raw)


# -- advice ----------------------------------------------------------------------------------------

URL = "https://archive.example/1"
PAPER = (
    "  P: {publisher: A Paper, type: news-report, url: unknown, published: 2025, accessed: 2026}\n"
)
COPIED = (
    (
        "    published: 2025-09-01\n",
        f"    published: 2025-09-01\n    accessed: 2025-09-15\n    archived_url: {URL}\n",
    ),
    ("published: 2025-10-02\n", "published: 2025-10-02\nreply: {status: declined}\n"),
)


def advised(root: Path) -> list[tuple[str, int, int, str, str]]:
    problems = checks.advice(site_of(root))
    assert all(problem.severity == "warning" for problem in problems)
    return [
        (problem.path, problem.line, problem.column, problem.message, problem.hint)
        for problem in problems
    ]


def test_advice_names_the_line_and_what_to_do(root: Path) -> None:
    trust = f"sources:\n{PAPER.replace('unknown', URL)}kind: "
    swap(root, "trusts/northmoor.md", "kind: ", trust)
    swap(root, BRIEFING, "sources:\n", f"sources:\n{PAPER}")
    path = f"{root.as_posix()}/{BRIEFING}"
    copy_of = "save the page in a web archive and add `archived_url`"
    assert advised(root) == [
        (
            path, 2, 1, "no reply of the trust is noted",
            "add `reply`, if only `{status: not-asked, reason: …}`",
        ),
        (
            path, 11, 1, "no date read is given for `A`",
            "add `accessed`, the day on which you read it, to each source; the page shows it",
        ),
        (path, 12, 3, "the source `P` is never cited", "cite it, or remove it"),
        (path, 13, 3, "the source `A` has no archived copy", copy_of),
        (
            f"{root.as_posix()}/trusts/northmoor.md", 4, 3, "the source `P` has no archived copy",
            copy_of,
        ),
        (
            f"{root.as_posix()}/trusts/northmoor.md", 4, 3, "the source `P` is never cited",
            "cite it, or remove it",
        ),
    ]  # fmt: skip


def test_a_trust_that_was_not_asked_should_be(root: Path) -> None:
    for old, new in COPIED:
        swap(root, BRIEFING, old, new)
    assert advised(root) == []
    swap(root, BRIEFING, "{status: declined}", "{status: not-asked, reason: No time.}")
    ((_, line, column, *message),) = advised(root)
    assert (line, column) == (11, 17)
    assert message == [
        "the trust was not asked for a reply",
        "ask it, then write `replied`, `declined` or `no-reply`",
    ]


CITING = {
    "an item": "concerns: [{text: T., sources: [P]}]\n",
    "the counts": "service_counts: {total: 1, good: 1, sources: [P]}\n",
    "the rating before": (
        "ratings:\n  - {scope: trust, key_question: overall, value: poor, sources: [A],\n"
        "     previous: {value: good, date: 2022, sources: [P]}}\n"
    ),
}


@pytest.mark.parametrize("where", CITING)
def test_a_source_that_anything_cites_is_cited(root: Path, where: str) -> None:
    for old, new in COPIED:
        swap(root, BRIEFING, old, new)
    swap(root, BRIEFING, "sources:\n", f"{CITING[where]}sources:\n{PAPER}")
    assert advised(root) == []


def test_an_event_pasted_twice_is_named_because_it_counts_twice(root: Path) -> None:
    event = "  - {id: northmoor-staffing, event: raised, date: 2025-08, sources: [A]}\n"
    swap(root, BRIEFING, "sources:\n", f"requirements:\n{event}{event}sources:\n")
    message = "this is the same as item 1 of this list, and counts twice"
    hint = "remove one of the two, or say how they differ"
    assert (message, hint) in [advice[3:] for advice in advised(root)]


@pytest.mark.parametrize("path", [BRIEFING, "trusts/northmoor.md"])
def test_a_file_with_a_fault_gets_no_advice(root: Path, path: str) -> None:
    for old, new in COPIED:
        swap(root, BRIEFING, old, new)
    swap(root, "trusts/northmoor.md", "kind: ", f"sources:\n{PAPER}kind: ")
    swap(root, BRIEFING, "sources:\n", f"sources:\n{PAPER}")
    assert len(advised(root)) == 2
    old = "type: full" if path == BRIEFING else "mental-health"
    swap(root, path, old, "[mental-health" if path != BRIEFING else "type: [full")
    assert len(advised(root)) == 1


@pytest.mark.parametrize(
    ("events", "looked", "is_advised"),
    [
        (["told, date: 2025-09-01"], "", True),
        (["told, date: 2025-12-01"], "", False),
        (["told, date: 2025-09-01", "accepted, date: 2026-02"], "", False),
        (["told, date: 2025-09-01"], "looked: [{date: 2026-02-01, where: Papers}]", False),
        (["told, date: 2025-09-01"], "looked: [{date: 2025-10-01, where: Papers}]", True),
        (["told, date: 2025-09-01"], "looked: [{date: 2026-12-24, where: Papers}]", True),
        (["told, date: 2024", "met, date: 2025"], "", False),
        (["raised, date: 2024"], "", False),
        (["told, date: unknown"], "", True),
    ],
)
def test_a_requirement_that_nobody_looked_at_for_a_year_is_named(
    events: list[str], looked: str, is_advised: bool
) -> None:
    rows = "".join(f"  - {{id: rooms, event: {row}, sources: [A]}}\n" for row in events)
    site = a_site({"one": f"requirements:\n{rows}"}, requirements={"rooms": looked})
    faults = advice_on_file(site, "requirement", "rooms")
    expected = ["nobody has looked for news of this requirement for a year"] if is_advised else []
    assert [fault.message for fault in faults] == expected
