"""D10 a fix that a program perhaps made up: two signs of five.

The phone says so itself; an accuracy of 0 m; the very same place (to 1e-7 degrees) at another
house; an altitude of exactly 0 m; one and the same accuracy at many places. Source: checks of mock
providers; an external receiver is one, too, so its model can be allowed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from verify.described import Check, Figure, Limits
from verify.finding import Judgement, Note, to_check

SAME = 1e-7
"""Degrees, about a centimetre: two fixes by a receiver are never that close."""


@dataclass(frozen=True)
class Mock(Limits):
    NAME: ClassVar[str] = "fix_made_up"
    signs: int = 2
    visits: int = 5
    """So many visits with one accuracy are a sign."""
    models: tuple[str, ...] = ()
    """Phones with an external receiver."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fix as it was sent: degrees WGS-84, metres."""

    unit: str
    lat: float
    lon: float
    acc: float | None = None
    alt: float | None = None
    mock: bool | None = None


def check(own: Fixed | None, others: Sequence[Fixed], model: str, limits: Mock) -> Judgement:
    """`others`: further visits with this phone."""
    if own is None:
        return Judgement()
    if model and model in limits.models:
        told = Note("D10", "这台手机用外接定位器", "This phone has an external receiver")
        return Judgement(notes=(told,))
    signs = [words for words, there in _signs(own, others, limits) if there]
    if len(signs) < limits.signs:
        return Judgement()
    found = to_check(
        "D10",
        round(min(0.9, 0.2 + 0.2 * len(signs)), 2),
        f"定位有 {len(signs)} 个不寻常的地方：{'、'.join(zh for zh, _ in signs)}。"
        "用外接定位器的，请告诉管理员登记型号",
        f"The fix is unusual in {len(signs)} ways: {', '.join(en for _, en in signs)}. With an "
        "external receiver, please have the administrator note the model",
        "door/place",
        {"signs": len(signs), "limit": limits.signs},
    )
    return Judgement((found,))


def _signs(own: Fixed, others: Sequence[Fixed], limits: Mock) -> list[tuple[tuple[str, str], bool]]:
    same = [o for o in others if abs(o.lat - own.lat) < SAME and abs(o.lon - own.lon) < SAME]
    every = [o.acc for o in (own, *others) if o.acc is not None]
    static = len(every) >= limits.visits and len(set(every)) == 1 and len(same) < len(others)
    return [
        (("手机自己说是模拟的", "the phone calls it simulated"), own.mock is True),
        (("精度为 0 米", "an accuracy of 0 m"), own.acc is not None and own.acc <= 0),
        (
            ("与另一户分毫不差", "the very same place as at another house"),
            any(o.unit != own.unit for o in same),
        ),
        (("海拔正好为 0", "an altitude of exactly 0"), own.alt == 0),
        (("每次精度都一样", "the same accuracy every time"), static),
    ]


ABOUT = Check(
    "D10",
    "定位不寻常",
    "An unusual fix",
    "五个迹象：模拟标志、精度为 0、与别户分毫不差、海拔正好为 0、精度每次都一样；有两个才提示",
    "Five signs: marked as simulated, accuracy 0, the very same place as elsewhere, altitude "
    "exactly 0, one accuracy every time; told from two on",
    "外接定位器也会被标为模拟，可以登记型号；一个迹象不提示",
    "External receivers are marked as simulated, too, and their models can be allowed; one sign "
    "alone is not told",
    "signs of mock providers",
    (Mock.NAME,),
    Figure(
        "定位有几个迹象才提示",
        "How many signs of an unusual fix are pointed out",
        {
            "signs": ("至少几个迹象", "signs at least"),
            "visits": ("几次精度相同", "visits with one accuracy"),
            "models": ("有外接定位器的型号", "models with a receiver"),
        },
    ),
)
