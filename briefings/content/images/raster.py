"""Raster images, re-encoded by Pillow: upright, in sRGB, without metadata.

A photograph has metadata: place, time and device, often the photographer, and a thumbnail from
before it was cropped (Exif, XMP, IPTC, comments, bytes after its end). Nothing of it is published,
because only the pixels are taken. The same bytes give the same result with one release of Pillow.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from PIL import (
    AvifImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from briefings.content.images import HINT, KINDS, ending_of

#: Widths in pixels of the WebP copies. No published picture is wider than the last one: the text is
#: about 720 px wide, and many screens have two pixels for one.
WIDTHS = (480, 960, 1440)
#: The most pixels of a picture, and the most in one direction (WebP has no more than 16,383).
MAX_PIXELS = 50_000_000
MAX_SIDE = 16_000
#: A PNG, GIF or WebP picture with at most so many colours is a drawing: its copies are lossless.
_DRAWING_COLOURS = 10_000
#: A narrower copy is made if its width is less than this part of the picture's.
_NARROWER = 0.75
_OPTIONS: Mapping[str, Mapping[str, object]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "GIF": {"optimize": True},
    "WEBP": {"quality": 80, "method": 4},
    "AVIF": {"quality": 70, "speed": 8},
}
_SRGB = ImageCms.createProfile("sRGB")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Only these decoders are loaded. A file that would fill the memory is a fault, not a warning.
_DECODERS = (AvifImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class UnfitPicture(ValueError):
    """A picture that can't be published: message and hint."""

    def __init__(self, message: str, hint: str = HINT) -> None:
        super().__init__(message, hint)
        self.fault = message, hint


@dataclass(frozen=True, slots=True)
class Published:
    """A picture as published. `webp`: width → its WebP copy, widest first; smaller than `data`."""

    data: bytes
    width: int
    height: int
    webp: Mapping[int, bytes]


def check(data: bytes, ending: str) -> None:
    """Decode a picture of this file name extension. Raises UnfitPicture."""
    _decoded(data, KINDS[ending].decoder, 1)


def bare(data: bytes) -> bytes:
    """Return a picture at its own size, without metadata. Raises UnfitPicture."""
    ending = ending_of(data)
    if ending is None:
        raise UnfitPicture("a picture of this kind can't be published")
    decoder = KINDS[ending].decoder
    return _encoded(_pixels(data, decoder, MAX_SIDE), decoder)


def published(data: bytes, ending: str) -> Published:
    """Return a picture of this file name extension as published. Raises UnfitPicture.

    A WebP copy that has no fewer bytes than the next wider one is left out. If that is the widest,
    there are none, except of a picture that is WebP itself.
    """
    decoder = KINDS[ending].decoder
    image = _pixels(data, decoder, WIDTHS[-1])
    own = _encoded(image, decoder)
    lossless = decoder not in {"JPEG", "AVIF"} and image.getcolors(_DRAWING_COLOURS) is not None
    webp = {image.width: own}
    own_width = [] if decoder == "WEBP" else [image.width]
    narrower = [width for width in reversed(WIDTHS) if width < _NARROWER * image.width]
    for width in (*own_width, *narrower):
        copy = _encoded(_narrowed(image, width), "WEBP", lossless=lossless)
        if len(copy) < len(min(webp.values(), key=len)):
            webp[width] = copy
        elif width == image.width:
            break
    if webp[image.width] is own:
        del webp[image.width]
    return Published(own, image.width, image.height, webp)


def _pixels(data: bytes, decoder: str, widest: int) -> Image.Image:
    """Return a picture upright, in sRGB and at most so wide, in a mode of 8 bits per channel.

    A JPEG is decoded at a half, a quarter or an eighth of its size if that is wide enough.
    """
    image = _decoded(data, decoder, widest)
    orientation = _orientation(image)
    if image.mode.startswith("I"):  # 16 bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    width = image.height if orientation >= 5 else image.width
    if width > widest:
        image = _narrowed(image, max(1, round(image.width * widest / width)))
    image = _in_srgb(image)
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _decoded(data: bytes, decoder: str, side: int) -> Image.Image:
    """Return a picture as it is stored, at least `side` wide and high if it is."""
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=(decoder,))
        _refuse(image)
        image.draft(None, (side, side))
        image.load()
    except UnfitPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large() from bomb
    except Exception as broken:  # a decoder may raise anything for damaged data
        raise UnfitPicture("this picture is cut off or damaged") from broken
    return image


def _refuse(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
        raise _too_large()
    # A camera may put further pictures behind a JPEG (MPO): these are left out.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        hint = "save one frame of it as a PNG or JPEG: readers can't stop an animation"
        raise UnfitPicture("this picture is animated", hint)
    if image.mode == "CMYK" and _profile(image) is None:
        message = "this picture is in CMYK, the colours of print, and has no colour profile"
        raise UnfitPicture(message, "save it again in RGB, the colours of screens")


def _too_large() -> UnfitPicture:
    pixels = f"more than {MAX_PIXELS // 1_000_000} million pixels"
    message = f"this picture has {pixels}, or more than {MAX_SIDE:,} in one direction"
    return UnfitPicture(message, f"save it smaller: it is shown at most {WIDTHS[-1]:,} pixels wide")


def _orientation(image: Image.Image) -> int:
    with suppress(Exception):  # damaged Exif turns nothing in other programs either
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _in_colours(image: Image.Image) -> Image.Image:
    """Return a picture with colours instead of a palette or a transparent colour."""
    if image.mode in {"RGB", "RGBA", "L", "LA", "CMYK"} and "transparency" not in image.info:
        return image
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _narrowed(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    size = width, max(1, round(image.height * width / image.width))
    return _in_colours(image).resize(size, Image.Resampling.LANCZOS, reducing_gap=2)


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    """Return the colour profile of a picture; None if it has none or a damaged one."""
    data = image.info.get("icc_profile")
    with suppress(OSError):
        return ImageCms.ImageCmsProfile(io.BytesIO(data)) if data else None
    return None


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture with its colours converted by its profile, if that is for such colours."""
    profile = _profile(image)
    with suppress(ImageCms.PyCMSError):
        if profile and "sRGB" not in ImageCms.getProfileDescription(profile):
            image = _in_colours(image)
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            return ImageCms.profileToProfile(image, profile, _SRGB, outputMode=mode) or image
    return image.convert("RGB") if image.mode == "CMYK" else image


def _encoded(image: Image.Image, format: str, **options: bool) -> bytes:
    """Return the file of a picture: pixels, and a transparent colour if it has one."""
    image.info = {name: image.info[name] for name in ("transparency",) if name in image.info}
    file = io.BytesIO()
    image.save(file, format, **_OPTIONS[format], **options)
    return file.getvalue()
