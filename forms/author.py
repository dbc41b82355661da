"""From an uploaded source, a workbook or an XForm, to a form with everything to be said of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pyxform.errors import PyXFormError

from forms import book as books
from forms import lint_form, lint_sheet
from forms.bind import FormInvalid
from forms.book import Book
from forms.compile import Compiled, compile_xform, compile_xlsform
from forms.definition import FormDefinition
from forms.gate import Kind, admit, refused, tree
from forms.looked import Looked, Places
from forms.plain import plain
from forms.remark import FormRefused, Level, Remark, error, has_errors

_NAMED = re.compile(r"^([\w./-]+): ")
_FUNCTION = re.compile(r"([A-Za-z][\w-]*)\(\)")
_NEEDLESS = frozenset({"photo_size"})
"""Warnings of pyxform about what our form app does by itself."""
_EXPRESSIONS = ("calculation", "relevant", "constraint", "required", "choice_filter", "default")


@dataclass(frozen=True, slots=True)
class Authored:
    """A source that compiles; with errors among its remarks it still cannot be published."""

    compiled: Compiled
    remarks: tuple[Remark, ...]
    kind: Kind
    source: bytes

    @property
    def fit(self) -> bool:
        return not has_errors(self.remarks)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where an XForm's questions stand: the line of their bind."""

    root: etree._Element

    def of(self, path: str, *columns: str) -> dict[str, Any]:
        for bind in self.root.iter("{*}bind"):
            if str(bind.get("nodeset", "")).split("/", 2)[2:] == [path]:
                return {"row": bind.sourceline or 0, "question": path, "column": "bind"}
        return {"question": path}

    def of_choice(self, list_name: str, name: str, column: str) -> dict[str, Any]:
        return {"column": f"{list_name}/{name}"}


def author(data: bytes, name: str = "", others: Sequence[FormDefinition] = ()) -> Authored:
    """Raises FormRefused, all that is known to be wrong in it."""
    kind = admit(data, name)
    try:
        return _workbook(data, others) if kind is Kind.XLSX else _xform(data, others)
    except RecursionError as fault:
        raise refused(
            "too_deep",
            "有算式或分组套得太深，读不完",
            "an expression or a group is nested too deep to be read",
        ) from fault


def _workbook(data: bytes, others: Sequence[FormDefinition]) -> Authored:
    book = books.read(data)
    before = lint_sheet.look(book)
    if has_errors(before):
        raise FormRefused(_sorted(before))
    try:
        made = compile_xlsform(data)
    except FormInvalid as fault:
        raise FormRefused([*_explained(fault, book), *before]) from fault
    told = [plain(words, Level.WARNING, book) for words in made.warnings]
    said = [remark for remark in told if remark.code not in _NEEDLESS]
    root = tree(made.xform.encode())
    after = lint_form.look(_looked(made, root, book, others))
    return Authored(made, tuple(_sorted([*before, *said, *after])), Kind.XLSX, data)


def _xform(data: bytes, others: Sequence[FormDefinition]) -> Authored:
    root = tree(data)
    text = '<?xml version="1.0"?>' + etree.tostring(root, encoding="unicode")
    try:
        made = compile_xform(text)
    except FormInvalid as fault:
        raise FormRefused(_explained(fault, None, root)) from fault
    missing = [word for word in ("form_id", "version") if not getattr(made.definition, word)]
    if missing:
        raise FormRefused([_no_setting(word) for word in missing])
    after = lint_form.look(_looked(made, root, Lines(root), others))
    return Authored(made, tuple(_sorted(after)), Kind.XFORM, data)


def _looked(
    made: Compiled, root: etree._Element, places: Places, known: Iterable[FormDefinition]
) -> Looked:
    """`known` are the published forms, this form's own version among them."""
    by_form = {each.form_id: each for each in known}
    former = by_form.pop(made.definition.form_id, None)
    return Looked(made.definition, root, places, tuple(by_form.values()), former)


def _explained(
    fault: FormInvalid, book: Book | None, root: etree._Element | None = None
) -> list[Remark]:
    """A refusal by pyxform, or ours by a question's path, at its place in the source."""
    if isinstance(fault, FormRefused):
        return list(fault.remarks)
    words = fault.detail
    named = _NAMED.match(words)
    if named is None or isinstance(fault.__cause__, PyXFormError):
        return [plain(words, Level.ERROR, book)]
    path, rest = fault.fields.get("question", named[1]), words[named.end() :]
    place: dict[str, Any] = {"question": path}
    if book is not None:
        told = fault.fields.get("column", "")
        place = book.of(path, *filter(None, (told, *_columns(book, path, rest))))
    elif root is not None:
        place = Lines(root).of(path)
    function = _FUNCTION.search(rest) if "is not evaluated" in rest else None
    if function:
        zh = f"服务器不会算函数 {function[1]}()，所以不接受"
        return [error("function_unknown", zh, rest, **place)]
    if "nests too deep" in rest or "nest deeper" in rest:
        return [error("too_deep", "有算式或分组套得太深，读不完", rest, **place)]
    circle = "in a circle" in rest
    around = rest.rpartition("next: ")[2]
    zh = f"这些题互相等着对方，算不出来：{around}" if circle else f"算式写得不对：{rest}"
    return [error("circular" if circle else "expression_bad", zh, rest, **place)]


def _columns(book: Book, path: str, words: str) -> list[str]:
    """The column an expression stands in: the one that holds what the message names."""
    row = book.paths.get(path)
    if row is None:
        return []
    function = _FUNCTION.search(words)
    wanted = f"{function[1]}(" if function else ""
    for heading, cell in row.cells.items():
        if wanted and wanted in cell.replace(" (", "(") and books.standing(heading) != "label":
            return [books.standing(heading)]
    return list(_EXPRESSIONS)


def _no_setting(word: str) -> Remark:
    attribute = "id" if word == "form_id" else word
    return error(
        "setting_missing",
        f"主实例没有写 {attribute}",
        f"the primary instance has no {attribute}",
        column=attribute,
    )


_ORDER = (Level.ERROR, Level.WARNING, Level.HINT)
_SHEETS = ("settings", "survey", "choices", "entities")


def _sorted(remarks: Iterable[Remark]) -> list[Remark]:
    """The heaviest first, then as they stand in the source."""

    def place(remark: Remark) -> tuple[int, int, int]:
        sheet = _SHEETS.index(remark.sheet) if remark.sheet in _SHEETS else len(_SHEETS)
        return _ORDER.index(remark.level), sheet, remark.row

    return sorted(dict.fromkeys(remarks), key=place)
