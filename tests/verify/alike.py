"""Every finding and note of the checks that look at photos beside others, for their words."""

from media.prints import Likeness, Verdict
from verify.checks import likeness, origin
from verify.checks.likeness import Pair
from verify.checks.origin import Limits, Shot
from verify.finding import Judgement
from verify.geo import Point, gcj02

HERE = Point(33.55, 107.98, 8.0)


def judgements() -> list[Judgement]:
    same, like = Likeness(Verdict.SAME, 2, 20, 30, 0), Likeness(Verdict.LIKE, 12, 60, 70, 4)
    pairs = [Pair(str(n), seen, "H-2", "rec", "ab" * 32) for n, seen in enumerate((same, like))]
    worked = Shot("p", Point(33.6, 107.98, 8.0), "Adobe Photoshop", 30, None, {})
    shifted = Shot("p", gcj02(HERE), None, None, None, {})
    return [likeness.check(pairs), origin.check([worked, shifted], HERE, Limits())]
