"""A host on this machine: serves a built site as real ones do, with `_headers`, 404.html, gzip."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, BinaryIO
from urllib.parse import urlsplit


@contextmanager
def hosted(site: Path, prefix: str = "", *, headers: bool = True, port: int = 0) -> Iterator[str]:
    """Yield the address (without a trailing slash) of a served site, under `prefix`.

    Without `headers` it is one of the hosts that send none of the site's own. Port 0 is any.
    """
    rules = header_rules((site / "_headers").read_text(encoding="utf-8")) if headers else []
    handler = partial(_Handler, site=site, prefix=prefix, rules=rules)
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{prefix}"
        finally:
            server.shutdown()
            thread.join()


Rules = list[tuple[str, list[str]]]


def header_rules(text: str) -> Rules:
    """Each path pattern of a `_headers` file with its lines, in order."""
    rules: Rules = []
    for line in text.splitlines():
        if line.startswith(" "):
            rules[-1][1].append(line.strip())
        elif line.strip():
            rules.append((line.strip(), []))
    return rules


def headers_for(path: str, rules: Rules) -> dict[str, str]:
    """Return the headers of a path: of every rule that fits, in order; `! Name` removes one."""
    sent: dict[str, str] = {}
    for pattern, lines in rules:
        if not fnmatchcase(path, pattern):
            continue
        for line in lines:
            if line.startswith("! "):
                sent.pop(line[2:].strip(), None)
            else:
                name, _, value = line.partition(":")
                sent[name] = value.strip()
    return sent


#: What hosts compress: text. Pictures and the search index are compressed already.
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *given: Any, site: Path, prefix: str, rules: Rules) -> None:
        self.site, self.prefix, self.rules = site, prefix, rules
        super().__init__(*given, directory=str(site))

    def translate_path(self, path: str) -> str:
        """Map a URL to a file; only URLs under the prefix have one."""
        if not path.startswith(f"{self.prefix}/"):
            return str(self.site / "not-there")
        return super().translate_path(path.removeprefix(self.prefix))

    def send_head(self) -> BinaryIO | io.BytesIO | None:
        """Send text compressed with gzip, if the browser accepts it."""
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if self.path.endswith("/") else file
        kind = self.guess_type(str(file))
        takes_it = "gzip" in self.headers.get("Accept-Encoding", "")
        if not (takes_it and kind.startswith(_TEXT) and file.is_file()):
            return super().send_head()
        short = gzip.compress(file.read_bytes(), mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(short)))
        self.send_header("Vary", "Accept-Encoding")
        self.end_headers()
        return io.BytesIO(short)

    def end_headers(self) -> None:
        for name, value in headers_for(urlsplit(self.path).path, self.rules).items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Send the site's 404 page."""
        if code != 404:
            super().send_error(code, message, explain)
            return
        page = (self.site / "404.html").read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""
