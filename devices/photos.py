"""Real JPEG files of made-up places, as a phone's camera would hand them over, EXIF included.

The same seed draws the same picture, byte for byte, so a demo that was killed and started again
takes no second photo.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import numpy as np
from PIL import Image, ImageChops, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from devices.drawing import noise
from devices.interiors import room, tap
from devices.papers import papers
from devices.scenes import farmhouse


class Scene(Enum):
    HOUSE = "house"  # the house from outside
    ROOM = "room"  # a room from its door
    WATER = "water"  # the tap, basin or bucket
    PAPER = "paper"  # papers on a table


PAINTERS = {
    Scene.HOUSE: farmhouse,
    Scene.ROOM: room,
    Scene.WATER: tap,
    Scene.PAPER: papers,
}


@dataclass(frozen=True)
class Fix:
    """A place on earth, WGS-84; `acc` is the radius in metres the receiver admits to."""

    lat: float
    lon: float
    acc: float
    alt: float = 0.0


@dataclass(frozen=True)
class Lens:
    """The camera as EXIF names it, and the size it is set to (width, height; landscape)."""

    make: str = "Shanhe"
    model: str = "SH-7 Lite"
    size: tuple[int, int] = (1280, 960)
    quality: int = 74


def photo(
    scene: Scene,
    seed: str,
    taken_at: datetime,
    fix: Fix | None,
    lens: Lens | None = None,
    *,
    upright: bool = False,
) -> bytes:
    """A JPEG of the scene. `taken_at` must know its offset; `upright` holds the phone upright:
    the sensor's rows stay landscape and the Orientation tag says how to turn them."""
    lens = lens or Lens()
    width, height = lens.size
    rng = _rng(f"{scene.value}/{seed}")
    size = (height, width) if upright else (width, height)
    drawn = (size[0] * 3 // 4, size[1] * 3 // 4)  # enlarged afterwards: soft as a cheap lens
    picture = _developed(rng, PAINTERS[scene](rng, drawn), size)
    if upright:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    return _jpeg(picture, lens, exif_of(taken_at, fix, lens, 6 if upright else 1))


def dark_photo(seed: str, taken_at: datetime, fix: Fix | None, lens: Lens | None = None) -> bytes:
    """A picture taken with a thumb over the lens: nearly black, a little sensor noise."""
    lens = lens or Lens()
    rng = _rng(f"dark/{seed}")
    grain = rng.normal(4, 2.5, (lens.size[1], lens.size[0], 1)) + rng.normal(0, 1, (1, 1, 3))
    picture = Image.fromarray(np.clip(grain, 0, 255).astype(np.uint8))
    return _jpeg(picture, lens, exif_of(taken_at, fix, lens, 1))


def signature_png(seed: str, size: tuple[int, int] = (640, 360)) -> bytes:
    """A finger's scrawl, dark on white: two or three loops that drift to the right."""
    rng = _rng(f"signature/{seed}")
    sheet = Image.new("L", (size[0] * 2, size[1] * 2), 255)
    pen = ImageDraw.Draw(sheet)
    x = 0.12
    for _ in range(int(rng.integers(2, 4))):
        turns = np.linspace(0, float(rng.uniform(4, 9)), 60)
        across = x + 0.2 * turns / turns[-1] + 0.05 * np.sin(turns * rng.uniform(1, 2.2))
        down = 0.5 + rng.uniform(0.15, 0.3) * np.cos(turns + rng.uniform(0, 3))
        line = [
            (float(a) * sheet.width, float(d) * sheet.height)
            for a, d in zip(across, down, strict=True)
        ]
        pen.line(line, fill=24, width=int(rng.integers(5, 10)), joint="curve")
        x += 0.25
    out = io.BytesIO()
    sheet.resize(size, Image.Resampling.BILINEAR).save(out, "PNG")
    return out.getvalue()


def _rng(seed: str) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256(seed.encode()).digest()))


def _developed(
    rng: np.random.Generator, picture: Image.Image, size: tuple[int, int]
) -> Image.Image:
    """What lens, light and sensor do: softness, uneven light, a colour cast, corners, grain."""
    small = (size[0] // 8, size[1] // 8)
    light = 1 + float(rng.uniform(0.05, 0.16)) * noise(rng, small, 3, 3)
    ys, xs = np.mgrid[-1 : 1 : small[1] * 1j, -1 : 1 : small[0] * 1j]
    light *= 1 - float(rng.uniform(0.03, 0.14)) * (xs**2 + ys**2).astype(np.float32)
    cast = rng.normal(1, 0.035, 3) * rng.uniform(0.88, 1.0) * 242
    lamp = np.clip(light[..., None] * cast, 0, 255).astype(np.uint8)
    mask = Image.fromarray(lamp).resize(size, Image.Resampling.BILINEAR)
    soft = picture.resize(size, Image.Resampling.BICUBIC)
    strength = int(rng.integers(9, 16))
    speckle = rng.integers(0, strength * 2, (size[1], size[0]), np.uint8)
    grain = Image.merge("RGB", [Image.fromarray(speckle)] * 3)
    return ImageChops.add(ImageChops.multiply(soft, mask), grain, 1, -strength)


def _jpeg(picture: Image.Image, lens: Lens, exif: Image.Exif) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=lens.quality, exif=exif)
    return out.getvalue()


def exif_of(taken_at: datetime, fix: Fix | None, lens: Lens, orientation: int = 1) -> Image.Exif:
    """What a phone's camera writes beside the pixels."""
    exif = Image.Exif()
    stamp = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x010F], exif[0x0110], exif[0x0112] = lens.make, lens.model, orientation
    exif[0x0131], exif[0x0132] = f"{lens.model} 1.4", stamp
    zone = taken_at.strftime("%z")
    offset = f"{zone[:3]}:{zone[3:5]}"
    exif[0x8769] = {
        0x9003: stamp, 0x9004: stamp, 0x9010: offset, 0x9011: offset,
        0x9291: f"{taken_at.microsecond // 1000:03d}",
    }  # fmt: skip
    if fix is not None:
        exif[0x8825] = _gps(fix)
    return exif


def _gps(fix: Fix) -> dict[int, object]:
    return {
        0: b"\x02\x03\x00\x00",
        1: "N" if fix.lat >= 0 else "S",
        2: _degrees(abs(fix.lat)),
        3: "E" if fix.lon >= 0 else "W",
        4: _degrees(abs(fix.lon)),
        5: b"\x00",
        6: IFDRational(round(fix.alt * 10), 10),
        31: IFDRational(round(fix.acc * 100), 100),
    }


def _degrees(value: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    seconds = ((value - whole) * 60 - minutes) * 60
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(round(seconds * 1e4), 10000)
