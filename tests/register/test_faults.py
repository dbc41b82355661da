"""Every fault with its sheet, row and column, and nothing half-loaded."""

import zipfile
from pathlib import Path

import pytest

from server.register.book import COLUMNS, Fault, ImportInvalid, read
from server.register.check import id_number_fault
from tests.register.conftest import EAST, SMALL, WEST, Office, Sheets, changed, folder, xlsx

GOOD = SMALL["members"][1][4]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Checking asks the database for codes and logins only: one kind is enough."""
    return f"sqlite:///{tmp_path / 'ruhu.sqlite'}"


@pytest.mark.parametrize(
    ("sheet", "row", "field", "value", "words"),
    [
        ("areas", 2, "code", "12345", "12 digits"),
        ("areas", 3, "code", "999901100000", "stands twice"),
        ("areas", 2, "parent", "999999000000", "stands in no row above"),
        ("areas", 2, "level", "street", "county, township, village or group"),
        ("areas", 2, "name_zh", "", "is empty"),
        ("staff", 2, "login", "Alice Wang", "2 to 40 of a-z"),
        ("staff", 2, "login", "admin", "stands twice"),
        ("staff", 2, "name", "长" * 101, "more than 100 characters"),
        ("staff", 2, "role", "king", "one of cadre"),
        ("staff", 2, "area", "999999999999", "there is no area 999999999999"),
        ("staff", 2, "phone", "12345", "a mobile number has 11 digits"),
        ("households", 2, "hh_code", "H1", "stands twice"),
        ("households", 2, "hh_code", "", "is empty"),
        ("households", 1, "village", "999999999999", "there is no area"),
        ("households", 1, "group", WEST, "is no group of the village"),
        ("households", 1, "phone", "139", "11 digits"),
        ("households", 1, "phone", "1398765432１", "11 digits"),
        ("areas", 2, "code", "99990110000０", "12 digits"),
        ("households", 1, "housing_grade", "砖房", "砖房 is not a choice of the form"),
        ("households", 1, "housing_grade", "A B", "takes one choice"),
        ("households", 1, "lat", "north", "a number up to 90"),
        ("households", 1, "lat", "91", "a number up to 90"),
        ("households", 1, "lon", "", "a number up to 180"),
        ("households", 1, "lon", "nan", "a number up to 180"),
        ("households", 1, "head_name", "长" * 201, "more than 200 characters"),
        ("members", 1, "hh_code", "H9", "there is no household H9"),
        ("members", 1, "relation", "邻居", "邻居 is not a choice of the form"),
        ("members", 1, "health", "健康、强壮", "强壮 is not a choice of the form"),
        ("members", 1, "birth", "1980年", "a date like 1980-01-31"),
        ("members", 1, "id_number", "123", "an id number has 18 characters"),
        ("members", 1, "id_number", GOOD[:-1] + "5", "last character does not fit"),
        ("pairings", 1, "login", "nobody", "nobody with the login nobody"),
        ("pairings", 1, "hh_code", "H9", "there is no household H9"),
        ("pairings", 1, "from", "soon", "a date like 2026-01-31"),
    ],
)
def test_a_fault_names_its_sheet_row_and_column(
    office: Office, tmp_path: Path, sheet: str, row: int, field: str, value: str, words: str
) -> None:
    def change(sheets: Sheets) -> None:
        sheets[sheet][row][sheets[sheet][0].index(field)] = value

    found = office.faults(changed(tmp_path / "faulty.xlsx", change))
    assert any(
        (f.sheet, f.row, f.column) == (sheet, row + 1, field) and words in f.words for f in found
    ), found


def test_the_small_workbook_has_no_fault(office: Office, tmp_path: Path) -> None:
    assert office.faults(xlsx(tmp_path / "small.xlsx", SMALL)) == []


def test_all_faults_are_listed_at_once_and_nothing_is_loaded(
    office: Office, tmp_path: Path
) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["staff"][2][2] = "king"
        sheets["households"][2][0] = "H1"
        sheets["members"][3][2] = "邻居"

    path = changed(tmp_path / "faulty.xlsx", spoil)
    before = office.everything()
    with pytest.raises(ImportInvalid) as refused:
        office.load(path)
    assert refused.value.code == "import_invalid"
    places = {(f.sheet, f.row, f.column) for f in refused.value.faults}
    assert {
        ("staff", 3, "role"),
        ("households", 3, "hh_code"),
        ("members", 4, "relation"),
    } <= places
    assert "members!4!relation" in refused.value.fields
    assert office.everything() == before


def test_a_member_twice_in_a_household_is_a_fault(office: Office, tmp_path: Path) -> None:
    path = changed(tmp_path / "new.xlsx", lambda s: s["members"].append(list(s["members"][1])))
    [fault] = office.faults(path)
    assert (fault.row, fault.column) == (5, "name") and "stands twice" in fault.words


def test_members_without_their_households_row_are_not_dropped_in_silence(
    office: Office, tmp_path: Path
) -> None:
    office.load(xlsx(tmp_path / "small.xlsx", SMALL))
    only = {"members": [SMALL["members"][0], ["H1", "王新", "子", "", "", ""]]}
    [fault] = office.faults(xlsx(tmp_path / "members.xlsx", only))
    assert str(fault) == (
        "members row 2, hh_code: the household H1 must stand in the sheet households, too"
    )


@pytest.mark.parametrize("sheet", COLUMNS)
def test_a_missing_column_is_named(office: Office, tmp_path: Path, sheet: str) -> None:
    field = next(field for field, _, must in COLUMNS[sheet] if must)

    def drop(sheets: Sheets) -> None:
        place = sheets[sheet][0].index(field)
        sheets[sheet] = [row[:place] + row[place + 1 :] for row in sheets[sheet]]

    [fault] = office.faults(changed(tmp_path / "new.xlsx", drop))
    assert (fault.sheet, fault.row, fault.column) == (sheet, 1, field)
    assert "is missing" in fault.words


def test_rows_are_counted_as_the_sheet_shows_them(tmp_path: Path) -> None:
    two = [["登录名", "姓名", "角色", "区划代码"], ["login", "name", "role", "area"]]
    path = xlsx(tmp_path / "two.xlsx", {"staff": [*two, [], ["a1", "甲", "cadre", EAST]]})
    book, faults = read(path)
    assert faults == [] and [line.row for line in book["staff"]] == [4]
    path = xlsx(tmp_path / "one.xlsx", {"staff": [two[1], ["a1", "甲", "cadre", EAST]]})
    assert [line.row for line in read(path)[0]["staff"]] == [2]


def test_strange_sheets_and_columns_are_not_read(tmp_path: Path) -> None:
    sheets = {
        "说明": [["任何话"]],
        "Staff ": [["备注", "login", "姓名", "role", "area"], ["x", "a1", "甲", "cadre", EAST]],
    }
    book, faults = read(xlsx(tmp_path / "strange.xlsx", sheets))
    assert set(book) == {"staff"} and faults == []
    assert book["staff"][0].cells == {"login": "a1", "name": "甲", "role": "cadre", "area": EAST}


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    rows = [["hh_code", "village", "head_name", "phone"], [7.0, int(EAST), "甲", 13912345678]]
    book, _ = read(xlsx(tmp_path / "numbers.xlsx", {"households": rows}))  # type: ignore[dict-item]
    [line] = book["households"]
    assert (line["hh_code"], line["village"], line["phone"]) == ("7", EAST, "13912345678")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("text.xlsx", b"not a workbook", "is not an xlsx file"),
        ("empty.xlsx", b"", "is not an xlsx file"),
        ("old.xls", b"\xd0\xcf\x11\xe0", "is not an xlsx file"),
        ("staff.csv", b"login\n\xff\xff", "is neither UTF-8 nor GB18030"),
        ("staff.csv", b'login\n"open', "is not a csv file"),
        ("other.csv", b"login\na1", "has none of the sheets"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ImportInvalid) as refused:
        read(tmp_path / name)
    [fault] = refused.value.faults
    assert fault.sheet == name and words in fault.words


def test_a_workbook_with_broken_xml_says_why(tmp_path: Path) -> None:
    good, bad = xlsx(tmp_path / "good.xlsx", SMALL), tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<broken" if "workbook.xml" in name else old.read(name))
    with pytest.raises(ImportInvalid) as refused:
        read(bad)
    assert "is not an xlsx file" in refused.value.faults[0].words


def test_files_that_are_not_there_say_so(tmp_path: Path) -> None:
    for name in ("gone.xlsx", "gone.csv"):
        with pytest.raises(ImportInvalid):
            read(tmp_path / name)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportInvalid):
        read(tmp_path / "empty")


def test_one_csv_file_is_one_sheet(tmp_path: Path) -> None:
    path = folder(tmp_path / "csv", SMALL, "gb18030")
    book, _ = read(path / "households.csv")
    assert set(book) == {"households"} and book["households"][0]["head_name"] == "王一"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (GOOD, ""),
        ("11010519491231002X", ""),
        ("11010519491231002x", ""),
        ("110105194912310020", "does not fit"),
        ("11010519491231002", "18 characters"),
        ("1101051949123100２X", "18 characters"),
    ],
)
def test_an_id_numbers_last_character_is_proven(number: str, fault: str) -> None:
    """11010519491231002X is the example of the national standard."""
    told = id_number_fault(number)
    assert fault in told and bool(told) is bool(fault)


def test_an_id_numbers_day_of_birth_exists() -> None:
    body = "99990119800231001"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    last = "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    assert id_number_fault(body + last) == "the id number's date of birth does not exist"


def test_a_faults_words_never_repeat_a_phone_or_an_id_number(
    office: Office, tmp_path: Path
) -> None:
    def spoil(sheets: Sheets) -> None:
        sheets["members"][1][4] = "999901198001019999"
        sheets["households"][1][4] = "1398765"

    found: list[Fault] = office.faults(changed(tmp_path / "faulty.xlsx", spoil))
    told = " ".join(map(str, found))
    assert len(found) == 2 and "999901198001019999" not in told and "1398765" not in told
