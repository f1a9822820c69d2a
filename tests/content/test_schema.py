"""`schema`: what is valid here is valid for an editor program, and each key is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from briefings.cli import main
from briefings.content.dates.parsing import DateError
from briefings.content.dates.values import PartialDate, Period
from briefings.content.files import CONFIG, FOLDERS
from briefings.content.records import SCHEMAS
from briefings.content.schema.json_schema import json_schema, schema_files, shape_at, snippets
from tests.support.on_disk import ROOT

SITES = ("content", "tests/site/content", "tests/invalid/base")


class Plain(yaml.SafeLoader):
    """A YAML 1.1 reader that leaves days as texts, as one of JSON's values."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Core(Plain):
    """A YAML 1.2 reader, as editor programs have: only `true` and `false` are yes and no."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":int"))]
    for first, resolvers in Plain.yaml_implicit_resolvers.items()
}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?[0-9]+$"), list("-0123456789"))
# YAML 1.2 has no octal numbers that begin with 0, nor `1_000` and `12:30`.
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(str(node.value)))


def content_files() -> Iterator[tuple[str, Path]]:
    for site in SITES:
        root = ROOT / site
        if (root / CONFIG).is_file():
            yield "site", root / CONFIG
        for folder, (kind, ending) in FOLDERS.items():
            for file in sorted((root / folder).rglob(f"*{ending}")):
                if file.name != "README.md":
                    yield kind, file


FILES = list(content_files())


def front_of(file: Path, loader: type[yaml.SafeLoader]) -> Any:
    text = file.read_text("utf-8")
    if file.suffix == ".md":
        text = text.split("---\n", 2)[1]
    return yaml.load(text, Loader=loader)


@cache
def validator(kind: str) -> jsonschema.Draft7Validator:
    schema = json.loads(schema_files(SCHEMAS)[f"{kind}.json"])
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def faults(kind: str, front: Any) -> list[str]:
    return [f"{list(error.path)}: {error.message}" for error in validator(kind).iter_errors(front)]


# -- no valid file is called wrong -----------------------------------------------------------------


@pytest.mark.parametrize("loader", [Plain, Core], ids=["YAML 1.1", "YAML 1.2"])
@pytest.mark.parametrize(
    ("kind", "file"), FILES, ids=[file.relative_to(ROOT).as_posix() for _, file in FILES]
)
def test_every_file_that_can_be_published_is_valid(
    kind: str, file: Path, loader: type[yaml.SafeLoader]
) -> None:
    assert faults(kind, front_of(file, loader)) == []


def test_every_kind_of_file_was_tried() -> None:
    assert {kind for kind, _ in FILES} == set(SCHEMAS)


_TEXTS = st.text(alphabet="0123456789-/unkow ", max_size=22) | st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "/", "2021/", "2021-05/"]),
    st.sampled_from(["2022", "2022-11", "2022-11-25", "2011/12", "2011-12", "unknown"]),
    st.sampled_from(["", "/", "/2023", "/2023-02-01"]),
)


@given(_TEXTS)
def test_every_date_and_period_that_is_read_is_valid(text: str) -> None:
    for parse, field in ((PartialDate.parse, "report_published"), (Period.parse, "period")):
        loc = ("inspection", field) if field != "period" else ("figures", 0, field)
        try:
            parse(text)
        except DateError:
            continue
        shape = shape_at(SCHEMAS["briefing"], loc)
        jsonschema.validate(text, shape)
        if re.fullmatch("[0-9]{4}", text):
            jsonschema.validate(int(text), shape)


# -- what is wrong is called wrong -----------------------------------------------------------------

BRIEFING = next(file for kind, file in FILES if kind == "briefing")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"titel": "x"}, "'titel' was unexpected"),
        ({"status": "drafted"}, "'drafted' is not one of ['draft', 'published', 'withdrawn']"),
        ({"published": "15 January 2026"}, "does not match"),
        ({"trust": "North Trust"}, "does not match"),
        ({"topics": []}, "[] "),
        ({"not_known": None}, "None is not of type 'array'"),
        ({"service_counts": {"total": 3, "good": "three", "sources": ["A"]}}, "does not match"),
        ({"reply": {"status": "no reply"}}, "'no reply' is not one of"),
        ({"sources": {"1": {}}}, "does not match"),
    ],
)
def test_the_json_schema_marks_invalid_values_while_typing(
    change: dict[str, Any], expected: str
) -> None:
    problems = faults("briefing", front_of(BRIEFING, Core) | change)
    assert any(expected in problem for problem in problems), problems


def test_missing_required_values_are_asked_for() -> None:
    text = " ".join(faults("briefing", {}))
    for name in ("title", "summary", "trust", "regulator", "inspection", "published", "sources"):
        assert f"'{name}' is a required property" in text
    assert "'counts'" not in " ".join(faults("briefing", {"service_counts": {"total": 3}}))


# -- what an editor program shows ------------------------------------------------------------------


def every_shape(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, inner in node.get("properties", {}).items():
            yield name, inner
        for inner in node.values():
            yield from every_shape(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from every_shape(inner)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_says_what_it_means(kind: str) -> None:
    shapes = list(every_shape(json_schema(SCHEMAS[kind])))
    assert shapes
    assert [name for name, shape in shapes if not {"description", "$ref"} & shape.keys()] == []


def test_vocabularies_come_as_lists_to_choose_from() -> None:
    briefing = json_schema(SCHEMAS["briefing"])
    assert briefing["properties"]["status"]["enum"] == ["draft", "published", "withdrawn"]
    assert briefing["$defs"]["Event"]["properties"]["event"]["enum"][:2] == ["raised", "told"]
    assert "title" not in briefing["$defs"]["Event"]["properties"]["event"]


def test_snippets_offer_the_words_and_what_they_mean_inside_markdown() -> None:
    data = json.loads(snippets(SCHEMAS))
    status = data["status (briefing)"]
    assert status["scope"] == "markdown"
    assert status["body"] == ["status: ${1|draft,published,withdrawn|}"]
    assert data["service_counts (briefing)"]["body"][1] == "  total: $1"
    assert data["notice (inspection, in briefing)"]["description"].startswith("Whether the trust")
    assert data["name (trust)"]["prefix"] == "name"
    assert not any("regulator)" in name for name in data)


# -- the files -------------------------------------------------------------------------------------


def test_the_schemas_are_written_where_one_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", str(tmp_path / "here")]) == 0
    written = {file.name: file.read_text("utf-8") for file in (tmp_path / "here").iterdir()}
    assert written == dict(schema_files(SCHEMAS))
    assert str(tmp_path / "here" / "briefing.json") in capsys.readouterr().out


def test_the_files_for_visual_studio_code_are_those_of_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["schema"]) == 0
    for made in sorted(file for file in (tmp_path / ".vscode").rglob("*") if file.is_file()):
        committed = ROOT / made.relative_to(tmp_path)
        assert committed.read_text("utf-8") == made.read_text("utf-8"), "run build.py schema"


def test_the_settings_name_schemas_and_folders_that_are_there() -> None:
    text = (ROOT / ".vscode" / "settings.json").read_text("utf-8")
    settings = json.loads(re.sub(r"^ *//.*\n", "", text, flags=re.MULTILINE))
    for schema, files in settings["yaml.schemas"].items():
        kind = Path(schema).stem
        assert (ROOT / schema).is_file()
        assert [file for of_kind, file in FILES if of_kind == kind and file.match(files)]
