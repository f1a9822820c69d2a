"""A preview as a process of its own, and requests to it over a real socket, as they are written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.on_disk import NOW, ROOT, write_site

_PATIENCE = 60.0
CONFIG = """
title: Briefings
base_url: https://example.org/sub/
publisher: {name: Publisher}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """A response."""

    status: int
    headers: Mapping[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A running preview. `address`: the URL of the site, without a trailing slash.

    `opens`: the path that opens the desk, if there is one. `pid`: the process.
    """

    address: str
    errors: Path
    opens: str = ""
    pid: int = 0

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def prefix(self) -> str:
        return urlsplit(self.address).path

    def ask(self, target: str, method: str = "GET", **headers: str) -> Answer:
        """Send a request with exactly this target; return the answer."""
        connection = HTTPConnection(self.host, timeout=30)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Host": self.host} | headers).items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        response = connection.getresponse()
        sent = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, sent, response.read().decode("utf-8", "replace"))
        connection.close()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """Request a page of the site."""
        return self.ask(self.prefix + path, **headers)

    @contextmanager
    def news(self) -> Iterator[Iterator[dict[str, Any]]]:
        """Yield each event of the event stream."""
        connection = HTTPConnection(self.host, timeout=30)
        connection.request("GET", f"{self.prefix}/-/events")
        response = connection.getresponse()
        assert response.headers["content-type"].startswith("text/event-stream")
        deadline = time.monotonic() + _PATIENCE

        def said() -> Iterator[dict[str, Any]]:
            for line in iter(response.readline, b""):
                assert time.monotonic() < deadline, "nothing of the kind was said"
                if line.startswith(b"data: "):
                    yield json.loads(line.decode().removeprefix("data: "))

        try:
            yield said()
        finally:
            response.close()
            connection.close()


def project(folder: Path, briefings: Mapping[str, str], **files: str) -> Path:
    """A project with templates and static files of its own, to be changed."""
    config = {"site.yaml": CONFIG} | {name.replace("__", "/"): text for name, text in files.items()}
    write_site(folder, briefings, files=config)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@contextmanager
def preview(folder: Path, *options: str) -> Iterator[Preview]:
    """`build.py serve` in a project folder, until the block ends; then Ctrl-C ends it well."""
    command = [sys.executable, "-u", str(ROOT / "build.py"), "serve", "--port", "0", "--no-search"]
    errors = folder / "errors.txt"
    with errors.open("w") as file:
        process = subprocess.Popen(
            [*command, "--now", NOW, "--jobs", "1", *options], cwd=folder, stderr=file,
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONWARNINGS": "error"},
        )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        try:
            address = process.stdout.readline().split(" ")[0].rstrip("/")
            assert address.startswith("http"), errors.read_text()
            opens = ""
            if "--desk" in options:
                opens = (
                    urlsplit(process.stdout.readline().split(" ")[0])
                    ._replace(scheme="", netloc="")
                    .geturl()
                )
            yield Preview(address, errors, opens, process.pid)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                status = process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        assert status == 0, errors.read_text()
