"""Copies of pages in the Wayback Machine, by its interface Save Page Now 2.

https://archive.org/details/spn-2-public-api-page-docs: a request for a copy starts a job, which is
then asked for its status until it has ended. A key is needed; an account at archive.org has one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import httpx

from briefings.remote import waiting

SERVICE = "https://web.archive.org"
#: The environment variable with ACCESS-KEY:SECRET-KEY, of https://archive.org/account/s3.php.
KEY = "ARCHIVE_KEY"
#: A copy that is no older is used in the place of a new one.
_RECENT = "30d"
_TRIES = 4
#: How often a job is asked for its status before it counts as lost.
_POLLS = 60
#: Errors of the account or the service, after which other pages would fail as well.
_ENDS = ("error:user-session-limit", "error:too-many-requests", "error:service-unavailable")


class NoCopy(Exception):
    """There is no copy of this page; the text says why."""


class Unavailable(Exception):
    """The service takes no more requests for now; the text says why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a page: its address, and the day on which it was made (UTC)."""

    url: str
    day: date


@dataclass(frozen=True, slots=True)
class Wayback:
    """The archive at `service`, asked with a `key`. `pause`: seconds between two requests."""

    key: str
    service: str = SERVICE
    pause: float = 5

    def copy_of(self, url: str) -> Copy:
        """Return a recent copy of a page, made if there is none. Raises NoCopy, Unavailable."""
        headers = {"Accept": "application/json", "Authorization": f"LOW {self.key}"}
        with waiting.client(headers) as client:
            job = self._asked(client, "/save", {"url": url, "if_not_archived_within": _RECENT})
            for _ in range(_POLLS):
                waiting.sleep(self.pause)
                state = self._asked(client, f"/save/status/{job.get('job_id')}")
                if state.get("status") == "success":
                    return self._copy(url, state)
        raise NoCopy("the copy was not ready in time; ask again later")

    def _asked(
        self, client: httpx.Client, path: str, data: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Return the members of an answer that is no error. Raises NoCopy, Unavailable."""

        def request() -> httpx.Response:
            if data is None:
                return client.get(self.service + path)
            return client.post(self.service + path, data=data)

        try:
            response = waiting.answered(request, _TRIES)
            members = json.loads(response.content)
        except httpx.HTTPError as fault:
            raise Unavailable(f"{self.service} does not answer ({fault})") from fault
        except ValueError:
            members = {}
        members = members if isinstance(members, dict) else {}
        code, kind = response.status_code, str(members.get("status_ext", ""))
        reason = str(members.get("message") or kind or f"{self.service} answers {code}")
        if code == 401:
            raise Unavailable(f"the key in {KEY} is refused: {reason}")
        if members.get("status") == "error" and code < 500 and code != 429 and kind not in _ENDS:
            raise NoCopy(reason)
        if not members or members.get("status") == "error" or not response.is_success:
            raise Unavailable(reason)
        return members

    def _copy(self, url: str, state: dict[str, Any]) -> Copy:
        timestamp = str(state.get("timestamp"))
        try:
            day = datetime.strptime(timestamp, "%Y%m%d%H%M%S").date()  # noqa: DTZ007  # UTC
        except ValueError:
            raise NoCopy("the archive names no copy") from None
        return Copy(f"{self.service}/web/{timestamp}/{url}", day)
