"""Bytes to pixels, within bounds: formats by content, pixels, bytes, frames, scans.

JPEG, PNG, WebP and HEIC are taken. pi-heif brings only the decoder (libheif and libde265, LGPL-3);
its sister pillow-heif also brings x265, which is GPL.
"""

import io

import pi_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from media.exif import tags_of
from media.jpeg import MAX_SCANS, bones
from store.errors import Refusal

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
MAX_PIXELS = 50_000_000
MAX_BYTES = 64 * 1024 * 1024
Image.MAX_IMAGE_PIXELS = None
"""Pillow's own limit only warns up to twice its figure; `opened` counts for itself."""
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
_MANY = frozenset({"PNG", "WEBP"})
_MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
_TURN = Image.Transpose
TURNS = {
    2: _TURN.FLIP_LEFT_RIGHT,
    3: _TURN.ROTATE_180,
    4: _TURN.FLIP_TOP_BOTTOM,
    5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270,
    7: _TURN.TRANSVERSE,
    8: _TURN.ROTATE_90,
}
"""{EXIF Orientation: what sets the picture upright}. Pillow's own exif_transpose writes the EXIF
anew and fails where it is broken."""


class NotAnImage(Refusal):
    """The bytes are no JPEG, PNG, WebP or HEIC that can be read to the end."""

    code = "not_an_image"


class ImageTooLarge(NotAnImage):
    """More pixels, bytes or scans than a photo has: it would cost too much to look at."""

    code = "image_too_large"


class AnimatedImage(NotAnImage):
    """Several frames: which of them would be the evidence?"""

    code = "animated_image"


def opened(data: bytes) -> Image.Image:
    """A picture of a permitted format and size, not decoded yet.

    Raises NotAnImage, ImageTooLarge, AnimatedImage.
    """
    if len(data) > MAX_BYTES:
        raise ImageTooLarge(f"the picture has more than {MAX_BYTES} bytes")
    try:
        image = Image.open(io.BytesIO(data), formats=list(FORMATS))
        frames = int(getattr(image, "n_frames", 1)) if image.format in _MANY else 1
    except Exception as unknown:
        if not isinstance(unknown, UnidentifiedImageError | OSError | ValueError | SyntaxError):
            raise NotAnImage("the picture's head cannot be read") from unknown
        raise NotAnImage("the bytes are not a JPEG, PNG, WebP or HEIC picture") from unknown
    if image.width * image.height > MAX_PIXELS:
        raise ImageTooLarge(f"the picture has more than {MAX_PIXELS} pixels")
    if frames > 1:
        raise AnimatedImage(f"the picture moves: it has {frames} frames")
    if format_of(image) == "JPEG":
        _ends(data)
    return image


def _ends(data: bytes) -> None:
    found = bones(data)
    if found.scans > MAX_SCANS:
        raise ImageTooLarge(f"the picture has more than {MAX_SCANS} scans")
    if not found.whole:
        raise NotAnImage("the picture cannot be read to its end: it is cut short")


def format_of(image: Image.Image) -> str:
    """JPEG, PNG, WEBP or HEIF. A JPEG that carries a second picture (MPO) is a JPEG."""
    return "JPEG" if image.format == "MPO" else str(image.format)


def check(data: bytes) -> str:
    """The MIME type of readable image bytes; raises as `opened` does.

    A JPEG is not decoded: that its end is there says all that decoding it would.
    """
    image = opened(data)
    if format_of(image) != "JPEG":
        loaded(image)
    return _MIME[format_of(image)]


def loaded(image: Image.Image, side: int | None = None) -> Image.Image:
    """Decoded; a JPEG at the smallest scale (1, 1/2, 1/4, 1/8) whose longer side still has `side`
    pixels. Raises NotAnImage."""
    try:
        if side is not None:
            scale = side / max(image.size)
            image.draft(None, (int(image.width * scale) or 1, int(image.height * scale) or 1))
        image.load()
    except Exception as damage:
        raise NotAnImage(f"the picture cannot be read to its end: {damage}") from damage
    return image


def turned(image: Image.Image, told: int) -> Image.Image:
    """As people see it, by the EXIF Orientation; the image itself where there is nothing to do."""
    turn = TURNS.get(told)
    return image if turn is None else image.transpose(turn)


def orientation(image: Image.Image) -> int:
    """EXIF Orientation 1…8; 1 where it says nothing of use."""
    told = tags_of(image).get(ExifTags.Base.Orientation)
    return told if isinstance(told, int) and told in TURNS else 1
