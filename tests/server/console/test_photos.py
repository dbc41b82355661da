"""Photos in the browser: small copies by the same cookie, for whoever has the household."""

import base64
import hashlib
import io

import pytest
from PIL import Image

from media import facts
from server.services import Services
from tests.server.console.conftest import Office


@pytest.fixture
def picture() -> bytes:
    kept = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def arrive(office: Office, data: bytes) -> str:
    """The bytes come by the phone's road, and are looked at; their hash."""
    sha = hashlib.sha256(data).hexdigest()
    told = base64.b64encode(sha.encode()).decode()
    headers = {
        "Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)),
        "Upload-Metadata": f"sha256 {told}", "Content-Type": "application/offset+octet-stream",
    }  # fmt: skip
    answer = office.doors.phone("alice").post("/api/v1/media", data=data, headers=headers)
    assert answer.status_code == 201, answer.text
    kept: Services = office.doors.app.extensions["ruhu"]
    facts.read(kept.storage, sha)
    return sha


def test_a_photo_is_seen_small_and_whole_by_the_browsers_cookie(
    office: Office, picture: bytes
) -> None:
    sha = hashlib.sha256(picture).hexdigest()
    photo = {"sha256": sha, "size": len(picture), "mime": "image/jpeg", "role": "house_front"}
    rec = office.doors.visit(evidence__photo_front=photo)
    browser = office.doors.browser("dora")
    assert "照片未到" in browser.get(f"/visits/{rec}").text
    arrive(office, picture)
    page = browser.get(f"/visits/{rec}").text
    assert "照片未到" not in page and "1/1" in page
    assert (
        f'src="/api/v1/media/{sha}/thumb"' in page and f'data-photo="/api/v1/media/{sha}"' in page
    )
    for variant in ("", "/thumb", "/screen"):
        answer = browser.get(f"/api/v1/media/{sha}{variant}")
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert (
            office.doors.browser("charlie").get(f"/api/v1/media/{sha}{variant}").status_code == 404
        )
    assert "1/1" in browser.get("/").text
