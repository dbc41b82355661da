"""Tools to draw with: a pinhole camera, noise, and wall, roof and ground textures.

Scenes are built of flat faces placed in metres and projected by one camera, so that every
picture has a perspective of its own; a perceptual hash sees layout, not colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Rgb = tuple[int, int, int]
Point = tuple[float, float, float]
Floats = NDArray[np.float32]
PIXELS_PER_METRE = 50


def noise(rng: np.random.Generator, size: tuple[int, int], cells: int, octaves: int = 3) -> Floats:
    """Smooth noise around 0, about -1..1, as an array (height, width); finer with each octave."""
    width, height = size
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        across = max(2, cells * 2**octave)
        down = max(2, across * height // max(width, 1))
        small = rng.uniform(-1, 1, (down, across)).astype(np.float32)
        layer = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
        total += np.asarray(layer, np.float32) / 2**octave
    return total


def shade(colour: Rgb, factor: float) -> Rgb:
    red, green, blue = (max(0, min(255, round(c * factor))) for c in colour)
    return red, green, blue


def blend(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def grained(
    rng: np.random.Generator, size: tuple[int, int], colour: Rgb, strength: float, cells: int = 8
) -> Image.Image:
    """A sheet of one colour, spoiled by weather."""
    field = 1 + strength * noise(rng, size, cells, 4)
    sheet = np.asarray(colour, np.float32) * field[..., None]
    return Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))


def bricks(rng: np.random.Generator, size: tuple[int, int], colour: Rgb) -> Image.Image:
    sheet = grained(rng, size, colour, 0.10)
    pen = ImageDraw.Draw(sheet)
    course, length = int(rng.integers(8, 13)), int(rng.integers(22, 34))
    joint = shade(colour, 1.25)
    for row, y in enumerate(range(0, size[1], course)):
        pen.line([(0, y), (size[0], y)], fill=joint)
        for x in range(-(row % 2) * length // 2, size[0], length):
            pen.line([(x, y), (x, y + course)], fill=joint)
            if rng.random() < 0.25:
                tone = shade(colour, float(rng.uniform(0.8, 1.15)))
                pen.rectangle([x + 1, y + 1, x + length - 1, y + course - 1], fill=tone)
    return sheet


def planks(rng: np.random.Generator, size: tuple[int, int], colour: Rgb) -> Image.Image:
    sheet = grained(rng, size, colour, 0.15, 3)
    pen = ImageDraw.Draw(sheet)
    width = int(rng.integers(14, 24))
    for x in range(0, size[0], width):
        tone = shade(colour, float(rng.uniform(0.75, 1.15)))
        pen.rectangle([x + 1, 0, x + width - 1, size[1]], fill=tone)
        pen.line([(x, 0), (x, size[1])], fill=shade(colour, 0.5), width=2)
    return sheet


def tiles(rng: np.random.Generator, size: tuple[int, int], colour: Rgb) -> Image.Image:
    """Rows of roof tiles: dark gaps, a lit edge on each row, some moss."""
    width, height = size
    field = np.ones((height, width), np.float32) + 0.14 * noise(rng, size, 6, 4)
    row, column = int(rng.integers(10, 16)), int(rng.integers(9, 14))
    ys, xs = np.arange(height)[:, None] % row, np.arange(width)[None, :] % column
    field *= np.where(ys < 2, 0.55, 0.85 + 0.3 * ys / row)
    field *= 0.8 + 0.28 * np.sin(np.pi * xs / column)
    sheet = np.asarray(colour, np.float32) * field[..., None]
    moss = np.clip(noise(rng, size, 5, 3) - 0.5, 0, 1)[..., None]
    sheet = sheet * (1 - moss * 0.6) + np.asarray((88, 110, 62), np.float32) * moss * 0.6
    return Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8))


def ridge(rng: np.random.Generator, width: int, level: float, height: float) -> Floats:
    """A skyline: for each column how far from the top the hill begins, in pixels."""
    line = np.zeros(width, np.float32)
    for octave, share in enumerate((1.0, 0.6, 0.3, 0.14, 0.07)):
        knots = rng.uniform(-1, 1, 3 + 3 * 2**octave)
        line += share * np.interp(np.linspace(0, len(knots) - 1, width), range(len(knots)), knots)
    return level + height * line


@dataclass(frozen=True)
class Camera:
    """Stands at `eye` (metres; y up, z away from the viewer), turned by `yaw` and `pitch`."""

    size: tuple[int, int]
    eye: Point
    yaw: float
    pitch: float
    focal: float

    def project(self, points: Sequence[Point]) -> list[tuple[float, float]]:
        moved = np.asarray(points, np.float64) - np.asarray(self.eye)
        sin, cos = np.sin(self.yaw), np.cos(self.yaw)
        x = moved[:, 0] * cos - moved[:, 2] * sin
        z = moved[:, 0] * sin + moved[:, 2] * cos
        y = moved[:, 1]
        up, down = np.sin(self.pitch), np.cos(self.pitch)
        y, z = y * down - z * up, y * up + z * down
        z = np.maximum(z, 0.2)
        scale = self.focal * self.size[0] / z
        return [
            (float(a), float(b))
            for a, b in zip(self.size[0] / 2 + x * scale, self.size[1] / 2 - y * scale, strict=True)
        ]


def paste_quad(
    canvas: Image.Image, texture: Image.Image, corners: Sequence[tuple[float, float]]
) -> None:
    """Lay the texture (its corners: top left, top right, bottom right, bottom left) on four
    points."""
    left, top = (int(min(c[i] for c in corners)) for i in (0, 1))
    right, bottom = (int(max(c[i] for c in corners)) + 1 for i in (0, 1))
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, canvas.width), min(bottom, canvas.height)
    if right <= left or bottom <= top:
        return
    shifted = [(x - left, y - top) for x, y in corners]
    box = (right - left, bottom - top)
    mask = Image.new("L", box)
    # The outline is drawn too: neighbouring faces must not leave a seam between them.
    ImageDraw.Draw(mask).polygon(shifted, fill=255, outline=255, width=2)
    warped = texture.transform(
        box, Image.Transform.PERSPECTIVE, _warp(shifted, texture.size), Image.Resampling.BILINEAR
    )
    canvas.paste(warped, (left, top), mask)


def _warp(corners: Sequence[tuple[float, float]], size: tuple[int, int]) -> list[float]:
    width, height = size
    # Two pixels in from the rim: the outline must not sample beyond the sheet (black dots).
    source = [(2, 2), (width - 2, 2), (width - 2, height - 2), (2, height - 2)]
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        right += [u, v]
    solved = np.linalg.lstsq(np.array(rows, float), np.array(right, float), rcond=None)[0]
    return [float(value) for value in solved]


def face(
    canvas: Image.Image, camera: Camera, corners: Sequence[Point], texture: Image.Image
) -> None:
    paste_quad(canvas, texture, camera.project(corners))


def box(canvas: Image.Image, camera: Camera, low: Point, high: Point, texture: Image.Image) -> None:
    """A box seen from outside: its far faces first, each lit differently."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    lid = [(x0, y1, z1), (x1, y1, z1), (x1, y1, z0), (x0, y1, z0)]
    near = [(x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0)]
    west = [(x0, y1, z1), (x0, y1, z0), (x0, y0, z0), (x0, y0, z1)]
    east = [(x1, y1, z0), (x1, y1, z1), (x1, y0, z1), (x1, y0, z0)]
    if camera.eye[1] > y1:
        face(canvas, camera, lid, lit(texture, 1.12))
    if camera.eye[0] < x0:
        face(canvas, camera, west, lit(texture, 0.7))
    if camera.eye[0] > x1:
        face(canvas, camera, east, lit(texture, 0.7))
    face(canvas, camera, near, texture)


def lit(texture: Image.Image, factor: float) -> Image.Image:
    return texture.point(lambda value: min(255, value * factor))


def sheet_size(width_m: float, height_m: float) -> tuple[int, int]:
    return max(8, int(width_m * PIXELS_PER_METRE)), max(8, int(height_m * PIXELS_PER_METRE))
