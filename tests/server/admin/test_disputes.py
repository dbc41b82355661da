"""Conflicts and ops set aside: read in full by those above, P1 never open."""

import re
from typing import Any

import pytest

from store import ids
from tests.kit import ops
from tests.kit.doors import Doors
from tests.server.admin.pages import words

SECRET = "99990119800101001X"
PHONE = "13800005678"


def quarrel(doors: Doors, **sides: tuple[Any, Any]) -> str:
    """Alice's visit, on which Bob's phone says otherwise without having seen it."""
    rec = doors.visit()
    for name, side in (("alice", 0), ("bob", 1)):
        values = {path.replace("__", "/"): pair[side] for path, pair in sides.items()}
        line = ops.op(rec, n=2, base=1, values=values)
        assert doors.push(doors.phone(name), name, line).status_code == 200
    return rec


def aside(doors: Doors, name: str = "charlie", **more: Any) -> None:
    """An op about Alice's household by somebody who never had it."""
    values = more.pop("values", None) or ops.visit(doors.cast.unit)
    line = ops.op(ids.new(), values=values, **more)
    answer = doors.push(doors.phone(name), name, line)
    assert answer.json is not None and answer.json["results"][0]["result"] == "quarantined"


def test_both_values_are_shown_beside_what_they_began_from(doors: Doors) -> None:
    rec = quarrel(doors, income__wage=(36000, 42000))
    page = doors.browser("vera").get("/conflicts").text
    text = words(page)
    assert re.search(r"现在有效（先到） 36000 Alice · [-\d: ]+ 保留待定（后到） 42000 Bob", text)
    assert f'href="/visits/{rec}"' in page and f'href="/households/{doors.cast.unit}"' in page
    assert doors.browser("vera").get(f"/visits/{rec}").status_code == 200


def test_the_page_says_that_both_are_kept_and_offers_no_deed(doors: Doors) -> None:
    quarrel(doors, income__wage=(36000, 42000))
    page = doors.browser("vera").get("/conflicts").text
    main = page[page.index("<main") :]
    assert "先到的那个值有效，后到的也完整保留" in main and "<form" not in main


def test_p1_values_are_masked_on_every_side(doors: Doors) -> None:
    rec = doors.visit()
    rows = {"people/members": {"aaaaaaaa": {"full_name": "王一", "id_number": SECRET}}}
    other = SECRET[:-1] + "8"
    again = {"people/members": {"aaaaaaaa": {"id_number": other}}}
    for name, told in (("alice", rows), ("bob", again)):
        doors.push(doors.phone(name), name, ops.op(rec, n=2, base=1, rows=told))
    page = doors.browser("ada").get("/conflicts").text
    assert SECRET not in page and other not in page
    assert "999901********001X" in page and "999901********0018" in page


def test_a_removal_against_a_newer_edit_shows_every_value_masked(doors: Doors) -> None:
    rec = doors.visit()
    row = {"full_name": "王一", "id_number": SECRET}
    first = ops.op(rec, n=2, base=1, rows={"people/members": {"aaaaaaaa": row}})
    edit = {"people/members": {"aaaaaaaa": {"full_name": "王壹"}}}
    doors.push(doors.phone("alice"), "alice", first)
    doors.push(doors.phone("alice"), "alice", ops.op(rec, n=3, base=2, rows=edit))
    gone = ops.op(rec, n=2, base=2, **{"del": ["people/members[aaaaaaaa]"]})
    doors.push(doors.phone("bob"), "bob", gone)
    page = doors.browser("vera").get("/conflicts").text
    assert "王壹" in page and "要求删除" in page
    assert SECRET not in page


@pytest.mark.parametrize(("name", "seen"), [("vera", True), ("dora", True), ("ivan", True)])
def test_conflicts_of_my_area_are_mine_to_read(doors: Doors, name: str, seen: bool) -> None:
    rec = quarrel(doors, income__wage=(1, 2))
    assert (rec in doors.browser(name).get("/conflicts").text) is seen


