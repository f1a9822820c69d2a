"""Names that must never be published, and what reaches a private person, in many disguises.

Each is put into one place of the content. Either the build refuses it, or nobody can read it in
what is published.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.torture.figures import Figure, times
from tests.torture.index import unpacked
from tests.torture.projects import CONTENT, DONE, ContentVersion, Project

_SEED = 20260905
_REFUSED = 1
#: `Nemo Nobody` is on the list of the site for tests.
_DISGUISES = (
    "Nemo Nobody", "NEMO NOBODY", "nemo  nobody", "Nemo\n  Nobody", "Nemo\u00a0Nobody",
    "Nemo *Nobody*", "**Nemo** Nobody", "*Nemo*\n*Nobody*", "Nemo&nbsp;Nobody", "&#78;emo Nobody",
    "Ｎｅｍｏ Ｎｏｂｏｄｙ", "[Nemo](https://x.example/) Nobody", "Nemo-Nobody", "Nemo_Nobody",
    "Nemo\\ Nobody", "N\\emo Nobody", "Nemo`Nobody`", "Nemo ~~Nobody~~", "Ne\u00admo Nobody",
    "Nemo\u200b Nobody", "Nemo\u2060 Nobody", "Nemo <!-- --> Nobody", "Nemo\u2003Nobody",
    "Ne*mo* Nobody", "N**emo** Nobody", "Nemo [Nobody](about.md)", "Nemo  \n  Nobody",
    "Nemo\\\n  Nobody", "Nemo&#32;Nobody", "Nemo&shy; Nobody", "https://x.example/nemo-nobody",
    "https://x.example/?q=Nemo%20Nobody", "https://x.example/Nemo+Nobody", "Nemo, Nobody",
)  # fmt: skip
_CONTACTS = (
    "sam.porter@trust.example", "<sam.porter@trust.example>", "07700 900123", "(01632) 960 001",
    "+44 (0)20 7946 0000", "mailto:sam@home.example", "+33 1 23 45 67 89", "0161-496-0000",
)  # fmt: skip
_VISIT = "briefings/2025/castlebridge-visit.md"
#: Places of an editor's text: file, the text there, and its replacement.
_PLACES = (
    (_VISIT, "Inspectors saw one ward", "Inspectors saw\n  {}\n"),
    (_VISIT, "Inspectors saw one ward", "## {}\n\nInspectors"),
    (_VISIT, "Inspectors saw one ward", "| a |\n|---|\n| {} |\n\nInspectors"),
    (_VISIT, "shortest briefing that", 'shortest briefing by {} that'),
    (_VISIT, "sources:\n", "not_known:\n  - |-\n    {}\nsources:\n"),
    (_VISIT, "sources:\n", "concerns:\n  - {{text: >-\n      {}\n, sources: [A]}}\nsources:\n"),
    (_VISIT, "sources:\n", "written_by: |-\n  {}\nsources:\n"),
    ("pages/about.md", "We are independent.", "{}"),
    ("topics/unused.md", "Nothing is filed here yet.", "{}"),
)  # fmt: skip


def run(scale: float) -> list[Figure]:
    """Names in every disguise and place that the scale has room for; contacts of people."""
    random = Random(_SEED)
    places = [(place, disguise) for place in _PLACES for disguise in _DISGUISES]
    contacts = [(place, contact) for place in _PLACES for contact in _CONTACTS]
    names = random.sample(places, times(min(len(places), 200), scale))
    people = random.sample(contacts, times(40, scale))
    with TemporaryDirectory(prefix="torture-") as folder:
        project = Project(Path(folder))
        shown = [_loss(project, *case, refused=False) for case in names]
        reached = [_loss(project, *case, refused=True) for case in people]
    return [
        Figure(
            "names of `policy.never_publish` in random places and disguises",
            len(names),
            tuple(filter(None, shown)),
        ),
        Figure(
            "private e-mail addresses and telephone numbers in random places",
            len(people),
            tuple(filter(None, reached)),
        ),
    ]


def _loss(project: Project, place: tuple[str, str, str], words: str, *, refused: bool) -> str:
    """Return the loss with these words in this place; empty if none."""
    path, old, new = place
    text = (CONTENT / path).read_text("utf-8")
    assert old in text, place
    edited = text.replace(old, new.format(words), 1).encode()
    ran = project.build(ContentVersion(f"{words!r} in {path}", {path: edited}))
    if ran.status == _REFUSED:
        return ""
    action = f"{words!r} as {new!r} in {path}"
    if ran.status != DONE or refused:
        return f"{action}: the build ended with {ran.status}: {ran.output}"
    shown = read_by_people(project.published())
    where = [
        file_path
        for file_path, page_text in shown.items()
        if re.search(r"(?<!\w)nemo nobody(?!\w)", page_text)
    ]
    return f"{action}: can be read in {where[:3]}" if where else ""


def read_by_people(files: Mapping[str, bytes]) -> dict[str, str]:
    """Path → what a person reads in a file: no tags, no invisible letters, one kind of space."""
    shown = {}
    for path, data in files.items():
        text = (unpacked(data) if ".pf_" in path else data).decode("utf-8", "replace")
        if path.endswith((".html", ".xml", ".svg")):
            if path.endswith(".xml"):  # HTML in a feed is escaped once more
                text = unescape(text)
            text = re.sub(r"</?(?:em|strong|a|b|i|span|code|del|abbr)\b[^>]*>", "", text)
            text = unescape(re.sub(r"<[^>]*>", " | ", text))
        text = unicodedata.normalize("NFKC", text).casefold().replace("\r\n ", "")
        text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
        shown[path] = re.sub(r"[\s_*-]+", " ", text)
    return shown
