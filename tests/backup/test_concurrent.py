"""A backup made while several processes push holds one moment, whole."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from backup import rows, shelf
from backup.take import Source, Taken, take
from media.disk import DiskStorage
from server import config, tables
from server.app import create_app
from server.restore import Place, Wanted, restore
from store import feed
from store.db import engine_for
from store.media import Attachment, Blob
from store.outbox import OutboxRow
from store.records import OpResult, Record, RecordType, Revision
from store.seal import Keyring
from store.status import status_id
from tests.kit.cast import SECRET, Cast
from tests.sync.test_feed import phones
from tests.sync.writer import Task, write

WRITERS, PUSHES = 3, 40


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> str:
    """An empty database of the same kind."""
    if engine.dialect.name == "postgresql":
        return str(request.getfixturevalue("postgres").database())
    return f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"


def migrated(engine: Engine) -> None:
    """The settled template was made from the models; say so, as a migration would."""
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {rows.VERSION} (version_num VARCHAR(32))"))
        named = {"head": tables.head()}
        connection.execute(text(f"INSERT INTO {rows.VERSION} VALUES (:head)"), named)


def copied_while_pushed(engine: Engine, work: list[Task], to: Path) -> Taken:
    """The copy of a moment at which some pushes had come and others had not."""
    storage = DiskStorage(to.parent / "photos")
    source = Source(engine, storage, Keyring(SECRET), "0")
    with ProcessPoolExecutor(WRITERS, multiprocessing.get_context("spawn")) as pool:
        url = engine.url.render_as_string(hide_password=False)
        asked = [pool.submit(write, url, SECRET, task) for task in work]
        taken = take(source, shelf.shelf(to))
        while not taken.told.position or not _begun(taken):
            taken = take(source, shelf.shelf(to))
        assert not all(one.done() for one in asked), "the writers were through before the copy"
        for one in asked:
            one.result()
    return taken


def _begun(taken: Taken) -> bool:
    return any(part.name == "op_results" and part.rows for part in taken.told.tables)


def test_a_backup_made_while_processes_push_restores_to_one_moment(
    engine: Engine, sessions: sessionmaker[Session], cast: Cast, elsewhere: str, tmp_path: Path
) -> None:
    migrated(engine)
    work = phones(sessions, cast, WRITERS, pushes=PUSHES)
    taken = copied_while_pushed(engine, work, tmp_path / "copies")
    settings = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_DATABASE_URL": elsewhere}
    app = create_app(config.read(settings | {"RUHU_SECRET_KEY": SECRET}))
    known = app.extensions["ruhu"]
    with app.app_context():
        restore(Wanted(taken.path), Place(elsewhere, known.storage, known.keys))
    restored = engine_for(elsewhere)
    with Session(restored) as session:
        consistent(session, taken)
    restored.dispose()


def consistent(session: Session, taken: Taken) -> None:
    head = feed.head(session)
    assert head == taken.told.position
    assert session.execute(select(func.max(Record.seq))).scalar_one() <= head
    assert session.execute(select(func.max(OpResult.seq))).scalar_one() <= head
    submissions = select(Record).where(Record.type == RecordType.SUBMISSION.value)
    done = session.execute(select(func.count()).select_from(OpResult)).scalar_one()
    found = list(session.scalars(submissions))
    assert len(found) == done > 0, "an answer without its record, or the other way round"
    for record in found:
        kept = select(Revision.version).where(Revision.rec == record.id)
        assert list(session.scalars(kept)) == list(range(1, record.version + 1))
        assert session.get(Record, status_id(record.id)) is not None
        asked = select(OutboxRow.id).where(OutboxRow.subject == record.id)
        assert session.scalars(asked).first() is not None
    named = set(session.scalars(select(Attachment.sha256)))
    assert named <= set(session.scalars(select(Blob.sha256)))
