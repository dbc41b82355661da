"""Photos are real, dated, placed, repeatable, and no two households look alike to a hash."""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from PIL import Image, ImageOps

from devices.photos import Fix, Lens, Scene, dark_photo, photo, signature_png
from media.fingerprint import distance
from media.inspect import inspect

WHEN = datetime(2026, 3, 4, 10, 20, 30, 250000, timezone(timedelta(hours=8)))
SMALL = Lens(size=(512, 384))
TINY = Lens(size=(384, 288))


def test_two_hundred_photos_are_far_apart_to_the_servers_own_fingerprint() -> None:
    scenes = list(Scene)
    marks = [
        bytes.fromhex(inspect(photo(scenes[i % 4], f"h{i}", WHEN, None, TINY)).fingerprint)
        for i in range(200)
    ]
    apart = [distance(one, other) for i, one in enumerate(marks) for other in marks[:i]]
    assert min(apart) > 62 + 8  # 62 of 256 is where two photos are taken for the same


def test_the_server_reads_time_place_and_camera_as_they_were_written() -> None:
    facts = inspect(photo(Scene.PAPER, "x", WHEN, Fix(30.5125, 108.25, 6.5), SMALL))
    assert facts.taken_at is not None
    assert datetime.fromisoformat(facts.taken_at) == WHEN.replace(microsecond=0)
    assert facts.lat == pytest.approx(30.5125, abs=1e-6)
    assert (facts.gps_acc, facts.model) == (6.5, "SH-7 Lite")


def test_the_same_seed_draws_the_same_bytes_and_another_seed_does_not() -> None:
    first = photo(Scene.HOUSE, "a", WHEN, None, SMALL)
    assert first == photo(Scene.HOUSE, "a", WHEN, None, SMALL)
    assert first != photo(Scene.HOUSE, "b", WHEN, None, SMALL)


def test_exif_tells_when_where_and_with_what() -> None:
    exif = Image.open(
        io.BytesIO(photo(Scene.ROOM, "x", WHEN, Fix(30.5125, 108.25, 6.5, 912.0), SMALL))
    ).getexif()
    shot, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    assert (exif[0x010F], exif[0x0110], exif[0x0112]) == ("Shanhe", "SH-7 Lite", 1)
    assert (shot[0x9003], shot[0x9011]) == ("2026:03:04 10:20:30", "+08:00")
    degrees, minutes, seconds = (float(part) for part in gps[2])
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(30.5125, abs=1e-7)
    assert (gps[1], gps[3], float(gps[31])) == ("N", "E", 6.5)


def test_without_a_fix_there_is_no_gps_block() -> None:
    exif = Image.open(io.BytesIO(photo(Scene.WATER, "x", WHEN, None, SMALL))).getexif()
    assert 0x8825 not in exif


def test_a_phone_held_upright_stores_rows_lying_and_says_so() -> None:
    jpeg = photo(Scene.HOUSE, "u", WHEN, None, SMALL, upright=True)
    stored = Image.open(io.BytesIO(jpeg))
    assert stored.size == (512, 384)
    assert stored.getexif()[0x0112] == 6
    assert ImageOps.exif_transpose(stored).size == (384, 512)


def test_a_dark_photo_is_nearly_black_and_an_ordinary_one_is_not() -> None:
    dark = np.asarray(Image.open(io.BytesIO(dark_photo("d", WHEN, None, SMALL))).convert("L"))
    light = np.asarray(
        Image.open(io.BytesIO(photo(Scene.HOUSE, "d", WHEN, None, SMALL))).convert("L")
    )
    assert dark.mean() < 12 < 60 < light.mean()


def test_a_signature_is_a_png_with_ink_on_it() -> None:
    sheet = Image.open(io.BytesIO(signature_png("wang")))
    assert (sheet.format, sheet.size) == ("PNG", (640, 360))
    assert 0.005 < float((np.asarray(sheet) < 128).mean()) < 0.4
