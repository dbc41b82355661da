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


def household_edit(cast: Cast, epoch: str, version: int, water: str) -> dict[str, object]:
    """A visit filled from the household as of `version` of the history `epoch`."""
    values = ops.visit(cast.unit, living__water_source=water)
    return ops.op(ids.new(), values=values) | {"epoch": epoch, "seen": {cast.unit: version}}


def test_what_a_form_was_filled_from_is_of_the_epoch_it_was_opened_in(
    sessions: Sessions, cast: Cast
) -> None:
    """Alice saw version 2 of a household that the backup does not hold; another 2 was made."""
    old = epoch(sessions)
    send(sessions, cast, "alice", household_edit(cast, old, 0, "well"))
    set_back(sessions)
    send(sessions, cast, "bob", household_edit(cast, epoch(sessions), 1, "tap"))
    [told] = send(sessions, cast, "vera", household_edit(cast, old, 2, "river"))
    assert told["result"] == "conflict" and told["current"] == {"water_source": "tap"}


def test_an_epoch_that_nobody_remembers_shares_nothing_once_a_backup_was_restored(
    sessions: Sessions, cast: Cast
) -> None:
    send(sessions, cast, "alice", household_edit(cast, epoch(sessions), 0, "well"))
    set_back(sessions)
    [told] = send(sessions, cast, "bob", household_edit(cast, "of elsewhere", 1, "tap"))
    assert told["result"] == "conflict"


def test_of_two_restores_each_older_epoch_keeps_its_own_end(sessions: Sessions, cast: Cast) -> None:
    first = epoch(sessions)
    send(sessions, cast, "alice", household_edit(cast, first, 0, "well"))
    set_back(sessions)
    second = epoch(sessions)
    send(sessions, cast, "bob", household_edit(cast, second, 1, "tap"))
    set_back(sessions)
    [told] = send(sessions, cast, "vera", household_edit(cast, first, 2, "river"))
    assert told["result"] == "conflict"
    [told] = send(sessions, cast, "dora", household_edit(cast, second, 2, "river"))
    assert told["result"] == "conflict", "a path in dispute stays so"
