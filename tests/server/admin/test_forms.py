"""Published forms as people read them, and the catalogue of checks."""

from forms.pack import Pack
from server.console.admin.checks import told
from store import parameters
from store.db import begin_write
from tests.kit.doors import Doors
from tests.server.admin.pages import rows, words
from verify.catalogue import CATALOGUE, FIGURES


def test_every_published_form_is_listed_with_its_ways_out(doors: Doors, pack: Pack) -> None:
    ivan = doors.browser("ivan")
    page = ivan.get("/forms").text
    for compiled in pack.forms:
        form, version = compiled.definition.form_id, compiled.definition.version
        for kind in ("xml", "json"):
            path = f"/api/v1/forms/{form}/{version}.{kind}"
            assert f'href="{path}"' in page
            assert ivan.get(path).status_code == 200
        assert f'href="/forms/{form}/{version}"' in page


def test_every_question_stands_in_the_table_in_both_languages(doors: Doors, pack: Pack) -> None:
    ivan = doors.browser("ivan")
    for compiled in pack.forms:
        form = compiled.definition
        page = words(ivan.get(f"/forms/{form.form_id}/{form.version}").text)
        for question in form.questions:
            assert question.path in page
            for language, label in question.label.items():
                assert " ".join(label.split()) in page, (question.path, language)
            if question.save_to:
                assert f"{question.dataset}.{question.save_to}" in page


def test_care_and_duty_stand_beside_the_question(doors: Doors) -> None:
    table = rows(doors.browser("ivan").get("/forms/household_visit/2026.3").text)
    [id_number] = [row for row in table if "people/members/id_number" in row]
    assert " P1 " in f"{id_number} "
    [outcome] = [row for row in table if "door/outcome" in row.split("何时问")[0]]
    assert "必填" in outcome


def test_a_form_or_version_that_is_not_there_is_not_found(doors: Doors) -> None:
    ivan = doors.browser("ivan")
    assert ivan.get("/forms/household_visit/1999").status_code == 404
    assert ivan.get("/forms/nothing/2026.3").status_code == 404


def test_every_check_has_its_place_on_the_page(doors: Doors) -> None:
    page = doors.browser("ivan").get("/checks").text
    for check in CATALOGUE:
        assert f'id="{check.rule}"' in page and check.zh in page and check.care_zh in page


def test_figures_in_force_today_are_shown_with_their_source(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        parameters.put(session, "poverty_line", "2021-01-01", 5000, {"en": "an older line"})
        parameters.put(session, "poverty_line", "2999-01-01", 99999, {"en": "a line to come"})
        session.commit()
    page = words(doors.browser("ivan").get("/checks").text)
    assert "每人每年收入线（元） poverty_line 8000 2026-01-01 由县里确认" in page
    assert "an older line" not in page and "99999" not in page


def test_a_figure_of_several_parts_reads_on_one_line(doors: Doors) -> None:
    ivan = doors.browser("ivan")
    assert "村里 100，居住分散 300" in words(ivan.get("/checks").text)
    ivan.post("/lang", data={"lang": "en", "next": "/"})
    assert "village 100, scattered 300" in words(ivan.get("/checks").text)
    assert told(2.0) == "2.0"


def test_figures_are_told_in_the_readers_language(doors: Doors) -> None:
    page = words(doors.browser("ivan").get("/checks").text)
    for chinese, english in FIGURES.values():
        assert chinese in page and english not in page
    assert "起始值，由县里确认" in page and "starting value" not in page
