"""A restore that cannot be whole touches nothing, and says in one sentence why."""

import json
import zipfile
from pathlib import Path

import pytest

from backup import archive, shelf
from backup.manifest import BackupInvalid
from backup.take import take
from devices.phone import Phone
from server.restore import InUse, NotEmpty, OtherSecret, Wanted
from store import feed
from store.errors import Refusal
from store.seal import Keyring
from tests.backup.conftest import Office, visit


def refused(office: Office, file: Path, sort: type[Refusal], *, replace: bool = True) -> str:
    """The sentence, once the database was seen to be as it was."""
    with office.read() as session:
        before = feed.epoch(session), feed.head(session)
    with pytest.raises(sort) as told:
        office.put_back(file, replace=replace)
    with office.read() as session:
        assert (feed.epoch(session), feed.head(session)) == before
    return told.value.detail


def rewritten(file: Path, change: object) -> Path:
    """The same archive with another manifest or other bytes."""
    target = file.with_name("other.zip")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            made.writestr(name, change(name, source.read(name)))  # type: ignore[operator]
    return target


def told(**fields: object) -> object:
    def change(name: str, data: bytes) -> bytes:
        if name != "manifest.json":
            return data
        return json.dumps(json.loads(data) | fields).encode()

    return change


def test_a_database_that_is_there_gives_way_only_when_told_to(office: Office) -> None:
    taken = office.back_up()
    assert "--replace" in refused(office, taken.path, NotEmpty, replace=False)


def test_a_backup_of_a_newer_program_is_refused(office: Office) -> None:
    file = rewritten(office.back_up().path, told(revision="9999"))
    assert "newer program" in refused(office, file, BackupInvalid)


def test_a_backup_of_another_secret_is_refused(office: Office) -> None:
    file = rewritten(office.back_up().path, told(key="0" * 16))
    assert "secret" in refused(office, file, OtherSecret)


def test_an_archive_with_one_byte_wrong_is_refused(office: Office) -> None:
    def change(name: str, data: bytes) -> bytes:
        return data.replace("云溪县".encode(), "雲溪县".encode()) if "areas" in name else data

    file = rewritten(office.back_up().path, change)
    assert "areas" in refused(office, file, BackupInvalid)


def test_half_an_archive_is_refused(office: Office) -> None:
    taken = office.back_up()
    half = taken.path.with_name("half.zip")
    half.write_bytes(taken.path.read_bytes()[: taken.path.stat().st_size // 2])
    refused(office, half, BackupInvalid)


def test_a_photo_missing_beside_the_archive_is_found_before_anything_is_touched(
    office: Office, phone: Phone
) -> None:
    visit(phone, "one")
    phone.sync()
    taken = office.back_up()
    [sha256] = shelf.files(office.copies).names()
    shelf.files(office.copies).delete(sha256)
    assert sha256 in refused(office, taken.path, BackupInvalid)


def test_a_running_server_is_not_restored_over(office: Office) -> None:
    taken = office.back_up()
    office.stop()
    with office.read() as session:
        epoch = feed.epoch(session)
        with pytest.raises(InUse):
            office.restore(Wanted(taken.path, replace=True))
        assert feed.epoch(session) == epoch


def test_an_older_backup_than_the_newest_has_to_be_asked_for(office: Office, phone: Phone) -> None:
    first = office.back_up()
    visit(phone, "one")
    phone.sync()
    office.back_up()
    assert "newer backup" in refused(office, first.path, NotEmpty)
    office.put_back(first.path, older=True)


def test_a_photo_that_the_server_lost_keeps_phones_from_forgetting(
    office: Office, phone: Phone
) -> None:
    visit(phone, "one")
    phone.sync()
    storage = office.app.extensions["ruhu"].storage
    [sha256] = storage.names()
    storage.delete(sha256)
    taken = take(office.source(), shelf.shelf(office.copies))
    assert taken.told.absent == (sha256,) and not taken.told.whole


def test_two_backups_at_once_are_one(office: Office) -> None:
    with shelf.alone(office.copies), pytest.raises(shelf.BackupRunning):
        office.back_up()


def test_only_the_newest_archives_are_kept(office: Office) -> None:
    made = [office.back_up().path for _ in range(3)]
    place = shelf.shelf(office.copies)
    assert shelf.thin(place, 2) == made[:1] and place.archives() == made[1:]


def test_the_archive_does_not_hold_the_secret(office: Office) -> None:
    secret = office.app.extensions["ruhu"].settings.secret_key
    taken = office.back_up()
    with archive.reading(taken.path) as opened:
        assert opened.told.key not in Keyring(secret).derive("seal").hex()
    with zipfile.ZipFile(taken.path) as packed:
        assert all(secret.encode() not in packed.read(name) for name in packed.namelist())
    path = shelf.write_secret(taken.path, secret)
    assert path.read_text().strip() == secret and path.stat().st_mode & 0o777 == 0o600
