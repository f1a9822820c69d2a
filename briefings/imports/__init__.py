"""Drafts of briefings from files that others gave out: what they hold, and what they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from briefings.content.files import MAX_RECORD, read_file
from briefings.content.records import Content
from briefings.edit.new import Imported
from briefings.imports.record import from_record
from briefings.imports.web_page import from_page
from briefings.problems import ContentError, Problem

_BLANK = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"
_OTHER = (
    "this is neither a record nor a web page",
    "save a record of the CQC's API as it is (JSON), or the page as “Web page, HTML only”",
)


def imported(content: Content, file: Path, given: Mapping[str, str], today: date) -> Imported:
    """Return what a record or a saved web page holds for a draft.

    `given`: option → text of what the editor has said. Raises ContentError with every fault of the
    file.
    """
    raw = read_file(file, MAX_RECORD, follow=True)
    start = raw.lstrip(_BLANK)[:1]
    if not start:
        fault = "this file is empty", "save the record or the page again"
        raise ContentError([Problem(str(file), 1, 1, *fault)])
    if start == b"<":
        return from_page(content, str(file), raw, given, today)
    if start in b"{[" or file.suffix.lower() == ".json":
        return from_record(content, str(file), raw, given, today)
    raise ContentError([Problem(str(file), 1, 1, *_OTHER)])
