"""Photos as the phone makes them small, in a real browser, read by the server's own reader."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from devices.photos import Lens, Scene, photo
from media.inspect import inspect
from tests.client.node import library, needs_node
from tests.client.shell import served
from tests.kit.browser import browser
from tests.media.pictures import PLACE, TAKEN

pytestmark = needs_node
SHRINK = """async ([given, type, name]) => {
  const { shrink } = await import('/app/photo.js')
  const bytes = Uint8Array.from(atob(given), (c) => c.charCodeAt(0))
  const file = new File([bytes], name, { type, lastModified: Date.UTC(2026, 10, 1) })
  const made = await shrink(file, { lat: 1, lon: 2 }).catch((fault) => ({ fault: fault.message }))
  if (made.fault) return made
  let text = ''
  for (const byte of new Uint8Array(made.bytes)) text += String.fromCharCode(byte)
  return { ...made, bytes: btoa(text) }
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return library(tmp_path_factory.mktemp("photo"), "src/core/photo.ts", "photo")


def shrunk(folder: Path, given: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    with served(folder) as shell, browser() as opened:
        page = opened.new_page(timezone_id="UTC")
        page.goto(f"{shell.url}/app/")
        told: dict[str, Any] = page.evaluate(
            SHRINK, [base64.b64encode(given).decode(), kind, "photo"]
        )
    if "bytes" in told:
        told["bytes"] = base64.b64decode(told["bytes"])
    return told


def test_a_large_photo_held_upright_becomes_small_and_says_when_and_where(folder: Path) -> None:
    lens = Lens(size=(3200, 2400))
    given = photo(Scene.HOUSE, "1", TAKEN, PLACE, lens, upright=True)
    made = shrunk(folder, given)
    before, after = inspect(given), inspect(made["bytes"])
    assert len(made["bytes"]) < len(given)
    with Image.open(io.BytesIO(made["bytes"])) as image:
        assert image.size == (1200, 1600) and image.getexif()[0x0112] == 1
    assert (after.taken_at, after.lat, after.lon) == (before.taken_at, before.lat, before.lon)
    assert made["taken_at"].startswith("2026-10-18T09:30:00") and made["taken_at"].endswith(
        "+08:00"
    )
    assert made["gps"] == pytest.approx({"lat": PLACE.lat, "lon": PLACE.lon}, abs=1e-5)


def test_a_picture_without_exif_gets_none(folder: Path) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 90)).save(kept, "PNG")
    made = shrunk(folder, kept.getvalue(), "image/png")
    with Image.open(io.BytesIO(made["bytes"])) as image:
        assert (image.format, image.size, len(image.getexif())) == ("JPEG", (640, 480), 0)
    assert made["gps"] == {"lat": 1, "lon": 2}
    assert made["taken_at"] == "2026-11-01T00:00:00.000+00:00"


def test_broken_exif_breaks_no_photo(folder: Path) -> None:
    given = bytearray(photo(Scene.HOUSE, "2", TAKEN, PLACE, Lens(size=(480, 360))))
    at = bytes(given).index(b"Exif") + 6
    given[at + 4 : at + 40] = b"\xff" * 36
    made = shrunk(folder, bytes(given))
    assert Image.open(io.BytesIO(made["bytes"])).size == (480, 360)
    assert made["gps"] == {"lat": 1, "lon": 2}


def test_what_is_no_picture_is_said_to_be_none(folder: Path) -> None:
    assert shrunk(folder, b"%PDF-1.7", "application/pdf") == {"fault": "not_a_picture"}
