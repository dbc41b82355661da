"""What a picture's bytes say, and what they cannot break."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from devices.photos import dark_photo, signature_png
from media.decode import MAX_PIXELS, NotAnImage, check
from media.inspect import inspect
from tests.media.pictures import PLACE, SMALL, TAKEN, encoded, house, plain, tagged

GPS, DATE, EXIF = 0x8825, 0x9003, 0x8769
HALF = IFDRational(1, 2)


def test_a_phones_photo_tells_time_place_and_camera() -> None:
    facts = inspect(house())
    assert (facts.format, facts.width, facts.height) == ("JPEG", 480, 360)
    assert facts.taken_at == "2026-10-18T09:30:00+08:00"
    assert facts.lat == pytest.approx(PLACE.lat, abs=1e-6)
    assert facts.lon == pytest.approx(PLACE.lon, abs=1e-6)
    assert facts.gps_acc == 8.0
    assert (facts.make, facts.model, facts.software) == ("Shanhe", "SH-7 Lite", "SH-7 Lite 1.4")


def test_light_and_sharpness_tell_a_dark_a_blank_and_a_good_photo_apart() -> None:
    good, dark = inspect(house()), inspect(dark_photo("1", TAKEN, PLACE, SMALL))
    blank = inspect(encoded(plain(200), "PNG"))
    assert good.luma_mean > 60 and good.luma_sd > 20 and good.sharpness > 20
    assert dark.luma_mean < 10
    assert (blank.luma_mean, blank.luma_sd, blank.sharpness) == (200.0, 0.0, 0.0)


def test_the_same_pixels_in_another_file_are_the_same_pixels() -> None:
    image = Image.open(io.BytesIO(house()))
    one, other = encoded(image, "PNG"), encoded(image, "PNG", compress_level=0)
    assert one != other and inspect(one).pixel_sha256 == inspect(other).pixel_sha256
    assert inspect(house("2")).pixel_sha256 != inspect(one).pixel_sha256


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_pixel_that_is_taken_in_can_be_looked_at(mode: str) -> None:
    whole = mode == "I;16"
    image = Image.new("I;16", (80, 60), 30000) if whole else plain().convert(mode)
    data = encoded(image, "PNG")
    assert check(data) == "image/png" and inspect(data).width == image.width


def test_one_pixel_is_a_picture_without_sharpness() -> None:
    assert inspect(encoded(plain(9, (1, 1)), "PNG")).sharpness == 0.0


def test_the_type_is_told_by_content_not_by_name() -> None:
    assert check(house()) == "image/jpeg"
    assert check(signature_png("1")) == "image/png"
    assert check(encoded(plain(), "WEBP")) == "image/webp"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_a_picture_of_a_kind_we_do_not_take_is_refused(kind: str) -> None:
    with pytest.raises(NotAnImage):
        check(encoded(plain(), kind))


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


@pytest.mark.parametrize("data", [b"", b"no picture", b"%PDF-1.7", b"<svg/>", HEIC, house()[:300]])
def test_what_is_no_readable_picture_is_refused(data: bytes) -> None:
    for look in (check, inspect):
        with pytest.raises(NotAnImage):
            look(data)


def test_a_picture_cut_short_is_refused() -> None:
    with pytest.raises(NotAnImage, match="cannot be read to its end"):
        check(house()[: len(house()) // 2])


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(MAX_PIXELS + 1, 1), (10_000, 9_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(NotAnImage, match="more than 50000000 pixels"):
        check(bomb(*size))


def test_a_photo_without_exif_simply_knows_less() -> None:
    facts = inspect(encoded(plain()))
    told = (facts.taken_at, facts.lat, facts.lon, facts.gps_acc, facts.make, facts.software)
    assert told == (None,) * 6


@pytest.mark.parametrize(
    "degrees",
    [
        (IFDRational(31, 1), IFDRational(30, 0), IFDRational(0, 1)),
        (IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0)),
        (IFDRational(31, 1), IFDRational(30, 1)),
        (IFDRational(200, 1), IFDRational(0, 1), IFDRational(0, 1)),
    ],
)
def test_a_position_that_cannot_be_is_no_position(degrees: tuple[IFDRational, ...]) -> None:
    east = (IFDRational(107, 1), HALF, HALF)
    facts = inspect(tagged({GPS: {1: "N", 2: degrees, 3: "E", 4: east}}))
    assert (facts.lat, facts.lon, facts.gps_acc) == (None, None, None)


def test_south_and_west_are_below_zero() -> None:
    half = (IFDRational(10, 1), IFDRational(30, 1), IFDRational(0, 1))
    facts = inspect(tagged({GPS: {1: "S", 2: half, 3: "W", 4: half}}))
    assert (facts.lat, facts.lon) == (-10.5, -10.5)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026:10:18 09:30:00", "2026-10-18T09:30:00"),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("2026:10:18", None),
        ("", None),
    ],
)
def test_a_camera_without_a_clock_tells_no_time(written: str, told: str | None) -> None:
    assert inspect(tagged({EXIF: {DATE: written}})).taken_at == told


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_broken_exif_never_breaks_a_photo() -> None:
    data = house()
    start = data.index(b"Exif\0\0") + 6
    for cut in range(0, 200, 7):
        broken = data[: start + cut] + b"\xff\x00\x41" + data[start + cut + 3 :]
        assert check(broken) == "image/jpeg"
        assert inspect(broken).pixel_sha256 == inspect(data).pixel_sha256


def test_words_of_a_camera_are_cut_and_cleaned() -> None:
    facts = inspect(tagged({0x010F: "Shan\x07he\x1b" + "x" * 500}))
    assert facts.make is not None and facts.make.startswith("Shanhex") and len(facts.make) == 100
