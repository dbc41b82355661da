"""R-33: "water safe" rests on the village's certificate of that day."""

from datetime import date

import pytest

from verify.checks.village_water import Certificate, check
from verify.finding import Judgement

DAY, PATH = date(2026, 10, 18), "living/water_conclusion"
VALID = Certificate("safe", date(2026, 5, 1), date(2027, 4, 30))


def judged(*certificates: Certificate, conclusion: str = "safe", needed: bool = False) -> Judgement:
    return check(conclusion, PATH, DAY, certificates, needed)


@pytest.mark.parametrize(
    "certificate",
    [
        VALID,
        Certificate("basic", None, DAY),
        Certificate("safe", DAY, date(2026, 12, 31)),
    ],
)
def test_a_valid_certificate_settles_it(certificate: Certificate) -> None:
    assert judged(certificate) == Judgement()


def test_one_valid_certificate_among_old_ones_is_enough() -> None:
    assert judged(Certificate("safe", None, date(2025, 4, 30)), VALID) == Judgement()


@pytest.mark.parametrize(
    ("certificate", "words"),
    [
        (Certificate("safe", date(2025, 5, 1), date(2026, 10, 17)), "有效期到 2026-10-17"),
        (Certificate("unsafe", date(2026, 5, 1), date(2027, 4, 30)), "不是安全"),
        (Certificate("safe", date(2026, 5, 1), None), "有效期到 —"),
    ],
)
def test_one_that_is_not_valid_is_told_to_the_office(certificate: Certificate, words: str) -> None:
    [found] = judged(certificate).found
    assert words in found.zh and found.path == PATH and found.numbers["level"] == "S"


def test_a_village_without_one_is_a_note_until_the_county_needs_it() -> None:
    assert judged().found == () and [note.rule for note in judged().notes] == ["R-33"]
    [found] = judged(needed=True).found
    assert "录入" in found.zh and judged(needed=True).notes == ()


def test_a_certificate_of_a_later_day_says_nothing_of_this_one() -> None:
    later = Certificate("safe", date(2026, 11, 1), date(2027, 10, 31))
    assert judged(later).found == () and judged(later).notes


def test_only_safe_is_held_against_it() -> None:
    assert judged(conclusion="basic", needed=True) == Judgement()
