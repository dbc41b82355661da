"""What a visit is compared with is found by index: SQLite is asked how it would answer."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from tests.kit.cast import TOWNSHIP, Cast
from tests.sync.test_plans import GROW, plans
from tests.verify.across.test_family import certificate, neighbours, person
from tests.verify.acts import TZ, visited
from verify import pipeline
from verify.rounds import elders_alone, one_number, same_measures, village_income

Sessions = sessionmaker[Session]
WHOLE = tuple(f"SCAN {name}" for name in (*GROW, "evaluations", "sealed_index"))
NOW = datetime(2026, 10, 20, 2, tzinfo=ZoneInfo("Asia/Shanghai"))


def listened(sessions: Sessions) -> list[tuple[str, Any]]:
    """Every query from now on."""
    asked: list[tuple[str, Any]] = []
    engine: Engine = sessions.kw["bind"]

    def note(_conn: Any, _cursor: Any, words: str, values: Any, _c: Any, many: bool) -> None:
        if not many and words.startswith("SELECT"):
            asked.append((words, values))

    event.listen(engine, "before_cursor_execute", note)
    return asked


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_is_compared_by_reading_a_whole_table(sessions: Sessions, cast: Cast) -> None:
    certificate(sessions, cast, "2027-10-17")
    dead = person(change="died", changed_on="2026-03-01")
    more: dict[str, Any] = {"people__met_who": "head", "living__water_conclusion": "safe"}
    units = [cast.unit, *neighbours(sessions, cast, 2)]
    recs = [visited(sessions, cast, unit=unit, rows=dead, **more) for unit in units]
    asked = listened(sessions)
    with sessions() as session:
        pipeline.on_accepted(session, cast.keys, [(rec, 1) for rec in recs], TZ)
    told = plans(sessions, asked)
    assert [plan for plan in told if plan.startswith((*WHOLE, "SCAN unit_places"))] == []
    assert [plan for plan in told if "ix_records_type_area" in plan] == []
    for index in ("ix_records_form_area", "ix_sealed_index_digest", "ix_records_unit_seq"):
        assert [plan for plan in told if index in plan], index


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("check", [elders_alone, one_number, same_measures, village_income])
def test_a_township_is_read_without_the_rest_of_the_county(
    sessions: Sessions, cast: Cast, check: Any
) -> None:
    visited(sessions, cast, rows=person(), people__phone="13800001111")
    asked = listened(sessions)
    with sessions() as session:
        check.read(session, TOWNSHIP, NOW)
    told = plans(sessions, asked)
    assert len(told) > 3
    assert [plan for plan in told if plan.startswith(WHOLE)] == []
    assert [plan for plan in told if "ix_records_type_area" in plan] == []
