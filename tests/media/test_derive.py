"""Small copies: upright, bounded, and telling nothing of where and when."""

import io

import pytest
from PIL import Image

from devices.photos import signature_png
from media.decode import NotAnImage
from media.derive import SCREEN, SIDES, THUMB, copies
from tests.media.pictures import encoded, house


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def marked() -> Image.Image:
    """Upright it is twice as wide as high, red in its upper left corner."""
    image = Image.new("RGB", (1200, 600), "white")
    image.paste((255, 0, 0), (0, 0, 200, 200))
    return image


UNDO = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", UNDO)
def test_copies_stand_upright_however_the_phone_was_held(orientation: int) -> None:
    undo = UNDO[orientation]
    sensor = marked() if undo is None else marked().transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation
    thumb = opened(copies(encoded(sensor, exif=exif))[THUMB])
    assert thumb.size == (512, 256)
    green = thumb.getchannel("G")
    assert green.crop((5, 5, 60, 60)).histogram()[60:] == [0] * 196
    assert green.crop((110, 110, 512, 256)).histogram()[:200] == [0] * 200


def test_copies_keep_no_exif_and_no_comment() -> None:
    image = opened(house())
    data = encoded(image, exif=image.getexif(), comment=b"at home", xmp=b"<x:xmpmeta/>")
    for copy in copies(data).values():
        assert not opened(copy).getexif()
        assert b"Exif" not in copy and b"Shanhe" not in copy and b"at home" not in copy
        assert b"xmpmeta" not in copy


def test_copies_are_no_larger_than_their_sides_and_never_enlarged() -> None:
    large = copies(encoded(Image.new("RGB", (4000, 2000))))
    assert {v: max(opened(c).size) for v, c in large.items()} == SIDES
    small = copies(house())
    assert max(opened(small[SCREEN]).size) == 480


def test_a_drawing_with_transparency_gets_copies_too() -> None:
    data = encoded(opened(signature_png("1")).convert("RGBA"), "PNG")
    assert all(opened(copy).format == "JPEG" for copy in copies(data).values())


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_broken_exif_breaks_no_copy() -> None:
    image = opened(house())
    data = encoded(image, "WEBP", exif=image.getexif())
    start = data.rindex(b"EXIF") + 8
    for cut in range(0, 120, 3):
        broken = data[: start + cut] + b"\xa1\x00\xff" + data[start + cut + 3 :]
        assert set(copies(broken)) == {THUMB, SCREEN}


def test_what_cannot_be_read_has_no_copies() -> None:
    with pytest.raises(NotAnImage):
        copies(house()[:2000])
