"""Copies of drawn photos as somebody might hand them in again, and how many are seen.

The scenes are drawn, not photographed: the figures compare methods, they promise nothing about a
county's photos.
"""

import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from devices.photos import Lens, Scene, photo
from media.prints import Likeness, Verdict, prints, same

Rng = np.random.Generator
Forgery = Callable[[Image.Image, Rng], Image.Image]
SCENES = (Scene.HOUSE, Scene.ROOM, Scene.WATER)
"""Papers look alike and are left out of such checks."""
_WHEN = datetime(2026, 10, 18, 9, 30, tzinfo=timezone(timedelta(hours=8)))
_TURN = Image.Transpose


def drawn(each: int, size: tuple[int, int] = (960, 720)) -> list[Image.Image]:
    """`each` photos of every scene."""
    return [
        Image.open(io.BytesIO(photo(scene, f"lab{n}", _WHEN, None, Lens(size=size)))).convert("RGB")
        for scene in SCENES
        for n in range(each)
    ]


def saved(image: Image.Image, quality: int = 80) -> Image.Image:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=quality)
    return Image.open(io.BytesIO(kept.getvalue())).convert("RGB")


def stamped(image: Image.Image, _rng: Rng) -> Image.Image:
    """A camera app's box of date and place in the corner."""
    made = image.copy()
    pen, (w, h) = ImageDraw.Draw(made), made.size
    pen.rectangle((0, h * 0.9, w * 0.45, h), fill=(20, 20, 20))
    pen.text((10, h * 0.92), "2026-10-18 09:30 Hexi village", fill="white")
    return saved(made)


def cropped(part: float) -> Forgery:
    """`part` of each side's length cut away, anywhere."""

    def cut(image: Image.Image, rng: Rng) -> Image.Image:
        w, h = int(image.width * (1 - part)), int(image.height * (1 - part))
        x, y = rng.uniform(0, image.width - w), rng.uniform(0, image.height - h)
        return saved(image.crop((int(x), int(y), int(x) + w, int(y) + h)))

    return cut


def on_a_screen(image: Image.Image, rng: Rng) -> Image.Image:
    """Photographed from a screen: askew, a dark rim, moiré, a reflection, noise, soft."""
    w, h = image.size
    rim = Image.new("RGB", (int(w * 1.1), int(h * 1.1)), (15, 15, 18))
    rim.paste(image, (int(w * 0.05), int(h * 0.05)))
    corners = np.array([(0.045, 0.045), (0.045, 0.955), (0.955, 0.955), (0.955, 0.045)])
    corners = (corners + rng.uniform(-0.03, 0.03, (4, 2))) * rim.size
    quad = [float(value) for value in corners.ravel()]
    seen = rim.transform((w, h), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    light = np.asarray(seen, dtype=np.float64)
    ys, xs = np.mgrid[0:h, 0:w]
    light = light * (1 + 0.08 * np.sin(xs * 0.9 + ys * 0.13) + 0.05 * np.sin(ys * 0.05))[..., None]
    spot = rng.uniform(0.2, 0.8, 2) * (w, h)
    glare = np.exp(-(((xs - spot[0]) / (w / 4)) ** 2 + ((ys - spot[1]) / (h / 4)) ** 2))
    light = light * 0.85 + 30 * glare[..., None] + rng.normal(0, 4, light.shape)
    taken = Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))
    return saved(taken.filter(ImageFilter.GaussianBlur(1)), 70)


FORGERIES: Mapping[str, Forgery] = {
    "saved anew, quality 40": lambda image, _: saved(image, 40),
    "shrunk to 400 px": lambda image, _: saved(image.resize((400, 300))),
    "stamped": stamped,
    "a quarter brighter": lambda image, _: saved(ImageEnhance.Brightness(image).enhance(1.25)),
    "less contrast": lambda image, _: saved(ImageEnhance.Contrast(image).enhance(0.7)),
    "mirrored": lambda image, _: saved(image.transpose(_TURN.FLIP_LEFT_RIGHT)),
    "quarter turn": lambda image, _: saved(image.transpose(_TURN.ROTATE_90)),
    "half turn": lambda image, _: saved(image.transpose(_TURN.ROTATE_180)),
    "cropped 3 %": cropped(0.03),
    "cropped 5 %": cropped(0.05),
    "cropped 8 %": cropped(0.08),
    "cropped 10 %": cropped(0.10),
    "cropped 15 %": cropped(0.15),
    "mirrored, cropped 10 %": lambda image, rng: cropped(0.1)(
        image.transpose(_TURN.FLIP_LEFT_RIGHT), rng
    ),
    "off a screen": on_a_screen,
}


def measure(each: int, forgeries: Mapping[str, Forgery]) -> Iterator[str]:
    """Lines of a table: shares judged same and like; then the pairs of different photos."""
    images = drawn(each)
    known = [prints(image) for image in images]
    yield f"{len(images)} drawn photos; share judged same, same or like; median and worst bits"
    for name, forge in forgeries.items():
        rng = np.random.default_rng(6)
        found = [
            same(prints(forge(image, rng)), mine) for image, mine in zip(images, known, strict=True)
        ]
        yield f"  {name:<26}{_line(found)}"
    others = [same(one, other) for one, other in itertools.combinations(known, 2)]
    yield f"  {'different photos':<26}{_line(others)}  of {len(others)} pairs"


def _line(found: list[Likeness]) -> str:
    sames = sum(f.verdict is Verdict.SAME for f in found) / len(found)
    likes = sum(f.verdict is not Verdict.OTHER for f in found) / len(found)
    bits = [(f.slopes, min(f.waves, f.window)) for f in found]
    middle = [int(np.median([b[n] for b in bits])) for n in (0, 1)]
    least, most = (
        [min(b[n] for b in bits) for n in (0, 1)],
        [max(b[n] for b in bits) for n in (0, 1)],
    )
    return (
        f"{sames:7.1%}{likes:8.1%}   64-bit {least[0]}/{middle[0]}/{most[0]}"
        f"   256-bit {least[1]}/{middle[1]}/{most[1]}"
    )
