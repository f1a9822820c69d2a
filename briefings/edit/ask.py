"""`ask`: the letter that asks a trust what became of its requirements, and the record of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from briefings.content.dates.parsing import show_day
from briefings.content.files import CONFIG
from briefings.content.loader import problems_at
from briefings.content.schema.types import Source
from briefings.content.schema.validation import Fault
from briefings.domain.ledger.entries import Entry
from briefings.domain.ledger.history import History, requirements_of_trust
from briefings.domain.site import Site
from briefings.domain.words import SOURCE_TYPES, capital, in_markdown, plural, say
from briefings.edit import Changes, ContentEditor, refuse, unknown_id
from briefings.edit.values import Rows
from briefings.problems import ContentError

_OPENING = (
    "As last recorded in public, {} neither met nor lifted. {}lease tell us what\n"
    "has been done, since when, and where that is published. Name its reference in your answer."
)
#: Its words for one requirement, and for several.
_ONE, _SEVERAL = ("this is", "P"), ("these are", "For each, p")
_PASSED = " (no public record that it was met)"


def open_requirements(editor: ContentEditor, trust: str) -> tuple[Site, tuple[History, ...]]:
    """Return the public site, and the requirements of a trust that await an outcome.

    Raises ContentError for an unknown trust, content with faults, and a site without an address.
    """
    content = editor.read()
    if trust not in content.ids["trust"]:
        raise ContentError([unknown_id(content, "trust", trust)])
    site = editor.faultless(content)
    if site.config.publisher.answers_to is None:
        message = "there is no address to which a trust can answer"
        hint = "write `email:` and an address under `publisher:`"
        fault = Fault(("publisher",), message, hint, at_key=True)
        raise ContentError(problems_at(content.root, [(CONFIG, fault)]))
    return site, tuple(row for row in requirements_of_trust(site, trust) if row.awaits_outcome)


def recorded(editor: ContentEditor, site: Site, rows: tuple[History, ...]) -> Changes:
    """Return the changes that enter today at the top of `asked` of each requirement.

    Raises ContentError if one has a question of today, and if one can't be edited in place.
    """
    today = site.now.date()
    message = f"the trust was asked about this on {show_day(today)} already"
    asked_today = [
        (row.requirement.path, Fault(("asked", index, "date"), message, "leave out --record"))
        for row in rows
        for index, ask in enumerate(row.front.asked)
        if ask.date.written == today.isoformat()
    ]
    refuse(problems_at(editor.root, asked_today))

    def asked(tree: dict[str, Any]) -> dict[str, Any]:
        entry = (None, {"date": today.isoformat()})
        return tree | {"asked": Rows([entry, *enumerate(tree.get("asked", ()))])}

    paths = [row.requirement.path for row in rows]
    changes = {path: editor.rewritten(path, asked) for path in paths}
    editor.try_out(changes)
    return changes


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter to a trust about these requirements, in Markdown or in plain text.

    It names no person, and holds only what is public: titles, dates and sources, no notes.
    """

    site: Site
    trust: str
    rows: tuple[History, ...]
    markdown: bool

    def __str__(self) -> str:
        blocks = [*self._opening(), *(self._requirement(*row) for row in enumerate(self.rows, 1))]
        return "\n\n".join(blocks) + "\n"

    def _opening(self) -> Iterator[str]:
        site, publisher = self.site, self.site.config.publisher
        count = plural(len(self.rows), "requirement")
        yield self._heading("#", f"What became of {count}")
        yield self._list(
            ("To", self._text(site.trusts[self.trust].front.name)),
            ("From", self._text(publisher.name)),
            ("Date", show_day(site.now.date())),
            ("Answer to", self._link("", publisher.answers_to)),
        )
        yield _OPENING.format(*(_ONE if len(self.rows) == 1 else _SEVERAL))

    def _requirement(self, number: int, row: History) -> str:
        passed = row.passed(self.site.clock)
        regulator = self.site.regulators[row.front.regulator].front.name
        lines = self._list(
            ("Reference", row.id),
            ("What is required", self._text(row.front.text)),
            ("Regulator", self._text(regulator)),
            ("Times told", str(row.times_told)),
            *(
                ("Deadline", deadline.words + _PASSED * (deadline in passed))
                for deadline in row.deadlines
            ),
            ("Where it stands", self._text(row.sentence)),
            ("Your answer", self._text(say(self.site.config, row.answer.sentence))),
            ("What anyone has seen since", self._text(f"{capital(row.evidence.words)}.")),
            ("Page", self._link("", self.site.urls.absolute(row.url))),
        )
        events = "\n".join(line for entry in row.entries for line in self._event(entry))
        heading = self._heading("##", f"{number}. {row.front.title}")
        return f"{heading}\n\n{lines}\n\nOn record:\n\n{events}"

    def _event(self, entry: Entry) -> Iterator[str]:
        deadline = entry.event.deadline
        due = f", deadline {deadline.show()}" if deadline else ""
        yield f"- {capital(entry.date.show())}: {entry.label}{due}"
        yield from (f"  - {self._source(source)}" for source in entry.sources)

    def _source(self, source: Source) -> str:
        title = source.title or capital(say(self.site.config, SOURCE_TYPES[source.type]))
        return self._link(f"{title}, {source.publisher}, {source.published.show()}", source.url)

    def _link(self, label: str, url: str | None) -> str:
        if url is None or not self.markdown:
            return ": ".join(filter(None, (self._text(label), url)))
        return f"[{self._text(label)}](<{url}>)" if label else f"<{url}>"

    def _heading(self, level: str, text: str) -> str:
        return f"{level} {self._text(text)}" if self.markdown else text

    def _list(self, *items: tuple[str, str]) -> str:
        bullet = "- " if self.markdown else ""
        return "\n".join(f"{bullet}{name}: {text}" for name, text in items)

    def _text(self, text: str) -> str:
        return in_markdown(text) if self.markdown else text
