"""`check` in its three formats: one wording for people, for pull requests and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.cli import main
from briefings.cli.check import as_json, github
from briefings.problems import Problem
from tests.support.on_disk import NOW, ROOT, in_front, write_site

PATH = "content/briefings/2026/one.md"
FAULT = "published: 2026-01-15\nspeling: wrong"
WHOLE = """
reply: {status: no-reply, asked: 2026-01-10}
sources:
  A:
    publisher: A Paper
    type: news-report
    url: https://paper.example/1
    archived_url: https://archive.example/1
    published: 2026-01-14
    accessed: 2026-01-15
"""


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Desk:
    """A site in the current folder, and the output of `check`."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def put(self, text: str, files: Mapping[str, str] | None = None) -> None:
        write_site(self.folder, {"one": text}, files=files)

    def check(self, *options: str) -> Said:
        self.capsys.readouterr()
        folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
        given = ["--now", NOW, "--no-cache", "--no-search", "--jobs", "1"]
        status = main(["check", *folders, *given, *options])
        output = self.capsys.readouterr()
        return Said(status, output.out, output.err)


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path, capsys)
    desk.put(WHOLE)
    return desk


# -- nothing to say --------------------------------------------------------------------------------


def test_a_site_without_a_fault_has_no_annotations_and_an_empty_array(desk: Desk) -> None:
    assert desk.check() == Said(0, "1 briefing; no faults\n", "")
    assert desk.check("--format", "github") == Said(0, "", "")
    assert desk.check("--format", "json") == Said(0, "[]\n", "")
    assert desk.check("--strict").status == 0


# -- faults ----------------------------------------------------------------------------------------


