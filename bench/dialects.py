"""The made-up briefings with the front matter of other generators; bodies are byte for byte ours.

Pelican reads plain lines (the `meta` extension of Python-Markdown), all others YAML. A trust is a
category, a taxonomy or a plain field, whichever the generator makes lists from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from prose import SEED, Outline, body, outline, trust_names

#: The YAML fields that a generator calls something else.
_OTHER_NAMES = {
    "nikola": {"summary": "description"},
    "zola": {"summary": "description", "rating": "extra:\n  rating"},
}


def lay(number: int, dialect: str, folder: Path) -> None:
    """Write `number` briefings into `folder`, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in briefings(number, dialect):
        (folder / name).write_bytes(text.encode())


def briefings(number: int, dialect: str, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Yield file name and text of every briefing, by number."""
    trusts = trust_names(max(1, number // 10), seed)
    for index in range(number):
        briefing = outline(index, number, trusts[index % len(trusts)], seed)
        yield (
            f"{slug(index)}.md",
            front_matter(briefing, dialect) + with_teaser(body(briefing), dialect),
        )


def slug(number: int) -> str:
    return f"briefing-{number:05d}"


def with_teaser(text: str, dialect: str) -> str:
    """Mark the end of the teaser for Nikola, whose feeds would otherwise have the whole text."""
    mark = "[^1]\n\n<!-- TEASER_END -->\n"
    return text.replace("[^1]\n", mark, 1) if dialect == "nikola" else text


def front_matter(briefing: Outline, dialect: str) -> str:
    return _lines(briefing) if dialect == "pelican" else _yaml(briefing, dialect)


def _lines(briefing: Outline) -> str:
    fields = {
        "Title": briefing.title,
        "Date": f"{briefing.date:%Y-%m-%d %H:%M}",
        "Category": briefing.trust,
        "Tags": ", ".join(briefing.topics),
        "Slug": slug(briefing.number),
        "Summary": briefing.summary,
        "Rating": briefing.rating,
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items()) + "\n"


def _yaml(briefing: Outline, dialect: str) -> str:
    fields = {
        "title": json.dumps(briefing.title),
        "date": f"{briefing.date:%Y-%m-%dT%H:%M:%SZ}",
        **_trust_and_topics(briefing, dialect),
        "summary": json.dumps(briefing.summary),
        "rating": json.dumps(briefing.rating),
    }
    if dialect == "mkdocs":
        fields["template"] = "briefing.html"
    if dialect == "nikola":
        fields["slug"] = slug(briefing.number)
    names = _OTHER_NAMES.get(dialect, {})
    lines = (f"{names.get(name, name)}: {value}\n" for name, value in fields.items())
    return "---\n" + "".join(lines) + "---\n\n"


def _trust_and_topics(briefing: Outline, dialect: str) -> dict[str, str]:
    trust, topics = json.dumps(briefing.trust), json.dumps(briefing.topics)
    if dialect == "hugo":
        return {"trusts": f"[{trust}]", "topics": topics}
    if dialect == "nikola":
        return {"category": trust, "tags": topics}
    if dialect == "zola":
        return {"taxonomies": f'{{"trusts": [{trust}], "topics": {topics}}}'}
    if dialect == "zensical":
        return {"categories": json.dumps([briefing.trust, *briefing.topics])}
    return {"trust": trust, "topics": topics}
