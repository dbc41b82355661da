"""A village's form is judged by its rules; it has no house to stand at."""

from store import ids
from tests.kit import ops
from tests.kit.cast import EAST, Cast
from tests.kit.syncing import Sessions, send
from verify import pipeline

FORM = {"form": "village_base", "form_v": "2026.2"}
FIX = {"lat": 33.07, "lon": 107.02, "acc": 8}


def test_faults_are_found_and_no_position_is_proposed(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    values = {"village": EAST, "base/households": 3, "base/poor_households": 5}
    send(sessions, cast, "alice", ops.op(rec, values=values, fix=FIX, **FORM))
    with sessions() as session:
        [result] = pipeline.on_accepted(session, cast.keys, [(rec, 1)], "Asia/Shanghai")
    assert result.evaluation is not None and result.proposal is None
    assert "base/poor_households" in {fault.path for fault in result.evaluation.faults}
    assert result.judgements["place"].found == () == result.judgements["place"].notes
