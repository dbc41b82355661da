"""A township supervisor's phone: more units than one question may name, all of them compared."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from devices import mending
from devices.mirror import Mirror
from devices.store import Store
from store import ids
from store.db import begin_snapshot, begin_write
from sync import reconcile
from tests.kit import cast as people
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, down, fetch, send, take_role

Lose = Callable[[Store, list[str]], None]


def homes(sessions: Sessions, cast: Cast, count: int) -> list[str]:
    """So many more households in Dora's township, in no order."""
    with sessions() as session:
        begin_write(session)
        units = [people.place(session, people.EAST, None) for _ in range(count)]
        session.commit()
    for at in range(0, count, 500):
        lines = [
            ops.op(ids.new(), n, form="household_register", values=_entry(unit, n))
            for n, unit in enumerate(units[at : at + 500], at + 1)
        ]
        send(sessions, cast, "dora", *lines, office=True)
    return sorted(units)


def _entry(unit: str, n: int) -> dict[str, Any]:
    return {"household": unit, "facts/head_name": f"户{n}"}


class Township:
    """Dora's phone and the server's verbs, without the wire between."""

    def __init__(self, sessions: Sessions, cast: Cast, folder: Path) -> None:
        self.sessions, self.cast = sessions, cast
        self.store = Store(folder)
        self.mirror = Mirror(self.store)
        self.asked: list[Mapping[str, Any]] = []

    def pull(self) -> None:
        more = True
        while more:
            page = fetch(self.sessions, self.cast, "dora", self.mirror.cursor)
            self.mirror.apply(down(page), page.drop)
            self.mirror.save_cursor(page.cursor, page.epoch)
            more = page.more

    def ask(self, body: Mapping[str, Any]) -> Any:
        whole = {"device": self.cast.devices["dora"], "cursor": self.mirror.cursor, **body}
        self.asked.append(whole)
        asked = reconcile.parse(orjson.dumps(whole))
        with self.sessions() as session:
            begin_snapshot(session)
            who = self.cast.who(session, "dora")
            mend = reconcile.reconcile(session, self.cast.keys, who, asked)
        records = [orjson.loads(record) for record in mend.records]
        self.mirror.mend(records, mend.forget, mend.drop)
        return {"differ": mend.differ, "forget": mend.forget, "records": records,
                "more": mend.more, "through": mend.through}  # fmt: skip

    def due(self) -> dict[str, int]:
        """What a fresh phone would hold."""
        found: dict[str, int] = {}
        cursor, more = None, True
        while more:
            page = fetch(self.sessions, self.cast, "dora", cursor)
            found |= {record["id"]: record["v"] for record in down(page)}
            cursor, more = page.cursor, page.more
        return found


def everything(store: Store, _units: list[str]) -> None:
    store.run("DELETE FROM mirror")


def here_and_there(store: Store, units: list[str]) -> None:
    """The first, the last, and those about where one question ends and the next begins."""
    for unit in {units[0], units[-1], *units[995:1005], *random.Random(1).sample(units, 40)}:
        store.run("DELETE FROM mirror WHERE unit = ?", unit)


def test_more_units_than_a_question_names_are_all_mended(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    units, phone = homes(sessions, cast, 1_020), Township(sessions, cast, tmp_path)
    phone.pull()
    due = phone.due()
    assert phone.mirror.versions() == due and len(due) > 1_020
    assert mending.everything(phone.mirror, phone.ask) == 0 and len(phone.asked) == 2
    lose: Lose
    for lose in (here_and_there, everything):
        lose(phone.store, units)
        assert len(phone.mirror.versions()) < len(due)
        mending.everything(phone.mirror, phone.ask)
        assert phone.mirror.versions() == due, lose.__name__
    assert all(len(body.get("digests", ())) <= reconcile.MAX_UNITS for body in phone.asked)
    take_role(sessions, cast, "dora")
    mending.everything(phone.mirror, phone.ask)
    assert {record.unit for record in phone.mirror.all("household")} == set()


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_missing_one_walk_finds_it(
    sessions: Sessions, cast: Cast, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rule where a question names three units."""
    monkeypatch.setattr(reconcile, "MAX_UNITS", 3)
    monkeypatch.setattr(mending, "MOST_UNITS", 3)
    units, phone = homes(sessions, cast, 14), Township(sessions, cast, tmp_path)
    phone.pull()
    due, rng = phone.due(), random.Random(seed)
    for unit in rng.sample(units, rng.randint(0, 14)):
        phone.store.run("DELETE FROM mirror WHERE unit = ?", unit)
    phone.store.run("UPDATE mirror SET v = 9 WHERE unit = ?", rng.choice(units))
    mending.everything(phone.mirror, phone.ask)
    assert phone.mirror.versions() == due


def test_a_question_about_a_part_is_answered_about_that_part(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    units, phone = homes(sessions, cast, 4), Township(sessions, cast, tmp_path)
    phone.pull()
    told = phone.ask({"complete": True, "after": units[0], "until": units[2]})
    assert told["differ"] == units[1:3] and told["through"] is None
    told = phone.ask({"complete": True, "after": "common"})
    assert told["differ"] == []
    with pytest.raises(reconcile.Invalid):
        phone.ask({"complete": True, "after": "\x00"})
