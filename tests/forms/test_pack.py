"""The shipped forms: what they ask, how values meet, who may see them, what doors bring."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from forms.definition import FormDefinition, Policy, Question, QuestionType, Sensitivity
from forms.pack import Pack, install
from store import feed, parameters
from store.db import begin_write
from store.forms import FormVersion
from store.parameters import Parameter
from tests.forms.sheets import asked, faults

Sessions = sessionmaker[Session]
SILENT = (QuestionType.NOTE, QuestionType.HIDDEN)


@pytest.fixture(scope="module")
def visit(pack: Pack) -> FormDefinition:
    return next(c.definition for c in pack.forms if c.definition.form_id == "household_visit")


@pytest.fixture(scope="module")
def register(pack: Pack) -> FormDefinition:
    return next(c.definition for c in pack.forms if c.definition.form_id == "household_register")


def asking(definition: FormDefinition) -> list[Question]:
    return [q for q in definition.questions if q.type not in SILENT]


def test_all_forms_compile_in_both_languages(pack: Pack) -> None:
    assert {c.definition.form_id: c.definition.version for c in pack.forms} == {
        "back_check": "2026.1",
        "finding_reply": "2026.1",
        "household_register": "2026.3",
        "household_visit": "2026.3",
        "problem": "2026.1",
        "relocation": "2026.1",
        "renovation": "2026.1",
        "village_base": "2026.2",
        "village_water": "2026.2",
    }
    for form in pack.forms:
        assert form.definition.languages == ("en", "zh")
        assert set(form.definition.title) == {"zh", "en"}


def test_everything_people_read_stands_in_both_languages(pack: Pack) -> None:
    for form in pack.forms:
        definition = form.definition
        for question in definition.questions:
            if question.type is QuestionType.HIDDEN:
                continue
            for words in (question.label, question.constraint_message or question.label):
                assert set(words) == {"zh", "en"} and all(words.values()), question.path
            assert not re.search(r"[\u4e00-\u9fff]", question.label["en"]), question.path
        for section in definition.sections:
            assert set(section.label) == {"zh", "en"}, section.path
        for choice in (c for each in definition.choices.values() for c in each):
            assert set(choice.label) == {"zh", "en"}, choice.name


def test_every_answer_has_a_class_of_care(pack: Pack) -> None:
    for form in pack.forms:
        assert [q.path for q in asking(form.definition) if q.sensitivity is None] == []


def test_what_identifies_a_person_is_sealed(
    visit: FormDefinition, register: FormDefinition
) -> None:
    sealed = {"phone", "bank_account", "id_number", "disability_no"}
    for definition in (visit, register):
        named = {q.save_to for q in definition.questions if q.sensitivity is Sensitivity.P1}
        assert named == sealed
    p2 = {q.path for q in visit.questions if q.sensitivity is Sensitivity.P2}
    assert {"door/place", "people/members/birth", "people/members/health", "income/wage"} <= p2


def test_values_meet_by_the_policy_of_their_question(
    visit: FormDefinition, register: FormDefinition
) -> None:
    assert visit.question("income/wage").policy is Policy.FIRST
    assert visit.question("door/outcome").policy is Policy.LATEST
    assert visit.question("people/members/health").policy is Policy.UNION
    assert visit.question("living/housing_defects").policy is Policy.UNION
    assert visit.question("finish/remark").policy is Policy.APPEND
    assert {q.policy for q in asking(register)} == {Policy.OFFICE, Policy.UNION}


def test_totals_are_calculated_and_saved(visit: FormDefinition) -> None:
    totals = {q.path: q.save_to for q in visit.questions if q.calculated}
    assert totals == {
        "people/size": "size",
        "income/property_sum": "property_sum",
        "income/transfer_sum": "transfer_sum",
        "medical/hospital_self": None,
        "income/total": "income_total",
        "income/net": "income_net",
        "income/per_capita": "per_capita",
    }
    assert all(visit.question(path).calculate for path in totals)


def test_answers_go_into_the_register_of_their_household_and_person(visit: FormDefinition) -> None:
    assert {(e.dataset, e.container) for e in visit.entities} == {
        ("household", ""),
        ("member", "people/members"),
    }
    wage, name = visit.question("income/wage"), visit.question("people/members/full_name")
    assert (wage.dataset, wage.save_to) == ("household", "wage")
    assert (name.dataset, name.save_to, name.repeat) == ("member", "full_name", "people/members")
    assert visit.unit_path == "household" and visit.question("people/members/person")


def test_three_photos_and_a_signature_are_asked_for(visit: FormDefinition) -> None:
    images = [q for q in visit.questions if q.type is QuestionType.IMAGE and q.repeat is None]
    usual = {q.photo_role for q in images if q.path in relevant(visit)}
    assert usual == {"house_front", "checked_thing", "evidence", "signature", "signed_card"}
    whole = {q.photo_role for q in images if q.path in relevant(visit, door__purpose=["survey"])}
    assert whole == usual | {"house_inside", "kitchen"}


def test_a_signed_card_is_photographed_only_where_nobody_signed_here(
    visit: FormDefinition,
) -> None:
    signature = {"sha256": "ab" * 32, "name": "s.png"}
    told = asked(visit, door__outcome="met", evidence__signature=signature)
    assert "evidence/photo_card" in told.irrelevant
    assert "evidence/photo_card" in relevant(visit)


OWN_WORDS = ("door/", "notice/", "evidence/", "finish/", "plan/", "certified/")
"""Pages about the visit or the office's own act: nobody else is asked there."""


