"""Private contacts and names are found as a reader sees them, and office addresses are allowed.

Domains and numbers are those kept free for examples (RFC 2606, Ofcom's numbers for drama).
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from briefings import checks
from briefings.checks.contacts import SEARCH, Allowed, of_a_person
from briefings.checks.published import Reading, folded
from briefings.checks.texts import found_in_file
from briefings.content.dates.values import Moment
from briefings.content.files import MAX_BODY, MAX_TEXT
from briefings.content.loader import load
from briefings.content.schema.site import SiteFront
from briefings.domain.site import Site, visible
from briefings.problems import Problem
from tests.support.factory import CONFIG, a_front

BASE = Path(__file__).parents[1] / "invalid" / "base"
PAGE = "pages/about.md"
PERSON = "this may be the e-mail address of a person"
NUMBER = "this may be the telephone number of a person"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "content"))


def problems_of(root: Path) -> list[Problem]:
    return checks.faults(site_of(root))


def site_of(root: Path) -> Site:
    content = load(root)
    return visible(content, Moment.parse("2026-01-15").at(content.config.time_zone))


def on_a_page(root: Path, words: str) -> None:
    (root / PAGE).write_text(f"---\ntitle: About\n---\nWe report. {words} Bye.\n", "utf-8")


# -- disguises -------------------------------------------------------------------------------------

ADDRESSES = (
    "jo.bloggs@mail.example",
    "JO.BLOGGS@MAIL.EXAMPLE",
    "<jo.bloggs@mail.example>",
    "jo.bloggs&#64;mail.example",
    "jo.bloggs&#x40;mail.example",
    "jo.bloggs&commat;mail.example",
    "jo&period;bloggs@mail&#46;example",
    "jo.bloggs\\@mail.example",
    "jo\\.bloggs@mail\\.example",
    "**jo**.bloggs@mail.example",
    "jo.*bloggs*@mail.example",
    "jo.bl*og*gs@mail.example",
    "`jo.bloggs`@mail.example",
    "jo.bloggs\uff20mail.example",
    "jo.bloggs\ufe6bmail.example",
    "\uff4a\uff4f.bloggs@mail.example",
    "jo.blo\u00adggs@mail.example",
    "jo.bloggs&shy;@mail.example",
    "jo.bloggs\u200b@mail.example",
    "jo.bloggs\u2060@mail.example",
    "jo.bloggs@mail.example",
    "jo_bloggs@mail.example",
    "j.bloggs@mail.example",
    "bloggs-jo@mail.example",
    "jo.bloggs77@mail.example",
    "jo.bloggs+ward@mail.example",
    "jbloggs@mail.example",
    '"jo bloggs"@mail.example',
    "jo.bloggs (at) mail.example",
    "jo.bloggs(at)mail(dot)example",
    "jo.bloggs [at] mail [dot] example",
    "jo.bloggs {at} mail.example",
    "jo.bloggs ( at ) mail.example",
    "jo.bloggs at mail.example",
    "jo.bloggs at mail dot example",
    "jo dot bloggs at mail dot example",
    "joey77 at gmail.com",
    "jo.bloggs @ mail.example",
    "jo.bloggs@ mail.example",
    "jo.bloggs@\nmail.example",
    "jo.bloggs\nat mail.example",
    "[jo](https://x.example/).bloggs@mail.example",
    "[jo.bloggs](https://x.example/)@mail.example",
    "[write](mailto:jo.bloggs@mail.example)",
    "[write](mailto:jo.bloggs%40mail.example)",
    '[write](https://x.example/ "jo.bloggs&#64;mail.example")',
    "ward7@gmail.com",
    "northmoor.pals@hotmail.co.uk",
    "sam@home.example",
    "ward7 (at) gmail.com",
    "sam [at] home.example",
)
NUMBERS = (
    "07700 900123",
    "07700\u2011900123",
    "07700\u2013900123",
    "07700\u2212900123",
    "07700  900123",
    "07700\t900123",
    "07700\u00a0900123",
    "07700\u2009900\u202f123",
    "07700&nbsp;900123",
    "07700&#8209;900123",
    "07700&ndash;900&ndash;123",
    "07700\\-900123",
    "07700 **900123**",
    "077*00* 900123",
    "07700`900123`",
    "07700\n900123",
    "07700  \n900123",
    "07700\\\n900123",
    "07700\u00ad900123",
    "07700\u200b900123",
    "\uff10\uff17\uff17\uff10\uff10 900123",
    "\u0660\u0667\u0667\u0660\u0660 900123",
    "&#48;7700 900123",
    "07700.900.123",
    "07700/900123",
    "07700_900_123",
    "07700\u00b7900123",
    "(07700) 900 123",
    "(0)7700 900123",
    "0 7 7 0 0 9 0 0 1 2 3",
    "+44 7700 900123",
    "+44 (0) 7700 900123",
    "+447700900123",
    "0044 7700 900123",
    "447700900123",
    "Tel.07700 900123",
    "tel07700900123",
    "07700 900123ext4",
    "07700 900123 24 hours a day",
    "0300 123 4567 07700 900123",
    "01632 960001",
    "(01632) 960\u2011001",
    "020 7946 0000",
    "+33 1 23 45 67 89",
    "+1 (212) 555-0123",
    "[07700](https://x.example/) 900123",
    "07700[ 900123](https://x.example/)",
    "[chat](https://wa.me/447700900123)",
)


@pytest.mark.parametrize("words", ADDRESSES)
def test_an_address_of_a_person_is_refused_in_every_disguise(root: Path, words: str) -> None:
    on_a_page(root, words)
    (reported,) = [problem for problem in problems_of(root) if problem.message == PERSON]
    assert reported.line in {4, 5}
    assert "bloggs" not in str(reported).casefold()


@pytest.mark.parametrize("words", NUMBERS)
def test_a_number_that_may_ring_in_a_home_is_refused_in_every_disguise(
    root: Path, words: str
) -> None:
    on_a_page(root, words)
    (reported,) = [problem for problem in problems_of(root) if problem.message == NUMBER]
    assert reported.line in {4, 5}
    assert "900" not in str(reported)


FRONTS = (
    "summary: Ring 07700\u2011900123 now",
    "summary: >-\n  Ring 07700\n  900123 now",
    'summary: "Ring 07700\\u2011900123 now"',
    'summary: "Ring 07700\\x20900123 now"',
    'summary: "Ring 0770\\\n    0900123 now"',
    "summary: 'Ring 07700&#32;900123 now'",
    "summary: jo.bloggs&#64;mail.example",
    'summary: "jo.bloggs\\x40mail.example"',
    'summary: "\\u006ao.bloggs@mail.example"',
)


@pytest.mark.parametrize("front", FRONTS)
def test_contacts_are_found_in_front_matter_as_it_is_shown(root: Path, front: str) -> None:
    (root / PAGE).write_text(f"---\ntitle: About\n{front}\n---\nWe report.\n", "utf-8")
    (problem,) = problems_of(root)
    assert problem.message in {PERSON, NUMBER}
    assert problem.line in {3, 4}


MEDIA = (
    ("plan.txt", b"Plan\nRing 07700 900123.\n", (2, 6)),
    ("PLAN.TXT", "Ring 07700\u2011900123.".encode(), (1, 6)),
    ("plan.txt", "Ring\n07700 900123.".encode("utf-16"), (2, 1)),
    ("plan.txt", "caf\u00e9 jo.bloggs@mail.example".encode("latin-1"), (1, 6)),
    ("plan.csv", b"name,number\nward,07700900123\n", (2, 6)),
    ("plan.csv", b"5,jo.bloggs@mail.example\n", (1, 3)),
    ("map.svg", b"<svg><text>07700 900123</text></svg>", (1, 12)),
    ("map.svg", b"<svg>\n<text>07700<tspan> 900</tspan>123</text></svg>", (2, 7)),
    ("map.svg", b"<svg><title>jo.bloggs&#64;mail.example</title></svg>", (1, 13)),
)


@pytest.mark.parametrize(("name", "data", "place"), MEDIA)
def test_every_text_file_that_is_published_is_searched(
    root: Path, name: str, data: bytes, place: tuple[int, int]
) -> None:
    (root / "media" / name).write_bytes(data)
    (reported,) = [problem for problem in problems_of(root) if problem.message in {PERSON, NUMBER}]
    assert reported.path.endswith(f"media/{name}")
    assert (reported.line, reported.column) == place


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ("\u201cSee\u201d \ufb03 \u00bd jo.bloggs&#64;mail.example", 22),
        ("R&amp;D&nbsp;unit: 07700\u2011900123", 31),
        ("[jo](https://x.example/).bloggs@mail.example", 13),
        ("[07700](https://x.example/) 900123", 13),
    ],
)
def test_a_match_is_reported_at_its_column_however_it_is_written(
    root: Path, words: str, column: int
) -> None:
    on_a_page(root, words)
    (problem,) = problems_of(root)
    assert (problem.line, problem.column) == (4, column)


def test_each_place_of_one_contact_is_reported_in_the_same_run(root: Path) -> None:
    linked = "[jo](https://x.example/).bloggs@mail.example"
    text = f'summary: "jo.bloggs\\x40mail.example"\n---\njo.bloggs@mail.example\n\n{linked}\n'
    (root / PAGE).write_text(f"---\ntitle: About\n{text}", "utf-8")
    assert [(problem.line, problem.column) for problem in problems_of(root)] == [
        (3, 10),
        (5, 1),
        (7, 2),
    ]


def test_a_contact_in_a_second_disguise_is_reported_in_the_same_run(root: Path) -> None:
    on_a_page(
        root, "07700 900123\n\n[jo](https://x.example/).bloggs@mail.example\n\n07700&#45;900124"
    )
    assert [problem.line for problem in problems_of(root)] == [4, 6, 8]


# -- allowed contacts ------------------------------------------------------------------------------

HARMLESS = (
    "0300 123 4567", "03000 616161", "+44 300 061 6161", "0800 123 4567", "+1 800 555 0199", "111",
    "2025-01-02", "01-02-2025 10:30", "01.02.2025 1030", "2025-01-02/2026-03-04",
    "0123456789", "01 02 03 04 05 06 07", "0.0771234567", "1,012,345,678", "0700-1930 20 staff",
    "12,000 of 0.1 %", "https://csb.example/reports/01632960000", "RHA01632960000",
    "| 01234 |\n| 567890 |", "- 01234\n- 567890", "look at gov.uk or at nhs.uk today",
    "120 +1 10 2020-21; 130 +1 10 2021-22", "+1 367 · -1 368", "+1 348 (-1 349)",
    "we looked at gmail.com", "package@1.2.3", "follow @trust.example", "jo at work",
    "https://social.example/@jo.bloggs",
)  # fmt: skip


@pytest.mark.parametrize("words", HARMLESS)
def test_contacts_of_organisations_pass_the_last_filter(words: str) -> None:
    allowed = Allowed.by(a_front(SiteFront, "", CONFIG))
    contacts = [contact for _, contact in SEARCH.find(Reading(words).text)]
    assert not any(allowed.refuses(contact) for contact in contacts)


def test_two_rows_of_a_table_are_not_one_number(root: Path) -> None:
    (root / "media/codes.csv").write_text("ward,code\na,01234\n567890,b\n", "utf-8")
    assert problems_of(root) == []


#: Addresses of offices as public bodies write them, made up for this test.
OFFICES = """
    join hello inquiries press media-team openweb usability-lab front.door service.desk gov-hub
    data.team data-federation digital.services api-support apis-initiative content.design
    design-system login-help partner.support open.government publicaffairs public.affairs
    privacy_office foi.requests foi-team complaints.team patient.experience pals northmoor.pals
    pals.northmoor ward-seven chief.executive chair trust.secretary board.office medical.director
    freedom.of.information customer.service customercare 18a-inquiries join2025 team7 webmaster
    web.manager noreply no-reply newsletter news.desk alerts bulletin-subscribe-request
    grants-list listserv events.team training.hub research.panel participate surveys
    recruitment.office careers jobs apprenticeships workforce.planning switchboard reception
    records.management subject.access data.protection dpo infosec-reports vulnerability-reports
    security.team safeguarding.adults safeguarding-children childrens.services maternity.unit
    emergency.planning inspection.team inspections regulator.updates consultation responses
    policy.unit strategy.team finance.office procurement contracts.team payments billing.support
    volunteer.services fundraising community.engagement outreach partnerships library
    accessibility.feedback website.feedback beta-feedback forecast.help gateway.communicator
    micropurchase prototype.kit platform-engineering campaigns.team fact-check technical.support
    service-reliability mailbox general.enquiries info contact.us rules.service first.contact
