"""Work as rows: asked for once, claimed by one, done once, never lost."""

from sqlalchemy import select, update

from store import clock, ids, outbox
from store.db import begin_write
from store.outbox import Kind, OutboxRow
from tests.kit.syncing import Sessions, count

SOON = clock.after(clock.now(), days=1)


def ask(
    sessions: Sessions, subject: str, version: int = 1, due_at: str | None = None, lane: str = ""
) -> None:
    with sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.VISIT_ACCEPTED, subject, version, due_at=due_at, lane=lane)
        session.commit()


def claim(sessions: Sessions, limit: int = 10, lease: str = SOON) -> list[int]:
    with sessions() as session:
        begin_write(session)
        rows = [row.id for row in outbox.claim(session, limit, lease)]
        session.commit()
    return rows


def state(sessions: Sessions, row: int) -> tuple[str, int, str | None]:
    with sessions() as session:
        kept = session.get_one(OutboxRow, row)
        return kept.state, kept.attempts, kept.error


def test_the_same_work_is_asked_for_once(sessions: Sessions) -> None:
    subject = ids.new()
    for version in (1, 1, 2):
        ask(sessions, subject, version)
    assert count(sessions, OutboxRow) == 2


def test_work_is_claimed_by_one_and_only_once_it_is_due(sessions: Sessions) -> None:
    ask(sessions, ids.new())
    ask(sessions, ids.new(), due_at=SOON)
    assert len(claim(sessions)) == 1 and claim(sessions) == []


def test_a_lease_that_ran_out_is_claimed_again(sessions: Sessions) -> None:
    ask(sessions, ids.new())
    [row] = claim(sessions, lease=clock.after(clock.now(), seconds=-1))
    assert claim(sessions) == [row]


def test_no_more_is_claimed_than_asked_the_oldest_first(sessions: Sessions) -> None:
    moments = [clock.after(clock.now(), minutes=-m) for m in (1, 3, 2)]
    for moment in moments:
        ask(sessions, ids.new(), due_at=moment)
    first = claim(sessions, limit=2)
    with sessions() as session:
        due = session.scalars(select(OutboxRow.due_at).where(OutboxRow.id.in_(first))).all()
    assert sorted(due) == sorted(moments)[:2]


def test_work_is_closed_once(sessions: Sessions) -> None:
    ask(sessions, ids.new())
    [row] = claim(sessions)
    with sessions() as session:
        begin_write(session)
        assert outbox.close(session, [row]) and not outbox.close(session, [row])
        outbox.fail(session, row, "too late", SOON)
        session.commit()
    assert state(sessions, row) == ("done", 0, None) and claim(sessions) == []


def test_failed_work_comes_again_and_at_last_stays_in_sight(sessions: Sessions) -> None:
    ask(sessions, ids.new())
    [row] = claim(sessions)
    with sessions() as session:
        begin_write(session)
        outbox.fail(session, row, "first", clock.now())
        session.commit()
    assert state(sessions, row) == ("pending", 1, "first") and claim(sessions) == [row]
    with sessions() as session:
        begin_write(session)
        outbox.fail(session, row, "x" * 9000, None)
        session.commit()
    assert state(sessions, row)[:2] == ("dead", 2) and claim(sessions) == []
    assert len(state(sessions, row)[2] or "") == 4000


def test_two_relays_never_claim_the_same_row(sessions: Sessions) -> None:
    """The second one reads while the first has not committed; SQLite lets only one in."""
    for _ in range(6):
        ask(sessions, ids.new())
    with sessions() as one:
        begin_write(one)
        mine = {row.id for row in outbox.claim(one, 3, SOON)}
        if one.get_bind().dialect.name == "postgresql":
            with sessions() as other:
                begin_write(other)
                theirs = {row.id for row in outbox.claim(other, 10, SOON)}
                other.commit()
            assert len(theirs) == 3 and not mine & theirs
        one.commit()
    with sessions() as session:
        begin_write(session)
        sent = update(OutboxRow).where(OutboxRow.state == "sent").values(state="done")
        assert session.execute(sent).rowcount >= 3  # type: ignore[attr-defined]


def test_what_was_lost_comes_before_what_was_never_sent(sessions: Sessions) -> None:
    ask(sessions, ids.new())
    [lost] = claim(sessions, lease=clock.after(clock.now(), seconds=-1))
    ask(sessions, ids.new(), due_at=clock.after(clock.now(), days=-1))
    assert claim(sessions, limit=1) == [lost]
    assert len(claim(sessions)) == 1 and claim(sessions) == []


def lanes_of(sessions: Sessions, rows: list[int]) -> list[str]:
    with sessions() as session:
        query = select(OutboxRow.lane).where(OutboxRow.id.in_(rows)).order_by(OutboxRow.lane)
        return list(session.scalars(query))


def test_a_township_with_much_work_keeps_none_of_another_waiting(sessions: Sessions) -> None:
    for minutes in range(1, 31):
        ask(sessions, ids.new(), due_at=clock.after(clock.now(), minutes=-minutes), lane="a")
    for lane in ("b", "b", "c"):
        ask(sessions, ids.new(), lane=lane)
    first = claim(sessions, limit=6)
    assert lanes_of(sessions, first) == ["a", "a", "a", "b", "b", "c"]
    assert len(claim(sessions, limit=50)) == 27
    assert claim(sessions) == []


def test_what_is_planned_in_a_lane_does_not_stop_what_is_due_in_another(sessions: Sessions) -> None:
    ask(sessions, ids.new(), due_at=SOON, lane="a")
    with sessions() as session:
        assert not outbox.any_due(session)
    ask(sessions, ids.new(), lane="b")
    with sessions() as session:
        assert outbox.any_due(session)
    assert lanes_of(sessions, claim(sessions)) == ["b"]
