"""The cadre is heard first; then the most worth a look comes first, and no more than a day's."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from store import clock, parameters
from store.audit import AuditEntry
from store.db import begin_write
from store.errors import Conflicting, Forbidden, NotFound
from store.findings import Finding
from store.verdicts import muted
from tests.kit.cast import Cast
from tests.verify.acts import accept, approved, visited
from tests.verify.findings import answered, decided, doubted, listed, rules, shown
from tests.verify.test_geo import HOUSE
from verify import verdicts

Sessions = sessionmaker[Session]


def test_a_finding_waits_for_the_answer_and_then_for_no_one(sessions: Sessions, cast: Cast) -> None:
    finding = doubted(sessions, visited(sessions, cast))
    assert shown(sessions, cast) == [] and listed(sessions, cast).unheard == 1
    answered(sessions, cast, finding)
    assert shown(sessions, cast) == [finding] and listed(sessions, cast).unheard == 0


def test_it_waits_only_for_the_days_that_held_when_it_was_made(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    doubted(sessions, rec, ago=6.9)
    late = doubted(sessions, rec, ago=7.1, path="other")
    assert shown(sessions, cast) == [late]


def test_mending_the_visit_begins_no_new_wait(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    first = doubted(sessions, rec, ago=8)
    with sessions() as session:
        begin_write(session)
        session.get_one(Finding, first).state = "gone"
        session.commit()
    again = doubted(sessions, rec, version=2)
    assert shown(sessions, cast) == [again]


def test_what_is_the_offices_only_waits_for_nobody(sessions: Sessions, cast: Cast) -> None:
    finding = doubted(sessions, visited(sessions, cast), rule="R-19", level="S")
    assert shown(sessions, cast) == [finding]


def test_the_most_worth_a_look_comes_first_and_the_rest_waits(
    sessions: Sessions, cast: Cast
) -> None:
    calm, risky = visited(sessions, cast), visited(sessions, cast)
    low = doubted(sessions, calm, ago=9, score=0.3)
    high = doubted(sessions, risky, rule="D01", ago=9, score=0.9)
    with_it = doubted(sessions, risky, rule="D03", ago=9, score=0.2)
    assert shown(sessions, cast) == [high, with_it, low]
    with sessions() as session:
        begin_write(session)
        parameters.put(session, "findings_per_day", "2020-01-02", 2, {"zh": "", "en": ""})
        session.commit()
    told = listed(sessions, cast)
    assert ([i.finding.id for i in told.today], told.later) == ([high, with_it], 1)
    decided(sessions, cast, high, "hit")
    told = listed(sessions, cast)
    assert (len(told.today), told.later, told.done) == (1, 1, 1)


def test_nobody_has_what_is_their_own_or_out_of_reach(sessions: Sessions, cast: Cast) -> None:
    mine = doubted(sessions, visited(sessions, cast, "vera"), ago=9)
    west = doubted(sessions, visited(sessions, cast, "charlie", cast.other_unit), ago=9)
    assert shown(sessions, cast, "vera") == []
    assert set(shown(sessions, cast)) == {mine, west}
    with pytest.raises(Forbidden):
        decided(sessions, cast, mine, "miss", "vera")


def test_a_matter_is_decided_once_and_not_before_the_cadre_was_heard(
    sessions: Sessions, cast: Cast
) -> None:
    finding = doubted(sessions, visited(sessions, cast))
    with pytest.raises(Conflicting) as unheard:
        decided(sessions, cast, finding, "hit")
    assert unheard.value.code == "finding_unheard"
    answered(sessions, cast, finding)
    assert decided(sessions, cast, finding, "hit") is False
    with pytest.raises(Conflicting) as twice:
        decided(sessions, cast, finding, "miss")
    assert twice.value.code == "finding_decided" and shown(sessions, cast) == []


def test_a_rule_that_asks_in_vain_falls_silent_says_so_and_can_speak_again(
    sessions: Sessions, cast: Cast
) -> None:
    ten_are_enough(sessions)
    rec = visited(sessions, cast)
    asked = [doubted(sessions, rec, ago=9, path=f"p{n}") for n in range(12)]
    fell = [decided(sessions, cast, one, "miss") for one in asked[:10]]
    assert fell == [False] * 9 + [True]
    told = listed(sessions, cast)
    assert told.today == () and [row.rule for row in told.silent] == ["D08"]
    unmuted(sessions, cast)
    assert set(shown(sessions, cast)) == set(asked[10:])
    assert decided(sessions, cast, asked[10], "miss") is False
    with sessions() as session:
        acts = {row.act for row in session.query(AuditEntry).filter_by(subject="D08")}
        assert acts == {"rule.muted", "rule.unmuted"} and muted(session) == {}


def ten_are_enough(sessions: Sessions) -> None:
    with sessions() as session:
        begin_write(session)
        parameters.put(session, "rule_mute_reviews", "2020-01-02", 10, {"zh": "", "en": ""})
        session.commit()


def unmuted(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_write(session)
        verdicts.unmute(session, cast.users["ada"], "D08", clock.now())
        with pytest.raises(NotFound):
            verdicts.unmute(session, cast.users["ada"], "D08", clock.now())
        session.commit()


def test_a_silent_rule_finds_nothing_and_others_go_on(sessions: Sessions, cast: Cast) -> None:
    ten_are_enough(sessions)
    approved(sessions, cast, cast.unit)
    old = visited(sessions, cast)
    for n in range(10):
        decided(sessions, cast, doubted(sessions, old, ago=9, path=f"p{n}"), "miss")
    far = {"lat": HOUSE.lat + 0.1, "lon": HOUSE.lon, "acc": 8.0}
    rec = visited(sessions, cast, fix=far, income__wage=-1)
    accept(sessions, cast, rec)
    assert "D08" not in rules(sessions, rec) and "F-RANGE" in rules(sessions, rec)
