"""What was confirmed is kept, and disagrees where it has to; no number and no photo is missing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from forms.definition import Policy
from store import counter
from store.accounts import Device
from store.media import Attachment, Blob
from tests.simulation.books import Change
from tests.simulation.kept import alike, question, state_at
from tests.simulation.silence import base_of, setter

if TYPE_CHECKING:
    from tests.simulation.promises import Case


def confirmations(case: "Case") -> Iterator[str]:
    for name in sorted(case.play.ledger.acknowledged):
        op = case.play.ledger.sent[name]
        change = case.books.made(op["rec"], op["op"])
        if change is None or change.origin != name[0]:
            continue
        for path in op.get("confirmed", ()):
            if path not in change.confirmed:
                yield f"that {path} was confirmed by op {op['op']} is not kept"
            elif _disagrees(case, change, path) and not _disputed(case, change, path):
                yield f"op {op['op']} confirmed an old {path} and nobody was asked"


def _disagrees(case: "Case", change: Change, path: str) -> bool:
    """Another phone moved it after the base, and no policy makes one value of two."""
    op = case.play.ledger.sent[(change.origin, change.op)]
    form = case.books.forms.get((op["form"], op["form_v"]))
    asked = question(form, path)
    if asked is None or asked.policy is not Policy.FIRST or path in op["set"]:
        return False
    changes = case.books.changes[change.rec]
    before, base = changes[: changes.index(change)], base_of(case, change)
    last = setter(before, path)
    if last is None or last.origin == change.origin or last.version <= base:
        return False
    seen = state_at(case.books, change.rec, base).get(path)
    stood = state_at(case.books, change.rec, before[-1].version).get(path)
    return not (asked.calculated or alike(seen, stood))


def _disputed(case: "Case", change: Change, path: str) -> bool:
    return any(d.path in ("", path) for d in case.books.disputed(change.rec, change.op))


def numbers(case: "Case") -> Iterator[str]:
    """All that a phone numbered has come, and nothing with a number twice."""
    phones = {hand.device: hand.place for hand in case.play.hands}
    with case.play.server.read() as session:
        query = select(Device.id, Device.counter).where(Device.id.in_(phones))
        for device, kept in session.execute(query):
            known = counter.read(kept)
            if known.gaps:
                yield f"ops {known.gaps} of phone {phones[device]} are said to be missing"
            if known.back:
                yield f"phone {phones[device]} is said to have used a number twice"


def photos(case: "Case") -> Iterator[str]:
    """Phones have settled, so every file that a visit names is here, whatever was restored."""
    with case.play.server.read() as session:
        named = select(Attachment.rec, Blob.sha256, Blob.state)
        query = named.join(Blob, Blob.sha256 == Attachment.sha256).where(Attachment.current)
        for rec, sha256, state in session.execute(query):
            if state != "stored":
                yield f"photo {sha256[:8]} of visit {rec[-6:]} never came back: {state}"
