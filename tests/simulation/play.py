"""One story, played to its end: the moves, then a good road for everybody, then the promises."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp

from devices.network import Answer, Request
from jobs import run
from store.outbox import OutboxRow
from tests.simulation import books, crossing, promises, vault
from tests.simulation.acts import Acts
from tests.simulation.books import Books
from tests.simulation.hand import Hand, Unsettled
from tests.simulation.ledger import PULL, PUSH, Breach, Ledger, page_of
from tests.simulation.moves import Kind, Move, phones_of
from tests.simulation.office import Office
from tests.simulation.people import MARK
from tests.simulation.road import Fault
from tests.simulation.server import Server

ROUNDS = 6


class Play:
    """The stage of one story."""

    def __init__(self, server: Server, phones: int, straight: bool = False) -> None:
        self.server, self.ledger = server, Ledger(straight=straight)
        self.told: list[str] = []
        self.keepsakes: list[tuple[int, str | None, dict[str, tuple[int, bytes]]]] = []
        server.reset()
        vault.clear(server)
        self.folder = Path(mkdtemp(dir=server.home))
        self.office = Office(server, self.ledger)
        self.office.note_epoch()
        self.ledger.ever = {user: set() for user in server.township.users.values()}
        self._note_rights()
        self.hands = [Hand(server, p, self.folder, self.heard) for p in range(phones)]
        self.acts = [Acts(hand, self.ledger) for hand in self.hands]

    def close(self) -> None:
        for hand in self.hands:
            hand.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    # While it runs

    def step(self, move: Move) -> None:
        self.server.time.moment += 60.0 * move.minutes
        mine: Callable[[Move], str] | None = getattr(self.acts[move.phone], move.kind.value, None)
        words = mine(move) if mine else getattr(self.office, move.kind.value)(move)
        if words:
            self.told.append(f"phone {move.phone} {words}" if mine else words)
        if move.kind in (Kind.PAIR, Kind.MOVE, Kind.GRANT, Kind.DEPART, Kind.RESTORE):
            self._note_rights()
        if move.kind is Kind.PULL and move.fault is Fault.NONE:
            self.pulled(self.hands[move.phone])

    def _note_rights(self) -> None:
        with self.server.read() as session:
            held = books.rights(session)
        for user, units in self.ledger.ever.items():
            units |= held.units(user)

    def heard(self, place: int, request: Request, answer: Answer, got: bool) -> None:
        device = self.server.township.devices[place]
        if request.path == PUSH and answer.status == 200:
            self.ledger.pushed(device, request, answer, got)
        elif request.path.startswith(PULL) and answer.status == 200:
            self._paged(place, answer, got)

    def _paged(self, place: int, answer: Answer, got: bool) -> None:
        """Authorisation is looked at where it is given: in every page, whoever gets it."""
        page, hand = page_of(answer), self.hands[place]
        with self.server.read() as session:
            held = books.rights(session)
        units = held.units(hand.user) | {"common"}
        for record in page["records"]:
            if record["unit"] not in units:
                self.ledger.breach(7, f"{hand.login} was sent {record['type']} {record['id']}")
            if MARK in str(record) and not self._trusted(held, hand, record):
                self.ledger.breach(7, f"{hand.login} was sent P1 values of {record['id']}")
        if got:
            self.ledger.mirror_epoch[place] = page["epoch"]

    def _trusted(self, held: books.Rights, hand: Hand, record: dict[str, object]) -> bool:
        with self.server.read() as session:
            row = session.get(books.Record, record["id"])
            author = row.author if row else None
        return held.paired(hand.user, str(record["unit"])) or author == hand.user

    def pulled(self, hand: Hand) -> None:
        """A reader that follows its cursor has everything there is for it."""
        report = hand.sync(("pull",))
        if report.trouble:
            return
        wrong = promises.differing(self.server, hand)
        if wrong:
            self.ledger.breach(6, f"phone {hand.place} pulled to the end and {wrong}")
        self.keep(hand)

    def keep(self, hand: Hand) -> None:
        """Remember a cursor with the mirror that belongs to it."""
        if hand.phone.store.row("SELECT 1 FROM departing"):
            return  # what it still holds for its own ops' sake belongs to no cursor
        rows = hand.phone.store.rows("SELECT id, v, body FROM mirror")
        mirror = {row["id"]: (row["v"], row["body"]) for row in rows}
        self.keepsakes.append((hand.place, hand.mirror.cursor, mirror))

    # The end

    def heal(self, workers: bool = True) -> None:
        """The network is well, wanderers arrive, workers work, until nothing moves any more."""
        for hand in self.hands:
            hand.road.arrive()
        for _ in range(ROUNDS):
            before = self._moved()
            for hand in self.hands:
                hand.settle()
            if workers:
                self.server.time.moment += 7200.0
                self._work()
            if self._moved() == before:
                break

    def _moved(self) -> int:
        with self.server.read() as session:
            return int(session.query(books.FeedCounter).one().head)

    def _work(self) -> None:
        run.drain(self.office.context(self.server.storage))

    def judge(self, chapters: Sequence[str] = ()) -> list[Breach]:
        """Every promise, after the run has settled."""
        with self.server.read() as session:
            kept = books.read(session, self.server.township.keys)
            work = {row.id: row for row in session.query(OutboxRow)}
        found = list(self.ledger.breaches)
        for number, promise in promises.PROMISES.items():
            if number == 12 and "workers" not in chapters:
                continue
            for words in promise.broken(promises.Case(self, kept, work)):
                found.append(Breach(number, words))
        if "crossing" in chapters:
            found += crossing.crossed(self)
        return found

    def books(self) -> Books:
        with self.server.read() as session:
            return books.read(session, self.server.township.keys)


def play(
    server: Server, moves: Sequence[Move], chapters: Sequence[str] = (), straight: bool = False
) -> tuple[list[Breach], list[str]]:
    """(broken promises, the story as sentences)."""
    stage = Play(server, phones_of(moves), straight)
    try:
        for move in moves:
            stage.step(move)
        stage.heal("workers" in chapters)
        found = stage.judge(chapters)
        if "clocks" in chapters and not straight:
            found += clocks(server, moves, stage.books(), stage.ledger)
        return found, stage.told
    except Unsettled as why:
        return [*stage.ledger.breaches, Breach(1, str(why))], stage.told
    finally:
        stage.close()


def clocks(server: Server, moves: Sequence[Move], crooked: Books, ledger: Ledger) -> list[Breach]:
    """The same story with every clock right comes to the same end."""
    stage = Play(server, phones_of(moves), straight=True)
    try:
        for move in moves:
            stage.step(move)
        stage.heal(workers=False)
        one, other = (
            promises.outline(crooked, ledger),
            promises.outline(stage.books(), stage.ledger),
        )
        return [] if one == other else [Breach(10, f"{one ^ other}"[:600])]
    finally:
        stage.close()
