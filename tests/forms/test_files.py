"""Lists and attachments: checked when they come, immutable by version."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from forms import files
from forms.files import FileInvalid
from store.db import begin_write
from store.errors import NotFound
from tests.forms.sheets import HEAD, compiled

GOOD = b"name,label,town\n1,\xe7\x94\xb2,x\n2,\xe4\xb9\x99,y\n"
PNG = b"\x89PNG\r\n\x1a\n0000"


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        begin_write(session)
        yield session


def test_the_same_bytes_are_the_same_version(session: Session) -> None:
    first = files.put(session, "v.csv", GOOD, None)
    assert files.put(session, "v.csv", GOOD, None) is first
    second = files.put(session, "v.csv", GOOD + b"3,c,z\n", None)
    assert (first.version, second.version) == (1, 2) and first.sha256 != second.sha256
    assert files.newest(session)["v.csv"].version == 2
    assert files.content(files.get(session, "v.csv", 1)) == GOOD
    with pytest.raises(NotFound):
        files.get(session, "v.csv", 3)


def test_a_list_in_the_offices_encoding_becomes_utf_8(session: Session) -> None:
    text = GOOD.decode()
    row = files.put(session, "村.csv", text.encode("gb18030"), None)
    assert files.content(row) == GOOD
    assert files.put(session, "村.csv", text.encode("utf-8-sig"), None) is row
    assert files.rows(row)[0] == {"name": "1", "label": "甲", "town": "x"}


@pytest.mark.parametrize(
    ("name", "data", "field"),
    [
        ("v.csv", b"", "size"),
        ("v.csv", b"x" * (files.MOST + 1), "size"),
        ("v.exe", GOOD, "name"),
        ("../v.csv", GOOD, "name"),
        ("v" * 80 + ".csv", GOOD, "name"),
        ("p.png", GOOD, "name"),
        ("v.csv", b"name,label\n1,A\n1,B\n", "3!name"),
        ("v.csv", b"name,label\n,A\n", "2!name"),
        ("v.csv", b"name,label\n1,A,B\n", "2"),
        ("v.csv", b"name,name\n1,A\n", "1!2"),
        ("v.csv", b"\n1,A\n", "1"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_place(
    session: Session, name: str, data: bytes, field: str
) -> None:
    with pytest.raises(FileInvalid) as refused:
        files.put(session, name, data, None)
    assert field in refused.value.fields
    assert refused.value.code == "form_file_invalid"


def test_bytes_that_are_no_text_are_no_list(session: Session) -> None:
    with pytest.raises(FileInvalid):
        files.put(session, "v.csv", b"\xff\xfe\x00\x80\x80\xff", None)
    with pytest.raises(FileInvalid):
        files.put(session, "v.csv", b'name\n"unclosed', None)
    assert files.put(session, "p.png", PNG, None).mime == "image/png"


def test_a_form_names_its_files_and_not_the_register() -> None:
    made = compiled(
        f"## survey\n{HEAD} media::image | calculation |\n"
        "| select_one_from_file v.csv | v | 村 | V | tap.png |\n"
        "| calculate | c | | | | instance('household')/root/item[name='1']/label |\n"
        "| csv-external | household | | |"
    )
    assert sorted(files.named(made.xform)) == ["tap.png", "v.csv"]
