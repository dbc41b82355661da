"""Writers in processes of their own, one reader: whatever was acknowledged is delivered."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from store import clock, ids
from store.accounts import Device
from store.db import begin_write
from store.records import Record
from sync.errors import CursorAhead
from tests.kit.cast import EAST, SECRET, Cast, place
from tests.kit.syncing import Sessions, down, fetch
from tests.mutants.plant import Mutant
from tests.sync.writer import Task, write

APART = "    with session.get_bind().begin() as apart:\n        "
TAKEN_FIRST = Mutant(
    "the counter is taken first", 6, "store.feed", "take",
    "    return session.execute(statement)", APART + "return apart.execute(statement)",
)  # fmt: skip
BY_TIME = Mutant(
    "a place in the feed is the time of writing", 6, "store.feed", "take",
    "    return session.execute(statement).scalar_one() - count + 1",
    APART + "now = uuid.uuid1().time\n"
    "        apart.execute(update(FeedCounter).values(head=now + count))\n"
    "        return now",
)  # fmt: skip


@dataclass
class Read:
    """What the reader was told, and what was acknowledged to the writers."""

    acknowledged: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)


def phones(sessions: Sessions, cast: Cast, count: int, **task: float) -> list[Task]:
    """More phones of Alice's, each with a household to visit."""
    alice = cast.users["alice"]
    with sessions() as session:
        begin_write(session)
        made = []
        for _ in range(count):
            device = Device(id=ids.new(), user_id=alice, enrolled_at=clock.now(), label="phone")
            session.add(device)
            unit = place(session, EAST, alice)
            made.append(Task(alice, device.id, unit, **task))  # type: ignore[arg-type]
        session.commit()
    return made


def followed(
    sessions: Sessions, cast: Cast, url: str, tasks: list[Task], bug: Mutant | None = None
) -> Read:
    """Everybody writes at once; the reader follows its cursor until all have ended."""
    read, cursor = Read(), None
    with ProcessPoolExecutor(len(tasks), multiprocessing.get_context("spawn")) as pool:
        asked = [pool.submit(write, url, SECRET, task, bug) for task in tasks]
        running = True
        while running:
            over = all(one.done() for one in asked)
            page = fetch(sessions, cast, "alice", cursor, limit=7)
            cursor = page.cursor
            for record in down(page):
                read.seqs.append(record["seq"])
                read.versions[record["id"]] = record["v"]
            running = not (over and page.empty)
        read.acknowledged = {rec for one in asked for rec in one.result()}
    return read


def complete(sessions: Sessions, read: Read) -> None:
    with sessions() as session:
        stored = session.execute(select(Record.id, Record.version)).all()
    assert read.acknowledged <= read.versions.keys()
    assert read.versions == {ident: version for ident, version in stored}
    assert len(read.seqs) == len(set(read.seqs)), "one position was delivered twice"


def test_every_acknowledged_visit_reaches_a_reader_that_follows_its_cursor(
    sessions: Sessions, database_url: str, cast: Cast
) -> None:
    tasks = phones(sessions, cast, 3, pushes=10, pause=0.02)
    read = followed(sessions, cast, database_url, tasks)
    assert len(read.acknowledged) >= 30
    complete(sessions, read)


@pytest.mark.long
def test_twelve_writers_and_4800_visits_lose_nothing(
    sessions: Sessions, database_url: str, cast: Cast
) -> None:
    tasks = phones(sessions, cast, 12, pushes=160, pause=0.01)
    read = followed(sessions, cast, database_url, tasks)
    assert len(read.acknowledged) >= 4800 * 0.9
    complete(sessions, read)


@pytest.mark.long
@pytest.mark.parametrize("bug", [TAKEN_FIRST, BY_TIME], ids=lambda bug: bug.name)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_place_given_out_before_the_commit_loses_visits(
    sessions: Sessions, database_url: str, cast: Cast, bug: Mutant
) -> None:
    """What the counter is for; SQLite has one writer at a time and cannot show it."""
    tasks = phones(sessions, cast, 4, pushes=60, pause=0.1)
    try:
        read = followed(sessions, cast, database_url, tasks, bug)
    except CursorAhead:
        return  # a later commit set the head back, and the reader was told so
    assert read.acknowledged - read.versions.keys(), "the bug went unnoticed"
