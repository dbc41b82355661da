"""The counter, the epoch, and what they say of this server's history."""

from store import feed, ids
from store.db import begin_write
from store.feed import Meta
from tests.kit.syncing import Sessions


def test_positions_follow_each_other_without_a_gap(sessions: Sessions) -> None:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        assert [feed.take(session), feed.take(session, 3), feed.take(session)] == [1, 2, 5]
        session.commit()
        assert feed.head(session) == 5


def test_a_position_of_a_transaction_that_failed_is_given_again(sessions: Sessions) -> None:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        session.commit()
        begin_write(session)
        assert feed.take(session, 4) == 1
        session.rollback()
        begin_write(session)
        assert feed.take(session) == 1


def test_founding_twice_keeps_the_history(sessions: Sessions) -> None:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        first = feed.epoch(session)
        feed.take(session, 7)
        feed.found(session)
        assert (feed.epoch(session), feed.head(session)) == (first, 7)
        assert ids.is_uuid(first)


def test_backups_and_the_floor_begin_at_nothing(sessions: Sessions) -> None:
    with sessions() as session:
        begin_write(session)
        assert (feed.backed_up_through(session), feed.floor(session)) == (0, 0)
        session.add_all([Meta(key="backed_up_through", value="9"), Meta(key="floor", value="4")])
        session.flush()
        assert (feed.backed_up_through(session), feed.floor(session)) == (9, 4)
