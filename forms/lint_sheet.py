"""Our lint of a workbook's cells, before pyxform reads them: what it would let pass."""

import difflib
import re
from collections.abc import Iterator

from forms.book import SHEETS, Book, Sheet, standing
from forms.columns import BY_NAME, PREFIX
from forms.remark import Remark, error, warning

_PREFIXED = re.compile(r"(?:bind|body|instance|control)::([A-Za-z_][\w.-]*):")
_DECLARED = re.compile(r"([A-Za-z_][\w.-]*)\s*=")
BUILT_IN = frozenset({"jr", "orx", "odk", "entities", "xsd", "ev", "h"})
SURVEY = frozenset(
    [
        "type",
        "name",
        "label",
        "hint",
        "guidance_hint",
        "required",
        "required_message",
        "relevant",
        "constraint",
        "constraint_message",
        "calculation",
        "default",
        "appearance",
        "read_only",
        "readonly",
        "choice_filter",
        "trigger",
        "parameters",
        "repeat_count",
        "save_to",
        "image",
        "big-image",
        "audio",
        "video",
        "media",
        "autoplay",
        "rows",
        "note",
        "intent",
        "comment",
        "comments",
        "accuracythreshold",
        "body",
        "requiredmsg",
        "disabled",
    ]
)
"""XLSForm's headings; a column of another name is silently left out by pyxform."""


def look(book: Book) -> list[Remark]:
    """Errors first: with any of them, conversion is not tried."""
    if "survey" not in book.sheets:
        return [_no_survey(book)]
    return [*book.formulas, *_prefixes(book), *_values(book), *_settings(book), *_headings(book)]


def _no_survey(book: Book) -> Remark:
    close = difflib.get_close_matches("survey", [name.lower() for name in book.others], 1, 0.5)
    found = next((name for name in book.others if [name.lower()] == close), "")
    zh = f"（“{found}”是不是它？）" if found else ""
    en = f" (is “{found}” meant?)" if found else ""
    return error(
        "sheet_missing",
        f"没有名为 survey 的工作表{zh}；工作表要叫 survey、choices、settings",
        f"there is no sheet named survey{en}; the sheets are survey, choices, settings",
        sheet=found or "survey",
    )


def _prefixes(book: Book) -> Iterator[Remark]:
    declared = set(_DECLARED.findall(book.setting("namespaces"))) | BUILT_IN
    for heading in book.sheet("survey").headings:
        found = _PREFIXED.match(heading)
        if found and found[1] not in declared:
            yield error(
                "prefix_undeclared",
                f"列“{heading}”用了前缀 {found[1]}，但 settings 表的 namespaces 里没有写",
                f"the column {heading} uses the prefix {found[1]}, which the sheet settings does "
                "not declare under namespaces",
                sheet="survey",
                row=1,
                column=heading,
            )


def _values(book: Book) -> Iterator[Remark]:
    survey = book.sheet("survey")
    for heading in survey.headings:
        if not heading.startswith(PREFIX):
            continue
        column = BY_NAME.get(heading.removeprefix(PREFIX))
        if column is None:
            yield _unknown(heading)
            continue
        for row in survey.rows if column.values else ():
            told = row.get(heading)
            if told and told not in column.values:
                may = "、".join(column.values)
                yield error(
                    "value_unknown",
                    f"“{told}”不能填在这一列，只能填：{may}",
                    f"{told!r} may not stand here; one of {', '.join(column.values)}",
                    sheet="survey",
                    row=row.number,
                    column=heading,
                )


def _unknown(heading: str) -> Remark:
    close = difflib.get_close_matches(heading.removeprefix(PREFIX), BY_NAME, 1)
    zh = f"，是不是 {PREFIX}{close[0]}？" if close else ""
    en = f"; is {PREFIX}{close[0]} meant?" if close else ""
    return warning(
        "column_ignored",
        f"系统不认识列“{heading}”，不起作用{zh}",
        f"the column {heading} is not known and does nothing{en}",
        sheet="survey",
        row=1,
        column=heading,
    )


def _settings(book: Book) -> Iterator[Remark]:
    for name, zh in (("form_id", "表单编号"), ("version", "版本")):
        if not book.setting(name):
            yield error(
                "setting_missing",
                f"settings 表里没有填 {name}（{zh}）",
                f"the sheet settings does not give {name}",
                sheet="settings",
                row=2 if book.sheet("settings").rows else 1,
                column=name,
            )
    for name in book.others:
        close = difflib.get_close_matches(name.strip().lower(), SHEETS, 1, 0.75)
        if close and close[0] not in book.sheets:
            yield warning(
                "sheet_ignored",
                f"工作表“{name}”不起作用，是不是要叫 {close[0]}？",
                f"the sheet {name} is ignored; is {close[0]} meant?",
                sheet=name,
            )


def _headings(book: Book) -> Iterator[Remark]:
    survey: Sheet = book.sheet("survey")
    for heading in survey.headings:
        name = standing(heading)
        if not heading or "::" in heading and name not in SURVEY and ":" in heading.split("::")[1]:
            continue
        base = name.split("::")[0].split(":")[0]
        if base not in SURVEY and not heading.startswith(("bind::", "control::", "instance::")):
            close = difflib.get_close_matches(base, SURVEY, 1)
            zh = f"，是不是 {close[0]}？" if close else ""
            en = f"; is {close[0]} meant?" if close else ""
            yield warning(
                "column_ignored",
                f"XLSForm 里没有列“{heading}”，不起作用{zh}",
                f"XLSForm has no column {heading}; it does nothing{en}",
                sheet="survey",
                row=1,
                column=heading,
            )
