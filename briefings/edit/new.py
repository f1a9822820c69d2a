"""`new`: a first version of a content file, with what is required filled in and the rest explained.

The questions, their words and the words to choose from come from the model and from the content
folder. What comes out is judged as `check` judges it before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap

from briefings.checks.placeholders import BODY, STANDS
from briefings.content.loader import FOLDERS, Content, shown
from briefings.content.schema import SCHEMAS, Fault, Loc, id_fault, shape_at, value_fault
from briefings.content.similarity import did_you_mean
from briefings.edit.ods import RegisteredTrust
from briefings.edit.rename import new_id_faults
from briefings.edit.transaction import Changes, ContentEditor
from briefings.edit.yaml_edit import written
from briefings.problems import ContentError

#: The ids of a kind of file, or of the regulator's inspection types, as words to choose from.
_INSPECTION_TYPES = "inspection types"


@dataclass(frozen=True, slots=True)
class Question:
    """One required value: the option that gives it, and its place in the file.

    `among` names whose ids are the answers, where they are ids. What is not `asked` has a default.
    `says` is what is asked for where the model's words need the file around them.
    """

    option: str
    loc: Loc
    among: str = ""
    asked: bool = True
    says: str = ""


_TRUST = Question("trust", ("trust",), among="trust")
_REGULATOR = Question("regulator", ("regulator",), among="regulator")
_TITLE = Question("title", ("title",))
_SUMMARY = Question("summary", ("summary",))
_SOURCE = ("sources", "A")
_SOURCE_URL = (
    "The web address of what this briefing rests on, usually the regulator's report; "
    "`unknown` if it has none."
)

FORMS: Mapping[str, tuple[Question, ...]] = {
    "briefing": (
        _TRUST,
        _REGULATOR,
        _TITLE,
        _SUMMARY,
        Question("type", ("inspection", "type"), among=_INSPECTION_TYPES),
        Question("inspected", ("inspection", "inspected")),
        Question("report-published", ("inspection", "report_published")),
        Question("published", ("published",), asked=False),
        Question("source-publisher", (*_SOURCE, "publisher"), asked=False),
        Question("source-type", (*_SOURCE, "type"), asked=False),
        Question("source-url", (*_SOURCE, "url"), says=_SOURCE_URL),
        Question("source-published", (*_SOURCE, "published"), asked=False),
    ),
    "trust": (Question("name", ("name",)), Question("kind", ("kind",))),
    "requirement": (_TRUST, _REGULATOR, _TITLE, Question("text", ("text",))),
    "topic": (Question("name", ("name",)), _SUMMARY),
}
_FOLDER = {kind: (folder, ending) for folder, (kind, ending) in FOLDERS.items()}


@dataclass(frozen=True, slots=True)
class Draft:
    """What was answered so far, for one file that is not there yet."""

    kind: str
    id: str
    today: date
    answers: dict[str, str] = field(default_factory=dict)
    trust: RegisteredTrust | None = None

    @property
    def path(self) -> str:
        """Below the content folder."""
        folder, ending = _FOLDER[self.kind]
        if self.kind != "briefing":
            return f"{folder}/{self.id}{ending}"
        published = self.answers.get("published", "")[:4]
        year = published if published.isdigit() else f"{self.today.year}"
        return f"{folder}/{year}/{self.id}{ending}"


def meaning(kind: str, question: Question) -> str:
    """What the value means, in the model's words."""
    said: str = shape_at(SCHEMAS[kind], question.loc).get("description", "")
    return question.says or said


def choices(content: Content, draft: Draft, question: Question) -> tuple[str, ...]:
    """The words that the value may be; nothing where it may be any text."""
    if question.among == _INSPECTION_TYPES:
        regulator = content.regulators.get(draft.answers.get("regulator", ""))
        return tuple(one.id for one in regulator.front.inspection_types) if regulator else ()
    if question.among:
        return tuple(sorted(content.ids[question.among]))
    words = shape_at(SCHEMAS[draft.kind], question.loc).get("enum", ())
    return tuple(str(word) for word in words)


def default(content: Content, draft: Draft, question: Question) -> str | None:
    """What holds where nothing is answered, if anything can be taken to."""
    answers = draft.answers
    regulator = content.regulators.get(answers.get("regulator", ""))
    defaults = {
        "published": draft.today.isoformat(),
        "source-publisher": regulator.front.name if regulator else None,
        "source-type": "regulator-report",
        "source-published": answers.get("report-published"),
    }
    if question.option == "name" and draft.trust is not None:
        return draft.trust.name
    return defaults.get(question.option)


def answer_fault(
    content: Content, draft: Draft, question: Question, text: str
) -> tuple[str, str] | None:
    """Why an answer can't stand: what is wrong, and what to write."""
    options = choices(content, draft, question)
    if question.among and options and text not in options:
        near = did_you_mean(text, options)
        hint = f"did you mean `{near}`?" if near else f"there are: {', '.join(options[:20])}"
        what = question.option if question.option != "type" else "inspection type"
        return f"no {what} has the id `{text}`", hint
    fault: Fault | None = value_fault(SCHEMAS[draft.kind], question.loc, text)
    return (fault.message, fault.hint) if fault else None


def id_of(trust: RegisteredTrust) -> str:
    """The id that a trust's name comes to: `Tees, Esk and Wear Valleys` is
    `tees-esk-and-wear-valleys`."""
    low = trust.plain_name.lower().replace("'", "").replace("’", "").replace("&", "and")
    id = re.sub("[^a-z0-9]+", "-", low).strip("-")
    return trust.code.lower() if id_fault(id) else id


