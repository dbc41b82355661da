"""A supervisor's word: approve, send back, and what the phone hears of it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from store.audit import AuditEntry
from store.db import begin_write
from store.errors import Forbidden, Invalid, NotFound
from store.records import Record
from store.reviews import Review
from store.status import status_id
from tests.kit.cast import Cast
from tests.kit.syncing import down, fetch, pair
from tests.verify.acts import edited, visited
from verify import review
from verify.review import VersionMoved

Sessions = sessionmaker[Session]


def approve(sessions: Sessions, cast: Cast, rec: str, version: int = 1, name: str = "dora") -> None:
    with sessions() as session:
        begin_write(session)
        review.approve(session, cast.users[name], rec, version)
        session.commit()


def send_back(
    sessions: Sessions,
    cast: Cast,
    rec: str,
    reason: str = "请补拍屋顶",
    **comments: str,
) -> None:
    """The first version goes back; keyword `a__b` is the comment at `a/b`."""
    hung = {path.replace("__", "/"): words for path, words in comments.items()}
    with sessions() as session:
        begin_write(session)
        review.send_back(session, cast.users["dora"], rec, 1, reason, hung)
        session.commit()


def heard(sessions: Sessions, rec: str) -> dict[str, Any]:
    with sessions() as session:
        return dict(orjson.loads(session.get_one(Record, status_id(rec)).doc))


def untouched(sessions: Sessions, rec: str) -> bool:
    with sessions() as session:
        no_word = session.scalars(select(Review)).all() == []
        return no_word and session.get_one(Record, rec).state == "received"


def test_an_approved_visit_says_so_to_the_phone_and_keeps_its_version(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    approve(sessions, cast, rec)
    told = heard(sessions, rec)
    assert (told["state"], told["v"], told["by"], told["comments"]) == ("approved", 1, "Dora", {})
    with sessions() as session:
        assert session.get_one(Record, rec).version == 1
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.subject == rec))
        assert (entry.act, entry.who) == ("visit.approved", cast.users["dora"])


def test_a_returned_visit_carries_its_reason_and_comments(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    send_back(
        sessions, cast, rec, " 请补拍屋顶 ", income__wage=" 和去年一样？ ", finish__remark="  "
    )
    told = heard(sessions, rec)
    assert (told["state"], told["reason"]) == ("returned", "请补拍屋顶")
    assert told["comments"] == {"income/wage": "和去年一样？"}


def test_the_author_hears_of_it_at_the_next_pull(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    cursor = fetch(sessions, cast, "alice").cursor
    send_back(sessions, cast, rec)
    page = fetch(sessions, cast, "alice", cursor)
    assert {r["id"] for r in down(page)} >= {status_id(rec)}


def test_a_comment_hangs_on_a_row_of_a_repeat_too(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, rows={"people/members": {"aaaaaaaa": {"full_name": "王一"}}})
    path = "people/members[aaaaaaaa]/full_name"
    send_back(sessions, cast, rec, **{path: "按身份证写"})
    assert heard(sessions, rec)["comments"] == {path: "按身份证写"}


def test_a_mended_visit_is_received_again_without_the_old_words(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    send_back(sessions, cast, rec, income__wage="?")
    assert edited(sessions, cast, rec, 1, income__wage=9) == 2
    told = heard(sessions, rec)
    assert (told["state"], told["comments"]) == ("received", {})
    approve(sessions, cast, rec, 2)
    assert heard(sessions, rec)["state"] == "approved"


def test_approving_twice_is_one_decision(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    approve(sessions, cast, rec)
    approve(sessions, cast, rec, name="cora")
    with sessions() as session:
        [row] = session.scalars(select(Review))
        assert (row.action, row.by) == ("approve", cast.users["dora"])


def test_a_supervisor_may_change_their_mind(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    approve(sessions, cast, rec)
    send_back(sessions, cast, rec)
    assert heard(sessions, rec)["state"] == "returned"
    approve(sessions, cast, rec)
    assert heard(sessions, rec)["state"] == "approved"


def test_nobody_reviews_their_own_visit(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast, "dora")
    for decide in (approve, send_back):
        with pytest.raises(Forbidden) as refused:
            decide(sessions, cast, rec)
        assert refused.value.code == "own_visit"
    assert untouched(sessions, rec)


def test_a_visit_that_changed_while_it_was_looked_at_is_looked_at_again(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    edited(sessions, cast, rec, 1, income__wage=9)
    for decide in (approve, send_back):
        with pytest.raises(VersionMoved):
            decide(sessions, cast, rec)
    assert untouched(sessions, rec)


@pytest.mark.parametrize("reason", ["", "   ", "长" * 1001])
def test_a_return_needs_a_reason_of_sensible_length(
    sessions: Sessions, cast: Cast, reason: str
) -> None:
    rec = visited(sessions, cast)
    with pytest.raises(Invalid) as refused:
        send_back(sessions, cast, rec, reason)
    assert "reason" in refused.value.fields and untouched(sessions, rec)


@pytest.mark.parametrize(
    ("path", "words"),
    [("income/luck", "?"), ("people/members[aaaaaaaa]/luck", "?"), ("income/wage", "长" * 1001)],
)
def test_a_comment_on_no_field_is_refused_by_name(
    sessions: Sessions, cast: Cast, path: str, words: str
) -> None:
    rec = visited(sessions, cast)
    with pytest.raises(Invalid) as refused:
        send_back(sessions, cast, rec, **{path: words})
    assert set(refused.value.fields) == {f"comments.{path}"} and untouched(sessions, rec)


def test_what_is_no_visit_cannot_be_reviewed(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    for ident in (cast.unit, status_id(rec), "nothing"):
        with pytest.raises(NotFound):
            approve(sessions, cast, ident)


def test_a_returned_visit_goes_to_whom_the_household_is_given_to_now(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    pair(sessions, cast, cast.unit, "charlie")
    cursor = fetch(sessions, cast, "charlie").cursor
    assert rec not in {r["id"] for r in down(fetch(sessions, cast, "charlie"))}
    send_back(sessions, cast, rec)
    assert rec in {r["id"] for r in down(fetch(sessions, cast, "charlie", cursor))}
