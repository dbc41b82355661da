"""Lists of ids without end go to the database in lots, and everything in them is found."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from store import clock, ids, status, verdicts
from store.bulk import PART, parts
from store.findings import Finding
from tests.kit.cast import Cast
from tests.verify.acts import TZ, approved, visited
from tests.verify.findings import answered, decided, doubted
from verify import docket, hearing, reading

Sessions = sessionmaker[Session]
Found = Callable[[Session, list[str]], Any]
ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OTHERS = [ids.derived("lot", str(n)) for n in range(2 * PART)]


def heard(session: Session, recs: list[str]) -> Any:
    """Where each of so many findings stands."""
    more = {"rule": "D08", "path": "door/place", "numbers": "{}", "made_at": clock.now()}
    rows = [Finding(id=rec, rec=rec, **more) for rec in recs]
    return [rec for rec, one in hearing.of(session, rows, clock.now(), TZ).items() if one.open]


BY_VISIT: dict[str, Found] = {
    "heard": heard,
    "shown": lambda session, recs: hearing.shown(session, recs, clock.now(), TZ),
    "risks": lambda session, recs: [
        rec for rec, risk in docket.risks_of(session, recs, {}).items() if risk
    ],
    "answers": lambda session, recs: {rec for rec, _, _ in verdicts.answered(session, recs)},
    "verdicts": lambda session, recs: {rec for rec, _, _ in verdicts.given(session, recs)},
    "held": status.hold,
}


def listened(sessions: Sessions) -> list[int]:
    """How many values each statement from now on has."""
    counted: list[int] = []
    engine: Engine = sessions.kw["bind"]

    def note(_conn: Any, _cursor: Any, _words: str, values: Any, _c: Any, _many: bool) -> None:
        counted.append(len(values))

    event.listen(engine, "before_cursor_execute", note)
    return counted


def test_a_lot_has_each_id_once() -> None:
    told = list(parts([*OTHERS, OTHERS[0], "zz"]))
    assert [len(part) for part in told] == [PART, PART, 1]
    assert sorted({*OTHERS, "zz"}) == [rec for part in told for rec in part]


@ONE_KIND
@pytest.mark.parametrize("name", list(BY_VISIT))
def test_one_of_very_many_visits_is_found(sessions: Sessions, cast: Cast, name: str) -> None:
    rec = visited(sessions, cast)
    finding = doubted(sessions, rec)
    answered(sessions, cast, finding)
    decided(sessions, cast, finding, "hit")
    counted = listened(sessions)
    with sessions() as session:
        assert list(BY_VISIT[name](session, [*OTHERS, rec])) == [rec]
    assert max(counted) < PART + 10


@ONE_KIND
def test_one_of_very_many_households_is_found(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    approved(sessions, cast, cast.unit)
    counted = listened(sessions)
    with sessions() as session:
        assert list(reading.anchors(session, [*OTHERS, cast.unit])) == [cast.unit]
        codes = reading.household_codes(session, [*OTHERS, cast.unit])
        assert codes[cast.unit] == cast.unit[:8] and len(codes) == len(OTHERS) + 1
    assert max(counted) < PART + 10
