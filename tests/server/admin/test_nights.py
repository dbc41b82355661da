"""Office → Nightly checks: who sees which township, and the button."""

import pytest
from sqlalchemy import select

from store import clock
from store.db import begin_write
from store.findings import Finding
from store.outbox import Kind, OutboxRow
from tests.kit.cast import EAST, TOWNSHIP
from tests.kit.doors import Doors
from tests.server.admin.pages import acts, words
from verify import keep, night
from verify.finding import to_check


def asked(doors: Doors) -> list[str]:
    with doors.sessions() as session:
        query = select(OutboxRow.subject).where(OutboxRow.kind == Kind.NIGHT.value)
        return list(session.scalars(query))


def run(doors: Doors) -> None:
    with doors.sessions() as session:
        judged = night.judge(session, TOWNSHIP, clock.now(), "Asia/Shanghai")
    assert judged is not None
    with doors.sessions() as session:
        begin_write(session)
        night.write(session, judged)
        session.commit()


@pytest.mark.parametrize("name", ["dora", "cora", "ada"])
def test_a_supervisor_has_a_township_checked_now(doors: Doors, name: str) -> None:
    browser = doors.browser(name)
    assert "现在核查" in browser.get("/nights").text
    assert browser.post(f"/nights/{TOWNSHIP}").status_code == 302
    assert "已安排" in browser.get("/nights").text
    assert asked(doors) == [TOWNSHIP]
    assert [entry.subject for entry in acts(doors.sessions, "night_asked")] == [TOWNSHIP]
    browser.post(f"/nights/{TOWNSHIP}")
    assert asked(doors) == [TOWNSHIP], "twice is once"


def test_who_may_not(doors: Doors) -> None:
    assert doors.browser("alice").get("/nights").status_code == 403
    inspector = doors.browser("ivan")
    page = inspector.get("/nights")
    assert page.status_code == 200 and "现在核查" not in page.text
    assert inspector.post(f"/nights/{TOWNSHIP}").status_code == 403
    village = doors.browser("vera")
    assert "青禾镇" not in village.get("/nights").text
    assert village.post(f"/nights/{TOWNSHIP}").status_code == 404
    for code in (EAST, "nowhere"):
        assert doors.browser("dora").post(f"/nights/{code}").status_code == 404
    assert asked(doors) == []


def test_the_last_run_is_shown_by_rule(doors: Doors) -> None:
    assert "还没有" in doors.browser("dora").get("/nights").text
    doors.visit()
    run(doors)
    page = doors.browser("dora").get("/nights").text
    assert "还没有" not in page and "alice" not in page.lower()


def test_what_is_to_be_checked_of_a_household_stands_on_its_page(doors: Doors) -> None:
    doors.visit(people__head_name="王一")
    unit = doors.cast.unit
    with doors.sessions() as session:
        begin_write(session)
        told = to_check("D26", 0.5, "可能是同一个人", "perhaps one person")
        keep.findings(session, [(unit, 1, night.FAMILY, [told])])
        session.commit()
        assert session.scalars(select(Finding)).one().rec == unit
    page = doors.browser("dora").get(f"/households/{unit}").text
    assert "待核实：可能是同一个人" in page and "/checks#D26" in page


def test_each_figure_names_its_own_parts(doors: Doors) -> None:
    """`visits` are visits at D15, households at D19."""
    page = words(doors.browser("dora").get("/checks").text)
    assert "分钟 10，至少几次 4" in page and "相似度 0.8，至少几户 3" in page
    assert "会议类目的 policy" in page and "有外接定位器的型号 没有" in page
    assert "household_visit 3" in page and "要定位 是" in page and "['" not in page
