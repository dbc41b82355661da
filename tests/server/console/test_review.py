"""A supervisor's word in the browser: once, on the version seen, never on their own visit."""

import orjson
from sqlalchemy import select
from werkzeug.test import TestResponse

from store.records import VisitState
from store.reviews import Review
from store.status import status_id
from tests.kit.cast import TOWNSHIP
from tests.server.admin.grants import give
from tests.server.console.conftest import HTML, Office, words


def decide(office: Office, rec: str, name: str = "dora", **form: object) -> TestResponse:
    told = {"version": 1, "action": "approve"} | {k.replace("__", ":"): v for k, v in form.items()}
    return office.doors.browser(name).post(f"/visits/{rec}/review", data=told, headers=HTML)


def reviews(office: Office, rec: str) -> list[Review]:
    with office.sessions() as session:
        return list(session.scalars(select(Review).where(Review.rec == rec)))


def test_approving_says_so_and_moves_the_state(office: Office) -> None:
    rec = office.doors.visit()
    browser = office.doors.browser("dora")
    answer = browser.post(f"/visits/{rec}/review", data={"version": 1, "action": "approve"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/visits/{rec}")
    said = words(browser.get(f"/visits/{rec}").text)
    assert "已通过这次走访。" in said and "通过 · Dora" in said
    assert office.record(rec).state == VisitState.APPROVED.value


def test_a_return_carries_reason_and_comments_to_the_phone(office: Office) -> None:
    rec = office.doors.visit(income__wage=360000)
    form = {
        "version": 1, "action": "return", "reason": "请核对收入",
        "comment:income/wage": "多写了一个零？", "comment:people/phone": "  ",
    }  # fmt: skip
    browser = office.doors.browser("dora")
    assert browser.post(f"/visits/{rec}/review", data=form).status_code == 302
    status = orjson.loads(office.record(status_id(rec)).doc)
    assert status["state"] == "returned" and status["reason"] == "请核对收入"
    assert status["comments"] == {"income/wage": "多写了一个零？"}
    said = words(browser.get(f"/visits/{rec}").text)
    assert "已退回。" in said and "已退回，等待修改" in said and "退回意见：多写了一个零？" in said


def test_after_the_repair_only_what_changed_is_on_top(office: Office) -> None:
    rec = office.doors.visit(income__wage=360000, living__water_source="tap")
    decide(office, rec, action="return", reason="请核对收入")
    office.edit(rec, 1, income__wage=36000)
    page = office.doors.browser("dora").get(f"/visits/{rec}").text
    top = page[page.index("changed-top") : page.index("</section>", page.index("changed-top"))]
    assert "退回之后改了什么" in top and "工资性收入" in top and "饮水来源" not in top
    assert page.count('class="answer changed"') == 1
    decide(office, rec, version=2)
    assert "changed-top" not in office.doors.browser("dora").get(f"/visits/{rec}").text


def test_a_return_without_a_reason_keeps_what_was_typed(office: Office) -> None:
    rec = office.doors.visit(income__wage=1)
    form = {
        "version": 1, "action": "return", "reason": "  ", "comment:income/wage": "why <so> much?",
    }  # fmt: skip
    answer = office.doors.browser("dora").post(f"/visits/{rec}/review", data=form)
    assert answer.status_code == 422
    assert "退回要写明原因" in answer.text and "why &lt;so&gt; much?" in answer.text
    assert reviews(office, rec) == []


def test_a_comment_on_no_field_is_refused(office: Office) -> None:
    rec = office.doors.visit()
    form = {"version": 1, "action": "return", "reason": "r", "comment:no/such": "words"}
    assert office.doors.browser("dora").post(f"/visits/{rec}/review", data=form).status_code == 422
    assert reviews(office, rec) == []


def test_a_decision_on_an_older_version_is_kindly_refused(office: Office) -> None:
    rec = office.doors.visit(income__wage=1)
    office.edit(rec, 1, income__wage=2)
    answer = office.doors.browser("dora").post(
        f"/visits/{rec}/review",
        data={"version": 1, "action": "approve"},
        headers=HTML | {"Referer": f"http://localhost/visits/{rec}"},
    )
    assert answer.status_code == 409
    assert "这次走访刚刚有了变化" in answer.text and f'href="/visits/{rec}"' in answer.text
    assert office.record(rec).state == VisitState.RECEIVED.value


def test_approving_twice_is_approving_once(office: Office) -> None:
    rec = office.doors.visit()
    assert [decide(office, rec).status_code for _ in range(2)] == [302, 302]
    assert len(reviews(office, rec)) == 1


def test_nobody_reviews_their_own_visit(office: Office) -> None:
    give(office.sessions, office.cast.users["alice"], "township_supervisor", TOWNSHIP)
    rec = office.doors.visit("alice")
    page = office.doors.browser("alice").get(f"/visits/{rec}").text
    assert "这是您自己的走访" in page and 'id="review"' not in page
    answer = decide(office, rec, "alice")
    assert answer.status_code == 403 and "自己的走访不能自己审核" in answer.text
    assert office.record(rec).state == VisitState.RECEIVED.value


def test_only_supervisors_decide(office: Office) -> None:
    rec = office.doors.visit()
    for name in ("alice", "bob", "ivan", "charlie"):
        assert decide(office, rec, name).status_code == 403, name
    assert office.record(rec).state == VisitState.RECEIVED.value


def test_a_supervisor_of_another_village_finds_nothing(office: Office) -> None:
    rec = office.doors.visit("charlie", office.cast.other_unit)
    answer = decide(office, rec, "vera")
    assert answer.status_code == 404 and "没有找到" in answer.text


def test_a_decision_without_our_token_is_refused(office: Office) -> None:
    rec = office.doors.visit()
    browser = office.doors.browser("dora")
    del browser.environ_base["HTTP_X_CSRF_TOKEN"]
    answer = browser.post(f"/visits/{rec}/review", data={"version": 1, "action": "approve"})
    assert answer.status_code == 403
    assert office.record(rec).state == VisitState.RECEIVED.value


def test_a_comment_on_a_members_field_reaches_its_row(office: Office) -> None:
    rec = office.doors.visit()
    form = {
        "version": 1, "action": "return", "reason": "r",
        "comment:people/members[abcd1234]/birth": "which year?",
    }  # fmt: skip
    assert office.doors.browser("dora").post(f"/visits/{rec}/review", data=form).status_code == 302
    [kept] = reviews(office, rec)
    assert orjson.loads(kept.comments) == {"people/members[abcd1234]/birth": "which year?"}
