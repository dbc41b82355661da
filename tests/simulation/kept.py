"""Promises about what is kept: values, revisions, files, and what is nobody else's to read."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from devices.drafts import flattened
from devices.store import Store, loads
from forms.definition import FormDefinition, Policy, Question, QuestionType
from forms.flatpath import definition_path, flatten
from media.sweep import fsck
from store import ids
from store.findings import Evaluation, Finding
from store.media import Attachment, Blob
from store.outbox import Kind
from store.records import Record
from tests.simulation.books import Books, Change
from tests.simulation.ledger import Name
from tests.simulation.people import MARK

if TYPE_CHECKING:
    from tests.simulation.promises import Case

DATA = ("submission", "household", "member")
SETTLED = frozenset({Policy.LATEST, Policy.MAX, Policy.MIN, Policy.UNION, Policy.APPEND})


def flat(doc: Mapping[str, Any]) -> dict[str, Any]:
    return flattened(doc)


def is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and "sha256" in value


def alike(one: Any, other: Any) -> bool:
    """Equal as answers; written here a second time, on purpose."""
    if is_file(one) and is_file(other):
        return bool(one["sha256"] == other["sha256"])
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    try:
        return float(one) == float(other)
    except (TypeError, ValueError):
        return bool(one == other)


def replayed(changes: list[Change]) -> list[dict[str, Any]]:
    """The record's values after each of its revisions."""
    states: list[dict[str, Any]] = []
    values: dict[str, Any] = {}
    for change in changes:
        values = dict(values)
        for path, value in change.values.items():
            if value is not None:
                values[path] = value
                continue
            values.pop(path, None)
            for under in [p for p in values if p.startswith(path + "/")]:
                del values[under]
        states.append(values)
    return states


def state_at(books: Books, rec: str, version: int) -> dict[str, Any]:
    """A record's values at one of its versions."""
    changes = books.changes.get(rec, [])
    last: dict[str, Any] = {}
    for change, state in zip(changes, replayed(changes), strict=True):
        if change.version <= version:
            last = state
    return last


def question(form: FormDefinition | None, path: str) -> Question | None:
    return form.by_path.get(definition_path(path)) if form else None


def said(op: Mapping[str, Any]) -> dict[str, Any]:
    """All that an op says, what it takes away as None."""
    gone = [path for path in op.get("del", ()) if path.endswith("]")]
    values = flatten(op.get("set", {}), op.get("rows", {}))
    values |= {path: None for path in op.get("del", ())}
    return {p: v for p, v in values.items() if not any(p.startswith(r + "/") for r in gone)}


def nothing_lost(case: "Case") -> Iterator[str]:
    books, ledger = case.books, case.play.ledger
    for name in sorted(ledger.acknowledged):
        stands = books.outcomes.get(name) not in (None, "quarantined")
        places = [stands, name in books.held, name in books.aside]
        if sum(places) != 1:
            yield f"acknowledged op {name[1]} is in {sum(places)} places"
        elif name in books.held and (name[0], str(books.held[name]["after"])) in books.outcomes:
            yield f"op {name[1]} waits for an op that has arrived"
        elif stands:
            yield from _values_kept(case, name)
        else:
            parked = books.held.get(name) or books.aside[name]
            if said(parked) != said(ledger.sent[name]):
                yield f"op {name[1]} is kept aside as {said(parked)}"


def _values_kept(case: "Case", name: Name) -> Iterator[str]:
    op, books = case.play.ledger.sent[name], case.books
    change = books.made(op["rec"], op["op"])
    if change is None:
        yield f"op {op['op']} stands and has no revision"
        return
    form = books.forms.get((op["form"], op["form_v"]))
    for path, value in said(op).items():
        if not _found(books, change, path, value, question(form, path)):
            yield f"{path}={value!r} of op {op['op']} is nowhere"
    yield from _register_kept(case, name, change, form)


def _found(books: Books, change: Change, path: str, value: Any, asked: Question | None) -> bool:
    told = [c[path] for c in (change.values, change.aside) if path in c]
    for dispute in books.disputed(change.rec, change.op):
        if dispute.path == path:
            told.append(dispute.waiting)
        elif isinstance(dispute.waiting, Mapping) and path in dispute.waiting:
            told.append(dispute.waiting[path])
    here = state_at(books, change.rec, change.version)
    told.append(here.get(path))
    if any(alike(one, value) for one in told):
        return True
    if value is None:
        return not any(p == path or p.startswith(path + "/") for p in here)
    return asked is not None and _in_spirit(here.get(path), value, asked)


def _in_spirit(standing: Any, value: Any, asked: Question) -> bool:
    """A policy made one value of two, and this one is in it."""
    if asked.policy is Policy.UNION:
        return isinstance(standing, list) or standing is None
    if asked.policy is Policy.LATEST:
        return True
    if asked.policy is Policy.APPEND:
        return str(value) in str(standing)
    if asked.policy is Policy.MAX:
        return float(standing) >= float(value)
    return asked.policy is Policy.MIN and float(standing) <= float(value)


