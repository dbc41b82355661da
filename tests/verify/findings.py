"""Findings, answers and verdicts in a line each."""

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import clock, ids
from store.db import begin_write
from store.findings import Finding
from store.verdicts import RuleMute
from tests.kit.cast import Cast
from tests.verify.acts import TZ
from verify import answering, docket, verdicts
from verify.docket import Docket

Sessions = sessionmaker[Session]


def doubted(
    sessions: Sessions,
    rec: str,
    rule: str = "D08",
    ago: float = 0.0,
    score: float = 0.5,
    **more: Any,
) -> str:
    """An open finding that was made so many days ago; its id."""
    with sessions() as session:
        begin_write(session)
        row = Finding(
            id=ids.new(),
            rec=rec,
            rec_version=more.pop("version", 1),
            check="place",
            rule=rule,
            score=score,
        )
        row.path = more.pop("path", "door/place")
        row.numbers = orjson.dumps(more).decode()
        row.text_zh, row.text_en, row.state = "待核实：…", "To be checked: …", "open"
        row.made_at = clock.after(clock.now(), days=-ago)
        session.add(row)
        session.commit()
        return row.id


def decided(sessions: Sessions, cast: Cast, finding: str, verdict: str, name: str = "dora") -> bool:
    with sessions() as session:
        begin_write(session)
        told = verdicts.give(session, cast.users[name], finding, verdict, "", clock.now(), TZ)
        session.commit()
        return told


def answered(sessions: Sessions, cast: Cast, finding: str, name: str = "alice") -> None:
    with sessions() as session:
        begin_write(session)
        answering.write(session, cast.users[name], finding, "在村委会见的面", clock.now())
        session.commit()


def listed(sessions: Sessions, cast: Cast, name: str = "dora") -> Docket:
    with sessions() as session:
        return docket.read(session, cast.who(session, name), clock.now(), TZ)


def shown(sessions: Sessions, cast: Cast, name: str = "dora") -> list[str]:
    """The ids on today's list, in order."""
    return [item.finding.id for item in listed(sessions, cast, name).today]


def silenced(sessions: Sessions, *names: str) -> None:
    with sessions() as session:
        begin_write(session)
        session.add_all(
            RuleMute(rule=rule, hits=0, misses=30, upper=0.07, muted_at=clock.now())
            for rule in names
        )
        session.commit()


def rules(sessions: Sessions, rec: str) -> list[str]:
    with sessions() as session:
        query = select(Finding.rule).where(Finding.rec == rec, Finding.state == "open")
        return sorted(session.scalars(query))
