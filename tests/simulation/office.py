"""What the office and the machine room do, by the real verbs wherever there is one.

The last backup is an archive as `flask backup` makes it, put back as `flask restore` does; or, for
speed, a copy of the database as a file.
"""

import random
from typing import Any

import orjson
from sqlalchemy import select, update

from devices.network import Request
from jobs import purge, run
from jobs.context import Context
from jobs.work import Work
from media.kept import StorageUnavailable
from media.storage import Storage
from store import clock, feed, hands, ids
from store.accounts import Grant
from store.conflicts import Conflict
from store.errors import Invalid, Refusal
from store.outbox import Kind
from store.records import Record
from sync.push import push
from sync.settle import Choice, Verdict, settle
from tests.kit import ops
from tests.simulation import vault
from tests.simulation.ledger import Ledger
from tests.simulation.moves import Move
from tests.simulation.people import EAST, ROLES, WEST, batch
from tests.simulation.server import Break, Killed, Server
from tests.simulation.vault import Backup

CADRES = ("alice", "charlie")
PARTED = ("bob", "charlie")
"""Who may lose the second of their two roles, and get it back."""
DEPARTING = ("alice", "bob", "charlie", "vera")
"""Who may lose all that they hold, and get it back."""
ARCHIVED = 0.4
"""How many backups are archives: putting one back walks all migrations."""


