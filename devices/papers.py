"""Made-up papers on a table: forms and booklets whose writing is strokes, nobody's words."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from devices.drawing import Rgb, grained, paste_quad, planks, shade
from devices.scenes import Rng, pick

INK: Rgb = (52, 50, 58)
SEAL: Rgb = (196, 48, 40)
TABLES: tuple[Rgb, ...] = ((146, 104, 70), (96, 72, 56), (178, 160, 132), (88, 108, 126))
PAPER: tuple[Rgb, ...] = ((240, 238, 230), (250, 248, 244), (236, 226, 204))


def papers(rng: Rng, size: tuple[int, int]) -> Image.Image:
    """One to three papers, lying as they were put down."""
    maker = planks if rng.random() < 0.6 else _cloth
    canvas = maker(rng, size, pick(rng, TABLES))
    for _ in range(int(rng.integers(1, 4))):
        sheet = _form_sheet(rng) if rng.random() < 0.65 else _booklet(rng)
        turn = float(rng.uniform(-0.6, 0.6)) + (math.pi / 2 if rng.random() < 0.3 else 0.0)
        middle = (float(rng.uniform(0.25, 0.75)), float(rng.uniform(0.25, 0.75)))
        _lay(rng, canvas, sheet, turn, middle)
    return canvas


def _cloth(rng: Rng, size: tuple[int, int], colour: Rgb) -> Image.Image:
    sheet = grained(rng, size, colour, 0.14, 4)
    pen, other = ImageDraw.Draw(sheet), shade(colour, float(rng.choice([0.6, 1.35])))
    step = int(rng.integers(90, 220))
    slant = int(rng.integers(-120, 120))
    for x in range(-200, size[0] + 200, step):
        pen.line([(x, 0), (x + slant, size[1])], fill=other, width=int(rng.integers(8, 40)))
    return sheet


def _lay(
    rng: Rng, canvas: Image.Image, sheet: Image.Image, turn: float, middle: tuple[float, float]
) -> None:
    reach = canvas.height * float(rng.uniform(0.62, 0.95)) / sheet.height
    half_w, half_h = sheet.width * reach / 2, sheet.height * reach / 2
    corners = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        near = 1 + 0.12 * y  # the far edge of a sheet is shorter
        dx, dy = x * half_w * near, y * half_h
        corners.append((
            middle[0] * canvas.width + dx * math.cos(turn) - dy * math.sin(turn),
            middle[1] * canvas.height + dx * math.sin(turn) + dy * math.cos(turn),
        ))  # fmt: skip
    shadow = Image.new("RGB", (8, 8), (40, 34, 30))
    paste_quad(canvas, shadow, [(x + 12, y + 12) for x, y in corners])
    paste_quad(canvas, sheet, corners)


def _form_sheet(rng: Rng) -> Image.Image:
    sheet = grained(rng, (520, 720), pick(rng, PAPER), 0.03)
    pen = ImageDraw.Draw(sheet)
    _writing(rng, pen, (150, 36), 7, 30, 3)
    rows, columns = int(rng.integers(6, 16)), int(rng.integers(2, 6))
    top, step = 110, 480 / rows
    edges = [40, *sorted(float(rng.uniform(80, 440)) for _ in range(columns - 1)), 480]
    for row in range(rows + 1):
        pen.line([(40, top + row * step), (480, top + row * step)], fill=INK, width=2)
        for left, right in zip(edges, edges[1:], strict=False):
            if row < rows and rng.random() < 0.75:
                room_for = max(1, int((right - left - 12) / 17))
                signs = int(rng.integers(1, room_for + 1))
                _writing(rng, pen, (left + 8, top + row * step + 5), signs, min(15, step - 8), 1)
    for x in edges:
        pen.line([(x, top), (x, top + rows * step)], fill=INK, width=2)
    x, y, r = (float(rng.uniform(*span)) for span in ((300, 440), (560, 650), (38, 60)))
    pen.ellipse([x - r, y - r, x + r, y + r], outline=SEAL, width=5)
    _star(pen, (x, y), r / 2.4, SEAL)
    return sheet


def _booklet(rng: Rng) -> Image.Image:
    cover = pick(rng, ((172, 40, 44), (44, 92, 72), (60, 76, 132), (160, 96, 44)))
    sheet = grained(rng, (400, 560), cover, 0.06)
    pen = ImageDraw.Draw(sheet)
    gold = (232, 202, 128)
    x, y = float(rng.uniform(110, 290)), float(rng.uniform(110, 220))
    pen.ellipse([x - 52, y - 52, x + 52, y + 52], outline=gold, width=6)
    _star(pen, (x, y), 30, gold)
    _writing(rng, pen, (60, float(rng.uniform(300, 420))), int(rng.integers(3, 6)), 44, 4, gold)
    return sheet


def _writing(
    rng: Rng,
    pen: ImageDraw.ImageDraw,
    at: tuple[float, float],
    signs: int,
    tall: float,
    width: int,
    colour: Rgb = INK,
) -> None:
    """Square signs of random strokes: looks like writing from afar, says nothing."""
    for sign in range(signs):
        left = at[0] + sign * tall * 1.15
        for _ in range(int(rng.integers(3, 7))):
            a, b, c = (float(v) for v in rng.uniform(0.05, 0.95, 3) * tall)
            if rng.random() < 0.5:
                pen.line(
                    [(left + min(a, b), at[1] + c), (left + max(a, b), at[1] + c)], colour, width
                )
            else:
                pen.line([(left + c, at[1] + a), (left + c * 0.9, at[1] + b)], colour, width)


def _star(pen: ImageDraw.ImageDraw, at: tuple[float, float], radius: float, colour: Rgb) -> None:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.4
        turn = corner * math.pi / 5
        points.append((at[0] + reach * math.sin(turn), at[1] - reach * math.cos(turn)))
    pen.polygon(points, fill=colour)
