"""What a phone says of itself, and how seldom."""

from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from devices.clock import DeviceClock, Journey
from devices.network import Answer, Request
from devices.phone import Phone
from devices.state import HOUR


class Listener:
    """A server that hears states and has nothing new."""

    def __init__(self) -> None:
        self.states: list[dict[str, object]] = []

    def send(self, request: Request) -> Answer:
        if request.path != "/api/v1/device/state":
            return Answer(204, {}, b"")
        self.states.append(orjson.loads(request.body))
        told = {"epoch": "e", "position": 9, "backed_up_through": 0}
        return Answer(200, {}, orjson.dumps(told))


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def journey() -> Journey:
    return Journey(1_764_000_000.0)


@pytest.fixture
def phone(tmp_path: Path, listener: Listener, journey: Journey) -> Iterator[Phone]:
    made = Phone(tmp_path, listener, DeviceClock(journey))
    yield made
    made.close()


def test_a_phone_with_nothing_to_push_reports_once_an_hour(
    phone: Phone, listener: Listener, journey: Journey
) -> None:
    for seconds, count in ((0.0, 1), (HOUR - 1, 1), (2.0, 2)):
        journey.wait(seconds)
        assert not phone.sync().trouble
        assert len(listener.states) == count
    assert listener.states[0] | {"app": ""} == {
        "ops": 0, "photos": 0, "drafts": 0, "oldest_at": None, "app": "", "forms": {},
    }  # fmt: skip


def test_what_a_push_is_about_to_send_does_not_count_as_waiting(phone: Phone) -> None:
    for n in range(3):
        phone.outbox.add({"op": f"o{n}", "rec": f"r{n}", "at": f"t{n}"}, "u")
    told = phone.state(2)
    assert (told["ops"], told["oldest_at"]) == (1, "t2")
    assert phone.state()["ops"] == 3
