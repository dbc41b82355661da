"""The work that follows what was sent: counts, what waits, what gave up and may run again."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from reports import work
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import Words, t
from server.services import session
from server.transaction import reads, writes
from store import audit, outbox
from store.discretion import masked
from store.errors import Conflicting, NotFound

KINDS: dict[str, Words] = {
    "visit.accepted": ("核对走访内容", "Check a visit's answers"),
    "visit.complete": ("核对走访照片", "Check a visit's photos"),
    "photo.stored": ("读取照片信息", "Read a photo"),
    "feed.purge": ("每天清理半年前的删除记录", "Daily tidying of what was deleted long ago"),
    "house.keeping": ("每小时清理", "Hourly tidying"),
}


@blp.get("/jobs")
@guard(Permission.JOBS)
@reads
def jobs() -> str:
    known = identity()
    return render_template(
        "admin/jobs.html",
        queues=work.queues(session()),
        dead=work.dead(session(), known.who(), _whole()),
        kinds=KINDS,
        may_rerun=known.permits(Permission.RERUN),
        masked=masked,
    )


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


def _whole() -> bool:
    """Work about nobody's household is for those who mend the server."""
    return identity().permits(Permission.RERUN)
