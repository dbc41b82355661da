"""An empty office: tables, the pack's forms, keys; nobody is there yet."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from devices.township import Township, township
from devices.workbook import write_workbook
from forms.pack import Pack, install
from server.register.book import Book, Fault, ImportInvalid, read
from server.register.check import check
from server.register.load import Loaded, known, load, newest
from store import feed
from store.db import begin_write
from store.records import Record
from store.seal import Keyring
from tests.kit.cast import SECRET

Sheets = dict[str, list[list[str]]]
KEYS = Keyring(SECRET)


@dataclass(frozen=True)
class Office:
    """Where workbooks are loaded."""

    sessions: sessionmaker[Session]

    def load(self, path: Path) -> Loaded:
        """As `flask register import --yes`; all of it or nothing."""
        book, faults = read(path)
        if faults:
            raise ImportInvalid(faults)
        with self.sessions() as session:
            begin_write(session)
            loaded = load(session, KEYS, book, None)
            session.commit()
            return loaded

    def faults(self, path: Path) -> list[Fault]:
        """As the dry run lists them."""
        book, faults = read(path)
        return faults or self.check(book)

    def check(self, book: Book) -> list[Fault]:
        with self.sessions() as session:
            return check(book, newest(session), known(session))

    def households(self) -> dict[str, Record]:
        """{code: household}."""
        with self.sessions() as session:
            query = select(Record).where(Record.type == "household")
            rows = session.scalars(query).all()
        return {row.doc.partition('"hh_code":"')[2].partition('"')[0]: row for row in rows}

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables but the log of acts, in order."""
        with self.sessions() as session:
            return {
                table.name: sorted(map(tuple, session.execute(table.select())), key=str)
                for table in Record.metadata.sorted_tables
                if table.name != "audit"
            }


@pytest.fixture
def office(sessions: sessionmaker[Session], pack: Pack) -> Office:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        install(session, pack, None)
        session.commit()
    return Office(sessions)


@pytest.fixture(scope="session")
def made() -> Township:
    return township()


@pytest.fixture
def workbook(made: Township, tmp_path: Path) -> Path:
    """The demo township as the office's workbook."""
    path = tmp_path / "册.xlsx"
    write_workbook(made, path)
    return path


COUNTY, TOWNSHIP, EAST, WEST = "999901000000", "999901100000", "999901100201", "999901100202"
SMALL: Sheets = {
    "areas": [
        ["code", "parent", "level", "name_zh"],
        [COUNTY, "", "county", "云溪县"],
        [TOWNSHIP, COUNTY, "township", "青禾镇"],
        [EAST, TOWNSHIP, "village", "东坡村"],
        [EAST + "01", EAST, "group", "一组"],
        [WEST, TOWNSHIP, "village", "西岭村"],
    ],
    "staff": [
        ["login", "name", "role", "area", "phone"],
        ["admin", "管理员", "admin", COUNTY, ""],
        ["alice", "爱丽", "cadre", EAST, "13912345678"],
    ],
    "households": [
        ["hh_code", "village", "group", "head_name", "phone", "housing_grade", "lat", "lon"],
        ["H1", EAST, EAST + "01", "王一", "13987654321", "B 级", "31.6", "107.9"],
        ["H2", WEST, "", "李二", "", "", "", ""],
    ],
    "members": [
        ["hh_code", "name", "relation", "birth", "id_number", "health"],
        ["H1", "王一", "户主", "1980-01-01", "999901198001010016", "长期慢性病、残疾"],
        ["H1", "王小", "子", "2015-05-05", "", "Long-term illness"],
        ["H2", "李二", "01", "", "", ""],
    ],
    "pairings": [["login", "hh_code", "from"], ["alice", "H1", "2026-01-01"], ["alice", "H2", ""]],
}


def xlsx(path: Path, sheets: Sheets) -> Path:
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def folder(path: Path, sheets: Sheets, encoding: str) -> Path:
    path.mkdir()
    for name, rows in sheets.items():
        with (path / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows(rows)
    return path


Change = Callable[[Sheets], None]


def changed(path: Path, change: Change) -> Path:
    """The small workbook after a change of its cells."""
    sheets = {name: [list(row) for row in rows] for name, rows in SMALL.items()}
    change(sheets)
    return xlsx(path, sheets)
