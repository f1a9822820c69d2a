"""Who may ask: this machine's own browser windows on the preview, and nobody else.

A page of any other site that is open in the same browser can send requests to this machine. It
must not read what is not public yet: neither under a name of its own that leads here (DNS
rebinding) nor by a request across origins. Follows the Fetch Standard and Fetch Metadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

#: Hosts that mean every address of the machine.
_EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104  # compared with, not listened on
Refusal = tuple[int, str]


def refusal(headers: Mapping[str, str], given: str) -> Refusal | None:
    """The status and the words with which a request is refused, or None.

    `given` is the host that the preview was started for; the names of `headers` are lower-case.
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
    """True for the names and addresses by which only this machine can reach itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in a Host header, without its port; nothing where it can't be read."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_ours(name: str, given: str) -> bool:
    """A loopback name, or the host given; where that is every address, any address in figures.

    A name on the web can be made to lead to this machine; an address in figures can't.
    """
    if not name:
        return False
    if is_loopback(name) or name == given:
        return True
    return given in _EVERYWHERE and _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
