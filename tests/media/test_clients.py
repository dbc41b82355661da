"""The upload as a stock client in JavaScript speaks it, and what one phone may begin."""

import hashlib
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, sessionmaker

from media.quota import MAX_OPEN, MAX_OPEN_BYTES
from store import clock
from store.db import begin_write
from store.media import Upload
from tests.client.node import needs_node, run
from tests.kit.doors import Doors, problem
from tests.media.pictures import house
from tests.media.test_http import DATA, OFFSETS, ROOT, SHA, begin, patch

Sessions = sessionmaker[Session]


@needs_node
def test_tus_js_client_creates_with_bytes_is_cut_goes_on_and_ends(
    live: str, doors: Doors, tmp_path: Path
) -> None:
    (tmp_path / "house.jpg").write_bytes(DATA)
    script = str(Path(__file__).parent / "send.mjs")
    phone, token = doors.phone("alice"), doors.token("alice")
    said = run("node", script, live + ROOT, token, str(tmp_path / "house.jpg"))
    assert ROOT in said
    told = phone.post(f"{ROOT}/have", json={"hashes": [SHA]}).get_json()
    assert told == {"have": [SHA], "missing": []}
    ident = said.strip().rpartition("/")[2]
    assert phone.head(f"{ROOT}/{ident}", headers=OFFSETS).status_code == 404


def crowd(sessions: Sessions, count: int, length: int = 10) -> None:
    """That many more uploads, begun by the phone that began the first."""
    with sessions() as session:
        begin_write(session)
        first = session.scalars(select(Upload)).first()
        assert first is not None
        shared = {
            "user_id": first.user_id,
            "device": first.device,
            "length": length,
            "offset": 0,
            "meta": "{}",
            "made_at": clock.now(),
            "touched_at": clock.now(),
            "expires_at": first.expires_at,
        }
        hashes = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)]
        session.execute(insert(Upload), [shared | {"id": h, "sha256": h} for h in hashes])
        session.commit()


def test_ten_thousand_open_uploads_stop_their_phone_and_nobody_else(
    doors: Doors, sessions: Sessions
) -> None:
    phone = doors.phone("alice")
    url = begin(phone).headers["Location"]
    crowd(sessions, 10_000)
    other = house("2")
    refused = begin(phone, hashlib.sha256(other).hexdigest(), len(other))
    assert problem(refused, 429, "too_many_uploads")["limit"] == MAX_OPEN
    assert begin(phone).headers["Location"] == url
    assert patch(phone, url, DATA, 0).status_code == 204
    bob = begin(doors.phone("bob"), hashlib.sha256(other).hexdigest(), len(other), other)
    assert bob.headers["Upload-Offset"] == str(len(other))
    assert begin(phone, hashlib.sha256(other).hexdigest(), len(other)).status_code == 201


def test_bytes_promised_count_as_well(doors: Doors, sessions: Sessions) -> None:
    phone = doors.phone("alice")
    begin(phone)
    crowd(sessions, 1, MAX_OPEN_BYTES - len(DATA))
    problem(begin(phone, "ab" * 32, 1), 429, "too_many_uploads")
