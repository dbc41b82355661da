"""What a picture's bytes say: EXIF, light and sharpness, fingerprints, all of one decoding."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from media import exif
from media.decode import NotAnImage, format_of, loaded, opened, orientation, turned
from media.derive import SCREEN, SIDES, THUMB, encoded, shown
from media.prints import Prints, prints, slopes_of

_THUMB_PIXELS = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """Luma is 0…255; sharpness is the variance of the Laplacian at 512 px; GPS in degrees."""

    format: str
    width: int
    height: int
    """As they lie in the file, before it is turned upright."""
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
    """Of the pixels as decoded for the screen copy (a JPEG at 1/2, 1/4 … of its size)."""
    fingerprint: str
    """64 hex digits, of the upright picture; see media.prints for all of them."""
    orientation: int = 1
    quantisation: str | None = None
    """16 hex digits that name a JPEG's quantisation tables."""
    thumb_slopes: str | None = None
    """16 hex digits: `dhash` of the thumbnail in the EXIF, upright like the picture."""

    @property
    def camera(self) -> str:
        """Maker and model as the camera wrote them; empty where it wrote neither."""
        return " ".join(filter(None, (self.make, self.model)))

    def told(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Look:
    """All that one decoding gives; `copies` is {variant: JPEG bytes}."""

    facts: Facts
    prints: Prints
    copies: dict[str, bytes]


def inspect(data: bytes) -> Facts:
    """All facts of a picture; raises NotAnImage."""
    return look(data).facts


def look(data: bytes) -> Look:
    """Facts, fingerprints and small copies of a picture; raises NotAnImage."""
    image = opened(data)
    size = image.size
    pictures = shown(loaded(image, SIDES[SCREEN]))
    small = pictures[THUMB].convert("L")
    taken = prints(small)
    facts = _facts(image, size, np.asarray(small, dtype=np.float64), taken)
    return Look(facts, taken, encoded(pictures))


def _facts(
    image: Image.Image, size: tuple[int, int], grey: NDArray[np.float64], taken: Prints
) -> Facts:
    tags = exif.tags_of(image)
    lat, lon, accuracy = exif.position(tags)
    return Facts(
        format=format_of(image),
        width=size[0],
        height=size[1],
        taken_at=exif.taken_at(tags),
        lat=lat,
        lon=lon,
        gps_acc=accuracy,
        make=exif.text(tags.get(ExifTags.Base.Make)),
        model=exif.text(tags.get(ExifTags.Base.Model)),
        software=exif.text(tags.get(ExifTags.Base.Software)),
        luma_mean=round(float(grey.mean()), 2),
        luma_sd=round(float(grey.std()), 2),
        sharpness=round(_sharpness(grey), 2),
        pixel_sha256=hashlib.sha256(_rgb(image).tobytes()).hexdigest(),
        fingerprint=taken.waves[0].hex(),
        orientation=orientation(image),
        quantisation=exif.quantisation_of(image),
        thumb_slopes=_thumb_slopes(image),
    )


def _rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")


def _thumb_slopes(image: Image.Image) -> str | None:
    data = exif.thumbnail_of(image)
    if data is None:
        return None
    try:
        small = opened(data)
        if small.width * small.height > _THUMB_PIXELS:
            return None
        return slopes_of(turned(loaded(small), orientation(image))).hex()
    except NotAnImage:
        return None


def _sharpness(grey: NDArray[np.float64]) -> float:
    if min(grey.shape) < 3:
        return 0.0
    centre = -4 * grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float((centre + around).var())
