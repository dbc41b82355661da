"""A standing cast: Alice has the household, Bob shares it, Charlie must not see it.

Alice is a cadre of the east village, Bob its village worker, Charlie a cadre of the west
village; Dora supervises the township, Ivan inspects and edits nothing, Ada administers.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from forms.pack import Pack, install
from store import areas, clock, feed, ids
from store.accounts import Device, Grant, User
from store.areas import Area, Level
from store.db import SessionFactory, begin_write
from store.seal import Keyring
from store.units import Assignment, UnitPlace
from sync import scope
from sync.scope import Who

COUNTY, TOWNSHIP, EAST, WEST = "999901000000", "999901100000", "999901100201", "999901100202"
ROLES = {
    "alice": ("cadre", EAST),
    "bob": ("village_worker", EAST),
    "charlie": ("cadre", WEST),
    "vera": ("village_supervisor", EAST),
    "dora": ("township_supervisor", TOWNSHIP),
    "cora": ("county_supervisor", COUNTY),
    "ivan": ("inspector", COUNTY),
    "ada": ("admin", COUNTY),
}
SECRET = "a secret for tests only"


@dataclass(frozen=True)
class Cast:
    """Who is there, by first name; `unit` is Alice's household."""

    users: dict[str, str]
    devices: dict[str, str]
    unit: str
    other_unit: str
    keys: Keyring

    def who(self, session: Session, name: str, office: bool = False) -> Who:
        user = self.users[name]
        return Who(user, self.devices[name], scope.grants_of(session, user), office)


def settle(factory: SessionFactory, pack: Pack) -> Cast:
    """People, places and two empty households; the pack's forms published."""
    with factory() as session:
        begin_write(session)
        feed.found(session)
        areas.add(session, COUNTY, Level.COUNTY, None, "云溪县", "Yunxi County")
        areas.add(session, TOWNSHIP, Level.TOWNSHIP, COUNTY, "青禾镇", "Qinghe Township")
        areas.add(session, EAST, Level.VILLAGE, TOWNSHIP, "东坡村", "Dongpo Village")
        areas.add(session, WEST, Level.VILLAGE, TOWNSHIP, "西岭村", "Xiling Village")
        users = {name: _person(session, name, *given) for name, given in ROLES.items()}
        devices = {name: _device(session, user) for name, user in users.items()}
        install(session, pack, None)
        unit = place(session, EAST, users["alice"])
        other = place(session, WEST, users["charlie"])
        session.commit()
    return Cast(users, devices, unit, other, Keyring(SECRET))


def _person(session: Session, name: str, role: str, area: str) -> str:
    user = User(id=ids.new(), login=name, name=name.title(), password="", created_at=clock.now())
    session.add(user)
    session.flush()
    grant = Grant(id=ids.new(), user_id=user.id, role=role, area=area, started_at=clock.now())
    grant.started_seq = feed.take(session)
    session.add(grant)
    session.flush()
    return user.id


def _device(session: Session, user: str) -> str:
    device = Device(id=ids.new(), user_id=user, enrolled_at=clock.now(), label="phone")
    session.add(device)
    session.flush()
    return device.id


def place(session: Session, area: str, cadre: str | None) -> str:
    """A household's unit in an area, paired with a cadre."""
    unit = ids.new()
    path = session.get_one(Area, area).path
    seq = feed.take(session)
    session.add(UnitPlace(unit=unit, area=area, area_path=path, started_seq=seq))
    if cadre:
        session.add(Assignment(user_id=cadre, unit=unit, started_seq=seq, started_at=clock.now()))
    session.flush()
    return unit
