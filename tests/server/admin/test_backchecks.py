"""Back-checks in the browser: planned, hidden, filled in blind, compared."""

import orjson
import pytest
from sqlalchemy import select

from forms.author import author
from forms.publish import publish
from store import clock
from store.accounts import Grant
from store.backchecks import Draw, Pick
from store.db import begin_write
from store.records import Record
from tests.forms.sheets import HEAD, xlsform
from tests.kit.cast import EAST, TOWNSHIP, WEST
from tests.kit.doors import Doors
from tests.server.admin.pages import HTML, acts, words
from verify import backchecks

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TZ = "Asia/Shanghai"
OTHER = f"""
## settings
| form_title | form_id | version | default_language | namespaces |
| 复核 / Back-check | back_check | 2099.1 | 中文 (zh) | ruhu="https://ruhu.example/xforms" |
## survey
{HEAD}
| hidden | household |
| hidden | draw |
| begin_group | door | 到门口 | At the door |
| select_one yes | found | 见到了吗 | Was somebody met? |
| end_group | | | |
| begin_group | about | 问一问 | About |
| hidden | visit |
| note | thanks | 谢谢您 | Thank you |
| select_multiple needs | needs | 需要什么 | What is needed? |
| date | since | 从哪天起 | Since |
| acknowledge | read_out | 已读给他听 | Read out |
| image | photo | 照片 | Photo |
| end_group | | | |
## choices
| list_name | name | label::中文 (zh) | label::English (en) |
| yes | met | 见到 | Met |
| needs | roof | 屋顶 | Roof |
| needs | water | 水 | Water |
| needs | road | 路 | Road |
"""
"""A back-check with questions of other types than the pack's own."""


def day(offset: float) -> str:
    return clock.local_day(clock.after(clock.now(), days=offset), TZ).isoformat()


def planned(doors: Doors, name: str = "dora", area: str = TOWNSHIP) -> int:
    form = {"area": area, "since": day(-1), "until": day(0), "reveal_on": day(1), "size": 5}
    return doors.browser(name).post("/backchecks", data=form, headers=HTML).status_code


def day_comes(doors: Doors) -> Pick:
    with doors.sessions() as session:
        begin_write(session)
        now = clock.after(clock.now(), days=1)
        for draw in backchecks.due(session, now, TZ):
            backchecks.make(session, draw, now)
        session.commit()
        return session.scalars(select(Pick)).one()


def westward(doors: Doors) -> None:
    """Vera supervises the west village now, and Dora nothing."""
    with doors.sessions() as session:
        begin_write(session)
        for grant in session.scalars(select(Grant)):
            if grant.user_id == doors.cast.users["vera"]:
                grant.area = WEST
        session.commit()


def given_to_vera(doors: Doors, rec: str) -> str:
    """Drawn, and hers to ask; the page of it."""
    planned(doors)
    pick = day_comes(doors)
    assert pick.checker in {doors.cast.users[name] for name in ("vera", "dora")}
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(Pick, (pick.draw, rec)).checker = doors.cast.users["vera"]
        session.commit()
    return f"/backchecks/{pick.draw}/{rec}"


def test_who_plans_and_who_does_not(doors: Doors) -> None:
    doors.visit()
    assert planned(doors, "vera", EAST) == planned(doors, "ivan") == 403
    assert planned(doors) == 302
    [act] = acts(doors.sessions, "backcheck.committed")
    page = words(doors.browser("dora").get("/backchecks").text)
    assert "还没到那一天" in page and "青禾镇" in page and "59" in page
    with doors.sessions() as session:
        draw = session.scalars(select(Draw)).one()
        assert (
            act.subject == draw.id and draw.seed not in doors.browser("ada").get("/backchecks").text
        )


def test_a_checker_of_another_village_fills_it_in_blind(doors: Doors) -> None:
    rec = doors.visit(income__wage=30000, living__water_source="tap")
    westward(doors)
    vera, at = doors.browser("vera"), given_to_vera(doors, rec)
    assert at in vera.get("/backchecks").text
    page = vera.get(at).text
    assert "30000" not in page and "一年的工资收入" in page
    assert doors.browser("dora").get(at, headers=HTML).status_code == 404
    assert vera.post(at, data={"t3/wage": "1"}).status_code == 422
    form = {"door/found": "met", "t3/wage": "20000", "t2/water_source": "tap"}
    assert vera.post(at, data=form).status_code == 302
    assert vera.post(at, data=form, headers=HTML).status_code == 404
    with doors.sessions() as session:
        done = session.scalars(select(Pick)).one()
        kept = session.get_one(Record, done.submission)
        assert (kept.form, kept.author, kept.state) == ("back_check", done.checker, None)
    told = words(doors.browser("dora").get("/backchecks").text)
    assert (
        "1/1" in told
        and "一年的工资收入（元） T3 1 1 100%" in told
        and "饮水来源 T2 1 0 0%" in told
    )
    assert "Alice" not in told


def test_questions_of_every_type_can_be_asked_again(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        publish(session, author(xlsform(OTHER)).compiled, None)
        session.commit()
    rec = doors.visit()
    westward(doors)
    vera, at = doors.browser("vera"), given_to_vera(doors, rec)
    page = vera.get(at).text
    assert page.count('type="checkbox" name="about/needs"') == 3 and 'type="date"' in page
    assert "谢谢您" in page and 'name="about/photo"' not in page
    assert page.count(" required>") == page.count('name="door/found"') == 1
    form = {
        "door/found": "met", "about/needs": ["roof", "road"], "about/read_out": "OK",
        "about/photo": "yes", "about/visit": "another", "draw": "another",
    }  # fmt: skip
    assert vera.post(at, data=form).status_code == 302
    with doors.sessions() as session:
        done = session.scalars(select(Pick)).one()
        kept = orjson.loads(session.get_one(Record, done.submission).doc)["set"]
    assert kept == {
        "household": doors.cast.unit, "draw": done.draw, "about/visit": rec, "door/found": "met",
        "about/needs": ["roof", "road"], "about/read_out": "OK",
    }  # fmt: skip
