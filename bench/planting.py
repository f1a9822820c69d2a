"""Plant the same faults in the content and the templates of each generator.

Each function changes a site that was built once without fault. `FAULTY` is the number of the
briefing with the fault; `SOUND` of another one that is edited at the same time, which shows whether
the rest of a build is published; `GOOD` of one that a link may target. Unique words (`MARK`,
`OTHER`, `EDITED`) show what was published.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dialects import slug
from generators import Generator

SIZE = 20  # briefings of a site
FAULTY, SOUND, GOOD = 5, 7, 3
MARK, OTHER, EDITED = "Quagmirelike", "Zephyranthes", "Xylographical"
SCRIPT = "<script>alert('through')</script>"
NOWHERE = "no-such-briefing"

_STATUS = {"": "status: draft", "pelican": "Status: draft", "nikola": "status: draft"}
_DATE = {"": "published", "pelican": "Date"}
#: Template and code that fails only when the page of one briefing is rendered.
_TITLE = f"({FAULTY:05d})"
_JINJA = "{% if '" + _TITLE + "' in TITLE %}{{ 1 // 0 }}{% endif %}"
_BROKEN = {
    "": ("templates/pages/briefing.html", _JINJA.replace("TITLE", "view.front.title")),
    "hugo": (
        "layouts/page.html",
        f'{{{{ if in .Title "{_TITLE}" }}}}{{{{ div 1 0 }}}}{{{{ end }}}}',
    ),
    "pelican": ("theme/templates/article.html", _JINJA.replace("TITLE", "article.title")),
    "mkdocs": ("theme/briefing.html", _JINJA.replace("TITLE", "page.meta.title")),
    "nikola": (
        "themes/peer/templates/post.tmpl",
        f"\n% if '{_TITLE}' in post.title():\n${{1 // 0}}\n% endif\n",
    ),
    "eleventy": (
        "_includes/briefing.njk",
        "{% if '" + _TITLE + "' in title %}{{ there_is_none() }}{% endif %}",
    ),
}
#: A link in the generator's own syntax for links between pages; "" if it has none.
_OWN_LINK = {
    "": f"[see]({NOWHERE}.md)",
    "hugo": f'[see]({{{{< relref "{NOWHERE}.md" >}}}})',
    "pelican": f"[see]({{filename}}{NOWHERE}.md)",
    "mkdocs": f"[see]({NOWHERE}.md)",
    "nikola": f"[see](link://slug/{NOWHERE})",
    "eleventy": "",
}


def path_of(generator: Generator, site: Path, number: int) -> Path:
    return next((site / generator.briefings).rglob(f"{slug(number)}.md"))


def page_of(generator: Generator, site: Path, number: int) -> Path:
    return site / generator.public / "briefings" / slug(number) / "index.html"


def edit_the_other(generator: Generator, site: Path) -> None:
    add(generator, site, SOUND, EDITED)


def add(generator: Generator, site: Path, number: int, text: str) -> None:
    """Add a paragraph at the end of a body."""
    path = path_of(generator, site, number)
    path.write_text(f"{path.read_text('utf-8')}\n{text}\n", "utf-8")


def broken_front_matter(generator: Generator, site: Path) -> tuple[str, int]:
    """Add words after a closing quotation mark, which is invalid YAML; return file name and line.

    For Pelican, whose front matter is not YAML, write an impossible date.
    """
    edit_the_other(generator, site)
    path = path_of(generator, site, FAULTY)
    text = path.read_text("utf-8")
    if generator.dialect == "pelican":
        text = re.sub(r"(?m)^Date: .*$", "Date: 2025-02-31 25:61", text)
        line = text.split("\nDate:")[0].count("\n") + 2
    else:
        text = re.sub(r'(?m)^title: "(.*)"$', r'title: "\1" again', text)
        line = 2
    path.write_text(text, "utf-8")
    return path.name, line


def broken_template(generator: Generator, site: Path) -> tuple[str, int]:
    """Make the template fail for one page only; return the template's name and the line."""
    edit_the_other(generator, site)
    name, code = _BROKEN[generator.setup]
    path = site / name
    text = path.read_text("utf-8")
    before = '<dl class="meta">' if not generator.ours else '{% include "partials/briefing/about'
    assert before in text
    text = text.replace(before, f"{code}{before}", 1)
    path.write_text(text, "utf-8")
    fault = re.search(r"1 // 0|div 1 0|there_is_none", text)
    assert fault is not None
    return path.name, text[: fault.start()].count("\n") + 1


