"""Numbers of ops that never came or came twice, and phones that try though they are shut out."""

from typing import Any

import orjson
import pytest
from sqlalchemy import event, func, select

from server.api.contact import EVERY, Contacts
from store import ids
from store.health import TurnedAway
from store.records import Revision
from tests.kit import ops
from tests.kit.doors import Doors, post
from tests.server.api.test_departed import shut_out
from tests.server.api.test_health import fares

PULL = "/api/v1/sync/pull"


def send(doors: Doors, *numbers: int, by: str = "alice", **more: Any) -> list[dict[str, Any]]:
    lines = [ops.op(ids.new(), n, values=ops.visit(doors.cast.unit)) | more for n in numbers]
    answer = doors.push(doors.phone(by), by, *lines)
    assert answer.status_code == 200, answer.text
    return lines


def test_skipped_numbers_are_shown_until_they_come(doors: Doors) -> None:
    send(doors, 1, 2)
    told = fares(doors)
    assert told["missing"] is told["counter_back"] is None and told["obstacles"] == []
    send(doors, 5, 6)
    told = fares(doors)
    assert (told["missing"]["count"], told["missing"]["first"]) == (2, 3)
    assert told["missing"]["since"] == told["last_seen_at"]
    assert told["obstacles"] == ["missing"] and not told["stuck"]
    send(doors, 3)
    assert fares(doors)["missing"] == {"count": 1, "first": 4, "since": told["missing"]["since"]}
    send(doors, 4)
    assert fares(doors)["missing"] is None


def test_the_same_push_again_and_one_that_is_only_tried_change_nothing(doors: Doors) -> None:
    lines = send(doors, 1, 2)
    before = fares(doors)["missing"], fares(doors)["counter_back"]
    phone = doors.phone("alice")
    doors.push(phone, "alice", *lines)
    body = ops.raw(doors.cast.devices["alice"], ops.op(ids.new(), 9), ops.op(ids.new(), 1))
    assert phone.post("/api/v1/sync/push?check=1", data=body).status_code == 200
    assert (fares(doors)["missing"], fares(doors)["counter_back"]) == before == (None, None)


def test_what_is_held_or_set_aside_has_come(doors: Doors) -> None:
    send(doors, 1)
    send(doors, 2, after=ids.new())
    send(doors, 3, form="nothing")
    send(doors, 4)
    assert fares(doors)["missing"] is None


def test_a_rescue_file_closes_the_gap_of_the_phone_it_came_from(doors: Doors) -> None:
    send(doors, 1)
    send(doors, 3)
    origin = doors.cast.devices["alice"]
    send(doors, 2, by="bob", origin=origin)
    assert fares(doors)["missing"]["count"] == 1, "Bob may not speak for Alice's phone"
    send(doors, 2, by="dora", origin=origin)
    assert fares(doors)["missing"] is None
    assert fares(doors, "dora")["missing"] is None


def test_a_number_used_twice_is_named_and_merged_as_ever(doors: Doors) -> None:
    send(doors, 1, 2)
    [again] = send(doors, 2)
    [other, twin] = send(doors, 3, 3)
    told = fares(doors)
    assert told["counter_back"]["times"] == 2 and told["obstacles"] == ["counter"]
    assert told["counter_back"]["last_at"] == told["last_seen_at"] and told["missing"] is None
    with doors.sessions() as session:
        query = select(Revision.rec, Revision.flags, Revision.version)
        kept = {rec: (orjson.loads(flags), v) for rec, flags, v in session.execute(query)}
    assert kept[again["rec"]] == kept[twin["rec"]] == (["counter"], 1)
    assert kept[other["rec"]] == ([], 1)


def test_a_push_writes_its_phone_once(doors: Doors) -> None:
    """Whatever it has to say of it."""
    engine, said = doors.app.extensions["sqlalchemy"], []
    phone = doors.phone("alice")
    with doors.app.app_context():
        event.listen(engine.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    send(doors, 1, 2)
    body = ops.raw(doors.cast.devices["alice"], ops.op(ids.new(), 9, form="nothing"))
    assert post(phone, body).status_code == 200
    assert len([s for s in said if s.startswith("UPDATE devices")]) == 2


@pytest.mark.parametrize("code", ["device_revoked", "user_disabled"])
def test_a_phone_that_is_shut_out_is_seen_to_try(doors: Doors, code: str) -> None:
    phone = doors.phone("alice")
    shut_out(doors, code)
    for _ in range(3):
        assert phone.get(PULL).status_code == 401
    overdue(doors)
    doors.stranger().get(PULL)
    told = fares(doors)
    [knock] = told["turned_away"]
    assert (knock["code"], knock["times"]) == (code, 3)
    assert told["revoked_at" if code == "device_revoked" else "enrolled_at"] <= knock["first_at"]
    assert knock["first_at"] <= knock["last_at"] and told["faults"] == []
    page = doors.browser("dora").get("/devices/health").text
    assert "已停用，还在联系" in page and "3 次" in page


def test_a_token_that_nobody_has_leaves_nothing(doors: Doors) -> None:
    stranger = doors.stranger()
    stranger.environ_base["HTTP_AUTHORIZATION"] = "Bearer made-up"
    for _ in range(3):
        assert stranger.get(PULL).status_code == 401
    overdue(doors)
    doors.stranger().get(PULL)
    with doors.sessions() as session:
        assert session.execute(select(func.count()).select_from(TurnedAway)).scalar_one() == 0


def test_however_often_it_tries_it_is_one_entry_and_one_write_a_minute() -> None:
    contacts = Contacts()
    writes = [contacts.turned_away("a", "device_revoked", f"t{n}", n / 10) for n in range(1000)]
    due = [each for each in writes if each]
    assert len(due) == 2 and all(len(each.knocks) == 1 for each in due)
    contacts.give_back(due[-1])
    last = contacts.turned_away("a", "device_revoked", "t9", 10 * EVERY)
    [knocks] = last.knocks.values()
    assert (knocks.times, knocks.first_at, knocks.last_at) == (1000, "t1", "t9")


def overdue(doors: Doors) -> None:
    """As if a minute had passed since this process flushed."""
    contacts: Contacts = doors.app.extensions["ruhu_contacts"]
    contacts._flushed = None
