"""Static files, and images in bodies: their published files, and how browsers choose among them.

A raster image is encoded once; the result is cached by the bytes of its file. Drawings (SVG)
and documents are files of their own (`published`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from briefings.content.files import MEDIA, of_file, read_file, walk
from briefings.content.images import KINDS, bare_drawing, drawing_size, is_picture
from briefings.domain.site import Site
from briefings.engine import query
from briefings.problems import ContentError, Problem
from briefings.urls import ICONS, STATIC, file_for, media_url

if TYPE_CHECKING:
    from briefings.content.images import raster

# Static files, published under names that contain a hash so that they can be cached for ever.
#
# Icons have the fixed names at the root of the site that browsers ask for.


@dataclass(frozen=True, slots=True)
class Assets:
    """The files of `static/`, and of a theme's.

    `urls`: name (`style.css`) → published path (`/static/style.1a2b3c4d.css`). `files`: path below
    `output/` → source file.
    """

    urls: Mapping[str, str]
    files: Mapping[str, Path]


def read_assets(folders: Sequence[Path]) -> Assets:
    """Return every file of these folders and their subfolders, except dot-files and README.md.

    The first folder that has a file wins. Symbolic links and special files, which `checks` reports,
    are skipped.
    """
    urls: dict[str, str] = {}
    files: dict[str, Path] = {}
    for folder in folders:
        for inside, _, unfit in walk(folder):
            if unfit is None and inside not in urls and inside.rpartition("/")[2] != "README.md":
                name = hashed_name(inside, read_file(folder / inside, of_file(inside)))
                url = f"/{inside}" if f"/{inside}" in ICONS else STATIC + name
                urls[inside] = url
                files[file_for(url)] = folder / inside
    return Assets(urls, files)


def published(path: Path) -> bytes:
    """Return the bytes of a static or media file as published: a picture without its metadata.

    Raises ContentError for a picture that can't be published.
    """
    data = read_file(path, of_file(path.name))
    if path.suffix.lower() == ".svg":
        return bare_drawing(data)
    if not is_picture(data):
        return data
    from briefings.content.images import raster  # here: Pillow takes a while to import

    try:
        return raster.bare(data)
    except raster.UnfitPicture as unfit:
        raise ContentError([Problem(str(path), 1, 1, *unfit.fault)]) from unfit


def hashed_name(name: str, raw: bytes) -> str:
    """Return `style.<first 8 hex digits of the SHA-256>.css` for `style.css`."""
    stem, dot, ending = name.rpartition(".")
    digest = sha256(raw).hexdigest()[:8]
    return f"{stem}.{digest}.{ending}" if dot and stem else f"{name}.{digest}"


#: How wide a picture is shown: on narrow screens nearly the whole width, else that of the text.
_SIZES = "(min-width: 50rem) 48rem, 95vw"
_IMAGE = re.compile(r'<img src="([^"]*+)"((?:\s[a-z]++="[^"]*+")*+)>')


class Size(NamedTuple):
    """Size of an image in pixels, and the widths of its WebP copies, narrowest first."""

    width: int
    height: int
    copies: tuple[int, ...] = ()


def published_image(site: Site, name: str, width: str = "") -> bytes | None:
    """Return a picture in `media/` as published, or its copy of this width.

    None for other files. Raises LookupError if there is no such copy.
    """
    if not _is_picture(name):
        return None
    picture = _published(site, name)
    return picture.webp[int(width)] if width else picture.data


def copies_of(site: Site, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return name and width of every WebP copy of these files in `media/`."""
    sizes = ((name, size_of(site, name)) for name in names)
    return [(name, str(width)) for name, size in sizes if size for width in size.copies]


def _is_picture(name: str) -> bool:
    kind = KINDS.get(_ending(name))
    return kind is not None and kind.decoder != ""


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2]


def _published(site: Site, name: str) -> raster.Published:
    return site.content.made_from(f"{MEDIA}/{name}", _encoded)


def _encoded(data: bytes, name: str) -> raster.Published:
    """Return a picture as published. Raises ContentError for a fault that the checks report too."""
    from briefings.content.images import raster  # here: Pillow takes a while to import

    try:
        return raster.published(data, _ending(name))
    except raster.UnfitPicture as unfit:
        raise ContentError([Problem(name, 1, 1, *unfit.fault)]) from unfit


@query
def size_of(site: Site, name: str) -> Size | None:
    """Return the size of an image in `media/`; None if it has none or is none."""
    if name.lower().endswith(".svg"):
        size = drawing_size(site.content.bytes_of(f"{MEDIA}/{name}"))
        return Size(*size) if size else None
    if not _is_picture(name):
        return None
    picture = _published(site, name)
    return Size(picture.width, picture.height, tuple(sorted(picture.webp)))


def body_html(site: Site, html: str) -> Markup:
    """Return the HTML of a body, in which each image has its size and its copies."""

    def sized(match: re.Match[str]) -> str:
        path = file_for(match[1].removeprefix(site.urls.prefix))
        name = path.removeprefix(f"{MEDIA}/")
        size = size_of(site, name) if name in site.media else None
        return _html(site, name, size, match[1], match[2]) if size else match[0]

    return Markup(_IMAGE.sub(sized, html))  # noqa: S704  # sanitised when it was read


def _html(site: Site, name: str, size: Size, url: str, attributes: str) -> str:
    box = f' width="{size.width}" height="{size.height}" decoding="async"'
    image = f'<img src="{url}"{box}{attributes}>'
    if not size.copies:
        return image
    links = [(site.urls.link(media_url(name, str(width))), width) for width in size.copies]
    if size.width not in size.copies:  # of a WebP picture
        links.append((url, size.width))
    candidates = ", ".join(f"{link} {width}w" for link, width in links)
    source = f'<source type="image/webp" srcset="{candidates}" sizes="{_SIZES}">'
    return f"<picture>{source}{image}</picture>"
