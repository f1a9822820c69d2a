"""The preview answers as the host will, refuses requests from other sites, and shows every save."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from briefings import checks
from briefings import serve as web
from briefings.build import pipeline
from briefings.build.request import Options
from briefings.problems import Problem
from briefings.serve import TimedProtocol, listening
from briefings.serve.responses import headers_for, media_type, widened
from briefings.serve.session import PreviewSession, SiteState, answer
from tests.support.on_disk import NOW, ROOT, briefing
from tests.support.preview_server import Preview, preview, project

PAGE = "/briefings/one/"
FILE = "content/briefings/2026/one.md"


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview that nothing is saved in."""
    folder = project(
        tmp_path_factory.mktemp("shown"),
        {
            "one": "aliases: [/old/address/, /caf%C3%A9/]",
            "embargoed": "embargo_until: 2027-01-14T00:01:00+00:00",
            "in-summer": "published: 2027-07-01",
            "unfinished": "status: draft",
            "gone": "status: withdrawn\nwithdrawn: {date: 2026-02-01, reason: Wrong.}",
        },
    )
    (folder / "secret.txt").write_text("a secret")
    (folder / "static" / ".hidden").write_text("a secret")
    with preview(folder, "--drafts") as running:
        yield running
    assert not (folder / "output").exists()


# -- like the host ---------------------------------------------------------------------------------


def test_a_page_is_served_under_the_path_of_base_url(shown: Preview) -> None:
    assert shown.prefix == "/sub"
    answer = shown.get(PAGE)
    assert answer.status == 200
    assert "<h1>On one</h1>" in answer.text
    for path in ("/", "/sub"):
        moved = shown.ask(path)
        assert (moved.status, moved.headers["location"]) == (302, "/sub/")
    assert shown.ask(PAGE).status == 404


def test_a_folder_without_its_slash_is_moved_permanently(shown: Preview) -> None:
    moved = shown.get(PAGE.rstrip("/"))
    assert (moved.status, moved.headers["location"]) == (301, f"/sub{PAGE}")


def test_an_unknown_address_gets_the_sites_own_page_with_links_that_work_here(
    shown: Preview,
) -> None:
    for path in ("/nothing", "/nothing/", "/briefings/one/index.html/", "//briefings/one/"):
        answer = shown.get(path)
        assert answer.status == 404, path
        assert "There is no page at this address" in answer.text
        assert 'href="/sub/briefings/"' in answer.text
        assert "https://example.org/sub/" not in answer.text


def test_whole_addresses_on_pages_are_those_of_the_site_to_be(shown: Preview) -> None:
    assert f'<link rel="canonical" href="https://example.org/sub{PAGE}">' in shown.get(PAGE).text


@pytest.mark.parametrize("old", ["/old/address/", "/caf%C3%A9/", "/caf%c3%a9/"])
def test_redirects_are_honoured(shown: Preview, old: str) -> None:
    moved = shown.get(old)
    assert (moved.status, moved.headers["location"]) == (301, f"/sub{PAGE}")


def test_headers_are_honoured(shown: Preview) -> None:
    sent = shown.get(PAGE).headers
    assert sent["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in sent["content-security-policy"]
    assert shown.get("/data/briefings.csv").headers["access-control-allow-origin"] == "*"
    assert "wasm-unsafe-eval" not in sent["content-security-policy"]
    assert shown.get("/nothing").headers["x-content-type-options"] == "nosniff"


def test_nothing_is_kept_by_the_browser_but_what_never_changes(shown: Preview) -> None:
    page = shown.get(PAGE)
    assert page.headers["cache-control"] == "no-store"
    start = page.text.index("/sub/static/style.")
    style = page.text[start : page.text.index('"', start)]
    assert "immutable" in shown.ask(style).headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/trusts/north/feed.xml", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
        ("/feeds.opml", "text/x-opml; charset=utf-8"),
        ("/deadlines.ics", "text/calendar; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/data/briefings.csv", "text/csv; charset=utf-8"),
        ("/data/briefings.json", "application/json; charset=utf-8"),
        ("/-/preview.js", "text/javascript; charset=utf-8"),
        ("/-/shared.js", "text/javascript; charset=utf-8"),
        ("/-/preview.css", "text/css; charset=utf-8"),
    ],
)
def test_a_file_has_its_media_type(shown: Preview, path: str, kind: str) -> None:
    answer = shown.get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("static/mark.svg", "image/svg+xml; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.png", "image/png"),
        ("a.woff2", "font/woff2"),
        ("a.pf_meta", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ],
)
def test_media_types_do_not_depend_on_the_machine(path: str, kind: str) -> None:
    assert media_type(path) == kind


