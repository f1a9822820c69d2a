"""Hostile requests to the desk: nothing is written or shown that the asker may not have.

Requests of every kind are sent to a real server: without the cookie, from another site, with paths
outside `content/`, made-up forms, bodies of any size. Only a request with the
cookie and our own origin may change a file, and then only one of `content/`.
"""

from __future__ import annotations

import os
import socket
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlencode

from tests.support.forms import Form
from tests.support.preview_server import Preview, preview, project
from tests.torture.figures import Figure, times

_SECRET = "what nobody may read 4711"
_MARKUP = "</textarea>\"'><img src=x onerror=alert(1)><script>alert(2)</script>{{ 7*191 }}"
_FILES = ("briefings/2026/one.md", "trusts/north.md", "requirements/rooms.yaml", "site.yaml")
_PAGES = ("", *_FILES, "new/briefing", "new/topic", "new/site", "ask/north", "ask/nobody",
          "desk.css", "media/ward.svg", "register.csv")  # fmt: skip
_STEPS = ("..", "%2e%2e", "..%2f", "%2e%2e%2f", "%252e%252e", "..\\", "..%5c", ".", "", "%00",
          "briefings", "2026", "link.md", "folder", "secret.md", "etc", "passwd", "site.yaml",
          "content", ".git", "C:", "con", "%ff", "%c0%ae", "%c3%a9", "one.md%20", "x%0d%0aX: y",
          "a" * 300)  # fmt: skip
_METHODS = ("POST",) * 10 + ("GET",) * 6 + ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE",
                                           "BREW")  # fmt: skip
_KINDS = ("application/x-www-form-urlencoded",) * 6 + (
    "application/json", "multipart/form-data; boundary=x", "text/plain", "text/html", "",
)  # fmt: skip
_QUERIES = ("", "", "", "?dry=1", "?text", "?token=", "?token=x", f"?q={quote(_MARKUP)}",
            f"?{'a&' * 999}")  # fmt: skip
_DO = ("save", "check", "over", "publish", "record", "begin", "add:figures", "add:sources/+",
       f"add:{'x/' * 99}", "drop:title", "drop:", "up:sources/0", "down:strengths/0", "",
       "\0")  # fmt: skip
#: A connection is closed in the face of more than this, in bytes, if its head is refused already.
_UNREAD = 65_536
#: A bound for the memory of the server, in MiB: the program and a small site take about 150.
_MEMORY = 500


@dataclass(slots=True)
class _Visit:
    """A server under trial, and the cookie and forms of the one browser that it let in."""

    server: Preview
    content: Path
    random: Random
    cookie: str
    forms: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Open the forms as their files are now."""
        for path in _FILES:
            page = self.server.ask(f"/desk/{path}", Cookie=self.cookie)
            self.forms[path] = Form(page.text).pairs
            if page.status != 200:
                self.losses.append(f"{path} can't be opened: {page.status}")


def run(scale: float) -> list[Figure]:
    """Send the requests to one server, which must then still answer and have leaked no memory."""
    count = times(10_000, scale)
    with TemporaryDirectory(prefix="briefings-desk-") as name:
        folder = project(Path(name).resolve() / "site", {"one": ""})
        _furnish(folder)
        outside = _snapshot(folder.parent, folder / "content", folder / ".cache")
        with preview(folder, "--drafts", "--desk") as server:
            cookie = server.ask(server.opens).headers["set-cookie"].split(";")[0]
            visit = _Visit(server, folder / "content", Random(20), cookie)
            _requests(visit, count)
            visit.losses += _as_well_as_before(visit)
        if "Traceback" in (output := server.errors.read_text("utf-8")):
            visit.losses.append(f"the server failed: {output[-600:]}")
        after = _snapshot(folder.parent, folder / "content", folder / ".cache")
        changed = sorted(path for path in outside | after if outside.get(path) != after.get(path))
        visit.losses += [f"a file outside content/ was changed: {path}" for path in changed]
    return [Figure("hostile requests to the desk", count, tuple(visit.losses))]


def _furnish(folder: Path) -> None:
    """Put a picture into the content, and secrets beside it, with links that lead to them."""
    (folder / "content/media").mkdir()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>\n'
    (folder / "content/media/ward.svg").write_text(svg, "utf-8")
    (folder / "secret.md").write_text(f"---\ntitle: {_SECRET}\n---\n", "utf-8")
    (folder.parent / "secret.md").write_text(_SECRET, "utf-8")


def _snapshot(root: Path, *without: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, but not of what is in some of it."""
    files: dict[str, bytes] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if Path(folder, name) not in without]
        paths = (Path(folder, name) for name in names if name != "errors.txt")
        files |= {str(path): path.read_bytes() for path in paths}
    return files


def _requests(visit: _Visit, count: int) -> None:
    before = _snapshot(visit.content)
    for number in range(count):
        if number % 500 == 0:
            visit.look()
        raw, may_write = _request(visit)
        fault = _judged(visit, raw)
        after = _snapshot(visit.content)
        if after != before and not may_write:
            fault = "a file was changed by a request that may not"
        if fault:
            visit.losses.append(f"request {number}: {fault}: {raw[:300]!r}")
        before = after


