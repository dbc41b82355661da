"""A backup of an older program is put back as it was and then brought to today's tables."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine, inspect, select, text

from backup import archive
from backup.archive import Archive, Writer
from backup.manifest import Part
from devices.phone import Phone
from server import tables
from store.accounts import Device
from tests.backup.conftest import Office, visit
from tests.backup.test_round_trip import visits

OLDER = "0003"
Shape = dict[str, set[str]]
"""{table: its columns}"""


def shape(revision: str) -> Shape:
    """The tables as the program of before had them; later migrations added the rest."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        tables.upgrade(connection, revision)
        known = inspect(connection)
        found = {n: {c["name"] for c in known.get_columns(n)} for n in known.get_table_names()}
    engine.dispose()
    return found


def made_older(file: Path) -> Path:
    """The same copy as the program of before would have made it."""
    target, older = file.with_name("older.zip"), shape(OLDER)
    with archive.reading(file) as opened, archive.writing(target) as into:
        parts = [_part(opened, into, p, older) for p in opened.told.tables if p.name in older]
        told = replace(opened.told, revision=OLDER, tables=tuple(parts))
        blobs = into.put(told.blobs.name, told.blobs.columns, opened.rows(told.blobs))
        into.close(replace(told, blobs=blobs))
    return target


def _part(opened: Archive, into: Writer, part: Part, older: Shape) -> Part:
    kept = [n for n, name in enumerate(part.columns) if name in older[part.name]]
    rows = (tuple(row[n] for n in kept) for row in opened.rows(part))
    return into.put(part.name, [part.columns[n] for n in kept], rows)


def test_an_older_backup_is_brought_to_todays_tables(office: Office, phone: Phone) -> None:
    rec = visit(phone, "one")
    phone.sync()
    copy = office.back_up().path
    with office.app.app_context():
        older = made_older(copy)
    office.put_back(older)
    assert visits(office) == {rec}
    with office.read() as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == (
            tables.head()
        )
        assert set(session.scalars(select(Device.digest_mismatches))) == {0}
    assert not phone.sync().trouble
