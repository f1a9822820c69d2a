"""Fetch a trust's records from the CQC's API, for `build.py reconcile`; no build does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

from briefings.content.files import MAX_RECORD
from briefings.problems import ContentError, Problem

#: The environment variable with the key; https://api-portal.service.cqc.org.uk/ gives one.
KEY = "CQC_API_KEY"
API = "https://api.service.cqc.org.uk/public/v1"
_SECONDS = 30


def fetched(code: str, key: str) -> Iterator[tuple[str, bytes]]:
    """Yield address and bytes of the record of a provider, then of each of its locations.

    Raises ContentError if the API refuses, or can't be reached.
    """
    address = f"{API}/providers/{quote(code, safe='')}"
    provider = _get(address, key)
    yield address, provider
    try:
        ids = json.loads(provider).get("locationIds") or ()
    except (ValueError, AttributeError):
        return  # the fault is told when the record is read
    for id in map(str, ids):
        address = f"{API}/locations/{quote(id, safe='')}"
        yield address, _get(address, key)


def _get(address: str, key: str) -> bytes:
    request = Request(address, headers={"Ocp-Apim-Subscription-Key": key})  # noqa: S310  # https
    try:
        with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            body: bytes = answer.read(MAX_RECORD)
            return body
    except HTTPError as fault:
        message = f"the API answers {fault.code} {fault.reason}"
        hint = f"check the key in {KEY}" if fault.code in {401, 403} else "check the trust's code"
    except OSError as fault:
        message, hint = (
            f"the API can't be reached ({fault})",
            "save the records, and name the files",
        )
    raise ContentError([Problem(address, 1, 1, message, hint)])
