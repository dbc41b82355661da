"""Our lint of a whole form: what compiles and will still do harm in the field."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from forms.bare import bare_names
from forms.bind import RUHU
from forms.burden import already_known
from forms.definition import (
    Question,
    QuestionType,
    Sensitivity,
    Subject,
    Text,
)
from forms.flatpath import DEEPEST, LONGEST
from forms.lineage import heirs, repeats_above
from forms.lint_features import features
from forms.looked import Looked
from forms.never import never_holds
from forms.nowhere import nowhere
from forms.remark import Remark, error, hint, warning
from forms.row_ids import ROW_ID

_SEALED = re.compile(
    r"身份证|证件号|电话|手机号|银行卡号|银行账号|一卡通(?:账|卡)号|社保卡号|残疾证|"
    r"\b(?:id (?:card|number)|phone|mobile|(?:bank|card) (?:account|number)|"
    r"disability (?:card|certificate|no))\b",
    re.IGNORECASE,
)
_NUMBERISH = (QuestionType.TEXT, QuestionType.INTEGER, QuestionType.BARCODE)
_REGISTER = re.compile(r"\b(?:instance|pulldata)\s*\(")


def look(looked: Looked) -> list[Remark]:
    return [remark for rule in RULES for remark in rule(looked)]


def _never(looked: Looked) -> Iterator[Remark]:
    for question in looked.definition.questions:
        if never_holds(looked.definition, question):
            yield error(
                "never_holds",
                f"“{_name(question)}”的限制没有任何答案能满足：{question.constraint}",
                f"no answer can hold this constraint: {question.constraint}",
                **looked.places.of(question.path, "constraint"),
            )


def _reserved(looked: Looked) -> Iterator[Remark]:
    """A question of this name would stand where each row keeps its id."""
    for question in looked.definition.questions:
        if question.repeat and question.path.rpartition("/")[2] == ROW_ID:
            yield error(
                "name_reserved",
                f"重复组里不能有叫 {ROW_ID} 的题：每一行自己的编号用这个名字",
                f"in a repeat no question may be named {ROW_ID}: each row keeps its id there",
                **looked.places.of(question.path, "name"),
            )


def _nested(looked: Looked) -> Iterator[Remark]:
    """How deep repeats may nest, and people of the register in a repeat of a repeat."""
    repeats = [section.path for section in looked.definition.repeats]
    around = {path: sum(path.startswith(f"{o}/") for o in repeats) for path in repeats}
    for path, outer in around.items():
        if outer >= DEEPEST:
            yield error(
                "repeat_too_deep",
                f"重复组 {path} 外面还套着 {outer} 个重复组；最多可以套 {DEEPEST} 层",
                f"{path} is a repeat in {outer} others; repeats may nest {DEEPEST} deep",
                **looked.places.of(path, "name"),
            )
    for entity in looked.definition.entities:
        if around.get(entity.container):
            yield hint(
                "entity_nested",
                f"重复组 {entity.container} 套在另一个重复组里，名册里已有的人不会预先填进去",
                f"{entity.container} is a repeat in a repeat: what the register knows is not "
                "filled in beforehand",
                **looked.places.of(entity.container, "name"),
            )


def _long(looked: Looked) -> Iterator[Remark]:
    """Each repeat around a question adds the ten signs of a row, `[ab12cd34]`, to its path."""
    for question in looked.definition.questions:
        length = len(question.path) + 10 * len(repeats_above(looked.definition, question))
        if length > LONGEST:
            yield error(
                "path_too_long",
                f"“{_name(question)}”连同外面各层的名字有 {length} 个字符，最多 {LONGEST} 个；"
                "请把名字改短",
                f"with the names of what is around it this has {length} characters, {LONGEST} at "
                "most; shorten the names",
                **looked.places.of(question.path, "name"),
            )


def _bare(looked: Looked) -> Iterator[Remark]:
    for question in looked.definition.questions:
        for column, name in bare_names(question):
            yield error(
                "name_bare",
                f"{name} 要写成 ${{{name}}} 才指另一题；如果是文字或选项，要加引号：'{name}'",
                f"write ${{{name}}} for the answer of another question, '{name}' for words or a "
                f"choice; {name} alone means nothing here",
                **looked.places.of(question.path, column),
            )


def _nowhere(looked: Looked) -> Iterator[Remark]:
    for path, column, lost in nowhere(looked.definition):
        yield error(
            "path_nowhere",
            f"表单里没有 {lost}，这条算式永远得不到值；要指另一题请写 ${{题目名字}}",
            f"{lost} leads to no question of this form, so the rule never finds anything; write "
            "${name} for another question",
            **looked.places.of(path, column),
        )


def _no_household(looked: Looked) -> Iterator[Remark]:
    if looked.definition.subject is Subject.NONE:
        yield warning(
            "unit_missing",
            "表单里没有名为 household 或 village 的 hidden 题，填好的表不知道是哪一户、哪个村的",
            "there is no hidden question named household or village, so nobody knows whose "
            "answers they are",
            sheet="survey",
        )


def _two_entities(looked: Looked) -> Iterator[Remark]:
    """pyxform refuses it in a workbook; an XForm may come with it."""
    for meta in looked.root.iter("{*}meta"):
        entities = [e for e in meta.iterfind("{*}entity") if e.get("dataset")]
        if len(entities) > 1:
            names = "、".join(str(e.get("dataset")) for e in entities)
            yield error(
                "two_entities",
                f"同一个分组里有两种实体：{names}",
                f"two entities in one container: {names}",
                row=entities[1].sourceline or 0,
            )


def _untranslated(looked: Looked) -> Iterator[Remark]:
    definition = looked.definition
    languages = set(definition.languages) or {"zh"}
    for question in definition.questions:
        for name, text in (
            ("label", question.label),
            ("hint", question.hint),
            ("constraint_message", question.constraint_message),
            ("required_message", question.required_message),
        ):
            missing = languages - set(text)
            if text and missing:
                yield _missing(missing, name, **looked.places.of(question.path, name))
    for section in definition.sections:
        if section.label and languages - set(section.label):
            missing = languages - set(section.label)
            yield _missing(missing, "label", **looked.places.of(section.path, "label"))
    for list_name, choices in definition.choices.items():
        for choice in choices:
            if missing := languages - set(choice.label):
                place = looked.places.of_choice(list_name, choice.name, "label")
                yield _missing(missing, f"{list_name} · {choice.name}", **place)


def _missing(languages: set[str], what: str, **place: Any) -> Remark:
    names = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}
    told = [names.get(language, (language, language)) for language in sorted(languages)]
    zh, en = "、".join(t[0] for t in told), ", ".join(t[1] for t in told)
    return warning("untranslated", f"{what} 缺少{zh}", f"{what} lacks {en}", **place)


def _elsewhere(looked: Looked) -> Iterator[Remark]:
    titles = {other.form_id: other.title.get("zh") or other.form_id for other in looked.others}
    for known in already_known(looked.definition, looked.others):
        found = f"{titles[known.by]} {known.at}"
        name = known.label.get("zh") or known.path
        yield hint(
            "asked_elsewhere",
            f"“{name}”在另一张表里已经问过：{found}；能带出的就不要再问",
            f"this is asked in another form already: {found}; fill it in rather than ask again",
            **looked.places.of(known.path, "name"),
        )


def _renamed(looked: Looked) -> Iterator[Remark]:
    """`was` names a question of the version before, or answers do not follow."""
    if looked.former is None:
        return
    lives = set(heirs(looked.former, looked.definition).values())
    for question in looked.definition.questions:
        if question.was and question.path not in lives:
            yield warning(
                "was_unknown",
                f"已发布的 {looked.former.version} 里没有“{question.was}”，旧答案接不过来",
                f"the published {looked.former.version} has no {question.was}; old answers do not "
                "follow",
                **looked.places.of(question.path, "bind::ruhu:was"),
            )


def _prefilled(looked: Looked) -> Iterator[Remark]:
    for question in looked.definition.questions:
        if question.calculate and _REGISTER.search(question.calculate):
            yield warning(
                "prefill_by_calculate",
                "用算式从名册带数，手机更新名册后旧草稿会跟着变；请改用 save_to，由应用预先填好",
                "the register is brought in by a calculation: drafts change when the phone's "
                "register does; use save_to and let the app fill it in",
                **looked.places.of(question.path, "calculation"),
            )


def _unpoliced(looked: Looked) -> Iterator[Remark]:
    """What goes into the register can be written by every person who visits the household."""
    told = {str(bind.get("nodeset")) for bind in looked.root.iter("{*}bind")
            if bind.get(f"{{{RUHU}}}policy")}  # fmt: skip
    for question in looked.asked():
        if question.save_to and not any(n.endswith(f"/{question.path}") for n in told):
            yield warning(
                "policy_missing",
                f"“{_name(question)}”两个人都可能填，但没有写填得不同时怎么办（bind::ruhu:policy）",
                "two people may fill this in, and nothing says how their answers meet "
                "(bind::ruhu:policy)",
                **looked.places.of(question.path, "bind::ruhu:policy"),
            )


def _photos(looked: Looked) -> Iterator[Remark]:
    for question in looked.asked():
        if question.type is QuestionType.IMAGE and not question.photo_role:
            yield warning(
                "photo_role_missing",
                f"照片“{_name(question)}”没有写拍的是什么（bind::ruhu:photo_role），核查认不出它",
                "nothing says what this photo shows (bind::ruhu:photo_role); checks cannot tell",
                **looked.places.of(question.path, "bind::ruhu:photo_role"),
            )


def _unsealed(looked: Looked) -> Iterator[Remark]:
    for question in looked.asked():
        words = f"{_told(question.label)} {question.path.rpartition('/')[2].replace('_', ' ')}"
        sealed = question.sensitivity is Sensitivity.P1
        if question.type in _NUMBERISH and not sealed and _SEALED.search(words):
            yield warning(
                "unsealed",
                f"“{_name(question)}”像是证件号、电话或账号，应标 P1，加密保存",
                "this looks like an id number, a phone or an account; mark it P1 to have it sealed",
                **looked.places.of(question.path, "bind::ruhu:sensitivity"),
            )


def _name(question: Question) -> str:
    return question.label.get("zh") or question.label.get("en") or question.path


def _told(text: Text) -> str:
    return " ".join(text.values())


RULES: tuple[Callable[[Looked], Iterator[Remark]], ...] = (
    _never, _bare, _nowhere, features, _two_entities, _reserved, _nested, _long, _no_household,
    _untranslated, _elsewhere, _renamed,
    _prefilled, _unpoliced, _photos, _unsealed,
)  # fmt: skip
