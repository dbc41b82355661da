"""The console's way from a workbook to a published form."""

import io

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forms.template import template
from store import ids
from tests.forms.sheets import HEAD, xlsform
from tests.kit import ops
from tests.kit.doors import Doors
from tests.server.admin.pages import HTML, acts, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Both kinds of database are asked in the rooms below."""
BAD = f"## survey\n{HEAD} relevant |\n| hidden | household |\n| text | q | 问 | Q | ${{no}} = 1 |"
NEVER = (
    f"## survey\n{HEAD} constraint |\n| hidden | household |\n"
    "| integer | n | 数 | N | . > 1 and . < 1 |"
)


@pytest.fixture
def ada(doors: Doors) -> FlaskClient:
    return doors.browser("ada")


def upload(client: FlaskClient, data: bytes, name: str = "表.xlsx") -> TestResponse:
    return client.post("/forms/drafts", data={"file": (io.BytesIO(data), name)}, headers=HTML)


def test_a_clerk_goes_from_the_template_to_a_published_form(doors: Doors, ada: FlaskClient) -> None:
    assert ada.get("/forms/template.xlsx").data.startswith(b"PK")
    answer = upload(ada, template())
    assert answer.headers["Location"] == "/forms/drafts/water_check"
    page = words(ada.get("/forms/drafts/water_check").text)
    assert "没有发现问题" in page and "发布 2026.1" in page
    ada.post("/forms/drafts/water_check/testers", data={"login": ["alice", "bob"]})
    published = ada.post("/forms/drafts/water_check/publish")
    assert published.headers["Location"] == "/forms/water_check/2026.1"
    page = words(ada.get("/forms/water_check/2026.1").text)
    assert "本轮重点" in page and "看到的" in page
    assert "water_check" in ada.get("/forms").text
    for act in ("form_uploaded", "form_testers_named", "form_published"):
        [entry] = acts(doors.sessions, act)
        assert (entry.subject, entry.who) == ("water_check", doors.cast.users["ada"])
    log = words(ada.get("/audit").text)
    assert "发布表单" in log and "指定表单试用人" in log


def test_what_cannot_be_taken_is_shown_with_its_places(
    ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = upload(ada, xlsform(BAD), "<b>坏</b>.xlsx")
    assert answer.status_code == 422
    page = words(answer.text)
    assert "survey 第 3 行 relevant" in page and "${no} 指的题目不存在" in page
    assert "<b>坏</b>" not in answer.text
    assert upload(ada, b"").status_code == 422
    assert ada.post("/forms/drafts", headers=HTML).status_code == 422
    with monkeypatch.context() as patched:
        patched.setattr("server.console.pages.MOST", 1000)
        large = upload(ada, b"x" * 2000)
    assert large.status_code == 413
    ada.post("/lang", data={"lang": "en", "next": "/"})
    assert "survey row 3" in words(upload(ada, xlsform(BAD)).text)


def test_a_draft_with_errors_cannot_be_published(ada: FlaskClient) -> None:
    upload(ada, xlsform(NEVER))
    page = ada.get("/forms/drafts/trial").text
    assert "disabled" in page and "没有任何答案能满足" in page
    assert ada.post("/forms/drafts/trial/publish", headers=HTML).status_code == 409
    assert "1 处错误" in words(ada.get("/forms").text)


def test_a_version_that_is_taken_asks_for_another(ada: FlaskClient) -> None:
    upload(ada, template())
    ada.post("/forms/drafts/water_check/publish")
    upload(ada, xlsform(
        f"## survey\n{HEAD}\n| hidden | household |\n| text | q | 问 | Q |\n"
        "## settings\n| form_title | form_id | version |\n| 水 | water_check | 2026.1 |"
    ))  # fmt: skip
    page = words(ada.get("/forms/drafts/water_check").text)
    assert "已经发布过不同的内容" in page and "删去" in page and "新增" in page
    assert "water/has_tap" in words(ada.get("/forms/water_check/compare").text)


def test_trying_a_form_says_what_does_not_hold_and_opens_what_follows(ada: FlaskClient) -> None:
    upload(ada, template())
    page = words(ada.get("/forms/drafts/water_check/try").text)
    assert "家里有自来水吗" in page and "哪天通的水" not in page and "没有填写" not in page
    answers = {"water/has_tap": "yes", "tanks[aaaaaaaa]/volume": "900", "water/trouble": ["far"]}
    page = words(ada.post("/forms/drafts/water_check/try", data=answers).text)
    assert "哪天通的水" in page and "在 0 到 500 之间" in page and "有 1 处不符合要求" in page
    assert "容积合计 900" in page
    good = answers | {"tanks[aaaaaaaa]/volume": "9", "water/tap_photo": "yes"}
    assert "都符合要求" in words(ada.post("/forms/drafts/water_check/try", data=good).text)


def test_a_repeat_in_a_repeat_is_tried_with_one_row_each(ada: FlaskClient) -> None:
    upload(ada, xlsform(
        f"## survey\n{HEAD} constraint |\n| hidden | household |\n"
        "| begin_repeat | plots | 地块 | Plots |\n| begin_repeat | years | 年份 | Years |\n"
        "| integer | grain | 收成 | Grain | . < 100 |\n| end_repeat | | | |\n| end_repeat | | | |"
    ))  # fmt: skip
    path, at = "/forms/drafts/trial/try", "plots[aaaaaaaa]/years[aaaaaaaa]/grain"
    assert f'name="{at}"' in ada.get(path).text
    assert "有 1 处不符合要求" in words(ada.post(path, data={at: "900"}).text)
    assert "都符合要求" in words(ada.post(path, data={at: "9"}).text)


def test_testers_try_it_and_others_do_not_know_of_it(doors: Doors, ada: FlaskClient) -> None:
    upload(ada, template())
    alice = doors.browser("alice")
    path = "/forms/drafts/water_check/try"
    assert alice.get(path).status_code == 404
    ada.post("/forms/drafts/water_check/testers", data={"login": "alice"})
    assert alice.get(path).status_code == 200
    assert alice.get("/forms/drafts/water_check").status_code == 403
    assert doors.browser("bob").get(path).status_code == 404


def test_retiring_and_dropping(ada: FlaskClient) -> None:
    ada.post(f"/forms/{ops.FORM}/retire")
    assert "已停用" in words(ada.get("/forms").text)
    ada.post(f"/forms/{ops.FORM}/reopen")
    assert "已停用" not in words(ada.get("/forms").text)
    upload(ada, template())
    ada.post("/forms/drafts/water_check/drop")
    assert ada.get("/forms/drafts/water_check").status_code == 404


def test_a_list_is_uploaded_by_its_name(ada: FlaskClient) -> None:
    data = {"file": (io.BytesIO(b"name,label\n1,A\n"), "x.csv"), "name": "villages.csv"}
    ada.post("/forms/files", data=data)
    assert "villages.csv" in ada.get("/forms").text
    wrong = {"file": (io.BytesIO(b"name\n1\n1\n"), "x.csv")}
    assert ada.post("/forms/files", data=wrong, headers=HTML).status_code == 422


def test_the_paper_has_every_question(ada: FlaskClient) -> None:
    upload(ada, template())
    for version in ("draft", "2026.1"):
        page = words(ada.get(f"/forms/water_check/{version}/paper").text)
        for told in ("饮水核查", "户编号", "家里有自来水吗", "没有", "容积（立方米）", "家人签字"):
            assert told in page
        if version == "draft":
            ada.post("/forms/drafts/water_check/publish")
    assert ada.get(f"/forms/{ops.FORM}/{ops.VERSION}/paper").status_code == 200


def test_who_only_reads_cannot_author(doors: Doors) -> None:
    for name, status in (("ivan", 403), ("dora", 403), ("cora", 302)):
        client = doors.browser(name)
        assert upload(client, template()).status_code == status
        assert ("上传表单" in client.get("/forms").text) is (status == 302)


def test_answers_are_taken_away_as_a_spreadsheet(doors: Doors, ada: FlaskClient) -> None:
    upload(ada, template())
    ada.post("/forms/drafts/water_check/publish")
    rec = ids.new()
    values = {"household": doors.cast.unit, "water/has_tap": "yes", "remark": "=1+1"}
    rows = {"tanks": {"aaaaaaaa": {"volume": 2.5}}}
    op = ops.op(rec, values=values, rows=rows, form="water_check", form_v="2026.1")
    doors.push(doors.phone("alice"), "alice", op)
    dora, path = doors.browser("dora"), "/forms/water_check/answers.xlsx"
    told = line_of(dora.get(path))
    assert (told["走访"], told["家里有自来水吗"], told["备注"]) == (rec, "有", "=1+1")
    assert told["填写时的版本"] == "2026.1"
    assert line_of(dora.get(f"{path}?repeat=tanks"))["容积（立方米）"] == 2.5
    assert {entry.subject for entry in acts(doors.sessions, "exported")} == {"water_check"}
    assert dora.get(f"{path}?repeat=nothing", headers=HTML).status_code == 404
    assert dora.get("/forms/nothing/answers.xlsx", headers=HTML).status_code == 404
    assert doors.browser("alice").get(path).status_code == 403


def line_of(answer: TestResponse) -> dict[str, object]:
    """The sheet's only line by its headings."""
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    heads, line = list(book.worksheets[0].iter_rows(values_only=True))
    return dict(zip(map(str, heads), line, strict=True))