""".split()  # noqa: SIM905  # read more easily without quotes


def posts(root: Path) -> int:
    """353 pages of a public body, each with an address of an office; how many there are."""
    for number in range(353):
        office = OFFICES[number % len(OFFICES)]
        text = f"Our work goes on. To take part, write to {office}@agency.example or come by.\n"
        page = f"---\ntitle: Post {number}\n---\n{text}"
        (root / f"pages/post-{number}.md").write_text(page, encoding="utf-8")
    return 353


def test_of_353_posts_of_a_public_body_no_address_of_an_office_is_refused(root: Path) -> None:
    number = posts(root)
    assert problems_of(root) == []
    advice = [
        problem for problem in checks.advice(site_of(root)) if "nobody can tell" in problem.message
    ]
    assert len(advice) == number
    site = root / "site.yaml"
    text = site.read_text("utf-8").replace("policy:\n", "policy:\n  contacts: [agency.example]\n")
    site.write_text(text, "utf-8")
    assert [
        problem for problem in checks.advice(site_of(root)) if "nobody can" in problem.message
    ] == []


@pytest.mark.parametrize(
    ("local", "domain", "person"),
    [
        ("jo.bloggs", "trust.example", True),
        ("aarav.unheardof", "trust.example", True),
        ("j.last", "trust.example", True),
        ("jo.b.bloggs", "trust.example", True),
        ("sarah.ward", "trust.example", True),
        ("bloggs.jo", "trust.example", True),
        ("jo", "trust.example", True),
        ("jo-bloggs", "trust.example", True),
        ("some-body", "trust.example", False),
        ("jsmith", "trust.example", True),
        ("smithj", "trust.example", True),
        ("johnsmith", "trust.example", True),
        ("xyzzy", "trust.example", False),
        ("xyzzy", "yahoo.co.uk", True),
        ("enquiries", "proton.me", True),
        ("jo.press", "trust.example", False),
        ("24x7", "trust.example", False),
        ("a", "trust.example", False),
        ("", "trust.example", False),
    ],
)
def test_whose_an_address_looks_to_be(local: str, domain: str, person: bool) -> None:
    assert of_a_person(local, domain) is person


KNOWN = "publisher: {name: P, url: https://www.own.example/, email: desk@desk.example}"


@pytest.mark.parametrize(
    ("address", "policy", "expected"),
    [
        ("sam.porter@other.example", "", "refused"),
        ("sam.porter@own.example", "", "refused"),
        ("sam.porter@other.example", "contacts: [sam.porter@other.example]", ""),
        ("sam.porter@other.example", "contacts: [SAM.PORTER@OTHER.EXAMPLE]", ""),
        ("sam.porter@other.example", "contacts: [other.example]", ""),
        ("sam.porter@mail.other.example", "contacts: [other.example]", ""),
        ("sam.porter@another.example", "contacts: [other.example]", "refused"),
        ("fund@gmail.com", "", "refused"),
        ("fund@gmail.com", "contacts: [fund@gmail.com]", ""),
        ("enquiries@other.example", "", "advised"),
        ("enquiries@own.example", "", ""),
        ("enquiries@mail.own.example", "", ""),
        ("desk@desk.example", "", ""),
        ("hello@desk.example", "", ""),
        ("enquiries@northmoor.example", "", ""),
        ("enquiries@csb.example", "", ""),
    ],
)
def test_policy_contacts_and_known_domains_allow_contacts(
    root: Path, address: str, policy: str, expected: str
) -> None:
    (root / "site.yaml").write_text(
        f"title: T\nbase_url: https://example.org/\n{KNOWN}\npolicy: {{{policy}}}\n", "utf-8"
    )
    trust = root / "trusts/northmoor.md"
    site = "website: https://www.northmoor.example/care\nkind:"
    trust.write_text(trust.read_text("utf-8").replace("kind:", site, 1), "utf-8")
    on_a_page(root, address)
    refused = any(problem.message == PERSON for problem in problems_of(root))
    advised = any("nobody can tell" in problem.message for problem in checks.advice(site_of(root)))
    assert {"refused": (True, False), "advised": (False, True), "": (False, False)}[expected] == (
        refused, advised,
    )  # fmt: skip


@pytest.mark.parametrize(
    "first", ["jo bloggs", "@mail.example", "jo@", "example", "https://a.example"]
)
def test_policy_contacts_takes_only_addresses_and_domains(root: Path, first: str) -> None:
    site = root / "site.yaml"
    listed = f'policy:\n  contacts: ["{first}"]\n'
    site.write_text(site.read_text("utf-8").replace("policy:\n", listed), "utf-8")
    assert "is neither an e-mail address nor a domain" in problems_of(root)[0].message


# -- names -----------------------------------------------------------------------------------------

NAMES = (
    "Anne-Marie Smith", "Anne\u2011Marie Smith", "Anne\u2013Marie Smith", "ANNE MARIE  SMITH",
    "Anne\u2212Marie\u00a0Smith", "Anne - Marie Smith", "Anne&#8209;Marie&nbsp;Smith",
    "Anne\\-Marie Smith", "Anne-**Marie** Smith", "An*ne-Mar*ie Smith", "Anne-\nMarie\nSmith",
    "An\u00adne-Mar&shy;ie Smith", "An\u200bne-Marie Smith", "\uff21nne\uff0dMarie Smith",
    "Anne-Mari&#101; Smith", "\u00c1nne-Mari\u00e9 Smith", "[Anne](https://x.example/)-Marie Smith",
    "Anne-Marie [@A] Smith", "_Anne-Marie_ Smith", "Anne_Marie Smith", "Anne-Marie\u2028Smith",
    "https://x.example/anne-marie-smith", "https://x.example/?q=Anne-Marie%20Smith",
)  # fmt: skip


def listing(root: Path, names: str) -> None:
    site = root / "site.yaml"
    text = site.read_text("utf-8").replace("[Jo Bloggs]", f"[{names}]")
    assert names in text
    site.write_text(text, "utf-8")


@pytest.mark.parametrize("words", NAMES)
@pytest.mark.parametrize(
    "listed", ["Anne-Marie Smith", "anne\u2011marie smith", "Anne Marie Smith"]
)
def test_a_name_that_must_not_be_published_is_found_with_any_dash_space_or_form(
    root: Path, listed: str, words: str
) -> None:
    listing(root, listed)
    briefing = root / "briefings/2025/northmoor-2025.md"
    text = briefing.read_text("utf-8").rstrip() + f"\n\nSeen was {words} there [@A].\n"
    briefing.write_text(text, "utf-8")
    names = [problem for problem in problems_of(root) if "must not be published" in problem.message]
    assert len(names) == 1
    assert names[0].line >= text.count("\n", 0, text.index("Seen was")) + 1
    assert "smith" not in str(names[0]).casefold()


@pytest.mark.parametrize(
    "front",
    [
        "summary: Seen was Anne\u2011Marie Smith",
        "summary: >-\n  Seen was Anne\u2011Marie\n  Smith",
        'summary: "Seen was Anne\\u2011Marie Smith"',
        'summary: "Seen was An\\u00ADne-Marie\\u00A0Smith"',
    ],
)
def test_a_name_is_found_in_front_matter_as_it_is_shown(root: Path, front: str) -> None:
    listing(root, "Anne-Marie Smith")
    (root / PAGE).write_text(f"---\ntitle: About\n{front}\n---\nWe report.\n", "utf-8")
    (problem,) = problems_of(root)
    assert problem.line in {3, 4}


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("Mary O'Neill", "Mary O\u2019Neill"),
        ("Mary O'Neill", "Mary O\u00b4Neill"),
        ("Mary O\u2019Neill", "Mary O'Neill"),
        ("Zo\u00eb Smith", "Zoe Smith"),
        ("Zoe Smith", "Zo\u00eb Smith"),
    ],
)
def test_apostrophes_and_accents_do_not_hide_a_name(root: Path, listed: str, written: str) -> None:
    listing(root, listed)
    on_a_page(root, written)
    assert [problem.line for problem in problems_of(root)] == [4]


@pytest.mark.parametrize("name", ["names.txt", "names.csv", "names.svg"])
def test_a_name_is_found_in_every_text_file_of_media(root: Path, name: str) -> None:
    listing(root, "Anne-Marie Smith")
    text = "<svg><text>Anne\u2011Marie Smith</text></svg>"
    (root / "media" / name).write_text(text, encoding="utf-8")
    (reported,) = [problem for problem in problems_of(root) if "name" in problem.message]
    assert reported.path.endswith(f"media/{name}")
    assert (reported.line, reported.column) == (1, 12)


@pytest.mark.parametrize(
    "words", ["Anne-Marie Smithson", "Joanne-Marie Smith", "Anne and Marie Smith", "Anne-Marie"]
)
def test_other_names_are_not_changed(root: Path, words: str) -> None:
    listing(root, "Anne-Marie Smith")
    on_a_page(root, words)
    assert problems_of(root) == []


# -- the folding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Plain \\* words",
        "\u00dfx \ufb03 &amp; **b**\n\n> c\n> d",
        "&#64;&zwj;&notit; \u0130 \u1e9e",
    ],
)
def test_each_index_of_a_reading_leads_to_a_place_in_its_source(text: str) -> None:
    reading = Reading(text)
    lines = text.split("\n")
    before = (1, 1)
    for at in range(len(reading.text)):
        line, column = reading.place(at)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert (line, column) >= before
        before = line, column


def test_folding_goes_character_by_character() -> None:
    text = "Caf\u00e9 e\u0301 \u01c4 \ufdfa \u212b \u2460 \u0130 \uff21\uff10 \u2019\u2011\u00ad"
    assert folded(text) == "".join(map(folded, text))


HOSTILE = (
    "0", "07 ", "0 7 ", "07700 ", "07700-", "+1 ", "44 0 7 ", "0044", "@", "a@", "a@a", "a.@a.",
    "@a.", " at ", "(at)", "a at a dot ", "[", "](", "](a", "[@a", "[^a", "][a", "<a ", "</b",
    "&#6", "&a", "\\", "\\\n", "*_", "_", " ", "\t \n", "> ", "\n>", "a: ", "1) ", "\xad",
    "\u2011", "\ufdfa", "%40", "https://", "https://a/447", "Anne-", "anne ", "anne*",
)  # fmt: skip


@pytest.mark.sample(1)
@pytest.mark.parametrize("piece", HOSTILE)
def test_the_search_takes_a_moment_whatever_the_text(root: Path, piece: str) -> None:
    listing(root, "Anne-Marie Smith")
    for path, limit in (
        ("README.md", MAX_BODY),
        ("media/a.txt", MAX_TEXT),
        ("media/a.svg", MAX_TEXT),
    ):
        (root / path).write_text(piece * (limit // len(piece.encode())), "utf-8")
        site = site_of(root)
        started = time.process_time()
        found_in_file(site, path)
        assert time.process_time() - started < 12.0