def test_conflicts_of_other_areas_are_not(doors: Doors) -> None:
    rec = doors.visit("charlie", doors.cast.other_unit)
    for name, wage in (("charlie", 1), ("dora", 2)):
        line = ops.op(rec, n=2, base=1, values={"income/wage": wage})
        assert doors.push(doors.phone(name), name, line).status_code == 200
    assert rec in doors.browser("dora").get("/conflicts").text
    assert rec not in doors.browser("vera").get("/conflicts").text


def test_many_conflicts_go_on_over_pages_without_loss(doors: Doors) -> None:
    rec = doors.visit()
    values = {f"new/path{n}": n for n in range(60)}
    for name, shift in (("alice", 0), ("bob", 100)):
        told = {path: value + shift for path, value in values.items()}
        doors.push(doors.phone(name), name, ops.op(rec, n=2, base=1, values=told))
    vera, seen, path = doors.browser("vera"), [], "/conflicts"
    while path:
        page = vera.get(path).text
        seen += re.findall(r'<code class="soft small">(new/path\d+)</code>', page)
        following = re.search(r'href="(/conflicts\?after=[^"]+)" rel="next"', page)
        path = following.group(1) if following else ""
    assert sorted(seen) == sorted(values)


def test_what_no_form_knows_is_all_stars(doors: Doors) -> None:
    quarrel(doors, mystery__number=("6222020200112233445", "6222020200112233446"))
    page = doors.browser("vera").get("/conflicts").text
    assert "62220" not in page and "3445" not in page and "***" in page


def test_an_op_set_aside_is_told_with_who_why_and_what(doors: Doors) -> None:
    aside(doors)
    text = words(doors.browser("dora").get("/quarantine").text)
    assert "这户不在上报人手里" in text and "out_of_scope" in text
    assert "Charlie charlie" in text and "household_visit 2026.3" in text
    assert "door/outcome" in text


def test_its_p1_values_are_masked(doors: Doors) -> None:
    rows = {"people/members": {"aaaaaaaa": {"full_name": "王一", "id_number": SECRET}}}
    aside(doors, rows=rows)
    page = doors.browser("dora").get("/quarantine").text
    assert SECRET not in page and "999901********001X" in page and "王一" in page


def test_of_a_form_nobody_published_every_value_is_stars(doors: Doors) -> None:
    values = {"a": SECRET, "b": PHONE, "c": "王一"}
    aside(doors, "alice", form="nothing", form_v="0", values=values)
    page = doors.browser("dora").get("/quarantine").text
    assert "服务器没有这个表单版本" in page
    for value in values.values():
        assert value not in page


def test_a_number_in_the_forms_name_is_masked(doors: Doors) -> None:
    aside(doors, "alice", form=PHONE, form_v=SECRET)
    page = doors.browser("dora").get("/quarantine").text
    assert "服务器没有这个表单版本" in page and PHONE not in page and SECRET not in page


def test_what_people_of_other_areas_sent_is_not_shown(doors: Doors) -> None:
    aside(doors)
    assert "Charlie" not in doors.browser("vera").get("/quarantine").text
    assert "Charlie" in doors.browser("ivan").get("/quarantine").text


def test_many_ops_set_aside_go_on_over_pages_without_loss(doors: Doors) -> None:
    lines = [ops.op(ids.new(), n=n, values=ops.visit(doors.cast.unit)) for n in range(60)]
    assert doors.push(doors.phone("charlie"), "charlie", *lines).status_code == 200
    dora, sizes, path = doors.browser("dora"), [], "/quarantine"
    while path:
        page = dora.get(path).text
        sizes.append(page.count('<article class="card">'))
        following = re.search(r'href="(/quarantine\?before=[^"]+)" rel="next"', page)
        path = following.group(1) if following else ""
    assert sizes == [50, 10]


@pytest.mark.parametrize("path", ["/conflicts?after=x", "/quarantine?before=x"])
def test_a_place_that_is_not_there_does_no_harm(doors: Doors, path: str) -> None:
    assert doors.browser("dora").get(path).status_code == 200
