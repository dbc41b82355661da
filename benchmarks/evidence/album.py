"""The photos of a township: each house from several places in other light, and changed copies."""

import hashlib
import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from benchmarks.evidence.light import Camera, camera, light, taken
from benchmarks.evidence.place import Place
from benchmarks.evidence.visits import FRONT, Made, Shot
from benchmarks.forgeries import FORGERIES
from devices.interiors import room, tap
from devices.photos import Fix, dark_photo, exif_of
from devices.scenes import Rng, Streams, farm

SOFTWARE = 0x0131


class Album:
    """Draws what is asked for, and the same again when it is asked for again."""

    def __init__(self, place: Place, seed: int, size: tuple[int, int]) -> None:
        self._place, self._seed, self._size = place, seed, size
        self._taken = lru_cache(maxsize=64)(self._original)
        self._visits: Mapping[str, Made] = {}

    def know(self, visits: Mapping[str, Made]) -> None:
        """{key: visit}: whose photos may be handed in again."""
        self._visits = visits

    def data(self, visit: Made, path: str) -> bytes:
        """The bytes that this visit hands in."""
        shot = visit.shots[path]
        if shot.of is None:
            return self._taken(visit.key, path)
        original = self._taken(*shot.of)
        if not shot.changed:
            return original
        image = Image.open(io.BytesIO(original)).convert("RGB")
        return _saved(FORGERIES[shot.changed](image, self._rng(f"forged/{visit.key}")), 82, None)

    def _original(self, key: str, path: str) -> bytes:
        visit = self._visits[key]
        shot, by = visit.shots[path], self._camera(visit)
        fix = _place_of(shot.fix)
        if shot.dark:
            return dark_photo(f"{self._seed}/{key}", visit.told(shot.at), fix, by.lens)
        chance = self._rng(f"light/{key}/{path}")
        picture = taken(self._scene(visit, path), by, light(chance), chance)
        exif = exif_of(visit.told(shot.at), fix, by.lens)
        if shot.edited_with:
            picture, exif[SOFTWARE] = _retouched(picture, chance), shot.edited_with
            return _saved(picture, int(chance.integers(88, 98)), exif)
        return _saved(picture, by.lens.quality, exif)

    def _scene(self, visit: Made, path: str) -> Image.Image:
        width, height = self._size
        size = (width * 3 // 4, height * 3 // 4)
        house = visit.home.hh_code
        if path != FRONT:
            inside = self._rng(f"{path}/{visit.key}")
            return (tap if inside.random() < 0.5 else room)(inside, size)
        model = self._place.sites[house].model
        streams = (f"house/{model}", f"yard/{house}", f"sky/{visit.key}", f"eye/{visit.key}")
        return farm(Streams(*map(self._rng, streams)), size)

    def _camera(self, visit: Made) -> Camera:
        return camera(self._rng(f"camera/{visit.phone.login}"), self._size)

    def _rng(self, key: str) -> Rng:
        digest = hashlib.sha256(f"{self._seed}/{key}".encode()).digest()
        return np.random.default_rng(list(digest))


def _place_of(fix: Mapping[str, Any] | None) -> Fix | None:
    return Fix(fix["lat"], fix["lon"], fix["acc"], fix["alt"]) if fix else None


def _retouched(picture: Image.Image, rng: Rng) -> Image.Image:
    """Something painted over: a patch of the picture set onto another part of it."""
    made = picture.copy()
    width, height = made.size
    box = (width // 8, height // 2, width // 8 + width // 3, height // 2 + height // 3)
    made.paste(made.crop(box), (int(rng.uniform(0.4, 0.6) * width), height // 2))
    ImageDraw.Draw(made).rectangle((width // 2, 4, width - 4, height // 10), fill=(200, 40, 40))
    return made


def _saved(picture: Image.Image, quality: int, exif: Image.Exif | None) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **({"exif": exif} if exif else {}))
    return out.getvalue()


def told(visit: Made, shot: Shot, data: bytes) -> dict[str, Any]:
    """The answer that names a photo."""
    place = {k: shot.fix[k] for k in ("lat", "lon", "acc")} if shot.fix else None
    return {
        "sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "mime": "image/jpeg",
        "taken_at": visit.told(shot.at).isoformat(timespec="milliseconds"), "gps": place,
        "role": shot.role, "name": f"{shot.role}.jpg",
    }  # fmt: skip
