"""The documents: what they say of the program is true, and what they show can be published."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from briefings import __version__, cli
from briefings.cli.options import Status
from briefings.content.files import MAX_BODY, MAX_FRONT
from briefings.content.frontmatter.tree import MAX_DEPTH
from briefings.content.markdown import blocks
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import json_schema
from briefings.content.schema.site import SiteFront
from briefings.domain import words
from tests.support.factory import a_front
from tests.test_layers import ROOMS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EDITORS = (DOCS / "editors.md").read_text("utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
FIRST = "content/briefings/2025/northmoor-2025.md"

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Everything between fences, with the word for its language and what follows that word.
BLOCKS = [(match[1], match[2] or "", match[3]) for match in _FENCE.finditer(EDITORS)]
#: Path → a whole file of the guide.
FILES = {where: text for _, where, text in BLOCKS if where.startswith("content/")}
#: Pieces of a briefing's front matter.
PARTS = [text for _, where, text in BLOCKS if where == "part"]


# -- what the guide shows --------------------------------------------------------------------------


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def check(folder: Path) -> int:
    folders = {"content": folder, "templates": ROOT, "static": ROOT}
    options = (word for name, at in folders.items() for word in (f"--{name}", str(at / name)))
    return cli.main(["check", "--no-cache", *options])


def keys_of(part: str) -> list[str]:
    return re.findall(r"^(\w+):", part, re.MULTILINE)


def with_part(briefing: str, part: str) -> str:
    """A briefing with the blocks of `part` in place of its own."""
    front, closing, body = briefing.removeprefix("---\n").partition("---\n")
    remaining = front
    for key in keys_of(part):
        remaining = re.sub(rf"^{key}:.*\n(?:[ -].*\n)*", "", remaining, flags=re.MULTILINE)
    return f"---\n{remaining}{part}{closing}{body}"


def test_every_example_in_the_guide_is_shown_as_a_file_or_a_part() -> None:
    kinds = {(language, where) for language, where, _ in BLOCKS if language in {"yaml", "markdown"}}
    assert all(where in {"part", "site"} or where.startswith("content/") for _, where in kinds)
    assert {path.split("/")[1] for path in FILES} >= {"briefings", "trusts", "regulators", "topics"}
    assert len(PARTS) >= 8


def test_the_files_of_the_guide_can_be_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, FILES)
    assert check(tmp_path) == 0, capsys.readouterr().err


@pytest.mark.parametrize("part", PARTS, ids=lambda part: "-".join(keys_of(part)))
def test_each_part_of_the_guide_can_stand_in_the_first_briefing(
    part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, FILES | {FIRST: with_part(FILES[FIRST], part)})
    assert check(tmp_path) == 0, capsys.readouterr().err


def test_each_part_of_the_guide_for_the_site_can_be_added_to_its_file() -> None:
    parts = [text for _, where, text in BLOCKS if where == "site"]
    assert parts
    for part in parts:
        site = a_front(SiteFront, FILES["content/site.yaml"] + part)
        assert all(getattr(site, key) for key in keys_of(part))


def test_a_first_briefing_has_twenty_lines() -> None:
    assert FILES[FIRST].count("\n") <= 21


def test_the_messages_in_the_guide_are_those_that_the_check_prints(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty = FILES[FIRST]
    for right, wrong in (
        ("title:", "titel:"),
        ("trust: northmoor", "trust: northmor"),
        ("report_published: 2025-09-01", "report_published: 1 September 2025"),
        ("[@A]", "[@B]"),
    ):
        faulty = faulty.replace(right, wrong)
    write(tmp_path, FILES | {FIRST: faulty})
    monkeypatch.chdir(tmp_path)
    assert check(Path()) == 1
    shown = next(text for language, _, text in BLOCKS if language == "text")
    assert capsys.readouterr().err == shown
    fences = _FENCE.findall((ROOT / "README.md").read_text("utf-8"))
    in_readme = [text for language, _, text in fences if language == "text"][-1]
    assert in_readme in shown


# -- what the guide names --------------------------------------------------------------------------


def fields(node: Any, schema: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, bool]]:
    """(path, needed) of every field below a node of a JSON Schema: `ratings.previous.value`."""
    for option in node.get("anyOf", []):
        yield from fields(option, schema, prefix)
    if "$ref" in node:
        yield from fields(schema["$defs"][node["$ref"].rsplit("/", 1)[1]], schema, prefix)
    for name, inner in node.get("properties", {}).items():
        yield f"{prefix}{name}", name in node.get("required", [])
        yield from fields(inner, schema, f"{prefix}{name}.")
    for inside in ("items", "additionalProperties"):
        if isinstance(node.get(inside), dict):
            yield from fields(node[inside], schema, prefix)


_HEADING = re.compile(r"(##+) (.+)")
_ROW = re.compile(r"\| (`[^|]+`) \| (yes)? ?\|")
#: Heading → kind of file.
KINDS = {
    "The briefing": "briefing", "A trust": "trust", "A regulator": "regulator",
    "A requirement": "requirement", "A topic": "topic", "A page": "page", "The site": "site",
}  # fmt: skip
#: Blocks that are the same in two kinds of file, and documented once.
ELSEWHERE = {"trust": ("sources.",), "page": ("changes.",)}


def told_fields() -> Iterator[tuple[str, str, bool]]:
    """(kind, path, needed) for each row of a table of fields in the guide."""
    kind, prefixes, in_table = "", [""], False
    for line in EDITORS.split("\n"):
        heading = _HEADING.match(line)
        if heading and heading[1] == "##":
            kind = KINDS.get(heading[2], "")
        if heading:
            names = re.findall(r"`(\w+)`", heading[2])
            prefixes = [f"{name}." for name in names] if heading[1] == "###" and names else [""]
        in_table = line.startswith("| field | needed |") or (in_table and line.startswith("|"))
        row = _ROW.match(line) if in_table and kind else None
        if row:
            for prefix in prefixes:
                yield kind, prefix + row[1].strip("`"), bool(row[2])


@pytest.mark.parametrize("kind", SCHEMAS)
def test_the_guide_names_every_field_and_says_which_are_needed(kind: str) -> None:
    schema = json_schema(SCHEMAS[kind])
    there = {
        (name, needed)
        for name, needed in fields(schema, schema)
        if not name.startswith(ELSEWHERE.get(kind, ("-",)))
    }
    assert {(name, needed) for field, name, needed in told_fields() if field == kind} == there


@pytest.mark.parametrize(
    "vocabulary",
    [
        words.SOURCE_TYPES, words.TRUST_KINDS, words.NOTICES, words.CHANGES, words.EVENTS,
        words.ENFORCEMENT_STATUSES, words.SPEAKS_FOR, words.REPLIES, words.REVISIONS,
        words.DIRECTIONS, words.SCOPES,
    ],
)  # fmt: skip
def test_the_guide_names_every_word_of_a_vocabulary(vocabulary: dict[str, str]) -> None:
    assert [word for word in vocabulary if f"`{word}`" not in EDITORS] == []


def test_the_limits_in_the_guide_are_those_of_the_code() -> None:
    for shown in (
        f"{MAX_FRONT // 1024} KiB",
        f"{MAX_BODY // 1024} KiB",
        f"more than {MAX_DEPTH} levels",
        f"{blocks.BLOCK_BYTES // 1024} KiB",
        f"{blocks.BLOCK_SIGNS:,} of",
        f"{blocks.LINES:,} lines",
        f"{blocks.SIGNS:,} of",
        f"{blocks.CELLS:,} cells",
        f"{blocks.BLOCKS:,} paragraphs",
        f"{blocks.NESTING} deep",
        f"{blocks.ABBREVIATIONS} abbreviations",
    ):
        assert shown in " ".join(EDITORS.split()), shown


def command_of(name: str) -> click.Command:
    command = cli.commands.get_command(click.Context(cli.commands), name)
    assert command is not None
    return command


def test_the_guide_names_every_option_and_every_exit_status() -> None:
    commands = [command_of(name) for name in ("build", "check", "preview", "serve")]
    options = {
        option for command in commands for parameter in command.params for option in parameter.opts
    }
    assert {option for option in options if f"`{option}`" not in EDITORS} == set()
    table = EDITORS[EDITORS.index("| status | meaning |") :].partition("\n\n")[0]
    statuses = re.findall(r"^\| (\d+) \|", table, re.MULTILINE)
    assert set(map(int, statuses)) == set(Status)


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "archive",
        "ask",
        "digest",
        "links",
        "new",
        "reconcile",
        "register",
        "rename",
        "schema",
        "withdraw",
    ],
)
def test_the_guide_names_every_option_of_the_commands_that_write(name: str) -> None:
    command = command_of(name)
    several = getattr(command, "commands", {name: command}).values()
    parameters = [parameter for subcommand in several for parameter in subcommand.params]
    assert f"build.py {name}" in EDITORS
    for parameter in parameters:
        for option in parameter.opts:
            assert not option.startswith("--") or option in EDITORS, option


@pytest.mark.parametrize("where", FILES)
def test_the_guide_says_where_each_kind_of_file_belongs(where: str) -> None:
    folder, _, name = where.removeprefix("content/").rpartition("/")
    shown = f"`{folder.replace('2025', '<year>')}/<id>.{name.split('.')[1]}`" if folder else name
    assert shown in EDITORS


# -- the other documents ---------------------------------------------------------------------------


def test_the_readme_names_only_commands_that_there_are() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", document.read_text("utf-8"), re.MULTILINE)
    }
    assert {"site", "test"} <= named <= targets


def test_the_page_on_architecture_names_every_room_in_its_order() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    table = text[text.index("| room |") : text.index("## One briefing")]
    first_cells = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    assert tuple(re.findall(r"`(\w+)`", " ".join(first_cells))) == ROOMS


def test_the_page_on_architecture_names_files_that_exist() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    below = text[text.index("## One briefing") :]
    paths = set(re.findall(r"`((?:\w+/)+\w*(?:\.\w+)?)`", below))
    places = (ROOT / "briefings", ROOT)
    missing = {path for path in paths if not any((place / path).exists() for place in places)}
    assert len(paths) > 40
    assert not missing


@pytest.mark.parametrize(
    "document",
    [*DOCUMENTS, ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", ROOT / "bench" / "README.md"],
    ids=lambda document: document.name,
)
def test_documents_name_modules_that_exist(document: Path) -> None:
    """Except records of decisions that were replaced."""
    text = document.read_text("utf-8")
    if re.search(r"^(?:Replaced|Superseded) ", text, re.MULTILINE):
        return
    folders = (ROOT, ROOT / "briefings", ROOT / "tests")
    paths = re.findall(r"`((?:\w+/)+\w+\.py)`", text)
    assert [path for path in paths if not any((place / path).exists() for place in folders)] == []


def plain(document: Path) -> str:
    """Return a document without fenced and inline code."""
    text = _FENCE.sub("", document.read_text("utf-8"))
    return re.sub(r"``.+?``|`[^`\n]+`", "code", text)


def anchors(document: Path) -> set[str]:
    """The anchors that a forge makes of a document's headings."""
    text = _FENCE.sub("", document.read_text("utf-8"))
    matches = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    cleaned = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in matches)
    return {heading.strip().replace(" ", "-") for heading in cleaned}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_between_the_documents_leads_somewhere(document: Path) -> None:
    for address in re.findall(r"\]\(([^()\s]+)\)", plain(document)):
        if address.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = address.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{address} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{address}: there is no such heading"


