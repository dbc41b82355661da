"""Rules that fell silent, and other figures tried on a past month, as pages."""

import pytest

from store import clock
from store.db import begin_write
from store.verdicts import RuleMute, muted
from tests.kit.doors import Doors
from tests.server.admin.pages import acts, words

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def silent(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        session.add(RuleMute(rule="D03", hits=1, misses=40, upper=0.09, muted_at=clock.now()))
        session.commit()


def test_a_silent_rule_says_so_and_only_an_administrator_wakes_it(doors: Doors) -> None:
    silent(doors)
    page = doors.browser("alice").get("/checks").text
    assert "已自动静音" in page and "41 次里 1 次问得对" in page and "unmute" not in page
    for name in ("dora", "cora", "ivan"):
        assert doors.browser(name).post("/checks/D03/unmute").status_code == 403
    ada = doors.browser("ada")
    assert "unmute" in ada.get("/checks").text
    assert ada.post("/checks/D03/unmute").status_code == 302
    assert ada.post("/checks/D03/unmute").status_code == 404
    [act] = acts(doors.sessions, "rule.unmuted")
    assert (act.subject, act.who) == ("D03", doors.cast.users["ada"])
    with doors.sessions() as session:
        assert muted(session) == {}


def test_other_figures_are_tried_by_who_reads_the_log(doors: Doors) -> None:
    doors.visit(income__wage=-5)
    month = clock.local_day(clock.now(), "Asia/Shanghai").isoformat()[:7]
    cora = doors.browser("cora")
    told = words(cora.get(f"/checks/rerun?month={month}&set=photo_minutes=1").text)
    assert "核查了 1 次走访" in told and "F-RANGE" in told
    assert "/checks/rerun" in cora.get("/checks").text
    assert "/checks/rerun" not in doors.browser("ivan").get("/checks").text
    assert cora.get("/checks/rerun").status_code == 200
    assert cora.get(f"/checks/rerun?month={month}&set=nobody=1").status_code == 422
    assert cora.get("/checks/rerun?month=x").status_code == 422
    assert doors.browser("dora").get("/checks/rerun").status_code == 403
