"""A visit's life on the phone: opened with the register, finished offline, returned, mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from devices.clock import DeviceClock, Journey
from devices.drafts import Drafts
from devices.mediaqueue import MediaQueue
from devices.mirror import Mirror
from devices.outbox import Outbox
from devices.status import VisitState
from devices.store import Store, dumps
from devices.visits import Visits

NEW = {"epoch": "e1", "v": 0}
HOUSE = "0b6e8508-ec43-5d57-99f3-6cb212d2e0ca"
FORM: dict[str, Any] = {
    "form_id": "f",
    "version": "1",
    "unit_path": "household",
    "entities": [{"dataset": "household", "container": ""}],
    "sections": [],
    "choices": {},
    "questions": [
        {"path": "household", "type": "hidden"},
        {"path": "water", "type": "text", "dataset": "household", "save_to": "water_source"},
        {"path": "wage", "type": "integer"},
    ],
}


class Desk:
    """The parts of one phone that need no network."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.mirror, self.outbox = Mirror(self.store), Outbox(self.store)
        self.media, self.drafts = MediaQueue(self.store), Drafts(self.store)
        self.visits = Visits(
            self.store, DeviceClock(Journey(1_772_596_800.0)), self.mirror, self.outbox,
            self.media, self.drafts, None,
        )  # fmt: skip
        self.store.put("epoch", "e1")
        self.store.run("INSERT OR REPLACE INTO forms VALUES ('f', '1', ?)", dumps(FORM))
        self.take("form-1", "form", 1, {"form": "f", "version": "1"})
        self.take(HOUSE, "household", 4, {"set": {"water_source": "well"}}, unit=HOUSE)

    def take(self, id_: str, type_: str, v: int, doc: dict[str, Any], **more: Any) -> None:
        seq = 1 + max(self.mirror.versions().values(), default=0) + v
        record = {"id": id_, "type": type_, "unit": HOUSE, "v": v, "seq": seq, "doc": doc}
        self.mirror.apply([record | more], [])

    def acknowledge(self, op: str, v: int) -> None:
        answer = {"op": op, "result": "applied", "v": v}
        assert self.outbox.acknowledge(answer, "e1", 1, 0.0) is not None

    def sent(self) -> list[Any]:
        return [outgoing.body for outgoing in self.outbox.batch(99, 10**6)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _visited(desk: Desk) -> tuple[str, str]:
    draft = desk.visits.open(HOUSE, "f")
    draft.set("wage", 100)
    op = desk.visits.finish(draft)
    assert op is not None
    return draft.rec, op


def test_a_new_visit_sends_everything_and_what_it_saw_of_which_epoch(desk: Desk) -> None:
    _visited(desk)
    [op] = desk.sent()
    assert (op["base"], op["seen"], op["n"]) == (NEW, {HOUSE: 4}, 1)
    assert op["set"] == {"household": HOUSE, "water": "well", "wage": 100}
    assert op["at"] == "2026-03-04T04:00:00.000Z"


def test_what_the_register_says_later_does_not_reach_an_open_visit(desk: Desk) -> None:
    draft = desk.visits.open(HOUSE, "f")
    desk.take(HOUSE, "household", 5, {"set": {"water_source": "tap"}}, unit=HOUSE)
    again = desk.visits.open(HOUSE, "f", draft.rec)
    assert (again.values["water"], again.seen) == ("well", {HOUSE: 4})


def test_a_returned_visit_is_opened_at_the_pulled_version_and_sends_the_change_only(
    desk: Desk,
) -> None:
    rec, op = _visited(desk)
    desk.acknowledge(op, 1)
    doc = {"set": {"household": HOUSE, "water": "well", "wage": 100}}
    desk.take(rec, "submission", 1, doc, form="f", form_v="1")
    told = {"submission": rec, "state": "returned", "v": 1, "reason": "why?",
            "comments": {"wage": "too much"}}  # fmt: skip
    desk.take("s", "status", 2, told)
    status = desk.visits.status(rec)
    assert (status.state, status.comments) == (VisitState.RETURNED, {"wage": "too much"})
    draft = desk.visits.reopen(rec)
    draft.set("wage", 10)
    desk.visits.finish(draft)
    [change] = desk.sent()
    assert (change["base"], change["after"]) == ({"epoch": "e1", "v": 1}, op)
    assert (change["set"], change["rows"], change["del"]) == ({"wage": 10}, {}, [])


def test_an_own_edit_not_yet_pulled_back_is_edited_on_with_its_old_base(desk: Desk) -> None:
    rec, first = _visited(desk)
    desk.acknowledge(first, 1)
    draft = desk.visits.reopen(rec)
    draft.set("wage", 90)
    desk.visits.finish(draft)
    [change] = desk.sent()
    assert (change["base"], change["after"], change["set"]) == (NEW, first, {"wage": 90})


def test_finishing_without_a_change_sends_nothing(desk: Desk) -> None:
    rec, _ = _visited(desk)
    assert desk.visits.finish(desk.visits.reopen(rec)) is None
    assert len(desk.sent()) == 1


def test_the_status_walks_from_draft_to_received_by_way_of_its_photos(desk: Desk) -> None:
    draft = desk.visits.open(HOUSE, "f")
    states = [str(desk.visits.status(draft.rec))]
    shas = [
        desk.visits.add_photo(draft, f"photo{n}", bytes([n]), taken_at="", gps=None, role="house")
        for n in range(2)
    ]
    op = desk.visits.finish(draft)
    assert op is not None
    states.append(str(desk.visits.status(draft.rec)))
    desk.acknowledge(op, 1)
    states.append(str(desk.visits.status(draft.rec)))
    for sha in shas:
        desk.media.stored(sha, "e1", 0.0)
        states.append(str(desk.visits.status(draft.rec)))
    assert states == ["draft", "waiting", "sending 0/2", "sending 1/2", "received"]


def test_a_verdict_on_an_older_version_is_no_verdict_on_the_mended_one(desk: Desk) -> None:
    rec, op = _visited(desk)
    desk.acknowledge(op, 2)
    desk.take("s", "status", 1, {"submission": rec, "state": "returned", "v": 1})
    assert desk.visits.status(rec).state is VisitState.RECEIVED
    desk.take("s", "status", 3, {"submission": rec, "state": "approved", "v": 2})
    assert desk.visits.status(rec).state is VisitState.APPROVED


@pytest.mark.parametrize(
    ("result", "state"),
    [("quarantined", VisitState.WITH_OFFICE), ("held", VisitState.RECEIVED)],
)
def test_what_the_server_keeps_aside_is_said(desk: Desk, result: str, state: VisitState) -> None:
    rec, op = _visited(desk)
    desk.outbox.acknowledge({"op": op, "result": result}, "e1", 1, 0.0)
    assert desk.visits.status(rec).state is state


def test_a_household_out_of_scope_cannot_be_opened(desk: Desk) -> None:
    with pytest.raises(LookupError):
        desk.visits.open("somewhere-else", "f")


def test_a_pull_that_broke_off_before_the_new_form_leaves_the_one_that_is_here(desk: Desk) -> None:
    """The record of a form may be here before its text is."""
    desk.take("form-1", "form", 2, {"form": "f", "version": "2"})
    assert desk.visits.open(HOUSE, "f").form_v == "1"


def test_a_retired_form_begins_no_visit_and_finishes_what_was_begun(desk: Desk) -> None:
    draft = desk.visits.open(HOUSE, "f")
    desk.take("form-1", "form", 2, {"form": "f", "version": "1", "retired": True})
    with pytest.raises(LookupError, match="retired"):
        desk.visits.open(HOUSE, "f")
    assert desk.visits.open(HOUSE, "f", draft.rec).rec == draft.rec
    assert desk.visits.finish(draft) is not None
