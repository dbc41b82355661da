"""Bytes that mean harm, or were made by a broken program: bounded, and told by name."""

import io
import math
import struct
import tracemalloc
import zlib

import pytest
from PIL import Image

from media import decode
from media.decode import MAX_PIXELS, AnimatedImage, ImageTooLarge, NotAnImage, check
from media.inspect import Facts, inspect, look
from media.jpeg import MAX_SCANS, bones
from tests.media.pictures import HEIC, directory, encoded, house, plain, with_exif

EXIF, GPS, ASCII, LONG, DOUBLE, RATIONAL = 0x8769, 0x8825, 2, 4, 12, 5


def png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_heic_is_read_as_a_phone_keeps_it() -> None:
    facts = inspect(HEIC)
    assert check(HEIC) == "image/heic"
    assert (facts.format, facts.width, facts.height) == ("HEIF", 240, 180)
    assert (facts.make, facts.taken_at) == ("Shanhe", "2026-10-18T09:30:00+08:00")
    assert facts.gps_acc == 8.0 and facts.luma_sd > 20


@pytest.mark.parametrize("kept", [20, 300, 0.3, 0.7, 0.95])
def test_a_heic_cut_short_is_refused(kept: float) -> None:
    with pytest.raises(NotAnImage):
        check(HEIC[: int(kept * len(HEIC)) if kept < 1 else int(kept)])


def test_a_bomb_costs_no_memory() -> None:
    data = png(30_000, 30_000, zlib.compress(bytes(30_001) * 40))
    tracemalloc.start()
    with pytest.raises(ImageTooLarge) as refused:
        look(data)
    assert (
        tracemalloc.get_traced_memory()[1] < 5_000_000 and refused.value.code == "image_too_large"
    )
    tracemalloc.stop()


def test_a_small_head_before_a_flood_of_pixels_is_only_a_small_picture() -> None:
    facts = inspect(png(8, 8, zlib.compress(bytes(60_000_000))))
    assert (facts.width, facts.height) == (8, 8)


def test_a_file_of_too_many_bytes_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "MAX_BYTES", 1000)
    with pytest.raises(ImageTooLarge):
        check(house())


