"""`new`: write the first version of a content file.

Required values are filled in; optional keys are comments with their descriptions. The questions,
their descriptions and their allowed answers come from the schema and from the content folder. The
file is checked by the rules of `check` before it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap

from briefings.checks.texts import BODY, DRAFT, PLACEHOLDERS, QUESTION, TO_WRITE
from briefings.content.files import FOLDER_OF, FOLDERS
from briefings.content.listing import shown
from briefings.content.records import SCHEMAS, Content
from briefings.content.schema.json_schema import Loc, shape_at
from briefings.content.schema.types import id_fault
from briefings.content.schema.validation import Fault, value_fault
from briefings.content.similarity import did_you_mean
from briefings.edit import Changes, ContentEditor, new_id_faults, refuse
from briefings.edit.ods import RegisteredTrust, is_code
from briefings.edit.values import Imported, examples, mapping_lines, written
from briefings.problems import Problem

#: `Question.among` for the types of inspection; every other value is a kind of file.
_INSPECTION_TYPES = "inspection types"


@dataclass(frozen=True, slots=True)
class Question:
    """One required value: the command-line option that sets it, and its path in the file.

    `among`: where the answer is an id, the kind of file whose ids are allowed, or
    `_INSPECTION_TYPES` for those of the draft's regulator, or `_KINDS` for those of the site.
    `asked`: False for a value that has a default and is not asked for on a terminal. `optional`:
    left out of the file where it is not given and there is no terminal. `says`: the text of the
    question, where the schema's description is not clear without the rest of the file.
    """

    option: str
    loc: Loc
    among: str = ""
    asked: bool = True
    optional: bool = False
    says: str = ""


_KINDS = "kinds of organisation"
_TRUST = Question("trust", ("trust",), among="trust")
_REGULATOR = Question("regulator", ("regulator",), among="regulator")
_TITLE = Question("title", ("title",))
_SUMMARY = Question("summary", ("summary",))
_SOURCE = ("sources", "A")
_SOURCE_URL = (
    "The web address of what this briefing rests on, usually the regulator's report; "
    "`unknown` if it has none."
)
_SOURCE_READ = "The day on which you read that source."

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
        Question("source-title", (*_SOURCE, "title"), asked=False, optional=True),
        Question("source-url", (*_SOURCE, "url"), says=_SOURCE_URL),
        Question("source-published", (*_SOURCE, "published"), asked=False),
        Question("source-accessed", (*_SOURCE, "accessed"), optional=True, says=_SOURCE_READ),
    ),
    "trust": (Question("name", ("name",)), Question("kind", ("kind",), among=_KINDS)),
    "requirement": (_TRUST, _REGULATOR, _TITLE, Question("text", ("text",))),
    "topic": (Question("name", ("name",)), _SUMMARY),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers so far for one file that does not exist yet.

    `today`: the date to judge by, the default of `published`. `answers`: option → text. `trust`:
    the row of the NHS list of trusts that `--register` names. `imported`: what `--from` names.
    """

    kind: str
    id: str
    today: date
    answers: dict[str, str] = field(default_factory=dict)
    trust: RegisteredTrust | None = None
    imported: Imported = field(default_factory=Imported)

    @property
    def path(self) -> str:
        """The path of the file, relative to the content folder.

        A briefing is in the folder of the year of `published`, or of `today` where `published` does
        not begin with a year.
        """
        folder = FOLDER_OF[self.kind]
        ending = FOLDERS[folder][1]
        if self.kind != "briefing":
            return f"{folder}/{self.id}{ending}"
        published = self.answers.get("published", "")[:4]
        year = published if published.isdigit() else f"{self.today.year}"
        return f"{folder}/{year}/{self.id}{ending}"


def meaning(kind: str, question: Question) -> str:
    """The description of a value: the text of the question if it has one, else the schema's."""
    description: str = shape_at(SCHEMAS[kind], question.loc).get("description", "")
    return question.says or description


def choices(content: Content, draft: Draft, question: Question) -> tuple[str, ...]:
    """The allowed answers; empty where any text is allowed, or the regulator is not known."""
    if question.among == _INSPECTION_TYPES:
        regulator = content.regulators.get(draft.answers.get("regulator", ""))
        return tuple(type_.id for type_ in regulator.front.inspection_types) if regulator else ()
    if question.among == _KINDS:
        return tuple(kind.id for kind in content.config.organisations.kinds)
    if question.among:
        return tuple(sorted(content.ids[question.among]))
    words = shape_at(SCHEMAS[draft.kind], question.loc).get("enum", ())
    return tuple(str(word) for word in words)


