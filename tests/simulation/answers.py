"""What a person at a door may write: few values, so that people often disagree."""

import random
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from devices.drafts import Draft
from tests.media.pictures import encoded, plain
from tests.simulation.people import MARK, PROBE

VALUES: dict[str, tuple[Any, ...]] = {
    "door/outcome": ("met", "nobody_home", "refused"),
    "people/head_name": ("甲", "乙", "丙"),
    "people/phone": (f"{MARK}1", f"{MARK}2"),
    "income/wage": (0, 1, 2, 2.0, "2"),
    "income/business": (1000, 2000, "many", -999, 2**60),
    "income/property": (5, 6, 7),
    "income/dibao": (5, 6, 7),
    "income/total": (1, 2, 3),
    "income/per_capita": (1.5, 2.5),
    "living/water_source": ("tap", "well", "open_well"),
    "living/housing_defects": (["crack"], ["leak"], ["crack", "leak"], ["nothing"]),
    "finish/remark": ("一", "二", "三"),
    "future/unknown": ("kept", "for", "ever"),
}
MEMBER: dict[str, tuple[Any, ...]] = {
    "full_name": ("人甲", "人乙"),
    "birth": ("1980-01-01", "1981-02-02"),
    "health": (["healthy"], ["chronic"], ["healthy", "chronic"]),
    "id_number": (f"{MARK}8", f"{MARK}9"),
}
MEMBERS = "people/members"
JOBS = "future_jobs"
WORK = ("木匠", "瓦匠", "石匠")
PHOTO = "evidence/photo_front"
COLOURS = 6


@lru_cache(maxsize=COLOURS)
def picture(colour: int) -> bytes:
    """A picture with a long tail of nothing, so that a byte may turn and it still opens."""
    return encoded(plain(40 * colour, (24, 16))) + bytes(4000)


def write(draft: Draft, rng: random.Random, newer: bool) -> None:
    """A few answers, some taken back, a person more or less."""
    chosen = rng.sample(sorted(VALUES), rng.randint(1, 4))
    for path in chosen:
        draft.set(path, rng.choice(VALUES[path]))
    if newer and rng.random() < 0.5:
        draft.set(PROBE, rng.choice(("老", "新")))
    if rng.random() < 0.15:
        draft.clear(rng.choice(sorted(VALUES)))
    if rng.random() < 0.45:
        _people(draft, rng)


def confirm(draft: Draft, before: Mapping[str, Any], rng: random.Random) -> None:
    """Some of what was there before is looked at and called unchanged."""
    same = sorted(p for p, v in draft.values.items() if p in VALUES and before.get(p) == v)
    for path in same:
        if rng.random() < 0.25:
            draft.confirm(path)


def _people(draft: Draft, rng: random.Random) -> None:
    rows = draft.rows(MEMBERS)
    dice = rng.random()
    if not rows or dice < 0.3:
        told = {"full_name": rng.choice(MEMBER["full_name"])}
        draft.add_row(MEMBERS, told, str(rng.getrandbits(16)))
    elif dice < 0.5:
        draft.delete_row(MEMBERS, rng.choice(rows))
    elif dice < 0.75:
        leaf = rng.choice(sorted(MEMBER))
        draft.set(f"{MEMBERS}[{rng.choice(rows)}]/{leaf}", rng.choice(MEMBER[leaf]))
    else:
        _jobs(draft, f"{MEMBERS}[{rng.choice(rows)}]/{JOBS}", rng)


def _jobs(draft: Draft, repeat: str, rng: random.Random) -> None:
    """Rows in a person's row, as of a form that is newer than the server's."""
    rows = draft.rows(repeat)
    dice = rng.random()
    if not rows or dice < 0.4:
        draft.add_row(repeat, {"job": rng.choice(WORK)}, str(rng.getrandbits(16)))
    elif dice < 0.6:
        draft.delete_row(repeat, rng.choice(rows))
    else:
        draft.set(f"{repeat}[{rng.choice(rows)}]/job", rng.choice(WORK))
