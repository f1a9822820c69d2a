"""Editors publish words and pictures, not code: what a file of `media/` may be.

A file there is served from the site's own address, so one that a browser runs would run as the
site. Only kinds that browsers show or save may be there: by the ending, because servers go by it,
and by the bytes, because browsers may (`pictures.kinds`). Of a picture only what shows it is
published (`pictures` takes the metadata out, `drawings` looks for what is more than a drawing).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from briefings.checks.svg import drawing_faults
from briefings.content.filenames import better_name, name_fault
from briefings.content.files import read_file
from briefings.content.images import HINT, BrokenImage, bare, kind_fault
from briefings.content.limits import of_file
from briefings.content.loader import MEDIA, Content, shown
from briefings.problems import Problem

PICTURES = ("avif", "gif", "jpeg", "jpg", "png", "svg", "webp")
DOCUMENTS = ("csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "txt", "xlsx")
_KINDS = f"pictures ({', '.join(PICTURES)}) and documents ({', '.join(DOCUMENTS)})"
#: What some servers go by wherever it stands in a name: Apache takes `plan.html.avif` for a page
#: where it knows no AVIF (mod_mime, "Files with Multiple Extensions").
_RUN = frozenset(
    {
        "asp", "aspx", "cgi", "css", "htc", "htm", "html", "jar", "js", "jsp", "mht", "mhtml",
        "mjs", "php", "phtml", "pl", "py", "rb", "sh", "shtm", "shtml", "svgz", "swf", "wasm",
        "xht", "xhtml", "xml", "xsl", "xslt",
    }
)  # fmt: skip


def media_problems(content: Content) -> Iterator[Problem]:
    """Each file of a kind that can't be published, drawing that is more than a drawing, and
    picture that is cut off or keeps its metadata; whether a page names it or not."""
    for name in sorted(content.media):
        path = shown(content.root, f"{MEDIA}/{name}")
        ending = _ending(name)
        said = _name_fault(name, content.media) or _kind_fault(name, ending)
        if said:
            yield Problem(path, 1, 1, *said)
            continue
        data = read_file(content.root / MEDIA / name, of_file(name))
        if ending == "svg":
            yield from (Problem(path, *fault) for fault in drawing_faults(data))
        elif said := kind_fault(ending, data) or _picture_fault(data):
            yield Problem(path, 1, 1, *said)


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
    """What hosts refuse of the file's name or of a folder's that it is in, and a better one."""
    folder = ""
    for part in name.split("/"):
        message = name_fault(part)
        if message is not None:
            beside = {
                one.removeprefix(folder).split("/")[0] for one in media if one.startswith(folder)
            }
            kind = "folder" if folder + part != name else "file"
            return message, f"rename the {kind}: {better_name(part, beside)}"
        folder += f"{part}/"
    return None


def _kind_fault(name: str, ending: str) -> tuple[str, str] | None:
    if ending not in PICTURES and ending not in DOCUMENTS:
        what = f"a file `.{ending}`" if ending else "a file without an ending"
        return f"{what} can't be published", f"{MEDIA}/ takes {_KINDS}"
    inside = [part.lower() for part in name.rpartition("/")[2].split(".")[1:-1]]
    if run := next((part for part in inside if part in _RUN), None):
        message = f"some servers take a file with `.{run}` in its name for a program"
        return message, f"rename the file: without `.{run}`"
    return None
