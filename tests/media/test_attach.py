"""Which files a visit names, how many are in, and who says that it is complete."""

import hashlib
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from media import attach
from store import clock, ids, status
from store.db import begin_write
from store.media import Attachment, Blob
from store.outbox import Kind, OutboxRow
from store.records import Record
from sync.push import push
from tests.kit import ops
from tests.kit.cast import Cast

Sessions = sessionmaker[Session]
ONE, TWO, THREE = (hashlib.sha256(bytes([n])).hexdigest() for n in (1, 2, 3))
FRONT, CHECKED = "evidence/photo_front", "evidence/photo_checked"


def send(sessions: Sessions, cast: Cast, *lines: dict[str, Any], name: str = "alice") -> None:
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, name)
        push(session, cast.keys, who, ops.batch(who.device, *lines), clock.now())
        session.commit()


def visit(cast: Cast, rec: str, unit: str = "", n: int = 1, **more: Any) -> dict[str, Any]:
    photos = more.pop("photos")
    values = {path: ops.photo(sha) if sha else None for path, sha in photos.items()}
    return ops.op(rec, n, more.pop("base", None), values=ops.visit(unit or cast.unit, **values))


def store(sessions: Sessions, sha: str) -> list[str]:
    with sessions() as session:
        begin_write(session)
        complete = attach.stored(session, sha, 3, "image/jpeg")
        session.commit()
        return complete


def photos(sessions: Sessions, rec: str) -> dict[str, int]:
    """As the phone hears of it."""
    with sessions() as session:
        told = orjson.loads(session.get_one(Record, status.status_id(rec)).doc)["photos"]
        return dict(told)


def completed(sessions: Sessions, rec: str) -> list[str]:
    """Versions of a visit that were said to be complete."""
    with sessions() as session:
        query = select(OutboxRow.version).where(
            OutboxRow.kind == Kind.VISIT_COMPLETE.value, OutboxRow.subject == rec
        )
        return sorted(session.scalars(query))


def test_a_visit_waits_for_its_last_photo(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE, CHECKED: TWO}))
    assert photos(sessions, rec) == {"have": 0, "expected": 2}
    assert store(sessions, ONE) == [] and photos(sessions, rec) == {"have": 1, "expected": 2}
    assert completed(sessions, rec) == []
    assert store(sessions, TWO) == [rec] and photos(sessions, rec) == {"have": 2, "expected": 2}
    assert completed(sessions, rec) == ["1"]


def test_photos_that_came_before_their_visit_are_found(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    assert store(sessions, ONE) == store(sessions, TWO) == []
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE, CHECKED: TWO}))
    assert photos(sessions, rec) == {"have": 2, "expected": 2}
    assert completed(sessions, rec) == ["1"]


def test_a_visit_that_stands_between_two_photos_is_complete_once(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    store(sessions, ONE)
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE, CHECKED: TWO}))
    assert completed(sessions, rec) == []
    assert store(sessions, TWO) == [rec]
    assert store(sessions, TWO) == [] and completed(sessions, rec) == ["1"]


def test_a_visit_without_photos_is_complete_at_once(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, visit(cast, rec, photos={}))
    assert completed(sessions, rec) == ["1"]
    assert photos(sessions, rec) == {"have": 0, "expected": 0}


def test_a_stored_photo_is_to_be_read_once(sessions: Sessions, cast: Cast) -> None:
    for _ in range(2):
        store(sessions, ONE)
    with sessions() as session:
        query = select(OutboxRow).where(OutboxRow.kind == Kind.PHOTO_STORED.value)
        [row] = session.scalars(query)
        assert row.subject == ONE
        assert session.get_one(Blob, ONE).state == "stored"


def test_one_photo_may_complete_several_visits(sessions: Sessions, cast: Cast) -> None:
    first, second = ids.new(), ids.new()
    send(sessions, cast, visit(cast, first, photos={FRONT: ONE}))
    send(sessions, cast, visit(cast, second, cast.other_unit, photos={FRONT: ONE}), name="charlie")
    assert sorted(store(sessions, ONE)) == sorted([first, second])
    assert completed(sessions, first) == completed(sessions, second) == ["1"]


def test_the_same_photo_at_two_questions_counts_twice(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE, CHECKED: ONE}))
    assert store(sessions, ONE) == [rec]
    assert photos(sessions, rec) == {"have": 2, "expected": 2}


def test_a_photo_taken_anew_takes_the_old_ones_place(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE, CHECKED: TWO}))
    store(sessions, ONE), store(sessions, TWO)
    anew = ops.op(rec, 2, 1, values={FRONT: ops.photo(THREE)})
    send(sessions, cast, anew)
    assert photos(sessions, rec) == {"have": 1, "expected": 2}
    assert store(sessions, THREE) == [rec]
    assert completed(sessions, rec) == ["1", "2"]
    with sessions() as session:
        query = select(Attachment.sha256).where(Attachment.rec == rec, Attachment.current)
        assert set(session.scalars(query)) == {TWO, THREE}
        assert session.get(Attachment, (rec, FRONT, ONE)) is not None


def test_a_photo_that_comes_back_counts_again(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    store(sessions, ONE)
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE}))
    send(sessions, cast, ops.op(rec, 2, 1, values={FRONT: ops.photo(TWO)}))
    assert photos(sessions, rec) == {"have": 0, "expected": 1}
    send(sessions, cast, ops.op(rec, 3, 2, values={FRONT: ops.photo(ONE)}))
    assert photos(sessions, rec) == {"have": 1, "expected": 1}
    assert completed(sessions, rec) == ["1", "3"]


def test_a_photo_taken_away_is_not_waited_for(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE, CHECKED: TWO}))
    store(sessions, TWO)
    send(sessions, cast, ops.op(rec, 2, 1, values={FRONT: None}))
    assert photos(sessions, rec) == {"have": 1, "expected": 1}
    assert completed(sessions, rec) == ["2"]


def test_an_edit_of_other_answers_leaves_the_photos_alone(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, visit(cast, rec, photos={FRONT: ONE}))
    send(sessions, cast, ops.op(rec, 2, 1, values={"income/wage": 5}))
    assert photos(sessions, rec) == {"have": 0, "expected": 1}
    assert store(sessions, ONE) == [rec] and completed(sessions, rec) == ["2"]


@pytest.mark.parametrize(
    "value", ["a.jpg", {"sha256": "short"}, {"sha256": 7}, {"sha256": "Z" * 64}, ["a"], 5]
)
def test_an_answer_that_names_no_file_is_kept_and_not_waited_for(
    sessions: Sessions, cast: Cast, value: Any
) -> None:
    rec = ids.new()
    send(sessions, cast, ops.op(rec, values=ops.visit(cast.unit) | {FRONT: value}))
    with sessions() as session:
        kept = orjson.loads(session.get_one(Record, rec).doc)["set"]
        assert kept[FRONT] == value
        assert session.scalars(select(Attachment)).all() == []


def test_the_server_knows_which_files_it_keeps(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, visit(cast, ids.new(), photos={FRONT: ONE, CHECKED: TWO}))
    store(sessions, ONE)
    with sessions() as session:
        assert attach.stored_hashes(session, [ONE, TWO, THREE]) == {ONE}
