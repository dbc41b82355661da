"""D01 the same file at another household, D07 a photo that shows nothing.

D01: equal SHA-256 of the bytes, or of the decoded pixels, at another household. The same
household may show the same photo again. D07 is no doubt about anybody: it comes back at once
as work, because nobody can see anything on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from verify.finding import Found, Judgement
from verify.innocent import SAME_HOUSEHOLD


@dataclass(frozen=True, slots=True)
class Limits:
    """Luma 0…255, pixels; from the dated parameters."""

    dark: float = 25.0
    bright: float = 245.0
    flat: float = 6.0
    blur: float = 4.0
    side: int = 320


@dataclass(frozen=True, slots=True)
class Photo:
    """What is known of one photo of the visit."""

    path: str
    role: str
    width: int
    height: int
    luma_mean: float
    luma_sd: float
    sharpness: float
    elsewhere: tuple[str, ...] = ()
    """Codes of other households with the same file, earlier ones first."""


UNSEEN_ROLES = frozenset({"signature"})
"""Drawings: their light and sharpness say nothing, and an empty pad looks like another."""


def check(photos: Sequence[Photo], limits: Limits, unread: Sequence[str] = ()) -> Judgement:
    """`unread`: paths of photos whose bytes cannot be opened as a picture."""
    looked = [photo for photo in photos if photo.role not in UNSEEN_ROLES]
    found = [f for photo in looked for f in (_reused(photo), _useless(photo, limits)) if f]
    return Judgement(tuple(found + [_unread(path) for path in unread]))


def _unread(path: str) -> Found:
    return Found(
        "D07",
        0.3,
        "待核实：照片打不开，请补拍一张",
        "To be checked: the photo cannot be opened; please take a new one",
        path,
    )


def _reused(photo: Photo) -> Found | None:
    if not photo.elsewhere:
        return None
    where = "、".join(photo.elsewhere[:3])
    return Found(
        "D01",
        0.9,
        f"待核实：同一张照片也出现在 {where}，请说明，或补拍一张",
        f"To be checked: the same photo is at {where} too; please explain, or take a new one",
        photo.path,
        {"households": list(photo.elsewhere[:10]), "count": len(photo.elsewhere)},
        tried=(SAME_HOUSEHOLD,),
    )


def _useless(photo: Photo, limits: Limits) -> Found | None:
    for zh, en, value, limit, bad in _looks(photo, limits):
        if bad:
            return Found(
                "D07",
                0.3,
                f"待核实：照片{zh}，看不出内容，请补拍一张",
                f"To be checked: the photo is {en} and shows nothing; please take a new one",
                photo.path,
                {"value": value, "limit": limit},
            )
    return None


def _looks(photo: Photo, limits: Limits) -> list[tuple[str, str, float, float, bool]]:
    mean, sd, side = photo.luma_mean, photo.luma_sd, min(photo.width, photo.height)
    return [
        ("太暗", "too dark", mean, limits.dark, mean < limits.dark),
        ("太亮", "too bright", mean, limits.bright, mean > limits.bright),
        ("是一片空白", "blank", sd, limits.flat, sd < limits.flat),
        ("太模糊", "blurred", photo.sharpness, limits.blur, photo.sharpness < limits.blur),
        ("太小", "too small", side, limits.side, side < limits.side),
    ]
