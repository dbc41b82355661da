"""The first page: every household of my area, by village, cadre and state; as a sheet, too."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from reports import households as register
from reports import sheet
from reports.households import Filter, Household
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.auth.units import with_permission
from server.console import doubts
from server.console.blueprint import blp
from server.console.times import local_time
from server.console.words import language, state_label, t
from server.services import services, session
from server.transaction import in_writing, reading, reads
from store import audit, clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_SEARCH = 60


def asked() -> Filter:
    """The filter as the address says it; an unknown state is no filter."""
    told = request.args
    state = told.get("state", "")
    return Filter(
        village=told.get("village", "")[:64],
        cadre=told.get("cadre", "")[:64],
        state=state if state in register.STATES else "",
        text=told.get("q", "").strip()[:LONGEST_SEARCH],
    )


def as_query(wanted: Filter, **other: str | int | None) -> dict[str, str | int]:
    """The filter for an address, with what is to be different."""
    told: Mapping[str, str | int | None] = {
        "village": wanted.village,
        "cadre": wanted.cadre,
        "state": wanted.state,
        "q": wanted.text,
    } | other
    return {name: value for name, value in told.items() if value}


@blp.get("/")
@guard(Permission.SEE)
@reads
def households() -> ResponseReturnValue:
    """A page of the list, with the count of every state above it."""
    who, wanted = identity().who(), asked()
    after = request.args.get("after", type=int)
    shown = register.page(session(), who, wanted, language(), after)
    rows = _heard(shown.rows)
    counts = register.counts(session(), who, wanted)
    return render_template(
        "households.html",
        rows=rows,
        wanted=wanted,
        counts=counts,
        total=sum(counts.values()),
        villages=register.villages(session(), who),
        cadres=register.cadres(session(), who),
        query=as_query,
        first=_address(wanted) if after else None,
        next=_address(wanted, after=shown.next) if shown.next else None,
        may_export=identity().permits(Permission.EXPORT),
    )


def _heard(rows: Iterable[Household]) -> tuple[Household, ...]:
    """With the findings counted that may be seen by now."""
    shown = list(rows)
    told = doubts.counts({row.submission: row.findings for row in shown if row.submission})
    return tuple(replace(row, findings=told.get(row.submission or "", 0)) for row in shown)


def _address(wanted: Filter, **other: int | None) -> str:
    return url_for("console.households", **as_query(wanted, **other))  # type: ignore[arg-type]


@blp.get("/households.xlsx")
@guard(Permission.EXPORT)
def households_sheet() -> ResponseReturnValue:
    """The same list as a spreadsheet; that it was taken away is remembered first."""
    known, wanted = identity(), asked()
    in_writing(session(), lambda: _remember(known.user, wanted))
    with reading(session()) as current:
        rows = register.every(
            current, with_permission(known, Permission.EXPORT), wanted, language()
        )
        data = sheet.workbook(t("住户", "Households"), columns(), _cells(_heard(rows)))
    day = clock.local_day(clock.text(datetime.now(UTC)), services().settings.tz)
    name = f"{t('住户', 'households')}-{day.isoformat()}.xlsx"
    response = Response(data, content_type=XLSX)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=households-{day.isoformat()}.xlsx; filename*=UTF-8''{quote(name)}"
    )
    return response


def _remember(user: str, wanted: Filter) -> None:
    """What was searched for may name a person: only that a search was made is kept."""
    audit.write(
        session(),
        user,
        "exported",
        "households",
        village=wanted.village,
        cadre=wanted.cadre,
        state=wanted.state,
        search=bool(wanted.text),
    )


def columns() -> tuple[sheet.Column, ...]:
    return (
        sheet.Column(t("户编号", "Code"), 14),
        sheet.Column(t("户主", "Head"), 14),
        sheet.Column(t("村", "Village"), 16),
        sheet.Column(t("组", "Group"), 14),
        sheet.Column(t("帮扶干部", "Cadre"), 16),
        sheet.Column(t("状态", "State"), 10),
        sheet.Column(t("照片已到", "Photos in"), 10),
        sheet.Column(t("照片应有", "Photos expected"), 10),
        sheet.Column(t("待核实", "To be checked"), 10),
        sheet.Column(t("最近走访", "Last visit"), 18),
        sheet.Column(t("走访人", "Visited by"), 14),
    )


def _cells(rows: Iterable[Household]) -> Iterator[tuple[sheet.Cell, ...]]:
    for row in rows:
        yield (
            row.code,
            row.head,
            row.village,
            row.group,
            "、".join(row.cadres),
            state_label(row.state),
            row.have,
            row.expected,
            row.findings,
            local_time(row.last_visit),
            row.visitor,
        )
