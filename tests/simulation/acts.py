"""What a person with a phone does. Each act answers a sentence, or nothing when it cannot be."""

import random

from devices.drafts import Draft
from store import ids
from tests.kit import ops
from tests.simulation import answers, trial
from tests.simulation.answers import COLOURS, PHOTO, picture
from tests.simulation.hand import Hand
from tests.simulation.ledger import Ledger
from tests.simulation.moves import Move
from tests.simulation.people import OLD_APP
from tests.simulation.road import Fault

OFFSETS = (0.0, 660.0, -86400.0, 157_680_000.0, -157_680_000.0)


class Acts:
    """One phone's acts in one story."""

    def __init__(self, hand: Hand, ledger: Ledger) -> None:
        self.hand, self.ledger = hand, ledger

    # Visits

    def visit(self, move: Move) -> str:
        rng = random.Random(move.pick)
        draft = self._begun(rng)
        return self._finished(draft, rng) if draft else ""

    def open(self, move: Move) -> str:
        draft = self._begun(random.Random(move.pick))
        return f"opens a visit {draft.rec[-6:]} of household {draft.unit[:6]}" if draft else ""

    def finish(self, move: Move) -> str:
        rng = random.Random(move.pick)
        known = sorted(self.hand.phone.drafts.known(), key=_but_for_its_clock)
        drafts = [self.hand.phone.drafts.get(rec) for rec in known]
        open_ = [draft for draft in drafts if draft is not None and draft.open]
        return self._finished(rng.choice(open_), rng) if open_ else ""

    def mend(self, move: Move) -> str:
        """Opens again any visit this phone knows, changes it and finishes it."""
        rng = random.Random(move.pick)
        phone = self.hand.phone
        pulled = {record.id for record in phone.mirror.all("submission") if _is_visit(record.form)}
        known = sorted(pulled | set(phone.drafts.known()), key=_but_for_its_clock)
        if not known:
            return ""
        rec = rng.choice(known)
        before = phone.drafts.get(rec)
        draft = phone.visits.reopen(rec)
        if before is None or (before.base, before.seen) != (draft.base, draft.seen):
            self._opened(rec)
        return self._finished(draft, rng)

    def _begun(self, rng: random.Random) -> Draft | None:
        homes, phone = self.hand.mirror.all("household"), self.hand.phone
        if not homes or not phone.store.row("SELECT 1 FROM forms WHERE form = ?", ops.FORM):
            return None
        rec = self.hand.phone.visits.new_id(f"visit/{rng.getrandbits(31)}")
        draft = self.hand.phone.visits.open(rng.choice(homes).id, rec=rec)
        draft.set("door/outcome", "met")
        self.hand.phone.drafts.save(draft)
        self._opened(rec)
        return draft

    def _opened(self, rec: str) -> None:
        place = self.hand.place
        self.ledger.opened[(place, rec)] = self.ledger.mirror_epoch.get(place, "")
        self.ledger.pulled[(place, rec)] = self.hand.mirror.versions()

    def _finished(self, draft: Draft, rng: random.Random) -> str:
        before = dict(draft.original or draft.values)
        answers.write(draft, rng, self.hand.place != OLD_APP)
        spent = self.hand.phone.store.get("n")
        answers.confirm(
            draft, before, random.Random(f"confirm {_but_for_its_clock(draft.rec)} {spent}")
        )
        if rng.random() < 0.35:
            self._photo(draft, rng)
        op = self.hand.phone.visits.finish(draft)
        if op is None:
            return f"finishes {draft.rec[-6:]}, nothing changed"
        of = self.ledger.opened.get((self.hand.place, draft.rec), "")
        self.ledger.seen_in[(self.hand.device, op)] = of
        known = self.ledger.pulled.get((self.hand.place, draft.rec), {})
        self.ledger.known[(self.hand.device, op)] = known
        base = draft.base["v"] if draft.base else 0
        return f"finishes {draft.rec[-6:]} (base {base}): op {op[-6:]} {self._said(op)}"

    def _said(self, op: str) -> str:
        row = next(o for o in self.hand.phone.outbox.batch(500, 10**9) if o.op == op)
        rows = {f"[{i}]/{p}": v for by in row.body["rows"].values()
                for i, told in by.items() for p, v in told.items()}  # fmt: skip
        gone = {path: None for path in row.body["del"]}
        told = {k: v for k, v in (row.body["set"] | rows | gone).items() if k != "household"}
        return f"{told} and confirms {sure}" if (sure := row.body.get("confirmed")) else str(told)

    def _photo(self, draft: Draft, rng: random.Random) -> None:
        data = picture(rng.randrange(COLOURS))
        self.hand.phone.visits.add_photo(
            draft, PHOTO, data, taken_at="2026-11-24T01:00:00.000Z", gps=None,
            role="house_front",
        )  # fmt: skip

    # The road

    def sync(self, move: Move) -> str:
        return self._on_the_road(("pull", "push", "photos"), move)

    def pull(self, move: Move) -> str:
        return self._on_the_road(("pull",), move)

    def push(self, move: Move) -> str:
        return self._on_the_road(("push",), move)

    def photos(self, move: Move) -> str:
        return self._on_the_road(("photos",), move)

    def _on_the_road(self, queues: tuple[str, ...], move: Move) -> str:
        busy, mirror = self._busy(), self.hand.mirror
        report = self.hand.sync(queues, move.fault, move.strike)
        self._counted(self.hand)
        if mirror is self.hand.mirror and not mirror.resets:
            for unit in busy & self._waiting() - self._held():
                self.ledger.breach(2, f"household {unit} went before its ops were acknowledged")
        trouble = ", ".join(dict.fromkeys(report.trouble.values()))
        told = " ".join(f"{r.op[-6:]}={r.result['result']}" for r in report.receipts)
        fault = f" ({move.fault.value}, request {move.strike + 1})" if move.fault.value else ""
        words = [f"{' and '.join(queues)}{fault}", told, trouble and f"trouble: {trouble}"]
        return "; ".join(filter(None, words))

    def _counted(self, hand: Hand) -> None:
        """A digest that differs was mended in silence, but something had gone wrong before."""
        if hand.phone.mismatches:
            self.ledger.breach(1, f"phone {hand.place} came to other digests than the server")
            hand.phone.mismatches = 0

    def _waiting(self) -> set[str]:
        """Households with ops that nobody has acknowledged."""
        return {
            row["unit"]
            for row in self.hand.phone.store.rows("SELECT unit FROM ops WHERE state = 'pending'")
        }

    def _held(self) -> set[str]:
        return {record.id for record in self.hand.mirror.all("household")}

    def _busy(self) -> set[str]:
        return self._waiting() & self._held()

    def overtake(self, move: Move) -> str:
        """A visit is mended, and the newer op travels alone, ahead of the one before it."""
        run = self.hand.phone.store.run
        mended = self.mend(move)
        last = "SELECT max(n) FROM ops WHERE state = 'pending'"
        run(f"UPDATE ops SET state = 'later' WHERE state = 'pending' AND n < ({last})")
        report = self.hand.sync(("push",))
        run("UPDATE ops SET state = 'pending' WHERE state = 'later'")
        told = " ".join(f"{r.op[-6:]}={r.result['result']}" for r in report.receipts)
        return f"{mended}, and sends its newest op first; {told}" if told else mended

    def check(self, move: Move) -> str:
        """Asks first what a push would be answered, then pushes: the same, and nothing before."""
        batch = self.hand.phone.outbox.batch(500, 1_000_000)
        if not batch:
            return ""
        asked, wrong = trial.ask(self.hand, [outgoing.body for outgoing in batch])
        done = {r.op: dict(r.result) for r in self.hand.sync(("push",)).receipts}
        told = {line["op"]: line for line in asked}
        for words in wrong + [
            f"op {op} would be answered {told[op]}, and was {line}"
            for op, line in done.items()
            if op in told and line != told[op]
        ]:
            self.ledger.breach(4, words)
        return f"asks first, then sends {len(done)} ops"

    def arrive(self, move: Move) -> str:
        count = self.hand.road.arrive()
        return f"{count} requests that wandered arrive late" if count else ""

    def again(self, move: Move) -> str:
        """Sends once more what was acknowledged, as a phone does that is unsure."""
        count = self.hand.phone.store.run("UPDATE ops SET state = 'pending' WHERE state = 'acked'")
        if not count:
            return ""
        report = self.hand.sync(("push",))
        return f"sends {count} acknowledged ops again; {report.trouble or 'all answered'}"

    # The phone

    def die(self, move: Move) -> str:
        self.hand.die()
        return "is killed and starts again"

    def clock(self, move: Move) -> str:
        offset = random.Random(move.pick).choice(OFFSETS)
        if not self.ledger.straight:
            self.hand.clock.offset = offset
        return f"has a clock that is {offset:.0f} s off"

    def trespass(self, move: Move) -> str:
        """A forged app writes to a household that never was this person's."""
        rng = random.Random(move.pick)
        unit = rng.choice(self.hand.server.township.units)
        if unit in self.ledger.ever[self.hand.user]:
            return ""
        rec = ids.derived("trespass", str(self.hand.place), str(move.pick))
        op = ids.derived("trespass op", rec)
        body = ops.op(rec, values=ops.visit(unit, income__wage=7), seen={unit: 1})
        body |= {"op": op, "rec": rec, "at": self.hand.clock.iso(), "del": [], "rows": {}}
        self.hand.phone.outbox.add(body, unit)
        self.ledger.trespasses.add((self.hand.device, op))
        self.hand.sync(("push",), Fault.NONE)
        return f"writes to household {unit[:6]}, which never was theirs: op {op[-6:]}"


def _but_for_its_clock(rec: str) -> str:
    """An id begins with the phone's time: by the whole of it, a story would change with clocks."""
    return rec[len("0193a5c2-7a10-") :]


def _is_visit(form: str | None) -> bool:
    return form == ops.FORM
