"""What single checks over many read beside the township: replies, findings of rules, members."""

import orjson
from sqlalchemy.orm import Session, sessionmaker

from store import clock, feed
from store.db import begin_write
from store.records import Record
from tests.kit.cast import TOWNSHIP, Cast
from tests.kit.syncing import row
from tests.verify.acts import visited
from verify import keep
from verify.finding import to_check
from verify.many import benefits, notmade, twice
from verify.many.notmade import Reply

Sessions = sessionmaker[Session]
AT = "2026-10-18T09:30:00+08:00"
ASOF = clock.parse("2026-10-25T00:00:00.000Z")


def asked_again(sessions: Sessions, rec: str, unit: str, ident: str, came: str) -> None:
    """A filled back-check of a visit, two days after it."""
    like = row(sessions, rec)
    told = {"household": unit, "about/visit": rec, "about/came": came}
    with sessions() as session:
        begin_write(session)
        session.add(Record(
            id=ident, type=like.type, unit=unit, area=like.area, version=1, seq=feed.take(session),
            doc=orjson.dumps({"set": told}).decode(), fver="{}", form="back_check", form_v="1",
            author=like.author, device=like.device, captured_at="2026-10-20T01:30:00.000Z",
        ))  # fmt: skip
        session.commit()


def test_replies_about_a_visit_of_the_same_household(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, at=AT)
    with sessions() as session:
        assert notmade.read(session, TOWNSHIP, ASOF) == ()
    asked_again(sessions, rec, cast.unit, "00000000-0000-4000-8000-000000000001", "no")
    asked_again(sessions, rec, cast.other_unit, "00000000-0000-4000-8000-000000000002", "yes")
    with sessions() as session:
        assert notmade.read(session, TOWNSHIP, ASOF) == (Reply(rec, "no", 2.0),)


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
