"""The photo checks on stored visits."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from devices.photos import dark_photo
from media.inspect import Facts, inspect
from store import clock, ids
from store.db import begin_write
from store.findings import Finding
from sync.push import push
from sync.wire import parse_push
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import send
from tests.media.pictures import PLACE, SMALL, TAKEN, house
from tests.verify.acts import (
    FRONT,
    TZ,
    accept,
    complete,
    edited,
    found,
    notes,
    stored,
    visited,
)

Sessions = sessionmaker[Session]
SHA, OTHER = "aa" * 32, "bb" * 32
AT = TAKEN.isoformat()
GOOD = inspect(house("1"))
DARK = inspect(dark_photo("1", TAKEN, PLACE, SMALL))


def pictured(sessions: Sessions, cast: Cast, sha: str = SHA, **more: Any) -> str:
    return visited(sessions, cast, at=AT, evidence__photo_front=ops.photo(sha), **more)


def test_a_dark_photo_is_asked_for_again_and_mended(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    stored(sessions, SHA, DARK)
    complete(sessions, cast, rec)
    assert ("D07", FRONT) in found(sessions, rec)
    version = edited(sessions, cast, rec, 1, evidence__photo_front=ops.photo(OTHER))
    stored(sessions, OTHER, GOOD)
    complete(sessions, cast, rec, version)
    assert found(sessions, rec) == []


def test_a_photo_of_this_visit_is_no_finding(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    stored(sessions, SHA, GOOD)
    assert complete(sessions, cast, rec) is True and found(sessions, rec) == []


def test_a_photo_of_last_month_is_to_be_explained(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    stored(sessions, SHA, replace(GOOD, taken_at="2026-09-18T09:30:00"))
    complete(sessions, cast, rec)
    assert found(sessions, rec) == [("D03", FRONT)]


def test_a_photo_without_a_time_is_a_note(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    stored(sessions, SHA, replace(GOOD, taken_at=None))
    complete(sessions, cast, rec)
    assert found(sessions, rec) == []
    assert notes(sessions, rec, "photos") == ["照片没有拍摄时间"]


def test_a_photos_time_is_compared_with_the_phones_own_clock(
    sessions: Sessions, cast: Cast
) -> None:
    """A phone three days behind writes both times three days early."""
    late, rec = clock.after(clock.now(), days=-3), ids.new()
    values = ops.visit(cast.unit) | {FRONT: ops.photo(SHA)}
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, "alice")
        body = orjson.loads(ops.raw(who.device, ops.op(rec, values=values, at=late)))
        batch = parse_push(orjson.dumps(body | {"sent_at": late}))
        push(session, cast.keys, who, batch, clock.now())
        session.commit()
    local = clock.local_text(late, TZ, "%Y-%m-%dT%H:%M:%S")
    stored(sessions, SHA, replace(GOOD, taken_at=local))
    accept(sessions, cast, rec)
    complete(sessions, cast, rec)
    rules = [rule for rule, _ in found(sessions, rec)]
    assert "D29" in rules and "D03" not in rules


def test_the_same_file_at_another_household_is_to_be_explained(
    sessions: Sessions, cast: Cast
) -> None:
    first = pictured(sessions, cast)
    stored(sessions, SHA, GOOD)
    complete(sessions, cast, first)
    second = pictured(sessions, cast, name="charlie", unit=cast.other_unit)
    complete(sessions, cast, second)
    assert found(sessions, first) == []
    assert found(sessions, second) == [("D01", FRONT)]
    with sessions() as session:
        [row] = session.scalars(select(Finding))
        assert orjson.loads(row.numbers) == {"households": [cast.unit[:8]], "count": 1}


def test_the_same_pixels_in_another_file_are_the_same_photo(sessions: Sessions, cast: Cast) -> None:
    pictured(sessions, cast)
    stored(sessions, SHA, GOOD)
    second = pictured(sessions, cast, OTHER, name="charlie", unit=cast.other_unit)
    stored(sessions, OTHER, GOOD)
    complete(sessions, cast, second)
    assert found(sessions, second) == [("D01", FRONT)]


def test_the_same_household_may_show_its_photo_again(sessions: Sessions, cast: Cast) -> None:
    for name in ("alice", "bob"):
        rec = pictured(sessions, cast, name=name)
        stored(sessions, SHA, GOOD)
        complete(sessions, cast, rec)
        assert found(sessions, rec) == []


def test_a_photo_that_another_household_has_replaced_is_free(
    sessions: Sessions, cast: Cast
) -> None:
    first = pictured(sessions, cast)
    edited(sessions, cast, first, 1, evidence__photo_front=ops.photo(OTHER))
    second = pictured(sessions, cast, name="charlie", unit=cast.other_unit)
    stored(sessions, SHA, GOOD)
    complete(sessions, cast, second)
    assert found(sessions, second) == []


def test_signatures_are_never_compared(sessions: Sessions, cast: Cast) -> None:
    signed: dict[str, Any] = {"evidence__signature": ops.photo(SHA, "signature")}
    blank: Facts = replace(GOOD, luma_mean=255.0, luma_sd=0.0, taken_at=None)
    visited(sessions, cast, **signed)
    stored(sessions, SHA, blank)
    rec = visited(sessions, cast, "charlie", cast.other_unit, **signed)
    complete(sessions, cast, rec)
    assert found(sessions, rec) == [] and notes(sessions, rec, "photos") == []


def test_a_photo_that_cannot_be_opened_is_asked_for_again(sessions: Sessions, cast: Cast) -> None:
    rec = pictured(sessions, cast)
    stored(sessions, SHA, None)
    complete(sessions, cast, rec)
    assert found(sessions, rec) == [("D07", FRONT)]


def renovated(sessions: Sessions, cast: Cast) -> str:
    """A renovation with its photos before and after."""
    rec = ids.new()
    values = {"household": cast.unit, "stages/photo_before": ops.photo(SHA, "before")}
    values |= {"stages/photo_after": ops.photo(OTHER, "after")}
    line = ops.op(rec, form="renovation", form_v="2026.1", values=values, at=AT)
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "applied", told
    return rec


@pytest.mark.parametrize(("north", "rules"), [(0.0001, []), (0.01, ["R-32"])])
def test_a_renovations_photos_are_compared_and_their_age_is_no_doubt(
    sessions: Sessions, cast: Cast, north: float, rules: list[str]
) -> None:
    """Before and after are weeks apart, as they should be, and of one place."""
    rec = renovated(sessions, cast)
    stored(sessions, SHA, replace(GOOD, taken_at="2026-05-01T09:00:00", pixel_sha256="x"))
    assert GOOD.lat is not None
    stored(sessions, OTHER, replace(GOOD, lat=GOOD.lat + north))
    complete(sessions, cast, rec)
    assert [rule for rule, _ in found(sessions, rec)] == rules
