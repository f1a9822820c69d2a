"""A picture goes out as it looks, and without what a camera or a program wrote into it.

The files in `tests/pictures/` were made for this: 24 by 16 dots, with everything in them that real
ones carry (Exif with a place, XMP, IPTC, comments, small copies, more after the end). Whatever must
not get out holds the word Wombat.
"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from briefings.content.images import bare
from briefings.content.images.raster import BrokenImage
from briefings.outputs.pages.assets import published
from briefings.problems import ContentError
from tests.support.on_disk import Desk, write_site

PICTURES = Path(__file__).parents[1] / "pictures"
#: Name → how it is to be turned (Exif 3.0, 4.6.5.1.3), and bytes that show it, which must stay.
KEPT = {
    "turned.jpg": (6, (b"ICC_PROFILE", b"\xff\xda")),
    "progressive.jpg": (6, (b"ICC_PROFILE", b"\xff\xc2")),
    "upright.jpg": (1, (b"ICC_PROFILE", b"\xff\xdd", b"\xff\xd0")),
    "turned.png": (8, (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND")),
    "turned.webp": (8, (b"VP8X", b"ICCP", b"VP8 ")),
    "moving.webp": (1, (b"ANIM", b"ANMF", b"VP8L")),
    "moving.gif": (1, (b"NETSCAPE2.0", b"\x21\xf9\x04")),
}


def raw(name: str) -> bytes:
    return (PICTURES / name).read_bytes()


def turning(data: bytes) -> int:
    """Return the orientation of a picture: the only Exif entry that is kept."""
    at = data.find(b"MM\0*")
    if at < 0:
        assert b"Exif" not in data
        assert b"eXIf" not in data
        return 1
    offset, count, tag, kind, number, value = struct.unpack_from(">IHHHIH", data, at + 4)
    assert (offset, count, tag, kind, number) == (8, 1, 0x0112, 3, 1)
    return int(value)


@pytest.mark.parametrize("name", KEPT)
def test_metadata_of_a_picture_is_not_published(name: str) -> None:
    assert b"wombat" in raw(name).lower()
    published = bare(raw(name))
    assert b"wombat" not in published.lower()
    assert not any(sign in published for sign in (b"xmp", b"XMP", b"Photoshop", b"1999"))


@pytest.mark.parametrize("name", KEPT)
def test_the_picture_itself_stays_byte_for_byte(name: str) -> None:
    made, signs = bare(raw(name)), KEPT[name][1]
    assert all(sign in made for sign in signs)
    shown = made[made.rindex(signs[-1]) : -2][:100]
    assert len(shown) > 4
    assert shown in raw(name)


@pytest.mark.parametrize("name", KEPT)
def test_a_picture_keeps_its_orientation(name: str) -> None:
    assert turning(bare(raw(name))) == KEPT[name][0]


@pytest.mark.parametrize("name", KEPT)
def test_a_picture_that_went_out_once_stays_as_it_is(name: str) -> None:
    assert bare(bare(raw(name))) == bare(raw(name))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turned", range(1, 10))
def test_exif_of_both_orders_of_bytes_is_understood(order: str, turned: int) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    make = struct.pack(f"{order}HHI4s", 0x010F, 2, 4, b"Wom\0")
    told = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0)
    tiff = mark + struct.pack(f"{order}IH", 8, 2) + make + told + bytes(4)
    segment = b"Exif\0\0" + tiff
    plain = bare(raw("upright.jpg"))
    given = plain[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + plain[2:]
    assert turning(bare(given)) == (turned if 2 <= turned <= 8 else 1)


@pytest.mark.parametrize("exif", [b"", b"MM", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"])
def test_exif_that_cannot_be_read_turns_nothing(exif: bytes) -> None:
    plain = bare(raw("upright.jpg"))
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 8) + b"Exif\0\0" + exif
    assert bare(plain[:2] + segment + plain[2:]) == plain


@pytest.mark.parametrize("name", KEPT)
def test_a_picture_cut_off_anywhere_is_refused_or_has_nothing_to_hide(name: str) -> None:
    whole = raw(name)
    for end in range(16, len(bare(whole)), 7):
        try:
            published = bare(whole[:end])
        except BrokenImage:
            continue
        assert b"wombat" not in published.lower()


@pytest.mark.parametrize("name", KEPT)
def test_a_picture_with_a_byte_altered_is_refused_or_hides_nothing(name: str) -> None:
    """Any damage gives BrokenImage or a published image, in bounded time."""
    whole = raw(name)
    for at in range(12, len(whole), 5):
        try:
            bare(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        except BrokenImage:
            continue


@pytest.mark.parametrize("name", ["turned.avif", "turned.tif"])
def test_a_kind_whose_metadata_cannot_be_taken_out_is_refused(name: str) -> None:
    with pytest.raises(BrokenImage, match="can't be taken out"):
        bare(raw(name))


def test_a_kind_that_could_keep_metadata_and_has_none_is_published() -> None:
    assert bare(raw("plain.avif")) == raw("plain.avif")


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"<svg/>", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"a,b\n"]
)
def test_any_other_file_goes_out_as_it_is(data: bytes) -> None:
    assert bare(data) == data


def test_a_broken_picture_of_the_static_folder_is_reported_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mark.png"
    file.write_bytes(raw("turned.png")[:99])
    with pytest.raises(ContentError, match=r"mark\.png:1:1: this picture is cut off"):
        published(file)


def test_a_photograph_of_a_page_is_published_without_its_place(tmp_path: Path) -> None:
    body = "The ward [@A].\n\n![The ward from outside](../../media/ward.jpg)\n"
    content = write_site(tmp_path, {"visit": ""}, files={"pages/x.md": "---\ntitle: X\n---\nX.\n"})
    visit = content / "briefings" / "2026" / "visit.md"
    text = visit.read_text("utf-8")
    visit.write_text(text.replace(text.rpartition("---\n")[2], body), "utf-8")
    (content / "media").mkdir()
    (content / "media" / "ward.jpg").write_bytes(raw("turned.jpg"))
    desk = Desk(tmp_path)
    desk.build()
    assert desk.published()["media/ward.jpg"] == bare(raw("turned.jpg"))


# -- only what is listed stays ---------------------------------------------------------------------


def jpeg_with(marker: int, body: bytes) -> bytes:
    plain = bare(raw("upright.jpg"))
    return plain[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + plain[2:]


@pytest.mark.parametrize("marker", [*range(0x02, 0xC0), 0xC8, *range(0xE0, 0xFF)])
def test_a_segment_of_a_jpeg_that_is_not_listed_is_left_out(marker: int) -> None:
    published = bare(jpeg_with(marker, b"/home/wombat/ward.jpg"))
    assert published == bare(raw("upright.jpg"))


def test_bytes_after_the_known_parts_of_a_jpeg_segment_are_left_out() -> None:
    adobe = b"Adobe\0\x64\0\0\0\0\x01"
    assert b"wombat" not in bare(jpeg_with(0xEE, adobe + b"wombat"))
    assert adobe in bare(jpeg_with(0xEE, adobe))


@pytest.mark.parametrize("label", [*range(256)])
def test_an_extension_of_a_gif_that_is_not_listed_is_left_out(label: int) -> None:
    plain = bare(raw("moving.gif"))
    at = 13 + (3 * 2 ** ((plain[10] & 7) + 1) if plain[10] & 0x80 else 0)
    for block in (b"\x06wombat\0", b"\x0bNETSCAPE2.0\x06wombat\0", b"\x04\0\0\0\0\x06wombat\0"):
        published = bare(plain[:at] + bytes([0x21, label]) + block + plain[at:])
        assert b"wombat" not in published


def webp(*chunks: bytes) -> bytes:
    whole = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def test_a_frame_of_a_webp_holds_no_frames_however_deep_they_go() -> None:
    frame = chunk(b"VP8L", b"wombat")
    for _ in range(1_200):
        frame = chunk(b"ANMF", bytes(16) + frame)
    assert b"wombat" not in bare(webp(chunk(b"VP8X", bytes(10)), frame))


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


@pytest.mark.parametrize("kind", [b"moov", b"free", b"skip", b"uuid", b"udta", b"wide"])
def test_a_box_of_an_avif_that_is_not_listed_is_refused(kind: bytes) -> None:
    with pytest.raises(BrokenImage, match=f"a box `{kind.decode()}`"):
        bare(raw("plain.avif") + box(kind, b"wombat"))


def test_bytes_of_an_avif_that_belong_to_no_picture_are_refused() -> None:
    with pytest.raises(BrokenImage, match="can't be taken out"):
        bare(raw("plain.avif") + box(b"mdat", b"wombat"))


DRAWN = '<svg xmlns="http://www.w3.org/2000/svg">{}<path d="M0 0h9"/></svg>'


@pytest.mark.parametrize(
    ("given", "kept"),
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
def test_invisible_parts_of_a_drawing_are_left_out(given: str, kept: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.svg"
    file.write_text(f"<!-- wombat -->{DRAWN.format(given)}<!-- wombat -->", encoding="utf-8")
    assert published(file).decode() == DRAWN.format(kept)
    file.write_bytes(published(file))
    assert published(file).decode() == DRAWN.format(kept)


def test_a_drawing_that_is_no_xml_goes_to_the_checks_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "plan.svg"
    file.write_text("<svg><!-- never closed", encoding="utf-8")
    assert published(file) == b"<svg><!-- never closed"
