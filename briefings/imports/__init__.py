"""Drafts of briefings from files that others gave out: what they hold, and what they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from briefings.checks.texts import TO_WRITE
from briefings.content.files import MAX_RECORD, read_file
from briefings.content.records import Content
from briefings.edit.new import FORMS, Draft, Question, about, answer_fault
from briefings.edit.values import Imported
from briefings.imports.record import from_record
from briefings.imports.web_page import from_page
from briefings.problems import ContentError, Problem

_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
_EMPTY = "this file is empty", "save the record or the page again"
_OTHER = (
    "this is neither a record nor a web page",
    "save a record of the CQC's API as it is (JSON), or the page as “Web page, HTML only”",
)


def imported(content: Content, draft: Draft, file: Path, given: Mapping[str, str]) -> Draft:
    """Return the draft of a briefing; each value is that given, else that of the file, else a mark.

    `given`: option → text of what the editor has said. Raises ContentError with every fault of the
    file.
    """
    contents = _read(content, file, given, draft)
    draft = replace(draft, answers={**contents.answers, **given}, imported=contents)
    for question in FORMS[draft.kind]:
        if question.option not in given:
            draft = _with_answer(content, draft, question)
    return draft


def _read(content: Content, file: Path, given: Mapping[str, str], draft: Draft) -> Imported:
    """Return what a record or a saved web page holds."""
    raw = read_file(file, MAX_RECORD, follow=True)
    start = raw.lstrip(_BLANK)[:1]
    if start == b"<":
        return from_page(content, str(file), raw, given, draft.today)
    if start and (start in b"{[" or file.suffix.lower() == ".json"):
        return from_record(content, str(file), raw, given, draft.today)
    raise ContentError([Problem(str(file), 1, 1, *(_OTHER if start else _EMPTY))])


def _with_answer(content: Content, draft: Draft, question: Question) -> Draft:
    """Return the draft with the mark in place of a value that is missing or no valid answer.

    The remark above the mark says what the file has, and what may be written. An optional value
    that nothing is known of stays out.
    """
    option, remarks = question.option, draft.imported.remarks
    text = draft.answers.get(option)
    if text is None and question.optional and option not in remarks:
        return draft
    if text is None and option == "published":
        return replace(draft, answers=draft.answers | {option: draft.today.isoformat()})
    fault = answer_fault(content, draft, question, text) if text is not None else None
    if text is not None and fault is None:
        return draft
    refused = f"The file has `{text}`: {'; '.join(fault)}." if fault else ""
    parts = [refused, remarks.get(option, ""), f"{about(content, draft, question)}."]
    remark = " ".join(filter(None, parts))
    return replace(
        draft,
        answers=draft.answers | {option: TO_WRITE},
        imported=replace(draft.imported, remarks=remarks | {option: remark}),
    )
