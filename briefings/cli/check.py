"""Commands that read the site and report.

`check` lists faults and advice, `preview` what becomes public by merging or by itself; `digest`
writes what became public in some days, as mail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click

from briefings import checks
from briefings.build import pipeline
from briefings.build.never_publish import filter_names
from briefings.build.request import Options, PreviousBuild, from_last_build
from briefings.cli.options import (
    Status,
    if_given,
    keep_apart,
    known,
    options_of,
    output_of,
    print_problems,
    reading,
    reading_public,
)
from briefings.content.dates.parsing import DateError, day_hint, show_day
from briefings.content.dates.values import PartialDate
from briefings.domain.site import Site
from briefings.domain.weeks import SITE
from briefings.domain.words import plural
from briefings.outputs.mail import MAX_HTML, mail
from briefings.preview.compare import NoBase, compared
from briefings.preview.public_state import lifts
from briefings.preview.report import markdown, scheduled, text
from briefings.problems import ContentError, Problem
from briefings.publish import Folder


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
    listed = ",".join(
        f"{name}={_in_message(value).replace(':', '%3A').replace(',', '%2C')}"
        for name, value in properties.items()
    )
    return f"::{problem.severity} {listed}::{_in_message(text)}"


def _in_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


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


_ENDINGS = (".html", ".txt")


def _day(text: str) -> date:
    try:
        written = PartialDate.parse(text)
    except DateError as fault:
        raise click.BadParameter(f"{fault.message}; {day_hint(text)}") from None
    if not written.exact or written.earliest is None:
        raise click.BadParameter(f"`{text}` is not a day; {day_hint(text)}")
    return written.earliest


class _Wanted(NamedTuple):
    """What the editor asked for. `until`: the last day. `scope`: see `weeks.of_scope`."""

    since: date
    until: date
    scope: tuple[str, str]

    def files(self, output: Path) -> list[Path]:
        """Return where the HTML and the text go, for a folder or one of the two files.

        In a folder as `2026-11-23-to-2026-11-29.html`, for a trust `…-trust-rha.html`.
        """
        on = () if self.scope == SITE else self.scope
        name = "-".join((f"{self.since}-to-{self.until}", *on))
        stem = output.with_suffix("") if output.suffix in _ENDINGS else output / name
        return [stem.with_name(f"{stem.name}{ending}") for ending in _ENDINGS]

    def days(self, site: Site) -> PartialDate:
        """Return the days. Raises UsageError unless all of them are over."""
        if self.until >= site.now.astimezone(site.zone).date():
            over = f"{show_day(self.until)} is not over, and more may come out on it"
            raise click.UsageError(f"{over}; with --until, name a day that is over")
        days = f"{self.since}/{self.until}" if self.since < self.until else f"{self.since}"
        return PartialDate.parse(days)

    def name(self, site: Site) -> str:
        """Return the name of the site, trust or topic. Raises UsageError if there is none."""
        kind, id = self.scope
        if self.scope == SITE:
            return site.config.title
        return str(known(kind, id, site.trusts if kind == "trust" else site.topics).front.name)


@click.command()
@click.option(
    "--since", metavar="DATE", required=True, callback=if_given(_day), help="The first day."
)
@click.option(
    "--until", metavar="DATE", callback=if_given(_day),
    help="The last day, which must be over; seven days are written without it.",
)  # fmt: skip
@click.option("--trust", metavar="ID", help="Only what is on this trust.")
@click.option("--topic", metavar="ID", help="Only what is on this topic.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=Path("digest"), show_default=True,
    help="A folder, or a file that ends in .html or .txt: the other one goes beside it.",
)  # fmt: skip
@reading_public
def digest(
    since: date, until: date | None, trust: str | None, topic: str | None, output: Path,
    **parameters: Any,
) -> int:  # fmt: skip
    """Write what became public in a week, or on the given days, as mail: HTML and plain text."""
    if trust is not None and topic is not None:
        raise click.UsageError("name a trust or a topic, not both")
    if until is not None and until < since:
        raise click.UsageError(f"{show_day(until)} is before {show_day(since)}")
    _keep_apart(output, parameters)
    scopes = {"trust": trust, "topic": topic}
    scope = next(((kind, id) for kind, id in scopes.items() if id is not None), SITE)
    wanted = _Wanted(since, until or since + timedelta(days=6), scope)
    options = options_of(parameters, output_of(parameters))
    return from_last_build(partial(_write, wanted, output, parameters["quiet"]), options)


def _keep_apart(output: Path, parameters: Mapping[str, Any]) -> None:
    """Raise UsageError if the files would be published, or read by a build."""
    keep_apart({**parameters, "output": output_of(parameters), "mail": output})
    folder = output.resolve()
    for outer in (folder, *folder.parents):
        if outer.name and Folder(outer).state.is_dir():
            message = f"the mail folder ({output}) can't be inside {outer}, which a build publishes"
            raise click.UsageError(f"{message}; name another one with --output")


def _write(
    wanted: _Wanted, output: Path, quiet: bool, options: Options, previous: PreviousBuild | None
) -> int:
    """Write both files and say so; return the exit status."""
    with pipeline.checked(options, previous) as world:
        site = world.site
        days, name = wanted.days(site), wanted.name(site)
        digest_mail = mail(world.files.renderer, site, wanted.scope, name, days)
        if digest_mail is None:
            click.echo(f"nothing to send: {name} has no news of {days.show()}", err=True)
            return Status.EMPTY
        paths = wanted.files(output)
        written = zip(map(str, paths), (digest_mail.html, digest_mail.text), strict=True)
        files = list(filter_names(site.config, written))
    paths[0].parent.mkdir(parents=True, exist_ok=True)
    for path, data in files:
        Path(path).write_bytes(data)
    if digest_mail.is_short:
        size = f"{MAX_HTML // 1000} kB"
        click.echo(f"shortened: mail programs show no more than {size}", err=True)
    if not quiet:
        click.echo("\n".join([*map(str, paths), f"Subject: {digest_mail.subject}"]))
    return Status.DONE