def dated_tomorrow(generator: Generator, site: Path) -> None:
    """Add a briefing dated tomorrow."""
    path, text = _another(generator, site)
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    field = _DATE.get(generator.dialect, "date")
    time_part = {"pelican": " 09:00", "": "T09:00:00+00:00"}.get(generator.dialect, "T09:00:00Z")
    text, count = re.subn(rf"(?m)^{field}: .*$", f"{field}: {tomorrow}{time_part}", text, count=1)
    assert count == 1
    path.write_text(text, "utf-8")


def draft(generator: Generator, site: Path) -> None:
    """Add a briefing marked as a draft, in the way of each generator."""
    path, text = _another(generator, site)
    field = _STATUS.get(generator.dialect, "draft: true")
    opening = "" if generator.dialect == "pelican" else "---\n"
    path.write_text(text.replace(opening, f"{opening}{field}\n", 1), "utf-8")


def _another(generator: Generator, site: Path) -> tuple[Path, str]:
    """Return path and text of a copy of a briefing, with its own id and a unique word."""
    path = path_of(generator, site, FAULTY)
    return path.with_name("briefing-00099.md"), _renamed(path.read_text("utf-8"), MARK)


def _renamed(text: str, word: str) -> str:
    text = text.replace(slug(FAULTY), "briefing-00099").replace(f"({FAULTY:05d})", word)
    return text.replace(f"notice-{FAULTY:05d}", "notice-00099") + f"\n{word}\n"


def removed(generator: Generator, site: Path) -> None:
    path_of(generator, site, SIZE - 1).unlink()


def broken_link(generator: Generator, site: Path) -> None:
    """Add a link to a missing page by its URL, and in another briefing one to an existing page."""
    add(generator, site, SOUND, f"[see](/briefings/{slug(GOOD)}/)")
    add(generator, site, FAULTY, f"[see](/briefings/{NOWHERE}/)")


def broken_own_link(generator: Generator, site: Path) -> bool:
    """Add a link to a missing page in the generator's own syntax; return False if it has none."""
    link = _OWN_LINK[generator.setup]
    add(generator, site, FAULTY, link)
    return bool(link)


def script(generator: Generator, site: Path) -> None:
    add(generator, site, FAULTY, f"{MARK} {SCRIPT}\n\n{SCRIPT}")


def one_address_twice(generator: Generator, site: Path) -> None:
    """Make two files whose pages have the same URL, each with a unique word."""
    path = path_of(generator, site, FAULTY)
    add(generator, site, FAULTY, MARK)
    text = path.read_text("utf-8").replace(MARK, OTHER)
    second = path.with_name("twin-of-five.md")
    address = f"/briefings/{slug(FAULTY)}/"
    if generator.dialect == "mkdocs":
        second = path.parent / slug(FAULTY) / "index.md"
        second.parent.mkdir()
    elif generator.dialect == "hugo":
        text = text.replace("---\n", f"---\nurl: {address}\n", 1)
    elif generator.dialect == "eleventy":
        text = text.replace("---\n", f"---\npermalink: {address}\n", 1)
    elif generator.ours:
        second = path.parent.parent / "2017" / path.name
        second.parent.mkdir()
    second.write_text(text, "utf-8")


def every_page(generator: Generator, site: Path) -> None:
    """Add a line to the template around every page, so that a build writes every page."""
    path = site / generator.layout
    text = path.read_text("utf-8")
    path.write_text(text.replace(generator.before, f"<p>{EDITED}</p>\n{generator.before}"), "utf-8")
