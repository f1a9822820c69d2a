"""The desk's routes: which requests it answers, and what each page shows.

It can write files, so it listens on this machine alone and asks more than the preview does. The
address that the terminal prints has a token that opens one browser, once; the browser then has a
cookie. A request that writes names its origin, which must be ours (`Origin`, Fetch Standard).
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from briefings.checks.media import PICTURES
from briefings.content.dates.parsing import mended
from briefings.content.files import MEDIA
from briefings.content.listing import ContentFile, list_files, raw_of, shown
from briefings.content.records import SCHEMAS, Content
from briefings.content.schema.blocks import one_line
from briefings.content.schema.json_schema import shape_at
from briefings.desk import Desk, Document, Saved, original_file
from briefings.desk.fields import Field, Form, name_of
from briefings.desk.sent import Sent, with_moved, without
from briefings.edit import ContentEditor, new, put, refuse
from briefings.edit.ask import Letter, open_requirements, recorded
from briefings.edit.new import FORMS, Draft, Question
from briefings.outputs.pages.renderer import plain_environment
from briefings.problems import ContentError, Problem
from briefings.serve.responses import media_type, plain
from briefings.urls import url_of

#: Path of the desk on the server, whatever the path of the site.
HOME = "/desk/"
MAX_SENT = 2 * 1024 * 1024
_MOST_FIELDS = 20_000
#: Most of a body that is too long, read so that the browser shows the answer.
_MOST_READ = 64 * 1024 * 1024
_LISTED = 200
_FOLDER = Path(__file__).parents[1] / "desk"
_STATIC = {"desk.css", "desk.js"}
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_STATUS = {"conflict": 409, "refused": 422}
#: How far a button moves a row of a list.
_STEPS = {"up": -1, "down": 1}


class DeskPages:
    """Answers the requests to the desk. `tell` gets each new address that opens it."""

    def __init__(
        self, editor: ContentEditor, prefix: Callable[[], str], tell: Callable[[str], None]
    ) -> None:
        self._editor = editor
        self._prefix = prefix
        self._tell = tell
        self._templates = plain_environment(_FOLDER / "templates")
        self._token = ""
        self._cookie = f"desk-{secrets.token_hex(4)}"  # two desks of one host have one each
        self._open: set[str] = set()

    def renew(self) -> None:
        """Make a new token and print the address with it."""
        self._token = secrets.token_urlsafe(16)
        self._tell(f"{HOME}?token={self._token}")

    async def respond(self, request: Request) -> Response:
        """Return the response to a request whose host and origin were checked."""
        path = request.path_params["path"]
        if path in _STATIC:
            body = (_FOLDER / path).read_bytes()
            return Response(body, headers=_HEADERS | {"content-type": media_type(path)})
        token = request.query_params.get("token", "")
        if path == "" and token and secrets.compare_digest(token.encode(), self._token.encode()):
            session = secrets.token_urlsafe(24)
            self._open.add(session)
            self.renew()
            response = RedirectResponse(HOME, 303, _HEADERS)
            response.set_cookie(self._cookie, session, path=HOME, httponly=True, samesite="strict")
            return response
        if request.cookies.get(self._cookie, "") not in self._open:
            text = "Open the address that the terminal shows: it has a token that opens this desk."
            return self._refused(403, "This desk is closed", text)
        sent: Sent | None = None
        if request.method == "POST":
            if "origin" not in request.headers:
                return plain(403, "The desk takes no form that doesn't say where it comes from.")
            body = await _body_of(request)
            if body is None:
                text = "What was sent is longer than the desk takes (2 MB). Nothing was written."
                return self._refused(413, "That is too much", text)
            sent = parsed_form(body)
            if sent is None:
                return plain(400, "The desk can't read this form.")
        return await run_in_threadpool(self.answer, path, request.query_params, sent)

    def answer(self, path: str, query: Any, sent: Sent | None) -> Response:
        """Return the response to a request that may be answered; `sent`: the form of a POST."""
        desk = Desk(self._editor, self._prefix())
        begin, _, rest = path.partition("/")
        if path == "" and sent is None:
            return self._index(desk, str(query.get("q", "")))
        if begin == "new" and rest in FORMS:
            return self._new(desk, rest, sent)
        if begin == "ask" and rest in desk.editor.read().ids["trust"]:
            return self._ask(desk, rest, sent)
        if begin == MEDIA and sent is None and rest in list_files(desk.editor.root).media:
            headers = _HEADERS | {"content-type": media_type(rest)}
            return Response(raw_of(desk.editor.root, path), headers=headers)
        file = desk.file(path)
        if file is None:
            return self._refused(404, "There is no such file", "The desk opens files of content/.")
        return self._file(desk, file, query, sent)

    # -- pages -------------------------------------------------------------------------------------

    def _page(self, name: str, status: int = 200, **view: Any) -> Response:
        html = self._templates.get_template(name).render(site=self._prefix(), **view)
        return HTMLResponse(html, status, _HEADERS)

    def _refused(self, status: int, heading: str, text: str) -> Response:
        return self._page("refused.html", status, heading=heading, text=text)

    def _index(self, desk: Desk, query: str) -> Response:
        content = desk.editor.read()
        problems = desk.editor.faults(content, drafts=True)
        counts = Counter(problem.path for problem in problems)
        groups: dict[str, list[tuple[ContentFile, str, int]]] = {}
        order = ["briefing", "trust", "requirement", "topic", "regulator", "page", "site"]
        for file in sorted(desk.files(), key=lambda file: file.path, reverse=True):
            name = _name(content, file)
            if query.lower() in f"{name} {file.id}".lower():
                count = counts[shown(desk.editor.root, file.path)]
                groups.setdefault(file.kind, []).append((file, name, count))
        listed = [(kind, groups[kind]) for kind in order if kind in groups]
        view = {"groups": listed, "kinds": list(FORMS), "query": query, "most": _LISTED}
        return self._page("index.html", 200, **view)

    def _file(self, desk: Desk, file: ContentFile, query: Any, sent: Sent | None) -> Response:
        content = desk.editor.read()
        if sent is None:
            document = desk.opened(file, content, as_text="text" in query)
            return self._form(desk, content, document, desk.faults(document))
        was = original_file(sent)
        if was is None:
            return plain(400, "The desk can't read this form.")
        do, _, name = sent.get("do", ["check"])[0].partition(":")
        if do == "drop":
            sent = without(sent, name)
        if do in _STEPS:
            sent, name = with_moved(sent, name, _STEPS[do])
        document = desk.sent(file, content, was, sent)
        problems = desk.faults(document)
        if "dry" in query:
            return self._dry(desk, document, problems)
        if do == "add" and document.root is not None:
            row = Form(file.kind, content, document.source.tree.data).add(document.root, name)
            inputs = {"text", "area", "choice", "lines"}
            names = (field.name for field in (row.walk() if row else ()) if field.kind in inputs)
            return self._form(desk, content, document, problems, focus=next(names, ""))
        if do in _STEPS:
            return self._form(desk, content, document, problems, focus=f"{do}:{name}")
        saved = None
        if do in {"save", "publish", "over"}:
            saved = desk.save(document, sent, problems)
            if saved.outcome in {"written", "same"}:
                document = desk.opened(file, content, as_text=document.root is None)
        return self._form(desk, content, document, problems, saved)

    def _form(
        self, desk: Desk, content: Content, document: Document, problems: list[Problem],
        saved: Saved | None = None, focus: str = "",
    ) -> Response:  # fmt: skip
        desk.place(document, problems)
        up = "../" * document.file.path.count("/")
        pictures = [
            f"{up}{MEDIA}/{name}"
            for name in sorted(content.media)
            if name.rpartition(".")[2].lower() in PICTURES
        ]
        kind, id = document.file.kind, document.file.id
        return self._page(
            "form.html", _STATUS.get(saved.outcome if saved else "", 200), document=document,
            saved=saved, count=len(problems), heading=_name(content, document.file), focus=focus,
            pictures=pictures,
            preview=_Safe(self._preview(desk, document)),
            page=self._prefix() + ("/" if kind == "site" else url_of(kind, id)),
        )  # fmt: skip

    def _preview(self, desk: Desk, document: Document) -> str:
        """Return the rendered body, with pictures that no public page has yet."""
        return desk.preview(document).replace(
            f'src="{self._prefix()}/{MEDIA}', f'src="{HOME}{MEDIA}'
        )

    def _dry(self, desk: Desk, document: Document, problems: list[Problem]) -> Response:
        """Return the faults of what was typed by the name of their field, and the rendered body."""
        desk.place(document, problems)
        faults = {
            field.name: [
                [problem.message, problem.hint, field.where or f"Line {problem.line}"]
                for problem in field.faults
            ]
            for field in document.faulty
        }
        top = [str(problem) for problem in (*document.stuck, *document.top, *document.elsewhere)]
        answer = {"faults": faults, "top": top, "preview": self._preview(desk, document)}
        return JSONResponse(answer, headers=_HEADERS)

    def _new(self, desk: Desk, kind: str, sent: Sent | None) -> Response:
        """Show the questions of `new` as a form; write the file once every answer is valid."""
        editor, content = desk.editor, desk.editor.read()
        today = editor.now(content.config.time_zone).date()
        id = _answer_of(sent, "id")
        draft = Draft(kind, id, today)
        fields = [Field("id", (), "text", "Id", _ID, needed=True, value=id)]
        for question in FORMS[kind]:
            field, draft = _field_of_question(content, draft, question, sent)
            fields.append(field)
        problems: tuple[Problem, ...] = ()
        if sent is not None and not any(field.faults for field in fields):
            try:
                refuse(new.id_faults(content, [draft]))
                put(editor.root, new.first_versions(editor, draft))
                return RedirectResponse(f"{HOME}{draft.path}", 303, _HEADERS)
            except ContentError as fault:
                problems = fault.problems
        status = 200 if sent is None else 422
        focus = next((field.name for field in fields if field.faults), "id")
        view = {"fields": fields, "problems": problems, "focus": focus}
        return self._page("new.html", status, kind=kind, **view)

    def _ask(self, desk: Desk, trust: str, sent: Sent | None) -> Response:
        """Show the letter that asks a trust about its open requirements, and enter the day."""
        letter, count = "", 0
        problems: tuple[Problem, ...] = ()
        try:
            site, rows = open_requirements(desk.editor, trust)
            letter = str(Letter(site, trust, rows, markdown=False)) if rows else ""
            if sent is not None and rows:
                changes = recorded(desk.editor, site, rows)
                put(desk.editor.root, changes)
                count = len(changes)
        except ContentError as fault:
            problems = fault.problems
        heading = _name(desk.editor.read(), ContentFile("trust", trust, ""))
        view = {"trust": trust, "heading": heading, "letter": letter, "recorded": count}
        status = 422 if problems and sent is not None else 200
        return self._page("ask.html", status, problems=problems, **view)


_ID = (
    "The name of the file and the address of its page, for good: small letters, digits and single "
    "hyphens, such as northmoor-2025."
)


class _Safe(str):
    """HTML that is safe already; templates don't escape it."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