def test_each_dependency_has_its_line_and_what_is_relied_on_its_test() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    program, tools, relied = (re.findall(r"^\| `([^`]+)` \|(.*)", part, re.MULTILINE)
                              for part in text.split("\n## ")[1:])  # fmt: skip
    extras = project["optional-dependencies"]["test"]
    for rows, asked in ((program, project["dependencies"]), (tools, extras)):
        assert [name for name, _ in rows] == [re.split(r"[\[>=]", line)[0] for line in asked]
    assert {name for name, _ in relied} <= {name for name, _ in program}
    for name, row in relied:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, name
        assert all(f"def {test}(" in tests for test in named), name


def test_the_records_of_decisions_are_numbered_and_listed() -> None:
    listed = (DOCS / "adr" / "README.md").read_text("utf-8")
    records = sorted(path for path in (DOCS / "adr").glob("0*.md"))
    for number, path in enumerate(records, start=1):
        lines = path.read_text("utf-8").split("\n")
        title = lines[0].removeprefix(f"# {number}. ")
        assert path.name.startswith(f"{number:04}-")
        assert title != lines[0]
        assert f"{number}. [{title}]({path.name})" in listed
        headings = [line for line in lines if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences"]


def test_every_document_names_the_version_that_is_here() -> None:
    named = {
        version
        for document in [*DOCUMENTS, ROOT / "CITATION.cff"]
        for version in re.findall(
            r"(?:briefings-|rev: v|^version: )(\d+\.\d+\.\d+)",
            document.read_text("utf-8"),
            re.MULTILINE,
        )
    }
    assert named == {__version__}


# -- the repository --------------------------------------------------------------------------------

#: Folders of one machine, and hosts of registries; put together here so as not to be found here.
_FOREIGN = re.compile(
    "|".join(("/" + "work/", "/" + "tmp/", r"pypi\." + "org", "files.python" + "hosted"))
    + r"|registry\."
    + "npmjs"
)


def test_no_file_names_a_folder_of_a_machine_or_the_host_of_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a git working folder")
    places = []
    for name in filter(None, listed.stdout.split("\0")):
        file = ROOT / name
        if file.is_symlink() or not file.is_file():
            continue
        text = file.read_bytes().decode("utf-8", "replace")
        for match in _FOREIGN.finditer(text):
            if match[0] == "/" + "tmp/" and name.startswith("tests/"):
                continue
            line = text.count("\n", 0, match.start()) + 1
            places.append(f"{name}:{line}: {match[0]}")
    assert places == []
