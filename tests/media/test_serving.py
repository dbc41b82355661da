"""Photos over HTTP: whole, in ranges, small; to those with the household in scope alone."""

import hashlib

import pytest
from flask import Flask

from media import facts
from server.services import Services
from tests.kit import ops
from tests.kit.doors import Doors, problem
from tests.media.pictures import house
from tests.media.test_http import begin

ROOT = "/api/v1/media"
DATA = house()
SHA = hashlib.sha256(DATA).hexdigest()


def shown(doors: Doors, name: str = "alice") -> str:
    """A visit of Alice's household that names the photo; its bytes are stored."""
    rec = doors.visit(name, evidence__photo_front=ops.photo(SHA))
    assert begin(doors.phone(name), body=DATA).status_code == 201
    return rec


def test_a_photo_is_read_whole_and_in_ranges(doors: Doors) -> None:
    shown(doors)
    dora = doors.browser("dora")
    whole = dora.get(f"{ROOT}/{SHA}")
    assert (whole.status_code, whole.data, whole.content_type) == (200, DATA, "image/jpeg")
    assert whole.headers["Accept-Ranges"] == "bytes" and "private" in whole.headers["Cache-Control"]
    some = dora.get(f"{ROOT}/{SHA}", headers={"Range": "bytes=10-19"})
    assert (some.status_code, some.data) == (206, DATA[10:20])
    assert some.headers["Content-Range"] == f"bytes 10-19/{len(DATA)}"
    assert dora.get(f"{ROOT}/{SHA}", headers={"Range": "bytes=-7"}).data == DATA[-7:]
    assert dora.get(f"{ROOT}/{SHA}", headers={"Range": "bytes=99999999-"}).status_code == 416


def test_a_browser_that_has_the_photo_is_told_so(doors: Doors) -> None:
    shown(doors)
    dora = doors.browser("dora")
    etag = dora.get(f"{ROOT}/{SHA}").headers["ETag"]
    again = dora.get(f"{ROOT}/{SHA}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["charlie"])
def test_a_photo_of_a_household_not_yours_is_not_there(doors: Doors, name: str) -> None:
    shown(doors)
    for url in (f"{ROOT}/{SHA}", f"{ROOT}/{SHA}/thumb", f"{ROOT}/{'ab' * 32}"):
        problem(doors.phone(name).get(url), 404, "not_found")
    problem(doors.stranger().get(f"{ROOT}/{SHA}"), 401, "not_signed_in")


def test_a_photo_that_hangs_on_no_visit_is_nobodys(doors: Doors) -> None:
    begin(doors.phone("alice"), body=DATA)
    problem(doors.phone("alice").get(f"{ROOT}/{SHA}"), 404, "not_found")


def test_everybody_with_the_household_in_scope_sees_it(doors: Doors) -> None:
    shown(doors)
    for name in ("alice", "bob", "vera", "dora", "cora", "ivan", "ada"):
        assert doors.phone(name).get(f"{ROOT}/{SHA}").status_code == 200, name


def test_small_copies_stand_once_the_photo_was_read(doors: Doors, app: Flask) -> None:
    shown(doors)
    dora = doors.browser("dora")
    problem(dora.get(f"{ROOT}/{SHA}/thumb"), 404, "file_not_found")
    services: Services = app.extensions["ruhu"]
    facts.read(services.storage, SHA)
    for variant in ("thumb", "screen"):
        answer = dora.get(f"{ROOT}/{SHA}/{variant}")
        assert answer.content_type == "image/jpeg" and b"Exif" not in answer.data
    problem(dora.get(f"{ROOT}/{SHA}/large"), 404, "not_found")
