"""W12, lived by two real phones: a household changes hands while its cadre is offline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from devices.clock import DeviceClock
from devices.phone import Phone
from devices.photos import Scene, photo
from forms.pack import Pack
from server.services import session
from store import clock, feed
from store.accounts import Grant
from tests.docs import township
from tests.docs.door import Door

BOSS = {"Authorization": f"Bearer {township.token('supervisor')}"}


@dataclass
class Two:
    """The phone that loses the household, and the one that gets it."""

    app: Flask
    old: Phone
    new: Phone


@pytest.fixture
def two(tmp_path: Path, pack: Pack) -> Iterator[Two]:
    app = township.found(tmp_path / "home", pack)
    phones = []
    for login in ("wang.xiu", "sun.li"):
        code = app.test_client().post("/api/v1/enrol-codes", json={"login": login}, headers=BOSS)
        phone = Phone(tmp_path / login, Door(app), DeviceClock())
        phone.enrol((code.json or {})["code"])
        phone.sync()
        phones.append(phone)
    yield Two(app, *phones)
    for phone in phones:
        phone.close()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def reassign(app: Flask) -> None:
    body = {"login": "sun.li", "reason": "王秀调离"}
    path = f"/api/v1/households/{township.HOUSEHOLD}/reassign"
    assert app.test_client().post(path, json=body, headers=BOSS).status_code == 200


def test_nothing_the_old_cadre_did_is_lost_and_the_new_one_has_everything(two: Two) -> None:
    draft = two.old.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    draft.set("living/water_source", "tap")
    two.old.visits.finish(draft)
    assert two.new.mirror.record(township.HOUSEHOLD) is None
    reassign(two.app)
    two.new.sync()
    known = two.new.mirror.record(township.HOUSEHOLD)
    assert known is not None and known.doc["set"]["water_source"] == "open_well"
    assert known.doc["set"]["phone"] == "13900000017"
    assert two.new.mirror.record(township.MEMBER) is not None
    two.old.pull()
    assert two.old.mirror.record(township.HOUSEHOLD) is not None, "its own edits are not there yet"
    [receipt] = two.old.push()
    assert receipt.result["result"] == "applied" and receipt.result["late"]
    assert two.old.mirror.record(township.HOUSEHOLD) is None
    late = two.app.test_client().get("/api/v1/waiting/late", headers=BOSS).json or {}
    assert [line["by"] for line in late["late"]] == ["王秀"]
    two.new.sync()
    now = two.new.mirror.record(township.HOUSEHOLD)
    assert now is not None and now.doc["set"]["water_source"] == "tap"
    assert two.old.mismatches == two.new.mismatches == 0
    assert two.old.reconcile() == two.new.reconcile() == 0


def test_a_phone_whose_person_lost_their_last_role_hands_in_its_work_and_then_forgets(
    two: Two,
) -> None:
    draft = two.old.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    facts = {"taken_at": two.old.clock.iso(), "gps": None, "role": "house_front"}
    front = photo(Scene.HOUSE, "two", datetime.now(UTC), None)
    two.old.visits.add_photo(draft, "evidence/photo_front", front, **facts)  # type: ignore[arg-type]
    two.old.visits.finish(draft)
    with two.app.app_context(), session().begin():
        mine = update(Grant).where(Grant.user_id == township.user_of("cadre"))
        session().execute(mine.values(ended_seq=feed.take(session()), ended_at=clock.now()))
    two.old.pull()
    assert two.old.mirror.record(township.HOUSEHOLD) is not None, "its own edits are not there yet"
    report = two.old.sync()
    assert not report.trouble and two.old.settled
    assert [receipt.result["late"] for receipt in report.receipts] == [True]
    assert not two.old.mirror.all("household") and not two.old.mirror.all("member")
    status = two.app.test_client().get(f"/api/v1/visits/{draft.rec}", headers=BOSS).json or {}
    assert status["status"]["photos"] == {"have": 1, "expected": 1}


def test_a_phone_that_lost_a_record_in_silence_finds_and_mends_it(two: Two) -> None:
    two.old.mirror.mend([], [township.MEMBER], [])
    draft = two.old.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    two.old.visits.finish(draft)
    two.old.push()
    two.old.pull()
    assert two.old.mismatches == 1
    assert two.old.mirror.record(township.MEMBER) is not None


def test_photos_that_have_gone_through_do_not_stand_as_waiting_for_an_hour(two: Two) -> None:
    draft = two.old.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    facts = {"taken_at": two.old.clock.iso(), "gps": None, "role": "house_front"}
    seed = photo(Scene.HOUSE, "one", datetime.now(UTC), None)
    two.old.visits.add_photo(draft, "evidence/photo_front", seed, **facts)  # type: ignore[arg-type]
    two.old.visits.finish(draft)
    assert not two.old.sync().trouble
    path = f"/api/v1/devices/{two.old.device}/health"
    told = two.app.test_client().get(path, headers=BOSS).json or {}
    assert (told["unsent"]["ops"], told["unsent"]["photos"]) == (0, 0)
