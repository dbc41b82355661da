"""What a phone is told beside the feed: villages, drafts to try, figures."""

from sqlalchemy.orm import Session, sessionmaker

from store import areas
from tests.forms.sheets import HEAD, xlsform
from tests.kit.cast import EAST, WEST
from tests.kit.doors import Doors, problem


def test_villages_are_those_that_one_works_in_or_above(doors: Doors) -> None:
    found = {}
    for name in ("alice", "charlie", "dora"):
        told = doors.phone(name).get("/api/v1/work").json
        assert told is not None
        found[name] = [village["code"] for village in told["villages"]]
        assert told["figures"] == {"second_visitor_days": 7} and told["drafts"] == []
    assert found == {"alice": [EAST], "charlie": [WEST], "dora": [EAST, WEST]}


def test_a_village_has_its_name_and_unit(doors: Doors) -> None:
    [village] = (doors.phone("alice").get("/api/v1/work").json or {})["villages"]
    assert village["unit"] == areas.unit_of(EAST)
    assert village["name"] == {"zh": "东坡村", "en": "Dongpo Village"}


def test_a_draft_is_told_to_its_testers_once_something_changed(doors: Doors) -> None:
    alice, bob, ada = doors.phone("alice"), doors.phone("bob"), doors.phone("ada")
    cursor = (alice.get("/api/v1/sync/pull").json or {})["cursor"]
    source = xlsform(f"## survey\n{HEAD}\n| hidden | household |\n| text | name | 名 | Name |")
    assert ada.post("/api/v1/forms/drafts?name=t.xlsx", data=source).status_code == 201
    named = ada.post("/api/v1/forms/drafts/trial/testers", json={"logins": ["alice"]})
    assert named.status_code == 200
    page = alice.get(f"/api/v1/sync/pull?cursor={cursor}").json or {}
    assert [(r["type"], list(r["doc"])) for r in page["records"]] == [("office", ["asked"])]
    [draft] = (alice.get("/api/v1/work").json or {})["drafts"]
    assert (draft["form"], draft["subject"]) == ("trial", "household")
    assert alice.get(draft["xform_url"]).status_code == 200
    assert (bob.get("/api/v1/work").json or {})["drafts"] == []


def test_a_browser_has_no_phones_work(doors: Doors) -> None:
    assert doors.browser("dora").get("/api/v1/work").status_code == 403
    problem(doors.stranger().get("/api/v1/work"), 401, "not_signed_in")


def test_forms_say_whose_answers_they_hold(doors: Doors, sessions: sessionmaker[Session]) -> None:
    page = doors.phone("alice").get("/api/v1/sync/pull").json
    assert page is not None
    forms = {r["doc"]["form"]: r["doc"] for r in page["records"] if r["type"] == "form"}
    assert forms["village_water"]["subject"] == "village"
    assert forms["problem"]["subject"] == "household" and "visit" not in forms["problem"]
    assert forms["household_visit"]["visit"] is True
