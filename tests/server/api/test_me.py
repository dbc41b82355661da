"""Who a token or a session speaks for."""

import pytest

from tests.kit.doors import Doors, problem


@pytest.mark.parametrize("way", ["phone", "browser"])
def test_me_names_the_person_and_what_they_were_given(doors: Doors, way: str) -> None:
    client = doors.phone("dora") if way == "phone" else doors.browser("dora")
    told = client.get("/api/v1/me").get_json()
    assert (told["id"], told["login"], told["name"]) == (doors.cast.users["dora"], "dora", "Dora")
    assert told["grants"] == [{"role": "township_supervisor", "area": "999901100000"}]
    assert ("phone" if told["device"] == doors.cast.devices["dora"] else "browser") == way


def test_a_stranger_is_nobody(doors: Doors) -> None:
    problem(doors.stranger().get("/api/v1/me"), 401, "not_signed_in")
    unknown = {"Authorization": "Bearer no-such-token"}
    problem(doors.stranger().get("/api/v1/me", headers=unknown), 401, "not_signed_in")
