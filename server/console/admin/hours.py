"""At which hours phones send by themselves: set here, pulled by every phone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console.blueprint import blp
from server.console.words import t
from server.problems import STATUS
from server.services import services, session
from server.transaction import in_writing, reads
from store import office
from store.office import BadHours

SPARE = 2
"""Empty fields offered beside what is set."""
LEAST = 4


@blp.get("/hours")
@guard(Permission.HOURS)
@reads
def hours() -> str:
    return _page(office.hours(session()))


@blp.post("/hours")
@guard(Permission.HOURS)
def set_hours() -> ResponseReturnValue:
    """All hours at once; an empty field is none. In which order they were typed is no matter."""
    asked = sorted(filter(None, (hour.strip() for hour in request.form.getlist("hour"))))
    tz, by = services().settings.tz, identity().user
    try:
        in_writing(session(), lambda: office.set_hours(session(), asked, tz, by))
    except BadHours as refusal:
        return _page(asked, refusal.fields["hours"]), STATUS[refusal.code]
    flash(t("已保存。手机下次更新时收到。", "Saved. Phones hear of it when they next refresh."))
    return redirect(url_for("console.hours"))


def _page(shown: list[str], fault: str = "") -> str:
    fields = max(LEAST, min(office.MOST, len(shown) + SPARE), len(shown))
    return render_template(
        "admin/hours.html",
        shown=[*shown, *[""] * (fields - len(shown))],
        fault=fault,
        most=office.MOST,
        tz=services().settings.tz,
    )
