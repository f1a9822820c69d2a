"""What the product refuses, and what it then says.

Each folder of `tests/invalid/` but `base` lays a few files over the small valid site in `base`;
`expected.txt` is all that `check` prints for it. To rewrite the messages after changing one
on purpose: `WRITE_EXPECTED=1 pytest tests/checks/test_invalid.py`, then read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from briefings.cli import main

ROOT = Path(__file__).parents[2]
INVALID = ROOT / "tests" / "invalid"
BASE = INVALID / "base"
CASES = sorted(path.name for path in INVALID.iterdir() if path.is_dir() and path != BASE)
NOW = "2026-01-15"
#: Seconds: far more than any file may take, and far less than a parser with quadratic time needs.
PATIENCE = 15.0

BRIEFING = "briefings/2025/northmoor-2025.md"
TRUST = "trusts/northmoor.md"
PAGE = "pages/about.md"
TOPIC = "topics/staffing.md"
REQUIREMENT = "requirements/northmoor-staffing.yaml"
TEXT = "Two wards had too few nurses at night [@A]."


@dataclass(frozen=True, slots=True)
class Site:
    """A small site in the current folder, and the output of `check` on it."""

    capsys: pytest.CaptureFixture[str]

    def put(self, path: str, content: str | bytes) -> None:
        file = Path("content", path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def swap(self, path: str, old: str, new: str) -> None:
        text = Path("content", path).read_text(encoding="utf-8")
        assert old in text
        self.put(path, text.replace(old, new, 1))

    def add(self, block: str) -> None:
        """More front matter for the briefing."""
        self.swap(BRIEFING, "sources:\n", f"{block}\nsources:\n")

    def check(self, *options: str, now: str = NOW) -> tuple[int, str]:
        """Exit status, and all that was written to stderr."""
        self.capsys.readouterr()
        folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
        status = main(["check", *folders, "--now", now, "--no-cache", "--quiet", *options])
        return status, self.capsys.readouterr().err

    def refused(self, *options: str, now: str = NOW) -> str:
        """What `check` says about a site at fault, in bounded time and without writing."""
        before, start = files_of(Path()), time.monotonic()
        status, output = self.check(*options, now=now)
        assert time.monotonic() - start < PATIENCE
        assert status == 1, output
        assert "Traceback" not in output
        assert files_of(Path()) == before
        return output


def files_of(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    """The valid base, in a folder of its own."""
    shutil.copytree(BASE, tmp_path / "content")
    monkeypatch.chdir(tmp_path)
    return Site(capsys)


def test_the_base_of_all_cases_is_valid(site: Site) -> None:
    assert site.check() == (0, "")


@pytest.mark.parametrize("case", CASES)
def test_messages_say_what_is_wrong_and_what_to_write(site: Site, case: str) -> None:
    shutil.copytree(INVALID / case, "content", dirs_exist_ok=True)
    Path("content/expected.txt").unlink(missing_ok=True)
    output = site.refused()
    expected = INVALID / case / "expected.txt"
    if os.environ.get("WRITE_EXPECTED"):
        expected.write_text(output, encoding="utf-8")
    assert output == expected.read_text(encoding="utf-8")


def test_every_message_has_a_place_and_a_hint() -> None:
    for case in CASES:
        lines = (INVALID / case / "expected.txt").read_text(encoding="utf-8").split("\n\n")[0]
        for problem, hint in zip(*[iter(lines.splitlines())] * 2, strict=True):
            path, line, column, message = problem.split(":", 3)
            assert path.startswith("content/"), case
            assert int(line) >= 1, case
            assert int(column) >= 1, case
            assert message.strip(), case
            assert hint.startswith("    "), case
            assert hint.strip(), case


def test_a_build_refuses_what_a_check_refuses_and_writes_nothing(site: Site) -> None:
    site.swap(BRIEFING, "trust: northmoor", "trust: northmor")
    expected = site.refused()
    before = files_of(Path("content"))
    folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    assert main(["build", *folders, "--now", NOW, "--no-cache"]) == 1
    assert site.capsys.readouterr().err == expected
    assert files_of(Path("content")) == before
    assert not Path("output").exists()


def test_the_content_folder_is_named_as_it_was_typed(site: Site) -> None:
    site.swap(BRIEFING, "trust: northmoor", "trust: northmor")
    Path("content").rename("words")
    assert site.refused("--content", "words").startswith(f"words/{BRIEFING}:4:8: no trust")


def test_a_site_without_its_configuration_is_refused(site: Site) -> None:
    Path("content/site.yaml").unlink()
    assert site.refused().startswith("content/site.yaml:1:1: this file is missing\n")


def test_a_name_not_to_be_published_is_found_in_templates(site: Site) -> None:
    shutil.copytree(ROOT / "templates", "templates")
    base = Path("templates/layouts/base.html")
    base.write_text(f"{{# Jo Bloggs #}}\n{base.read_text('utf-8')}", encoding="utf-8")
    output = site.refused("--templates", "templates")
    assert output.startswith("templates/layouts/base.html:1:4: this name must not be published\n")


DRAFT = "briefings/2026/second.md"
FAULTS_OF_DRAFTS = {
    "unknown grade": (
        "ratings:\n  - {scope: trust, value: goood, sources: [A]}", "`goood` is no rating of CSB",
    ),
    "change against the grade before": (
        "ratings:\n  - {scope: trust, value: good, change: down, sources: [A],\n"
        "     previous: {value: fair, date: 2023, sources: [A]}}",
        "`change` says down, but from Fair to Good is up",
    ),
    "requirement of nobody": (
        "requirements: [{id: nothing, event: told, date: 2025, sources: [A]}]", "`nothing`",
    ),
    "unknown topic": ("topics: [nothing]", "no topic has the id `nothing`"),
    "key that nobody knows": ("titel: X", "`titel`"),
    "empty value": ("topics:", "empty"),
    "title used twice": ("", "this title is the title of"),
}  # fmt: skip


def draft(site: Site, more: str, title: str = "A second visit") -> None:
    text = Path("content", BRIEFING).read_text("utf-8")
    more = f"status: draft\n{more}\nsources:\n".replace("\n\n", "\n")
    text = re.sub("^title: .*$", f"title: {title}", text, flags=re.MULTILINE)
    site.put(DRAFT, text.replace("sources:\n", more, 1))


@pytest.mark.parametrize("kind", FAULTS_OF_DRAFTS)
def test_a_draft_is_judged_as_wholly_as_if_it_were_published(site: Site, kind: str) -> None:
    """Its faults are listed apart."""
    more, message = FAULTS_OF_DRAFTS[kind]
    used = "Northmoor inspected in June 2025"
    title = used if kind == "title used twice" else "A second visit"
    draft(site, more, title)
    status, output = site.check()
    assert status == 0
    assert output.startswith(f"in drafts, which are not published:\ncontent/{DRAFT}:")
    assert "warning: " in output
    assert message in output
    assert message in site.refused("--strict")
    assert message in site.refused("--drafts")


def test_a_draft_with_a_fault_stops_no_build_as_nothing_of_it_is_public(site: Site) -> None:
    draft(site, "topics: [nothing]")
    folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    assert main(["build", *folders, "--now", NOW, "--no-cache", "--no-search"]) == 0
    ran = site.capsys.readouterr()
    assert ran.err == "1 fault in drafts, which are not published; check lists them\n"
    assert not Path("output/briefings/second").exists()


def test_faults_of_drafts_are_listed_beside_those_that_stop_the_build(site: Site) -> None:
    draft(site, "topics: [nothing]")
    site.swap(BRIEFING, "trust: northmoor", "trust: northmor")
    output = site.refused()
    apart, counted = output.split("\n\n", 1)
    assert apart.startswith("in drafts, which are not published:\n")
    assert "no topic has the id `nothing`" in apart
    assert "no trust has the id `northmor`" in counted
    assert counted.endswith("one fault; nothing was published\n")


def test_a_draft_with_a_fault_hides_no_fault_of_others(site: Site) -> None:
    """It may have events of any requirement, but no public record may depend on it."""
    draft(site, "requirements: [{id: northmoor-staffing, event: tolld, date: 2020, sources: [A]}]")
    site.add("requirements: [{id: northmoor-staffing, event: repeated, date: 2025, sources: [A]}]")
    assert "nothing that is public shows" in site.refused().split("\n\n", 1)[1]


# Files that no editor writes: damaged, generated or hostile ones.

STRANGE_BYTES = {
    "NUL": (b"---\ntitle: A\x00B\n---\n", "2:9: a control character (U+0000)"),
    "UTF-16": ("---\ntitle: About\n---\n".encode("utf-16"), "1:1: this file is saved as UTF-16"),
    "UTF-16 without a mark": (
        "---\ntitle: About\n---\n".encode("utf-16-le"),
        "1:1: this file is saved as UTF-16",
    ),
    "invalid UTF-8": (
        b"---\ntitle: Caf\xe9\n---\n",
        "2:11: this is not UTF-8 text (byte 0xe9)",
    ),
    "invalid UTF-8 after a mark": (
        b"\xef\xbb\xbf---\ntitle: \xff\n---\n",
        "2:8: this is not UTF-8 text (byte 0xff)",
    ),
    "an over-long encoding": (
        b"---\ntitle: A\xc0\xafB\n---\n",
        "2:9: this is not UTF-8 text (byte 0xc0)",
    ),
    "half a surrogate": (
        b"---\ntitle: A\xed\xa0\x80B\n---\n",
        "2:9: this is not UTF-8 text (byte 0xed)",
    ),
    "a lone CR": (b"---\ntitle: About\n---\nOne\rtwo\n", "4:4: a lone carriage return (U+000D)"),
    "old Macintosh": (
        b"---\rtitle: About\r---\rText\r",
        "1:4: a lone carriage return (U+000D)",
    ),
    "C1 control": ("---\ntitle: A\x85B\n---\n".encode(), "2:9: a control character (U+0085)"),
    "escape sequence": (
        b"---\ntitle: About\n---\n\x1b[31mred\n",
        "4:1: a control character (U+001B)",
    ),
    "form feed": (b"---\ntitle: About\n---\nOne\x0ctwo\n", "4:4: a control character (U+000C)"),
    "direction override in quotes": (
        b'---\ntitle: "A \\u202e B"\n---\n',
        "2:8: an invisible character (U+202E) that can change how a line reads",
    ),
    "control character in a key": (
        b'---\ntitle: About\n"sum\\x07mary": B\n---\n',
        "3:1: a control character (U+0007)",
    ),
}


@pytest.mark.parametrize("name", STRANGE_BYTES)
def test_bytes_that_are_no_text_are_refused_at_their_place(site: Site, name: str) -> None:
    content, expected = STRANGE_BYTES[name]
    site.put(PAGE, content)
    output = site.refused()
    assert output.startswith(f"content/{PAGE}:{expected}\n")
    assert output.endswith("\none fault; nothing was published\n")


def front(lines: str) -> str:
    return f"---\ntitle: About\n{lines}\n---\nText.\n"


def bomb(levels: int) -> str:
    """ "Billion laughs": each level names the one before it nine times."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(rows)


HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "60,000 nested brackets": (lambda: front("x: " + "[" * 60_000), "nested more than 20 deep"),
    "60,000 nested braces": (lambda: front("x: " + "{a: " * 15_000), "nested more than 20 deep"),
    "60,000 nested dashes": (lambda: front("x:\n  " + "- " * 30_000), "nested more than 20 deep"),
    "nested keys": (
        lambda: front("\n".join(f"{' ' * n}k:" for n in range(300))),
        "nested more than 20 deep",
    ),
    "keys that are no words": (lambda: front("? " * 20_000), "a key must be a word"),
    "brackets in a key": (lambda: front("[a]: b"), "a key must be a word"),
    "alias bomb": (lambda: front(bomb(9)), "&a0 names this value for use elsewhere (an anchor)"),
    "merge bomb": (lambda: front("<<: [{a: b}]"), "a merge key (<<) is not allowed"),
    "tag": (lambda: front("x: !!binary aGk="), "a tag (!!binary) is not allowed"),
    "own tag": (lambda: front("x: !Ref name"), "a tag (!Ref) is not allowed"),
    "long front matter": (
        lambda: front(f"summary: {'x' * 65_536}"),
        "the front matter is 65 KiB long; the limit is 64 KiB",
    ),
    "long front matter of few characters": (
        lambda: front(f"summary: {'€' * 22_000}"),
        "the front matter is 65 KiB long; the limit is 64 KiB",
    ),
    "long body": (
        lambda: front("summary: s") + ("word " * 9 + "\n\n") * 6_000,
        "the text is 276 KiB long; the limit is 256 KiB",
    ),
    "endless file": (
        lambda: front("summary: s") + "x" * 3_000_000,
        "the file is more than 640 KiB long; the limit is 320 KiB",
    ),
    "endless file of invalid UTF-8 at the end": (
        lambda: front("summary: s") + "€" * 900_000,
        "the file is more than 640 KiB long; the limit is 320 KiB",
    ),
    "20,000 [": (lambda: front("summary: s") + "[" * 20_000, "a block of more than 16 KiB"),
    "2,001 [": (lambda: front("summary: s") + "[" * 2_001, "a block with 2,001 of the signs"),
    "17 KiB in one block": (
        lambda: front("summary: s") + "\n" + "words and more\n" * 1_200,
        "a block of more than 16 KiB",
    ),
    "quotes in quotes": (
        lambda: front("summary: s") + "\n" + "> " * 25 + "x\n",
        "nested more than 20 deep",
    ),
    "lists in lists": (
        lambda: front("summary: s") + "\n" + "".join(f"{'    ' * n}- x\n" for n in range(25)),
        "nested more than 20 deep",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_time(site: Site, name: str) -> None:
    make, expected = HOSTILE[name]
    site.put(PAGE, make())
    output = site.refused()
    assert expected in output
    assert output.startswith(f"content/{PAGE}:")


def test_a_hostile_configuration_is_refused_in_bounded_time(site: Site) -> None:
    site.put("site.yaml", "title: " + "[" * 60_000)
    # Newer versions of libyaml stop at a limit of their own, further on in the line.
    assert re.match(r"content/site.yaml:1:\d+: nested more than 20 deep\n", site.refused())


def test_thousands_of_mistakes_are_reported_in_bounded_time(site: Site) -> None:
    keys = "\n".join(f"key{n}: x" for n in range(3_000))
    site.put(PAGE, front(f"{keys}\n" + "\n".join("key0: x" for _ in range(2_000))))
    output = site.refused()
    assert "`key0` is given twice, first on line 3" in output


def test_symbolic_links_are_refused(site: Site, tmp_path: Path) -> None:
    Path("elsewhere").mkdir()
    Path("secret.txt").write_text("secret", encoding="utf-8")
    links = {
        "media/secret.txt": "secret.txt",
        "trusts/oldtown.md": f"content/{TRUST}",
        "briefings/2024": "elsewhere",
        "notes": "elsewhere",
        "pages/lost.md": "nowhere",
    }
    for path, target in links.items():
        Path("content", path).symlink_to(tmp_path / target)
    output = site.refused()
    assert sorted(output.splitlines()[:-2:2]) == sorted(
        f"content/{path}:1:1: a symbolic link is refused" for path in links
    )


def test_a_pipe_is_no_file(site: Site) -> None:
    os.mkfifo("content/pages/pipe.md")
    assert "content/pages/pipe.md:1:1: a named pipe is not a file" in site.refused()


@pytest.mark.skipif(os.name != "posix", reason="only there can a file have such a name")
@pytest.mark.parametrize("name", [b"caf\xe9.md", b"two\nlines.md", b"\x1b[31m.md"])
def test_a_file_name_that_is_no_text_is_refused_on_one_line(site: Site, name: bytes) -> None:
    Path("content/pages", os.fsdecode(name)).write_bytes(Path("content", PAGE).read_bytes())
    output = site.refused()
    assert len(output.splitlines()) == 4
    assert "this name can't be part of an address" in output


def test_many_files_at_fault_are_all_reported(site: Site) -> None:
    for n in range(300):
        site.put(f"topics/topic-{n}.md", "---\nname:\nsummary: Words.\n---\n")
    output = site.refused("--jobs", "2")
    assert output.count(": `name` is empty") == 300
    assert output.endswith("\n300 faults; nothing was published\n")
