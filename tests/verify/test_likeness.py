"""D02, D04 and D05: what is told of photos beside others, on both sides of each limit."""

from dataclasses import replace

import pytest

from media.prints import Likeness, Verdict
from verify.checks import likeness, origin
from verify.checks.likeness import Pair
from verify.checks.origin import Limits, Shot
from verify.geo import Point, gcj02

SAME = Likeness(Verdict.SAME, 2, 20, 30, 0)
LIKE = Likeness(Verdict.LIKE, 12, 60, 70, 4)
OTHER = Likeness(Verdict.OTHER, 30, 120, 110, 0)
HERE = Point(33.55, 107.98, 8.0)
SHOT = Shot("evidence/photo_front", HERE, None, None, None, {})
LIMITS = Limits()


def pair(seen: Likeness, household: str = "Q-2", other: str = "ab" * 32) -> Pair:
    return Pair("evidence/photo_front", seen, household, "rec-2", other)


def test_photos_unlike_each_other_are_no_finding() -> None:
    assert likeness.check([pair(OTHER)]).found == ()


def test_the_pair_most_alike_is_told_with_the_other_photo() -> None:
    [one] = likeness.check([pair(LIKE, "Q-3", "cc" * 32), pair(SAME), pair(OTHER, "Q-4")]).found
    assert (one.rule, one.path, one.score) == ("D02", "evidence/photo_front", 0.8)
    assert (one.numbers["other_visit"], one.numbers["other_photo"]) == ("rec-2", "ab" * 32)
    assert "Q-2" in one.zh and one.zh.startswith("待核实") and one.en.startswith("To be checked")


def test_a_photo_that_is_much_alike_says_less() -> None:
    [one] = likeness.check([pair(LIKE)]).found
    assert one.score == 0.4 and "很像" in one.zh


def rules(shot: Shot, fix: Point | None = HERE) -> list[str]:
    return [found.rule for found in origin.check([shot], fix, LIMITS).found]


@pytest.mark.parametrize(("metres", "told"), [(90, []), (118, []), (130, ["D04"])])
def test_a_photo_taken_elsewhere_is_told_beyond_the_limit_and_both_errors(
    metres: float, told: list[str]
) -> None:
    """100 m and twice √(8² + 8²) m, which is 22.6."""
    there = Point(HERE.lat + metres / 111_195, HERE.lon, 8.0)
    assert rules(replace(SHOT, place=there)) == told


def test_where_one_of_the_two_has_no_position_nothing_is_said() -> None:
    assert rules(replace(SHOT, place=None)) == [] == rules(SHOT, None)


def test_another_datum_is_a_note_and_no_finding() -> None:
    shifted = gcj02(HERE)
    judged = origin.check([replace(SHOT, place=shifted)], HERE, LIMITS)
    assert judged.found == () and "坐标" in judged.notes[0].zh


FAMILY = {"aaaa": 30, "bbbb": 20}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"software": "Adobe Photoshop 26.1"}, []),
        ({"thumb_bits": 11}, []),
        ({"software": "Adobe Photoshop 26.1", "thumb_bits": 10}, []),
        ({"software": "Adobe Photoshop 26.1", "thumb_bits": 11}, ["D05"]),
        ({"software": "HUAWEI P40 10.1.0", "thumb_bits": 11}, []),
        ({"software": "美图秀秀", "tables": "cccc", "family": FAMILY}, ["D05"]),
        ({"software": "美图秀秀", "tables": "aaaa", "family": FAMILY}, []),
        ({"software": "美图秀秀", "tables": "cccc", "family": {"aaaa": 19}}, []),
        ({"thumb_bits": 30, "tables": "cccc", "family": FAMILY}, ["D05"]),
    ],
)
def test_two_signs_of_three_make_an_edited_picture(
    changes: dict[str, object], told: list[str]
) -> None:
    assert rules(replace(SHOT, **changes)) == told  # type: ignore[arg-type]
