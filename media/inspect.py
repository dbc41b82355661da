"""What a picture's bytes say: format by content, EXIF, light and sharpness, fingerprint.

Decoding is bounded (pixels, bytes, formats); broken EXIF never breaks a photo.
"""

import hashlib
import io
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError

from media.fingerprint import SIDE, fingerprint
from store.errors import Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 50_000_000
Image.MAX_IMAGE_PIXELS = None
"""Pillow's own limit only warns up to twice its figure; `opened` counts for itself."""
_LOOK = 512


class NotAnImage(Refusal):
    """The bytes are no JPEG, PNG or WebP that can be read to the end."""

    code = "not_an_image"


@dataclass(frozen=True, slots=True)
class Facts:
    """Luma is 0…255; sharpness is the variance of the Laplacian at 512 px; GPS in degrees."""

    format: str
    width: int
    height: int
    taken_at: str | None
    """Local time as the camera wrote it, `2026-10-18T09:30:00`, with an offset if it gave one."""
    lat: float | None
    lon: float | None
    gps_acc: float | None
    make: str | None
    model: str | None
    software: str | None
    luma_mean: float
    luma_sd: float
    sharpness: float
    pixel_sha256: str
    fingerprint: str

    def told(self) -> dict[str, Any]:
        return asdict(self)


def check(data: bytes) -> str:
    """The MIME type of readable image bytes; raises NotAnImage."""
    image = opened(data)
    try:
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise NotAnImage(f"the picture cannot be read to its end: {damage}") from damage
    return Image.MIME[str(image.format)]


def opened(data: bytes) -> Image.Image:
    """A picture of a permitted format and size, not decoded yet; raises NotAnImage."""
    try:
        image = Image.open(io.BytesIO(data), formats=list(FORMATS))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as unknown:
        raise NotAnImage("the bytes are not a JPEG, PNG or WebP picture") from unknown
    if image.width * image.height > MAX_PIXELS:
        raise NotAnImage(f"the picture has more than {MAX_PIXELS} pixels")
    return image


def inspect(data: bytes) -> Facts:
    """All facts of a picture; raises NotAnImage."""
    image = opened(data)
    width, height = image.size
    exif = exif_of(image)
    gps = _gps(exif)
    try:
        pixels = hashlib.sha256(image.convert("RGB").tobytes()).hexdigest()
        look = image.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise NotAnImage(f"the picture cannot be read to its end: {damage}") from damage
    small = np.asarray(look.resize((SIDE, SIDE), Image.Resampling.BOX), dtype=np.float64)
    look.thumbnail((_LOOK, _LOOK))
    grey = np.asarray(look, dtype=np.float64)
    return Facts(
        format=str(image.format),
        width=width,
        height=height,
        taken_at=_taken_at(exif),
        lat=gps[0],
        lon=gps[1],
        gps_acc=gps[2],
        make=_text(exif.get(ExifTags.Base.Make)),
        model=_text(exif.get(ExifTags.Base.Model)),
        software=_text(exif.get(ExifTags.Base.Software)),
        luma_mean=round(float(grey.mean()), 2),
        luma_sd=round(float(grey.std()), 2),
        sharpness=round(_sharpness(grey), 2),
        pixel_sha256=pixels,
        fingerprint=fingerprint(small).hex(),
    )


def exif_of(image: Image.Image) -> dict[int, Any]:
    """All tags of the two main directories, GPS under its own tag; empty when unreadable."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        return dict(exif) | dict(inner) | {int(ExifTags.IFD.GPSInfo): dict(place)}
    except Exception:  # noqa: BLE001 - EXIF is written by thousands of broken programs
        return {}


def _text(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    clean = "".join(c for c in value if c.isprintable()).strip()
    return clean[:100] or None


def _taken_at(exif: dict[int, Any]) -> str | None:
    raw = _text(exif.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime))
    if raw is None or len(raw) < 19 or not raw[:4].isdigit() or raw.startswith("0000"):
        return None
    offset = _text(exif.get(ExifTags.Base.OffsetTimeOriginal)) or ""
    return raw[:10].replace(":", "-") + "T" + raw[11:19] + offset[:6]


def _gps(exif: dict[int, Any]) -> tuple[float | None, float | None, float | None]:
    place = exif.get(int(ExifTags.IFD.GPSInfo)) or {}
    lat = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef))
    lon = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef))
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None, None, None
    return lat, lon, _number(place.get(ExifTags.GPS.GPSHPositioningError))


def _degrees(parts: Any, ref: Any) -> float | None:
    if not isinstance(parts, tuple | list) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    if any(number is None for number in numbers):
        return None
    degrees, minutes, seconds = (number or 0.0 for number in numbers)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if ref in ("S", "W") else value, 7)


def _number(value: Any) -> float | None:
    """A rational's value; a zero denominator is no number (Pillow gives NaN or raises)."""
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def _sharpness(grey: NDArray[np.float64]) -> float:
    if min(grey.shape) < 3:
        return 0.0
    centre = -4 * grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((centre + around).var())
