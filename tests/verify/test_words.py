"""Everything that people read: both languages, to be checked, nobody accused."""

import re
from datetime import UTC, datetime

import pytest

from forms.evaluate import Fault
from forms.pack import Pack, pack_rules
from forms.rules import Broken, Rule
from tests.verify import alike, compared, examples
from verify import overdue
from verify.catalogue import CATALOGUE, FIGURES
from verify.checks import answers, moment, photos, place, stages
from verify.finding import Found, Judgement, Note
from verify.geo import Point, gcj02

ACCUSING = re.compile(
    r"造假|作弊|虚假|弄虚|欺骗|伪造|嫌疑|违规|骗"
    r"|\b(?:fraud|fraudulent|fake|faked|false|lie|lied|lying|cheat|cheating|suspect|suspicious)\b",
    re.IGNORECASE,
)
HOUSE = Point(31.6245, 107.938, 6.0)
NOON = datetime(2026, 10, 18, 4, 0, tzinfo=UTC)


def staged() -> list[stages.Staged]:
    """Every way in which a photo after can fail to be one."""
    late = NOON.replace(year=2027)
    one = stages.Staged("a", "before", NOON, HOUSE, "x")
    far = stages.Staged("b", "after", late, Point(31.7, 107.938), "y")
    early = stages.Staged("c", "after", NOON.replace(year=2025), HOUSE, "z")
    return [one, far, early, stages.Staged("d", "after", late, HOUSE, "x")]


def judgements() -> list[Judgement]:
    """Every finding and every note that the checks can make."""
    shifted = gcj02(HOUSE)
    photo = photos.Photo("p", "house_front", 1280, 960, 120.0, 45.0, 200.0)
    looks = ((1.0, 9.0, 9.0), (250.0, 9.0, 9.0), (100.0, 1.0, 9.0), (100.0, 9.0, 1.0))
    bad = [photos.Photo("p", "r", 900, 900, *look) for look in looks]
    small = photos.Photo("p", "r", 9, 9, 100.0, 50.0, 50.0, ("H1",))
    taken = [moment.Taken("p", "2020-01-01T00:00:00"), moment.Taken("p", None)]
    return [
        place.check(Point(31.7, 107.938, 8.0), HOUSE, False, place.Limits()),
        place.check(Point(shifted.lat, shifted.lon, 8.0), HOUSE, False, place.Limits()),
        place.check(None, HOUSE, False, place.Limits()),
        place.check(HOUSE, None, False, place.Limits()),
        place.remote(),
        photos.check([photo, *bad, small], photos.Limits(), ["p"]),
        moment.check_photos(taken, NOON, "Asia/Shanghai", moment.Limits()),
        stages.check(staged(), 30.0),
        moment.check_clock(9000.0, moment.Limits()),
        answers.check([Fault("p", rule, "没有填写", "no answer", None) for rule in answers.RULES]),
        answers.check((), [one for rule in pack_rules("household") for one in _said(rule)]),
        *examples.judgements(),
        Judgement((overdue._late(1, 3, "2026-01-01T00:00:00.000Z", "2026-01-09T00:00:00.000Z"),)),
        *compared.judgements(),
        *alike.judgements(),
    ]


def _said(rule: Rule) -> list[Broken]:
    return [Broken(rule.id, ask.level, ask.at, ask.zh, ask.en) for ask in rule.asks]


FOUND: list[Found] = [found for each in judgements() for found in each.found]
NOTES: list[Note] = [note for each in judgements() for note in each.notes]


def test_every_rule_stands_in_the_catalogue_and_every_line_of_it_has_a_rule() -> None:
    assert {f.rule for f in FOUND} == {check.rule for check in CATALOGUE}
    assert {n.rule for n in NOTES} <= {check.rule for check in CATALOGUE}


@pytest.mark.parametrize("found", FOUND, ids=lambda f: f.rule)
def test_a_finding_is_worded_to_be_checked_in_both_languages(found: Found) -> None:
    assert found.zh.startswith("待核实：") and found.en.startswith("To be checked: ")
    assert re.search(r"[\u4e00-\u9fff]", found.zh) and not re.search(r"[\u4e00-\u9fff]", found.en)
    assert 0 < found.score < 1


@pytest.mark.parametrize("told", [*FOUND, *NOTES], ids=lambda t: t.rule)
def test_nothing_accuses_anybody(told: Found | Note) -> None:
    assert not ACCUSING.search(told.zh) and not ACCUSING.search(told.en)
    assert told.zh.strip() and told.en.strip()


def test_the_catalogue_accuses_nobody_in_either_language() -> None:
    for check in CATALOGUE:
        words = (check.zh, check.en, check.how_zh, check.how_en, check.care_zh, check.care_en)
        for text in words:
            assert text.strip() and not ACCUSING.search(text), (check.rule, text)


def test_forms_accuse_nobody_either(pack: Pack) -> None:
    for compiled in pack.forms:
        assert not ACCUSING.search(re.sub(r"false\(\)", "", compiled.xform))


def test_every_figure_a_check_uses_is_shipped_with_a_source(pack: Pack) -> None:
    shipped = {figure["name"]: figure["source"] for figure in pack.parameters}
    used = {name for check in CATALOGUE for name in check.parameters}
    assert used <= shipped.keys()
    assert all(source["zh"] and source["en"] for source in shipped.values())


def test_every_shipped_figure_has_words_in_both_languages(pack: Pack) -> None:
    assert {figure["name"] for figure in pack.parameters} == FIGURES.keys()
    assert all(zh.strip() and en.strip() for zh, en in FIGURES.values())
