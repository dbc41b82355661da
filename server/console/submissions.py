"""Every filled form of my area, of whichever form; each opens on its own page."""

from dataclasses import replace

from flask import render_template, request, url_for

from reports import submissions as ledger
from server.api.visits import legible
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console import doubts
from server.console.blueprint import blp
from server.services import session
from server.transaction import reads


@blp.get("/submissions")
@guard(Permission.SEE)
@reads
def submissions() -> str:
    """A page of the list, the newest change first, narrowed to one form where asked."""
    titles = ledger.titles(session())
    form = request.args.get("form", "")
    form = form if form in titles else ""
    after = request.args.get("after", type=int)
    shown = ledger.page(session(), identity().who(), titles, legible(), form, after)
    counted = doubts.counts({line.rec: line.findings for line in shown.lines})
    return render_template(
        "submissions.html",
        lines=[replace(line, findings=counted[line.rec]) for line in shown.lines],
        titles=titles,
        form=form,
        first=_address(form) if after else None,
        next=_address(form, shown.next) if shown.next else None,
    )


def _address(form: str, after: int | None = None) -> str:
    told = {name: value for name, value in (("form", form), ("after", after)) if value}
    return url_for("console.submissions", **told)  # type: ignore[arg-type]
