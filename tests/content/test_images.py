"""Pictures are published upright and without the metadata of a camera or a program.

The files in `tests/pictures/` were made for this: 24 by 16 dots, with everything in them that real
ones carry (Exif with a place, XMP, IPTC, comments, small copies, more after the end). Whatever must
not get out holds the word Wombat.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from briefings.content.images import drawing_size, kind_fault, raster
from briefings.content.images.raster import MAX_PIXELS, MAX_SIDE, Published, UnfitPicture
from briefings.outputs.pages.images import published as file_published
from briefings.problems import ContentError

PICTURES = Path(__file__).parents[1] / "pictures"
#: Name → width and height as it is shown.
PHOTOGRAPHS = {
    "turned.jpg": (16, 24),
    "progressive.jpg": (16, 24),
    "upright.jpg": (24, 16),
    "turned.png": (16, 24),
    "turned.webp": (16, 24),
    "turned.avif": (24, 16),
    "plain.avif": (24, 16),
}
RED, BLUE, GREEN, WHITE = (255, 0, 0), (0, 0, 255), (0, 128, 0), (255, 255, 255)


def raw(name: str) -> bytes:
    return (PICTURES / name).read_bytes()


def published(name: str) -> Published:
    return raster.published(raw(name), name.rpartition(".")[2])


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def shown(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def noise(width: int, height: int) -> Image.Image:
    """A picture with many colours."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


def photograph(width: int, height: int) -> Image.Image:
    """A picture with many colours and soft edges."""
    return noise(20, 20).resize((width, height), Image.Resampling.BICUBIC)


def fault_of(data: bytes, ending: str) -> str:
    with pytest.raises(UnfitPicture) as caught:
        raster.check(data, ending)
    with pytest.raises(UnfitPicture):
        raster.published(data, ending)
    message, hint = caught.value.fault
    assert hint
    return message


# -- what is published -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_metadata_of_a_picture_is_not_published(name: str) -> None:
    picture = published(name)
    for data in (picture.data, *picture.webp.values()):
        assert not any(sign in data.lower() for sign in (b"wombat", b"xmp", b"photoshop", b"1999"))
        image = shown(data)
        assert not image.getexif()
        assert not image.info.keys() & {"exif", "icc_profile", "xmp", "comment", "photoshop", "dpi"}


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_picture_is_published_upright(name: str) -> None:
    picture = published(name)
    assert (picture.width, picture.height) == PHOTOGRAPHS[name] == shown(picture.data).size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_way_of_holding_a_camera_gives_an_upright_picture(orientation: int) -> None:
    upright = Image.new("RGB", (32, 16), WHITE)
    upright.paste(RED, (0, 0, 16, 8))
    held = upright
    if orientation in raster._TURNS:
        inverse = {6: 8, 8: 6}.get(orientation, orientation)
        held = upright.transpose(raster._TURNS[inverse])
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = shown(raster.published(saved(held, "PNG", exif=exif), "png").data)
    assert picture.size == (32, 16)
    corners = [picture.getpixel(place) for place in ((2, 2), (30, 2), (2, 14), (30, 14))]
    assert corners == [RED, WHITE, WHITE, WHITE]


