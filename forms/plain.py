"""pyxform's errors and warnings in plain words, with their places.

Its own sentence always stays as the English; what has no Chinese of its own here gets a general
sentence before pyxform's words, never silence.
"""

import re

from forms.book import Book, standing
from forms.remark import Level, Remark

_ROW = re.compile(r"\[row : (\d+)\]\s*")
_SHEET = re.compile(r"'(survey|choices|settings|entities|external_choices)' sheet")
_COLUMN = re.compile(r"the '([\w:]+)' value")
_TYPE = re.compile(r"Unknown question type '([^']+)'")
_ELEMENT = re.compile(r"element named '([^']+)'")
_MORE = re.compile(r"\s*(?:Learn more: \S+|If you do not mean to include[^.]*\.)\s*")
KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (r"max-pixels", "photo_size", "照片没有限制大小；填报应用会自动缩小，可以不管", "parameters"),
    (r"Question with no type", "type_missing", "这一行没有写类型（type）", "type"),
    (r"Question or group with no name", "name_missing", "这一行没有写名字（name）", "name"),
    (r"Unknown question type '?([^'.\n]+)", "type_unknown", "不认识的题型：{0}", "type"),
    (r"List name not in choices sheet: (\S+)", "list_missing",
     "choices 表里没有选项组“{0}”", "type"),
    (r"There should be a choices sheet", "choices_missing", "缺少 choices 工作表", "type"),
    (r"Missing calculation", "calculation_missing",
     "计算项没有写算式（calculation）", "calculation"),
    (r"The name '([^']+)' appears more than once", "name_ambiguous",
     "有好几道题叫“{0}”，${{{0}}} 分不清指哪一道；请给其中的题改名", ""),
    (r"'name' value '([^']+)' is invalid. Questions, groups", "name_twice",
     "同一组里已经有一题叫“{0}”，请换一个名字", "name"),
    (r"(?:must be unique within|appears more than once|is already assigned)",
     "name_twice", "名字重复", "name"),
    (r"Could not find the name '([^']+)'|no survey element named (\S+)", "name_unknown",
     "${{{0}}} 指的题目不存在", ""),
    (r"Reference variables must start with", "reference_broken",
     "引用要写成 ${{题目名字}}", ""),
    (r"Names must begin with a letter", "name_bad",
     "名字只能用字母、数字、下划线，并以字母开头", "name"),
    (r"Names used here must not", "name_reserved", "这个名字是保留的，请换一个", "name"),
    (r"reserved for form metadata|reserved", "name_reserved", "这个名字是保留的，请换一个", "name"),
    (r"Entity lists must have a name", "entity_name_missing",
     "entities 表这一行没有写 list_name", "list_name"),
    (r"Parameters must be|[Pp]arameter", "parameters_bad",
     "parameters 要写成 名字=值 的样子", "parameters"),
    (r"reference - parsing failed", "reference_broken", "引用要写成 ${{题目名字}}", ""),
    (r"element named '([^']+)' has no label", "label_missing",
     "题目“{0}”没有写问法（label）", "label"),
    (r"Audits must always", "audit_name", "audit 的名字要空着", "name"),
    (r"Choices should have a label", "choice_label_missing", "选项没有写文字（label）", "label"),
    (r"Choices must have a name", "choice_name_missing", "选项没有写名字（name）", "name"),
    (r"Choice names must be unique", "choice_twice", "同一组里选项的名字重复", "name"),
    (r"Choice names with spaces", "choice_space", "多选的选项名字里不能有空格", "name"),
    (r"declared? in the|Unmatched '(?:begin|end)|has no matching|not closed|never closed",
     "group_open", "分组或重复没有成对：begin 和 end 要配好", "type"),
    (r"must have only one entity|may have only one entity", "two_entities",
     "同一个分组里只能写一种实体；请把另一种放进单独的分组", "list_name"),
    (r"does not have a label, but a 'label'", "entity_label_missing",
     "新建实体需要写 label", "label"),
    (r"does not have an 'entity_id'", "entity_id_missing",
     "更新实体需要写 entity_id", "entity_id"),
    (r"does not have an 'update_if'", "update_if_missing",
     "又新建又更新的实体需要写 update_if", "update_if"),
    (r"save_to", "save_to_bad", "save_to 写得不对", "save_to"),
    (r"similar names were found|must have a sheet named|survey sheet",
     "sheet_missing", "没有找到需要的工作表，名字可能写错了", ""),
    (r"header", "heading_bad", "表头写得不对或缺少", ""),
    (r"Group has no label", "group_label_missing", "分组没有标题（label）", "label"),
    (r"Repeat has no label", "repeat_label_missing", "重复组没有标题（label）", "label"),
    (r"language declarations", "language_code",
     "语言要写成“中文 (zh)”“English (en)”这样", "label"),
    (r"no longer supported|not part of the current", "old_word", "这种写法已经过时", ""),
)  # fmt: skip
"""(what pyxform says, our code, in Chinese, the column it is about)"""


def plain(words: str, level: Level, book: Book | None) -> Remark:
    """One sentence of pyxform as a remark."""
    row = _ROW.search(words)
    sheet = _SHEET.search(words)
    english = " ".join(_MORE.sub(" ", _ROW.sub("", words)).split())
    code, chinese, column = _worded(english)
    named = _COLUMN.search(words)
    number = int(row[1]) if row else _row_of(book, words)
    where = sheet[1] if sheet else ("survey" if number else "")
    if code == "choices_missing":
        where = "choices"
    heading = (named[1] if named else column) if number else column
    return Remark(
        code, level, chinese, english[:400], where, number,
        _written(book, where, heading), _question(book, where, number),
    )  # fmt: skip


def _row_of(book: Book | None, words: str) -> int:
    """The row of a question that pyxform calls by its name, or its type, alone."""
    kind = _TYPE.search(words)
    if book is not None and kind:
        heading = _written(book, "survey", "type")
        typed = (row.number for row in book.sheet("survey").rows if row.get(heading) == kind[1])
        return next(typed, 0)
    found = _ELEMENT.search(words)
    rows = book.paths.items() if book is not None and found else ()
    return next((r.number for p, r in rows if found and p.rpartition("/")[2] == found[1]), 0)


def _worded(english: str) -> tuple[str, str, str]:
    for pattern, code, chinese, column in KNOWN:
        found = re.search(pattern, english)
        if found:
            told = next((group for group in found.groups() if group), "") if found.groups() else ""
            return code, chinese.format(told), column
    return "pyxform", f"表单转换时提示：{english[:300]}", ""


def _written(book: Book | None, sheet: str, column: str) -> str:
    """The heading as the author wrote it."""
    if book is None or not column:
        return column
    return next((h for h in book.sheet(sheet).headings if standing(h) == column), column)


def _question(book: Book | None, sheet: str, number: int) -> str:
    if book is None or sheet != "survey" or not number:
        return ""
    return next((path for path, row in book.paths.items() if row.number == number), "")
