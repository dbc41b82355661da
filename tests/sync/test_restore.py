"""A restored backup: what phones know beyond it is sent again, and nothing is overwritten."""

from store import feed, ids
from store.conflicts import Conflict
from store.db import begin_write
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, record, send


def epoch(sessions: Sessions) -> str:
    with sessions() as session:
        return feed.epoch(session)


def set_back(sessions: Sessions) -> None:
    """What a pull with a cursor ahead of the head leads to."""
    with sessions() as session:
        begin_write(session)
        old = feed.epoch(session)
        assert feed.begin_anew(session, old) and not feed.begin_anew(session, old)
        session.commit()


def edit(rec: str, n: int, base: int, of: str, name: str) -> dict[str, object]:
    line = ops.op(rec, n, base, values={"people/met_name": name})
    return line | {"base": {"epoch": of, "v": base}}


def test_an_op_of_the_old_epoch_never_overwrites_what_it_cannot_have_seen(
    sessions: Sessions, cast: Cast
) -> None:
    """Version 2 was lost with the old database; the new version 2 is somebody else's."""
    rec, old = ids.new(), epoch(sessions)
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, people__met_name="a")))
    set_back(sessions)
    send(sessions, cast, "bob", edit(rec, 1, 1, epoch(sessions), "bob"))
    [told] = send(sessions, cast, "vera", edit(rec, 1, 2, old, "vera"))
    assert told["result"] == "conflict" and told["current"] == {"people/met_name": "bob"}
    assert count(sessions, Conflict) == 1


def test_a_new_visit_of_the_old_epoch_never_overwrites_a_register_it_cannot_have_seen(
    sessions: Sessions, cast: Cast
) -> None:
    """The register's version 2 was lost; the new version 2 is somebody else's."""
    old = epoch(sessions)

    def visited(name: str, head: str, seen: int, of: str) -> dict[str, object]:
        values = ops.visit(cast.unit, people__head_name=head)
        line = ops.op(ids.new(), values=values, seen={cast.unit: seen})
        [told] = send(sessions, cast, name, line | {"base": {"epoch": of, "v": 0}})
        return dict(told)

    visited("alice", "a", 0, old)
    set_back(sessions)
    assert visited("bob", "bob", 1, epoch(sessions))["result"] == "applied"
    told = visited("vera", "vera", 2, old)
    assert told["result"] == "conflict" and told["current"] == {"head_name": "bob"}
    assert visited("dora", "dora", 2, epoch(sessions))["result"] == "conflict"  # still disputed
    assert record(sessions, cast.unit)["set"]["head_name"] == "bob"


def test_an_op_of_the_old_epoch_on_what_the_backup_holds_applies(
    sessions: Sessions, cast: Cast
) -> None:
    rec, old = ids.new(), epoch(sessions)
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, people__met_name="a")))
    set_back(sessions)
    [told] = send(sessions, cast, "bob", edit(rec, 1, 1, old, "bob"))
    assert told["result"] == "applied"
    assert record(sessions, rec)["set"]["people/met_name"] == "bob"


def test_an_op_of_the_new_epoch_keeps_its_base(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, people__met_name="a")))
    set_back(sessions)
    send(sessions, cast, "bob", edit(rec, 1, 1, epoch(sessions), "bob"))
    [told] = send(sessions, cast, "vera", edit(rec, 1, 2, epoch(sessions), "vera"))
    assert told["result"] == "applied" and count(sessions, Conflict) == 0


def test_an_op_without_a_backup_in_between_is_taken_at_its_word(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, people__met_name="a")))
    [told] = send(sessions, cast, "bob", edit(rec, 1, 1, "an epoch of elsewhere", "bob"))
    assert told["result"] == "applied"


def water(cast: Cast, n: int, of: str, seen: int, said: str) -> dict[str, object]:
    """A new visit, opened in epoch `of` on the household as it was at version `seen`."""
    line = ops.op(ids.new(), n, values=ops.visit(cast.unit, living__water_source=said))
    return line | {"base": {"epoch": of, "v": 0}, "seen": {cast.unit: seen}}


def test_what_a_new_visit_saw_of_the_household_is_dated_by_its_epoch(
    sessions: Sessions, cast: Cast
) -> None:
    """Version 2 of the household that the phone saw was lost; today's version 2 is another."""
    old = epoch(sessions)
    send(sessions, cast, "alice", water(cast, 1, old, 0, "open_well"))
    set_back(sessions)
    new = epoch(sessions)
    send(sessions, cast, "bob", water(cast, 1, new, 1, "tap"))
    [told] = send(sessions, cast, "vera", water(cast, 1, old, 2, "well"))
    assert told["result"] == "conflict" and told["current"] == {"water_source": "tap"}
    [told] = send(sessions, cast, "dora", water(cast, 1, new, 2, "tap"))
    assert told["result"] == "applied"


def test_after_two_restores_an_op_counts_to_where_its_own_history_parted(
    sessions: Sessions, cast: Cast
) -> None:
    rec, first = ids.new(), epoch(sessions)
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, people__met_name="a")))
    set_back(sessions)
    second = epoch(sessions)
    send(sessions, cast, "bob", edit(rec, 1, 1, second, "bob"))
    set_back(sessions)
    [told] = send(sessions, cast, "vera", edit(rec, 1, 2, first, "vera"))
    assert told["result"] == "conflict"
    [told] = send(sessions, cast, "dora", edit(rec, 1, 2, "nobody knows it", "dora"))
    assert told["result"] == "conflict"
    [told] = send(sessions, cast, "alice", edit(rec, 2, 2, second, "bob"))
    assert told["result"] == "applied"
    with sessions() as session:
        cuts = feed.cuts(session)
    assert set(cuts) == {first, second} and cuts[first] < cuts[second]