class Office:
    """One story's office."""

    def __init__(self, server: Server, ledger: Ledger) -> None:
        self.server, self.ledger = server, ledger
        self._n = 100
        self._backup: Backup | None = None

    # People and places

    def pair(self, move: Move) -> str:
        rng = random.Random(move.pick)
        unit, name = rng.choice(self.server.township.units), rng.choice(CADRES)
        user = self.server.township.users[name]
        return self._given(unit, user, None) and f"household {unit[:6]} is given to {name}"

    def move(self, move: Move) -> str:
        rng = random.Random(move.pick)
        unit, area = rng.choice(self.server.township.units), rng.choice((EAST, WEST))
        return self._given(unit, None, area) and f"household {unit[:6]} moves to {area}"

    def _given(self, unit: str, user: str | None, area: str | None) -> str:
        """Empty where it would change nothing."""
        by = self.server.township.users["dora"]
        try:
            self.server.write(lambda s: hands.change(s, unit, user, area, "不再顺路", by))
        except Invalid:
            return ""
        return unit

    def grant(self, move: Move) -> str:
        """The second role of somebody ends, or begins anew."""
        name = random.Random(move.pick).choice(PARTED)
        role, area = ROLES[name][1]
        user = self.server.township.users[name]

        def work(session: Any) -> bool:
            seq = feed.take(session)
            held = (Grant.user_id == user) & (Grant.area == area) & Grant.ended_seq.is_(None)
            ended = session.execute(
                update(Grant).where(held).values(ended_seq=seq, ended_at=clock.now())
            )
            if not ended.rowcount:
                made = Grant(id=ids.new(), user_id=user, role=role, area=area)
                made.started_seq, made.started_at = seq, clock.now()
                session.add(made)
            return bool(ended.rowcount)

        lost = self.server.write(work)
        return f"{name} {'loses' if lost else 'gets back'} the role of {role} in {area}"

    def depart(self, move: Move) -> str:
        """Everything that somebody holds ends; who holds nothing gets all of it back."""
        name = random.Random(move.pick).choice(DEPARTING)
        user = self.server.township.users[name]

        def work(session: Any) -> bool:
            seq = feed.take(session)
            held = (Grant.user_id == user) & Grant.ended_seq.is_(None)
            ended = session.execute(
                update(Grant).where(held).values(ended_seq=seq, ended_at=clock.now())
            )
            for role, area in () if ended.rowcount else ROLES[name]:
                made = Grant(id=ids.new(), user_id=user, role=role, area=area)
                made.started_seq, made.started_at = seq, clock.now()
                session.add(made)
            return bool(ended.rowcount)

        return f"{name} {'loses every role' if self.server.write(work) else 'is back'}"

    # Visits

    def review(self, move: Move) -> str:
        """Vera, whose phone is the fifth, decides through the API."""
        rng = random.Random(move.pick)
        with self.server.read() as session:
            query = select(Record.id, Record.version).where(Record.state == "received")
            found = sorted(session.execute(query.where(Record.type == "submission")))
        if not found:
            return ""
        rec, version = rng.choice(found)
        action = rng.choice(("return", "return", "approve"))
        body = {"action": action, "version": version, "reason": "看一下"}
        headers = {"Authorization": f"Bearer {self.server.township.token(4)}"}
        headers["Content-Type"] = "application/json"
        request = Request("POST", f"/api/v1/visits/{rec}/review", headers, orjson.dumps(body))
        answer = self.server.answer(request)
        return f"visit {rec[-6:]} is {action}ed: {answer.status}"

    def correct(self, move: Move) -> str:
        """The office corrects the register, by the one road in."""
        rng = random.Random(move.pick)
        unit = rng.choice(self.server.township.units)
        self._n += 1
        facts = {
            "household": unit,
            "facts/water_source": rng.choice(("tap", "well", "river")),
            "facts/head_name": rng.choice(("甲", "乙", "丁")),
        }
        with self.server.read() as session:
            seen = session.get_one(Record, unit).version
        line = ops.op(ids.derived("correction", str(move.pick)), self._n, values=facts)
        line |= {"op": ids.derived("correction op", str(move.pick)), "form": "household_register"}
        line |= {"seen": {unit: seen}, "rows": {}, "del": []}
        self._by_office(line)
        return f"the office corrects household {unit[:6]}: op {line['op'][-6:]} {facts}"

    def _by_office(self, line: dict[str, Any]) -> None:
        township = self.server.township
        name = (township.office, line["op"])

        def work(session: Any) -> Any:
            who = township.who(session, "dora", township.office, office=True)
            lines = batch(township.office, line)
            return push(session, township.keys, who, lines, clock.now()).results

        [answer] = self.server.write(work)
        self.ledger.told(name, line, answer)
        self.ledger.acknowledged.add(name)
        self.ledger.office.add(name)
        self.ledger.seen_in[name] = self.ledger.epochs[-1][0]

    # The machine room

    def work(self, move: Move) -> str:
        rng = random.Random(move.pick)
        how = rng.choice(("well", "killed", "no files"))
        storage = self.server.storage
        if how == "killed":
            self.server.seam.next = rng.choice((Break.BEFORE, Break.AFTER))
            self.server.seam.wait = rng.randrange(4)
        try:
            done = run.drain(self.context(Away(storage) if how == "no files" else storage))
        except Killed as killed:
            return f"a worker dies: {killed}"
        finally:
            self.server.seam.next = None
        return f"the workers do {done} rows ({how})"

    def context(self, storage: Storage) -> Context:
        home = self.server.home
        keys = self.server.township.keys
        return Context(self.server.sessions, keys, storage, home / "spool", "Asia/Shanghai")

    def purge(self, move: Move) -> str:
        """As if half a year had passed: what is gone now is forgotten."""
        with self.server.read() as session:
            before = feed.floor(session)
        rows = self.context(self.server.storage)
        self.server.write(purge.prepare(rows, Work(0, Kind.FEED_PURGE, "server", "1", 0, {})))
        real, clock.now = clock.now, lambda: clock.after(self.server.time.text(), days=181)
        try:
            self.server.write(purge.prepare(rows, Work(0, Kind.FEED_PURGE, "server", "2", 0, {})))
        finally:
            clock.now = real
        with self.server.read() as session:
            after = feed.floor(session)
        self.ledger.purged = True
        return f"what was deleted up to {after} is purged" if after > before else ""

    def settle(self, move: Move) -> str:
        """Dora decides a conflict, as the office's page does."""
        rng, township = random.Random(move.pick), self.server.township
        with self.server.read() as session:
            query = select(Conflict.id, Conflict.path).where(Conflict.state == "open")
            found = sorted((ident, path) for ident, path in session.execute(query))
        if not found:
            return ""
        ident, path = rng.choice(found)
        verdict = Verdict(rng.choice((Choice.STANDING, Choice.WAITING)), "问过了")

        def work(session: Any) -> None:
            who = township.who(session, "dora", township.office, office=True)
            settle(session, township.keys, who, ident, verdict, clock.now())

        try:
            self.server.write(work)
        except Refusal as no:
            return f"a conflict on {path} is not settled: {no}"
        return f"the conflict on {path} is settled: {verdict.choice.value}"

    def backup(self, move: Move) -> str:
        how = "archive" if random.Random(move.pick).random() < ARCHIVED else "copy"
        self._backup = vault.archive(self.server) if how == "archive" else vault.copy(self.server)
        told = self._backup.told
        tell = (told.epoch, told.position, told.made_at)
        if told.whole:
            self.server.write(lambda session: feed.note_backup(session, *tell))
        return f"a backup ({how}) is made, through {told.position}"

    def restore(self, move: Move) -> str:
        """The last backup comes back, and a new history begins; sometimes all files were lost."""
        if self._backup is None:
            return ""
        lost = self._backup.file is not None and random.Random(move.pick).random() < 0.5
        if lost:
            vault.lose_files(self.server)
        vault.put_back(self.server, self._backup)
        self.note_epoch()
        files = ", all files were lost" if lost else ""
        return f"the backup through {self._backup.told.position} is restored{files}"

    def note_epoch(self) -> None:
        with self.server.read() as session:
            versions = {i: v for i, v in session.execute(select(Record.id, Record.version))}
            self.ledger.began(feed.epoch(session), versions)
            if len(self.ledger.epochs) > 1:
                self.ledger.forget_office(session)


class Away:
    """A storage whose machine does not answer: the real one behind a closed door."""

    def __init__(self, _behind: Storage) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: Any) -> Any:
            raise StorageUnavailable("files are away")

        return refuse
