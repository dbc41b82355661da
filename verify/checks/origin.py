"""D04 a photo taken elsewhere, D05 a picture that was worked on.

D04: d(photo's own GPS, visit's fix) − 2·√(a₁² + a₂²) over a limit. A photo without a position, or
a visit without a fix, says nothing; a distance that is just what two map datums differ by is a
matter of settings. D05: two of three signs: a photo editor's name, the camera's own thumbnail
unlike the picture (dHash, more than 10 of 64 bits), quantisation tables that this camera model's
other photos do not have. One sign alone is common and says nothing: beauty cameras write a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verify.checks.place import is_datum
from verify.described import Check
from verify.finding import Found, Judgement, Note
from verify.geo import Point, allowance, distance

EDITORS = ("photoshop", "lightroom", "snapseed", "gimp", "picsart", "meitu", "美图", "醒图",
           "pixlr", "faceapp", "photodirector", "canva", "affinity")  # fmt: skip
"""Names that editors write into `Software`; camera apps and phone makers are none of them."""


ABOUT = Check(
    "D04",
    "照片不是在走访的地方拍的",
    "A photo taken elsewhere",
    "照片自带的位置与走访定位的距离，减去两倍合成误差，与限值比较",
    "Distance of the photo's own position from the visit's, less twice the joint accuracy",
    "没有位置不算；先排除坐标系差异；前后照片不比较",
    "No position is no finding; other datums are ruled out first; before and after are left out",
    "checks: photo elsewhere",
    ("photo_place_m", "accuracy_factor"),
)
WORKED = Check(
    "D05",
    "照片像是修过",
    "A picture that seems to have been worked on",
    "三个迹象中的两个：修图软件的名字、相机自带的小图对不上、压缩方式不是这种手机的",
    "Two of three signs: an editor's name, the camera's own thumbnail is unlike it, a compression "
    "that this camera model does not use",
    "只有一个迹象不提示；有的手机相机默认美颜",
    "One sign alone is nothing; some phones beautify by default",
    "checks: edited images",
    ("photo_thumb_bits",),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """From the dated parameters `photo_place_m`, `photo_thumb_bits`."""

    metres: float = 100.0
    factor: float = 2.0
    thumb_bits: int = 10
    least: int = 20
    """Photos of a camera model that must be known before its tables say anything."""
    share: float = 0.02


@dataclass(frozen=True, slots=True)
class Shot:
    """What a photo says of itself."""

    path: str
    place: Point | None
    software: str | None
    thumb_bits: int | None
    """Bits of 64 in which the camera's own thumbnail differs; None where there is none."""
    tables: str | None
    family: Mapping[str, int]
    """{quantisation tables: how many photos of this camera model have them}"""


def check(shots: Sequence[Shot], fix: Point | None, limits: Limits) -> Judgement:
    """`fix`: where the visit was made; None where it has none or was made by phone."""
    told = [_elsewhere(shot, fix, limits) for shot in shots]
    worked = [_edited(shot, limits) for shot in shots]
    found = [one for one in (*told, *worked) if isinstance(one, Found)]
    notes = [one for one in told if isinstance(one, Note)]
    return Judgement(tuple(found), tuple(notes[:1]))


def _elsewhere(shot: Shot, fix: Point | None, limits: Limits) -> Found | Note | None:
    if shot.place is None or fix is None:
        return None
    apart = distance(shot.place, fix)
    budget = allowance(shot.place, fix, limits.factor)
    if apart - budget <= limits.metres:
        return None
    if is_datum(shot.place, fix):
        return Note(
            "D04",
            "照片和走访的定位差的正好是两种地图坐标的差",
            "Photo and visit are apart by just the offset between two map datums",
        )
    return Found(
        "D04",
        0.5,
        f"待核实：照片自带的位置离走访的定位 {apart:.0f} 米，请说明在哪里拍的",
        f"To be checked: by its own position the photo was taken {apart:.0f} m from the visit; "
        "please say where",
        shot.path,
        {
            "distance_m": round(apart, 1),
            "budget_m": round(budget, 1),
            "limit_m": limits.metres,
            "lat": shot.place.lat,
            "lon": shot.place.lon,
        },
    )


def _edited(shot: Shot, limits: Limits) -> Found | None:
    signs = _signs(shot, limits)
    if len(signs) < 2:
        return None
    return Found(
        "D05",
        0.4,
        "待核实：这张照片像是用修图软件处理过，请说明，或补拍一张",
        "To be checked: this photo seems to have been worked on; please explain, or take a new one",
        shot.path,
        {"signs": sorted(signs), **signs},
    )


def _signs(shot: Shot, limits: Limits) -> dict[str, object]:
    """{sign: what was seen}"""
    signs: dict[str, object] = {}
    if shot.software and any(name in shot.software.lower() for name in EDITORS):
        signs["software"] = shot.software
    if shot.thumb_bits is not None and shot.thumb_bits > limits.thumb_bits:
        signs["thumb_bits"] = shot.thumb_bits
    known = sum(shot.family.values())
    if shot.tables and known >= limits.least:
        share = shot.family.get(shot.tables, 0) / known
        if share < limits.share:
            signs["table_share"] = round(share, 4)
    return signs
