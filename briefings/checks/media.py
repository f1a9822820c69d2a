"""Allowed files in `media/`: pictures and documents, no code.

Media files are served from the site's own origin, so a file that a browser runs would run as the
site. Only kinds that browsers display or save are allowed. The file name suffix is checked, because
servers use it, and the content, because browsers may use that (`content.images`). Every picture is
decoded, so that one that can't be published is a fault before a page refers to it; SVG files may
hold nothing but a drawing (see `drawing_faults`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from xml.parsers import expat

from briefings.content.files import MEDIA
from briefings.content.images import KINDS, kind_fault
from briefings.domain.site import Site
from briefings.engine import query
from briefings.problems import Problem
from briefings.urls import better_name, name_fault

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

#: The end of the name of a copy (`urls.media_url`).
_OF_A_COPY = re.compile(r"\.(?:avif|gif|jpe?g|png|webp)\.[0-9]+\.webp$")


@query
def media_problems(site: Site, name: str) -> tuple[Problem, ...]:
    """Return the problems of a media file, whether a page refers to it or not.

    These are names that hosts refuse, kinds that can't be published, content that does not match
    the suffix, SVG files that are more than a drawing, and pictures that are truncated, too large,
    animated or in the colours of print.
    """
    path = f"{MEDIA}/{name}"
    stem, dot, ending = name.rpartition("/")[2].rpartition(".")
    ending = ending.lower() if dot and stem else ""
    said = _name_fault(name, site.media) or _kind_fault(name, ending)
    if said is None:
        data = site.content.bytes_of(path)
        if ending == "svg":
            return tuple(Problem(path, *fault) for fault in drawing_faults(data))
        said = kind_fault(ending, data) or _picture_fault(ending, data)
    return () if said is None else (Problem(path, 1, 1, *said),)


def _picture_fault(ending: str, data: bytes) -> tuple[str, str] | None:
    if ending not in KINDS or not KINDS[ending].decoder:
        return None
    from briefings.content.images import raster  # here: Pillow takes a while to import

    try:
        raster.check(data, ending)
    except raster.UnfitPicture as unfit:
        return unfit.fault
    return None


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
    if _OF_A_COPY.search(name.lower()):
        message = "the site gives names like this to the smaller copies of a picture"
        return message, "rename the file: without the second ending"
    inside = [part.lower() for part in name.rpartition("/")[2].split(".")[1:-1]]
    if run := next((part for part in inside if part in _RUN), None):
        message = f"some servers take a file with `.{run}` in its name for a program"
        return message, f"rename the file: without `.{run}`"
    return None


# Allow SVG files that are only drawings: no scripts, no external references, no metadata.
#
# An SVG file is a document: opened by its URL it can run scripts, and drawing programs often write
# the author and folder into it. So only listed elements are allowed (SVG 2, Appendix G, without
# scripts, animation, embedded pictures and foreign content), and no references out of the file.

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    {
        "a", "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix",
        "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
        "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
        "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode", "feMorphology",
        "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
        "filter", "g", "line", "linearGradient", "marker", "mask", "path", "pattern", "polygon",
        "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol", "text",
        "textPath", "title", "tspan", "use", "view",
    }
)  # fmt: skip
#: CSS that loads a resource, or may hide that: a backslash begins an escape.
_LOADS = re.compile(
    r"""\\|@import|image-set|\bsrc\s*\(|url\s*\(\s*(?:["']\s*)?(?![\s"'#])""", re.IGNORECASE
)
_PLAIN = "save it as a plain SVG: no scripts, links, animation, embedded pictures or metadata"
_AGAIN = "open the drawing and save it again as a plain SVG, in UTF-8"

#: Line, column, message and hint.
DrawingFault = tuple[int, int, str, str]


def drawing_faults(data: bytes) -> Iterator[DrawingFault]:
    """Yield everything in an SVG file that is more than a drawing, the first of each message."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        yield 1, 1, "this drawing is not UTF-8 text", _AGAIN
        return
    reading = _Reading()
    reading.read(data)
    for (message, hint), (line, column) in reading.found.items():
        yield line, column, message, hint


class _Stop(Exception):
    """Raised to stop parsing; the rest of the file is not checked."""


class _Reading:
    """Parser of one drawing.

    It never expands a declared entity: it stops at the document type that would declare one.
    `found`: (message, hint) → (line, column) of the first occurrence.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], tuple[int, int]] = {}
        self._depth = 0
        self._style: list[str] | None = None
        self._parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        self._parser.ordered_attributes = True
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.ProcessingInstructionHandler = lambda target, data: self._note(
            f"a drawing can't have <?{target}?> in it", "remove it"
        )
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, data: bytes) -> None:
        """Parse the file and collect its faults in `found`."""
        try:
            self._parser.Parse(data, True)
        except _Stop:
            return
        except expat.ExpatError as error:
            place = (error.lineno, error.offset + 1)
            self.found.setdefault(("this is no whole SVG", _AGAIN), place)

    def _note(self, message: str, hint: str = _PLAIN) -> None:
        place = (self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1)
        self.found.setdefault((message, hint), place)

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "us-ascii"}:
            self._note("this drawing says that it is not UTF-8", _AGAIN)

    def _document_type(self, *_: object) -> None:
        self._note("a drawing has no document type", "remove <!DOCTYPE …>, which nothing needs")
        raise _Stop

    def _start(self, name: str, attributes: list[str]) -> None:
        space, _, local = name.rpartition(" ")
        if self._depth == 0 and (space, local) != (_SVG, "svg"):
            self._note("this is no SVG", f'its first element is <svg xmlns="{_SVG}">')
            raise _Stop
        if self._style is not None:
            self._note("a style of this drawing has an element in it", _PLAIN)
            raise _Stop
        self._depth += 1
        if space != _SVG or local not in _ELEMENTS:
            self._note(f"a drawing can't have <{local}> in it")
            return
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            self._attribute(key, value)
        if local == "style":
            self._style = []

    def _attribute(self, name: str, value: str) -> None:
        space, _, local = name.rpartition(" ")
        runs = local.lower().startswith("on")
        if runs or space not in {"", _XLINK, _XML} or (space, local) == (_XML, "base"):
            self._note(f"a drawing can't have the attribute `{local}` in it")
        elif local == "href" and not value.strip().startswith("#"):
            self._note("a reference leads out of this drawing", "remove it; only #… may stay")
        elif _LOADS.search(value):
            self._note("a style of this drawing loads something", _PLAIN)

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name == f"{_SVG} style" and self._style is not None:
            if _LOADS.search("".join(self._style)):
                self._note("a style of this drawing loads something", _PLAIN)
            self._style = None
