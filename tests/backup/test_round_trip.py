"""Copied, lost, put back: nothing that a phone had a receipt for is gone."""

from pathlib import Path

from sqlalchemy import select

from devices.phone import Phone
from store import feed
from store.audit import AuditEntry
from store.media import Blob
from store.records import Record, RecordType
from tests.backup.conftest import Office, visit


def visits(office: Office) -> set[str]:
    query = select(Record.id).where(Record.type == RecordType.SUBMISSION.value)
    with office.read() as session:
        return set(session.scalars(query.where(Record.form == "household_visit")))


def stored(office: Office) -> set[str]:
    with office.read() as session:
        found = session.scalars(select(Blob.sha256).where(Blob.state == "stored"))
        return {sha for sha in found if office.app.extensions["ruhu"].storage.exists(sha)}


def test_what_was_acknowledged_after_the_backup_comes_again_by_itself(
    office: Office, phone: Phone
) -> None:
    first = visit(phone, "one")
    assert not phone.sync().trouble and phone.settled
    taken = office.back_up()
    second = visit(phone, "two")
    assert not phone.sync().trouble and phone.settled
    photos = stored(office)
    assert visits(office) == {first, second} and len(photos) == 2
    for sha256 in photos:
        office.app.extensions["ruhu"].storage.delete(sha256)
    office.put_back(taken.path)
    assert visits(office) == {first} and len(stored(office)) == 1
    assert not phone.sync().trouble and phone.settled
    assert visits(office) == {first, second} and stored(office) == photos


def test_a_phone_forgets_what_a_told_backup_holds_and_keeps_the_rest(
    office: Office, phone: Phone
) -> None:
    visit(phone, "one")
    phone.sync()
    receipts = len(phone.outbox.receipts())
    office.back_up()
    visit(phone, "two")
    phone.sync()
    assert receipts == 1 and [r.result["result"] for r in phone.outbox.receipts()] == ["applied"]
    office.back_up()
    held = stored(office)
    visit(phone, "three")
    phone.sync()
    assert len(phone.outbox.receipts()) == 1
    newest = stored(office) - held
    assert len(held) == 2 and len(newest) == 1
    kept = {path.name for path in phone.store.photos.iterdir()}
    assert kept == newest, "the photo that no backup is known to hold"


def test_history_begins_anew_at_the_position_that_the_backup_held(
    office: Office, phone: Phone
) -> None:
    taken = office.back_up()
    visit(phone, "later")
    phone.sync()
    done = office.put_back(taken.path)
    with office.read() as session:
        assert feed.epoch(session) == done.epoch != taken.told.epoch
        assert feed.cuts(session) == {taken.told.epoch: taken.told.position}
        assert feed.head(session) == feed.backed_up_through(session) == taken.told.position
        [act] = session.scalars(select(AuditEntry).where(AuditEntry.act == "restored"))
        assert act.subject == taken.path.name[:64] and act.who is None


def test_an_empty_installation_takes_a_backup_without_being_told_to_give_way(
    office: Office, phone: Phone, tmp_path: Path
) -> None:
    rec = visit(phone, "one")
    phone.sync()
    taken = office.back_up()
    office.stop()
    with office.engine.begin() as connection:
        for name in reversed(office.app.extensions["sqlalchemy"].metadata.sorted_tables):
            name.drop(connection)
        connection.exec_driver_sql("DROP TABLE alembic_version")
    office.put_back(taken.path, replace=False)
    assert visits(office) == {rec}
    assert not phone.sync().trouble


def test_what_comes_after_a_restore_goes_on_counting(office: Office, phone: Phone) -> None:
    """Ids that the database itself counts must not begin at 1 again."""
    visit(phone, "one")
    phone.sync()
    office.put_back(office.back_up().path)
    rec = visit(phone, "two")
    assert not phone.sync().trouble and rec in visits(office)


def test_a_second_backup_copies_only_new_photos(office: Office, phone: Phone) -> None:
    visit(phone, "one")
    phone.sync()
    assert office.back_up().copied == 1
    visit(phone, "two")
    phone.sync()
    again = office.back_up()
    assert (again.copied, again.told.blobs.rows) == (1, 2)