def test_what_could_not_or_would_not_be_told_can_be_marked_everywhere(pack: Pack) -> None:
    for compiled in pack.forms:
        form = compiled.definition
        for code in ("unknown", "refused"):
            lists = [q for q in form.questions if q.missing == code]
            markable = {
                f"{q.section}/{choice.name}"
                for q in lists
                for choice in form.choices[q.choices or ""]
            }
            asked = {
                q.path
                for q in asking(form)
                if q.save_to and not (q.calculated or q.read_only or q.policy is Policy.LATEST)
            }
            left = {path for path in asked - markable if not path.startswith(OWN_WORDS)}
            assert left <= MARKED_BY_A_BLANK, (form.form_id, code, left)


MARKED_BY_A_BLANK = frozenset(
    {"people/head_name", "income/bank_account", "people/members/change"}
    | {"people/members/changed_on"}
)
"""Only filled in where there is something to correct or to tell."""


def relevant(visit: FormDefinition, **answers: str) -> set[str]:
    hidden = asked(visit, door__outcome="met", **answers).irrelevant
    return {q.path for q in visit.questions if q.repeat is None} - hidden


@pytest.mark.parametrize(
    ("outcome", "sections"),
    [
        ("met", {"door", "notice", "people", "income", "living", "evidence", "finish"}),
        ("not_listed", {"door", "notice", "people", "income", "living", "evidence", "finish"}),
        ("phone", {"door", "notice", "people", "income", "living", "finish"}),
        ("nobody_home", {"door", "finish"}),
        ("refused", {"door", "finish"}),
    ],
)
def test_one_tap_says_how_the_door_was_found_and_asks_only_what_fits(
    visit: FormDefinition, outcome: str, sections: set[str]
) -> None:
    hidden = asked(visit, door__outcome=outcome).irrelevant
    shown = {q.path for q in visit.questions if q.repeat is None} - hidden - {"household"}
    assert {path.partition("/")[0] for path in shown} == sections
    names = {c.name for c in visit.choices[visit.question("door/outcome").choices or ""]}
    assert names == {"met", "nobody_home", "refused", "phone", "not_listed"}


@pytest.mark.parametrize("outcome", ["nobody_home", "refused"])
def test_a_closed_door_is_a_whole_visit(visit: FormDefinition, outcome: str) -> None:
    told = asked(visit, door__outcome=outcome, door__arrived_at="2026-10-18T09:30:00+08:00")
    assert faults(told) == []


def test_notes_are_asked_for_kindly_and_need_not_be_given(visit: FormDefinition) -> None:
    for outcome, path in (("nobody_home", "door/away_note"), ("refused", "door/refused_note")):
        hidden = asked(visit, door__outcome=outcome).irrelevant
        assert path not in hidden and not visit.question(path).required
    assert "不必追问" in visit.question("door/refused_note").label["zh"]


def test_no_fix_and_a_call_ask_for_no_place(visit: FormDefinition) -> None:
    assert {"door/place", "door/no_fix"} <= relevant(visit)
    assert "door/place" not in relevant(visit, door__no_fix="yes")
    call = asked(visit, door__outcome="phone").irrelevant
    assert {"door/place", "door/no_fix"} <= call


