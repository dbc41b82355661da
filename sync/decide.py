"""Deciding one op: held, quarantined, or merged into its record and the register behind it."""

from dataclasses import replace
from typing import Any

from forms.definition import FormDefinition
from store import areas, clock
from store.discretion import masked
from store.records import RecordType
from sync import derive, standing
from sync.answer import OpAnswer, Outcome
from sync.bench import Bench, base_of, origin_of, seen_of, unit_of, values_of
from sync.decision import Decision, Touched, Unfit
from sync.history import base_reader
from sync.merge import BaseValue, Clash, Edit, Merged, merge
from sync.policy import Rules, entity_rules, form_rules, same
from sync.scope import OFFICE, WRITING
from sync.standing import Standing
from sync.state import RecordState, Setter
from sync.wire import Op


def decide(bench: Bench, op: Op) -> Decision:
    """Never refuses: the answer says in which of the four places the op is kept."""
    origin = origin_of(bench.who, op)
    try:
        _speaks_for(bench, origin)
        waits = op.after and (origin, op.after) not in bench.arrived
        if waits and not _let_go(bench, op, origin):
            return Decision(op, origin, OpAnswer(op.op, Outcome.HELD, after=op.after))
        return _apply(bench, op)
    except Unfit as unfit:
        return aside(bench, op, unfit.why, unfit.detail)


def _let_go(bench: Bench, op: Op, origin: str) -> bool:
    return (origin, op.op) == bench.released


def aside(bench: Bench, op: Op, why: str, detail: str) -> Decision:
    """The op is kept whole, for a person. `detail` stands open, whatever the op called itself."""
    answer = OpAnswer(op.op, Outcome.QUARANTINED, why=why)
    return Decision(op, origin_of(bench.who, op), answer, detail=masked(detail))


def _speaks_for(bench: Bench, origin: str) -> None:
    """Asked before an op may wait: what waits is set free later by its origin's own push."""
    if origin != bench.who.device and not bench.who.has(OFFICE):
        raise Unfit("foreign_origin", "another device's op needs a person with rights there")


def _apply(bench: Bench, op: Op) -> Decision:
    origin, definition = origin_of(bench.who, op), _definition(bench, op)
    unit = unit_of(bench, op)
    if unit is None:
        named = definition.subject.value
        raise Unfit("unit_missing", f"{definition.unit_path} names no {named}")
    if op.op in bench.taken:
        raise Unfit("op_id_taken", "another device's op on these records has this id")
    decision = Decision(op, origin, OpAnswer(op.op, Outcome.APPLIED))
    area = _admit(bench, op, unit, decision)
    state = _submission(bench, op, unit, area)
    _own_entities(bench, op, state)
    if decision.new_unit:  # only now: an op set aside gives its household no place
        bench.standing[unit] = Standing(*decision.new_unit[1:], True)
    values, rows = _values(bench, op)
    gone = {row: derive.named_in(state, row) for row in rows}
    base = base_of(bench, op, state.version)
    confirmed = frozenset(op.confirmed)
    edit = Edit(origin, op.n, base, values, rows, _office(bench, origin), confirmed)
    rules = form_rules(definition).for_one((*values, *op.confirmed))
    merged = merge(
        bench.keys,
        state,
        edit,
        rules,
        bench.disputed[state.id],
        base_reader(bench.session, bench.keys, state.id, base),
    )
    bench.records[state.id] = state
    bench.taken.add(op.op)
    _remember(bench, state, merged)
    said = tuple(op.confirmed)
    decision.touched.append(Touched(state, merged, rules, base, state.version, said))
    if not areas.is_unit(state.unit):  # the register is of households only
        removed = derive.left(merged, gone, bench.records)
        for entity in derive.edits(rules, state, merged, removed, op.confirmed):
            _entity(bench, op, edit, state, definition, entity, decision)
    _conclude(decision, merged, state)
    return decision


def _definition(bench: Bench, op: Op) -> FormDefinition:
    if op.type != RecordType.SUBMISSION.value:
        raise Unfit("record_type", f"devices write submissions, not {op.type}")
    definition = bench.definitions.get((op.form, op.form_v))
    if definition is None:
        raise Unfit("unknown_form", f"{op.form} {op.form_v} is not published here")
    return definition


