"""Families of checks on stored visits: read, judge, write; twice is once."""

from typing import Any

import orjson
import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from devices.photos import dark_photo
from media.inspect import inspect
from store import parameters
from store.db import begin_write
from store.findings import CheckRun, Evaluation, Finding
from store.units import Anchor
from tests.kit import ops
from tests.kit.cast import EAST, Cast, place
from tests.media.pictures import PLACE, SMALL, TAKEN, house
from tests.verify.acts import (
    TZ,
    accept,
    approved,
    complete,
    edited,
    everything,
    fix,
    found,
    keep,
    notes,
    stored,
    told,
    visited,
)
from tests.verify.test_geo import HOUSE, moved
from verify import around, pipeline

Sessions = sessionmaker[Session]
SHA, OTHER = "aa" * 32, "bb" * 32
AT = TAKEN.isoformat()
GOOD = inspect(house("1"))
DARK = inspect(dark_photo("1", TAKEN, PLACE, SMALL))
FAMILIES = {"answers", "place", "making", "clock", "across", "photos", "alike", "late"}
OFFICE_ONLY = {"R-50", "R-51"}


def pictured(sessions: Sessions, cast: Cast, sha: str = SHA, **more: Any) -> str:
    return visited(sessions, cast, at=AT, evidence__photo_front=ops.photo(sha), **more)


def test_answers_place_and_clock_are_judged_when_a_visit_is_accepted(
    sessions: Sessions, cast: Cast
) -> None:
    approved(sessions, cast, cast.unit)
    rec = visited(
        sessions, cast, fix=fix(moved(HOUSE, 2000, 0)), income__wage=-5, people__head_name="王一"
    )
    assert accept(sessions, cast, rec) is True
    rules = {rule for rule, _ in found(sessions, rec)}
    assert {"D08", "F-RANGE", "F-REQ", "R-50"} <= rules
    assert set(told(sessions, rec)) == rules - OFFICE_ONLY, "level S is the office's alone"
    with sessions() as session:
        far = session.scalars(select(Finding).where(Finding.rule == "D08")).one()
        assert far.check == "place" and orjson.loads(far.numbers)["limit_m"] == 100.0
        row = session.get_one(Evaluation, (rec, 1))
        assert orjson.loads(row.results)["values"]["income/total"] == -5


def test_a_second_run_writes_nothing(sessions: Sessions, cast: Cast) -> None:
    approved(sessions, cast, cast.unit)
    rec = pictured(sessions, cast, fix=fix(moved(HOUSE, 2000, 0)), income__wage=-5)
    stored(sessions, SHA, DARK)
    assert (accept(sessions, cast, rec), complete(sessions, cast, rec)) == (True, True)
    before = everything(sessions)
    assert (accept(sessions, cast, rec), complete(sessions, cast, rec)) == (False, False)
    assert everything(sessions) == before
    assert {row["check"] for row in before["check_runs"]} == FAMILIES
    assert len(before["check_runs"]) == len(FAMILIES) and len(before["findings"]) >= 3


def test_two_workers_with_the_same_judgement_write_it_once(sessions: Sessions, cast: Cast) -> None:
    approved(sessions, cast, cast.unit)
    rec = visited(sessions, cast, fix=fix(moved(HOUSE, 2000, 0)))
    with sessions() as one, sessions() as other:
        results = [pipeline.on_accepted(s, cast.keys, [(rec, 1)], TZ) for s in (one, other)]
    assert [keep(sessions, *result) for result in results] == [True, False]


def test_a_family_that_has_not_run_yet_runs_beside_one_that_has(
    sessions: Sessions, cast: Cast
) -> None:
    approved(sessions, cast, cast.unit)
    rec = visited(sessions, cast, fix=fix(moved(HOUSE, 2000, 0)), income__wage=-5)
    accept(sessions, cast, rec)
    whole = found(sessions, rec)
    with sessions() as session:
        begin_write(session)
        session.execute(delete(CheckRun).where(CheckRun.check == "place"))
        session.execute(delete(Finding).where(Finding.check == "place"))
        session.commit()
    kept = everything(sessions)["evaluations"]
    assert accept(sessions, cast, rec) is True
    assert found(sessions, rec) == whole
    assert everything(sessions)["evaluations"] == kept


