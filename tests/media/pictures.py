"""Pictures by hand, with EXIF as it may come."""

import io
import struct
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from devices.photos import Fix, Lens, Scene, photo

CHINA = timezone(timedelta(hours=8))
TAKEN = datetime(2026, 10, 18, 9, 30, tzinfo=CHINA)
PLACE = Fix(31.6245, 107.938, 8.0)
SMALL = Lens(size=(480, 360))


@lru_cache(maxsize=64)
def house(seed: str = "1", upright: bool = False) -> bytes:
    """A JPEG of 480×360 as a phone hands it over."""
    return photo(Scene.HOUSE, seed, TAKEN, PLACE, SMALL, upright=upright)


def encoded(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind, **how)
    return kept.getvalue()


def plain(colour: int = 128, size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.new("RGB", size, (colour, colour, colour))


def tagged(tags: dict[int, Any]) -> bytes:
    """A small JPEG with just these EXIF tags."""
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    return encoded(plain(), exif=exif)


HEIC = (Path(__file__).parent / "house.heic").read_bytes()
"""`house()` at 240×180 as an iPhone would keep it; we bring no encoder."""


def with_exif(tiff: bytes) -> bytes:
    """A small JPEG whose EXIF is just these bytes."""
    return encoded(plain(), exif=b"Exif\0\0" + tiff)


def directory(entries: list[tuple[int, int, int, bytes]], following: int = 0) -> bytes:
    """A little-endian IFD at offset 8: (tag, type, count, four bytes), then where it goes on."""
    rows = b"".join(struct.pack("<HHI", *row[:3]) + row[3] for row in entries)
    return (
        b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)
    )
