"""`digest`: a week as two files that a mail service can send, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.factory import CONFIG
from tests.support.on_disk import ROOT, Desk, Ran, briefing, write_site

TOPIC = "---\nname: Estates\nsummary: Of estates.\n---\n"
SOUTH = "---\nname: South Trust\nkind: mental-health\n---\n"
WEEK = "2026-01-12-to-2026-01-18"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A project with three briefings of one week: a public one, a draft, and one under embargo."""
    texts = {
        "one": "topics: [estates]",
        "two": "trust: south",
        "three": "status: draft",
        "four": "embargo_until: 2026-01-18T09:00:00+00:00",
    }
    write_site(tmp_path, texts, files={"topics/estates.md": TOPIC, "trusts/south.md": SOUTH})
    return Desk(tmp_path)


def run(desk: Desk, *options: str, now: str = "2026-01-19") -> Ran:
    folders = ["--templates", str(ROOT / "templates"), "--static", str(ROOT / "static")]
    return desk.run(
        "digest", "--since", "2026-01-12", *folders, "--now", now, "--jobs", "1", *options
    )


def written(desk: Desk) -> dict[str, str]:
    """Every file that is there beside the content, by its path."""
    hidden = ("content", ".cache")
    return {
        path.relative_to(desk.project).as_posix(): path.read_text("utf-8")
        for path in sorted(desk.project.rglob("*"))
        if path.is_file() and path.relative_to(desk.project).parts[0] not in hidden
    }


def test_a_week_is_written_as_html_and_text_and_its_subject_is_printed(desk: Desk) -> None:
    ran = run(desk)
    assert (ran.status, ran.err) == (0, "")
    files = written(desk)
    assert list(files) == [f"digest/{WEEK}.html", f"digest/{WEEK}.txt"]
    assert ran.out.splitlines() == [*files, "Subject: Briefings: 12 to 18 January 2026"]
    assert all("On one" in text and "On two" in text for text in files.values())
    assert "/digest/\n" in (ROOT / ".gitignore").read_text("utf-8")
    assert run(desk, "--quiet") == Ran(0, "", "")
    assert written(desk) == files


def test_no_draft_and_nothing_under_embargo_comes_into_a_mail(desk: Desk) -> None:
    held = ("On three", "On four")
    assert run(desk, "--until", "2026-01-17", now="2026-01-18").status == 0
    assert not any(title in text for text in written(desk).values() for title in held)
    assert run(desk).status == 0
    assert "On four" in written(desk)[f"digest/{WEEK}.txt"], "its moment was in that week"
    assert not any("On three" in text for text in written(desk).values())
    assert "No such option '--drafts'" in run(desk, "--drafts").err


def test_a_mail_on_one_trust_or_topic_has_its_name_and_nothing_else(desk: Desk) -> None:
    assert "Subject: South Trust: 12 to 18 January 2026" in run(desk, "--trust", "south").out
    assert "Subject: Estates: 12 to 18 January 2026" in run(desk, "--topic", "estates").out
    south, estates = f"digest/{WEEK}-trust-south", f"digest/{WEEK}-topic-estates"
    files = written(desk)
    assert sorted(files) == sorted(
        f"{stem}.{end}" for stem in (south, estates) for end in ("html", "txt")
    )
    assert "On one" not in files[f"{south}.html"]
    assert "On two" not in files[f"{estates}.txt"]


@pytest.mark.parametrize(
    ("output", "stem"),
    [("week.html", "week"), ("mail/week.txt", "mail/week"), ("mail", f"mail/{WEEK}")],
)
def test_the_files_go_where_the_editor_says(desk: Desk, output: str, stem: str) -> None:
    assert run(desk, "--output", output).status == 0
    assert sorted(written(desk)) == [f"{stem}.html", f"{stem}.txt"]


