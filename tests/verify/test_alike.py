"""A photo that was used at another household, saved anew, cut or mirrored, on stored visits."""

import io

import orjson
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from media import attach, facts
from media.inspect import look
from store.db import begin_write
from store.findings import Finding
from store.media import PhotoIndex
from tests.kit import ops
from tests.kit.cast import Cast
from tests.media.pictures import encoded, house
from tests.verify.acts import FRONT, complete, found, visited
from verify.album import Album

Sessions = sessionmaker[Session]
AT = "2026-10-18T09:30:00+08:00"


def kept(sessions: Sessions, sha: str, data: bytes) -> None:
    """A photo has arrived and was read."""
    with sessions() as session:
        begin_write(session)
        attach.stored(session, sha, len(data), "image/jpeg")
        facts.keep(session, sha, look(data))
        session.commit()


def again(how: str) -> bytes:
    image = Image.open(io.BytesIO(house("1"))).convert("RGB")
    w, h = image.size
    match how:
        case "saved":
            return encoded(image, quality=45)
        case "mirrored":
            return encoded(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        case "cut":
            return encoded(image.crop((int(w * 0.08), int(h * 0.02), int(w * 0.98), int(h * 0.92))))
    raise AssertionError(how)


def shown(sessions: Sessions, cast: Cast, sha: str, data: bytes, **more: str) -> str:
    rec = visited(sessions, cast, at=AT, evidence__photo_front=ops.photo(sha), **more)
    kept(sessions, sha, data)
    complete(sessions, cast, rec)
    return rec


@pytest.mark.parametrize("how", ["saved", "mirrored", "cut"])
def test_a_photo_used_again_elsewhere_is_to_be_explained(
    sessions: Sessions, cast: Cast, how: str
) -> None:
    first = shown(sessions, cast, "aa" * 32, house("1"))
    second = shown(sessions, cast, "bb" * 32, again(how), name="charlie", unit=cast.other_unit)
    assert ("D02", FRONT) not in found(sessions, first)
    assert ("D02", FRONT) in found(sessions, second)
    with sessions() as session:
        [row] = session.scalars(select(Finding).where(Finding.rule == "D02"))
    told = orjson.loads(row.numbers)
    assert (told["other_visit"], told["other_photo"]) == (first, "aa" * 32)
    assert told["households"] == [cast.unit[:8]]


def test_the_same_household_and_another_house_are_no_finding(
    sessions: Sessions, cast: Cast
) -> None:
    shown(sessions, cast, "aa" * 32, house("1"))
    second = shown(sessions, cast, "bb" * 32, again("saved"))
    third = shown(sessions, cast, "cc" * 32, house("7"), name="charlie", unit=cast.other_unit)
    assert "D02" not in [rule for rec in (second, third) for rule, _ in found(sessions, rec)]


def test_the_very_same_pixels_are_told_once(sessions: Sessions, cast: Cast) -> None:
    shown(sessions, cast, "aa" * 32, house("1"))
    second = shown(sessions, cast, "bb" * 32, house("1"), name="charlie", unit=cast.other_unit)
    assert [rule for rule, _ in found(sessions, second) if rule in ("D01", "D02")] == ["D01"]


def index(sessions: Sessions, *photos: tuple[str, bytes]) -> None:
    with sessions() as session:
        begin_write(session)
        for sha, data in photos:
            facts.keep(session, sha, look(data))
        session.commit()


def test_an_album_grows_and_answers_like_one_that_began_anew(sessions: Sessions) -> None:
    old = Album()
    index(sessions, ("aa" * 32, house("1")), ("bb" * 32, again("saved")))
    with sessions() as session:
        old.catch_up(session)
        assert len(old) == 2
    index(sessions, ("cc" * 32, again("mirrored")), ("aa" * 32, house("1")))
    asked = look(house("1")).prints
    with sessions() as session:
        fresh = Album()
        for album in (old, fresh):
            album.catch_up(session)
        assert len(old) == len(fresh) == 3
        assert old.near(asked, 16) == fresh.near(asked, 16)
        assert [sha for sha, _ in fresh.near(asked, 16)][0] == "aa" * 32


def test_a_number_that_came_back_with_another_photo_is_read(sessions: Sessions) -> None:
    """SQLite gives the number of an insert that was given up to the next one."""
    album = Album()
    with sessions() as session:
        begin_write(session)
        facts.keep(session, "aa" * 32, look(house("1")))
        album.catch_up(session)
        session.rollback()
    index(sessions, ("bb" * 32, house("2")))
    with sessions() as session:
        album.catch_up(session)
        assert session.scalars(select(PhotoIndex.sha256)).all() == ["bb" * 32]
    assert "bb" * 32 in [sha for sha, _ in album.near(look(house("2")).prints, 0)]
