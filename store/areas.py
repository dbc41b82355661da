"""The area tree: county, township, village, group; official 12-digit codes (groups add 2-3)."""

from enum import Enum

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.db import Base
from store.errors import Invalid
from store.types import Code

_UNIT = "area:"
"""Before the code: the unit of what is said of an area as a whole."""


class Level(Enum):
    """How high an area stands."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    GROUP = "group"


OFFICIAL = (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
"""Groups stand too low for a role, or for hours of their own."""


EVERYWHERE = "0"
"""The code of the place that has every path below it; no official code has one digit."""


class Area(Base):
    """One place of the tree; `path` holds every code from the root, so a subtree is a prefix."""

    __tablename__ = "areas"
    code: Mapped[Code] = mapped_column(primary_key=True)
    parent: Mapped[Code | None]
    level: Mapped[Code]
    path: Mapped[str] = mapped_column(String(300), index=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]

    def name(self, lang: str) -> str:
        return self.name_en if lang == "en" and self.name_en else self.name_zh


def add(
    session: Session, code: str, level: Level, parent: str | None, name_zh: str, name_en: str = ""
) -> Area:
    """A new place below `parent`; raises Invalid when the parent is unknown."""
    above = session.get(Area, parent) if parent else None
    if parent and above is None:
        raise Invalid(f"no area {parent}", code="area_unknown", parent=parent)
    path = f"{above.path if above else '/'}{code}/"
    area = Area(
        code=code, parent=parent, level=level.value, path=path, name_zh=name_zh, name_en=name_en
    )
    session.add(area)
    session.flush()
    return area


def everywhere(session: Session) -> Area:
    """The place above all others, for who administers before any place is known; made once."""
    known = session.get(Area, EVERYWHERE)
    if known is None:
        known = Area(
            code=EVERYWHERE, parent=None, level=Level.COUNTY.value, path="/",
            name_zh="全部区域", name_en="Everywhere",
        )  # fmt: skip
        session.add(known)
        session.flush()
    return known


def unit_of(code: str) -> str:
    """The unit of what is said of an area as a whole."""
    return _UNIT + code


def is_unit(unit: str) -> bool:
    """Whether a unit is an area's; else it is a household's, or common."""
    return unit.startswith(_UNIT)


def code_of(unit: str) -> str:
    """The area whose unit it is."""
    return unit.removeprefix(_UNIT)


def within(session: Session, path: str) -> list[Area]:
    """The area at `path` and all below it, parents first."""
    query = select(Area).where(Area.path.startswith(path, autoescape=True)).order_by(Area.path)
    return list(session.scalars(query))
