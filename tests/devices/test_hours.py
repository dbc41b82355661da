"""When a phone sends by itself."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices import hours
from devices.clock import DeviceClock, Journey
from devices.mirror import Mirrored
from devices.network import Answer, Request
from devices.phone import Phone

ZONE = "Asia/Shanghai"
DOC = {"sync_hours": ["12:00", "19:30"], "tz": ZONE}


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp()


def office(path: str, *told: str) -> Mirrored:
    doc = {"sync_hours": list(told), "tz": ZONE} | ({"path": path} if path else {})
    return Mirrored(path or "common", "office", None, 1, None, None, doc)


def test_the_nearest_area_counts_and_the_common_hours_last() -> None:
    near, far, common = office("/1/2/", "08:00"), office("/1/", "09:00"), office("", "10:00")
    assert hours.nearest([common, near, far]) == near.doc
    assert hours.nearest([common]) == common.doc and hours.nearest([]) is None


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        ("2026-11-24T11:00", "2026-11-24T11:59", False),
        ("2026-11-24T11:00", "2026-11-24T12:00", True),
        ("2026-11-24T12:01", "2026-11-24T19:00", False),
        ("2026-11-20T12:01", "2026-11-24T09:00", True),
    ],
)
def test_a_phone_sends_once_an_hour_of_its_office_has_struck(
    last: str, now: str, due: bool
) -> None:
    assert hours.due(DOC, at(last), at(now)) is due


def test_the_next_hour_may_be_tomorrow() -> None:
    assert hours.following(DOC, at("2026-11-24T20:00")) == at("2026-11-25T12:00")
    assert not hours.due(None, 0, at("2026-11-24T12:00"))


class Busy:
    """A server whose plan has this phone wait; by hand it answers that nothing is new."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def send(self, request: Request) -> Answer:
        self.asked.append(request)
        if request.headers.get("Ruhu-By-Hand") == "1":
            told = b'{"epoch":"e","position":1,"backed_up_through":0}'
            return Answer(204 if request.method == "GET" else 200, {}, told)
        return Answer(429, {"retry-after": "600"}, b'{"code":"come_later"}')


def test_a_phone_asks_nothing_before_the_moment_that_the_server_named(tmp_path: Path) -> None:
    server, journey = Busy(), Journey(at("2026-11-24T19:30"))
    phone = Phone(tmp_path, server, DeviceClock(journey))
    assert list(phone.sync().trouble) == ["pull"]
    journey.wait(599)
    assert list(phone.sync().trouble) == ["server"] and len(server.asked) == 1
    assert not phone.sync(by_hand=True).trouble
    journey.wait(2)
    phone.sync()
    assert "Ruhu-By-Hand" not in server.asked[-1].headers
    phone.close()
