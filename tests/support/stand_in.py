"""A fake of other sites: a server on this machine that records its requests."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs


class Answer(NamedTuple):
    """An answer; `wait`: seconds until it is given."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""
    wait: float = 0


def as_json(code: int = 200, /, **members: str) -> Answer:
    """An answer with an object of JSON."""
    return Answer(code, body=json.dumps(members).encode())


@dataclass
class StandIn:
    """`answers`: method and path → its answers one after the other; the last one is repeated.

    For a POST of a form with the field `url`, its value counts as the path. `asked`: what was
    asked, in order. `headers`: those of the newest request. `most`: the most requests at the same
    time, without those that are made to wait, for which nobody may wait.
    """

    answers: dict[str, list[Answer]]
    address: str = ""
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    most: int = 0
    running: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, name: str) -> Answer:
        """The next answer to a request."""
        with self.lock:
            self.asked.append(name)
            answers = self.answers.get(name, [Answer(404)])
            return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def serving(answers: Mapping[str, list[Answer]]) -> Iterator[StandIn]:
    """Yield a running server."""
    stand_in = StandIn({name: list(them) for name, them in answers.items()})

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            stand_in.headers = dict(self.headers)
            path = parse_qs(body)["url"][0] if body else self.path
            answer = stand_in.answer(f"{self.command} {path}")
            with stand_in.lock:
                stand_in.running += not answer.wait
                stand_in.most = max(stand_in.most, stand_in.running)
            time.sleep(answer.wait or 0.01)
            with stand_in.lock:
                stand_in.running -= not answer.wait
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)
            except OSError:
                self.close_connection = True  # the other side did not wait

        do_GET = do_HEAD = do_POST = _answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    stand_in.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