def _admit(bench: Bench, op: Op, unit: str, decision: Decision) -> str:
    """The area of the unit, once the person may write there; raises Unfit."""
    place = bench.standing.get(unit)
    if place is None:
        return _new_unit(bench, op, unit, decision)
    if place.mine:
        return place.area
    if not standing.had_once(bench.session, bench.who, unit, op.seen.get(unit)):
        raise Unfit("out_of_scope", "the household is not and was not in this person's hands")
    decision.answer.late = True
    return place.area


def _new_unit(bench: Bench, op: Op, unit: str, decision: Decision) -> str:
    """A household that is not on the list stands where its finder works."""
    if areas.is_unit(unit):
        raise Unfit("unit_missing", "there is no such village")
    if unit in bench.records or op.rec in bench.records:
        raise Unfit("out_of_scope", "the household has no place in the area tree")
    places = [g for g in bench.who.grants if g.role in WRITING]
    if not places:
        raise Unfit("out_of_scope", "this person writes nowhere")
    named = [g for g in places if g.area == op.set.get("area")]
    place = (named or sorted(places, key=lambda g: -len(g.path)))[0]
    decision.new_unit = (unit, place.area, place.path)
    return place.area


def _submission(bench: Bench, op: Op, unit: str, area: str) -> RecordState:
    state = bench.records.get(op.rec)
    if state is None:
        return RecordState(op.rec, RecordType.SUBMISSION.value, unit, area)
    if state.type != RecordType.SUBMISSION.value:
        raise Unfit("record_type", "the record is not a submission")
    if state.row is not None and state.row.form != op.form:
        raise Unfit("form_mismatch", f"the record was filled with {state.row.form}")
    return state


def _own_entities(bench: Bench, op: Op, state: RecordState) -> None:
    """An op may name only members of its own household: no household, no visit, no stranger.

    A row that the op does not name anew stands for whom it named before.
    """
    house = bench.records.get(state.unit)
    if house is not None and house.type != derive.HOUSEHOLD:
        raise Unfit("entity_out_of_scope", f"{state.unit} is no household")
    named = derive.members(state, values_of(bench, op), op.del_)
    if op.rec == state.unit or named & {op.rec, state.unit}:
        raise Unfit("entity_out_of_scope", "a visit is no household, and neither is a person")
    for ident in named:
        known = bench.records.get(ident)
        if known is not None and (known.unit, known.type) != (state.unit, derive.MEMBER):
            raise Unfit("entity_out_of_scope", f"{ident} does not belong to the household")


def _values(bench: Bench, op: Op) -> tuple[dict[str, Any], tuple[str, ...]]:
    """All that the op sets, with taken-away paths as None; and the rows it takes away.

    What it says of a row that it takes away goes with the row.
    """
    values = values_of(bench, op)
    if not op.del_:
        return values, ()
    values = values | {path: None for path in op.del_ if not path.endswith("]")}
    rows = tuple(dict.fromkeys(path for path in op.del_ if path.endswith("]")))
    gone = tuple(f"{row}/" for row in rows)
    return {p: v for p, v in values.items() if not p.startswith(gone)}, rows


def _office(bench: Bench, origin: str) -> bool:
    """A supervisor's own word, given at the office; not an op they only carried or let go."""
    return bench.who.office and origin == bench.who.device and bench.who.has(OFFICE)


