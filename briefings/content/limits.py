"""Size limits in bytes of all files that a command reads, in one table: none is without a limit.

Every rule on a file takes at most 2 s for a file at its limit (tests/content/test_limits.py), and
no file is read beyond its limit.
"""

from __future__ import annotations

KIB, MIB = 1024, 1024 * 1024

#: Front matter, and files that are YAML alone.
MAX_FRONT = 64 * KIB
#: The body, below the front matter.
MAX_BODY = 256 * KIB
#: A Markdown file: twice the sum, as every line may end in CRLF, plus the two lines `---`.
MAX_MARKDOWN = 2 * (MAX_FRONT + MAX_BODY) + 16
#: A README.md in the content folder, which is searched for names that must not be published.
MAX_README = MAX_FRONT + MAX_BODY
#: `register.csv`: at about 150 bytes for each page, room for 200,000 pages.
MAX_REGISTER = 32 * MIB
#: An image or document in `media/`, or a file in `static/`. Hosts accept no longer file.
MAX_MEDIA = 25 * MIB
#: Files in `media/` and `static/` that are read as text: svg, csv, txt, css, js.
MAX_TEXT = 2 * MIB
#: The saved text of a source in `sources/`.
MAX_SOURCE = 4 * MIB
#: One template.
MAX_TEMPLATE = 256 * KIB
#: The list of trusts that `new trust --from-ods` reads.
MAX_LIST = 16 * MIB
#: The largest of these limits, for any input file.
MAX_ANY = MAX_REGISTER
#: Depth of nested folders in an input folder.
MAX_FOLDERS = 20

_TEXT = (".svg", ".csv", ".txt", ".css", ".js")


def of_file(name: str) -> int:
    """Return the limit for a file in `media/` or `static/`, by its extension."""
    return MAX_TEXT if name.lower().endswith(_TEXT) else MAX_MEDIA


def too_long(limit: int) -> tuple[str, str]:
    """Return message and hint for a file over its limit."""
    size = f"{limit // MIB} MiB" if limit >= MIB else f"{limit // KIB} KiB"
    return f"this file is too long; the limit is {size}", "shorten it, or publish it in parts"
