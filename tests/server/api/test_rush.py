"""A planned evening: a phone before its minute hears when to come again; nobody else is held up."""

from sqlalchemy import select

from server.api.rush import EVERY, Plans, Window
from store import clock, hours, ids
from store.db import begin_write
from store.health import DeviceFault
from store.hours import RushPlan
from tests.kit import ops
from tests.kit.cast import EAST, TOWNSHIP
from tests.kit.doors import Doors, post, problem

PULL = "/api/v1/sync/pull"
HAND = {"Ruhu-By-Hand": "1"}


def plan(doors: Doors, area: str = EAST, *, opened: float = 0, ident: str | None = None) -> str:
    """A window of four hours that opened `opened` minutes ago."""
    now = clock.now()
    opens, closes = clock.after(now, minutes=-opened), clock.after(now, minutes=240 - opened)
    with doors.sessions() as session:
        begin_write(session)
        made = RushPlan(id=ident or ids.new(), area=area, opens_at=opens, closes_at=closes)
        made.made_by, made.made_at = doors.cast.users["dora"], now
        session.add(made)
        session.commit()
    return made.id


def late(doors: Doors, name: str) -> str:
    """A plan's id under which this person's minute is more than an hour away."""
    device, now = doors.cast.devices[name], clock.now()
    for _ in range(1000):
        ident = ids.new()
        window = Window(ident, "/", now, clock.after(now, minutes=240))
        if clock.seconds_between(now, window.minute_of(device)) > 3600:
            return ident
    raise AssertionError("no such plan")


def test_a_phone_before_its_minute_hears_when_to_come_again(doors: Doors) -> None:
    plan(doors, ident=late(doors, "alice"))
    phone = doors.phone("alice")
    told = problem(phone.get(PULL), 429, "come_later")
    seconds = int(phone.get(PULL).headers["Retry-After"])
    assert 3000 < seconds <= 240 * 60 and abs(int(told["fields"]["retry_after"]) - seconds) < 5
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    problem(doors.push(phone, "alice", line), 429, "come_later")
    with doors.sessions() as session:
        assert session.scalars(select(DeviceFault)).first() is None, "waiting is no fault"


def test_by_hand_is_always_let_in(doors: Doors) -> None:
    plan(doors, ident=late(doors, "alice"))
    phone = doors.phone("alice")
    assert phone.get(PULL, headers=HAND).status_code == 200
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    raw = ops.raw(doors.cast.devices["alice"], line)
    assert post(phone, raw, **{"Ruhu_By_Hand": "1"}).status_code == 200


def test_other_areas_and_wider_grants_are_not_held_up(doors: Doors) -> None:
    plan(doors, ident=late(doors, "dora"))
    assert doors.phone("charlie").get(PULL).status_code == 200
    assert doors.phone("dora").get(PULL).status_code == 200


def test_a_window_that_is_over_or_called_off_holds_up_nobody(doors: Doors) -> None:
    plan(doors, opened=241)
    ended = plan(doors, ident=late(doors, "alice"))
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(RushPlan, ended).ended_at = clock.now()
        session.commit()
    assert doors.phone("alice").get(PULL).status_code == 200


def test_minutes_are_spread_over_the_window_and_stay_the_same() -> None:
    window = Window("p", "/", "2026-11-30T10:00:00.000Z", "2026-11-30T12:00:00.000Z")
    minutes = [window.minute_of(f"device-{n}") for n in range(600)]
    assert minutes == [window.minute_of(f"device-{n}") for n in range(600)]
    assert all(window.opens_at <= m < window.closes_at for m in minutes)
    counts = [minutes.count(m) for m in set(minutes)]
    assert len(counts) > 110 and max(counts) < 20


def test_the_nearest_areas_plan_counts(doors: Doors) -> None:
    plan(doors, TOWNSHIP)
    plan(doors, EAST)
    with doors.sessions() as session:
        assert [p.area for p, _ in hours.plans(session, clock.now())] == [EAST, TOWNSHIP]


def test_plans_are_read_again_only_now_and_then(doors: Doors) -> None:
    with doors.app.test_request_context():
        plans = Plans()
        assert plans.known(0.0) == ()
        plan(doors)
        assert plans.known(EVERY - 1) == ()
        assert len(plans.known(EVERY)) == 1
