"""`check` lists faults and advice; `preview` lists what becomes public by merging or by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import click

from briefings import checks
from briefings.build import pipeline
from briefings.build.request import Options, PreviousBuild, from_last_build
from briefings.cli.options import Status, options_of, output_of, print_problems, reading
from briefings.domain.words import plural
from briefings.preview.compare import NoBase, compared
from briefings.preview.public_state import lifts
from briefings.preview.report import markdown, scheduled, text
from briefings.problems import ContentError, Problem


@click.command()
@reading
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    help="For people, for annotations on a pull request, or for programs.",
)
@click.option("--advice", is_flag=True, help="Say as well what would make it more complete.")
@click.option("--strict", is_flag=True, help="Take advice, and faults of drafts, for faults.")
def check(form: str, advice: bool, strict: bool, **parameters: Any) -> int:
    """Check the content and the templates; write nothing."""
    options = options_of(parameters, output_of(parameters))
    wants_advice = advice or strict or form != "text"
    result = from_last_build(partial(_check_content, wants_advice=wants_advice), options)
    faults, drafts, warnings = result.faults, result.drafts, result.advice
    if strict:
        faults += [replace(problem, severity="error") for problem in (*drafts, *warnings)]
        drafts, warnings = [], []
    if form != "text":
        problems = [*faults, *drafts, *warnings]
        lines = [as_json(problems)] if form == "json" else map(github, problems)
        for line in lines:
            click.echo(line)
        return Status.FAULTY if faults else Status.DONE
    if drafts:
        click.echo("in drafts, which are not published:", err=True)
        print_problems(drafts)
        click.echo(err=True)
    if faults:
        raise ContentError(faults)
    print_problems(warnings)
    if not parameters["quiet"]:
        click.echo(f"{plural(result.briefings, 'briefing')}; no faults")
        if drafts:
            click.echo(f"{plural(len(drafts), 'fault')} in drafts", err=True)
        if result.advised and not advice:
            click.echo(f"{plural(result.advised, 'warning')}; --advice lists them", err=True)
    return Status.DONE


@dataclass(frozen=True, slots=True)
class _CheckResult:
    """The result of a check. `advised`: the number of warnings, whether they are shown or not."""

    faults: list[Problem]
    drafts: list[Problem]
    advice: list[Problem]
    advised: int
    briefings: int


def _check_content(
    options: Options, previous: PreviousBuild | None, *, wants_advice: bool
) -> _CheckResult:
    """Return all faults and advice. Unchanged pages of the last build are not rendered again."""
    with pipeline.opened(options, previous) as world:
        site = world.site
        faults = world.faults() or _faults_of_pages(world)
        drafts = () if options.drafts else checks.draft_faults(site)
        return _CheckResult(
            faults=faults,
            drafts=[replace(problem, severity="warning") for problem in drafts],
            advice=checks.advice(site) if wants_advice and not faults else [],
            advised=0 if faults else checks.advised(site),
            briefings=len(site.briefings),
        )


def _faults_of_pages(world: pipeline.World) -> list[Problem]:
    """Return the faults of the pages that the last build has not rendered alike."""
    try:
        for _ in world.rendered(list(world.stale(world.files.keys_by_path()).values())):
            pass
    except ContentError as fault:
        return list(fault.problems)
    return []


_TITLES = {"error": "Fault", "warning": "Advice"}


def github(problem: Problem) -> str:
    """A workflow command of GitHub Actions, which shows an annotation at the line.

    Escaped like GitHub's own toolkit (`@actions/core`): `%` and line endings in the message; `:`
    and `,` as well in the properties.
    """
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    properties = {
        "file": problem.path,
        "line": str(problem.line),
        "col": str(problem.column),
        "title": _TITLES[problem.severity],
    }
    listed = ",".join(f"{name}={_in_property(value)}" for name, value in properties.items())
    return f"::{problem.severity} {listed}::{_in_message(text)}"


def _in_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _in_property(text: str) -> str:
    return _in_message(text).replace(":", "%3A").replace(",", "%2C")


def as_json(problems: Iterable[Problem]) -> str:
    """A JSON array with an object for each problem, one on each line; `[]` if there are none."""
    keys = ("path", "line", "column", "severity", "message", "hint")
    lines = [
        json.dumps({key: getattr(problem, key) for key in keys}, ensure_ascii=False)
        for problem in problems
    ]
    return "[\n{}\n]".format(",\n".join(lines)) if lines else "[]"


@click.command()
@reading
@click.option("--base", metavar="REF", help="Compare with the content at this commit or branch.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown"]),
    default="text",
    help="Plain, or for a comment on a pull request.",
)
@click.option(
    "--pages", metavar="DIR", type=click.Path(file_okay=False, path_type=Path),
    help="With --base: write the pages that differ into this folder, with an index.html.",
)  # fmt: skip
def preview(base: str | None, form: str, pages: Path | None, **parameters: Any) -> None:
    """List what merging would make public; without --base, what becomes public by itself."""
    options = options_of(parameters, output_of(parameters))
    if base is None:
        if pages is not None:
            raise click.UsageError("--pages needs a commit to compare with: add --base main")
        click.echo(from_last_build(_scheduled, options))
        return
    if pages is not None and pages.exists() and any(pages.iterdir()):
        raise click.UsageError(f"{pages} is not empty; name another folder with --pages")
    try:
        result = from_last_build(partial(compared, ref=base, pages=pages), options)
    except NoBase as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(markdown(result) if form == "markdown" else text(result))


def _scheduled(options: Options, previous: PreviousBuild | None) -> str:
    with pipeline.checked(options, previous) as world:
        now = world.site.now
        return scheduled(lifts(world.site.content, now), now)
