"""The workbook that an author starts from: a small form that works, and every column explained."""

import io
from collections.abc import Iterator

import xlsxwriter

from forms.columns import COLUMNS

GUIDE = "说明"
"""A sheet that XLSForm does not know, so that it may explain the others."""
_ZH, _EN = "label::中文 (zh)", "label::English (en)"
SURVEY = (
    "type", "name", _ZH, _EN, "hint::中文 (zh)", "hint::English (en)", "required", "relevant",
    "constraint", "constraint_message::中文 (zh)", "constraint_message::English (en)",
    "calculation", "appearance", "save_to", *(column.heading for column in COLUMNS),
)  # fmt: skip
_NEVER_EARLIER = "不能晚于今天", "Not after today"
QUESTIONS: tuple[dict[str, str], ...] = (
    {"type": "hidden", "name": "household"},
    {"type": "begin_group", "name": "water", _ZH: "饮水", _EN: "Water"},
    {"type": "select_one yes_no", "name": "has_tap", _ZH: "家里有自来水吗",
     _EN: "Is there tap water?", "required": "yes", "save_to": "has_tap",
     "policy": "first", "sensitivity": "P3", "source": "observed", "focus": "yes"},
    {"type": "date", "name": "tap_since", _ZH: "哪天通的水", _EN: "Since when is there tap water?",
     "relevant": "${has_tap} = 'yes'", "constraint": ". <= today()", "policy": "first",
     "sensitivity": "P3", "source": "told"},
    {"type": "select_multiple trouble", "name": "trouble", _ZH: "用水有什么困难",
     _EN: "What is difficult about the water?", "policy": "union", "sensitivity": "P3",
     "source": "told"},
    {"type": "image", "name": "tap_photo", _ZH: "水龙头的照片", _EN: "A photo of the tap",
     "relevant": "${has_tap} = 'yes'", "policy": "first", "sensitivity": "P2",
     "source": "observed", "photo_role": "checked_thing"},
    {"type": "end_group"},
    {"type": "begin_repeat", "name": "tanks", _ZH: "水窖", _EN: "Water tanks"},
    {"type": "decimal", "name": "volume", _ZH: "容积（立方米）", _EN: "Volume (cubic metres)",
     "constraint": ". > 0 and . <= 500", "policy": "first", "sensitivity": "P3",
     "source": "document"},
    {"type": "end_repeat"},
    {"type": "calculate", "name": "volume_total", "calculation": "sum(${volume})",
     "calculated": "yes", "label_zh": "容积合计", "label_en": "Volume in all"},
    {"type": "text", "name": "remark", _ZH: "备注", _EN: "Remarks", "policy": "append",
     "sensitivity": "P3", "source": "told"},
)  # fmt: skip
_MESSAGES = {"tap_since": _NEVER_EARLIER, "volume": ("在 0 到 500 之间", "Between 0 and 500")}
CHOICES = (
    ("list_name", "name", _ZH, _EN),
    ("yes_no", "yes", "有", "Yes"),
    ("yes_no", "no", "没有", "No"),
    ("trouble", "far", "太远", "Too far"),
    ("trouble", "dry", "常断水", "Often dry"),
    ("trouble", "dirty", "水不干净", "Not clean"),
)
ENTITIES = (
    ("list_name", "entity_id", "label"),
    ("household", "${household}", "${household}"),
)
SETTINGS = (
    ("form_title", "form_id", "version", "default_language", "namespaces"),
    ("饮水核查 / Water check", "water_check", "2026.1", "中文 (zh)",
     'ruhu="https://ruhu.example/xforms"'),
)  # fmt: skip
_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("type",
     "题型：text 文字，integer 整数，decimal 小数，date 日期，select_one 单选，"
     "select_multiple 多选，image 照片，geopoint 定位，note 说明，hidden 不显示，"
     "calculate 计算，begin_group / end_group 分组，begin_repeat / end_repeat 可重复",
     "what is asked: text, integer, decimal, date, select_one, select_multiple, image, geopoint, "
     "note, hidden, calculate, begin_group / end_group, begin_repeat / end_repeat"),
    ("name", "英文名字，字母开头，不能重复，发布后不要改",
     "a short name of letters; never changed afterwards"),
    ("label::…", "问题怎么问；中文、英文各一列", "the question's words, a column a language"),
    ("hint::…", "问题下面的小字提示", "a line of help below the question"),
    ("required", "yes：必须填", "yes: must be answered"),
    ("relevant", "什么时候问，如 ${has_tap} = 'yes'",
     "when it is asked, such as ${has_tap} = 'yes'"),
    ("constraint", "答案的限制，“.”指答案本身，如 . > 0",
     "what holds of an answer; “.” is the answer itself"),
    ("constraint_message::…", "不符合限制时的提示", "what is said when it does not hold"),
    ("calculation", "计算题的算式", "how a calculation is worked out"),
    ("appearance", "样子，如 minimal", "how it looks, such as minimal"),
    ("save_to", "存入名册的哪一项", "the register's property that it is saved to"),
)  # fmt: skip


def template() -> bytes:
    """An xlsx that compiles without a remark; every cell is text."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDE8E0"})
        text = book.add_format({"num_format": "@"})
        for name, rows in (
            ("survey", tuple(_survey())),
            ("choices", CHOICES),
            ("entities", ENTITIES),
            ("settings", SETTINGS),
        ):
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(rows[0]) - 1, 18, text)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell:
                        sheet.write_string(at, place, cell, head if at == 0 else text)
            sheet.freeze_panes(1, 2)
        _explain(book, head)
    return kept.getvalue()


def _survey() -> Iterator[tuple[str, ...]]:
    yield SURVEY
    ours = {column.heading: column.name for column in COLUMNS}
    for question in QUESTIONS:
        zh, en = _MESSAGES.get(question.get("name", ""), ("", ""))
        told = question | {SURVEY[9]: zh, SURVEY[10]: en}
        yield tuple(told.get(ours.get(heading, heading), "") for heading in SURVEY)


def _explain(book: xlsxwriter.Workbook, head: object) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(GUIDE)
    for place, (words, width) in enumerate(
        (("列 Column", 28), ("说明", 60), ("Meaning", 60), ("可填 Values", 40))
    ):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, words, head)
    for line, row in enumerate(explained(), start=1):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell, wrap)
    sheet.freeze_panes(1, 0)


def explained() -> Iterator[tuple[str, str, str, str]]:
    """(column, in Chinese, in English, what may stand in it) of every column."""
    for name, zh, en in _COLUMNS:
        yield name, zh, en, ""
    for column in COLUMNS:
        yield column.heading, column.zh, column.en, ", ".join(column.values)
