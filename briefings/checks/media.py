"""Allowed files in `media/`: pictures and documents, no code.

Media files are served from the site's own origin, so a file that a browser runs would run as the
site. Only kinds that browsers display or save are allowed. The file name suffix is checked, because
servers use it, and the content, because browsers may use that (`content.images`). Pictures
are published without metadata (`content.images`); SVG files may hold nothing but a drawing
(`checks.svg`).
"""

from __future__ import annotations

from collections.abc import Collection

from briefings.checks.svg import drawing_faults
from briefings.content.files import MEDIA, better_name, name_fault
from briefings.content.images import HINT, bare, kind_fault
from briefings.content.images.raster import BrokenImage
from briefings.domain.site import Site
from briefings.engine import query
from briefings.problems import Problem

PICTURES = ("avif", "gif", "jpeg", "jpg", "png", "svg", "webp")
DOCUMENTS = ("csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx")
_KINDS = f"pictures ({', '.join(PICTURES)}) and documents ({', '.join(DOCUMENTS)})"
#: Suffixes that some servers act on anywhere in a name: Apache serves `plan.html.avif` as a page if
#: it does not know AVIF (mod_mime, "Files with Multiple Extensions").
_RUN = frozenset(
    {
        "asp", "aspx", "cgi", "css", "htc", "htm", "html", "jar", "js", "jsp", "mht", "mhtml",
        "mjs", "php", "phtml", "pl", "py", "rb", "sh", "shtm", "shtml", "svgz", "swf", "wasm",
        "xht", "xhtml", "xml", "xsl", "xslt",
    }
)  # fmt: skip


@query
def media_problems(site: Site, name: str) -> tuple[Problem, ...]:
    """Return the problems of a media file, whether a page refers to it or not.

    These are names that hosts refuse, kinds that can't be published, content that does not match
    the suffix, SVG files that are more than a drawing, and pictures that are truncated or whose
    metadata can't be removed.
    """
    path, ending = f"{MEDIA}/{name}", _ending(name)
    said = _name_fault(name, site.media) or _kind_fault(name, ending)
    if said is None:
        data = site.content.bytes_of(path)
        if ending == "svg":
            return tuple(Problem(path, *fault) for fault in drawing_faults(data))
        said = kind_fault(ending, data) or _picture_fault(data)
    return () if said is None else (Problem(path, 1, 1, *said),)


def _picture_fault(data: bytes) -> tuple[str, str] | None:
    try:
        bare(data)
    except BrokenImage as broken:
        return str(broken), HINT
    return None


def _ending(name: str) -> str:
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    return ending.lower() if dot and stem else ""


def _name_fault(name: str, media: Collection[str]) -> tuple[str, str] | None:
    """Return the fault of a file or folder name that hosts refuse, and a hint with a better one."""
    folder = ""
    for part in name.split("/"):
        message = name_fault(part)
        if message is not None:
            beside = {
                path.removeprefix(folder).split("/")[0] for path in media if path.startswith(folder)
            }
            kind = "folder" if folder + part != name else "file"
            return message, f"rename the {kind}: {better_name(part, beside)}"
        folder += f"{part}/"
    return None


def _kind_fault(name: str, ending: str) -> tuple[str, str] | None:
    if ending not in PICTURES and ending not in DOCUMENTS:
        noun = f"a file `.{ending}`" if ending else "a file without an ending"
        return f"{noun} can't be published", f"{MEDIA}/ takes {_KINDS}"
    inside = [part.lower() for part in name.rpartition("/")[2].split(".")[1:-1]]
    if run := next((part for part in inside if part in _RUN), None):
        message = f"some servers take a file with `.{run}` in its name for a program"
        return message, f"rename the file: without `.{run}`"
    return None