def test_photos_may_be_declined_and_the_signature_is_still_asked_for(
    visit: FormDefinition,
) -> None:
    photos = {"evidence/photo_front", "evidence/photo_checked", "evidence/photo_paper"}
    assert photos <= relevant(visit)
    declined = relevant(visit, evidence__photo_refused="yes")
    assert not photos & declined and "evidence/signature" in declined


def test_a_person_without_an_id_number_is_a_person(visit: FormDefinition) -> None:
    row = {"full_name": "小满", "relation": "03", "no_id": "yes"}
    told = asked(visit, {"people/members": {"aaaaaaaa": row}}, door__outcome="met")
    assert "people/members[aaaaaaaa]/id_number" in told.irrelevant
    assert [f for f in faults(told) if "members" in f[0]] == []


def test_registered_and_actual_home_are_two_answers(visit: FormDefinition) -> None:
    one, other = (
        visit.question("people/registered_address"),
        visit.question("people/actual_address"),
    )
    assert (one.save_to, other.save_to) == ("registered_address", "actual_address")
    assert not one.required and not other.required


def test_what_the_household_is_told_is_read_out_and_recorded(visit: FormDefinition) -> None:
    zh, en = (visit.question("notice/notice_text").label[lang] for lang in ("zh", "en"))
    for who, why, kept, mend in (
        ("乡镇", "帮扶", "三年", "更正"),
        ("township", "assistance", "three years", "correct"),
    ):
        text = zh if who == "乡镇" else en
        assert all(word in text for word in (who, why, kept, mend))
    assert "照片可以不拍" in zh and "refuse photos" in en
    heard = visit.question("notice/notice_read")
    assert heard.type is QuestionType.ACKNOWLEDGE and heard.required
    assert ("notice/notice_read", "required") in faults(asked(visit, door__outcome="met"))


def test_a_pack_is_installed_once_however_often(sessions: Sessions, pack: Pack) -> None:
    for _ in range(2):
        with sessions() as session:
            begin_write(session)
            feed.found(session)
            install(session, pack, None)
            session.commit()
    with sessions() as session:
        assert len(session.scalars(select(FormVersion)).all()) == len(pack.forms)
        assert len(session.scalars(select(Parameter)).all()) == len(pack.parameters)
        assert parameters.as_of(session, "2025-12-31")["poverty_line"] == 4000
        assert parameters.as_of(session, "2026-01-01")["poverty_line"] == 8000
        assert "poverty_line" not in parameters.as_of(session, "2019-12-31")


FOCUS = {
    "income/wage", "income/business", "income/business_cost", "food/staple", "food/protein",
    "food/clothes", "food/bedding", "living/housing_grade", "living/housing_conclusion",
    "living/water_source", "living/water_conclusion", "schooling/school_gap",
    "medical/all_insured", "measures/taken/says_received",
}  # fmt: skip


def test_what_a_round_must_touch_is_marked_in_the_form(pack: Pack, visit: FormDefinition) -> None:
    assert {q.path for q in visit.questions if q.focus} == FOCUS
    xform = next(c.xform for c in pack.forms if c.definition is visit)
    marked = re.findall(r'<bind [^>]*nodeset="/[^/"]+/([^"]+)"[^>]*ruhu:focus="yes"', xform)
    marked += re.findall(r'<bind [^>]*ruhu:focus="yes"[^>]*nodeset="/[^/"]+/([^"]+)"', xform)
    assert set(marked) == FOCUS


def test_an_arrival_after_the_visit_is_a_fault(visit: FormDefinition) -> None:
    late = asked(visit, door__outcome="met", door__arrived_at="2031-01-01T09:30:00+08:00")
    assert ("door/arrived_at", "constraint") in faults(late)
    good = asked(visit, door__outcome="met", door__arrived_at="2026-10-18T09:30:00+08:00")
    assert "door/arrived_at" not in {path for path, _ in faults(good)}


def test_wrong_answers_behind_an_unknown_outcome_are_told(visit: FormDefinition) -> None:
    wrong = {"income__wage": -5, "living__water_minutes": "far", "people__phone": "123"}
    told = asked(visit, door__outcome="beamed_up", **wrong)
    assert {
        ("door/outcome", "choice"), ("income/wage", "constraint"),
        ("living/water_minutes", "type"), ("people/phone", "constraint"),
    } <= set(faults(told))  # fmt: skip
    assert ("people/met_who", "required") not in faults(told)
    closed = asked(visit, door__outcome="refused", **wrong)
    assert not {path for path, _ in faults(closed)} & {"income/wage", "living/water_minutes"}
