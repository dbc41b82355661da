"""`make bench-night` or `python -m benchmarks.night`: the checks over many of one honest township.

314 households in three villages, 21 cadres, two rounds of full visits through the real push; then
the nightly run, reading and judging, as a worker does it. Everybody is honest, so what is told is
told wrongly. SQLite in a temporary folder.
"""

import argparse
import platform
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psutil
from sqlalchemy.orm import Session, sessionmaker

from benchmarks import visits
from forms.pack import install, load_pack
from store import areas, clock, feed, ids, schema
from store.accounts import Device, Grant, User
from store.areas import Area, Level
from store.db import begin_write, engine_for, factory
from store.seal import Keyring
from store.units import Anchor, Assignment, UnitPlace
from sync import scope
from sync.push import push
from sync.scope import Who
from sync.wire import parse_push
from verify import batch, night

GOAL_SECONDS = 60.0
COUNTY, TOWNSHIP = "999903000000", "999903100000"
VILLAGES = tuple(f"99990310020{n}" for n in range(1, 4))
ROUNDS = (300, 20)
"""Days ago that each round began."""
CHOICES = {
    "living/housing_grade": ("A", "A", "A", "B", "B", "C"),
    "living/water_source": ("tap", "tap", "tap", "well", "open_well"),
    "food/staple": ("yes", "yes", "yes", "sometimes"),
    "food/protein": ("yes", "yes", "sometimes"),
    "food/clothes": ("enough", "enough", "partly"),
    "food/bedding": ("enough", "partly"),
    "medical/all_insured": ("all", "all", "some"),
    "medical/family_doctor": ("yes", "no"),
    "living/housing_structure": ("brick", "brick", "wood", "concrete"),
    "schooling/school_far": ("near", "far"),
}
AMOUNTS = (
    "wage",
    "business",
    "pension",
    "eco",
    "transfer_other",
    "asset_dividend",
    "business_cost",
)
REMARKS = (
    "种了{}亩药材，收成还可以，想找人教修剪",
    "老人{}岁，身体不错，常去地里，周末女儿回来",
    "冬天用水压力小，停过{}天",
)


@dataclass(frozen=True)
class Home:
    """One household and its cadre."""

    unit: str
    village: str
    who: Who
    lat: float
    lon: float


def settle(session: Session, households: int, rng: random.Random) -> list[Home]:
    feed.found(session)
    areas.add(session, COUNTY, Level.COUNTY, None, "县")
    areas.add(session, TOWNSHIP, Level.TOWNSHIP, COUNTY, "镇")
    for code in VILLAGES:
        areas.add(session, code, Level.VILLAGE, TOWNSHIP, "村")
    install(session, load_pack("household"), None)
    cadres = [(VILLAGES[n % 3], _cadre(session, n, VILLAGES[n % 3])) for n in range(21)]
    return [_home(session, *cadres[n % len(cadres)], rng) for n in range(households)]


def _cadre(session: Session, n: int, village: str) -> Who:
    now = clock.now()
    user = User(id=ids.new(), login=f"cadre{n}", name="干部", password="", created_at=now)
    session.add(user)
    session.flush()
    grant = Grant(id=ids.new(), user_id=user.id, role="cadre", area=village, started_at=now)
    grant.started_seq = feed.take(session)
    device = Device(id=ids.new(), user_id=user.id, enrolled_at=now, label="phone")
    session.add_all([grant, device])
    session.flush()
    return Who(user.id, device.id, scope.grants_of(session, user.id))


def _home(session: Session, village: str, who: Who, rng: random.Random) -> Home:
    unit, seq, now = ids.new(), feed.take(session), clock.now()
    path = session.get_one(Area, village).path
    lat = 31.6 + VILLAGES.index(village) / 30 + rng.random() / 60
    lon = 107.9 + rng.random() / 60
    anchor = Anchor(id=ids.new(), unit=unit, lat=lat, lon=lon, acc=6.0, state="approved")
    anchor.source, anchor.proposed_at, anchor.decided_at = "register", now, now
    session.add_all([
        UnitPlace(unit=unit, area=village, area_path=path, started_seq=seq),
        Assignment(user_id=who.user, unit=unit, started_seq=seq, started_at=now),
        anchor,
    ])  # fmt: skip
    session.flush()
    return Home(unit, village, who, lat, lon)


