"""What is logged, by whatever road it came, shows no P1 value."""

import pytest
import structlog
from sqlalchemy import text

from server import logs
from store import ids
from tests.kit import ops
from tests.kit.doors import Doors, problem

ID, PHONE, BANK = "999901198001010018", "13812345678", "6222020200112233445"


def push(doors: Doors) -> int:
    values = ops.visit(doors.cast.unit) | {"people/phone": PHONE, "income/bank_account": BANK}
    rows = {"people/members": {"aaaaaaaa": {"full_name": "甲", "id_number": ID}}}
    line = ops.op(ids.new(), values=values, rows=rows)
    return doors.push(doors.phone("alice"), "alice", line).status_code


def test_neither_a_push_nor_one_that_fails_logs_a_sealed_value(
    doors: Doors, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert push(doors) == 200
    with doors.sessions() as session:
        session.execute(text("DROP TABLE outbox"))
        session.commit()
    answers = [push(doors), push(doors)]
    assert min(answers) >= 500
    page = doors.phone("alice").get(f"/api/v1/forms/{PHONE}/{ID}.json?x={BANK}")
    assert page.status_code == 404
    told = capsys.readouterr()
    said = told.out + told.err + caplog.text
    for secret in (ID, PHONE, BANK):
        assert secret not in said
    assert "甲" not in said


def test_a_fault_of_ours_is_logged_with_its_ticket_and_tells_nothing_else(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    phone = doors.phone("alice")

    @phone.application.before_request
    def break_down() -> None:
        raise RuntimeError(f"cannot read {PHONE} of {ID}")

    told = problem(phone.get(f"/api/v1/me?phone={PHONE}"), 500, "internal_error")
    ticket = told["detail"].removeprefix("ticket ")
    said = capsys.readouterr().out
    assert ticket in said and "RuntimeError" in said and "break_down" in said
    assert PHONE not in said and ID not in said and "cannot" not in str(told)


@pytest.mark.parametrize(
    "words",
    [
        PHONE,
        f"a{PHONE}b",
        f"+86{PHONE}",
        f"86{PHONE},",
        ID,
        ID[:-1] + "X",
        ID[:-1] + "x",
        f"_{ID}_",
        BANK,
        f"电话{PHONE}号",
        "99990119800101001X42"[:18],
    ],
)
def test_numbers_of_people_become_stars_wherever_they_stand(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("info")
    log = structlog.get_logger()
    log.info(words, one=words, many=[words], deep={"a": {"b": words}}, error=ValueError(words))
    log.info("number", one=int(words) if words.isdigit() else 0, phone="x" + words, token="t" * 9)
    said = capsys.readouterr().out
    for secret in (PHONE, ID, ID[:-1] + "X", ID[:-1] + "x", BANK):
        assert secret not in said
    assert "***" in said and "ttttttttt" not in said


def test_ordinary_numbers_stay_readable(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("info")
    ident = "01a20bc9-9513-74a0-8f57-102d83eb82fa"
    structlog.get_logger().info("done", seq=123456, took=0.25, ok=True, none=None, rec=ident)
    said = capsys.readouterr().out
    for plain in ('"seq": 123456', '"took": 0.25', '"ok": true', '"none": null', ident):
        assert plain in said