async def _body_of(request: Request) -> bytes | None:
    """Return the body of a request; None if it is longer than `MAX_SENT`."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MAX_SENT:
            chunks.append(chunk)
        elif size > _MOST_READ:
            return None
    return b"".join(chunks) if size <= MAX_SENT else None


def parsed_form(body: bytes) -> Sent | None:
    """Return the fields of a form (application/x-www-form-urlencoded), or None."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS,
            errors="strict",
        )  # fmt: skip
    except ValueError:
        return None
    sent: dict[str, list[str]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    return sent


def _name(content: Content, file: ContentFile) -> str:
    return name_of(content.record(file.kind, file.id) if file.kind != "site" else None, file.id)


def _answer_of(sent: Sent | None, name: str) -> str:
    return one_line(sent.get(name, [""])[0]) if sent is not None else ""


def _field_of_question(
    content: Content, draft: Draft, question: Question, sent: Sent | None
) -> tuple[Field, Draft]:
    """Return the field for a question of `new`, and the draft with its answer or default."""
    kind = draft.kind
    shape = shape_at(SCHEMAS[kind], question.loc)
    shape = shape.get("short", shape)
    words = Form(kind, content, draft.answers).choices(question.loc)
    text = _answer_of(sent, question.option)
    if "[0-9]{4}" in str(shape.get("pattern")) and new.answer_fault(content, draft, question, text):
        better = mended(text)
        text = text if new.answer_fault(content, draft, question, better) else better
    default = new.default(content, draft, question) or (words[0][0] if len(words) == 1 else "")
    field = Field(
        question.option, question.loc, "choice" if words else "area",
        question.option.replace("-", " ").capitalize(), new.meaning(kind, question),
        needed=question.asked and not question.optional,
        value=text or (default if sent is None else ""), choices=words,
    )  # fmt: skip
    if "pattern" in shape and not words:
        field.kind = "text"
    if sent is not None and question.optional and not text:
        return field, draft
    answer = text or (default if sent is None or not question.asked else "")
    if sent is not None and (not answer or new.answer_fault(content, draft, question, answer)):
        fault = new.answer_fault(content, draft, question, answer) if answer else None
        field.faults = [Problem("", 1, 1, *(fault or ("this is needed", "")))]
    return field, replace(draft, answers=draft.answers | {question.option: answer})
