"""Random sequences of changes, each followed by an incremental build and a build from nothing.

The outputs of both must be the same, byte for byte.

The project is that of `tests/site/`, which has every feature. A change may be refused by the
checks; then both builds refuse it, the published site stays as it was, and the change is undone.
"""

from __future__ import annotations

import gc
import hashlib
import inspect
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from PIL import Image

from briefings.cli import main
from briefings.content.dates.values import Moment
from tests.torture.index import settled

ROOT = Path(__file__).parents[2]
#: Before and after the site's embargo, a change of summer time, the end of a week in which a
#: briefing came out, a later change and a deadline.
MOMENTS = (
    "2026-03-29T00:59:58+00:00", "2026-03-29T00:59:59+00:00", "2026-06-01",
    "2026-08-01T00:00:59+01:00", "2026-08-01T00:01:00+01:00", "2026-10-25T01:30:00+00:00",
    "2026-10-25T23:59:59+00:00", "2026-10-26", "2026-12-01", "2027-06-01", "2031-01-01",
)  # fmt: skip
Edit = Callable[["Project", Random], None]


class Project:
    """Content, templates, static files and a theme in a folder of their own; two builds of them."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="rebuilding-"))
        shutil.copytree(ROOT / "tests/site", self.root, dirs_exist_ok=True)
        for name in ("templates", "static"):
            shutil.copytree(ROOT / name, self.root / name)
        self.now = "2026-12-01"
        self.options: tuple[str, ...] = ()
        self.folder, self.jobs, self.search = "output", 1, False

    @property
    def output(self) -> Path:
        """The output folder."""
        return self.root / self.folder

    @property
    def cache(self) -> Path:
        """The cache folder."""
        return self.root / "cache"

    def files(self, pattern: str) -> list[Path]:
        """Files of the project, in order."""
        return sorted(path for path in self.root.glob(pattern) if path.is_file())

    def arguments(self, output: str, *cache: str) -> list[str]:
        """Return the arguments of one build."""
        search = [] if self.search else ["--no-search"]
        where = ["--output", str(self.root / output)]
        return ["build", *where, *self.reading(*cache), *search, *self.options]

    def reading(self, *cache: str) -> list[str]:
        """The options of every command that reads the content."""
        folders = [
            word
            for name in ("content", "templates", "static")
            for word in (f"--{name}", str(self.root / name))
        ]
        now = ["--now", self.now] if self.now else []
        return [*folders, *now, *cache, "--jobs", str(self.jobs), "--quiet"]

    def again(self) -> int:
        """Build incrementally; return the exit status."""
        return self._run(self.arguments(self.folder, "--cache", str(self.cache)))

    def check(self, *cache: str) -> int:
        """Check the content; the exit status."""
        drafts = [option for option in self.options if option == "--drafts"]
        return self._run(["check", *self.reading(*cache), *drafts])

    def while_time_passes(self, *moments: str) -> int:
        """The same, without `--now`: each reading of the clock gives the next of these moments."""
        before, self.now = self.now, ""
        try:
            with ticking(*moments):
                return self.again()
        finally:
            self.now = before

    def register(self) -> int:
        """Run `register`; return the exit status."""
        now = ["--now", self.now] if self.now else []
        words = ["--content", str(self.root / "content"), *now, "--no-cache", "--jobs", "1"]
        return self._run(["register", *words])

    def clean(self) -> int:
        """Build from nothing into another folder; return the exit status."""
        for name in ("clean", ".clean-state"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        return self._run(self.arguments("clean", "--no-cache"))

    @contextmanager
    def begun(self, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
        """Start an incremental build, and wait until it has begun to work."""
        words = self.arguments(self.folder, "--cache", str(self.cache))
        with subprocess.Popen(
            [sys.executable, str(ROOT / "build.py"), *words],
            cwd=self.root / "content", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as build:  # fmt: skip
            time.sleep(seconds)
            yield build

    def killed(self, seconds: float) -> None:
        """Start an incremental build, and kill it at a random moment."""
        with self.begun(seconds) as build:
            os.killpg(build.pid, signal.SIGKILL)

    def _run(self, arguments: list[str]) -> int:
        before = Path.cwd()
        os.chdir(self.root / "content")  # a build refuses the folder it runs in, and those around
        try:
            return main(arguments)
        finally:
            os.chdir(before)
            gc.unfreeze()  # a build leaves its garbage to the end of its process

    def crash(self) -> str:
        """Return the traceback of a build that failed by itself; empty if there was none."""
        report = self.root / "content" / ".cache" / "crash.txt"
        return report.read_text("utf-8") if report.exists() else ""

    def remove(self) -> None:
        """Delete the project."""
        shutil.rmtree(self.root, ignore_errors=True)


@contextmanager
def ticking(*moments: str) -> Iterator[None]:
    """Each reading of the clock by any module of the generator gives the next of these moments.

    The last one is given again and again.
    """
    left = [datetime.fromisoformat(moment) for moment in moments]

    class Ticking(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            moment = left.pop(0) if len(left) > 1 else left[0]
            return moment.astimezone(tz)

    modules = [module for name, module in sys.modules.items() if name.startswith("briefings.")]
    patched = [module for module in modules if "datetime.now(" in inspect.getsource(module)]
    for module in patched:
        module.datetime = Ticking  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in patched:
            module.datetime = datetime  # type: ignore[attr-defined]


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def _in_file(pattern: str, old: str, new: str) -> Edit:
    """Changes the first match in one file of those that have one; `#` becomes a number."""

    def edit(project: Project, random: Random) -> None:
        paths = [
            path
            for path in project.files(pattern)
            if re.search(old, path.read_text("utf-8"), re.MULTILINE)
        ]
        if paths:
            path = random.choice(paths)
            said = new.replace("#", str(random.randrange(100)))
            text = re.sub(old, said, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
            path.write_text(text, encoding="utf-8")

    return edit


def _copied(project: Project, random: Random) -> None:
    """A new briefing, like one that is there."""
    path = random.choice(project.files("content/briefings/*/*.md"))
    text = re.sub(r"^aliases:.*\n(?:[ -].*\n)*", "", path.read_text("utf-8"), flags=re.MULTILINE)
    number = random.randrange(1000)
    text = re.sub(r"^title: .*$", f"title: A copy, number {number}", text, flags=re.MULTILINE)
    path.with_name(f"copy-{number}.md").write_text(text, encoding="utf-8")


def _removed(pattern: str) -> Edit:
    def edit(project: Project, random: Random) -> None:
        if paths := project.files(pattern):
            random.choice(paths).unlink()

    return edit


def _laid_over(pattern: str) -> Edit:
    """Put a copy of a template or stylesheet, with something at its end, into the theme."""

    def edit(project: Project, random: Random) -> None:
        path = random.choice(project.files(pattern))
        over = project.root / "theme" / path.relative_to(project.root)
        over.parent.mkdir(parents=True, exist_ok=True)
        over.write_bytes(path.read_bytes() + b"\n")

    return edit


def _renamed(project: Project, random: Random) -> None:
    """Rename a briefing; its old address is an alias."""
    path = random.choice(project.files("content/briefings/*/*.md"))
    text = re.sub(r"^aliases:.*\n(?:[ -].*\n)*", "", path.read_text("utf-8"), flags=re.MULTILINE)
    alias = f"aliases: [/briefings/{path.stem}/]"
    path.write_text(text.replace("\ntitle:", f"\n{alias}\ntitle:", 1), encoding="utf-8")
    path.rename(path.with_name(f"renamed-{random.randrange(100)}.md"))


def _to_another_folder(project: Project, random: Random) -> None:
    path = random.choice(project.files("content/briefings/*/*.md"))
    folder = random.choice(sorted(project.root.glob("content/briefings/20*")))
    path.rename(folder / path.name)


def _alias_to_another(project: Project, random: Random) -> None:
    """Move an alias to another page."""
    aliased = [
        (path, aliases[1])
        for path in project.files("content/*/**/*.md")
        if (aliases := re.search(r"^aliases: \[(.*)\]$", path.read_text("utf-8"), re.MULTILINE))
    ]
    if len(aliased) > 1:
        (giver, given), (taker, own) = random.sample(aliased, 2)
        first, *rest = given.split(", ")
        for path, before, after in (
            (giver, given, ", ".join(rest)), (taker, own, f"{own}, {first}" if own else first),
        ):  # fmt: skip
            text = path.read_text("utf-8").replace(f"aliases: [{before}]", f"aliases: [{after}]")
            path.write_text(text, encoding="utf-8")


def _picture(project: Project, random: Random) -> None:
    """Change the lines of a drawing (SVG)."""
    path = random.choice(project.files("content/media/**/*.svg"))
    line = f'<path d="M0 0h{random.randrange(100)}"/></svg>'
    path.write_text(path.read_text("utf-8").replace("</svg>", line, 1), encoding="utf-8")


def _photograph(project: Project, random: Random) -> None:
    """Change the width of a photograph, and show it on one more page."""
    file = project.root / "content/media/ward.jpg"
    Image.new("RGB", (random.randrange(300, 1600), 20), "green").save(file)
    path = random.choice(project.files("content/briefings/*/*.md"))
    path.write_text(f"{path.read_text('utf-8')}\n![A ward](../../media/ward.jpg)\n", "utf-8")


def _source_saved(project: Project, random: Random) -> None:
    """The text of a source, which may lack what is quoted from it, is saved or changed."""
    path = random.choice(project.files("content/briefings/*/*.md"))
    urls = re.findall(r"^ +url: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
    if urls:
        name = hashlib.sha256(random.choice(urls).encode()).hexdigest()
        file = project.root / "sources" / f"{name}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"Words, {random.randrange(3)}.\n", encoding="utf-8")


def _note(project: Project, random: Random) -> None:
    """Write a note for editors (NOTES.md); sometimes with a name of `policy.never_publish`."""
    text = random.choice(("A note.", "Another note.", "Nemo Nobody wrote this."))
    (project.root / "content/briefings/NOTES.md").write_text(f"{text}\n", encoding="utf-8")


def _registered(project: Project, random: Random) -> None:
    """Enter what is public in the register of publication."""
    project.register()


def _facts_recorded(project: Project, random: Random) -> None:
    """The facts of what is public are recorded, and may not change unannounced from now on."""
    config = project.root / "content/site.yaml"
    text = re.sub(r"^  corrections: .*\n", "", config.read_text("utf-8"), flags=re.MULTILINE)
    text = text.replace("\npolicy:\n", "\npolicy:\n  corrections: required\n")
    config.write_text(text, encoding="utf-8")
    project.register()


def _theme_calls(inside: str, partial: str) -> Edit:
    """A new piece in the theme, which the footer of all pages calls."""

    def edit(project: Project, random: Random) -> None:
        made = project.root / "theme/templates/partials/made.html"
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(partial.replace("#", str(random.randrange(100))), encoding="utf-8")
        for path in project.files("theme/templates/partials/footer.html"):
            text = path.read_text("utf-8")
            if inside not in text:
                path.write_text(text.replace("<p>", f"{inside}<p>", 1), encoding="utf-8")

    return edit


def _restored(project: Project, random: Random) -> None:
    """Restore a file to its first version: no deleted node may be used again."""
    origin = ROOT / "tests/site/content"
    path = random.choice(sorted(path for path in origin.rglob("*") if path.is_file()))
    shutil.copyfile(path, project.root / "content" / path.relative_to(origin))


def _unpacked(project: Project, random: Random) -> None:
    """Give every published file another mtime and inode, as restoring from a copy does."""
    for folder in (project.output, project.root / ".output-state"):
        copy = folder.with_name("copy")
        if folder.exists():
            folder.rename(copy)
            shutil.copytree(copy, folder, copy_function=shutil.copyfile)
            shutil.rmtree(copy)


def _touched(project: Project, random: Random) -> None:
    """Give every file a new mtime, as a new checkout does."""
    for path in project.files("content/**/*"):
        os.utime(path)


#: No folder ever has the time of another, or one that it had before.
_TIMES = count(10**9)


def age(*roots: Path) -> None:
    """Age all folders, so that their mtimes prove which names they have."""
    for root in roots:
        for folder in (root, *root.rglob("*")):
            if folder.is_dir():
                os.utime(folder, (0, next(_TIMES)))


def _long_ago(project: Project, random: Random) -> None:
    """Age the folders, as if the last build was long ago."""
    age(project.output, project.root / ".output-state/staging")


def _garbled(project: Project, random: Random) -> None:
    """Overwrite bytes of a file of the cache."""
    if paths := project.files("cache/*"):
        path = random.choice(paths)
        data = bytearray(path.read_bytes())
        for _ in range(20):
            if data:
                data[random.randrange(len(data))] = random.randrange(256)
        path.write_bytes(bytes(data))


def _cut(project: Project, random: Random) -> None:
    """Truncate a file of the cache."""
    if paths := project.files("cache/*"):
        path = random.choice(paths)
        path.write_bytes(path.read_bytes()[: random.randrange(path.stat().st_size + 1)])


def _output_edited(project: Project, random: Random) -> None:
    """Edit a published file by hand."""
    if paths := project.files("output/**/*.html"):
        path = random.choice(paths)
        path.write_bytes(path.read_bytes() + b"<!-- by hand -->")


def _gone(*names: str) -> Edit:
    def edit(project: Project, random: Random) -> None:
        for name in names:
            shutil.rmtree(project.root / name, ignore_errors=True)

    return edit


#: What may happen between two builds.
EDITS: dict[str, Edit] = {
    "words": _in_file("content/briefings/*/*.md", r"\Z", "\nMore words, #.\n"),
    "words-first": _in_file("content/briefings/*/*.md", r"\n---\n", "\n---\nFirst words, #.\n\n"),
    "summary": _in_file("content/briefings/*/*.md", r"^summary: .*$", "summary: A summary, #."),
    "title": _in_file("content/briefings/*/*.md", r"^title: .*$", "title: A title, #"),
    "rating": _in_file("content/briefings/*/*.md", r"value: good", "value: outstanding"),
    "draft": _in_file("content/briefings/*/*.md", r"^title:", "status: draft\ntitle:"),
    "no draft": _in_file("content/briefings/*/*.md", r"^status: draft\n", ""),
    "deadline": _in_file("content/briefings/*/*.md", r"deadline: 20\d\d", "deadline: 2031"),
    "event": _in_file("content/briefings/*/*.md", r"event: told", "event: repeated"),
    "copied": _copied,
    "briefing removed": _removed("content/briefings/*/*.md"),
    "also about": _in_file(
        "content/briefings/*/*.md", r"^(trust: (?!eldon).*)$", r"\1\nalso_about: [eldon]"
    ),
    "also about no more": _in_file("content/briefings/*/*.md", r"^also_about: .*\n", ""),
    "another trust": _in_file("content/briefings/*/*.md", r"^trust: .*$", "trust: castlebridge"),
    "topics": _in_file("content/briefings/*/*.md", r"^topics: .*$", "topics: []"),
    "inspected": _in_file(
        "content/briefings/*/*.md", r"inspected: 20\d\d[^,}\n]*", "inspected: 2019"
    ),
    "number": _in_file("content/briefings/*/*.md", r"(- \{name: [^{}\n]*?value: )\d+", r"\g<1>7#"),
    "figure": _in_file("content/briefings/*/*.md", r"^( +)value: \d+$", r"\1value: 7#"),
    "grade": _in_file("content/briefings/*/*.md", r"value: good", "value: inadequate"),
    "another thing rated": _in_file(
        "content/briefings/*/*.md",
        r"^ratings:\n(  )?- ",
        "ratings:\n\\1- scope: service\n\\1  name: Another #\n\\1  value: good\n"
        "\\1  sources: [A]\n\\1- ",
    ),
    "covered": _in_file(
        "content/briefings/*/*.md",
        r"^(  report_published: .*)\n(?!  covers:)",
        r"\1\n  covers: [{scope: trust}, {scope: service, name: Wards for adults}]\n",
    ),
    "day of a visit": _in_file("content/briefings/*/*.md", r"date: 20\d\d", "date: 2018"),
    "day of a report": _in_file(
        "content/briefings/*/*.md", r"report_published: 20\d\d", "report_published: 2019"
    ),
    "met": _in_file("content/briefings/*/*.md", r"event: \w+", "event: met"),
    "breach": _in_file(
        "content/briefings/*/*.md", r"regulation: \"?[\w.()]+\"?", 'regulation: "17"'
    ),
    "how a power stands": _in_file(
        "content/briefings/*/*.md", r"status: (met|active)$", "status: lifted"
    ),
    "served": _in_file("content/briefings/*/*.md", r"served: 20\d\d", "served: 2017"),
    "mended": _in_file(
        "content/briefings/*/*.md",
        r"^(sources:)",
        "changes:\n  - {date: 2026-05-11, kind: correction, text: Word #.}\n\\1",
    ),
    "no longer so": _in_file("content/briefings/*/*.md", r"^changes:\n(?:[ -].*\n)*", ""),
    "published later": _in_file(
        "content/briefings/*/*.md", r"^published: 20\d\d-0", "published: 2026-0"
    ),
    "order of sources": _in_file(
        "content/briefings/*/*.md",
        r"^sources:\n(  \w+:\n(?:    .*\n)+)(  \w+:\n(?:    .*\n)+)",
        r"sources:\n\2\1",
    ),
    "what is required": _in_file("content/requirements/*.yaml", r"^text: .*$", "text: In full, #."),
    "topics of a requirement": _in_file(
        "content/requirements/*.yaml", r"^topics: .*$", "topics: []"
    ),
    "region": _in_file("content/trusts/*.md", r"^region: .*$", "region: Region #"),
    "source": _in_file("content/briefings/*/*.md", r"title: (?=[A-Z])", "title: Source #: "),
    "short name": _in_file("content/trusts/*.md", r"^short_name: .*$", "short_name: Short, #"),
    "follows nobody": _in_file("content/trusts/*.md", r"^predecessors:\n(?:[ -].*\n)*", ""),
    "trust": _in_file("content/trusts/*.md", r"^name: .*$", "name: A Trust, #"),
    "trust words": _in_file("content/trusts/*.md", r"\Z", "\nMore words, #.\n"),
    "requirement": _in_file("content/requirements/*.yaml", r"^title: .*$", "title: To do, #"),
    "requirement removed": _removed("content/requirements/*.yaml"),
    "topic": _in_file("content/topics/*.md", r"^name: .*$", "name: Topic #"),
    "regulator": _in_file("content/regulators/*.yaml", r"label: Good", "label: Good #"),
    "page": _in_file("content/pages/*.md", r"\Z", "\nMore words, #.\n"),
    "site": _in_file("content/site.yaml", r"^title: .*$", "title: Site #"),
    "tagline": _in_file("content/site.yaml", r"^tagline: .*$", "tagline: Line #"),
    "layout": _in_file("templates/layouts/*.html", r"<main", '<main data-n="#"'),
    "around": _in_file("templates/partials/masthead.html", r"<header", '<header data-n="#"'),
    "footer of the theme": _in_file("theme/templates/**/*.html", r"<p>", '<p data-n="#">'),
    "template laid over": _laid_over("templates/**/*.html"),
    "static file laid over": _laid_over("static/*"),
    "no longer laid over": _removed("theme/*/**/*"),
    "no theme": _in_file("content/site.yaml", r"^theme: .*\n", ""),
    "no such theme": _in_file("content/site.yaml", r"^theme: .*$", "theme: another"),
    "theme lost": _gone("theme"),
    "broken theme": _in_file("theme/templates/**/*.html", r"\Z", "{% if %}"),
    "page template": _in_file("templates/pages/*.html", r"<h2", '<h2 data-n="#"'),
    "piece": _in_file("templates/partials/briefing/*.html", r"<p", '<p data-n="#"'),
    "macro": _in_file("templates/macros/*.html", r"<span", '<span data-n="#"'),
    "broken template": _in_file("templates/pages/*.html", r"\Z", "{% if %}"),
    "broken layout": _in_file("templates/layouts/base.html", r"\Z", "{{ nothing }}"),
    "style": _in_file("static/style.css", r"\Z", "\n.n# { color: red; }\n"),
    "broken content": _in_file("content/**/*.md", r"^(\w+):", r"\1x:"),
    "renamed": _renamed,
    "to another folder": _to_another_folder,
    "alias": _in_file("content/*/**/*.md", r"^aliases: \[", "aliases: [/old/#/, "),
    "alias to another": _alias_to_another,
    "withdrawn": _in_file(
        "content/briefings/*/*.md",
        r"^status: published$",
        "status: withdrawn\nwithdrawn: {date: 2026-11-2#, reason: It was wrong.}",
    ),
    "withdrawn later": _in_file(
        "content/briefings/*/*.md",
        r"^status: published$",
        "status: withdrawn\nwithdrawn: {date: 2026-12-1#, reason: It was wrong.}",
    ),
    "embargo": _in_file("content/briefings/*/*.md", r"^embargo_until: .*\n", ""),
    "embargo to a later day": _in_file(
        "content/briefings/*/*.md", r"^embargo_until: .*$", "embargo_until: 2027-05-01"
    ),
    "trust held back": _in_file("content/trusts/*.md", r"^name:", "published: 2027-05-01\nname:"),
    "picture": _picture,
    "photograph": _photograph,
    "picture removed": _removed("content/media/**/*"),
    "source saved": _source_saved,
    "source removed": _removed("sources/*"),
    "note": _note,
    "named who must not be": _in_file(
        "content/briefings/*/*.md", r"\Z", "\nSaid by Nemo Nobody.\n"
    ),
    "may be named": _in_file("content/site.yaml", "Nemo Nobody, ", ""),
    "another host": _in_file(
        "content/site.yaml", r"^base_url: .*$", "base_url: https://h#.example/briefings-site/"
    ),
    "another prefix": _in_file(
        "content/site.yaml", r"^base_url: .*$", "base_url: https://watch.example/#/"
    ),
    "another zone": _in_file("content/site.yaml", r"^time_zone: .*$", "time_zone: Asia/Tokyo"),
    "menu": _in_file("content/site.yaml", r"label: Orders", "label: Orders #"),
    "fewer items": _in_file("content/site.yaml", r"items: \d+", "items: 2"),
    "registered": _registered,
    "facts recorded": _facts_recorded,
    "fact changed": _in_file("content/briefings/*/*.md", r"^  notice: .*$", "  notice: mixed"),
    "recorded facts edited": _in_file("content/facts.csv", r"\b[0-9a-f]{4}", "abcd"),
    "recorded facts lost": _removed("content/facts.csv"),
    "template by a computed name": _theme_calls(
        '{% include "partials/" ~ "made.html" ignore missing %}', "<p>Made, #</p>"
    ),
    "value of an imported template": _theme_calls(
        '{% from "partials/made.html" import made %}{{ made() }}',
        "{% set line = site.tagline %}{% macro made() %}<p>{{ line }}, #</p>{% endmacro %}",
    ),
    "piece removed": _removed("theme/templates/partials/made.html"),
    "restored": _restored,
    "touched": _touched,
    "unpacked": _unpacked,
    "long ago": _long_ago,
    "garbled": _garbled,
    "cut": _cut,
    "no cache": _gone("cache"),
    "no output": _gone("output", ".output-state"),
    "output lost": _gone("output"),
    "output edited": _output_edited,
    "output removed": _removed("output/**/*.html"),
}


class Rebuilding(RuleBasedStateMachine):
    """Any sequence of changes, each followed by both builds."""

    def __init__(self) -> None:
        super().__init__()
        self.project = Project()

    @initialize()
    def first(self) -> None:
        self.compare()

    @rule(
        names=st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=3),
        seed=st.integers(0, 999),
    )
    def edited(self, names: list[str], seed: int) -> None:
        """One to three changes at once."""
        before = {name: tree(self.project.root / name) for name in SOURCES}
        random = Random(seed)
        for name in names:
            EDITS[name](self.project, random)
        if not self.compare():
            self.undo(before)

    @rule(now=st.sampled_from(MOMENTS))
    def later(self, now: str) -> None:
        """Move the clock forwards or back."""
        before, self.project.now = self.project.now, now
        if not self.compare():
            self.project.now = before

    @rule(name=st.sampled_from(sorted(EDITS)), first=st.integers(0, len(MOMENTS) - 2))
    def later_within(self, name: str, first: int) -> None:
        """A moment at which the site changes passes while an edit is built."""
        before = {source: tree(self.project.root / source) for source in SOURCES}
        zone = ZoneInfo("Europe/London")
        early, late = (
            Moment.parse(moment).at(zone).isoformat() for moment in MOMENTS[first : first + 2]
        )
        now, self.project.now = self.project.now, MOMENTS[first]
        if not self.compare():
            self.project.now = now
            return
        EDITS[name](self.project, Random(first))
        if self.project.clean() == 0:
            assert self.project.while_time_passes(early, late) == 0
            same(tree(self.project.output), tree(self.project.root / "clean"))
            self.project.now = MOMENTS[first + 1]
        if not self.compare():
            self.undo(before)

    @rule(
        options=st.sampled_from([(), ("--drafts",), ("--base-url", "https://example.net/a/")]),
        folder=st.sampled_from(["output", "other"]),
        jobs=st.integers(1, 2),
        search=st.booleans(),
    )
    def otherwise(self, options: tuple[str, ...], folder: str, jobs: int, *, search: bool) -> None:
        """Other options, and the first ones again, with one cache folder."""
        project = self.project
        before = project.options, project.folder, project.jobs, project.search
        project.options, project.folder, project.jobs, project.search = (
            options, folder, jobs, search,
        )  # fmt: skip
        if not self.compare():
            project.options, project.folder, project.jobs, project.search = before

    @rule(name=st.sampled_from(sorted(EDITS)), seed=st.integers(0, 999))
    def undone(self, name: str, seed: int) -> None:
        """A change, perhaps refused, and its undoing."""
        before = {source: tree(self.project.root / source) for source in SOURCES}
        EDITS[name](self.project, Random(seed))
        self.compare()
        self.undo(before)
        assert self.compare()

    @rule(name=st.sampled_from(sorted(EDITS)), seed=st.integers(0, 999))
    def checked(self, name: str, seed: int) -> None:
        """A check, with what the last build left, says what one from nothing does."""
        before = {source: tree(self.project.root / source) for source in SOURCES}
        EDITS[name](self.project, Random(seed))
        again = self.project.check("--cache", str(self.project.cache))
        assert again == self.project.check("--no-cache")
        if not self.compare():
            self.undo(before)

    @rule(name=st.sampled_from(sorted(EDITS)), seed=st.integers(0, 999), seconds=st.floats(0, 1.5))
    def while_it_builds(self, name: str, seed: int, seconds: float) -> None:
        """Somebody saves a file while a build runs."""
        before = {source: tree(self.project.root / source) for source in SOURCES}
        EDITS["words"](self.project, Random(seed))
        with self.project.begun(seconds):
            EDITS[name](self.project, Random(seed))
        if not self.compare():
            self.undo(before)

    @rule(name=st.sampled_from(["words", "title", "layout"]), part=st.floats(0, 1.5))
    def interrupted(self, name: str, part: float) -> None:
        """A build is killed, and the next one has to mend it."""
        before = {source: tree(self.project.root / source) for source in SOURCES}
        EDITS[name](self.project, Random(int(part * 1000)))
        self.project.killed(part)
        if not self.compare():
            self.undo(before)

    def compare(self) -> bool:
        """Check that both builds succeed or fail alike, and give the same bytes."""
        project = self.project
        published = tree(project.output)
        clean, again = project.clean(), project.again()
        assert again == clean, f"built again: {again}, from nothing: {clean}; {project.crash()}"
        if clean == 0:
            same(tree(project.output), tree(project.root / "clean"))
            return True
        assert tree(project.output) == published, "a refused build changed the published site"
        return False

    def undo(self, before: dict[str, dict[str, bytes]]) -> None:
        for name, files in before.items():
            root = self.project.root / name
            shutil.rmtree(root, ignore_errors=True)
            for path, data in files.items():
                file = root / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)

    def teardown(self) -> None:
        self.project.remove()
        gc.collect()  # builds have raised the thresholds of the collector


#: What editors and designers change.
SOURCES = ("content", "templates", "static", "theme", "sources")


def same(first: dict[str, bytes], other: dict[str, bytes]) -> None:
    """Fails with the first files that differ."""
    first, other = settled(first), settled(other)
    wrong = [
        path for path in sorted(first.keys() | other.keys()) if first.get(path) != other.get(path)
    ]
    assert not wrong, f"{len(wrong)} files differ from a build from nothing: {wrong[:8]}"
