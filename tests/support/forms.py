"""What a browser sends for the form of a page, as the HTML Standard has it; and its fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

from briefings.edit import ContentEditor
from briefings.serve.desk import DeskPages, parsed_form

Pairs = list[tuple[str, str]]


class Form(HTMLParser):
    """The form of a page that is sent by POST. `pairs`: what is sent if nobody changes it.

    `faults`: name of a field → the text beside it.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pairs: Pairs = []
        self.faults: dict[str, str] = {}
        self._inside = False
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: str | None = None
        self._beside: str | None = None
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._inside = given.get("method") == "post"
        elif tag == "div" and given.get("class") == "faults":
            self._beside, self._text = given["id"].removesuffix("!"), ""
        elif tag == "input" and name and self._inside:
            if given.get("type") != "checkbox" or "checked" in given:
                self.pairs.append((name, given.get("value", "")))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area, self._text = name, ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected]
            self.pairs.append((name, chosen[0] if chosen else options[0][0]))
            self._select = None
        elif tag == "textarea" and self._area is not None:
            text = self._text.removeprefix("\n").replace("\r\n", "\n").replace("\r", "\n")
            self.pairs.append((self._area, text.replace("\n", "\r\n")))
            self._area = None
        elif tag == "div" and self._beside is not None:
            if self._text.strip():
                self.faults[self._beside] = " ".join(self._text.split())
            self._beside = None
        elif tag == "form":
            self._inside = False

    def with_(self, **values: str) -> Pairs:
        """Return what is sent with these values in fields; `__` in a name is a slash."""
        new = {name.replace("__", "/"): value for name, value in values.items()}
        others = [(name, value) for name, value in self.pairs if name not in new]
        return [*others, *new.items()]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the desk."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def form(self) -> Form:
        return Form(self.text)


class Asked:
    """The pages of the desk for one content folder as at a moment, without a server."""

    def __init__(self, root: Path, moment: datetime) -> None:
        self.root = root
        self.editor = ContentEditor(root, lambda zone: moment.astimezone(zone))
        self.pages = DeskPages(self.editor, lambda: "", lambda address: None)

    def get(self, path: str, **query: str) -> Shown:
        """Request a page."""
        return self._shown(path, query, None)

    def post(self, path: str, pairs: Pairs, **query: str) -> Shown:
        """Send a form; return the page that follows."""
        return self._shown(path, query, pairs)

    def save(self, path: str, **values: str) -> Shown:
        """Open a file, change some fields and save; return the page that follows."""
        return self.post(path, self.get(path).form.with_(**{"do": "save"} | values))

    def read(self, path: str) -> str:
        """Return the text of a file of the content folder."""
        return (self.root / path).read_bytes().decode()

    def _shown(self, path: str, query: dict[str, str], pairs: Pairs | None) -> Shown:
        sent = None if pairs is None else parsed_form(urlencode(pairs).encode())
        response = self.pages.answer(path, query, sent)
        return Shown(
            response.status_code, bytes(response.body).decode(), dict(response.headers.items())
        )
