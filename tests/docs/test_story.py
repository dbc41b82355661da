"""docs/life-of-a-sync.md, lived from Sunday to Thursday by two phones and a supervisor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from devices.clock import DeviceClock
from devices.network import NetworkError
from devices.phone import Phone
from devices.photos import Lens, Scene, photo
from forms.pack import Pack
from store import clock
from store.conflicts import Conflict
from store.db import factory
from store.outbox import OutboxRow
from store.records import Record, Revision
from tests.docs import township
from tests.docs.door import Door

SLOW = 660.0
"""Wang Xiu's phone is eleven minutes behind."""
PHOTOS = ("evidence/photo_front", "evidence/photo_checked", "evidence/photo_paper")
COMMENT = {"income/wage": "是否多写了一个零？"}


@dataclass
class Story:
    """Everybody in it; `rec` is Wang Xiu's visit once it is opened."""

    app: Flask
    door: Door
    cadre: Phone
    worker: Phone
    rec: str = ""

    def ask(self, who: str, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {township.token(who)}"}
        heard = self.app.test_client().post(path, json=body, headers=headers)
        return heard.status_code, heard.json

    def read(self) -> Session:
        with self.app.app_context():
            return factory(self.app.extensions["sqlalchemy"].engine)()

    def household(self) -> Any:
        with self.read() as session:
            return orjson.loads(session.get_one(Record, township.HOUSEHOLD).doc)["set"]


@pytest.fixture
def story(tmp_path: Path, pack: Pack) -> Iterator[Story]:
    app = township.found(tmp_path / "home", pack)
    door = Door(app)
    cadre = Phone(tmp_path / "cadre", door, DeviceClock(offset=-SLOW), chunk=8 * 1024)
    worker = Phone(tmp_path / "worker", Door(app), DeviceClock())
    yield Story(app, door, cadre, worker)
    cadre.close()
    worker.close()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_the_story_happens_as_it_is_told(story: Story) -> None:
    sunday(story)
    monday(story)
    monday_evening(story)
    wednesday(story)
    photos(story)
    thursday_return(story)
    thursday_repair(story)


def sunday(story: Story) -> None:
    """The phones fill up: a code each, then everything that is theirs."""
    story.cadre.enrol(township.CODE)
    status, told = story.ask("supervisor", "/api/v1/enrol-codes", {"login": "li.min"})
    assert status == 201
    story.worker.enrol(told["code"])
    for phone in (story.cadre, story.worker):
        assert phone.pull() > 0
        known = phone.mirror.record(township.HOUSEHOLD)
        assert known is not None and known.v == 1
        assert known.doc["set"]["water_source"] == "open_well"
    assert "phone" not in known.doc["set"]


def monday(story: Story) -> None:
    """A visit without a signal: one op and three photos, kept on the phone."""
    draft = story.cadre.visits.open(township.HOUSEHOLD)
    story.rec = draft.rec
    draft.set("door/outcome", "met")
    draft.set("living/water_source", "tap")
    draft.set("income/wage", 36_000)
    for path in ("income/total", "income/net", "income/per_capita"):
        draft.set(path, 36_000)
    for path in PHOTOS:
        data = photo(Scene.HOUSE, path, datetime.now(UTC), None, Lens(size=(640, 480)))
        story.cadre.visits.add_photo(draft, path, data, taken_at="", gps=None, role="evidence")
    story.cadre.visits.finish(draft)
    assert story.cadre.outbox.pending() == 1 and len(story.cadre.media.waiting()) == 3


def monday_evening(story: Story) -> None:
    """Another answer, from a phone that had seen version 1 as well, arrives first."""
    draft = story.worker.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    draft.set("living/water_source", "well")
    story.worker.visits.finish(draft)
    [receipt] = story.worker.push()
    assert receipt.result["result"] == "applied"
    assert receipt.result["entities"][0] == {
        "id": township.HOUSEHOLD, "v": 2, "result": "applied",
    }  # fmt: skip


def wednesday(story: Story) -> None:
    """The answer is lost, the same push goes again, and one value is in conflict."""
    story.door.lost = 1
    with pytest.raises(NetworkError):
        story.cadre.push()
    [receipt] = story.cadre.push()
    assert receipt.result["dup"] and receipt.result["result"] == "conflict"
    assert receipt.result["paths"] == ["water_source"]
    assert receipt.result["current"] == {"water_source": "well"}
    household = story.household()
    assert household["water_source"] == "well" and household["wage"] == 36_000
    with story.read() as session:
        [conflict] = session.scalars(select(Conflict))
        assert (conflict.standing, conflict.waiting) == ('"well"', '"tap"')
        visit = session.get_one(Record, story.rec)
        assert orjson.loads(visit.doc)["set"]["living/water_source"] == "tap"
        assert abs(clock.seconds_between(visit.captured_at or "", clock.now())) < 120
        [revision] = session.scalars(select(Revision).where(Revision.rec == story.rec))
        assert "clock" in revision.flags


def photos(story: Story) -> None:
    """Cut in the middle: two are in, the third goes on where it stopped."""
    story.door.cut = 1
    waiting = [blob.sha256 for blob in story.cadre.media.waiting()]
    third = story.cadre.media.waiting()[2]
    stored = story.cadre.store.photos / third.sha256
    data = stored.read_bytes()
    stored.unlink()
    with pytest.raises(FileNotFoundError):
        story.cadre.send_photos()
    assert progress(story) == {"have": 2, "expected": 3}
    assert 460 in story.door.statuses
    stored.write_bytes(data)
    assert story.cadre.send_photos() == 1
    assert progress(story) == {"have": 3, "expected": 3} and len(waiting) == 3
    with story.read() as session:
        query = select(OutboxRow.kind).where(OutboxRow.subject == story.rec)
        assert sorted(session.scalars(query)) == ["visit.accepted", "visit.complete"]


def progress(story: Story) -> Any:
    story.cadre.pull()
    told = story.cadre.mirror.about("status", story.rec)
    assert told is not None
    return told.doc["photos"]


def thursday_return(story: Story) -> None:
    """Sent back with a question; a decision about another version is refused."""
    path = f"/api/v1/visits/{story.rec}/review"
    asked = {"action": "return", "reason": "请核对务工收入", "comments": COMMENT}
    status, told = story.ask("supervisor", path, asked | {"version": 7})
    assert (status, told["code"]) == (409, "version_moved")
    status, _ = story.ask("supervisor", path, asked | {"version": 1})
    assert status == 200
    assert story.cadre.pull() > 0
    heard = story.cadre.visits.status(story.rec)
    assert heard.state.value == "returned" and heard.comments == COMMENT
    assert story.cadre.pull() == 0 and story.door.statuses[-1] == 204


def thursday_repair(story: Story) -> None:
    """Four values go out, on the base that was pulled, after the op before."""
    draft = story.cadre.visits.reopen(story.rec)
    assert draft.base is not None and draft.base["v"] == 1
    for path in ("income/wage", "income/total", "income/net", "income/per_capita"):
        draft.set(path, 3_600)
    story.cadre.visits.finish(draft)
    [outgoing] = story.cadre.outbox.batch(10, 100_000)
    assert len(outgoing.body["set"]) == 4 and outgoing.body["after"]
    [receipt] = story.cadre.push()
    assert (receipt.result["result"], receipt.result["v"]) == ("applied", 2)
    assert story.household()["wage"] == 3_600
    story.cadre.pull()
    assert story.cadre.visits.status(story.rec).state.value == "received"
