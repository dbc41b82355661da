"""Visits with their photos, and the families run on them, each in a line."""

from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from media import attach, facts
from media.inspect import Facts, look
from store import ids
from store.db import begin_write
from store.findings import CheckRun, Evaluation, Finding
from store.records import Record
from store.status import status_id
from store.units import Anchor
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import send
from tests.media.pictures import house
from tests.verify.test_geo import HOUSE
from verify import anchors, pipeline
from verify import keep as keeping
from verify.geo import Point

Sessions = sessionmaker[Session]
TZ = "Asia/Shanghai"
FRONT = "evidence/photo_front"


def fix(at: Point, acc: float | None = 8.0) -> dict[str, Any]:
    return {"lat": at.lat, "lon": at.lon, "acc": acc}


def visited(
    sessions: Sessions, cast: Cast, name: str = "alice", unit: str = "", **more: Any
) -> str:
    """A visit's id; keyword `a__b` is the answer at `a/b`, `at` and `fix` go with the op."""
    rec = ids.new()
    told = {key: more.pop(key) for key in ("at", "fix", "uptime", "rows") if key in more}
    values = ops.visit(unit or cast.unit, **more)
    [line] = send(sessions, cast, name, ops.op(rec, values=values, **told))
    assert line["result"] == "applied", line
    return rec


def edited(sessions: Sessions, cast: Cast, rec: str, base: int, **values: Any) -> int:
    """The visit's version after an edit of its author."""
    told = {path.replace("__", "/"): value for path, value in values.items()}
    [line] = send(sessions, cast, "alice", ops.op(rec, base + 1, base, values=told))
    return int(line["v"])


def accept(sessions: Sessions, cast: Cast, rec: str, version: int = 1) -> bool | None:
    """None where the version has moved on, else whether anything was written."""
    with sessions() as session:
        results = pipeline.on_accepted(session, cast.keys, [(rec, version)], TZ)
    return keep(sessions, *results) if results else None


def complete(sessions: Sessions, cast: Cast, rec: str, version: int = 1) -> bool | None:
    with sessions() as session:
        result = pipeline.on_complete(session, cast.keys, rec, version, TZ)
    return keep(sessions, result) if result else None


def keep(sessions: Sessions, *results: pipeline.Result) -> bool:
    with sessions() as session:
        begin_write(session)
        wrote = keeping.write(session, results)
        session.commit()
        return bool(wrote)


def stored(sessions: Sessions, sha: str, told: Facts | None) -> None:
    """A photo has arrived and was read."""
    with sessions() as session:
        begin_write(session)
        attach.stored(session, sha, 3, "image/jpeg")
        if told is not None:
            facts.keep(session, sha, replace(look(house()), facts=told))
        session.commit()


def found(sessions: Sessions, rec: str) -> list[tuple[str, str]]:
    """(rule, path) of what is open."""
    with sessions() as session:
        query = select(Finding).where(Finding.rec == rec, Finding.state == "open")
        return sorted((f.rule, f.path) for f in session.scalars(query))


def told(sessions: Sessions, rec: str) -> list[str]:
    """The rules that the phone hears of."""
    with sessions() as session:
        doc = orjson.loads(session.get_one(Record, status_id(rec)).doc)
        return sorted(f["rule"] for f in doc["findings"])


def notes(sessions: Sessions, rec: str, family: str) -> list[str]:
    with sessions() as session:
        query = select(CheckRun.notes).where(CheckRun.rec == rec, CheckRun.check == family)
        return [n["zh"] for n in orjson.loads(session.scalars(query).one())]


def everything(sessions: Sessions) -> dict[str, list[dict[str, Any]]]:
    """All rows that verification writes, and the feed positions of all records."""
    with sessions() as session:
        tables = {
            table.__tablename__: table.__table__
            for table in (Anchor, CheckRun, Evaluation, Finding)
        }
        rows = {
            name: [dict(row) for row in session.execute(select(table)).mappings()]
            for name, table in tables.items()
        }
        feed = session.execute(select(Record.id, Record.seq).order_by(Record.seq))
        return rows | {"feed": [dict(row) for row in feed.mappings()]}


def approved(sessions: Sessions, cast: Cast, unit: str, at: Point = HOUSE) -> str:
    """The household has an approved position of 6 m accuracy."""
    with sessions() as session:
        begin_write(session)
        anchor = Anchor(id=ids.new(), unit=unit, lat=at.lat, lon=at.lon, acc=6.0)
        anchor.state, anchor.source = "proposed", "office"
        anchor.proposed_at = "2026-01-01T00:00:00.000Z"
        session.add(anchor)
        session.flush()
        anchors.approve(session, cast.users["dora"], anchor.id)
        session.commit()
        return anchor.id
