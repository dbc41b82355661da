"""A copied interview, sent by a phone like any other: found by the night, told to its cadre."""

import random
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from store import clock
from store.db import begin_write
from tests.kit.cast import EAST, TOWNSHIP, Cast, place
from tests.verify.acts import TZ, found, told, visited
from verify import night

AMOUNTS = ("wage", "business", "pension", "eco", "dibao", "property", "transfer_other",
           "asset_dividend", "family_planning", "tekun", "business_cost")  # fmt: skip


def interview(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    answers: dict[str, Any] = {f"income__{name}": rng.randrange(100, 30_000) for name in AMOUNTS}
    answers |= {
        "living__housing_grade": rng.choice("AAB"),
        "living__water_source": rng.choice(("tap", "tap", "well")),
        "living__water_minutes": rng.randrange(0, 20),
        "food__staple": rng.choice(("yes", "yes", "sometimes")),
        "food__protein": rng.choice(("yes", "sometimes")),
        "food__clothes": "enough",
    }
    return answers


def test_a_copied_interview_is_found_and_its_cadre_hears_of_it(
    sessions: sessionmaker[Session], cast: Cast
) -> None:
    with sessions() as session:
        begin_write(session)
        units = [place(session, EAST, cast.users["alice"]) for _ in range(9)]
        session.commit()
    day = "2026-10-18T{:02d}:30:00+08:00"
    honest = [
        visited(sessions, cast, unit=unit, at=day.format(8 + at), **interview(at))
        for at, unit in enumerate(units[:8])
    ]
    copy = interview(3) | {"income__wage": 12_345, "food__staple": "yes"}
    copied = visited(sessions, cast, unit=units[8], at=day.format(20), **copy)
    with sessions() as session:
        judged = night.judge(session, TOWNSHIP, "2026-10-20T00:00:00.000Z", TZ)
    assert judged is not None
    with sessions() as session:
        begin_write(session)
        night.write(session, judged)
        session.commit()
    assert [rule for rule, _ in found(sessions, copied)] == ["D17"] == told(sessions, copied)
    assert [rec for rec in honest if found(sessions, rec)] == []
    assert clock.text(judged.night.asof) == "2026-10-20T00:00:00.000Z"
