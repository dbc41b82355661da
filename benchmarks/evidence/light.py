"""What light, lens, sensor and file format make of a drawn scene, as a cheap phone would.

In linear light: exposure, white balance, one-sided light, vignetting, blur of lens and hand, shot
noise (its variance grows with the light) and read noise; then tone curve, sharpening and JPEG.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from devices.photos import Lens

Rng = np.random.Generator
Pixels = NDArray[np.float32]
SIZE = (640, 480)
GAMMA = 2.2


@dataclass(frozen=True)
class Camera:
    """One phone's camera; the same for all its photos."""

    lens: Lens
    vignette: float
    blur: float
    """Pixels (standard deviation) of the lens."""
    noise: float
    """Variance of shot noise at full light."""
    sharpening: int
    """Per cent of an unsharp mask."""


@dataclass(frozen=True)
class Light:
    """One moment's light: factors in linear light; `slope` brighter to one side."""

    exposure: float = 1.0
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    slope: tuple[float, float] = (0.0, 0.0)
    shake: float = 0.0
    """Pixels by which the hand moved, along the rows."""


@dataclass(frozen=True)
class Maker:
    """A make of phones."""

    lens: Lens
    vignette: tuple[float, float] = field(default=(0.1, 0.35))


MAKERS = (
    Maker(Lens("Shanhe", "SH-7 Lite", SIZE, 74)),
    Maker(Lens("Yunfeng", "Y30", SIZE, 86)),
    Maker(Lens("Qinglan", "Note 5", SIZE, 68), (0.2, 0.5)),
)


def camera(rng: Rng, size: tuple[int, int]) -> Camera:
    maker = MAKERS[int(rng.integers(len(MAKERS)))]
    made = maker.lens
    return Camera(
        Lens(made.make, made.model, size, made.quality),
        float(rng.uniform(*maker.vignette)),
        float(rng.uniform(0.3, 0.9)),
        float(rng.uniform(0.0004, 0.004)),
        int(rng.integers(30, 120)),
    )


def light(rng: Rng) -> Light:
    """Of any hour and weather at which somebody would take a photo."""
    warm = float(rng.normal(0, 0.12))
    return Light(
        exposure=float(2 ** rng.normal(0, 0.35)),
        balance=(1 + warm, 1.0, 1 - warm),
        slope=(float(rng.normal(0, 0.12)), float(rng.normal(0, 0.12))),
        shake=float(max(0.0, rng.normal(0.3, 0.8))),
    )


def taken(scene: Image.Image, by: Camera, when: Light, rng: Rng) -> Image.Image:
    """The picture before it is saved."""
    linear = (np.asarray(scene.resize(by.lens.size), np.float32) / 255) ** np.float32(GAMMA)
    linear = linear * _shading(by, when)[..., None] * np.asarray(when.balance, np.float32)
    soft = _blurred(np.clip(linear * when.exposure, 0, 1.6), by.blur, when.shake)
    sigma = np.sqrt(np.clip(soft, 0, None) * by.noise + 0.00002)
    noisy = soft + rng.standard_normal(soft.shape, np.float32) * sigma
    curve = np.clip(noisy, 0, 1) ** np.float32(1 / GAMMA) * 255
    shot = Image.fromarray(curve.astype(np.uint8))
    return shot.filter(ImageFilter.UnsharpMask(1.5, by.sharpening, 2))


def _shading(by: Camera, when: Light) -> Pixels:
    width, height = by.lens.size
    ys, xs = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    fall = 1 - by.vignette * (xs**2 + ys**2) / 2
    return np.asarray(fall * (1 + when.slope[0] * xs + when.slope[1] * ys), np.float32)


def _blurred(linear: Pixels, lens: float, shake: float) -> Pixels:
    """A Gaussian over both axes, wider along the rows by the hand's movement."""
    return _along(_along(linear, float(np.hypot(lens, shake)), 1), lens, 0)


def _along(pixels: Pixels, sigma: float, axis: int) -> Pixels:
    reach = max(1, round(2.5 * sigma))
    steps = np.arange(-reach, reach + 1)
    weights = np.exp(-(steps**2) / (2 * max(sigma, 0.15) ** 2))
    weights /= weights.sum()
    total = np.zeros_like(pixels)
    for step, weight in zip(steps, weights, strict=True):
        total += np.roll(pixels, int(step), axis) * np.float32(weight)
    return total
