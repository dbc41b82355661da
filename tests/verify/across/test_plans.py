"""What a visit is compared with is found by index: SQLite is asked how it would answer."""

from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from tests.kit.cast import Cast
from tests.sync.test_plans import GROW, plans
from tests.verify.across.test_family import certificate, neighbours, person
from tests.verify.acts import TZ, visited
from verify import pipeline

Sessions = sessionmaker[Session]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_compared_by_reading_a_whole_table(sessions: Sessions, cast: Cast) -> None:
    certificate(sessions, cast, "2027-10-17")
    dead = person(change="died", changed_on="2026-03-01")
    more: dict[str, Any] = {"people__met_who": "head", "living__water_conclusion": "safe"}
    units = [cast.unit, *neighbours(sessions, cast, 2)]
    recs = [visited(sessions, cast, unit=unit, rows=dead, **more) for unit in units]
    asked: list[tuple[str, Any]] = []
    engine: Engine = sessions.kw["bind"]

    def note(_conn: Any, _cursor: Any, words: str, values: Any, _c: Any, many: bool) -> None:
        if not many and words.startswith("SELECT"):
            asked.append((words, values))

    event.listen(engine, "before_cursor_execute", note)
    with sessions() as session:
        pipeline.on_accepted(session, cast.keys, [(rec, 1) for rec in recs], TZ)
    event.remove(engine, "before_cursor_execute", note)
    told = plans(sessions, asked)
    grow = tuple(f"SCAN {name}" for name in (*GROW, "sealed_index", "unit_places"))
    assert [plan for plan in told if plan.startswith(grow)] == []
    assert [plan for plan in told if "ix_records_type_area" in plan] == []
    for index in ("ix_records_form_area", "ix_sealed_index_digest", "ix_records_unit_seq"):
        assert [plan for plan in told if index in plan], index
