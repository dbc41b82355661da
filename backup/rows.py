"""Tables out of a snapshot, and into a database that has them empty."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, MetaData, Table, func, insert, select, text

from backup.archive import Archive, Row, Writer
from backup.manifest import BackupInvalid, Part
from store.schema import METADATA

_BATCH = 500
VERSION = "alembic_version"


def revision(connection: Connection) -> str | None:
    """The migration that this database stands at; None where it has never been migrated."""
    if not connection.dialect.has_table(connection, VERSION):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalar_one_or_none()


def dump(connection: Connection, into: Writer) -> tuple[Part, ...]:
    """Every table, in an order in which they can be filled again."""
    return tuple(_dumped(connection, into, table) for table in METADATA.sorted_tables)


def _dumped(connection: Connection, into: Writer, table: Table) -> Part:
    query = select(table).order_by(*table.primary_key.columns)
    rows = connection.execute(query.execution_options(yield_per=_BATCH))
    return into.put(table.name, table.columns.keys(), map(tuple, rows))


def empty(connection: Connection) -> bool:
    """Whether none of our tables is there."""
    there = connection.dialect.has_table
    names = (*METADATA.tables, VERSION)
    return not any(there(connection, name) for name in names)


def load(connection: Connection, archive: Archive) -> None:
    """Fill the tables as they stand; each is counted afterwards. Raises BackupInvalid."""
    there = MetaData()
    there.reflect(connection)
    for part in archive.told.tables:
        table = there.tables.get(part.name)
        if table is None or set(table.columns.keys()) != set(part.columns):
            raise BackupInvalid(f"the archive's table {part.name} is none of this server's")
        _fill(connection, table, part, archive.rows(part))
        count = connection.execute(select(func.count()).select_from(table)).scalar_one()
        if count != part.rows:
            raise BackupInvalid(f"{part.name} has {count} rows after loading, not {part.rows}")
        _go_on_counting(connection, table)


def _fill(connection: Connection, table: Table, part: Part, rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, _BATCH)):
        values: Iterable[dict[str, object]] = [
            dict(zip(part.columns, row, strict=True)) for row in batch
        ]
        connection.execute(insert(table), list(values))


def _go_on_counting(connection: Connection, table: Table) -> None:
    """PostgreSQL counts ids apart from the rows: the next one follows the last that came."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    name = {"table": table.name}
    found = connection.execute(text("SELECT pg_get_serial_sequence(:table, 'id')"), name)
    sequence = found.scalar_one_or_none()
    if sequence is not None:
        last = connection.execute(select(func.max(table.columns.id))).scalar_one_or_none() or 0
        asked = {"sequence": sequence, "next": last + 1}
        connection.execute(text("SELECT setval(:sequence, :next, false)"), asked)