@pytest.mark.parametrize("exif", [b"", b"MM", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"])
def test_exif_that_cannot_be_read_turns_nothing_or_is_refused(exif: bytes) -> None:
    plain = published("upright.jpg").data
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif
    damaged = plain[:2] + segment + plain[2:]
    if len(exif) > 2:
        assert fault_of(damaged, "jpg") == "this picture is cut off or damaged"
    else:
        picture = raster.published(damaged, "jpg")
        assert (picture.width, picture.height) == PHOTOGRAPHS["upright.jpg"]


def swapped_profile() -> bytes:
    """A colour profile in which red and blue have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tmp.").replace(b"bXYZ", b"rXYZ").replace(b"tmp.", b"bXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def test_colours_are_those_of_the_profile_and_the_profile_is_not_published() -> None:
    data = saved(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=swapped_profile())
    picture = raster.published(data, "png")
    assert shown(picture.data).getpixel((4, 4)) == BLUE
    assert "icc_profile" not in shown(picture.data).info


def test_colours_of_print_are_published_as_those_of_screens() -> None:
    cmyk = Image.new("CMYK", (8, 8), (9, 9, 9, 9))
    picture = raster.published(saved(cmyk, "JPEG", icc_profile=swapped_profile()), "jpg")
    assert {shown(data).mode for data in (picture.data, *picture.webp.values())} == {"RGB"}


def test_a_damaged_profile_is_ignored_as_browsers_do() -> None:
    data = saved(Image.new("RGB", (8, 8), RED), "PNG", icc_profile=b"x" * 200)
    assert shown(raster.published(data, "png").data).getpixel((4, 4)) == RED


@pytest.mark.parametrize("width", [900, 1500])
def test_transparent_parts_of_a_picture_stay_transparent(width: int) -> None:
    palette = Image.new("P", (width, 8))
    palette.putpalette([*RED, *BLUE])
    palette.paste(1, (width // 2, 0, width, 8))
    picture = raster.published(saved(palette, "PNG", transparency=0), "png")
    for data in (picture.data, *picture.webp.values()):
        image = shown(data).convert("RGBA")
        assert image.getchannel("A").getpixel((1, 4)) == 0
        assert image.getpixel((image.width - 2, 4)) == (*BLUE, 255)


def test_sixteen_bits_of_grey_become_eight() -> None:
    grey = Image.new("I;16", (8, 8), 30_000)
    image = shown(raster.published(saved(grey, "PNG"), "png").data)
    assert (image.mode, image.getpixel((4, 4))) == ("L", 117)


def test_further_pictures_behind_that_of_a_camera_are_left_out() -> None:
    first, second = (Image.new("RGB", (32, 16), colour) for colour in (GREEN, RED))
    data = saved(first, "MPO", save_all=True, append_images=[second])
    assert data.count(b"\xff\xd8\xff") == 2
    picture = raster.published(data, "jpg")
    assert picture.data.count(b"\xff\xd8\xff") == 1
    assert shown(picture.data).format == "JPEG"


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_nothing_behind_the_end_of_a_picture_is_published(name: str) -> None:
    data = raw(name) + b"<script>wombat</script>"
    picture = raster.published(data, name.rpartition(".")[2])
    assert picture == published(name)


# -- the sizes of a picture ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (3200, [1440, 960, 480]),
        (1440, [1440, 960, 480]),
        (1000, [1000, 480]),
        (600, [600]),
        (30, [30]),
    ],
)
def test_a_photograph_has_narrower_copies_and_none_that_is_wider(
    width: int, widths: list[int]
) -> None:
    picture = raster.published(saved(photograph(width, width // 2), "JPEG", quality=95), "jpg")
    assert list(picture.webp) == widths
    assert (picture.width, picture.height) == (widths[0], widths[0] // 2)
    assert shown(picture.data).size == (picture.width, picture.height)
    for copy_width, data in picture.webp.items():
        assert (shown(data).format, shown(data).size) == ("WEBP", (copy_width, copy_width // 2))
    lengths = [len(data) for data in (picture.data, *picture.webp.values())]
    assert lengths == sorted(lengths, reverse=True)


def test_a_picture_has_no_copy_that_is_longer_than_itself() -> None:
    assert raster.published(saved(noise(300, 300), "JPEG", quality=60), "jpg").webp == {}


def test_a_wide_webp_picture_has_narrower_copies_beside_it() -> None:
    picture = raster.published(saved(photograph(1600, 40), "WEBP", quality=95), "webp")
    assert (picture.width, list(picture.webp)) == (1440, [960, 480])


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_a_drawing_is_published_without_loss(format: str) -> None:
    drawing = Image.new("RGB", (300, 200), WHITE)
    drawing.paste(RED, (20, 20, 70, 90))
    drawing.paste(GREEN, (100, 3, 101, 190))
    picture = raster.published(saved(drawing, format), format.lower())
    assert list(picture.webp) == [300]
    for data in (picture.data, *picture.webp.values()):
        assert shown(data).convert("RGB").tobytes() == drawing.tobytes()


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_the_same_picture_gives_the_same_bytes(name: str) -> None:
    assert published(name) == published(name)


# -- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_picture_cut_off_anywhere_is_refused_or_has_nothing_to_hide(name: str) -> None:
    data, ending = raw(name), name.rpartition(".")[2]
    refused = 0
    for end in range(16, len(data), 17):
        try:
            picture = raster.published(data[:end], ending)
        except UnfitPicture as unfit:
            refused += 1
            assert unfit.fault[0].startswith("this picture")
        else:
            assert b"wombat" not in picture.data.lower()
    assert refused


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_picture_with_a_byte_altered_is_refused_or_hides_nothing(name: str) -> None:
    """Any damage gives a fault or a published image, in bounded time."""
    picture, ending = raw(name), name.rpartition(".")[2]
    for place in range(12, len(picture), 13):
        damaged = picture[:place] + bytes([picture[place] ^ 0xFF]) + picture[place + 1 :]
        try:
            assert b"wombat" not in raster.published(damaged, ending).data.lower()
        except UnfitPicture:
            continue


def test_a_picture_cut_off_is_a_fault_that_says_so() -> None:
    data = saved(photograph(200, 200), "JPEG")
    assert fault_of(data[: len(data) // 2], "jpg") == "this picture is cut off or damaged"


@pytest.mark.parametrize("name", ["moving.gif", "moving.webp"])
def test_an_animated_picture_is_refused(name: str) -> None:
    assert fault_of(raw(name), name.rpartition(".")[2]) == "this picture is animated"


def test_an_animated_png_is_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert fault_of(data, "png") == "this picture is animated"


def test_a_picture_in_the_colours_of_print_is_refused_if_no_profile_tells_them() -> None:
    data = saved(Image.new("CMYK", (8, 8), (9, 9, 9, 9)), "JPEG")
    assert "this picture is in CMYK" in fault_of(data, "jpg")


def png_of_size(width: int, height: int) -> bytes:
    """The beginning of a picture that would fill the memory."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(bytes(100))
    chunks = (header, pixels, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )


@pytest.mark.parametrize(
    "size", [(MAX_PIXELS // 5000 + 1, 5000), (60_000, 60_000), (1, MAX_SIDE + 1)]
)
def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(
    size: tuple[int, int],
) -> None:
    message = fault_of(png_of_size(*size), "png")
    assert message == (
        "this picture has more than 50 million pixels, or more than 16,000 in one direction"
    )


@pytest.mark.parametrize(
    ("ending", "data", "message", "hint"),
    [
        ("jpg", raw("turned.png"), "not a JPEG picture but a PNG picture", "rename it to `.png`"),
        ("png", raw("turned.jpg"), "not a PNG picture but a JPEG picture", "rename it to `.jpg`"),
        ("jpeg", b"\0\0\0\x18ftypheic", "not a JPEG picture but a HEIC picture", "as a JPEG, PNG"),
        ("webp", raw("turned.tif"), "not a WebP picture but a TIFF picture", "as a JPEG, PNG"),
        ("png", b"\n<!DOCTYPE HTML><p>", "not a PNG picture but a web page", "not the page"),
        ("gif", b"hello", "not a GIF picture", "save it again in the program"),
        ("txt", raw("turned.jpg"), "not text but a JPEG picture", "rename it to `.jpg`"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named_with_what_to_do(
    ending: str, data: bytes, message: str, hint: str
) -> None:
    fault = kind_fault(ending, data)
    assert fault is not None
    assert fault[0] == f"this is {message}"
    assert hint in fault[1]


# -- other files -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"<svg/>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"a,b\n"]
)
def test_any_other_file_goes_out_as_it_is(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "file.txt"
    file.write_bytes(data)
    assert file_published(file) == data


def test_a_picture_of_the_static_folder_keeps_its_size_and_loses_its_metadata(
    tmp_path: Path,
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "wombat"
    file = tmp_path / "banner.jpg"
    file.write_bytes(saved(photograph(2000, 100), "JPEG", exif=exif))
    assert shown(file_published(file)).size == (2000, 100)
    assert b"wombat" not in file_published(file)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("mark.png", raw("turned.png")[:99], "this picture is cut off or damaged"),
        ("mark.tif", raw("turned.tif"), "a picture of this kind can't be published"),
        ("mark.heic", b"\0\0\0\x18ftypheic", "a picture of this kind can't be published"),
    ],
)
def test_an_unfit_picture_of_the_static_folder_is_reported_with_its_name(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(ContentError, match=rf"{name}:1:1: {message}"):
        file_published(file)


# -- drawings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({"width": "300", "height": "200px"}, (300, 200)),
        ({"width": " 300.5 ", "height": "200"}, (300, 200)),
        ({"width": "100%", "height": "200"}, None),
        ({"width": "300"}, None),
        ({"viewBox": "0 0 3 2"}, None),
    ],
)
def test_the_size_of_a_drawing_is_what_it_says(
    attributes: Mapping[str, str], size: tuple[int, int] | None
) -> None:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    assert drawing_size(f"<svg{written}><rect width='1' height='1'/></svg>".encode()) == size
    assert drawing_size(b"<svg") is None


DRAWN = '<svg xmlns="http://www.w3.org/2000/svg">{}<path d="M0 0h9"/></svg>'


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("<!-- /home/wombat/ward.svg -->", ""),
        ("<style>a{}/* /home/wombat */b{}</style>", "<style>a{}b{}</style>"),
        ("<style><![CDATA[a{}/* wombat */]]></style>", "<style><![CDATA[a{}]]></style>"),
        ("<style><!-- wombat --></style>", "<style></style>"),
        ('<g data-name="wombat" id="a"/>', '<g id="a"/>'),
        ("<g id='>' data-a = 'wombat'\n data-b='wombat'/>", "<g id='>'/>"),
        ('<text x="1">data-x="1" /* said */</text>', '<text x="1">data-x="1" /* said */</text>'),
    ],
)
def test_invisible_parts_of_a_drawing_are_left_out(
    given: str, expected: str, tmp_path: Path
) -> None:
    file = tmp_path / "plan.svg"
    file.write_text(f"<!-- wombat -->{DRAWN.format(given)}<!-- wombat -->", encoding="utf-8")
    assert file_published(file).decode() == DRAWN.format(expected)
    file.write_bytes(file_published(file))
    assert file_published(file).decode() == DRAWN.format(expected)


def test_a_drawing_that_is_no_xml_goes_to_the_checks_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "plan.svg"
    file.write_text("<svg><!-- never closed", encoding="utf-8")
    assert file_published(file) == b"<svg><!-- never closed"
