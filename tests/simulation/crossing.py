"""Arrivals in another order: two phones' ops on one visit, played both ways from one moment."""

from itertools import permutations
from typing import TYPE_CHECKING, Any

from store import clock, ids
from sync.push import push
from tests.kit import ops
from tests.simulation import books
from tests.simulation.ledger import Breach
from tests.simulation.people import NEWER, batch

if TYPE_CHECKING:
    from tests.simulation.play import Play

VALUES: dict[str, tuple[Any, ...]] = {
    "income/wage": (11, 12, 13),
    "people/head_name": ("子", "丑", "寅"),
    "income/property": (5, 9, 7),
    "income/dibao": (5, 3, 7),
    "living/housing_defects": (["crack"], ["leak"], ["nothing"]),
}
OWN = ("income/pension", "income/transfer_other", "income/business_cost")
WRITERS = (("alice", 0), ("bob", 1), ("vera", 4))


def crossed(play: "Play") -> list[Breach]:
    """Promise 5, tried on a copy of where this story ended."""
    with play.server.read() as session:
        held = books.rights(session)
    users = play.server.township.users
    shared = sorted(set.intersection(*(held.units(users[name]) for name, _ in WRITERS)))
    if not shared:
        return []
    play.server.copy("crossing")
    outcomes = []
    for order in permutations(range(len(WRITERS))):
        outcomes.append(_one_way(play, shared[0], order))
        play.server.set_back("crossing")
        if len(outcomes) == 3:
            break
    return [
        Breach(5, f"in another order of arrival: {outcomes[0]} became {other}")
        for other in outcomes[1:]
        if other != outcomes[0]
    ]


def _one_way(play: "Play", unit: str, order: tuple[int, ...]) -> Any:
    rec = ids.derived("crossing", unit)
    _send(play, "dora", play.server.township.office, _line(rec, 900, None, ops.visit(unit)))
    for place in order:
        name, phone = WRITERS[place]
        values = {path: chosen[place] for path, chosen in VALUES.items()}
        line = _line(rec, 901 + place, 1, values | {OWN[place]: place})
        _send(play, name, play.server.township.devices[phone], line)
    kept = play.books()
    said = {
        path: sorted(
            map(str, [kept.docs[rec].get(path)]
                + [d.waiting for d in kept.disputes if (d.rec, d.path) == (rec, path)])
        )
        for path in VALUES
    }  # fmt: skip
    return said | {path: kept.docs[rec].get(path) for path in OWN}


def _line(rec: str, n: int, base: int | None, values: dict[str, Any]) -> dict[str, Any]:
    line = ops.op(rec, n, base, values=values)
    return line | {"op": ids.derived("crossing op", rec, str(n)), "form_v": NEWER}


def _send(play: "Play", name: str, device: str, line: dict[str, Any]) -> None:
    township = play.server.township

    def work(session: Any) -> None:
        who = township.who(session, name, device, office=name == "dora")
        push(session, township.keys, who, batch(device, line), clock.now())

    play.server.write(work)
