"""Generate a made-up site of any size in the content format, for benchmarks and tests.

    python bench/corpus.py 1000 made-up/content

writes a whole `content/` folder: that number of briefings, a tenth as many trusts (at most 5,000),
40 topics, one regulator and the requirements to which the briefings refer. The same number and seed
give the same bytes. Trusts, regulator and facts are invented.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from claims import SITE
from facts import GRADES, KEY_QUESTIONS, REGULATOR, story
from prose import KINDS, SEED, SERVICES, TOPICS, Outline, body, outline, trust_names
from visits import Tree
from yamltext import Value, slug, yaml

TRUST_KINDS = dict(
    zip(KINDS, ("acute", "acute", "community", "mental-health", "ambulance"), strict=True)
)
REGIONS = ("North East and Yorkshire", "North West", "Midlands", "East of England", "South East")
SITE_FACTS: Tree = {
    "title": "Made-up inspection briefings",
    "tagline": "What inspectors of an invented country found",
    "base_url": "https://corpus.example.net",
    "publisher": {
        "name": "The corpus desk",
        "url": "https://corpus.example.net/about/",
        "email": "desk@corpus.example.net",
        "report_errors": "https://corpus.example.net/corrections/",
    },
    "feed": {"items": "50", "tag": "corpus.example.net,2026"},
    "navigation": ["about", "editorial-policy", "how-ratings-work"],
}
PAGES = {
    "about": ("About this site", "This site is made up. It shows how much a press can print."),
    "editorial-policy": ("Editorial policy", "Every claim names its source."),
    "how-ratings-work": ("How ratings work", "There are four grades, best first."),
    "accessibility": ("Accessibility", "Tell us what you cannot read."),
    "privacy": ("Privacy", "We keep nothing about you."),
}
REGULATIONS = {
    "12": "Safe treatment",
    "15": "Premises and equipment",
    "16": "Complaints",
    "17": "Good governance",
    "18": "Staffing",
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="corpus.py", description="Write a made-up content folder."
    )
    parser.add_argument("number", metavar="N", type=int, help="how many briefings")
    parser.add_argument("folder", metavar="OUTDIR", type=Path, help="a new or an empty folder")
    parser.add_argument("--seed", type=int, default=SEED, help="another number, another corpus")
    options = parser.parse_args(arguments)
    if options.number < 1:
        parser.error("N has to be 1 or more")
    if options.folder.exists() and (not options.folder.is_dir() or any(options.folder.iterdir())):
        parser.error(f"{options.folder} is not an empty folder")
    written: Counter[str] = Counter()
    for path, text in corpus(options.number, options.seed):
        target = options.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())
        written[path.split("/")[0]] += 1
    parts = ", ".join(
        f"{count} {kind}" for kind, count in sorted(written.items()) if "." not in kind
    )
    print(f"{options.folder}: {parts}")
    return 0


def corpus(number: int, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Yield path below `content/` and text of every file of a corpus."""
    yield "site.yaml", yaml(SITE_FACTS)
    yield f"regulators/{REGULATOR}.yaml", yaml(regulator())
    for topic in TOPICS:
        about = {"name": topic, "summary": f"What inspectors said about {topic.lower()}."}
        yield f"topics/{slug(topic)}.md", markdown(about)
    for page, (title, text) in PAGES.items():
        yield f"pages/{page}.md", markdown({"title": title}, f"{text}\n")
    trusts = trust_names(max(1, number // 10), seed)
    for place, trust in enumerate(trusts):
        numbers = range(place, number, len(trusts))
        yield from about_trust(
            trust, [outline(index, number, trust, seed) for index in numbers], seed
        )


def about_trust(trust: str, outlines: Sequence[Outline], seed: int) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files of a trust, its briefings and its requirements."""
    name = slug(trust)
    yield f"trusts/{name}.md", markdown(trust_facts(trust, outlines[0].number))
    briefings, requirements = story(name, outlines, seed)
    for briefing, facts in zip(outlines, briefings, strict=True):
        path = f"briefings/{briefing.date.year}/briefing-{briefing.number:05d}.md"
        yield path, markdown(facts, body(briefing))
    for key, requirement in requirements.items():
        yield f"requirements/{key}.yaml", yaml(requirement)


def markdown(facts: Mapping[str, Value], text: str = "") -> str:
    return f"---\n{yaml(facts)}---\n" + (f"\n{text}" if text else "")


def trust_facts(trust: str, number: int) -> Tree:
    place, kind = trust.split(" ", 1)
    draw = random.Random(f"trust {trust}")
    code = f"X{number:04d}"
    return {
        "name": trust,
        "kind": TRUST_KINDS[kind],
        "codes": {"ods": code},
        "region": draw.choice(REGIONS),
        "councils": [f"{place} Council"],
        "sites": [{"name": f"{place} General Hospital", "code": f"{code}A"}],
        "staff": {
            "value": str(draw.randint(9, 160) * 100),
            "qualifier": "about",
            "as_of": "2025",
            "sources": ["A"],
        },
        "website": f"https://trusts.example.org/{slug(trust)}",
        "regulator_pages": {REGULATOR: f"{SITE}/trusts/{code}"},
        "sources": {
            "A": {
                "publisher": place,
                "type": "provider-response",
                "title": "Annual report",
                "url": f"https://trusts.example.org/{slug(trust)}/annual-report",
                "published": "2025-07",
            }
        },
    }


def regulator() -> Tree:
    """Return an invented regulator with the four grades that occur in the bodies."""
    return {
        "name": "Health Services Inspectorate",
        "short_name": "HSI",
        "nation": "England",
        "website": SITE,
        "key_questions": _named(KEY_QUESTIONS),
        "scales": [
            {
                "id": "four-grades",
                "label": "Four grades",
                "values": [
                    {**grade, "rank": str(rank)}
                    for rank, grade in enumerate(_named(GRADES), start=1)
                ],
            }
        ],
        "outside_scale": [
            {"id": "not-rated", "label": "Not rated", "meaning": "Visited, and no grade given."}
        ],
        "services": [{"label": service} for service in SERVICES],
        "inspection_types": _named(("focused", "comprehensive", "follow-up")),
        "methods": [
            {"id": "handbook-1", "label": "First handbook", "to": "2023-12"},
            {"id": "handbook-2", "label": "Second handbook", "from": "2024-01"},
        ],
        "enforcement_kinds": _named(("warning-notice", "requirement-notice")),
        "regulations": [
            {"number": number, "title": title} for number, title in REGULATIONS.items()
        ],
        "licence": {
            "name": "Example licence",
            "url": f"{SITE}/licence",
            "attribution": "Contains made-up information.",
        },
    }


def _named(ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"id": id, "label": id.replace("-", " ").capitalize()} for id in ids]


if __name__ == "__main__":
    sys.exit(main())