@pytest.mark.parametrize("size", [(1, 1), (50_000, 1), (1, 50_000)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_of_odd_shapes_are_looked_at(size: tuple[int, int], kind: str) -> None:
    seen = look(encoded(plain(90, size), kind))
    assert (seen.facts.width, seen.facts.height) == size and seen.facts.luma_mean == 90
    for copy in seen.copies.values():
        with Image.open(io.BytesIO(copy)) as small:
            assert min(small.size) == 1 and max(small.size) <= 1600


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused_by_name(kind: str) -> None:
    frames = [plain(shade, (64, 48)) for shade in (10, 200, 90)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    with pytest.raises(AnimatedImage) as refused:
        check(data)
    assert refused.value.code == "animated_image"


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_a_jpeg_with_a_second_picture_behind_it_is_a_jpeg() -> None:
    image = Image.open(io.BytesIO(house()))
    data = encoded(image, "MPO", save_all=True, append_images=[plain()], exif=image.getexif())
    assert check(data) == "image/jpeg" and inspect(data).format == "JPEG"


POLYGLOTS = (b"%PDF-1.7\n", b"<script>alert(1)</script>", b"PK\x03\x04", b"<svg/>", b"GIF89a")


@pytest.mark.parametrize("other", POLYGLOTS)
def test_what_begins_as_something_else_is_no_picture(other: bytes) -> None:
    with pytest.raises(NotAnImage):
        check(other + house())


@pytest.mark.parametrize("other", POLYGLOTS)
def test_what_hangs_behind_a_picture_never_reaches_its_copies(other: bytes) -> None:
    data = encoded(Image.open(io.BytesIO(house())), comment=other * 5) + other
    assert check(data) == "image/jpeg"
    assert all(other not in copy for copy in look(data).copies.values())


def test_a_jpeg_is_proven_to_its_end_without_being_decoded() -> None:
    data = house()
    assert bones(data).whole and bones(data + b"trailer of a maker").whole
    for cut in (3, 200, len(data) // 2, len(data) - 1):
        assert not bones(data[:cut]).whole
        with pytest.raises(NotAnImage):
            check(data[:cut])


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = encoded(Image.open(io.BytesIO(house())), progressive=True)
    at = data.rindex(b"\xff\xda")
    many = data[:at] + data[at:-2] * (MAX_SCANS + 5) + data[-2:]
    assert check(data) == "image/jpeg"
    with pytest.raises(ImageTooLarge, match="scans"):
        check(many)


def told(tiff: bytes) -> Facts:
    data = with_exif(tiff)
    assert check(data) == "image/jpeg" and set(look(data).copies) == {"thumb.jpg", "screen.jpg"}
    return inspect(data)


HERE, FAR = struct.pack("<I", 8), struct.pack("<I", 0xFFFFFFF0)
CYCLES = {
    "goes on at itself": directory([(0x0112, 3, 1, b"\x06\0\0\0")], 8),
    "holds itself": directory([(EXIF, LONG, 1, HERE), (GPS, LONG, 1, HERE)], 8),
    "points outside": directory([(EXIF, LONG, 1, FAR), (GPS, LONG, 1, FAR)], 0xFFFFFFF0),
    "has enormous counts": directory([(0x010F, ASCII, 0xFFFFFFFF, HERE)], 0),
    "says it is long": b"II*\0\x08\0\0\0\xff\xff" + bytes(30),
    "is empty": b"",
    "is noise": bytes(range(256)) * 8,
}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("case", CYCLES)
def test_exif_that_goes_in_circles_breaks_nothing(case: str) -> None:
    facts = told(CYCLES[case])
    assert (facts.lat, facts.lon, facts.make, facts.thumb_slopes) == (None,) * 4


def placed(form: int, body: bytes) -> bytes:
    """EXIF whose latitude, longitude and accuracy are these numbers."""
    head = directory([(GPS, LONG, 1, struct.pack("<I", 26))])
    where = struct.pack("<I", len(head) + 2 + 5 * 12 + 4)
    rows = [
        (1, ASCII, 2, b"N\0\0\0"),
        (2, form, 3, where),
        (3, ASCII, 2, b"E\0\0\0"),
        (4, form, 3, where),
        (31, form, 1, where),
    ]
    return head + directory(rows)[8:] + body


def test_numbers_that_are_some_are_a_position() -> None:
    facts = told(placed(DOUBLE, struct.pack("<3d", 31.0, 30.0, 0.0)))
    assert (facts.lat, facts.lon, facts.gps_acc) == (31.5, 31.5, 31.0)


NO_NUMBERS = {
    "nan": (DOUBLE, struct.pack("<3d", math.nan, math.nan, math.nan)),
    "infinite": (DOUBLE, struct.pack("<3d", math.inf, 0.0, -math.inf)),
    "nothing by nothing": (RATIONAL, struct.pack("<6I", 1, 0, 0, 0, 5, 0)),
}


@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_numbers_that_are_none_are_no_position(kind: str) -> None:
    facts = told(placed(*NO_NUMBERS[kind]))
    assert (facts.lat, facts.lon, facts.gps_acc) == (None, None, None)


def test_the_cameras_own_thumbnail_and_tables_are_kept_as_facts() -> None:
    image = Image.open(io.BytesIO(house()))
    small = encoded(image.resize((160, 120)))
    head = directory([], 14)
    start = 14 + 2 + 2 * 12 + 4
    rows = [(0x0201, LONG, 1, struct.pack("<I", start)),
            (0x0202, LONG, 1, struct.pack("<I", len(small)))]  # fmt: skip
    data = encoded(image, exif=b"Exif\0\0" + head + directory(rows)[8:] + small)
    facts = inspect(data)
    mine = look(data).prints.slopes[0]
    assert facts.thumb_slopes is not None and facts.orientation == 1
    assert (int(facts.thumb_slopes, 16) ^ int.from_bytes(mine)).bit_count() <= 4
    assert (
        facts.quantisation
        and facts.quantisation != inspect(encoded(image, quality=30)).quantisation
    )
    assert all(small not in copy for copy in look(data).copies.values())


def test_the_limit_of_pixels_is_the_one_told() -> None:
    with pytest.raises(ImageTooLarge, match=str(MAX_PIXELS)):
        check(png(MAX_PIXELS + 1, 1, zlib.compress(b"\0")))