def test_head_answers_without_a_body(shown: Preview) -> None:
    head, answer = shown.ask(f"/sub{PAGE}", "HEAD"), shown.get(PAGE)
    assert (head.status, head.text) == (200, "")
    assert head.headers["content-length"] == str(len(answer.text.encode()))
    assert shown.ask("/sub/-/events", "HEAD").text == ""


def test_the_script_of_the_preview_may_run_and_listen(shown: Preview) -> None:
    answer = shown.get(PAGE)
    assert answer.text.count('<script src="/sub/-/preview.js"') == 1
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    policy = answer.text.partition('http-equiv="Content-Security-Policy" content="')[2]
    assert "connect-src &#x27;self&#x27;" in policy.partition(">")[0]
    assert "/-/" not in shown.get("/feed.xml").text


def test_a_policy_is_widened_only_by_what_it_lacks() -> None:
    assert widened(
        "default-src 'none'; connect-src 'self' https://x.example; style-src 'self'"
    ) == (
        "default-src 'none'; connect-src 'self' https://x.example; style-src 'self'; "
        "script-src 'self'"
    )


def test_header_rules_add_up_and_can_be_taken_back() -> None:
    rules = {"/*": ("A: 1", "B: 2"), "/x/*": ("! A", "A: 3", "B: 4"), "/x/y": ("C: 5",)}
    assert headers_for("/", rules) == {"a": "1", "b": "2"}
    assert headers_for("/x/y", rules) == {"a": "3", "b": "2, 4", "c": "5"}


# -- nobody else -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[", "", "192.0.2.1"]
)
def test_a_foreign_host_name_is_refused(shown: Preview, host: str) -> None:
    answer = shown.get(PAGE, Host=host)
    assert answer.status == 421
    assert "On one" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "LOCALHOST", "[::1]:80", "127.0.0.2"])
def test_every_loopback_name_is_answered(shown: Preview, host: str) -> None:
    assert shown.get(PAGE, Host=host).status == 200


@pytest.mark.parametrize("path", ["/-/events", "/data/briefings.json", PAGE])
def test_a_page_of_another_site_can_read_nothing(shown: Preview, path: str) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert shown.get(path, **foreign).status == 403
    assert shown.get(path, Origin="null").status == 403
    elsewhere = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
    assert shown.get(path, **elsewhere).status == 403
    other_port = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"}
    assert shown.get(path, **other_port).status == 403


