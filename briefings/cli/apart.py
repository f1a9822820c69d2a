"""Refuse folders of one command that are inside each other.

Files in `static/` are published, and files in every input folder are read: a cache there would
publish embargoed text, and an output folder there would publish the last site again inside the new
one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

_INPUTS = {
    "content": "is read as content",
    "templates": "is read as templates",
    "static": "is published",
    "theme": "is laid over templates and static files",
    "sources": "is read to check quotations",
}


def keep_apart(folders: Mapping[str, Path | None]) -> None:
    """Raise UsageError if one of these folders is, or is inside, one that it must not be in.

    `folders`: option → folder, None if it is not used. `sources`, beside `content`, is added: it
    has no option.
    """
    whole = {name: folder.resolve() for name, folder in folders.items() if folder is not None}
    if "content" in whole:
        whole["sources"] = whole["content"].parent / "sources"
    for outer, effect in _INPUTS.items():
        for inner in whole:
            if inner != outer and outer in whole and whole[inner].is_relative_to(whole[outer]):
                _refuse(inner, outer, folders, effect)
    output, cache = whole.get("output"), whole.get("cache")
    if output is None:
        return
    if cache is not None and cache.is_relative_to(output):
        message = "the cache holds what is not public yet, so it can't be inside the output folder"
        raise click.UsageError(message)
    for inner in _INPUTS.keys() & whole.keys():
        if whole[inner].is_relative_to(output):
            _refuse(inner, "output", folders, "is published")


def _refuse(inner: str, outer: str, folders: Mapping[str, Path | None], effect: str) -> None:
    where = f"the {inner} folder ({folders.get(inner) or inner})"
    around = f"the {outer} folder ({folders.get(outer) or outer}), which {effect}"
    option = inner if inner in folders else outer
    raise click.UsageError(f"{where} can't be inside {around}; name another one with --{option}")