def _register_kept(
    case: "Case", name: Name, change: Change, form: FormDefinition | None
) -> Iterator[str]:
    """Saved answers that stand in the submission are kept in the register as well."""
    op, books = case.play.ledger.sent[name], case.books
    here = state_at(books, change.rec, change.version)
    for path, value in change.values.items():
        asked = question(form, path)
        if asked is None or not asked.save_to or value is None:
            continue
        entity = entity_of(books, change.rec, asked, path, here)
        made = books.made(entity, change.op)
        if _is_no_number(asked, value) or _is_no_choice(form, asked, value):
            if made is not None and asked.save_to in made.values:
                yield f"{asked.save_to}={value!r} of op {op['op']} came to {entity}"
            continue
        seen = op["seen"].get(entity)
        stale = seen is not None and alike(state_at(books, entity, seen).get(asked.save_to), value)
        whole = any(d.path == "" for d in books.disputed(entity, change.op))
        if made is None or not (stale or whole or _found(books, made, asked.save_to, value, asked)):
            yield f"{asked.save_to}={value!r} of op {op['op']} never came to {entity}"


def _is_no_number(asked: Question, value: Any) -> bool:
    """Such an answer is kept in its visit alone."""
    if asked.type not in (QuestionType.INTEGER, QuestionType.DECIMAL):
        return False
    try:
        float(value)
    except (TypeError, ValueError):
        return True
    return False


def _is_no_choice(form: FormDefinition | None, asked: Question, value: Any) -> bool:
    """Neither does what its list never offered go to the register."""
    known = form.choices.get(asked.choices or "") if form else None
    if not known or asked.type not in (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE):
        return False
    chosen = value if isinstance(value, list) else [value]
    return not {str(each) for each in chosen} <= {choice.name for choice in known}


def entity_of(books: Books, rec: str, asked: Question, path: str, here: dict[str, Any]) -> str:
    """Whom an answer is about: the household, or the person of its row."""
    if asked.dataset == "household":
        return str(books.records[rec].unit)
    row = path.partition("]")[0] + "]"
    return str(here.get(f"{row}/person") or ids.derived(rec, row))


def compaction(case: "Case") -> Iterator[str]:
    for rec, row in case.books.records.items():
        if row.type not in DATA or row.deleted:
            continue
        states = replayed(case.books.changes.get(rec, []))
        due, doc = (states[-1] if states else {}), case.books.docs[rec]
        wrong = {p for p in due.keys() | doc.keys() if not alike(due.get(p), doc.get(p))}
        if wrong:
            yield f"{row.type} {rec} differs from its revisions at {sorted(wrong)}"


def authorised(case: "Case") -> Iterator[str]:
    ledger, books = case.play.ledger, case.books
    users = {hand.device: hand.user for hand in case.play.hands}
    for name in sorted(ledger.acknowledged - ledger.office):
        unit = ledger.sent[name]["set"].get("household")
        stands = books.outcomes.get(name) not in (None, "quarantined")
        if stands and unit and unit not in ledger.ever[users[name[0]]]:
            yield f"op {name[1]} stands in household {unit}, which never was theirs"
        answer = ledger.answers.get(name, {})
        if "current" in answer and (answer.get("late") or name in ledger.trespasses):
            yield f"op {name[1]} was told what stands where it has no business any more"
        honest = name not in ledger.trespasses and not ledger.purged and len(ledger.epochs) == 1
        if honest and name in books.aside:
            yield f"op {name[1]} of an honest phone was set aside: {answer.get('why')}"
    with case.play.server.read() as session:
        for table in Record.metadata.sorted_tables:
            if any(MARK in str(row) for row in session.execute(table.select())):
                yield f"a P1 value stands open in the table {table.name}"


def files(case: "Case") -> Iterator[str]:
    play = case.play
    storage = play.server.storage
    with play.server.read() as session:
        for sha, fault in fsck(session, storage):
            yield f"file {sha[:8]} is {fault}"
        stored = session.execute(select(Blob.sha256, Blob.state))
        states = {sha: state for sha, state in stored}
        hangs = select(Attachment.rec, Attachment.sha256).where(Attachment.current)
        hung = [(rec, sha) for rec, sha in session.execute(hangs)]
        found = select(Finding.rec, Finding.rule, Finding.path).where(Finding.state == "open")
        judged = Counter(tuple(row) for row in session.execute(found))
        statuses = {
            loads(doc)["submission"]: loads(doc)["photos"]
            for doc in session.scalars(select(Record.doc).where(Record.type == "status"))
        }
        read = {(e.rec, str(e.version)) for e in session.scalars(select(Evaluation))}
    for done in case.work.values():
        visit = done.kind == Kind.VISIT_ACCEPTED.value and done.state == "done"
        row = case.books.records.get(done.subject)
        latest = row is not None and str(row.version) == done.version
        if visit and latest and (done.subject, done.version) not in read:
            yield f"visit {done.subject} was said to be evaluated and was not"
    yield from (f"the finding {what} stands {n} times" for what, n in judged.items() if n > 1)
    for rec, told in statuses.items():
        due = [states.get(sha) == "stored" for of, sha in hung if of == rec]
        if (told["have"], told["expected"]) != (sum(due), len(due)):
            yield f"visit {rec} counts photos as {told}, not {sum(due)} of {len(due)}"
        asked = any(
            w.kind == Kind.VISIT_COMPLETE.value and w.subject == rec for w in case.work.values()
        )
        if all(due) and not asked:
            yield f"visit {rec} is complete and nobody was told"


def put_back(store: Store, ident: str, version: int, body: bytes) -> None:
    """A mirror's row as it was."""
    record = loads(body)
    store.run(
        "INSERT INTO mirror (id, type, unit, v, seq, subject, body) VALUES (?,?,?,?,?,NULL,?)",
        ident, record["type"], record.get("unit"), version, record["seq"], body,
    )  # fmt: skip
