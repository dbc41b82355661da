"""What the office and the machine room do, by the real verbs wherever there is one.

The last backup is a copy of the database as a file, put back by what `flask restore` uses.
"""

import random
from typing import Any, cast

import orjson
from sqlalchemy import select, update

from backup import put_back
from backup.archive import Archive
from backup.manifest import Manifest, Part
from devices.network import Request
from jobs import purge, run
from jobs.context import Context
from jobs.work import Work
from media.kept import StorageUnavailable
from media.storage import Storage
from server.services import services
from store import clock, feed, hands, ids
from store.accounts import Grant
from store.conflicts import Conflict
from store.errors import Invalid, Refusal
from store.outbox import Kind
from store.records import Record
from sync.push import push
from sync.settle import Choice, Verdict, settle
from tests.kit import ops
from tests.simulation.ledger import Ledger
from tests.simulation.moves import Move
from tests.simulation.people import EAST, ROLES, WEST, batch
from tests.simulation.server import Break, Killed, Server

CADRES = ("alice", "charlie")
PARTED = ("bob", "charlie")
"""Who may lose the second of their two roles, and get it back."""


class Office:
    """One story's office."""

    def __init__(self, server: Server, ledger: Ledger) -> None:
        self.server, self.ledger = server, ledger
        self._n = 100
        self._copied: Manifest | None = None

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
        storage = services_of(self.server)
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
        rows = self.context(services_of(self.server))
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
        """A copy of the database, as fast as a file can be copied; the rest as `flask backup`."""
        self.server.copy("backup")
        with self.server.read() as session:
            epoch, head, at = feed.epoch(session), feed.head(session), clock.now()
        self.server.write(lambda session: feed.note_backup(session, epoch, head, at))
        self._copied = Manifest("", "", "", epoch, head, "", at, (), Part("blobs", (), 0, ""))
        return f"a backup is made, through {head}"

    def restore(self, move: Move) -> str:
        """The last backup comes back as `flask restore` puts it, and a new history begins."""
        told = self._copied
        if told is None:
            return ""
        with self.server.read() as session:
            gone = put_back.before(session.connection())
        self.server.set_back("backup")
        archive, storage = Archive(cast(Any, None), told), services_of(self.server)
        self.server.write(
            lambda session: put_back.begin_anew(session.connection(), archive, storage, "b", gone)
        )
        self.note_epoch()
        return f"the backup through {told.position} is restored"

    def note_epoch(self) -> None:
        with self.server.read() as session:
            versions = {i: v for i, v in session.execute(select(Record.id, Record.version))}
            self.ledger.began(feed.epoch(session), versions)
            if len(self.ledger.epochs) > 1:
                self.ledger.forget_office(session)


def services_of(server: Server) -> Storage:
    with server.app.app_context():
        return services().storage


class Away:
    """A storage whose machine does not answer: the real one behind a closed door."""

    def __init__(self, _behind: Storage) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: Any) -> Any:
            raise StorageUnavailable("files are away")

        return refuse
