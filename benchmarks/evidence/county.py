"""The township on a real database: register loaded, forms published, visits pushed as phones do."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.evidence import album
from benchmarks.evidence.visits import Made
from devices.drafts import delta
from devices.mirror import Mirrored
from devices.township import Township
from devices.workbook import write_workbook
from forms.definition import FormDefinition
from forms.pack import Pack, install
from forms.publish import newest
from media import attach, facts
from media.inspect import look
from server.register.book import read
from server.register.entry import unit_id
from server.register.load import load
from store import clock, feed, ids, schema
from store.accounts import Device, User
from store.db import begin_write, engine_for, factory
from store.records import Record, RecordType
from store.seal import Keyring
from sync import definitions, scope
from sync.push import push
from sync.scope import Who
from sync.wire import parse_push

FORM = "household_visit"
EVENING = 20
"""The hour at which phones send."""


@dataclass(frozen=True)
class County:
    """The open database, and who is there."""

    engine: Engine
    sessions: sessionmaker[Session]
    keys: Keyring
    devices: Mapping[str, tuple[str, str]]
    """{login: (user, device)}"""
    form_v: str

    def definition(self) -> FormDefinition:
        with self.sessions() as session:
            chosen = (FORM, self.form_v)
            return definitions.load(session, {chosen})[chosen]

    def register(self, hh_code: str) -> tuple[Mirrored, list[Mirrored]]:
        """(the household, its members) as a phone would have pulled them."""
        with self.sessions() as session:
            kinds = (RecordType.HOUSEHOLD.value, RecordType.MEMBER.value)
            query = select(Record).where(
                Record.unit == unit_id(hh_code), Record.type.in_(kinds), Record.deleted.is_(False)
            )
            rows = [
                Mirrored(r.id, r.type, r.unit, r.version, None, None, orjson.loads(r.doc))
                for r in session.scalars(query.order_by(Record.id))
            ]
        [household] = [row for row in rows if row.type == kinds[0]]
        return household, [row for row in rows if row.type == kinds[1]]

    def rec(self, visit: Made) -> str:
        """The submission's id."""
        return ids.derived("lab", visit.key)

    def take_in(self, visit: Made) -> int:
        """Push a finished visit and its later edits; the submission's version."""
        rec = self.rec(visit)
        body = self._op(visit, rec, visit.leave, visit.values, None)
        version = self._push(visit, body, visit.leave)
        for edit in visit.edits:
            version = self._push(
                visit, self._op(visit, rec, edit.at, edit.answers, version), edit.at
            )
        return version

    def photo(self, data: bytes, sha256: str) -> None:
        """A photo has arrived and is read, as the upload and its job do it."""
        with self.sessions() as session:
            begin_write(session)
            attach.stored(session, sha256, len(data), "image/jpeg")
            facts.keep(session, sha256, look(data))
            session.commit()

    def _op(
        self, visit: Made, rec: str, at: datetime, values: Mapping[str, Any], base: int | None
    ) -> dict[str, Any]:
        change = delta({}, values)
        begun = visit.told(visit.arrive).isoformat(timespec="milliseconds")
        fix = {**visit.fix, "at": begun} if visit.fix and base is None else None
        return {
            "op": ids.derived("lab/op", f"{visit.key}/{at}"), "n": int(at.timestamp()), "rec": rec,
            "type": "submission", "form": FORM, "form_v": self.form_v,
            "base": None if base is None else {"epoch": self._epoch(), "v": base},
            "seen": visit.seen, "set": change.set, "rows": change.rows, "del": [],
            "at": visit.told(at).isoformat(timespec="milliseconds"), "fix": fix,
            "uptime": at.timestamp() % 1_000_000,
        }  # fmt: skip

    def _epoch(self) -> str:
        with self.sessions() as session:
            return feed.epoch(session)

    def _push(self, visit: Made, op: Mapping[str, Any], made: datetime) -> int:
        """The version that the op made. Sent in the evening, by the phone's own clock again."""
        user, device = self.devices[visit.phone.login]
        sent = max(made.replace(hour=EVENING, minute=15), made + timedelta(minutes=2))
        says = sent + timedelta(seconds=visit.phone.ahead)
        body = {
            "device": device, "epoch": None, "ops": [op],
            "sent_at": says.isoformat(timespec="milliseconds"),
            "uptime": sent.timestamp() % 1_000_000,
        }  # fmt: skip
        with self.sessions() as session:
            begin_write(session)
            who = Who(user, device, scope.grants_of(session, user), False)
            now = clock.text(sent)
            [line] = push(session, self.keys, who, parse_push(orjson.dumps(body)), now).results
            if line["result"] not in ("applied", "merged"):
                raise RuntimeError(str(line))
            session.commit()
        return int(line["v"])


@contextmanager
def county(township: Township, pack: Pack) -> Iterator[County]:
    """A database in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        engine = engine_for(f"sqlite:///{Path(home) / 'ruhu.sqlite'}")
        schema.METADATA.create_all(engine)
        keys, book = Keyring("a secret for the lab only"), Path(home) / "register.xlsx"
        write_workbook(township, book)
        lines, faults = read(book)
        if faults:
            raise RuntimeError(str(faults[:3]))
        with factory(engine)() as session:
            begin_write(session)
            feed.found(session)
            install(session, pack, None)
            load(session, keys, lines, None)
            devices = _phones(session)
            version = newest(session, FORM).version
            session.commit()
        yield County(engine, factory(engine), keys, devices, version)
        engine.dispose()


def _phones(session: Session) -> dict[str, tuple[str, str]]:
    made = {}
    for user in session.scalars(select(User)):
        device = Device(id=ids.new(), user_id=user.id, enrolled_at=clock.now(), label="phone")
        session.add(device)
        made[user.login] = (user.id, device.id)
    session.flush()
    return made


def attached(pictures: album.Album, visits: Sequence[Made], here: County) -> None:
    """Draw each visit's photos, name them in its answers, keep and read them."""
    for visit in visits:
        for path, shot in visit.shots.items():
            data = pictures.data(visit, path)
            visit.values[path] = album.told(visit, shot, data)
            here.photo(data, visit.values[path]["sha256"])
