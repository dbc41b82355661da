"""Who is in the simulated township, what they hold, and what stands there before it begins."""

import hashlib
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from forms.compile import Compiled
from forms.definition import Policy, Question, QuestionType
from forms.pack import Pack, install
from forms.publish import publish
from store import areas, clock, feed, ids
from store.accounts import Device, Grant, User
from store.areas import Area, Level
from store.seal import Keyring
from store.units import Assignment, UnitPlace
from sync import scope
from sync.push import push
from sync.scope import Who
from sync.wire import PushBatch
from tests.kit import ops

COUNTY, TOWNSHIP, EAST, WEST = "999901000000", "999901100000", "999901100201", "999901100202"
ROLES: dict[str, tuple[tuple[str, str], ...]] = {
    "alice": (("cadre", EAST), ("cadre", WEST)),
    "bob": (("village_worker", EAST), ("village_worker", WEST)),
    "charlie": (("cadre", WEST), ("cadre", EAST)),
    "vera": (("village_supervisor", EAST), ("village_worker", WEST)),
    "dora": (("township_supervisor", TOWNSHIP),),
}
PHONES = ("alice", "bob", "alice", "charlie", "vera")
"""Whose each phone is; Alice has two. A story has the first three to five."""
OLD_APP = 1
"""This phone still fills in the first version of the form."""
HOMES = ((EAST, "alice"), (EAST, "alice"), (WEST, "charlie"), (EAST, "alice"))
SECRET = "a secret for simulations only"
MARK = "9999SECRET"
"""Every P1 value begins so: wherever these letters stand open, somebody was careless."""
NEWER = "9999.1"
PROBE = "finish/since_newer"
"""A question that the first version of the form does not know."""


@dataclass(frozen=True)
class Township:
    """Names of all there is; the same in every run."""

    users: dict[str, str]
    devices: tuple[str, ...]
    office: str
    """Dora's server-side device."""
    units: tuple[str, ...]
    keys: Keyring

    def token(self, phone: int) -> str:
        return f"token-of-phone-{phone}"

    def who(self, session: Session, name: str, device: str, office: bool = False) -> Who:
        user = self.users[name]
        return Who(user, device, scope.grants_of(session, user), office)


def names() -> Township:
    users = {name: ids.derived("simulation", name) for name in ROLES}
    devices = tuple(ids.derived("simulation phone", str(n)) for n in range(len(PHONES)))
    units = tuple(ids.derived("simulation unit", str(n)) for n in range(len(HOMES)))
    return Township(users, devices, ids.derived("simulation office"), units, Keyring(SECRET))


def newer(pack: Pack) -> Compiled:
    """The visit form's next version: other policies for two questions, one question more."""
    visit = next(c for c in pack.forms if c.definition.form_id == ops.FORM)
    policies = {"income/property": Policy.MAX, "income/dibao": Policy.MIN}
    known = tuple(
        replace(q, policy=policies.get(q.path, q.policy)) for q in visit.definition.questions
    )
    probe = Question(PROBE, QuestionType.TEXT, section="finish")
    definition = replace(visit.definition, version=NEWER, questions=(*known, probe))
    return Compiled(visit.xform.replace(ops.VERSION, NEWER), definition, ())


def settle(session: Session, pack: Pack) -> None:
    """Places, people, forms, and a register with two persons in every household."""
    township = names()
    feed.found(session)
    areas.add(session, COUNTY, Level.COUNTY, None, "云溪县", "Yunxi County")
    areas.add(session, TOWNSHIP, Level.TOWNSHIP, COUNTY, "青禾镇", "Qinghe Township")
    areas.add(session, EAST, Level.VILLAGE, TOWNSHIP, "东坡村", "Dongpo Village")
    areas.add(session, WEST, Level.VILLAGE, TOWNSHIP, "西岭村", "Xiling Village")
    for name, ident in township.users.items():
        _person(session, name, ident)
    for place, (name, ident) in enumerate(zip(PHONES, township.devices, strict=True)):
        token = hashlib.sha256(township.token(place).encode()).hexdigest()
        _device(session, ident, township.users[name], "phone", token)
    _device(session, township.office, township.users["dora"], "server", None)
    install(session, pack, None)
    publish(session, newer(pack), None)
    for unit, (area, cadre) in zip(township.units, HOMES, strict=True):
        _home(session, unit, area, township.users[cadre])
    _register(session, township)


def _person(session: Session, name: str, ident: str) -> None:
    session.add(User(id=ident, login=name, name=name, password="", created_at=clock.now()))
    session.flush()
    for role, area in ROLES[name]:
        grant = Grant(id=ids.derived("grant", name, role, area), user_id=ident, role=role)
        grant.area, grant.started_seq, grant.started_at = area, feed.take(session), clock.now()
        session.add(grant)
    session.flush()


def _device(session: Session, ident: str, user: str, kind: str, token: str | None) -> None:
    now = clock.now()
    session.add(Device(id=ident, user_id=user, kind=kind, token=token, enrolled_at=now))
    session.flush()


def _home(session: Session, unit: str, area: str, cadre: str) -> None:
    path = session.get_one(Area, area).path
    seq = feed.take(session)
    session.add(UnitPlace(unit=unit, area=area, area_path=path, started_seq=seq))
    session.add(Assignment(user_id=cadre, unit=unit, started_seq=seq, started_at=clock.now()))
    session.flush()


def _register(session: Session, township: Township) -> None:
    who = township.who(session, "dora", township.office, office=True)
    lines = [_entry(place, unit) for place, unit in enumerate(township.units)]
    push(session, township.keys, who, batch(township.office, *lines), clock.now())


def batch(device: str, *lines: dict[str, object]) -> PushBatch:
    return ops.batch(device, *lines)


def _entry(place: int, unit: str) -> dict[str, object]:
    rows = {
        f"seed{place}aa{n}".ljust(8, "x")[:8]: {"full_name": f"人{place}{n}", "sex": "male"}
        for n in range(2)
    }
    values = {"household": unit, "facts/head_name": f"户{place}", "facts/water_source": "well"}
    line = ops.op(ids.derived("entry", unit), place + 1, values=values, rows={"members": rows})
    return line | {"op": ids.derived("entry op", unit), "form": "household_register"}