def _entity(
    bench: Bench,
    op: Op,
    edit: Edit,
    of: RecordState,
    definition: FormDefinition,
    entity: derive.EntityEdit,
    decision: Decision,
) -> None:
    rules = entity_rules(definition, entity.dataset)
    state = bench.records.get(entity.id)
    if state is None and not (entity.values or entity.deleted):
        return
    there = state is not None and state.exists
    if not derive.may_write(definition, of, entity, there, clock.parse(bench.now)):
        return
    if state is None:
        state = RecordState(entity.id, entity.dataset, of.unit, of.area)
        bench.records[entity.id] = state
    seen = op.seen.get(entity.id)
    base = seen_of(bench, op, state) if seen is not None else 0
    reader = _nothing if seen is None else base_reader(bench.session, bench.keys, state.id, base)
    confirmed = frozenset(entity.confirmed if seen is not None else ())
    mine = Edit(edit.device, edit.n, base, entity.values, (), edit.office, confirmed)
    if entity.deleted or _taken_off_by_others(state, mine):
        merged = _end(state, mine, entity)
    else:
        revive(state, mine)
        opened = of.row is None and of.version == 1
        live = mine if seen is None else _without_stale(state, mine, rules, reader, opened)
        merged = merge(bench.keys, state, live, rules, bench.disputed[state.id], reader)
    result = Outcome.CONFLICT if merged.clashes else Outcome.APPLIED
    if merged.beside_others and not merged.clashes:
        result = Outcome.MERGED
    line = {"id": state.id, "v": state.version, "result": result.value}
    decision.answer.entities.append(line)
    _remember(bench, state, merged)
    known = None if seen is None else base
    said = tuple(sorted(entity.confirmed))
    decision.touched.append(Touched(state, merged, rules, known, state.version, said))


def _remember(bench: Bench, state: RecordState, merged: Merged) -> None:
    """A path that clashed is disputed for the rest of this push, too."""
    bench.disputed[state.id].update(clash.path for clash in merged.clashes)


def revive(state: RecordState, edit: Edit) -> None:
    """Somebody taken off the household is named in it again by whoever took them off."""
    if state.deleted:
        state.version += 1
        state.changed, state.deleted = True, False
        state.setters[""] = Setter(state.version, edit.device, edit.n)


def _nothing(_path: str) -> Any:
    return None


def _without_stale(
    state: RecordState, edit: Edit, rules: Rules, base_value: BaseValue, opened: bool
) -> Edit:
    """Leave out values that the device only carried along: they equal what it had seen.

    A form that has just been `opened` carries what the register said, also where the same phone has
    changed it since by another form; later edits of a form hold only what was changed on purpose.
    """

    def carried(path: str, value: Any) -> bool:
        setter = state.setter(path)
        own = opened and setter is not None and setter.v > edit.base
        return (
            (own or _moved(setter, edit))
            and path not in edit.confirmed
            and same(rules[path], base_value(path), value)
        )

    kept = {path: value for path, value in edit.values.items() if not carried(path, value)}
    return replace(edit, values=kept)


def _moved(setter: Setter | None, edit: Edit) -> bool:
    return setter is not None and setter.v > edit.base and setter.device != edit.device


def _taken_off_by_others(state: RecordState, edit: Edit) -> bool:
    return state.deleted and _moved(state.setters.get(""), edit)


def _end(state: RecordState, edit: Edit, entity: derive.EntityEdit) -> Merged:
    """A member taken off the household, or edited after another device took them off."""
    merged = Merged()
    setters = [s for s in (*state.setters.values(), state.whole) if s]
    merged.beside_others = any(_moved(s, edit) for s in setters)
    by = max(setters, key=lambda s: s.v, default=None)
    if not entity.deleted:
        if edit.values:
            merged.clashes.append(Clash("", "delete", None, None, dict(edit.values), True, by))
    elif merged.beside_others and not state.deleted:
        merged.clashes.append(Clash("", "delete", None, dict(state.values), None, True, by))
    elif state.exists and not state.deleted:
        state.version += 1
        state.changed = state.deleted = True
        state.setters[""] = Setter(state.version, edit.device, edit.n)
        merged.rows_gone.append("")
    return merged


def _conclude(decision: Decision, merged: Merged, state: RecordState) -> None:
    answer = decision.answer
    answer.version = state.version
    clashes = [clash for touched in decision.touched for clash in touched.merged.clashes]
    if clashes:
        answer.outcome = Outcome.CONFLICT
        answer.paths = sorted({clash.path for clash in clashes})
        if not answer.late:
            answer.current = {c.path: c.standing for c in clashes if not c.sealed}
    elif merged.beside_others:
        answer.outcome = Outcome.MERGED
