"""Whatever ops a phone makes up, each is answered and kept: none stops a push."""

import random
from typing import Any

import pytest
from sqlalchemy import select

from forms.pack import Pack
from store import ids
from store.records import Held, OpResult, Record
from store.units import UnitPlace
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, send

MEMBERS = "people/members"
KEPT = {"applied", "merged", "conflict", "held", "quarantined"}
ROWS = ("aaaaaaaa", "bbbbbbbb", "cccccccc")
NAMES = ("alice", "alice", "bob", "vera", "dora", "charlie", "ivan")
VALUES: tuple[Any, ...] = (
    *(None, True, 1, 1.0, 1e300, 2**62, "1", "a b", "\x00", [], ["a"], {}, {"lat": 1, "lon": 2}),
    *({"sha256": "ab" * 32}, {"sha256": 5}, {"sha256": "cd" * 32, "size": -5, "role": None}),
)


class Maker:
    """Ops of records, people and households that are mixed up on purpose."""

    def __init__(self, seed: int, cast: Cast, pack: Pack) -> None:
        self.chance = random.Random(seed)
        self.cast = cast
        form = next(f.definition for f in pack.forms if f.definition.form_id == ops.FORM)
        asked = [question.path for question in form.questions]
        self.paths = [*asked, MEMBERS, "people", "area", "odd"]
        inside = [p.removeprefix(MEMBERS + "/") for p in asked if p.startswith(MEMBERS + "/")]
        self.inside = [*inside, "person", "odd"]
        self.recs = [ids.new() for _ in range(4)]
        self.people = [ids.new(), ids.new(), ids.derived(self.recs[0], f"{MEMBERS}[{ROWS[0]}]")]
        self.units = [cast.unit] * 5 + [cast.other_unit, ids.new(), self.people[0], self.recs[1]]
        self.sent: list[str] = []

    def seldom(self, share: float = 0.1) -> bool:
        return self.chance.random() < share

    def op(self) -> dict[str, Any]:
        pick = self.chance.choice
        made = ops.op(
            pick([*self.recs, *self.recs, self.cast.unit, self.people[0]]),
            self.chance.randrange(5),
            pick([None, 0, 1, 2, 50]),
            values=self._some(self.paths, 8) | {"household": pick(self.units)},
            rows={MEMBERS: {row: self._row() for row in self._few(ROWS, 3)}},
            seen={pick([*self.people, self.cast.unit]): self.chance.randrange(6)},
        )
        made["del"] = [self._gone(row) for row in self._few(ROWS, 3)] * pick([1, 1, 2])
        if self.seldom() and self.sent:
            made["after"] = pick([pick(self.sent), made["op"], ids.new()])
        if self.seldom():
            made["origin"] = pick([self.cast.devices["alice"], ids.new()])
        if self.seldom():
            made["form"] = pick(["household_register", "nothing"])
        self.sent.append(made["op"])
        return made

    def _few(self, among: Any, most: int) -> list[Any]:
        return self.chance.sample(among, self.chance.randrange(most))

    def _some(self, paths: list[str], most: int) -> dict[str, Any]:
        return {path: self.chance.choice(VALUES) for path in self._few(paths, most)}

    def _row(self) -> dict[str, Any]:
        named = {"person": self.chance.choice([*self.people, *self.units])}
        return self._some(self.inside, 5) | (named if self.seldom(0.5) else {})

    def _gone(self, row: str) -> str:
        place = f"{MEMBERS}[{row}]"
        return self.chance.choice([place, f"{place}/person", f"{place}/full_name", "income/wage"])


@pytest.mark.parametrize("seed", range(2))
def test_every_op_is_kept_in_one_place(
    sessions: Sessions, cast: Cast, pack: Pack, seed: int
) -> None:
    maker, told = Maker(seed, cast, pack), set()
    for _ in range(50):
        name = maker.chance.choice(NAMES)
        lines = [maker.op() for _ in range(maker.chance.choice([1, 1, 2, 5]))]
        answers = send(sessions, cast, name, *lines, office=name == "dora")
        assert [a["op"] for a in answers] == [line["op"] for line in lines]
        told |= {a["result"] for a in answers}
    assert KEPT - {"merged"} <= told <= KEPT
    assert count(sessions, OpResult) + count(sessions, Held) == len(maker.sent)
    with sessions() as session:
        placed = set(session.scalars(select(UnitPlace.unit)))
        assert set(session.scalars(select(Record.unit))) - {"common"} <= placed
