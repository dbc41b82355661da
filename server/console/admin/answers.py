"""All answers to a form as a spreadsheet, old versions in the words of the newest."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, request
from flask.typing import ResponseReturnValue

from forms.definition import FormDefinition, Question
from reports import answers, sheet
from reports.answers import Line
from server.auth.guard import guard
from server.auth.identity import identity
from server.auth.permissions import Permission
from server.auth.units import with_permission
from server.console.blueprint import blp
from server.console.showing import plain, shown
from server.console.times import local_time
from server.console.words import label, t
from server.services import services, session
from server.transaction import in_writing, reading
from store import audit, clock
from store.errors import NotFound
from verify.labels import Named, choices_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blp.get("/forms/<string:form>/answers.xlsx")
@guard(Permission.EXPORT)
def form_answers(form: str) -> ResponseReturnValue:
    """One line a visit, or a row of `?repeat=`; that it was taken away is remembered first."""
    known, repeat = identity(), request.args.get("repeat") or None
    with reading(session()) as current:
        definition = answers.newest(current, form)
    if repeat and repeat not in {section.path for section in definition.repeats}:
        raise NotFound("the form has no such repeat")
    in_writing(session(), lambda: audit.write(session(), known.user, "exported", form))
    asked = answers.columns(definition, repeat)
    with reading(session()) as current:
        who = with_permission(known, Permission.EXPORT)
        lines = answers.across(current, who, form, repeat)
        data = sheet.workbook(form, _heads(asked), _cells(lines, definition, asked))
    day = clock.local_day(clock.text(datetime.now(UTC)), services().settings.tz)
    response = Response(data, content_type=XLSX)
    name = f"{label(definition.title, form)}-{day.isoformat()}.xlsx"
    response.headers["Content-Disposition"] = (
        f"attachment; filename=answers-{day.isoformat()}.xlsx; filename*=UTF-8''{quote(name)}"
    )
    return response


def _heads(asked: list[Question]) -> tuple[sheet.Column, ...]:
    return (
        sheet.Column(t("户", "Household"), 38),
        sheet.Column(t("走访", "Visit"), 38),
        sheet.Column(t("时间", "When"), 18),
        sheet.Column(t("走访人", "By"), 12),
        sheet.Column(t("填写时的版本", "Filled with version"), 14),
        *(sheet.Column(label(question.label, question.path), 18) for question in asked),
        sheet.Column(t("旧版本里另有的答案", "Older answers without a place"), 40),
    )


def _cells(
    lines: Iterator[Line], definition: FormDefinition, asked: list[Question]
) -> Iterator[tuple[sheet.Cell, ...]]:
    named = [Named(q.path, q.label, q, choices_of(definition, q)) for q in asked]
    for line in lines:
        kept = "；".join(f"{path}={plain(value)}" for path, value in line.kept.items())
        told = (_cell(each, line.values.get(each.path)) for each in named)
        yield (line.unit, line.rec, local_time(line.at), line.by, line.version, *told, kept)


def _cell(named: Named, value: object) -> sheet.Cell:
    """Figures stay figures, so that a spreadsheet can add them up."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return shown(named, value)