def default(content: Content, draft: Draft, question: Question) -> str | None:
    """The answer to use where none is given; None where there is no default."""
    answers = draft.answers
    regulator = content.regulators.get(answers.get("regulator", ""))
    defaults = {
        "published": draft.today.isoformat(),
        "source-publisher": regulator.front.name if regulator else None,
        "source-type": "regulator-report",
        "source-published": answers.get("report-published"),
        "source-accessed": draft.today.isoformat(),
    }
    if question.option == "name" and draft.trust is not None:
        return draft.trust.name
    return defaults.get(question.option)


#: Maximum number of allowed answers that a question lists.
LISTED = 20


def about(content: Content, draft: Draft, question: Question) -> str:
    """The description of a value, with the allowed answers where they are few."""
    description = meaning(draft.kind, question).rstrip(".")
    options = choices(content, draft, question)
    if options and len(options) <= LISTED:
        description += f" ({', '.join(options)})"
    return description


def answer_fault(
    content: Content, draft: Draft, question: Question, text: str
) -> tuple[str, str] | None:
    """The message and the hint for an answer that is not allowed, else None."""
    options = choices(content, draft, question)
    if question.among and options and text not in options:
        near = did_you_mean(text, options)
        hint = f"did you mean `{near}`?" if near else f"there are: {', '.join(options[:20])}"
        noun = question.option if question.option != "type" else "inspection type"
        return f"no {noun} has the id `{text}`", hint
    fault: Fault | None = value_fault(SCHEMAS[draft.kind], question.loc, text)
    return (fault.message, fault.hint) if fault else None


def id_of(trust: RegisteredTrust) -> str:
    """The id made from a trust's name: `Tees, Esk and Wear Valleys` → `tees-esk-and-wear-valleys`.

    The code of the trust in lower case, where its name makes no valid id.
    """
    low = trust.plain_name.lower().replace("'", "").replace("’", "").replace("&", "and")
    id = re.sub("[^a-z0-9]+", "-", low).strip("-")
    return trust.code.lower() if id_fault(id) else id


def id_faults(content: Content, drafts: Sequence[Draft]) -> list[Problem]:
    """The faults of ids that are invalid, in use or were used before, and of trusts with a file."""
    paths: dict[str, Draft] = {}
    problems = []
    for draft in drafts:
        problems += new_id_faults(content, draft.kind, draft.id, draft.path)
        fault = _trust_fault(content, draft, paths.setdefault(draft.path, draft))
        if fault:
            problems.append(Problem(shown(content.root, draft.path), 1, 1, *fault))
    return problems


def _trust_fault(content: Content, draft: Draft, first: Draft) -> tuple[str, str] | None:
    """The fault of a trust from the list; `first`: the first draft with its path."""
    if draft.trust is None:
        return None
    code = draft.trust.code
    for trust in content.trusts.values():
        if trust.front.codes.get("ods") == code and trust.id != draft.id:
            return f"the trust {code} has a file: {trust.path}", "leave its code out"
    if first is draft or first.trust is None:
        return None
    hint = f"leave {code} out, and write it with `new trust ID --register FILE {code}`"
    return f"{first.trust.code} and {code} would have one id, `{draft.id}`", hint


def first_versions(editor: ContentEditor, *drafts: Draft) -> Changes:
    """Return the files to write. Raises ContentError with every fault that they would add.

    Faults that the content already has, and the placeholders in a file itself, are not reported.
    """
    content = editor.read()
    refuse(id_faults(content, drafts))
    changes = {draft.path: text_of(draft).encode() for draft in drafts}
    earlier = set(editor.faults(content, drafts=True))
    new = [fault for fault in editor.faults_with(changes, drafts=True) if fault not in earlier]
    marks = {message for message, _ in PLACEHOLDERS.values()}
    refuse([fault for fault in new if fault.message not in marks])
    return changes


def text_of(draft: Draft) -> str:
    """The text of the whole file."""
    if draft.kind == "briefing":
        return _briefing(draft)
    if draft.kind == "trust":
        lines = [f"name: {written(draft.answers['name'])}", f"kind: {draft.answers['kind']}"]
        if draft.trust is not None:
            lines += _registered(draft.trust, draft.today)
        return _markdown("\n".join(lines) + "\n" + _optional(draft))
    given = [
        f"{form.option}: {written(draft.answers[form.option])}\n" for form in FORMS[draft.kind]
    ]
    front = "".join(given) + _optional(draft)
    if draft.kind == "topic":
        return _markdown(front)
    return f"# Its history comes from the events that briefings name under `requirements`.\n{front}"


