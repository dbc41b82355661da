"""One household: what the register says, who visited, where the house stands."""

from collections.abc import Mapping
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server.api.visits import legible
from server.auth import handing, masking, units
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.console import doubts, maps
from server.console.blueprint import blp
from server.console.times import local_time
from server.console.words import Words, t
from server.problems import STATUS
from server.services import services, session
from server.transaction import in_writing, reading, reads, writes
from store import clock, parameters
from store.areas import Level
from store.errors import NotFound, Refusal
from store.hands import MAX_REASON
from store.records import Record
from store.units import Anchor
from verify import anchors, calls
from verify import household as read_model
from verify.household import House

ASKED = ("login", "area", "reason")
FAULTS: Mapping[tuple[str, str], Words] = {
    ("login", ""): (
        "您的辖区里没有这个人。请重新选。",
        "There is no such person in your area. Choose again.",
    ),
    ("login", "not a cadre"): (
        "这个人不是帮扶干部，或者账号已停用。请选一位在用的帮扶干部。",
        "This person is no cadre, or the account was closed. Choose a cadre in service.",
    ),
    ("login", "as it is"): (
        "这一户本来就归这位干部，或者没有选。要换，请选另一位。",
        "The household is with this cadre already, or nobody was chosen. Choose another one.",
    ),
    ("area", ""): (
        "没有这个村组，或者不归您管。请重新选。",
        "There is no such village or group, or it is not yours. Choose again.",
    ),
    ("area", "as it is"): (
        "这一户本来就在这里，或者没有选。要搬，请选另一个村组。",
        "The household stands here already, or nothing was chosen. Choose another place.",
    ),
    ("reason", ""): (
        f"请写理由，不超过 {MAX_REASON} 个字。",
        f"Say why, in at most {MAX_REASON} characters.",
    ),
}
"""{(field, what is wrong): what to do}; "" stands for whatever else."""


@blp.get("/households/<string:unit>")
@guard(Permission.SEE)
@reads
def household(unit: str) -> ResponseReturnValue:
    return _page(unit, {}, {})


def _page(unit: str, asked: Mapping[str, str], faults: Mapping[str, str]) -> str:
    """With what was entered for another cadre or place, and what is wrong with it."""
    place = units.place_of(unit)
    house = _heard(read_model.read(session(), services().keys, place, masking.mask, legible()))
    return render_template(
        "household.html",
        house=house,
        map=maps.drawing(_marks(house)),
        **_calls(house, place.area),
        may_unmask=units.reaches(Permission.UNMASK, unit),
        may_anchor=units.reaches(Permission.ANCHOR, unit),
        asked=asked,
        wrong={field: t(*_words(field, fault)) for field, fault in faults.items()},
        **_handing(unit),
    )


def _heard(house: House) -> House:
    """With what is to be checked as far as the reader may see it by now."""
    told = doubts.counts({line.id: line.findings for line in house.seen})
    return replace(
        house,
        seen=tuple(replace(line, findings=told[line.id]) for line in house.seen),
        doubts=house.doubts if doubts.of_house(house.unit) else (),
    )


def _calls(house: House, area: str) -> dict[str, object]:
    """How often the household was called on, and who came soon after whom."""
    tz = services().settings.tz
    day = clock.local_day(clock.now(), tz).isoformat()
    days = float(parameters.as_of(session(), day, area).get("second_visitor_days", calls.DAYS))
    return {
        "months": calls.by_month(house.seen, tz)[:6],
        "close": calls.close(house.seen, days)[:3],
        "close_days": f"{days:g}",
    }


def _handing(unit: str) -> dict[str, object]:
    """Whom it may be given to and where it may move, for whoever may do that."""
    if not units.reaches(Permission.REASSIGN, unit):
        return {"may_reassign": False}
    return {
        "may_reassign": True,
        "givable": handing.cadres(session(), identity()),
        "movable": units.areas(Permission.REASSIGN, Level.VILLAGE, Level.GROUP),
        "stands": units.place_of(unit).area,
    }


def _words(field: str, fault: str) -> Words:
    return FAULTS.get((field, fault)) or FAULTS[(field, "")]


@blp.post("/households/<string:unit>/reassign")
@guard(Permission.REASSIGN)
def reassign_household(unit: str) -> ResponseReturnValue:
    """To another cadre, to another place, or both; what the old one still sends is kept."""
    asked = {name: request.form.get(name, "").strip() for name in ASKED}
    try:
        in_writing(session(), lambda: handing.reassign(session(), identity(), unit, **asked))
    except Refusal as refusal:
        faults = {field: refusal.fields[field] for field in ASKED if field in refusal.fields}
        if not faults:
            raise
        with reading(session()):
            return _page(unit, asked, faults), STATUS[refusal.code]
    flash(t("已办理。新干部下次同步时会收到这一户的全部资料。",
            "Done. The new cadre gets the whole household at their next sync."))  # fmt: skip
    return redirect(url_for("console.household", unit=unit))


def _marks(house: House) -> list[maps.Mark]:
    visits = [
        maps.of_fix(line.fix, f"{t('走访', 'Visit')} {local_time(line.at, '%m-%d %H:%M')}")
        for line in house.seen
        if line.fix
    ]
    return [maps.of_anchor(anchor) for anchor in house.anchors] + visits


@blp.post("/households/<string:unit>/anchor")
@guard(Permission.ANCHOR)
@writes
def approve_anchor(unit: str) -> ResponseReturnValue:
    """A proposed position becomes the household's own."""
    units.require(Permission.ANCHOR, unit)
    chosen = session().get(Anchor, request.form.get("anchor", ""))
    if chosen is None or chosen.unit != unit:
        raise NotFound("there is no such position")
    scattered = request.form.get("scattered") == "yes"
    anchors.approve(session(), identity().user, chosen.id, scattered)
    flash(t("位置已核准，以后的走访都会和它比较。",
            "Position approved; later visits are measured against it."))  # fmt: skip
    return redirect(url_for("console.household", unit=unit) + "#place")


@blp.post("/records/<string:ident>/reveal")
@guard(Permission.UNMASK)
@writes
def reveal(ident: str) -> ResponseReturnValue:
    """One P1 value in the open, for this view only; that it was seen is kept."""
    record = session().get(Record, ident)
    if record is None:
        raise NotFound("there is no such value")
    units.require(Permission.UNMASK, record.unit)
    path = request.form.get("path", "")
    value = masking.unmask(session(), services().keys, record, path, identity().user)
    page = "revealed.html" if request.headers.get("HX-Request") else "reveal.html"
    return render_template(page, value=value, unit=record.unit)
