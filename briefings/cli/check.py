"""`check`: list faults and, with --advice, what would make the content more complete."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import click

from briefings import checks
from briefings.build import pipeline
from briefings.cli import formats
from briefings.cli.options import options_of, reading
from briefings.cli.report import print_problems
from briefings.content.loader import Content
from briefings.domain.site import Site
from briefings.domain.words import plural
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
def check(form: str, advice: bool, strict: bool, **given: Any) -> int:
    """Check the content and the templates; write nothing."""
    options = options_of(given)
    content = pipeline.read(options)
    now = options.now(content)
    faults, site = _faults(content, options)
    drafts = _warnings(() if options.drafts else checks.draft_problems(content, now))
    advice_wanted = advice or strict or form != "text"
    warnings = checks.advice(content, now) if advice_wanted and not faults else []
    if strict:
        faults += [replace(one, severity="error") for one in (*drafts, *warnings)]
        drafts, warnings = [], []
    if form != "text":
        _print_for_programs(form, [*faults, *drafts, *warnings])
        return 1 if faults else 0
    if drafts:
        click.echo("in drafts, which are not published:", err=True)
        print_problems(drafts)
        click.echo(err=True)
    if faults:
        raise ContentError(faults)
    print_problems(warnings)
    if site is not None and not given["quiet"]:
        _print_counts(site, len(drafts), 0 if advice else checks.advised(content, now))
    return 0


def _faults(content: Content, options: pipeline.Options) -> tuple[list[Problem], Site | None]:
    """Every fault of the content and of the pages made from it; the site, if there are none.

    The search index is not made: it has the text of the same pages.
    """
    options = replace(options, search=False)
    try:
        site = pipeline.judge(content, options)
        rendered = pipeline.rendered_files(pipeline.plan(site, options), options.jobs)
        for _ in pipeline.without_forbidden_names(site, rendered):
            pass
    except ContentError as fault:
        return list(fault.problems), None
    return [], site


def _warnings(problems: Iterable[Problem]) -> list[Problem]:
    return [replace(problem, severity="warning") for problem in problems]


def _print_counts(site: Site, in_drafts: int, advised: int) -> None:
    click.echo(f"{plural(len(site.briefings), 'briefing')}; no faults")
    if in_drafts:
        click.echo(f"{plural(in_drafts, 'fault')} in drafts", err=True)
    if advised:
        click.echo(f"{plural(advised, 'warning')}; --advice lists them", err=True)


def _print_for_programs(form: str, problems: Sequence[Problem]) -> None:
    if form == "json":
        click.echo(formats.as_json(problems))
        return
    for problem in problems:
        click.echo(formats.github(problem))
