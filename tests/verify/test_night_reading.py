"""What single checks over many read beside the township: replies, findings of rules, members."""

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store import clock, ids
from store.backchecks import Draw, Pick
from store.db import begin_write
from store.findings import Finding
from tests.kit import ops
from tests.kit.cast import TOWNSHIP, Cast
from tests.kit.syncing import send
from tests.verify.acts import fix, visited
from tests.verify.findings import answered, decided, silenced
from tests.verify.test_geo import HOUSE
from verify import backchecks, keep, township
from verify.finding import to_check
from verify.many import benefits, notmade, twice
from verify.many.notmade import Reply

Sessions = sessionmaker[Session]
AT = "2026-10-18T09:30:00+08:00"
LATER = "2026-10-20T09:30:00+08:00"
ASOF = clock.parse("2026-10-25T00:00:00.000Z")


def drawn(sessions: Sessions, rec: str, unit: str, checker: str) -> None:
    """The visit is to be asked again by somebody."""
    with sessions() as session:
        begin_write(session)
        draw = Draw(id=ids.new(), area=TOWNSHIP, since="2026-10-18", until="2026-10-18", size=1)
        draw.reveal_on, draw.seed, draw.seed_sha256 = "2026-10-19", "aa", "aa" * 32
        draw.frame, draw.frame_sha256 = "[]", "aa" * 32
        draw.committed_at = draw.drawn_at = "2026-10-19T00:00:00.000Z"
        draw.committed_by = checker
        session.add(draw)
        session.flush()
        session.add(Pick(draw=draw.id, rec=rec, unit=unit, way="floor", checker=checker))
        session.commit()


def test_only_visits_are_judged_at_night(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    asked_again(sessions, cast, "yes")
    with sessions() as session:
        assert [v.id for v in township.read(session, TOWNSHIP, ASOF).visits] == [rec]


def test_a_fix_without_an_accuracy_is_given_room(sessions: Sessions, cast: Cast) -> None:
    for acc in (None, 0.0, 8.0):
        visited(sessions, cast, at=AT, fix=fix(HOUSE, acc))
    with sessions() as session:
        seen = township.read(session, TOWNSHIP, ASOF).visits
    assert sorted(visit.fix.acc for visit in seen if visit.fix) == [8.0, 100.0, 100.0]


def asked_again(sessions: Sessions, cast: Cast, came: str) -> None:
    """A back-check as a phone sends it, two days later: it names the household, not the visit."""
    told = {"household": cast.unit, "door/found": "met", "about/came": came}
    op = ops.op(ids.new(), values=told, form="back_check", form_v="2026.1", at=LATER)
    assert send(sessions, cast, "dora", op)[0]["result"] == "applied"
    with sessions() as session:
        begin_write(session)
        backchecks.received(session, [(op["rec"], cast.unit, "")], clock.now())
        session.commit()


def test_the_household_was_asked_again_by_phone(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    drawn(sessions, rec, cast.unit, cast.users["dora"])
    with sessions() as session:
        assert notmade.read(session, TOWNSHIP, ASOF) == ()
    asked_again(sessions, cast, "no")
    asked_again(sessions, cast, "yes")  # nobody drew this one
    with sessions() as session:
        assert notmade.read(session, TOWNSHIP, ASOF) == (Reply(rec, "no", 2.0),)
        assert notmade.read(session, TOWNSHIP, clock.parse(AT)) == ()


def test_the_packs_rules_on_benefits_of_the_last_visit(sessions: Sessions, cast: Cast) -> None:
    old = visited(sessions, cast, at="2026-09-01T09:30:00+08:00")
    rec = visited(sessions, cast, at=AT)
    told = [to_check(rule, 0.4, "看", "look", "income/dibao") for rule in ("R-10", "R-14", "R-42")]
    with sessions() as session:
        begin_write(session)
        keep.findings(session, [(rec, 1, "answers", told), (old, 1, "answers", told)])
        session.commit()
    with sessions() as session:
        found = benefits.read(session, TOWNSHIP, ASOF)
    assert found == {cast.unit: {"R-10": "income/dibao", "R-14": "income/dibao"}}
    silenced(sessions, "R-10")
    with sessions() as session:
        ident = session.scalars(
            select(Finding.id).where(Finding.rec == rec, Finding.rule == "R-14")
        ).one()
        assert benefits.read(session, TOWNSHIP, ASOF) == {cast.unit: {"R-14": "income/dibao"}}
    answered(sessions, cast, ident)
    decided(sessions, cast, ident, "miss")
    with sessions() as session:
        assert benefits.read(session, TOWNSHIP, ASOF) == {}


def test_members_who_left_are_left_out(sessions: Sessions, cast: Cast) -> None:
    rows = {
        "people/members": {
            "aaaaaaaa": {"full_name": "王 芳", "birth": "1986-02-28", "sex": "female"},
            "bbbbbbbb": {"full_name": "王强", "birth": "1950-01-01", "change": "died"},
        }
    }
    visited(sessions, cast, at=AT, rows=rows, door__purpose=["survey"])
    with sessions() as session:
        members = twice.read(session, TOWNSHIP, ASOF)
    assert [(m.unit, m.name, m.birth, m.sex) for m in members] == [
        (cast.unit, "王芳", "1986-02-28", "female")
    ]
