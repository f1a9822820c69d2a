"""A theme overlays our own templates and static files, and is checked like them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.on_disk import Desk, write_site
from tests.support.reading import Reading

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/templates.md").read_text("utf-8")
FOOTER = "theme/templates/partials/footer.html"
CONFIG = """
title: Briefings
base_url: https://example.org/
publisher: {name: Publisher}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A project without a theme."""
    write_site(tmp_path, {"one": ""}, files={"site.yaml": CONFIG})
    return Desk(tmp_path)


def write(desk: Desk, path: str, text: str) -> None:
    file = desk.project / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def named(desk: Desk, theme: str, more: str = "") -> None:
    """Name a theme in `site.yaml`, on line 5."""
    write(desk, "content/site.yaml", f"{CONFIG}theme: {theme}\n{more}")


def footers(desk: Desk) -> set[str]:
    pages = [data.decode() for path, data in desk.published().items() if path.endswith(".html")]
    texts = {Reading(page).at("footer") for page in pages if "<footer" in page}
    assert len(pages) > 10
    return texts


def test_the_example_of_the_guide_changes_the_footer_of_every_page(desk: Desk) -> None:
    [(path, text)] = re.findall(r"```html (my-theme/\S+)\n(.*?)```", DOCS, re.DOTALL)
    [line] = re.findall(r"```yaml\n(theme: .*)\n```", DOCS)
    assert text.count("\n") == 6
    desk.build()
    before = desk.published()
    assert not any("Printed copies" in footer for footer in footers(desk))
    write(desk, path, text)
    named(desk, line.removeprefix("theme: "))
    desk.build()
    [footer] = footers(desk)
    assert footer.endswith("Printed copies are in every library of the county.")
    assert "Not the CQC" in footer
    assert "Enforcement register" in footer
    assert before.keys() == desk.published().keys()


def test_a_static_file_of_the_theme_takes_the_place_of_ours_and_others_are_added(
    desk: Desk,
) -> None:
    write(desk, "theme/static/style.css", "p { color: red }")
    write(desk, "theme/static/fonts/a.txt", "A")
    named(desk, "theme")
    desk.build()
    sheets = [
        data for path, data in desk.published().items() if re.match(r"static/style\..*css", path)
    ]
    assert sheets == [b"p { color: red }"]
    assert any(re.match(r"static/fonts/a\..*\.txt", path) for path in desk.published())
    assert any(re.match(r"static/lists\..*\.css", path) for path in desk.published())


def test_the_theme_of_the_command_goes_before_that_of_the_site(desk: Desk) -> None:
    write(desk, FOOTER, '<footer id="footer">Of the site</footer>')
    write(desk, "other/templates/partials/footer.html", '<footer id="footer">Of the day</footer>')
    named(desk, "theme")
    desk.build("--theme", "other")
    assert footers(desk) == {"Of the day"}
    desk.build()
    assert footers(desk) == {"Of the site"}


def test_every_state_of_a_theme_is_built_from_what_the_last_build_left(desk: Desk) -> None:
    """Each state is built twice: the second build finds that nothing is left to do."""
    desk.build()
    plain = desk.published()
    for text in ("One", "Two"):
        write(desk, FOOTER, f'<footer id="footer">{text}</footer>')
        named(desk, "theme")
        desk.build()
        assert footers(desk) == {text}
        assert "; 0 changed, 0 removed" in desk.build().out
    write(desk, "theme/static/mark.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    (desk.project / FOOTER).unlink()
    desk.build()
    assert footers(desk) != {"Two"}
    assert desk.published() != plain
    write(desk, "content/site.yaml", CONFIG)
    desk.build()
    assert desk.published() == plain


@pytest.mark.parametrize(
    ("theme", "expected"),
    [
        ("none", "there is no folder `none`"),
        ("a/b", "there is no folder `a/b`"),
        ("empty", "the folder `empty` has neither templates/ nor static/"),
        ("content", "the theme can't be in the folder `content`, or around it"),
        ("content/media", "the theme can't be in the folder `content`, or around it"),
        ("sources", "the theme can't be in the folder `sources`, or around it"),
        ("output", "the theme can't be in the folder `output`, or around it"),
        ("../outside", "`../outside` is not the name of a folder beside content/"),
        ("/etc", "`/etc` is not the name of a folder beside content/"),
        (".cache", "`.cache` is not the name of a folder beside content/"),
        ("link", "a symbolic link is refused"),
        ("linked/theme", "a symbolic link is refused"),
        ("halves", "a symbolic link is refused"),
    ],
)
def test_a_theme_that_can_not_be_used_is_a_fault_at_its_line(
    desk: Desk, theme: str, expected: str
) -> None:
    desk.build()
    outside = desk.project / ".outside"
    (outside / "theme/templates").mkdir(parents=True)
    for folder in ("empty", "halves", "content/media/static", "sources/static"):
        (desk.project / folder).mkdir(parents=True)
    (desk.project / "link").symlink_to(outside / "theme")
    (desk.project / "linked").symlink_to(outside)
    (desk.project / "halves/static").symlink_to(outside)
    named(desk, theme)
    ran = desk.run("build")
    assert ran.status == 1
    assert f"content/site.yaml:5:8: {expected}" in ran.err, ran.err


def test_a_theme_that_is_lost_is_a_fault_of_the_next_build_too(desk: Desk) -> None:
    write(desk, FOOTER, '<footer id="footer">One</footer>')
    named(desk, "theme")
    desk.build()
    (desk.project / "theme").rename(desk.project / "elsewhere")
    ran = desk.run("build")
    assert ran.status == 1
    assert "content/site.yaml:5:8: there is no folder `theme`" in ran.err
    (desk.project / "theme").symlink_to(desk.project / "elsewhere")
    assert "content/site.yaml:5:8: a symbolic link is refused" in desk.run("build").err
    assert footers(desk) == {"One"}


def test_faults_in_a_theme_are_reported_at_their_place(desk: Desk) -> None:
    write(desk, FOOTER, '<footer id="footer">\nBy Jo\nBloggs</footer>')
    write(desk, "theme/static/style #1.css", "")
    (desk.project / "theme/static/all").symlink_to("/")
    (desk.project / "theme/templates/passwords.html").symlink_to("/etc/passwd")
    named(desk, "theme", "policy: {never_publish: [Jo Bloggs]}\n")
    output = desk.run("check").err
    assert f"{FOOTER}:2:4: this name must not be published" in output
    assert "theme/static/style #1.css:1:1: hosts refuse a name with `#`" in output
    assert "theme/static/all:1:1: a symbolic link is refused" in output
    assert "theme/templates/passwords.html:1:1: a symbolic link is refused" in output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n{% if %}\n", "the template can't be read"),
        ("a\n{{ nothing }}\n", "the page / can't be rendered: 'nothing' is undefined"),
    ],
)
@pytest.mark.parametrize("again", [False, True])
def test_a_fault_in_a_template_of_the_theme_is_reported_at_its_line(
    desk: Desk, text: str, expected: str, again: bool
) -> None:
    named(desk, "theme")
    if again:
        write(desk, FOOTER, "As it should be\n")
        desk.build()
    write(desk, FOOTER, text)
    ran = desk.run("build")
    assert ran.status == 1
    assert re.search(rf"{FOOTER}:2:1: {re.escape(expected)}".replace("page /", "page /.*"), ran.err)


def test_a_folder_that_is_no_theme_is_refused_by_the_command(desk: Desk) -> None:
    for folder, expected in (
        ("none", "does not exist"),
        ("content", "neither templates/ nor static/"),
        (".", "can't be inside the theme folder"),
    ):
        (desk.project / "static").mkdir(exist_ok=True)
        ran = desk.run("check", "--theme", folder)
        assert ran.status == 2
        assert expected in ran.err, ran.err


# -- words of the menu and the footer --------------------------------------------------------------

MENU = """\
menu:
  - {label: Trusts, to: /trusts/}
  - {label: Who we are, to: /about/}
  - {label: The council, to: "https://council.example/"}
