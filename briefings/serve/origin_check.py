"""Refuse requests that do not come from a browser window that shows the preview itself.

A page of any other site that is open in the same browser can send requests to this machine. It
must not read unpublished content, neither through a host name of its own that resolves to this
machine (DNS rebinding) nor by a cross-origin request. Follows the Fetch Standard and Fetch
Metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

#: Values of `--host` that listen on every address of the machine.
_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104  # compared with, not listened on
Refusal = tuple[int, str]


def refusal(headers: Mapping[str, str], given: str) -> Refusal | None:
    """The status and text with which a request is refused, or None.

    `headers`: names in lower case. `given`: the host that the preview was started for. A navigation
    from another site (a link) is allowed: that site can't read the response.
    """
    host = headers.get("host", "")
    if not _is_ours(_name(host), given.lower()):
        return 421, "This preview doesn't answer to that host name."
    if headers.get("origin", f"http://{host}") != f"http://{host}":
        return 403, "This preview doesn't answer pages of other sites."
    elsewhere = headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}
    if elsewhere and headers.get("sec-fetch-mode") != "navigate":
        return 403, "This preview doesn't answer pages of other sites."
    return None


def is_loopback(host: str) -> bool:
    """True for `localhost` and for loopback addresses, which only this machine can reach."""
    address = _address(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def _name(host: str) -> str:
    """The name in a Host header, without its port; empty if the header is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_ours(name: str, host: str) -> bool:
    """True for a loopback name and the host given; if that is every address, for any IP address.

    Other names are refused: a DNS name can be made to resolve to this machine, an IP address can't.
    """
    is_given = name == host or (host in _EVERYWHERE and _address(name) is not None)
    return name != "" and (is_loopback(name) or is_given)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