def _briefing(draft: Draft) -> str:
    """A briefing. Lines that nothing is known of are left out, or are comments."""
    lines = {form.option: _line(draft, form) for form in FORMS["briefing"]}
    front = f"""\
{lines["title"]}{lines["summary"]}{lines["trust"]}{lines["regulator"]}\
{DRAFT}
status: draft
# Visible from this day on; with a time: 2026-01-15T00:01:00+00:00
{lines["published"]}\
inspection:
{lines["type"]}{lines["inspected"]}{lines["report-published"]}\
{_optional_of_block("briefing", ("inspection",), draft, "  ")}\
sources:
  A:
{lines["source-publisher"]}{lines["source-type"]}{lines["source-title"]}{lines["source-url"]}\
{lines["source-published"]}{lines["source-accessed"]}\
{_optional_of_block("briefing", ("sources", "A"), draft, "    ")}\
{_ratings(draft.imported)}\
{_optional(draft)}"""
    body = f"## What inspectors found\n\n{BODY} Name the source of each claim [@A].\n"
    return _markdown(front, body)


def _line(draft: Draft, question: Question) -> str:
    """The line of one value, with the remark about it above; empty if it is left out."""
    *groups, key = question.loc
    indent = "  " * len(groups)
    text = draft.answers.get(question.option)
    if text is None:
        return ""
    remark = draft.imported.remarks.get(question.option, "")
    if remark and text != TO_WRITE:
        remark = f"{QUESTION} {remark}"
    return "".join(
        f"{line}\n" for line in (*_comment(remark, indent), f"{indent}{key}: {written(text)}")
    )


def _ratings(imported: Imported) -> str:
    """The ratings that are certain, then each question with its ratings as comments."""
    lines = mapping_lines({"ratings": list(imported.ratings)}) if imported.ratings else []
    for question, ratings in imported.doubtful:
        head = [] if lines else ["# ratings:"]
        rows = mapping_lines({"ratings": list(ratings)})[1:]
        lines += [*_comment(f"{QUESTION} {question}", ""), *head, *(f"# {row}" for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _registered(trust: RegisteredTrust, today: date) -> list[str]:
    """Front matter from the list of trusts, which may have only the codes of region and board."""
    lines = [f"codes: {{ods: {trust.code}}}"]
    for key, area in (("region", trust.region), ("icb", trust.board)):
        if is_code(area):
            lines.append("# A code, as the list of trusts has no names: write the name instead.")
        if area:
            lines.append(f"{key}: {written(area)}")
    if trust.places:
        lines.append(f"places: [{', '.join(map(written, trust.places))}]")
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


def _markdown(front: str, body: str = "") -> str:
    return f"---\n{front}---\n{body}"


#: Maximum length of a comment line in characters, indent included.
_WIDTH = 96
#: Keys left out of a new file: other commands set them, or a new file does not need them.
_UNSAID = {"status", "withdrawn", "aliases", "changes"}


def _optional(draft: Draft) -> str:
    """Each optional key at the top level as a comment, with its description above it."""
    head = "# What follows is optional; docs/editors.md has more. To use a key, take away its #.\n"
    return "\n" + head + _optional_of_block(draft.kind, (), draft, "")


def _optional_of_block(kind: str, loc: Loc, draft: Draft, indent: str) -> str:
    """Each optional key of the block at `loc` as a comment, with its description above it.

    A block of a briefing has the example of the guide below its key. The description is not on the
    line of the key, because a comment after a value is refused.
    """
    shape = shape_at(SCHEMAS[kind], loc)
    registered = {"codes", "region", "icb", "places"} if draft.trust is not None else set()
    answered = {form.loc for form in FORMS[kind] if form.option in draft.answers}
    if draft.imported.ratings or draft.imported.doubtful:
        answered.add(("ratings",))
    lines = []
    for name, inner in shape.get("properties", {}).items():
        if name in shape.get("required", ()) or name in _UNSAID | registered:
            continue
        if (*loc, name) in answered:
            continue
        words = shape_at(SCHEMAS[kind], (*loc, name)).get("enum", ())
        description = inner.get("description", "")
        if words and True not in words:
            description = f"{description} One of: {', '.join(map(str, words))}."
        example = examples().get(name) if kind == "briefing" and not loc else None
        block = [f"{name}:"] if example is None else mapping_lines({name: example})
        lines += [*_comment(description, indent), *(f"{indent}# {line}" for line in block)]
    return "".join(f"{line}\n" for line in lines)


def _comment(text: str, indent: str) -> list[str]:
    """A text as the lines of a comment."""
    lines = wrap(text.removeprefix("# "), _WIDTH - len(indent) - 2, break_on_hyphens=False)
    return [f"{indent}# {line}" for line in lines]
