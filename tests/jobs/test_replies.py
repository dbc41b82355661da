"""A cadre's answer comes as a form of its own and is hung on the finding it speaks of."""

import orjson
from sqlalchemy import select

from jobs import run
from jobs.context import Context
from store import clock, ids
from store.db import begin_write
from store.records import Record
from store.status import status_id
from store.verdicts import FindingReply
from sync.push import push
from tests.jobs.conftest import Visit
from tests.kit import ops
from tests.kit.cast import Cast


def replied(context: Context, cast: Cast, rec: str, rule: str, path: str, unit: str = "") -> str:
    """The submission's id, sent by Alice's phone and worked through."""
    values = {
        "household": unit or cast.unit, "reply/visit": rec, "reply/rule": rule, "reply/path": path,
        "reply/words": "在地里见的面", "reply/photo": ops.photo(role="reply"),
    }  # fmt: skip
    sent = ops.op(ids.new(), form="finding_reply", form_v="2026.1", values=values)
    with context.sessions() as session:
        begin_write(session)
        who = cast.who(session, "alice")
        push(session, cast.keys, who, ops.batch(who.device, sent), clock.now())
        session.commit()
    run.drain(context)
    return str(sent["rec"])


def findings(context: Context, rec: str) -> list[dict[str, object]]:
    with context.sessions() as session:
        found: list[dict[str, object]] = orjson.loads(session.get_one(Record, status_id(rec)).doc)[
            "findings"
        ]
        return found


def test_the_answer_hangs_on_its_finding_and_leaves_the_visit_alone(
    context: Context, visit: Visit, cast: Cast
) -> None:
    rec = visit(income__wage=-5)
    run.drain(context)
    [told] = [f for f in findings(context, rec) if f["rule"] == "F-RANGE"]
    assert "answered" not in told
    sent = replied(context, cast, rec, "F-RANGE", "income/wage")
    [told] = [f for f in findings(context, rec) if f["rule"] == "F-RANGE"]
    assert told["answered"] is True
    with context.sessions() as session:
        [reply] = session.scalars(select(FindingReply))
        assert (reply.id, reply.by, reply.photo) == (sent, cast.users["alice"], ops.SHA)
        visited, carrier = session.get_one(Record, rec), session.get_one(Record, sent)
        assert (visited.version, visited.state) == (1, "received")
        assert carrier.state is None  # nobody reviews an answer


def test_an_answer_about_another_household_hangs_on_nothing(
    context: Context, visit: Visit, cast: Cast
) -> None:
    rec = visit(income__wage=-5)
    replied(context, cast, rec, "F-RANGE", "income/wage", cast.other_unit)
    replied(context, cast, ids.new(), "F-RANGE", "income/wage")
    with context.sessions() as session:
        assert list(session.scalars(select(FindingReply))) == []
