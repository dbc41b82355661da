"""A night of a township in the database: judged once, written once, and what is over is gone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import clock, parameters
from store.db import begin_write
from store.errors import NotFound
from store.findings import Finding
from store.nights import NightRun
from store.outbox import Kind, OutboxRow
from tests.kit.cast import EAST, TOWNSHIP, Cast, place
from tests.verify.acts import TZ, approved, edited, found, told, visited
from tests.verify.findings import decided, shown, silenced
from tests.verify.test_geo import HOUSE, moved
from verify import batch, keep, night, township
from verify.described import Check
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.night import Judged
from verify.township import Township

Sessions = sessionmaker[Session]
ABOUT = Check("T-1", "", "", "", "", "", "", "")
AT = "2026-10-18T09:30:00+08:00"
NOW = "2026-10-20T02:00:00.000Z"


def asking(rule: str, score: float = 0.5, **more: Any) -> Many[Township]:
    """A check that tells of every visit at which somebody was met."""

    def judge(seen: Township, limits: Mapping[str, Any]) -> Told:
        numbers = {"limit": limits.get("a limit", 1)}
        made = [v for v in seen.visits if v.outcome == "met"]
        return [(v.id, to_check(rule, score, "看", "look", "", numbers, **more)) for v in made]

    return Many(rule, township.read, judge, ABOUT)


def limited(sessions: Sessions, value: int) -> None:
    with sessions() as session:
        begin_write(session)
        parameters.put(session, "a limit", "2026-01-01", value, {"en": "test"})
        session.commit()


def judged(sessions: Sessions, *checks: Many[Any], now: str = NOW) -> Judged | None:
    with sessions() as session:
        return night.judge(session, TOWNSHIP, now, TZ, checks or None)


def write(sessions: Sessions, made: Judged | None) -> set[str]:
    assert made is not None
    with sessions() as session:
        begin_write(session)
        changed = night.write(session, made)
        session.commit()
        return changed


def test_a_visit_is_read_with_what_stands_around_it(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT, door__arrived_at="2026-10-18T09:00:00.000+08:00")
    edited(sessions, cast, rec, 1, income__wage=7)
    with sessions() as session:
        asof = clock.parse(NOW)
        seen = township.read(session, TOWNSHIP, asof)
        assert township.read(session, TOWNSHIP, asof) is seen, "read once"
        with pytest.raises(NotFound):
            township.read(session, "999999999999", asof)
    [visit] = seen.visits
    assert (visit.id, visit.unit, visit.village) == (rec, cast.unit, EAST)
    assert (visit.author, visit.minutes) == (cast.users["alice"], 30.0)
    assert visit.answers["income/wage"] == 7 and "income/wage" not in visit.first
    assert [dict(edit.changes) for edit in visit.edits] == [{"income/wage": 7}]
    assert seen.recent() == {rec}


def test_visits_of_another_township_and_old_ones_are_left_out(
    sessions: Sessions, cast: Cast
) -> None:
    old = visited(sessions, cast, at="2025-01-01T09:30:00+08:00")
    compared = visited(sessions, cast, at="2026-06-01T09:30:00+08:00")
    new = visited(sessions, cast, at=AT)
    made = judged(sessions, asking("T-1"))
    assert made is not None and made.night.looked == 2
    assert old not in {rec for rec, _ in made.night.found}
    assert [rec for rec, _ in made.night.found] == [new] and compared not in made.night.subjects


def test_the_same_input_is_judged_once_and_another_day_or_visit_is_another(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, at=AT)
    first, twin = judged(sessions, asking("T-1")), judged(sessions, asking("T-1"))
    assert write(sessions, first) == {rec}
    assert write(sessions, twin) == set(), "two workers with the same input"
    assert judged(sessions, asking("T-1")) is None
    assert judged(sessions, asking("T-1"), now="2026-10-21T02:00:00.000Z") is not None
    visited(sessions, cast, at=AT)
    assert judged(sessions, asking("T-1")) is not None
    with sessions() as session:
        [run] = session.scalars(select(NightRun))
        assert (run.visits, orjson.loads(run.findings)) == (1, {"T-1": 1})


def test_what_is_not_so_any_more_is_gone_and_what_is_stays(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    write(sessions, judged(sessions, asking("T-1"), asking("T-2")))
    assert [rule for rule, _ in found(sessions, rec)] == ["T-1", "T-2"]
    assert told(sessions, rec) == ["T-1", "T-2"]
    assert write(sessions, judged(sessions, asking("T-1"))) == {rec}
    assert told(sessions, rec) == ["T-1"]
    again = judged(sessions, asking("T-1"), now="2026-10-21T02:00:00.000Z")
    assert write(sessions, again) == set(), "nothing is written where nothing changed"
    write(sessions, judged(sessions, asking("T-1"), asking("T-2"), now="2026-10-22T02:00:00.000Z"))
    assert told(sessions, rec) == ["T-1", "T-2"]


def test_what_a_person_closed_stays_closed(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast, at=AT)
    write(sessions, judged(sessions, asking("T-1")))
    with sessions() as session:
        begin_write(session)
        row = session.scalars(select(Finding)).one()
        row.made_at, first = clock.after(clock.now(), days=-9), row.id
        session.commit()
    assert shown(sessions, cast) == [first]
    decided(sessions, cast, first, "miss")
    limited(sessions, 7)
    write(sessions, judged(sessions, asking("T-1"), now="2026-10-21T02:00:00.000Z"))
    assert shown(sessions, cast) == []


def test_a_rule_that_fell_silent_finds_nothing_new_night_after_night(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, at=AT)
    write(sessions, judged(sessions, asking("T-1")))
    silenced(sessions, "T-1", "T-2")
    again = judged(sessions, asking("T-1"), asking("T-2"), now="2026-10-21T02:00:00.000Z")
    assert write(sessions, again) == set()
    assert found(sessions, rec) == [("T-1", "")], "as it was, should the rule speak again"


def test_what_is_about_a_household_stands_at_its_newest_visit_however_old(
    sessions: Sessions, cast: Cast
) -> None:
    old = visited(sessions, cast, at="2026-06-01T09:30:00+08:00")
    write(sessions, judged(sessions, asking("R-19"), asking("T-1")))
    assert found(sessions, old) == [("R-19", "")]
    write(sessions, judged(sessions, asking("T-1")))
    assert found(sessions, old) == []


def test_a_visit_that_is_judged_no_more_keeps_what_was_found(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, at=AT)
    write(sessions, judged(sessions, asking("T-1")))
    assert write(sessions, judged(sessions, asking("T-1"), now="2027-01-20T02:00:00.000Z")) == set()
    assert found(sessions, rec) == [("T-1", "")]


def test_a_new_version_of_the_visit_has_the_finding_once(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    write(sessions, judged(sessions, asking("T-1")))
    edited(sessions, cast, rec, 1, income__wage=7)
    write(sessions, judged(sessions, asking("T-1")))
    with sessions() as session:
        query = select(Finding.rec_version, Finding.state).order_by(Finding.rec_version)
        assert session.execute(query).all() == [(1, "gone"), (2, "open")]


def test_a_finding_may_be_about_a_household(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast, at=AT, people__head_name="王一")

    def judge(seen: Township, limits: Mapping[str, Any]) -> Told:
        return [(cast.unit, to_check("T-3", 0.5, "看", "look"))]

    assert write(sessions, judged(sessions, Many("T-3", township.read, judge, ABOUT))) == {
        cast.unit
    }
    assert found(sessions, cast.unit) == [("T-3", "")]
    assert write(sessions, judged(sessions, asking("T-4")))
    assert found(sessions, cast.unit) == []


def test_the_limits_are_those_in_force(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    limited(sessions, 7)
    made = judged(sessions, asking("T-1"))
    assert made is not None and dict(made.night.found)[rec].numbers["limit"] == 7


def test_of_several_findings_at_one_place_the_surest_stands(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    made = judged(sessions, asking("T-1", 0.2), asking("T-1", 0.7), asking("T-1", 0.4))
    assert made is not None
    assert [(r, f.score) for r, f in made.night.found] == [(rec, 0.7)]


def test_every_shipped_check_runs_on_both_databases(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_write(session)
        units = [place(session, EAST, cast.users["alice"]) for _ in range(5)]
        session.commit()
    start = datetime.fromisoformat(AT)
    for at, unit in enumerate(units):
        approved(sessions, cast, unit, moved(HOUSE, 500.0 * at, 0))
        ended = (start + timedelta(minutes=2 * at)).isoformat()
        visited(sessions, cast, unit=unit, at=ended, people__head_name=f"王{at}")
    made = judged(sessions)
    assert made is not None and made.night.looked == 5
    assert {"D15"} <= {f.rule for _, f in made.night.found}
    write(sessions, made)


def by_chance(p: float, test: str = "", alpha: float = 1.0) -> Found:
    return to_check("T-1", 0.5, "看", "look", p=p, test=test, alpha=alpha)


def test_among_many_tests_a_small_p_may_be_chance() -> None:
    alone = [("a", by_chance(0.04))]
    assert [rec for rec, _ in batch.unlikely(alone, 0.1)] == ["a"]
    many = [*alone, *((f"x{i}", by_chance(0.5)) for i in range(20))]
    assert batch.unlikely(many, 0.1) == []
    strong = [("a", by_chance(0.001)), *many[1:]]
    [(rec, kept)] = batch.unlikely(strong, 0.1)
    assert (rec, kept.numbers["p"]) == ("a", 0.001) and 0.02 < kept.numbers["q"] < 0.022


def test_visits_of_one_test_count_once_and_a_checks_own_limit_holds() -> None:
    one = [(f"a{i}", by_chance(0.04, "phone")) for i in range(30)]
    others = [(f"x{i}", by_chance(0.9)) for i in range(1)]
    assert len(batch.unlikely([*one, *others], 0.1)) == 30
    assert batch.unlikely([("a", by_chance(0.04, alpha=0.001))], 0.1) == []
    assert batch.unlikely([("a", to_check("T-2", 0.5, "看", "look"))], 0.1) != []


def asked(sessions: Sessions, code: str = TOWNSHIP) -> bool:
    with sessions() as session:
        begin_write(session)
        done = night.ask(session, code, TZ)
        session.commit()
        return done


def test_asking_twice_for_the_same_visits_is_once(sessions: Sessions, cast: Cast) -> None:
    assert (asked(sessions), asked(sessions)) == (True, False)
    visited(sessions, cast)
    assert asked(sessions)
    with sessions() as session:
        query = select(OutboxRow).where(OutboxRow.kind == Kind.NIGHT.value)
        assert [row.subject for row in session.scalars(query)] == [TOWNSHIP] * 2
    for code in (EAST, "nowhere"):
        with pytest.raises(NotFound):
            asked(sessions, code)


def test_other_figures_keep_the_finding_and_the_moment_it_was_made(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, at=AT)
    write(sessions, judged(sessions, asking("T-1")))
    with sessions() as session:
        begin_write(session)
        row = session.scalars(select(Finding)).one()
        row.made_at, first = "2026-10-12T00:00:00.000Z", row.id
        session.commit()
    limited(sessions, 7)
    assert write(sessions, judged(sessions, asking("T-1"))) == {rec}
    with sessions() as session:
        row = session.scalars(select(Finding)).one()
        assert (row.id, row.made_at, row.state) == (first, "2026-10-12T00:00:00.000Z", "open")
        assert orjson.loads(row.numbers) == {"limit": 7}


def test_a_night_neither_takes_over_nor_ends_what_the_visits_own_check_found(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, at=AT)
    with sessions() as session:
        begin_write(session)
        keep.findings(session, [(rec, 1, "making", [to_check("T-1", 0.3, "看", "look")])])
        session.commit()
    write(sessions, judged(sessions, asking("T-1"), asking("T-2")))
    assert found(sessions, rec) == [("T-1", ""), ("T-1", ""), ("T-2", "")]
    write(sessions, judged(sessions, asking("T-2")))
    assert found(sessions, rec) == [("T-1", ""), ("T-2", "")]
    with sessions() as session:
        query = select(Finding.check).where(Finding.rule == "T-1", Finding.state == "open")
        assert session.scalars(query).all() == ["making"]
