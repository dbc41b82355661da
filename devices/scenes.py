"""Made-up places: a farmhouse in the hills, a room, a tap in the yard, a paper on a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from devices.drawing import (
    Camera,
    Point,
    Rgb,
    blend,
    box,
    bricks,
    face,
    grained,
    lit,
    noise,
    planks,
    ridge,
    shade,
    sheet_size,
    tiles,
)

Rng = np.random.Generator

SKIES: tuple[tuple[Rgb, Rgb], ...] = (
    ((92, 148, 212), (206, 226, 240)), ((150, 168, 186), (222, 226, 228)),
    ((118, 160, 200), (246, 222, 190)), ((74, 128, 198), (188, 214, 236)),
)  # fmt: skip
WALLS: tuple[Rgb, ...] = (
    (222, 214, 198), (196, 160, 112), (172, 96, 74), (206, 190, 160), (150, 112, 78),
    (214, 206, 210), (186, 146, 96), (228, 216, 176),
)  # fmt: skip
ROOFS: tuple[Rgb, ...] = ((86, 88, 94), (122, 70, 58), (70, 78, 84), (138, 92, 70), (104, 104, 100))
GROUNDS: tuple[Rgb, ...] = ((168, 152, 126), (172, 170, 164), (146, 122, 92), (134, 136, 104))
GREENS: tuple[Rgb, ...] = (
    (62, 96, 48),
    (84, 116, 54),
    (48, 84, 56),
    (104, 120, 58),
    (122, 112, 50),
)


def pick(rng: Rng, colours: tuple[Rgb, ...]) -> Rgb:
    return shade(colours[int(rng.integers(len(colours)))], float(rng.uniform(0.88, 1.1)))


@dataclass(frozen=True)
class Streams:
    """Chance by what it decides: who gives the same stream again gets the same house again."""

    house: Rng
    yard: Rng
    sky: Rng
    eye: Rng


def farmhouse(rng: Rng, size: tuple[int, int]) -> Image.Image:
    return farm(Streams(rng, rng, rng, rng), size)


def farm(by: Streams, size: tuple[int, int]) -> Image.Image:
    """A house in its yard below its hills, from where somebody stood."""
    camera = _outdoors(by.eye, size)
    canvas = _landscape(by.sky, camera)
    _yard(by.yard, canvas, camera)
    side = float(by.house.choice([-1.0, 1.0]))
    if by.yard.random() < 0.6:
        _trees(by.yard, canvas, camera, int(by.yard.integers(1, 5)), (22.0, 34.0))
    if by.house.random() < 0.75:
        spot = (side * by.house.uniform(7, 11), by.house.uniform(13, 19))
        _building(by.house, canvas, camera, spot, 0.55)
    spot = (by.house.uniform(-3.5, 3.5), by.house.uniform(12, 16))
    _building(by.house, canvas, camera, spot, 1.0)
    _belongings(by.yard, canvas, camera)
    _trees(by.yard, canvas, camera, int(by.yard.integers(0, 3)), (9.0, 14.0))
    return canvas


def _outdoors(rng: Rng, size: tuple[int, int]) -> Camera:
    eye = (float(rng.uniform(-5, 5)), float(rng.uniform(1.4, 3.2)), 0.0)
    yaw = math.atan2(-eye[0], 14.0) + float(rng.uniform(-0.12, 0.12))
    return Camera(size, eye, yaw, float(rng.uniform(-0.03, 0.09)), float(rng.uniform(0.68, 0.98)))


def _landscape(rng: Rng, camera: Camera) -> Image.Image:
    """Sky, clouds and two to four ridges, at a quarter of the size: they are soft anyway."""
    width, height = camera.size[0] // 4, camera.size[1] // 4
    high, low = SKIES[int(rng.integers(len(SKIES)))]
    fall = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    sky = np.asarray(high, np.float32) * (1 - fall) + np.asarray(low, np.float32) * fall
    sky = np.repeat(sky, width, 1)
    cloud = np.clip(noise(rng, (width, height), 3, 4) - rng.uniform(-0.2, 0.6), 0, 1)[..., None]
    sky += (248 - sky) * cloud
    horizon = camera.project([(0, 0, 400)])[0][1] / 4
    rows = np.arange(height, dtype=np.float32)[:, None]
    green, layers = pick(rng, GREENS), int(rng.integers(2, 5))
    for layer in range(layers):
        nearness = (layer + 1) / layers
        level = horizon - height * float(rng.uniform(0.06, 0.30)) * (1.1 - nearness * 0.75)
        line = ridge(rng, width, level, height * 0.09)
        hill = np.asarray(blend(low, green, 0.25 + 0.7 * nearness), np.float32)
        lumps = 1 + 0.18 * nearness * noise(rng, (width, height), 14, 4)[..., None]
        sky = np.where((rows > line)[..., None], hill * lumps, sky)
    picture = Image.fromarray(np.clip(sky, 0, 255).astype(np.uint8))
    return picture.resize(camera.size, Image.Resampling.BICUBIC)


def _yard(rng: Rng, canvas: Image.Image, camera: Camera) -> None:
    field = grained(rng, (640, 640), pick(rng, GREENS), 0.22, 16)
    face(canvas, camera, [(-90, 0, 120), (90, 0, 120), (22, 0, 1.2), (-22, 0, 1.2)], field)
    yard = grained(rng, (512, 512), pick(rng, GROUNDS), 0.13, 10)
    left, right = float(rng.uniform(-14, -6)), float(rng.uniform(6, 14))
    far, near = float(rng.uniform(19, 26)), 1.2
    skew = float(rng.uniform(-4, 4))
    ground: list[Point] = [
        (left + skew, 0, far), (right + skew, 0, far), (right, 0, near), (left, 0, near)
    ]  # fmt: skip
    face(canvas, camera, ground, yard)


def _wall(rng: Rng, size: tuple[int, int], colour: Rgb, style: int) -> Image.Image:
    if style == 0:
        return bricks(rng, size, colour)
    if style == 1:
        return planks(rng, size, shade(colour, 0.75))
    return grained(rng, size, colour, 0.07, 5)


def _front(rng: Rng, width: float, height: float, colour: Rgb, style: int) -> Image.Image:
    """The façade as a flat sheet: plinth, door with red paper strips, windows, hanging maize."""
    size = sheet_size(width, height)
    sheet = _wall(rng, size, colour, style)
    pen = ImageDraw.Draw(sheet)
    metre = size[0] / width
    plinth = float(rng.uniform(0.2, 0.7)) * metre
    pen.rectangle([0, size[1] - plinth, size[0], size[1]], fill=shade(colour, 0.6))
    floors = 2 if height > 4 else 1
    bays = max(2, int(width / float(rng.uniform(2.2, 3.2))))
    door = int(rng.integers(bays))
    for floor in range(floors):
        for bay in range(bays):
            middle = (bay + 0.5) / bays * size[0] + float(rng.uniform(-0.2, 0.2)) * metre
            base = size[1] - floor * size[1] / floors
            if floor == 0 and bay == door:
                _door(rng, pen, middle, base, metre)
            elif rng.random() < 0.85:
                _window(rng, pen, middle, base - 0.9 * metre, metre)
    if rng.random() < 0.5:
        _maize(rng, pen, size, metre)
    return sheet


def _door(rng: Rng, pen: ImageDraw.ImageDraw, x: float, base: float, metre: float) -> None:
    half, tall = float(rng.uniform(0.45, 0.8)) * metre, float(rng.uniform(1.9, 2.2)) * metre
    wood = pick(rng, ((96, 58, 38), (70, 78, 88), (128, 60, 44), (60, 84, 72)))
    pen.rectangle([x - half, base - tall, x + half, base], fill=wood, outline=shade(wood, 0.5))
    pen.line([(x, base - tall), (x, base)], fill=shade(wood, 0.5), width=2)
    if rng.random() < 0.7:  # an open leaf shows a dark room
        pen.rectangle([x + 2, base - tall + 3, x + half - 2, base], fill=(34, 28, 26))
    if rng.random() < 0.75:
        red = (188, 42, 34)
        for edge in (x - half - 0.28 * metre, x + half + 0.08 * metre):
            pen.rectangle([edge, base - tall, edge + 0.2 * metre, base - 0.4 * metre], fill=red)
        above = base - tall - 0.3 * metre
        pen.rectangle([x - half, above, x + half, above + 0.22 * metre], fill=red)


def _window(rng: Rng, pen: ImageDraw.ImageDraw, x: float, base: float, metre: float) -> None:
    half, tall = float(rng.uniform(0.4, 0.75)) * metre, float(rng.uniform(0.8, 1.3)) * metre
    glass = pick(rng, ((62, 78, 92), (92, 112, 124), (48, 50, 56)))
    frame = pick(rng, ((210, 208, 200), (106, 72, 48), (92, 124, 116)))
    pen.rectangle([x - half, base - tall, x + half, base], fill=glass, outline=frame, width=5)
    for bar in range(1, int(rng.integers(2, 5))):
        at = x - half + bar * half / 2
        pen.line([(at, base - tall), (at, base)], fill=frame, width=3)
    pen.line([(x - half, base - tall / 2), (x + half, base - tall / 2)], fill=frame, width=3)


def _maize(rng: Rng, pen: ImageDraw.ImageDraw, size: tuple[int, int], metre: float) -> None:
    start = float(rng.uniform(0.05, 0.6)) * size[0]
    for string in range(int(rng.integers(3, 9))):
        x = start + string * 0.22 * metre
        long = float(rng.uniform(0.7, 1.5)) * metre
        for y in np.arange(4, long, 0.09 * metre):
            pen.ellipse(
                [x, y, x + 0.17 * metre, y + 0.11 * metre], fill=pick(rng, ((222, 170, 48),))
            )


def _building(
    rng: Rng, canvas: Image.Image, camera: Camera, place: tuple[float, float], scale: float
) -> None:
    x, z = place
    width, depth = float(rng.uniform(7, 13)) * scale, float(rng.uniform(5, 7)) * scale
    height = float(rng.choice([2.9, 3.2, 5.6])) * (0.8 if scale < 1 else 1.0)
    low: Point = (x - width / 2, 0.0, z)
    _shadow(canvas, camera, low, (width, depth))
    high: Point = (x + width / 2, height, z + depth)
    colour, style = pick(rng, WALLS), int(rng.integers(0, 4))
    end = _wall(rng, sheet_size(depth, height), colour, style)
    box(canvas, camera, low, high, end)
    front = _front(rng, width, height, colour, style)
    x0, x1 = low[0], high[0]
    face(canvas, camera, [(x0, height, z), (x1, height, z), (x1, 0, z), (x0, 0, z)], front)
    _roof(rng, canvas, camera, low, high, end)


def _shadow(canvas: Image.Image, camera: Camera, at: Point, extent: tuple[float, float]) -> None:
    """The ground is darker before and beside a house."""
    x, _, z = at
    foot: list[Point] = [
        (x - 0.9, 0, z + extent[1]), (x + extent[0] + 0.5, 0, z + extent[1]),
        (x + extent[0] + 0.5, 0, z - 1.0), (x - 0.9, 0, z - 1.0),
    ]  # fmt: skip
    mask = Image.new("L", canvas.size)
    ImageDraw.Draw(mask).polygon(camera.project(foot), fill=90)
    canvas.paste((38, 36, 40), (0, 0), mask)


def _roof(
    rng: Rng, canvas: Image.Image, camera: Camera, low: Point, high: Point, end: Image.Image
) -> None:
    (x0, _, z0), (x1, height, z1) = low, high
    rise, over = float(rng.uniform(1.0, 2.2)), float(rng.uniform(0.4, 0.9))
    middle, top, plaster = (z0 + z1) / 2, height + rise, shade(pick(rng, WALLS), 0.6)
    if camera.eye[0] < x0 or camera.eye[0] > x1:
        x = x0 if camera.eye[0] < x0 else x1
        gable: list[Point] = [(x, top, middle), (x, top, middle), (x, height, z0), (x, height, z1)]
        ImageDraw.Draw(canvas).polygon(camera.project(gable), fill=plaster)
    if rng.random() < 0.18:  # a flat concrete roof with a parapet
        slab = grained(rng, sheet_size(x1 - x0, 0.5), (176, 174, 168), 0.1)
        box(canvas, camera, (x0 - 0.2, height, z0 - 0.3), (x1 + 0.2, height + 0.5, z1), slab)
        return
    eave = height - over * rise / (middle - z0)
    slope = tiles(rng, sheet_size(x1 - x0 + 2 * over, 4), pick(rng, ROOFS))
    corners: list[Point] = [
        (x0 - over, top, middle), (x1 + over, top, middle),
        (x1 + over, eave, z0 - over), (x0 - over, eave, z0 - over),
    ]  # fmt: skip
    face(canvas, camera, corners, slope)
    edge = camera.project(corners[2:])
    ImageDraw.Draw(canvas).line(edge, fill=(58, 48, 42), width=7)


def _trees(
    rng: Rng, canvas: Image.Image, camera: Camera, count: int, reach: tuple[float, float]
) -> None:
    for _ in range(count):
        z, tall = float(rng.uniform(*reach)), float(rng.uniform(3.5, 8.5))
        x = float(rng.choice([-1, 1])) * z * float(rng.uniform(0.25, 0.7))
        foot, crown = camera.project([(x, 0, z), (x, tall * 0.7, z)])
        metre = abs(foot[1] - crown[1]) / (tall * 0.7)
        pen = ImageDraw.Draw(canvas)
        pen.line([foot, crown], fill=(74, 58, 44), width=max(3, int(0.25 * metre)))
        green = pick(rng, GREENS)
        spread = tall * 0.36 * metre
        for leaf in range(260):
            grown = leaf / 260  # dark large leaves first, small lit ones on top
            at_x = crown[0] + float(rng.normal(-0.1 * grown, 0.42)) * spread
            at_y = crown[1] + float(rng.normal(-0.22 * grown, 0.36)) * spread
            radius = float(rng.uniform(0.05, 0.2)) * spread * (1.15 - 0.75 * grown)
            tone = shade(green, (0.55 + 0.75 * grown) * float(rng.uniform(0.85, 1.15)))
            oval = [at_x - radius, at_y - radius * 0.7, at_x + radius, at_y + radius * 0.7]
            pen.ellipse(oval, fill=tone)


def _belongings(rng: Rng, canvas: Image.Image, camera: Camera) -> None:
    """What stands in a yard: firewood, a water jar, a low wall, a bench."""
    for _ in range(int(rng.integers(2, 6))):
        x, z = float(rng.uniform(-7, 7)), float(rng.uniform(6.5, 11.5))
        kind = int(rng.integers(4))
        if kind == 0:
            wood = planks(rng, (120, 50), (150, 112, 74))
            box(canvas, camera, (x, 0, z), (x + 1.8, float(rng.uniform(0.5, 1.1)), z + 0.6), wood)
        elif kind == 1:
            jar = grained(rng, (60, 60), pick(rng, ((92, 62, 46), (60, 110, 158))), 0.15)
            box(canvas, camera, (x, 0, z), (x + 0.6, 0.8, z + 0.6), jar)
        elif kind == 2:
            wall = bricks(rng, (240, 50), pick(rng, WALLS))
            box(canvas, camera, (x, 0, z), (x + 3.5, 0.7, z + 0.25), wall)
        else:
            seat = lit(planks(rng, (70, 30), (140, 104, 70)), 0.9)
            box(canvas, camera, (x, 0.35, z), (x + 1.1, 0.45, z + 0.4), seat)