independence: Nobody's but ours.
"""


def test_the_menu_and_the_footer_come_from_site_yaml(desk: Desk) -> None:
    write(desk, "content/pages/about.md", "---\ntitle: About\n---\nWords.\n")
    write(desk, "content/site.yaml", CONFIG + MENU)
    desk.build()
    about = desk.published()["about/index.html"].decode()
    assert "Trusts Who we are The council" in " ".join(Reading(about).at("nav").split())
    assert '<a href="/about/" aria-current="page">Who we are</a>' in about
    assert '<a href="https://council.example/">The council</a>' in about
    assert "Nobody's but ours." in Reading(about).at("footer")


def test_an_entry_of_the_menu_leads_somewhere(desk: Desk) -> None:
    write(desk, "content/site.yaml", CONFIG + MENU.replace("/trusts/", "/trust/"))
    output = desk.run("check").err
    assert "content/site.yaml:6:25: `/trust/` is no page for a menu\n" in output
    assert "did you mean `/trusts/`?" in output
    assert "`/about/` is no page for a menu" not in output, "every site has that page"
    write(desk, "content/site.yaml", CONFIG + MENU.replace("/trusts/", "/wombat/"))
    assert "pages for a menu, see the site; the first are: /" in desk.run("check").err
    write(desk, "content/site.yaml", CONFIG + MENU.replace("/trusts/", "trusts"))
    assert "`trusts` is neither a page of the site nor a web address" in desk.run("check").err