def test_a_week_without_news_writes_nothing_and_says_so(desk: Desk) -> None:
    ran = run(desk, "--since", "2025-12-01", "--until", "2025-12-07")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err == "nothing to send: Briefings has no news of 1 to 7 December 2025\n"
    assert written(desk) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--until", "2026-01-11"], "11 January 2026 is before 12 January 2026"),
        (["--until", "2026-01"], "`2026-01` is not a day; write the day, such as 2026-11-03"),
        (["--until", "18.1.2026"], "Invalid value for '--until'"),
        (["--until", "2026-01-19"], "19 January 2026 is not over"),
        (["--since", "2999-12-31"], "6 January 3000 is not over"),
        (["--trust", "north", "--topic", "estates"], "a trust or a topic, not both"),
        (["--trust", ""], "no trust has the id ``"),
        (["--trust", "nort"], "no trust has the id `nort`; did you mean `north`?"),
        (["--topic", "estate"], "no topic has the id `estate`; did you mean `estates`?"),
        (["--output", "output"], "mail folder (output) can't be inside the output folder"),
        (
            ["--output", "output/week.html"],
            "mail folder (output/week.html) can't be inside the output folder",
        ),
        (
            ["--output", "public/mail"],
            "public, which a build publishes; name another one with --output",
        ),
        (
            ["--output", "content/mail"],
            "content folder (content), which is read as content; name another one with --output",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_written(
    desk: Desk, options: list[str], message: str
) -> None:
    (desk.project / ".public-state").mkdir()  # what a build leaves beside its output folder
    ran = run(desk, *options)
    assert ran.status == 2
    assert message in " ".join(ran.err.split())
    assert written(desk) == {}


def test_faults_of_the_content_are_listed_with_their_places(desk: Desk) -> None:
    path = desk.project / "content/briefings/2026/one.md"
    path.write_text(briefing("one", "speling: wrong"), encoding="utf-8")
    ran = run(desk)
    assert ran.status == 1
    assert "content/briefings/2026/one.md:9:1: " in ran.err
    assert written(desk) == {}


def test_a_theme_may_replace_both_templates_and_its_faults_are_reported(desk: Desk) -> None:
    folder = desk.project / "theme/templates/mail"
    folder.mkdir(parents=True)
    (desk.project / "content/site.yaml").write_text(f"{CONFIG}theme: theme\n")
    (folder / "digest.txt").write_text("Ours: {{ view.meta.title }} & co\n")
    assert run(desk).status == 0
    assert written(desk)[f"digest/{WEEK}.txt"] == "Ours: Briefings: 12 to 18 January 2026 & co\n"
    assert "<h1" in written(desk)[f"digest/{WEEK}.html"]
    (folder / "digest.txt").write_text("fine\n{% if %}\n")
    for ran in (run(desk), desk.run("check")):
        assert ran.status == 1
        assert "theme/templates/mail/digest.txt:2:1: the template can't be read" in ran.err
    (folder / "digest.txt").write_text("fine\n{{ view.nothing }}\n")
    assert "theme/templates/mail/digest.txt:2:1: " in run(desk).err
    (folder / "digest.txt").unlink()
    (folder / "digest.html").write_text("<p>Always the same.\n" * 10_000)
    assert "digest.html:1:1: a mail without any content is longer than 102 kB" in run(desk).err


def test_a_name_that_is_not_to_be_published_is_not_mailed(desk: Desk) -> None:
    folder = desk.project / "theme/templates/mail"
    folder.mkdir(parents=True)
    policy = "theme: theme\npolicy: {never_publish: [Jane Roe]}\n"
    (desk.project / "content/site.yaml").write_text(f"{CONFIG}{policy}")
    (folder / "digest.txt").write_text("Jane {{ 'Roe' }}\n")
    ran = run(desk)
    assert ran.status == 1
    assert f"digest/{WEEK}.txt would publish a name of `policy.never_publish`" in ran.err
    assert list(written(desk)) == ["theme/templates/mail/digest.txt"]
