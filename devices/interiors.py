"""Made-up near places: a room seen from its door, a tap with its buckets."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from devices.drawing import (
    Camera,
    Point,
    Rgb,
    box,
    bricks,
    face,
    grained,
    lit,
    planks,
    shade,
    sheet_size,
)
from devices.scenes import WALLS, Rng, pick


def room(rng: Rng, size: tuple[int, int]) -> Image.Image:
    """A room seen from its door: five faces, a window, furniture, one lamp."""
    wide, high, deep = (float(rng.uniform(*r)) for r in ((3.6, 6.0), (2.5, 3.1), (4.0, 6.5)))
    eye = (float(rng.uniform(-0.3, 0.3)) * wide, float(rng.uniform(1.3, 1.75)), 0.15)
    yaw, pitch = float(rng.uniform(-0.28, 0.28)), float(rng.uniform(-0.14, 0.02))
    camera = Camera(size, eye, yaw, pitch, float(rng.uniform(0.6, 0.78)))
    canvas = Image.new("RGB", size, (40, 36, 34))
    _shell(rng, canvas, camera, (wide, high, deep))
    pieces = [_cupboard, _bed, _table, _stove, _bed, _table]
    chosen = rng.permutation(len(pieces))[: int(rng.integers(2, 5))]
    spots = sorted((float(rng.uniform(0.35, 0.85)) for _ in chosen), reverse=True)
    for index, spot in zip(chosen, spots, strict=True):
        x = float(rng.uniform(-0.45, 0.15)) * wide
        pieces[int(index)](rng, canvas, camera, (x, 0.0, spot * deep))
    return canvas


def _shell(
    rng: Rng, canvas: Image.Image, camera: Camera, extent: tuple[float, float, float]
) -> None:
    wide, high, deep = extent
    x0, x1, colour = -wide / 2, wide / 2, pick(rng, WALLS)
    wall = grained(rng, sheet_size(deep, high), colour, 0.09, 5)
    floor = grained(rng, sheet_size(wide, deep), pick(rng, ((128, 120, 110), (104, 84, 66))), 0.13)
    beams = planks(rng, sheet_size(wide, deep), pick(rng, ((112, 88, 62), (190, 186, 178))))
    near = 0.4
    ground: list[Point] = [(x0, 0, deep), (x1, 0, deep), (x1, 0, near), (x0, 0, near)]
    above: list[Point] = [(x0, high, near), (x1, high, near), (x1, high, deep), (x0, high, deep)]
    west: list[Point] = [(x0, high, near), (x0, high, deep), (x0, 0, deep), (x0, 0, near)]
    east: list[Point] = [(x1, high, deep), (x1, high, near), (x1, 0, near), (x1, 0, deep)]
    back: list[Point] = [(x0, high, deep), (x1, high, deep), (x1, 0, deep), (x0, 0, deep)]
    light = float(rng.uniform(0.6, 1.0))
    face(canvas, camera, ground, floor)
    face(canvas, camera, above, lit(beams, 0.75))
    face(canvas, camera, west, lit(_hangings(rng, wall), light))
    face(canvas, camera, east, lit(_hangings(rng, wall), 1.55 - light))
    face(canvas, camera, back, _back_wall(rng, (wide, high), colour))


def _hangings(rng: Rng, wall: Image.Image) -> Image.Image:
    """Calendars, certificates and year pictures, each a sheet of coloured paper."""
    sheet = wall.copy()
    pen = ImageDraw.Draw(sheet)
    for _ in range(int(rng.integers(0, 5))):
        x, y = (
            float(rng.uniform(0.1, 0.8)) * sheet.width,
            float(rng.uniform(0.15, 0.45)) * sheet.height,
        )
        wide, tall = float(rng.uniform(22, 60)), float(rng.uniform(28, 70))
        paper = pick(rng, ((196, 52, 44), (222, 190, 92), (116, 150, 190), (230, 226, 214)))
        pen.rectangle([x, y, x + wide, y + tall], fill=paper, outline=shade(paper, 0.7))
        pen.rectangle([x + 5, y + 5, x + wide - 5, y + tall * 0.5], fill=pick(rng, WALLS))
    return sheet


def _back_wall(rng: Rng, extent: tuple[float, float], colour: Rgb) -> Image.Image:
    wide, high = extent
    sheet = _hangings(rng, grained(rng, sheet_size(wide, high), colour, 0.08, 5))
    pen = ImageDraw.Draw(sheet)
    for _ in range(int(rng.integers(1, 3))):
        x, y = (
            float(rng.uniform(0.1, 0.7)) * sheet.width,
            float(rng.uniform(0.2, 0.4)) * sheet.height,
        )
        across, tall = float(rng.uniform(50, 105)), float(rng.uniform(45, 80))
        pen.rectangle([x - 5, y - 5, x + across + 5, y + tall + 5], fill=(98, 72, 50))
        pen.rectangle([x, y, x + across, y + tall], fill=(238, 242, 240))
        for pane in range(1, 3):
            at = x + across * pane / 3
            pen.line([(at, y), (at, y + tall)], fill=(98, 72, 50), width=4)
    if rng.random() < 0.4:
        x = float(rng.uniform(0.1, 0.75)) * sheet.width
        pen.rectangle([x, sheet.height - 118, x + 52, sheet.height], fill=(84, 54, 38))
    return sheet


def _cupboard(rng: Rng, canvas: Image.Image, camera: Camera, at: Point) -> None:
    x, _, z = at
    wide, tall = float(rng.uniform(0.9, 1.6)), float(rng.uniform(1.3, 2.0))
    wood = planks(rng, sheet_size(wide, tall), pick(rng, ((132, 84, 54), (164, 130, 92))))
    box(canvas, camera, (x, 0, z), (x + wide, tall, z + 0.5), wood)


def _bed(rng: Rng, canvas: Image.Image, camera: Camera, at: Point) -> None:
    x, _, z = at
    quilt = pick(rng, ((178, 66, 84), (88, 110, 168), (202, 168, 92), (112, 152, 118)))
    frame = planks(rng, (100, 40), (118, 84, 58))
    box(canvas, camera, (x, 0, z), (x + 1.9, 0.45, z + 1.3), frame)
    cover = grained(rng, (120, 40), quilt, 0.25, 12)
    box(canvas, camera, (x, 0.45, z), (x + 1.9, float(rng.uniform(0.55, 0.75)), z + 1.3), cover)


def _table(rng: Rng, canvas: Image.Image, camera: Camera, at: Point) -> None:
    x, _, z = at
    wood = planks(rng, (80, 20), pick(rng, ((146, 100, 64), (96, 66, 48))))
    for leg_x in (x, x + 1.0):
        box(canvas, camera, (leg_x, 0, z), (leg_x + 0.08, 0.7, z + 0.08), wood)
    box(canvas, camera, (x - 0.1, 0.7, z), (x + 1.2, 0.77, z + 0.9), wood)
    for _ in range(int(rng.integers(1, 4))):
        cup = float(rng.uniform(0, 0.9))
        ware = grained(
            rng, (20, 20), pick(rng, ((226, 226, 220), (72, 120, 178), (190, 60, 48))), 0.1
        )
        box(canvas, camera, (x + cup, 0.77, z), (x + cup + 0.14, 0.95, z + 0.14), ware)


def _stove(rng: Rng, canvas: Image.Image, camera: Camera, at: Point) -> None:
    x, _, z = at
    body = bricks(rng, (110, 60), pick(rng, ((170, 104, 80), (200, 194, 186))))
    box(canvas, camera, (x, 0, z), (x + 1.6, 0.8, z + 0.9), body)
    mouth: list[Point] = [
        (x + 0.5, 0.5, z), (x + 0.9, 0.5, z), (x + 0.9, 0.1, z), (x + 0.5, 0.1, z)
    ]  # fmt: skip
    ImageDraw.Draw(canvas).polygon(camera.project(mouth), fill=(36, 24, 20))
    box(canvas, camera, (x + 0.35, 0.8, z + 0.1), (x + 1.1, 0.95, z + 0.8), grained(
        rng, (40, 20), (62, 62, 66), 0.1))  # fmt: skip


def tap(rng: Rng, size: tuple[int, int]) -> Image.Image:
    """A water point: a pipe up a wall, a tap, a bucket or a tiled basin below it."""
    eye = (float(rng.uniform(-0.9, 0.9)), float(rng.uniform(1.1, 1.7)), 0.0)
    back, x = float(rng.uniform(1.9, 2.8)), float(rng.uniform(-0.6, 0.6))
    yaw = math.atan2(x - eye[0], back) + float(rng.uniform(-0.22, 0.22))
    pitch = float(rng.uniform(-0.36, -0.16))
    camera = Camera(size, eye, yaw, pitch, float(rng.uniform(0.7, 1.0)))
    canvas = Image.new("RGB", size, (90, 84, 76))
    ground = grained(rng, (420, 300), pick(rng, ((140, 134, 124), (112, 98, 80))), 0.15, 10)
    face(canvas, camera, [(-4, 0, back), (4, 0, back), (4, 0, 0.3), (-4, 0, 0.3)], ground)
    maker = bricks if rng.random() < 0.5 else planks
    wall = maker(rng, (1400, 520), pick(rng, WALLS))
    face(canvas, camera, [(-4, 3, back), (4, 3, back), (4, 0, back), (-4, 0, back)], wall)
    height = float(rng.uniform(0.7, 1.1))
    if rng.random() < 0.6:
        basin = bricks(rng, (100, 50), (206, 208, 206))
        box(canvas, camera, (x - 0.5, 0, back - 0.6), (x + 0.5, 0.4, back), basin)
    _pipe(rng, canvas, camera, (x, height, back))
    for _ in range(int(rng.integers(1, 4))):
        at, near = x + float(rng.uniform(-1.3, 1.0)), back - float(rng.uniform(0.4, 0.9))
        pail = pick(rng, ((186, 52, 48), (62, 104, 168), (150, 152, 152)))
        _pail(canvas, camera, (at, 0.0, near), float(rng.uniform(0.15, 0.2)), pail)
    return canvas


def _pail(canvas: Image.Image, camera: Camera, foot: Point, radius: float, colour: Rgb) -> None:
    """A round bucket: a body that widens upwards and an open mouth with water in it."""
    x, _, z = foot
    pen = ImageDraw.Draw(canvas)
    turns = [turn * math.pi / 12 for turn in range(24)]

    def ring(height: float, reach: float) -> list[tuple[float, float]]:
        around = [(x + reach * math.cos(t), height, z + reach * math.sin(t)) for t in turns]
        return camera.project(around)

    for step in range(24):
        share = step / 24
        pen.polygon(
            ring(0.34 * share, radius * (0.78 + 0.22 * share)), shade(colour, 0.7 + 0.3 * share)
        )
    pen.polygon(ring(0.34, radius), fill=shade(colour, 1.15))
    pen.polygon(ring(0.33, radius * 0.9), fill=(88, 104, 112))


def _pipe(rng: Rng, canvas: Image.Image, camera: Camera, at: Point) -> None:
    x, height, back = at
    pen = ImageDraw.Draw(canvas)
    run: list[Point] = [(x, 0, back), (x, height, back), (x, height, back - 0.2)]
    thick = max(8, canvas.width // 90)
    steel = pick(rng, ((150, 156, 160), (222, 224, 222)))
    pen.line(camera.project(run), fill=shade(steel, 0.6), width=thick + 5, joint="curve")
    pen.line(camera.project(run), fill=steel, width=thick, joint="curve")
    spout = camera.project([(x, height, back - 0.2), (x, height - 0.12, back - 0.2)])
    pen.line(spout, fill=steel, width=thick)
    handle = camera.project(
        [(x - 0.07, height + 0.06, back - 0.15), (x + 0.07, height + 0.06, back - 0.15)]
    )
    pen.line(handle, fill=(176, 44, 40), width=thick)
    if rng.random() < 0.7:
        fall = camera.project([(x, height - 0.12, back - 0.2), (x, 0.3, back - 0.2)])
        pen.line(fall, fill=(214, 228, 236), width=max(3, thick // 2))