def id_faults(content: Content, draft: Draft) -> None:
    """Raises ContentError where the id is bad, in use, or was used before."""
    found = new_id_faults(content, draft.kind, draft.id, draft.path)
    if found:
        raise ContentError(found)


def first_version(desk: ContentEditor, draft: Draft) -> Changes:
    """The file to write. Raises ContentError with every fault that it would bring with it."""
    changes = {draft.path: text_of(draft).encode()}
    content = desk.read()
    id_faults(content, draft)
    there = set(desk.faults(content, drafts=True))
    new = [fault for fault in desk.faults_with(changes, drafts=True) if fault not in there]
    found = [fault for fault in new if fault.message != STANDS]
    if found:
        raise ContentError(found)
    return changes


def text_of(draft: Draft) -> str:
    """The whole file."""
    return {
        "briefing": _briefing,
        "trust": _trust,
        "requirement": _requirement,
        "topic": _topic,
    }[draft.kind](draft)


def _briefing(draft: Draft) -> str:
    value = {name: written(text) for name, text in draft.answers.items()}
    front = f"""\
title: {value["title"]}
summary: {value["summary"]}
trust: {value["trust"]}
regulator: {value["regulator"]}
# A draft is in no page, list or feed. Remove this line when the briefing may come out.
status: draft
# Visible from this day on; with a time: 2026-01-15T00:01:00+00:00
published: {value["published"]}
inspection:
  type: {value["type"]}
  inspected: {value["inspected"]}
  report_published: {value["report-published"]}
{_left("briefing", ("inspection",), draft, "  ")}\
sources:
  A:
    publisher: {value["source-publisher"]}
    type: {value["source-type"]}
    url: {value["source-url"]}
    published: {value["source-published"]}
{_left("briefing", ("sources", "A"), draft, "    ")}\
{_optional(draft)}"""
    body = f"## What inspectors found\n\n{BODY} Name the source of each claim [@A].\n"
    return _markdown(front, body)


def _trust(draft: Draft) -> str:
    lines = [f"name: {written(draft.answers['name'])}", f"kind: {draft.answers['kind']}"]
    if draft.trust is not None:
        lines += _registered(draft.trust, draft.today)
    return _markdown("\n".join(lines) + "\n" + _optional(draft))


def _registered(trust: RegisteredTrust, today: date) -> list[str]:
    """What the list of trusts says; of region and board it has the codes only."""
    lines = [f"codes: {{ods: {trust.code}}}"]
    named = "# A code, as the list of trusts has no names: write the name instead."
    if trust.region:
        lines += [named, f"region: {trust.region}"]
    if trust.board:
        lines += [named, f"icb: {trust.board}"]
    if trust.closed is not None and trust.closed <= today:
        lines += ["status: closed", f"closed: {trust.closed.isoformat()}"]
    elif trust.closed is not None:
        lines.append(f"# The list of trusts says that it closes on {trust.closed.isoformat()}.")
    if trust.opened is not None:
        day = trust.opened.isoformat()
        lines.append(
            f"# The list gives {day} as the day its code was opened, which need not be the"
        )
        lines.append("# day on which the trust was set up. If it is, write it as `opened`.")
    return lines


def _requirement(draft: Draft) -> str:
    given = [f"{one.option}: {written(draft.answers[one.option])}" for one in FORMS["requirement"]]
    note = "# Its history comes from the events that briefings name under `requirements`.\n"
    return note + "\n".join(given) + "\n" + _optional(draft)


def _topic(draft: Draft) -> str:
    given = [f"{one.option}: {written(draft.answers[one.option])}" for one in FORMS["topic"]]
    return _markdown("\n".join(given) + "\n" + _optional(draft))


def _markdown(front: str, body: str = "") -> str:
    return f"---\n{front}---\n{body}"


#: Letters in a line, comments included.
_WIDTH = 96
#: Set by commands of their own, or by nobody who is just beginning.
_UNSAID = {"status", "withdrawn", "aliases", "changes"}


def _optional(draft: Draft) -> str:
    """Each key at the top that is left out, as a comment with its meaning above it."""
    head = "# What follows is optional; docs/editors.md has more. To use a key, take away its #.\n"
    return "\n" + head + _left(draft.kind, (), draft, "")


def _left(kind: str, loc: Loc, draft: Draft, indent: str) -> str:
    """Each key of a block that is left out, as a comment with its meaning on the lines above it: a
    comment after a value is refused."""
    shape = shape_at(SCHEMAS[kind], loc)
    given = {"codes", "region", "icb"} if draft.trust is not None else set()
    lines = []
    for name, inner in shape.get("properties", {}).items():
        if name in shape.get("required", ()) or name in _UNSAID | given:
            continue
        words = shape_at(SCHEMAS[kind], (*loc, name)).get("enum", ())
        said = inner.get("description", "")
        if words and True not in words:
            said = f"{said} One of: {', '.join(map(str, words))}."
        above = wrap(said, _WIDTH - len(indent) - 2, break_on_hyphens=False)
        lines += [*(f"{indent}# {line}" for line in above), f"{indent}# {name}:"]
    return "".join(f"{line}\n" for line in lines)


def shown_path(desk: ContentEditor, draft: Draft) -> str:
    """The file as an editor would type it."""
    return shown(desk.root, draft.path)
