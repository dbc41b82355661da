"""A draft is replaced, tested, published; what it was tested with counts nowhere."""

from collections.abc import Iterator
from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from forms import drafts, files, publish
from forms.publish import VersionExists
from store import feed
from store.audit import AuditEntry
from store.db import begin_write
from store.errors import NotFound
from store.forms import FormDraft, FormVersion
from store.records import Record
from tests.forms.sheets import HEAD, xlsform

Sessions = sessionmaker[Session]
ONE = f"## survey\n{HEAD} required |\n| hidden | household |\n| text | name | 名 | Name | yes |"
TWO = ONE.replace("| 名 | Name |", "| 姓名 | Full name |")
WITH_LIST = (
    f"## survey\n{HEAD}\n| hidden | household |\n| select_one_from_file villages.csv | v | 村 | V |"
)
NEVER = (
    f"## survey\n{HEAD} constraint |\n| hidden | household |\n"
    "| integer | n | 数 | N | . > 1 and . < 1 |"
)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    with sessions() as session:
        begin_write(session)
        feed.found(session)
        yield session


def put(session: Session, text: str, version: str = "1") -> FormDraft:
    data = xlsform(text, version)
    return drafts.put(session, drafts.check(session, data, "表.xlsx"), "表.xlsx", None)


def told(session: Session) -> dict[str, object]:
    """What phones hear of the form."""
    record = session.scalars(select(Record).where(Record.type == "form")).one()
    answer: dict[str, object] = orjson.loads(record.doc)
    return answer


def test_a_draft_is_replaced_and_no_phone_hears_of_it(session: Session) -> None:
    put(session, ONE)
    put(session, TWO, "2")
    row = drafts.get(session, "trial")
    assert (row.version, drafts.parsed(row.definition).question("name").label["zh"]) == (
        "2",
        "姓名",
    )
    assert session.scalars(select(FormDraft)).one() is row
    assert session.scalars(select(Record).where(Record.type == "form")).all() == []
    assert session.scalars(select(FormVersion)).all() == []


def test_publishing_makes_a_version_and_keeps_the_workbook(session: Session) -> None:
    made = drafts.release(session, put(session, ONE), None)
    assert (made.form, made.version) == ("trial", "1")
    assert told(session)["version"] == "1"
    assert drafts.source(session, "trial", "1")[0] == "表.xlsx"
    assert drafts.source(session, "trial", "1")[1].startswith(b"PK")
    with pytest.raises(NotFound):
        drafts.get(session, "trial")
    acts = [a.act for a in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert acts == ["form_uploaded", "form_published"]


def test_a_published_version_is_not_published_with_other_content(session: Session) -> None:
    drafts.release(session, put(session, ONE), None)
    with pytest.raises(VersionExists):
        drafts.release(session, put(session, TWO), None)
    assert told(session)["version"] == "1"
    drafts.release(session, put(session, TWO, "2"), None)
    assert [v.version for v in publish.every(session, "trial")] == ["1", "2"]


def test_a_draft_with_errors_is_kept_and_not_published(session: Session) -> None:
    row = put(session, NEVER)
    with pytest.raises(drafts.DraftUnfit):
        drafts.release(session, row, None)
    assert drafts.get(session, "trial") is row


def test_a_form_is_published_once_its_lists_are_there(session: Session) -> None:
    row = put(session, WITH_LIST)
    assert drafts.missing_files(session, row) == ["villages.csv"]
    with pytest.raises(drafts.DraftUnfit) as unfit:
        drafts.release(session, row, None)
    assert list(unfit.value.fields) == ["villages.csv"]
    files.put(session, "villages.csv", b"name,label\n1,A\n", None)
    drafts.release(session, row, None)
    [file] = told(session)["files"]
    assert (file["name"], file["version"], file["url"]) == (
        "villages.csv", 1, "/api/v1/forms/files/villages.csv/1",
    )  # fmt: skip


def test_a_new_list_reaches_phones_without_a_new_form(session: Session) -> None:
    files.put(session, "villages.csv", b"name,label\n1,A\n", None)
    drafts.release(session, put(session, WITH_LIST), None)
    before = session.scalars(select(Record.seq).where(Record.type == "form")).one()
    row = files.put(session, "villages.csv", b"name,label\n1,A\n2,B\n", None)
    publish.announce_files(session, ["villages.csv"])
    [file] = told(session)["files"]
    assert (file["version"], file["sha256"]) == (2, row.sha256)
    assert session.scalars(select(Record.seq).where(Record.type == "form")).one() > before
    assert files.rows(files.get(session, "villages.csv", 1)) == [{"name": "1", "label": "A"}]


def test_retiring_and_coming_back(session: Session) -> None:
    drafts.release(session, put(session, ONE), None)
    publish.retire(session, "trial", None)
    assert told(session)["retired"] is True
    assert session.get(FormVersion, ("trial", "1")) is not None
    assert drafts.published(session) == []
    publish.reopen(session, "trial", None)
    assert "retired" not in told(session)
    publish.retire(session, "trial", None)
    drafts.release(session, put(session, TWO, "2"), None)
    assert "retired" not in told(session) and told(session)["version"] == "2"
    with pytest.raises(NotFound):
        publish.retire(session, "nothing", None)


def test_test_answers_are_judged_and_kept_nowhere(session: Session) -> None:
    row = put(session, ONE)
    before = session.scalars(select(Record)).all()
    now = datetime(2026, 11, 25, tzinfo=UTC)
    [fault] = drafts.try_out(session, row, {"set": {}, "rows": {}}, now).faults
    assert (fault.path, fault.rule) == ("name", "required")
    assert drafts.try_out(session, row, {"set": {"name": "王"}, "rows": {}}, now).faults == ()
    assert session.scalars(select(Record)).all() == before


@pytest.mark.parametrize(
    ("form", "version"), [("drafts", "1"), ("1st", "1"), ("a b", "1"), ("x", "draft"), ("x", "1/2")]
)
def test_words_that_stand_in_addresses_are_no_names(
    session: Session, form: str, version: str
) -> None:
    settings = f"## settings\n| form_title | form_id | version |\n| 表 | {form} | {version} |"
    with pytest.raises(drafts.FormRefused) as refused:
        drafts.check(session, xlsform(f"{ONE}\n{settings}"), "f.xlsx")
    [remark] = refused.value.remarks
    assert (remark.sheet, remark.row) == ("settings", 2)


def test_a_choice_that_any_version_of_its_list_had_is_an_answer(session: Session) -> None:
    row = put(session, WITH_LIST)
    now = datetime(2026, 11, 25, tzinfo=UTC)

    def rules_broken(village: str) -> list[str]:
        document = {"set": {"v": village}, "rows": {}}
        return [fault.rule for fault in drafts.try_out(session, row, document, now).faults]

    assert rules_broken("9") == [], "nothing to judge by before the list is there"
    files.put(session, "villages.csv", b"name,label\n1,A\n2,B\n", None)
    assert (rules_broken("2"), rules_broken("9")) == ([], ["choice"])
    files.put(session, "villages.csv", b"name,label\n1,A\n3,C\n", None)
    assert [rules_broken(v) for v in ("1", "2", "3", "9")] == [[], [], [], ["choice"]]


def test_a_list_that_no_rule_could_look_into_is_refused(session: Session) -> None:
    with pytest.raises(files.FileInvalid) as fault:
        files.put(session, "villages.csv", "name,两 列\n1,A\n".encode(), None)
    assert fault.value.code == "form_file_invalid" and "column 2" in str(fault.value)