def parsed(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Workflow commands as GitHub's runner reads them: command, properties, message."""

    def plain(text: str, *more: tuple[str, str]) -> str:
        for code, sign in (*more, ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            text = text.replace(code, sign)
        return text

    annotations = []
    for line in out.splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert match, line
        pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
        properties = {
            name: plain(value, ("%3A", ":"), ("%2C", ",")) for name, value in pairs.items()
        }
        annotations.append((match[1], properties, plain(match[3])))
    return annotations


def test_every_format_has_the_same_words_at_the_same_place(desk: Desk) -> None:
    desk.put(FAULT, {"topics/care.md": in_front("name: Care\nsumary: All: of, it")})
    text = desk.check()
    annotations = parsed(desk.check("--format", "github").out)
    objects = json.loads(desk.check("--format", "json").out)
    assert len(annotations) == len(objects) >= 2
    shown = []
    for (command, properties, message), problem in zip(annotations, objects, strict=True):
        assert command == problem["severity"] == "error"
        said = f"{problem['message']}\n{problem['hint']}" if problem["hint"] else problem["message"]
        assert message == said
        place = (properties["file"], int(properties["line"]), int(properties["col"]))
        assert place == (problem["path"], problem["line"], problem["column"])
        shown.append(str(Problem(*place, problem["message"], problem["hint"])))
    assert text.err == "\n".join(shown) + f"\n\n{len(shown)} faults; nothing was published\n"


@pytest.mark.parametrize("form", ["text", "github", "json"])
def test_a_fault_fails_the_check_in_every_format(desk: Desk, form: str) -> None:
    desk.put(FAULT)
    output = desk.check("--format", form)
    assert output.status == 1
    assert "speling" in (output.err if form == "text" else output.out)
    assert form == "text" or output.err == ""


def test_a_fault_of_a_template_is_reported_in_every_format(desk: Desk, tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    for file in (ROOT / "templates").rglob("*.html"):
        copy = templates / file.relative_to(ROOT / "templates")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    page = templates / "pages" / "briefing.html"
    page.write_text(page.read_text("utf-8") + "\n{% block oops %}", "utf-8")
    output = desk.check("--templates", "templates", "--format", "json")
    assert output.status == 1
    assert json.loads(output.out)[0]["path"].endswith("briefing.html")


_NASTY = st.text(st.sampled_from(list("a:,%\n\r=;0AD2C é")), max_size=20)


@given(_NASTY, _NASTY, _NASTY, st.sampled_from(["error", "warning"]))
def test_no_sign_in_a_message_can_end_an_annotation_or_begin_another(
    path: str, message: str, hint: str, severity: Any
) -> None:
    problem = Problem(path, 3, 4, message, hint, severity)
    line = github(problem)
    assert "\n" not in line
    assert "\r" not in line
    [(command, properties, text)] = parsed(line) if line else []
    assert command == severity
    assert properties["file"] == problem.path
    assert (properties["line"], properties["col"]) == ("3", "4")
    both = (problem.message, problem.hint)
    assert text == ("\n".join(both) if problem.hint else problem.message)
    assert not {"\n", "\r"} & set("".join(both))


@given(st.lists(st.tuples(_NASTY, _NASTY)))
def test_the_array_is_json_whatever_the_words(said: list[tuple[str, str]]) -> None:
    problems = [Problem("a.md", 1, 1, message, hint) for message, hint in said]
    read = json.loads(as_json(problems))
    words = [(" ".join(message.split()), " ".join(hint.split())) for message, hint in said]
    assert [(problem["message"], problem["hint"]) for problem in read] == words


# -- advice ----------------------------------------------------------------------------------------

_COPY = "    archived_url: https://archive.example/1\n"
_REPLY = "reply: {status: no-reply, asked: 2026-01-10}\n"
_MORE = "  B: {publisher: A Paper, type: data, url: unknown, published: 2026, accessed: 2026}"
_READ = "    accessed: 2026-01-15\n"
#: Message → a briefing with this fault only.
ADVICE = {
    "no date read is given for `A`": WHOLE.replace(_READ, ""),
    "the source `A` has no archived copy": WHOLE.replace(_COPY, ""),
    "the source `B` is never cited": WHOLE + _MORE,
    "no reply of the trust is noted": WHOLE.replace(_REPLY, ""),
    "the trust was not asked for a reply": WHOLE.replace(
        _REPLY, "reply: {status: not-asked, reason: No time}\n"
    ),
}


@pytest.mark.parametrize("message", ADVICE)
def test_advice_is_counted_listed_on_request_and_never_fails(desk: Desk, message: str) -> None:
    desk.put(ADVICE[message])
    assert desk.check() == Said(0, "1 briefing; no faults\n", "1 warning; --advice lists them\n")
    listed = desk.check("--advice")
    assert listed.status == 0
    assert f": warning: {message}\n" in listed.err
    assert listed.err.startswith(f"{PATH}:")
    assert listed.out == "1 briefing; no faults\n"
    [(command, properties, said)] = parsed(desk.check("--format", "github").out)
    assert (command, properties["title"]) == ("warning", "Advice")
    assert said.startswith(message)
    [problem] = json.loads(desk.check("--format", "json").out)
    assert (problem["severity"], problem["message"]) == ("warning", message)


@pytest.mark.parametrize("message", ADVICE)
def test_strict_takes_advice_for_a_fault_in_every_format(desk: Desk, message: str) -> None:
    desk.put(ADVICE[message])
    text = desk.check("--strict")
    assert text.status == 1
    assert f": {message}\n" in text.err
    assert text.err.endswith("\none fault; nothing was published\n")
    github = desk.check("--strict", "--format", "github")
    assert (github.status, parsed(github.out)[0][0]) == (1, "error")
    read = desk.check("--strict", "--format", "json")
    assert (read.status, json.loads(read.out)[0]["severity"]) == (1, "error")


def test_a_trust_gets_advice_on_its_sources(desk: Desk) -> None:
    source = "{publisher: P, type: data, url: https://p.example/, published: 2026, accessed: 2026}"
    trust = f"name: North Trust\nkind: acute\nsources: {{T: {source}}}"
    desk.put(WHOLE, {"trusts/north.md": in_front(trust)})
    messages = {problem["message"] for problem in json.loads(desk.check("--format", "json").out)}
    assert messages == {"the source `T` is never cited", "the source `T` has no archived copy"}
    cited = trust + "\nstaff: {value: 9, sources: [T]}"
    desk.put(WHOLE, {"trusts/north.md": in_front(cited)})
    [advice] = json.loads(desk.check("--format", "json").out)
    assert advice["message"] == "the source `T` has no archived copy"


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_a_draft_or_a_withdrawn_briefing_gets_no_advice(desk: Desk, status: str) -> None:
    withdrawn = "\nwithdrawn: {date: 2026-02-01, reason: An error.}"
    desk.put(f"status: {status}{withdrawn if status == 'withdrawn' else ''}")
    assert desk.check("--advice").err == ""


def test_faults_come_first_and_advice_when_they_are_mended(desk: Desk) -> None:
    desk.put(f"{FAULT}\n")
    assert {problem["severity"] for problem in json.loads(desk.check("--format", "json").out)} == {
        "error"
    }


def test_quiet_prints_problems_alone(desk: Desk) -> None:
    desk.put("")
    assert desk.check("--quiet") == Said(0, "", "")
    assert "warning: no reply" in desk.check("--quiet", "--advice").err


def test_the_site_is_written_by_none_of_it(desk: Desk, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    for form in ("text", "github", "json"):
        desk.check("--format", form)
    assert sorted(tmp_path.rglob("*")) == before
