"""`check` lists faults and advice; `preview` what merging makes public, or what comes by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from briefings import checks
from briefings import preview as previews
from briefings.build import pipeline
from briefings.cli.options import options_of, reading
from briefings.cli.report import as_json, github, print_problems
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
    drafts = [] if options.drafts else checks.draft_problems(content, now)
    advice_wanted = advice or strict or form != "text"
    warnings = checks.advice(content, now) if advice_wanted and not faults else []
    if strict:
        faults += [replace(problem, severity="error") for problem in (*drafts, *warnings)]
        drafts, warnings = [], []
    drafts = [replace(problem, severity="warning") for problem in drafts]
    if form != "text":
        problems = [*faults, *drafts, *warnings]
        lines = [as_json(problems)] if form == "json" else map(github, problems)
        for line in lines:
            click.echo(line)
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


def _print_counts(site: Site, in_drafts: int, advised: int) -> None:
    click.echo(f"{plural(len(site.briefings), 'briefing')}; no faults")
    if in_drafts:
        click.echo(f"{plural(in_drafts, 'fault')} in drafts", err=True)
    if advised:
        click.echo(f"{plural(advised, 'warning')}; --advice lists them", err=True)


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
def preview(base: str | None, form: str, **given: Any) -> None:
    """List what merging would make public; without --base, what becomes public by itself."""
    options = options_of(given)
    if base is None:
        content, site = pipeline.check(options)
        click.echo(previews.scheduled(previews.lifts(content, site.now), site.now))
        return
    try:
        found = previews.compared(options, base)
    except previews.NoBase as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(previews.markdown(found) if form == "markdown" else previews.text(found))
