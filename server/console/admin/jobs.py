"""The work that follows what was sent: counts, what waits, what gave up and may run again."""

from dataclasses import dataclass

import orjson
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from reports import metrics, work
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.times import local_time
from server.console.words import Words, language, t, worded
from server.services import services, session
from server.transaction import reads, writes
from store import alarms, audit, clock, feed, outbox, queues
from store.alarms import Alarm
from store.areas import Area
from store.discretion import masked
from store.errors import Conflicting, NotFound

KINDS: dict[str, Words] = {
    "verify.night": ("每夜核对全镇的走访", "Check a township's visits together"),
    "visit.accepted": ("核对走访内容", "Check a visit's answers"),
    "visit.complete": ("核对走访照片", "Check a visit's photos"),
    "photo.stored": ("读取照片信息", "Read a photo"),
    "feed.purge": ("每天清理半年前的删除记录", "Daily tidying of what was deleted long ago"),
    "house.keeping": ("每小时清理", "Hourly tidying"),
    "alarms.watch": ("查看警示", "Look for alarms"),
    "sync.round": ("清点按时上报", "See who sent at the hour"),
    "server.backup": ("夜间备份", "Nightly backup"),
}


ALARMS: dict[str, tuple[Words, Words]] = {
    "backup": (
        ("很久没有备份", "No backup for too long"),
        (
            "看备份硬盘接上没有、满了没有，再看下面的“夜间备份”；也可以运行 flask backup。",
            "Is the disk there, and not full? See “Nightly backup” below, or run flask backup.",
        ),
    ),
    "work_waits": (
        ("任务等得太久", "Work waits too long"),
        ("看 Redis 和 worker 在不在运行。", "Do Redis and the workers run?"),
    ),
    "work_failed": (
        ("有任务失败", "Work has failed"),
        ("看下面的错误，再运行一次。", "Look at the errors below, then run it again."),
    ),
    "disk": (
        ("磁盘快满了", "The disk is nearly full"),
        ("腾出空间，或换一块大的。", "Make room, or move to a larger one."),
    ),
    "missed": (
        ("有手机没有按时上报", "Phones did not come at the hour"),
        ("看“手机状况”，给没来的人打电话。", "See Phone health, and call whoever did not come."),
    ),
}
"""{kind of alarm: (what, what helps)}"""
FACTS: dict[str, Words] = {
    "last": ("上次", "last"),
    "hours": ("小时", "hours"),
    "since": ("从", "since"),
    "count": ("件", "count"),
    "free_mb": ("剩余 MiB", "MiB free"),
    "limit_mb": ("至少要", "at least"),
    "at": ("时间", "hour"),
    "expected": ("应到", "expected"),
    "missed": ("没来", "missed"),
}
GONE_DAYS = 7


@blp.get("/jobs")
@guard(Permission.JOBS)
@reads
def jobs() -> str:
    known = identity()
    since = clock.after(clock.now(), days=-GONE_DAYS)
    return render_template(
        "admin/jobs.html",
        alarms=alarms.shown(session(), since),
        sorts=ALARMS,
        facts=facts,
        place=place,
        backed_up_at=feed.backed_up_at(session()),
        nightly=services().settings.backup_dir is not None,
        queues=work.queues(session()),
        costs=_costs(),
        dead=work.dead(session(), known.who(), _whole()),
        kinds=KINDS,
        may_rerun=known.permits(Permission.RERUN),
        masked=masked,
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """What the latest work of a kind took, in seconds, beside what it should take at most."""

    usual: float
    slow: float
    budget: float


def _costs() -> dict[str, Cost]:
    """{kind of work: what it took within the hour}"""
    return {
        kind: Cost(
            metrics.quantile_of(times, 0.5) / 1000,
            metrics.quantile_of(times, 0.95) / 1000,
            queues.budget(kind),
        )
        for kind, times in metrics.recent(session()).items()
        if kind in queues.OF
    }


@blp.post("/jobs/<int:ident>/again")
@guard(Permission.RERUN)
@writes
def run_again(ident: int) -> ResponseReturnValue:
    """Dead work gets another life; work that is not dead any more stays as it is."""
    row = work.dead_one(session(), identity().who(), _whole(), ident)
    if row is None:
        raise NotFound("there is no such dead work, or none in your area")
    if not outbox.again(session(), ident):
        raise Conflicting("this work is not dead any more")
    audit.write(session(), identity().user, "work_rerun", row.subject, kind=row.kind, row=ident)
    flash(t("已放回队列，很快会再运行。", "Back in the queue; it will run again soon."))
    return redirect(url_for("console.jobs"))


def facts(alarm: Alarm) -> list[tuple[str, str]]:
    """An alarm's figures in words; moments by the office's clock."""
    told = orjson.loads(alarm.facts)
    return [(worded(FACTS, name), _shown(value)) for name, value in told.items()]


def _shown(value: object) -> str:
    return local_time(value) if isinstance(value, str) else "—" if value is None else f"{value:g}"


def place(alarm: Alarm) -> str:
    """The area's name where the alarm is about one."""
    area = session().get(Area, alarm.subject)
    return area.name(language()) if area else "" if alarm.subject == "server" else alarm.subject


def _whole() -> bool:
    """Work about nobody's household is for those who mend the server."""
    return identity().permits(Permission.RERUN)
