"""D02 a photo that was used before, saved anew or edited: at another household.

Photos are compared by their fingerprints (`media.prints.same`), in all mirrorings and quarter
turns, and each with windows of the other. Papers, signed cards and drawings look alike and are
left out on both sides. The same household may be shown again: its front looks the same each time.
Limits: own measurements on field photos, see docs/verification.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from media.prints import Likeness, Verdict
from verify.described import Check
from verify.finding import Found, Judgement

RULE = "D02"
ALIKE_ROLES = frozenset({"signature", "signed_card", "document"})
"""Roles of photos that show paper or a drawing."""
SCORES = {Verdict.SAME: 0.8, Verdict.LIKE: 0.4}


ABOUT = Check(
    RULE,
    "照片像是在另一户用过",
    "A photo that seems to have been used at another household",
    "照片指纹与全县照片比较，镜像、旋转、裁剪、重新保存、翻拍屏幕都认得出",
    "Its fingerprints against all photos of the county; mirrored, turned, cut, saved anew and off "
    "a screen are recognised",
    "证件、签名不比较；同一户再次拍到同样的门面很正常，不算",
    "Papers and signatures are left out; the same household may look the same each time",
    "checks: near-duplicates; own measurements",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A photo of this visit beside one of another household."""

    path: str
    likeness: Likeness
    household: str
    """The other's code."""
    rec: str
    other: str
    """The other photo's SHA-256."""


def check(pairs: Sequence[Pair]) -> Judgement:
    """One finding for each photo, with the pair that is most alike."""
    alike = [pair for pair in pairs if pair.likeness.verdict in SCORES]
    best: dict[str, Pair] = {}
    for pair in sorted(alike, key=_order):
        best.setdefault(pair.path, pair)
    return Judgement(tuple(_told(pair) for _, pair in sorted(best.items())))


def _order(pair: Pair) -> tuple[bool, int, int, str]:
    seen = pair.likeness
    far = min(seen.waves, seen.window)
    return seen.verdict is not Verdict.SAME, far, seen.slopes, pair.other


def _told(pair: Pair) -> Found:
    seen, same = pair.likeness, pair.likeness.verdict is Verdict.SAME
    zh = "看起来是同一张" if same else "看起来很像"
    en = "looks like the same as" if same else "looks much like"
    return Found(
        RULE,
        SCORES[seen.verdict],
        f"待核实：这张照片和 {pair.household} 的一张{zh}，请说明，或补拍一张",
        f"To be checked: this photo {en} one at {pair.household}; please explain, "
        "or take a new one",
        pair.path,
        {
            "households": [pair.household],
            "other_photo": pair.other,
            "other_visit": pair.rec,
            "bits_of_64": seen.slopes,
            "bits_of_256": min(seen.waves, seen.window),
            "turning": seen.turning,
        },
    )
