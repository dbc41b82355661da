"""Where a house stands: proposed by visits, good once a supervisor has said so."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import ids
from store.audit import AuditEntry
from store.db import begin_write
from store.errors import NotFound
from store.units import Anchor
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import send
from tests.verify.acts import accept, approved, fix, found, told, visited
from tests.verify.test_geo import HOUSE, moved
from verify import anchors

Sessions = sessionmaker[Session]


def approve(sessions: Sessions, cast: Cast, anchor: str, scattered: bool = False) -> None:
    with sessions() as session:
        begin_write(session)
        anchors.approve(session, cast.users["dora"], anchor, scattered)
        session.commit()


def states(sessions: Sessions, unit: str) -> dict[str, str]:
    with sessions() as session:
        rows = session.scalars(select(Anchor).where(Anchor.unit == unit))
        return {row.id: row.state for row in rows}


def test_an_approved_proposal_measures_the_next_visit(sessions: Sessions, cast: Cast) -> None:
    accept(sessions, cast, visited(sessions, cast, fix=fix(HOUSE)))
    [proposal] = states(sessions, cast.unit)
    approve(sessions, cast, proposal)
    with sessions() as session:
        row = session.get_one(Anchor, proposal)
        assert (row.state, row.decided_by) == ("approved", cast.users["dora"]) and row.decided_at
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.subject == cast.unit))
        assert list(acts) == ["anchor.approved"]
    near = visited(sessions, cast, fix=fix(moved(HOUSE, 90, 0)))
    far = visited(sessions, cast, fix=fix(moved(HOUSE, 2000, 0)))
    for rec in (near, far):
        accept(sessions, cast, rec)
    assert "D08" not in told(sessions, near) and "D08" in told(sessions, far)


def test_a_scattered_house_has_the_wider_limit(sessions: Sessions, cast: Cast) -> None:
    ident = approved(sessions, cast, cast.unit)
    approve(sessions, cast, ident, scattered=True)
    rec = visited(sessions, cast, fix=fix(moved(HOUSE, 250, 0)))
    accept(sessions, cast, rec)
    assert "D08" not in told(sessions, rec)


def test_a_newly_approved_position_takes_the_old_ones_place(sessions: Sessions, cast: Cast) -> None:
    old = approved(sessions, cast, cast.unit)
    new = approved(sessions, cast, cast.unit, moved(HOUSE, 2000, 0))
    assert states(sessions, cast.unit) == {old: "replaced", new: "approved"}
    with sessions() as session:
        assert [row.id for row in anchors.of(session, cast.unit)] == [new]


def test_another_households_position_stays(sessions: Sessions, cast: Cast) -> None:
    mine = approved(sessions, cast, cast.unit)
    approved(sessions, cast, cast.other_unit)
    assert states(sessions, cast.unit) == {mine: "approved"}


def test_what_was_replaced_or_never_was_cannot_be_approved(sessions: Sessions, cast: Cast) -> None:
    old = approved(sessions, cast, cast.unit)
    approved(sessions, cast, cast.unit)
    for ident in (old, "nothing"):
        with pytest.raises(NotFound):
            approve(sessions, cast, ident)


@pytest.mark.parametrize("form", [("back_check", "2026.1"), ("finding_reply", "2026.1")])
def test_a_form_that_is_no_visit_neither_proposes_nor_is_measured(
    sessions: Sessions, cast: Cast, form: tuple[str, str]
) -> None:
    def sent() -> str:
        told = {"household": cast.unit}
        away = fix(moved(HOUSE, 9000, 0))
        op = ops.op(ids.new(), values=told, form=form[0], form_v=form[1], fix=away)
        assert send(sessions, cast, "alice", op)[0]["result"] == "applied"
        assert accept(sessions, cast, op["rec"]) is True
        return str(op["rec"])

    sent()
    assert states(sessions, cast.unit) == {}
    approved(sessions, cast, cast.unit)
    assert "D08" not in [rule for rule, _ in found(sessions, sent())]
