r"""Names of files and folders that every host accepts.

One refused name stops the whole deploy. Netlify refuses `#` and `?`; GitHub's artifact upload `" :
< > | * ?`; Windows, and so a checkout or a host there, refuses these, the backslash, device names
(`con.txt`), and a space or full stop at the end.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_REFUSED = re.compile(r'["#*:<>?\\|]')
#: Device names ("Naming Files, Paths, and Namespaces" of Windows), with any extension.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|$)", re.I)
_RUN = re.compile(r'[-\s"#*:<>?\\|]*["#*:<>?\\|][-\s"#*:<>?\\|]*')


def name_fault(name: str) -> str | None:
    """Return why a host may refuse this name of a file or folder, or None."""
    found = _REFUSED.search(name)
    if found is not None:
        return f"hosts refuse a name with `{found[0]}` in it"
    if _DEVICE.match(name):
        return f"`{name}` is the name of a device on Windows, and no file there can have it"
    if name != name.strip() or name.endswith("."):
        return "hosts refuse a name that begins or ends with a space, or ends with a full stop"
    return None


def better_name(name: str, taken: Collection[str] = ()) -> str:
    """Return a similar name that every host accepts and that is not in `taken`.

    Case does not count in the comparison with `taken`.
    """
    stem, dot, ending = name.rpartition(".") if "." in name.strip(". ") else (name, "", "")
    stem = _RUN.sub("-", stem).strip("-. ") or "file"
    ending = _RUN.sub("", ending).strip()
    if _DEVICE.match(stem):
        stem = f"{stem}-file" if "." not in stem else stem.replace(".", "-", 1)
    better, number = stem + dot + ending if ending else stem, 2
    while better.lower() in {other.lower() for other in taken}:
        better, number = f"{stem}-{number}{dot}{ending}", number + 1
    return better