def test_a_version_that_has_moved_on_is_not_judged(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    with sessions() as session:
        [stale] = pipeline.on_accepted(session, cast.keys, [(rec, 1)], TZ)
    assert edited(sessions, cast, rec, 1, income__wage=7) == 2
    before = everything(sessions)
    assert accept(sessions, cast, rec, 1) is None and complete(sessions, cast, rec, 1) is None
    assert keep(sessions, stale) is False and everything(sessions) == before


def test_what_a_new_version_mends_is_gone_and_what_it_keeps_stays(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, income__wage=-5, income__dibao=-1, fix=None)
    accept(sessions, cast, rec)
    assert {("F-RANGE", "income/wage"), ("F-RANGE", "income/dibao")} <= set(found(sessions, rec))
    version = edited(sessions, cast, rec, 1, income__wage=36000)
    assert accept(sessions, cast, rec, version) is True
    ranges = [path for rule, path in found(sessions, rec) if rule == "F-RANGE"]
    assert ranges == ["income/dibao"]
    with sessions() as session:
        query = select(Finding.rec_version, Finding.state).where(Finding.path == "income/wage")
        assert session.execute(query).all() == [(1, "gone")]
        assert [e.version for e in session.scalars(select(Evaluation))] == [2]


def test_today_is_the_day_at_the_door_before_eight_in_the_morning_too(
    sessions: Sessions, cast: Cast
) -> None:
    rows = {"people/members": {"aaaaaaaa": {"full_name": "王新", "birth": "2026-10-18"}}}
    rec = visited(sessions, cast, at="2026-10-18T06:30:00+08:00", rows=rows)
    assert accept(sessions, cast, rec) is True
    assert not [path for _, path in found(sessions, rec) if path.endswith("/birth")]


def test_the_first_visit_proposes_a_position_and_is_not_measured(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, fix=fix(HOUSE))
    accept(sessions, cast, rec)
    with sessions() as session:
        [anchor] = session.scalars(select(Anchor))
    assert (anchor.unit, anchor.state, anchor.source) == (cast.unit, "proposed", "visit")
    assert (anchor.submission, anchor.acc) == (rec, 8.0)
    assert "D08" not in told(sessions, rec)
    assert notes(sessions, rec, "place") == ["这户还没有核准的位置"]


def test_only_the_first_visit_proposes_and_a_proposal_measures_nobody(
    sessions: Sessions, cast: Cast
) -> None:
    accept(sessions, cast, visited(sessions, cast, fix=fix(HOUSE)))
    second = visited(sessions, cast, fix=fix(moved(HOUSE, 3000, 0)))
    accept(sessions, cast, second)
    with sessions() as session:
        assert len(session.scalars(select(Anchor)).all()) == 1
    assert "D08" not in told(sessions, second)


def test_two_first_visits_judged_at_once_propose_one_position(
    sessions: Sessions, cast: Cast
) -> None:
    recs = [visited(sessions, cast, name, fix=fix(HOUSE)) for name in ("alice", "bob")]
    with sessions() as session:
        results = pipeline.on_accepted(session, cast.keys, [(rec, 1) for rec in recs], TZ)
    assert [keep(sessions, result) for result in results] == [True, True]
    with sessions() as session:
        assert len(session.scalars(select(Anchor)).all()) == 1


def test_a_visit_without_a_fix_proposes_nothing(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, door__no_fix="yes")
    accept(sessions, cast, rec)
    assert everything(sessions)["anchors"] == []
    assert notes(sessions, rec, "place") == ["这次走访没有定位"]


def test_a_call_neither_proposes_a_position_nor_is_measured(sessions: Sessions, cast: Cast) -> None:
    office = fix(moved(HOUSE, 9000, 0))
    accept(sessions, cast, visited(sessions, cast, door__outcome="phone", fix=office))
    assert everything(sessions)["anchors"] == []
    approved(sessions, cast, cast.unit)
    rec = visited(sessions, cast, door__outcome="phone", fix=office)
    accept(sessions, cast, rec)
    assert "D08" not in told(sessions, rec)
    assert notes(sessions, rec, "place") == ["电话或视频走访，不比较位置"]


@pytest.mark.parametrize("acc", [None, 0.0])
def test_a_fix_without_a_figure_is_given_room(
    sessions: Sessions, cast: Cast, acc: float | None
) -> None:
    approved(sessions, cast, cast.unit)
    near = visited(sessions, cast, fix=fix(moved(HOUSE, 290, 0), acc))
    far = visited(sessions, cast, fix=fix(moved(HOUSE, 310, 0), acc))
    for rec in (near, far):
        accept(sessions, cast, rec)
    assert "D08" not in told(sessions, near) and "D08" in told(sessions, far)


def test_the_limits_are_those_in_force_on_the_visits_day(sessions: Sessions, cast: Cast) -> None:
    from_ = {"name": "anchor_distance_m", "since": "2026-11-01", "source": {"en": "test"}}
    with sessions() as session:
        begin_write(session)
        parameters.put(session, value={"village": 5000}, **from_)
        session.commit()
    approved(sessions, cast, cast.unit)
    far = fix(moved(HOUSE, 2000, 0))
    old = visited(sessions, cast, fix=far, at="2026-10-31T15:59:00Z")
    new = visited(sessions, cast, fix=far, at="2026-10-31T16:01:00Z")
    for rec in (old, new):
        accept(sessions, cast, rec)
    assert "D08" in told(sessions, old) and "D08" not in told(sessions, new)


def test_visits_judged_together_are_judged_as_each_would_be_alone(
    sessions: Sessions, cast: Cast
) -> None:
    approved(sessions, cast, cast.unit)
    recs = [
        visited(sessions, cast, fix=fix(moved(HOUSE, 2000, 0)), income__wage=-5),
        visited(sessions, cast, door__outcome="phone", fix=fix(HOUSE)),
        visited(sessions, cast, door__no_fix="yes", at="2026-10-31T15:59:00Z"),
        visited(sessions, cast, people__head_name="王一", fix=fix(HOUSE)),
    ]
    assert edited(sessions, cast, recs[3], 1, income__wage=7) == 2
    wanted = [(recs[3], 2), *((rec, 1) for rec in recs), ("nobody", 1)]
    with sessions() as session:
        alone = [
            result
            for rec, version in sorted(wanted)
            for result in pipeline.on_accepted(session, cast.keys, [(rec, version)], TZ)
        ]
        assert pipeline.on_accepted(session, cast.keys, wanted, TZ) == alone
    assert len(alone) == 4
    assert keep(sessions, *alone) is True and keep(sessions, *alone) is False
    assert [everything(sessions)[name] == [] for name in ("check_runs", "evaluations")] == [
        False
    ] * 2
    assert {rule for rule, _ in found(sessions, recs[0])} >= {"D08", "F-RANGE"}
    seen = [rule for rule, _ in found(sessions, recs[3]) if rule not in OFFICE_ONLY]
    assert told(sessions, recs[3]) == seen


def test_an_old_visit_in_the_lot_brings_nobody_other_neighbours(
    sessions: Sessions, cast: Cast
) -> None:
    """At sea level and at another house's very place: two signs, were that visit near in time."""
    fixed = {"lat": HOUSE.lat, "lon": HOUSE.lon, "acc": 8.0, "alt": 0.0}
    with sessions() as session:
        begin_write(session)
        other = place(session, EAST, cast.users["alice"])
        session.commit()
    days = ("2026-08-01", "2026-09-09", "2026-10-18")
    old, between, new = (
        visited(sessions, cast, at=f"{day}T09:30:00+08:00", fix=fixed, unit=unit)
        for day, unit in zip(days, (cast.unit, other, cast.unit), strict=True)
    )
    with sessions() as session:
        [alone] = pipeline.on_accepted(session, cast.keys, [(new, 1)], TZ)
        lot = pipeline.on_accepted(session, cast.keys, [(old, 1), (new, 1)], TZ)
        assert alone in lot and len(lot) == 2
        near = around.read(session, [old, between, new])
    assert [one.others for one in near.values()] == [()] * 3