def ops(
    homes: Sequence[Home], days: int, rng: random.Random
) -> Iterator[tuple[Home, dict[str, Any]]]:
    """A round: each cadre goes from house to house, five a day, half an hour to an hour each."""
    start = datetime.now(UTC).replace(hour=1, minute=0) - timedelta(days=days)
    made: Counter[str] = Counter()
    for home in homes:
        at = made[home.who.device]
        made[home.who.device] += 1
        arrived = start + timedelta(days=at // 5, minutes=90 * (at % 5) + rng.random() * 20)
        ended = arrived + timedelta(minutes=rng.lognormvariate(3.5, 0.3))
        yield home, _visit(home, at + days * 1000, arrived, ended, rng)


def _visit(
    home: Home, n: int, arrived: datetime, ended: datetime, rng: random.Random
) -> dict[str, Any]:
    made = visits.op(home.unit, n, rng)
    acc = rng.uniform(4, 20)
    shift = acc / 111_000
    made["fix"] = {
        "lat": home.lat + rng.gauss(0, shift), "lon": home.lon + rng.gauss(0, shift),
        "acc": round(acc, 1), "alt": round(rng.uniform(500, 900), 1),
    }  # fmt: skip
    made["at"] = clock.text(ended)
    told = made["set"]
    told |= {"door/arrived_at": clock.text(arrived), "door/purpose": ["survey"]}
    told |= {path: rng.choice(names) for path, names in CHOICES.items()}
    told |= {f"income/{name}": round(rng.lognormvariate(8, 0.7)) for name in AMOUNTS}
    if n >= 1000 * ROUNDS[0]:
        for member in made["rows"]["people/members"].values():
            born = datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(29_000))
            member["birth"] = born.date().isoformat()
    else:
        del made["rows"]  # the register has them since the first round
    told["finish/remark"] = rng.choice(REMARKS).format(rng.randrange(2, 90))
    return made


def send(sessions: sessionmaker[Session], keys: Keyring, homes: Sequence[Home]) -> None:
    rng = random.Random(4)
    for days in ROUNDS:
        for home, op in ops(homes, days, rng):
            body = {"device": home.who.device, "epoch": None, "sent_at": clock.now(), "ops": [op]}
            with sessions() as session:
                begin_write(session)
                push(session, keys, home.who, parse_push(orjson.dumps(body)), clock.now())
                session.commit()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night", description=__doc__)
    parser.add_argument("--households", type=int, default=314)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {psutil.cpu_count()} cores, ", end="")
    print(f"load {psutil.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_for(f"sqlite:///{Path(folder) / 'night.sqlite'}")
        schema.METADATA.create_all(engine)
        sessions, keys = factory(engine), Keyring("bench")
        with sessions() as session:
            begin_write(session)
            homes = settle(session, given.households, random.Random(3))
            session.commit()
        send(sessions, keys, homes)
        _measure(sessions)
        engine.dispose()


def _measure(sessions: sessionmaker[Session]) -> None:
    began = time.process_time()
    with sessions() as session:
        judged = night.judge(session, TOWNSHIP, clock.now(), "Asia/Shanghai")
    assert judged is not None
    cpu = time.process_time() - began
    with sessions() as session:
        begin_write(session)
        wrote = time.monotonic()
        night.write(session, judged)
        session.commit()
        wrote = time.monotonic() - wrote
    verdict = "reached" if judged.seconds <= GOAL_SECONDS else "MISSED"
    told = {rec for rec, _ in judged.night.found}
    print(f"{judged.night.looked} visits, {len(judged.night.subjects)} judged", end=" ")
    print(f"by {len(batch.TABLE)} checks")
    print(f"read and judged {judged.seconds:.2f} s (CPU {cpu:.2f}),", end=" ")
    print(f"goal {GOAL_SECONDS:g}: {verdict}")
    print(f"written in {wrote * 1000:.0f} ms")
    print(f"told of {len(told)} honest visits: {night.counts(judged.night)}")


if __name__ == "__main__":
    main()
