"""A backup of an older program is put back as it was and then brought to today's tables."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select, text

from backup import archive
from backup.archive import Archive, Writer
from backup.manifest import Part
from devices.phone import Phone
from server import tables
from store.accounts import Device
from tests.backup.conftest import Office, visit
from tests.backup.test_round_trip import visits

OLDER = "0003"
ADDED = {"device_faults", "sync_hours", "rush_plans", "sync_rounds", "alarms"}
COLUMNS = {"reported", "reported_at", "pulled_position", "digest_mismatches"}
"""What later migrations added; an older program's archive has none of it."""


def made_older(file: Path) -> Path:
    """The same copy as the program of before would have made it."""
    target = file.with_name("older.zip")
    with archive.reading(file) as opened, archive.writing(target) as into:
        parts = [p for p in opened.told.tables if p.name not in ADDED]
        told = replace(opened.told, revision=OLDER, tables=tuple(_less(opened, into, parts)))
        blobs = into.put(told.blobs.name, told.blobs.columns, opened.rows(told.blobs))
        into.close(replace(told, blobs=blobs))
    return target


def _less(opened: Archive, into: Writer, parts: list[Part]) -> list[Part]:
    return [_part(opened, into, part) for part in parts]


def _part(opened: Archive, into: Writer, part: Part) -> Part:
    gone = COLUMNS if part.name == "devices" else set()
    kept = [n for n, name in enumerate(part.columns) if name not in gone]
    rows = (tuple(row[n] for n in kept) for row in opened.rows(part))
    return into.put(part.name, [part.columns[n] for n in kept], rows)


def test_an_older_backup_is_brought_to_todays_tables(office: Office, phone: Phone) -> None:
    rec = visit(phone, "one")
    phone.sync()
    office.put_back(made_older(office.back_up().path))
    assert visits(office) == {rec}
    with office.read() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == (
            tables.head()
        )
        assert set(session.scalars(select(Device.digest_mismatches))) == {0}
    assert not phone.sync().trouble