def _request(visit: _Visit) -> tuple[bytes, bool]:
    """Return the bytes of a request, and whether it comes from our own page."""
    random, host = visit.random, visit.server.host
    ours = f"http://{host}"
    method = random.choice(_METHODS)
    path, body = _path(random), b""
    names = [("Host", random.choice((host,) * 9 + ("evil.example", "", f"{host}.evil.example")))]
    strangers = (
        "",
        "null",
        "https://evil.example",
        f"{ours}.evil.example",
        f"{ours}/x",
        f"s{ours}",
    )
    origin = random.choice((ours,) * 6 + strangers)
    cookies = ("", f"{visit.cookie}x", f"desk=1; a={'b' * 999}")
    cookie = random.choice((visit.cookie,) * 6 + cookies)
    site = random.choice(("",) * 6 + ("same-origin", "cross-site", "same-site", "x"))
    names += [("Origin", origin), ("Cookie", cookie), ("Sec-Fetch-Site", site)]
    if method != "GET":
        body = random.choice(_BODIES)(visit)
        names += [("Content-Type", random.choice(_KINDS)), ("Content-Length", str(len(body)))]
    lines = "".join(f"{name}: {value}\r\n" for name, value in names if value or name == "Host")
    head = f"{method} {path} HTTP/1.1\r\n{lines}Connection: close\r\n\r\n"
    may_write = (origin, cookie, names[0][1]) == (ours, visit.cookie, host) and method == "POST"
    return head.encode("utf-8", "replace") + body, may_write


def _path(random: Random) -> str:
    if random.random() < 0.6:
        path = random.choice(_PAGES)
    else:
        path = "/".join(random.choice(_STEPS) for _ in range(random.randint(1, 9)))
    begin = random.choice(("/desk/",) * 9 + ("/desk//", "//desk/", "/sub/../desk/", "desk/"))
    path = begin + path + random.choice(_QUERIES)
    return path * 40 if random.random() < 0.01 else path


def _form(visit: _Visit) -> list[tuple[str, str]]:
    """Return a real form of the desk with other values in some of its fields."""
    random = visit.random
    pairs = list(visit.forms[random.choice(_FILES)])
    for _ in range(random.choice((0, 1, 3, 30))):
        index = random.randrange(len(pairs))
        name, value = pairs[index]
        new = random.choice((
            (name, _MARKUP), (name, ""), (name, value * 9), (f"{name}/x", value), (name, "\0\r\n"),
            (name[::-1], value), (f"{name}@", "99999999999"), ("é" * 9, "\ud7ff\uffff"),
        ))  # fmt: skip
        if random.random() < 0.5:
            pairs[index] = new
        else:
            pairs.insert(index, new)  # the same key twice
    return [*pairs, ("do", random.choice(_DO))]


def _sent(visit: _Visit) -> bytes:
    return urlencode(_form(visit)).encode()


def _everywhere(visit: _Visit) -> bytes:
    """Markup in every field, with the file it was made from and without."""
    pairs = [(name, value if name == "@was" else _MARKUP) for name, value in _form(visit)]
    return urlencode([*pairs, ("do", "save")]).encode()


def _bomb(visit: _Visit) -> bytes:
    """A compression bomb: a packed file that unpacks to many megabytes."""
    packed = urlsafe_b64encode(zlib.compress(bytes(60_000_000))).decode()
    return urlencode([("@was", packed), ("do", "save")]).encode()


#: What is sent as a body: mostly forms like ours, rarely what is large.
_BODIES: list[Callable[[_Visit], bytes]] = [
    *[_sent] * 60,
    *[_everywhere] * 8,
    lambda visit: visit.random.randbytes(visit.random.randrange(2000)),
    lambda visit: b"",
    lambda visit: b'{"do": "save"}',
    lambda visit: b"&".join(b"a%d=" % number for number in range(30_000)),
    lambda visit: b"title=" + b"x" * visit.random.choice((100_000, 5_000_000)),
    _bomb,
]


def _judged(visit: _Visit, raw: bytes) -> str:
    """Return what is wrong with the answer to a request, or nothing."""
    try:
        status, text = _answer(visit.server.host, raw)
    except ConnectionResetError:
        return "" if len(raw) > _UNREAD else "no answer"
    except (OSError, HTTPException) as fault:
        return f"no answer ({fault!r})"
    if status >= 500:
        return f"the answer is {status}"
    if _SECRET in text:
        return "a file outside content/ is shown"
    if "<img src=x" in text or "<script>" in text or "1337" in text:
        return "markup is not shown as text"
    return ""


def _answer(host: str, raw: bytes) -> tuple[int, str]:
    name, _, port = host.rpartition(":")
    with socket.create_connection((name.strip("[]"), int(port)), 60) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # refused before all of it was read
            connection.sendall(raw)
        response = HTTPResponse(connection, method=raw.split(b" ")[0].decode())
        response.begin()
        return response.status, response.read().decode("utf-8", "replace")


def _as_well_as_before(visit: _Visit) -> list[str]:
    """Return what is wrong with the server after it all: it must answer, within its memory."""
    page = visit.server.ask("/desk/", Cookie=visit.cookie)
    losses = [] if page.status == 200 else [f"in the end the desk answers {page.status}"]
    text = Path(f"/proc/{visit.server.pid}/status").read_text("ascii", "replace")
    most = int(text.partition("VmHWM:")[2].split()[0]) // 1024
    return [*losses, *([f"the server took {most} MiB"] if most > _MEMORY else [])]
