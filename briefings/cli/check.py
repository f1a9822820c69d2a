"""`check`: say what is wrong, and what would make it more complete; write nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from briefings import checks, formats, pipeline
from briefings.cli.options import options_of, reading
from briefings.cli.report import print_problems
from briefings.load import Content
from briefings.problems import ContentError, Problem
from briefings.site import Site
from briefings.words import plural


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
@click.option("--strict", is_flag=True, help="Take such advice for faults.")
def check(form: str, advice: bool, strict: bool, **given: Any) -> int:
    """Check the content and the templates; write nothing."""
    options = options_of(given)
    try:
        content, site = _judged(options)
        found = checks.advised(content)
        warnings = checks.advice(content) if advice or strict or form != "text" else []
        if strict and warnings:
            raise ContentError(replace(one, severity="error") for one in warnings)
    except ContentError as fault:
        if form == "text":
            raise
        _print_for_programs(form, fault.problems)
        return 1
    if form != "text":
        _print_for_programs(form, warnings)
        return 0
    print_problems(warnings)
    if not given["quiet"]:
        click.echo(f"{plural(len(site.briefings), 'briefing')}; no faults")
        if found and not advice:
            click.echo(f"{plural(len(found), 'warning')}; --advice lists them", err=True)
    return 0


def _judged(options: pipeline.Options) -> tuple[Content, Site]:
    """The content without a fault, every page of it rendered; else raises ContentError.

    The search index is made of the same words, and so is left out.
    """
    options = replace(options, search=False)
    content, site = pipeline.check(options)
    rendered = pipeline.rendered_files(pipeline.plan(site, options), options.jobs)
    for _ in pipeline.walled(site, rendered):
        pass
    return content, site


def _print_for_programs(form: str, problems: Sequence[Problem]) -> None:
    if form == "json":
        click.echo(formats.as_json(problems))
        return
    for problem in problems:
        click.echo(formats.github(problem))
