"""What a camera wrote beside the pixels: time, place, names, thumbnail, quantisation.

EXIF is written by thousands of broken programs: what cannot be read is absent, and never an error.
"""

import hashlib
import math
from typing import Any

import orjson
from PIL import ExifTags, Image

_START, _LENGTH = 0x0201, 0x0202
_MAX_THUMB = 1 << 20


def tags_of(image: Image.Image) -> dict[int, Any]:
    """All tags of the two main directories, GPS under its own tag; empty when unreadable."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        return dict(exif) | dict(inner) | {int(ExifTags.IFD.GPSInfo): dict(place)}
    except Exception:  # noqa: BLE001 - see above
        return {}


def thumbnail_of(image: Image.Image) -> bytes | None:
    """The JPEG that the camera put into the EXIF, at most 1 MiB."""
    try:
        ifd = image.getexif().get_ifd(ExifTags.IFD.IFD1)
        start, length = int(ifd[_START]), int(ifd[_LENGTH])
        raw = bytes(image.info["exif"]).removeprefix(b"Exif\0\0")
    except Exception:  # noqa: BLE001 - see above
        return None
    inside = 0 < start < start + length <= len(raw) and length <= _MAX_THUMB
    return raw[start : start + length] if inside else None


def quantisation_of(image: Image.Image) -> str | None:
    """16 hex digits that name a JPEG's quantisation tables: programs differ in them."""
    tables = getattr(image, "quantization", None)
    if not tables:
        return None
    told = orjson.dumps([list(tables[key]) for key in sorted(tables)])
    return hashlib.sha256(told).hexdigest()[:16]


def text(value: Any) -> str | None:
    """At most 100 printable characters."""
    if not isinstance(value, str):
        return None
    clean = "".join(c for c in value if c.isprintable()).strip()
    return clean[:100] or None


def taken_at(exif: dict[int, Any]) -> str | None:
    """`2026-10-18T09:30:00` as the camera wrote it, with an offset if it gave one."""
    raw = text(exif.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime))
    if raw is None or len(raw) < 19 or not raw[:4].isdigit() or raw.startswith("0000"):
        return None
    offset = text(exif.get(ExifTags.Base.OffsetTimeOriginal)) or ""
    return raw[:10].replace(":", "-") + "T" + raw[11:19] + offset[:6]


def position(exif: dict[int, Any]) -> tuple[float | None, float | None, float | None]:
    """(latitude, longitude in degrees, accuracy in metres), WGS-84 as the camera says."""
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
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if math.isfinite(number) else None