def test_a_link_from_elsewhere_leads_here_and_our_own_pages_may_ask(shown: Preview) -> None:
    assert shown.get(PAGE, Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200
    assert shown.get(PAGE, Origin=f"http://{shown.host}").status == 200


@pytest.mark.parametrize(
    ("given", "host", "refused"),
    [
        ("127.0.0.1", "192.0.2.7:8000", True),
        ("0.0.0.0", "192.0.2.7:8000", False),
        ("0.0.0.0", "[2001:db8::1]", False),
        ("0.0.0.0", "evil.example", True),
        ("desk.example", "desk.example:8000", False),
        ("desk.example", "192.0.2.7", True),
    ],
)
def test_on_every_address_a_host_in_figures_is_answered_and_no_name(
    given: str, host: str, refused: bool
) -> None:
    assert (web.refusal({"host": host}, given) is not None) is refused


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/../../etc/passwd",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/static/%2e%2e/%2e%2e/secret.txt",
        "/%252e%252e/secret.txt",
        "/secret.txt%00.html",
        "/.nojekyll",
        "/%2enojekyll",
        "/static/.hidden",
        "/_headers",
        "/_redirects",
        "/-/client.js",
        "/-/../secret.txt",
        "/-/__init__.py",
        "/content/site.yaml",
    ],
)
def test_nothing_but_the_site_is_served(shown: Preview, path: str) -> None:
    answer = shown.get(path)
    assert answer.status == 404
    assert "a secret" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_is_allowed(shown: Preview, method: str) -> None:
    response = shown.ask(f"/sub{PAGE}", method)
    assert response.status == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_other_machines_have_access_only_with_an_option_and_a_warning(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    with preview(folder, "--host", "0.0.0.0") as running:
        port = running.host.rpartition(":")[2]
        assert running.ask(f"/sub{PAGE}", Host=f"192.0.2.1:{port}").status == 200
    assert "others on this network can read the preview" in running.errors.read_text()


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x"])
def test_a_connection_that_sends_no_whole_request_is_closed(
    monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    """Those that wait for an answer stay open, however long that takes."""
    monkeypatch.setattr(web, "PATIENCE", 0.2)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(1.0)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def asked(port: int) -> tuple[bytes, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        slow, request = await asyncio.open_connection("127.0.0.1", port)
        request.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        writer.write(sent)
        closed, answered = await asyncio.wait_for(reader.read(), 20), await slow.readuntil(b"\r\n")
        for stream in (writer, request):
            stream.close()
            await stream.wait_closed()
        return closed, answered

    async def served() -> tuple[bytes, bytes]:
        config = uvicorn.Config(app, http=TimedProtocol, lifespan="off", log_level="critical")
        server = uvicorn.Server(config)
        door = listening("127.0.0.1", 0)
        running = asyncio.create_task(server.serve(sockets=[door]))
        try:
            return await asked(door.getsockname()[1])
        finally:
            server.should_exit = server.force_exit = True
            await running

    # In a thread of its own: a test in a browser may have left a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        closed, answered = pool.submit(asyncio.run, served()).result()
    assert closed == b""
    assert answered == b"HTTP/1.1 204 No Content\r\n"


def test_a_port_in_use_is_reported(shown: Preview, tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    done = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "serve", "--port", shown.host.rpartition(":")[2]],
        cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "choose another address with --port or --host" in done.stderr


# -- what is not public ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "banner"),
    [
        ("unfinished", "Draft: not public"),
        ("embargoed", "Under embargo until 14 January 2027 00:01 GMT"),
        ("in-summer", "Not public until 1 July 2027 00:00 BST"),
    ],
)
def test_a_page_that_is_not_public_says_so(shown: Preview, id: str, banner: str) -> None:
    assert f"<strong>{banner}</strong>" in shown.get(f"/briefings/{id}/").text


@pytest.mark.parametrize("id", ["one", "gone"])
def test_a_public_page_has_no_such_banner(shown: Preview, id: str) -> None:
    answer = shown.get(f"/briefings/{id}/")
    assert answer.status == 200
    assert "not public" not in answer.text.lower()


# -- saves -----------------------------------------------------------------------------------------


def save(folder: Path, text: str) -> None:
    (folder / FILE).write_text(text)


def until(
    news: Iterator[dict[str, Any]], is_so: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Return the first event that fulfils `is_so`: one save may be noticed in two parts."""
    return next(event for event in news if is_so(event))


def test_a_save_is_reported_and_shown_and_nothing_is_written(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    before = {path for path in folder.rglob("*") if ".cache" not in path.parts}
    two = folder / "content/briefings/2026/two.md"
    with preview(folder) as running, running.news() as news:

        def status() -> int:
            return running.get("/briefings/two/").status

        first = next(news)
        assert first["problems"] == []
        style = running.get(PAGE).text.partition("/static/style.")[2].partition(".")[0]
        assert f'data-page="{first["page"]}"' in running.get(PAGE).text
        save(folder, briefing("one", body="Quite another text [@A].\n"))
        second = until(news, lambda _: "Quite another text" in running.get(PAGE).text)
        assert second["page"] != first["page"]
        assert f'data-page="{second["page"]}"' in running.get(PAGE).text
        two.write_text(briefing("two"))
        until(news, lambda _: status() == 200)
        two.unlink()
        until(news, lambda _: status() == 404)
        (folder / "static/style.css").write_text("p { color: red }")
        until(news, lambda _: style not in running.get(PAGE).text)
    assert {path for path in folder.rglob("*") if ".cache" not in path.parts} == before | {
        folder / "errors.txt"
    }


def test_a_fault_is_reported_over_the_last_good_page_until_it_is_fixed(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path, {"one": ""})
    with preview(folder) as running, running.news() as news:
        page = next(news)["page"]
        save(folder, briefing("one", "titel: x", body="A newer text [@B].\n"))
        event = until(news, lambda event: len(event["problems"]) == 2)
        assert event["page"] == page
        places = [text.partition(": ")[0] for text in event["problems"]]
        assert places == [f"{FILE}:9:1", f"{FILE}:11:14"]
        assert "did you mean `title`?" in event["problems"][0]
        answer = running.get(PAGE)
        assert "in our own words" in answer.text
        assert f'data-page="{page}"' in answer.text
        save(folder, briefing("one", body="A newer text [@A].\n"))
        mended = until(news, lambda event: not event["problems"])
        assert mended["page"] != page
        assert "A newer text" in running.get(PAGE).text
    for text in event["problems"]:
        assert text in running.errors.read_text()


def test_a_mistake_in_a_template_is_reported_at_its_line(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    head = folder / "templates/partials/briefing/head.html"
    good = head.read_text()
    with preview(folder) as running, running.news() as news:
        page = next(news)["page"]
        head.write_text("{{ view.nothing }}\n" + good)
        until(news, lambda event: event["page"] != page)
        assert running.get(PAGE).status == 200
        problems = until(news, lambda event: bool(event["problems"]))["problems"]
        assert [text.partition(": ")[0] for text in problems] == [
            "templates/partials/briefing/head.html:1:1"
        ]
        head.write_text(good)
        until(news, lambda event: not event["problems"])


def test_a_site_at_fault_from_the_start_is_shown_as_its_faults_until_they_are_mended(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path, {"one": "trust: nowhere"})
    with preview(folder) as running, running.news() as news:
        first = next(news)
        answer = running.get("/")
        assert answer.status == 503
        assert f"{FILE}:8:8: no trust has the id `nowhere`" in answer.text
        assert f'data-page="{first["page"]}"' in answer.text
        save(folder, briefing("one"))
        until(news, lambda event: not event["problems"])
        assert running.get(PAGE).status == 200


def test_another_path_of_the_site_is_followed(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    with preview(folder) as running, running.news() as news:
        next(news)
        config = folder / "content/site.yaml"
        config.write_text(config.read_text().replace("/sub/", "/elsewhere/"))
        until(news, lambda _: running.ask("/elsewhere/").status == 200)
        assert running.ask("/").headers["location"] == "/elsewhere/"
        assert 'href="/elsewhere/' in running.ask(f"/elsewhere{PAGE}").text


def test_the_preview_follows_a_theme_that_is_named_fixed_or_removed(tmp_path: Path) -> None:
    folder = project(tmp_path, {"one": ""})
    config, footer = folder / "content/site.yaml", folder / "my/templates/partials/footer.html"
    plain = config.read_text()

    def shows(text: str) -> bool:
        return text in running.get(PAGE).text

    with preview(folder) as running, running.news() as news:
        next(news)
        config.write_text(f"{plain}theme: my\n")
        problems = until(news, lambda event: bool(event["problems"]))["problems"]
        assert problems[0].startswith("content/site.yaml:4:8: there is no folder `my`")
        footer.parent.mkdir(parents=True)
        footer.write_text("A footer of my own")
        until(news, lambda event: not event["problems"] and shows("A footer of my own"))
        footer.write_text("Another footer")
        until(news, lambda _: shows("Another footer"))
        (folder / "my/static").mkdir()
        (folder / "my/static/style.css").symlink_to(folder / "static/style.css")
        problems = until(news, lambda event: bool(event["problems"]))["problems"]
        assert problems[0].startswith("my/static/style.css:1:1: a symbolic link is refused")
        config.write_text(plain)
        until(news, lambda event: not event["problems"] and not shows("Another footer"))


# -- one site in memory ----------------------------------------------------------------------------


class Told:
    """Records all reports."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.crashes: list[str] = []

    def faults(self, problems: object) -> None:
        assert isinstance(problems, tuple)
        self.problems = [str(problem) for problem in problems if isinstance(problem, Problem)]

    def done(self, seconds: float) -> None:
        assert seconds >= 0

    def warned(self, text: str) -> None:
        raise AssertionError(text)

    def crashed(self, text: str) -> None:
        self.crashes.append(text)


def options(folder: Path, cache: Path, *, drafts: bool = False) -> Options:
    now = datetime.fromisoformat(NOW)
    ours = (ROOT / "templates",), (ROOT / "static",)
    return Options(folder, *ours, lambda _: now, drafts=drafts, search=False, cache=cache)


def rendered(state: SiteState) -> dict[str, bytes | None]:
    """Every file of the site, as the preview serves it."""
    return {path: state.render(path) for path in state.paths()}


@pytest.mark.sample(1)
@pytest.mark.parametrize("drafts", [False, True])
@pytest.mark.parametrize("content", ["content", "tests/site/content"])
def test_every_file_is_that_of_the_build(content: str, drafts: bool, tmp_path: Path) -> None:
    given = options(ROOT / content, tmp_path, drafts=drafts)
    with pipeline.opened(given, None) as world:
        built = dict(world.rendered(list(world.files.keys_by_path().values())))
    assert len(built) > 100
    state = SiteState.first(given)
    assert {path for path, data in built.items() if state.render(path) != data} == set()


Session = tuple[PreviewSession, Told, Callable[[str], None]]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session without a server; a text is saved as the file `one.md`."""
    folder = project(tmp_path, {"one": "", "two": ""})
    reports = Told()
    made = PreviewSession(options(folder / "content", tmp_path / "cache"), reports)
    made.open()

    def saved(text: str) -> None:
        save(folder, text)
        made.saved({(folder / FILE).resolve()})

    return made, reports, saved


def page(session: PreviewSession, path: str) -> bytes:
    return bytes(answer(session, f"/sub{path}", "run").body)


def test_a_file_saved_as_it_was_reloads_nothing(session: Session) -> None:
    made, _, saved = session
    number = made.standing.number
    saved(briefing("one"))
    assert made.standing.number == number


def test_a_save_is_shown_on_every_page_that_it_concerns(session: Session) -> None:
    made, reports, saved = session
    saved(briefing("one", "title: Newer", body="A newer text [@A].\n"))
    assert b"A newer text" in page(made, PAGE)
    assert b"Newer" in page(made, "/briefings/")
    assert b"On two" in page(made, "/briefings/two/")
    assert (made.standing.number, reports.problems) == (2, [])


def test_a_fault_across_files_is_reported_in_the_same_run(session: Session) -> None:
    made, reports, saved = session
    saved(briefing("one", "title: Newer", body="See [them](trust:nowhere) [@A].\n"))
    assert "there is no such trust" in reports.problems[0]
    for path in (PAGE, "/briefings/"):
        assert b"Newer" not in page(made, path)
    saved(briefing("one"))
    assert made.standing.problems == ()


def test_the_last_good_state_is_shown_however_often_a_mistake_is_saved(session: Session) -> None:
    """The cache keeps only a few versions of a file."""
    made, reports, saved = session
    for number in range(8):
        saved(briefing("one", f"title: Title {number}", body="[x](trust:nowhere) [@A].\n"))
        assert b"On one" in page(made, "/briefings/")
        assert b"in our own words" in page(made, PAGE)
    assert len(reports.problems) == 1


def test_a_mistake_that_is_saved_again_is_reported_once(session: Session) -> None:
    made, reports, saved = session
    saved(briefing("one", "trust: nowhere"))
    assert reports.problems[0].startswith(f"{made.folders[0]}/briefings/2026/one.md:8:8")
    standing = made.standing
    reports.problems.clear()
    saved(briefing("one", "trust: nowhere"))
    assert (reports.problems, made.standing) == ([], standing)


def test_a_saved_file_that_a_link_takes_the_place_of_is_refused_and_comes_back(
    session: Session, tmp_path: Path
) -> None:
    made, reports, saved = session
    file = tmp_path / FILE
    elsewhere = tmp_path / "elsewhere.md"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    made.saved({file.parent.resolve() / file.name})
    assert any("one.md" in problem and "link" in problem for problem in reports.problems), (
        reports.problems
    )
    file.unlink()
    saved(briefing("one"))
    assert made.standing.problems == ()


def test_a_file_that_is_removed_is_gone_from_the_preview(session: Session, tmp_path: Path) -> None:
    made, reports, _ = session
    file = tmp_path / "content/briefings/2026/two.md"
    file.unlink()
    made.saved({file.parent.resolve() / file.name})
    assert (reports.problems, made.standing.problems) == ([], ())
    assert answer(made, "/sub/briefings/two/", "run").status_code == 404
    assert b"On two" not in page(made, "/briefings/")


def test_a_site_at_fault_from_the_start_has_no_page_and_its_faults_are_reported_once(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path, {"one": "trust: nowhere"})
    reports = Told()
    made = PreviewSession(options(folder / "content", tmp_path / "cache"), reports)
    made.open()
    [problem] = reports.problems
    assert "`nowhere`" in problem
    assert made.standing.shown is None
    assert [str(problem) for problem in made.standing.problems] == [problem]


def test_a_crash_is_reported_and_the_next_save_is_shown(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, reports, saved = session
    with monkeypatch.context() as broken:
        broken.setattr(checks, "faults", lambda *_: 1 // 0)
        saved(briefing("one", "title: Newer"))
    assert "ZeroDivisionError" in reports.crashes[0]
    assert "the generator itself failed: ZeroDivisionError" in reports.problems[0]
    assert b"On one" in page(made, PAGE)
    saved(briefing("one", "title: Newest"))
    assert made.standing.problems == ()
    assert b"Newest" in page(made, PAGE)


def test_after_any_saves_every_file_equals_that_of_a_new_preview(tmp_path: Path) -> None:
    """Good, bad and reverted states; a later moment; files that come and go; settings."""
    folder = project(tmp_path, {"one": "", "two": ""})
    content = folder / "content"
    given = replace(options(content, tmp_path / "cache"), static=(folder / "static",))
    reports = Told()
    made = PreviewSession(given, reports)
    made.open()
    trust, site = content / "trusts/north.md", content / "site.yaml"
    steps: list[tuple[Path, str | None]] = [
        (folder / FILE, briefing("one", "title: Newer")),
        (folder / FILE, briefing("one", "trust: nowhere")),
        (trust, trust.read_text().replace("name: ", "name: New ")),
        (folder / FILE, briefing("one", "aliases: [/old/]\npublished: 2027-01-01")),
        (folder / FILE, briefing("one", "aliases: [/old/]")),
        (content / "briefings/2026/three.md", briefing("three", "status: draft")),
        (content / "briefings/2026/three.md", briefing("three", "aliases: [/older/]")),
        (folder / "static/style.css", "p { color: red }"),
        (content / "briefings/2026/three.md", None),
        (site, site.read_text().replace("Publisher", "Press")),
        (site, site.read_text().replace("/sub/", "/other/")),
        (folder / FILE, briefing("one", "title: Newest")),
    ]
    for path, text in steps:
        if text is None:
            path.unlink()
        else:
            path.write_text(text)
        made.saved({path.resolve()})
        if made.standing.shown is not None and not made.standing.problems:
            shown, anew = rendered(made.standing.shown), rendered(SiteState.first(given))
            assert {path for path in {*shown, *anew} if shown.get(path) != anew.get(path)} == set()
    assert made.standing.number == len(steps) - 1
    assert reports.crashes == []
