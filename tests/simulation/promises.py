"""The fourteen promises, each as one function that tells where it was broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.outbox import OutboxRow
from tests.simulation import assured, books, kept, silence
from tests.simulation.books import Books
from tests.simulation.hand import Hand
from tests.simulation.server import Server

if TYPE_CHECKING:
    from tests.simulation.ledger import Ledger
    from tests.simulation.play import Play


@dataclass(frozen=True)
class Case:
    """What a promise is judged by."""

    play: "Play"
    books: Books
    work: dict[int, OutboxRow]


@dataclass(frozen=True)
class Promise:
    """A sentence, and where it was broken."""

    words: str
    broken: Callable[[Case], Iterator[str]]


def differing(server: Server, hand: Hand) -> str:
    """How a phone differs from its scope; nothing when it does not."""
    with server.read() as session:
        due = books.visible(session, hand.user)
    have = hand.mirror.versions()
    leaving = {row["unit"] for row in hand.phone.store.rows("SELECT unit FROM departing")}
    rows = hand.phone.store.rows("SELECT id, unit, type FROM mirror")
    spare = {row["id"] for row in rows if row["unit"] in leaving}
    missing = sorted(i for i in due if have.get(i) != due[i])
    more = sorted(set(have) - set(due) - spare)
    return " and ".join(
        [f"lacks {i[-6:]} at {due[i]} (has {have.get(i)})" for i in missing[:3]]
        + [f"holds {i[-6:]} beyond its scope" for i in more[:3]]
    )


def convergence(case: Case) -> Iterator[str]:
    for hand in case.play.hands:
        if hand.phone.mismatches:
            yield f"phone {hand.place} came to other digests than the server"
        if hand.mirror.cursor is not None:
            wrong = differing(case.play.server, hand)
            if wrong:
                yield f"phone {hand.place} {wrong}"
            yield from _documents(case, hand)


def _documents(case: Case, hand: Hand) -> Iterator[str]:
    """What the phone holds reads as the server has it; P1 values may be left out."""
    for kind in ("household", "member", "submission"):
        for record in hand.mirror.all(kind):
            have, due = kept.flat(record.doc), case.books.docs.get(record.id, {})
            wrong = {p for p, v in have.items() if not kept.alike(due.get(p), v)}
            if wrong and record.unit not in _leaving(hand):
                yield f"phone {hand.place} reads {sorted(wrong)} of {record.id[-6:]} otherwise"


def _leaving(hand: Hand) -> set[str]:
    return {row["unit"] for row in hand.phone.store.rows("SELECT unit FROM departing")}


def idempotency(case: Case) -> Iterator[str]:
    """Everything once more: the same answers, and the feed does not move."""
    play = case.play
    before, told = play._moved(), dict(play.ledger.answers)
    count = len(play.ledger.breaches)
    for hand in play.hands:
        if hand.phone.store.run("UPDATE ops SET state = 'pending' WHERE state = 'acked'"):
            hand.sync(("push",))
    yield from (breach.words for breach in play.ledger.breaches[count:])
    if play._moved() != before:
        yield f"the feed went from {before} to {play._moved()} by ops that were known"
    changed = [
        n for n, line in told.items() if line["result"] != "held" and play.ledger.answers[n] != line
    ]
    yield from (f"op {name[1]} is answered otherwise now" for name in changed)


def feed_complete(case: Case) -> Iterator[str]:
    seqs = sorted(row.seq for row in case.books.records.values())
    if len(seqs) != len(set(seqs)):
        yield "two records stand at one position of the feed"
    if seqs and seqs[-1] > case.books.head:
        yield f"a record stands at {seqs[-1]}, beyond the head {case.books.head}"
    for hand in case.play.hands:
        if hand.mirror.cursor is not None:
            wrong = differing(case.play.server, hand)
            if "lacks" in wrong:
                yield f"phone {hand.place} followed its cursor and {wrong}"


def old_cursors(case: Case) -> Iterator[str]:
    """A mirror of some earlier day, brought up to date, is what a fresh phone gets."""
    for place, cursor, mirror in case.play.keepsakes[-3:]:
        hand = case.play.hands[place]
        if cursor is None:
            continue
        store = hand.phone.store
        with store.together():
            store.run("DELETE FROM mirror")
            store.run("DELETE FROM departing")
            for ident, (version, body) in mirror.items():
                kept.put_back(store, ident, version, body)
            store.put("cursor", cursor)
        hand.sync(("pull",))
        wrong = differing(case.play.server, hand)
        if wrong:
            yield f"from an old cursor phone {place} {wrong}"


def outbox_drains(case: Case) -> Iterator[str]:
    for row in case.work.values():
        if row.state != "done" and row.subject != "server":
            yield f"{row.kind} of {row.subject[-6:]} is {row.state}: {row.error}"


def outline(found: Books, ledger: "Ledger") -> set[tuple[str, ...]]:
    """Where a story ended, in names that do not hang on any clock."""
    names = {row[1]: f"{row[0][-4:]}/{op['n']}" for row, op in ledger.sent.items()}
    recs: dict[str, str] = {}
    for (_, op), body in sorted(ledger.sent.items(), key=lambda item: names[item[0][1]]):
        recs.setdefault(body["rec"], names[op])
    told = {
        ("doc", recs.get(rec, "register"), path, str(value))
        for rec, doc in found.docs.items()
        for path, value in doc.items()
        if rec in recs or found.records[rec].type == "household"
        if not path.startswith("people/members") and not kept.is_file(value)
    }
    told |= {("outcome", names.get(name[1], ""), out) for name, out in found.outcomes.items()}
    return told | {
        ("dispute", recs.get(d.rec, "register"), d.path, str(d.waiting))
        for d in found.disputes
        if d.kind == "value" and "members" not in d.path
    }


def nothing_lost(case: Case) -> Iterator[str]:
    yield from kept.nothing_lost(case)
    yield from assured.confirmations(case)
    yield from assured.numbers(case)
    yield from assured.photos(case)


def judged_elsewhere(case: Case) -> Iterator[str]:
    """Seen while the story runs, or by playing it twice: see `Play`."""
    yield from ()


PROMISES = {
    1: Promise("a phone holds exactly its scope", convergence),
    2: Promise("no acknowledged value is lost", nothing_lost),
    3: Promise("nobody's value is overwritten unseen", silence.no_silent_overwrite),
    4: Promise("sending twice changes nothing, in the feed neither", idempotency),
    5: Promise("the order of arrival does not decide which values are kept", judged_elsewhere),
    6: Promise("a reader that follows its cursor misses nothing", feed_complete),
    7: Promise("nobody is told or writes what is not theirs; what was is taken", kept.authorised),
    8: Promise("any cursor above the floor leads where a fresh one does", old_cursors),
    9: Promise("what is kept of a record is what its revisions say", kept.compaction),
    10: Promise("device clocks change nothing", judged_elsewhere),
    11: Promise("there is no false conflict", silence.no_false_conflict),
    12: Promise("the outbox drains, whatever is poisonous", outbox_drains),
    13: Promise("stored bytes match their hash, and a job's effect happens once", kept.files),
    14: Promise("an old app never erases what it does not know", silence.nothing_erased),
}
