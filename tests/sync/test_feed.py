"""Writers in processes of their own, one reader: whatever was acknowledged is delivered."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from sqlalchemy import select

from store import clock, ids
from store.accounts import Device
from store.db import begin_write
from store.records import Record
from tests.kit.cast import EAST, SECRET, Cast, place
from tests.kit.syncing import Sessions, down, fetch
from tests.sync.writer import write

WRITERS = 3
PUSHES = 10


def phones(sessions: Sessions, cast: Cast) -> list[tuple[str, str]]:
    """More phones of Alice's, each with a household to visit."""
    alice = cast.users["alice"]
    with sessions() as session:
        begin_write(session)
        made = []
        for _ in range(WRITERS):
            device = Device(id=ids.new(), user_id=alice, enrolled_at=clock.now(), label="phone")
            session.add(device)
            made.append((device.id, place(session, EAST, alice)))
        session.commit()
    return made


def test_every_acknowledged_visit_reaches_a_reader_that_follows_its_cursor(
    sessions: Sessions, database_url: str, cast: Cast
) -> None:
    work = [(*phone, PUSHES) for phone in phones(sessions, cast)]
    seen: dict[str, int] = {}
    seqs: list[int] = []
    cursor: str | None = None
    with ProcessPoolExecutor(WRITERS, multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(write, database_url, SECRET, cast.users["alice"], *w) for w in work]
        running = True
        while running:
            over = all(one.done() for one in asked)
            page = fetch(sessions, cast, "alice", cursor, limit=7)
            cursor = page.cursor
            for record in down(page):
                seqs.append(record["seq"])
                seen[record["id"]] = record["v"]
            running = not (over and page.empty)
        acknowledged = {rec for one in asked for rec in one.result()}
    with sessions() as session:
        stored = session.execute(select(Record.id, Record.version)).all()
    assert len(acknowledged) >= WRITERS * PUSHES and acknowledged <= seen.keys()
    assert seen == {ident: version for ident, version in stored}
    assert len(seqs) == len(set(seqs)), "one position was delivered twice"
