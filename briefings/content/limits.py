"""How long each file may be that a command reads. One table, so that no file is without a limit.

Sizes are in bytes. Every rule on a file takes at most 2 s at its limit (tests/test_limits.py), and
no file is read before its size is known to be within it.
"""

from __future__ import annotations

KIB, MIB = 1024, 1024 * 1024

#: Front matter, and files that are YAML alone.
MAX_FRONT = 64 * KIB
#: The text below the front matter.
MAX_BODY = 256 * KIB
#: A Markdown file: every line end may be CRLF, and the two lines `---` come on top.
MAX_MARKDOWN = 2 * (MAX_FRONT + MAX_BODY) + 16
#: A README.md beside content, which is read for names that must not be published.
MAX_README = MAX_FRONT + MAX_BODY
#: `register.csv`: about 150 bytes for each page, so 200,000 of them.
MAX_REGISTER = 32 * MIB
#: A picture or document of `media/`, or a file of `static/`. Hosts take no more for one file.
MAX_MEDIA = 25 * MIB
#: Files of `media/` and `static/` that are read as text: svg, csv, txt, css, js.
MAX_TEXT = 2 * MIB
#: The saved text of a source in `sources/`.
MAX_SOURCE = 4 * MIB
#: One template.
MAX_TEMPLATE = 256 * KIB
#: The list of trusts that `new trust --from-ods` reads.
MAX_LIST = 16 * MIB
#: No input file may be longer, whatever it is.
MAX_ANY = MAX_REGISTER
#: Folders within folders, in every input folder.
MAX_FOLDERS = 20

_TEXT = (".svg", ".csv", ".txt", ".css", ".js")


def of_file(name: str) -> int:
    """The limit for a file of `media/` or `static/`, by its ending."""
    return MAX_TEXT if name.lower().endswith(_TEXT) else MAX_MEDIA


def too_long(limit: int) -> tuple[str, str]:
    """What is wrong with a file over its limit, and what to do."""
    size = f"{limit // MIB} MiB" if limit >= MIB else f"{limit // KIB} KiB"
    return f"this file is too long; the limit is {size}", "shorten it, or publish it in parts"
