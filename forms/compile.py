"""From a spreadsheet to one immutable definition: XLSForm → XForm (pyxform) → frozen values."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from forms import definition as d
from forms import subject, xform
from forms.bind import ENTITIES, JR, RUHU, XF, FormInvalid, Ours, attribute
from forms.plan import BadRule, plan
from forms.row_ids import give_row_ids, is_row_id
from forms.safe_xml import XmlBroken, parsed
from forms.spelled import spell_out

_NS = {"x": XF, "h": "http://www.w3.org/1999/xhtml"}
_TYPES = {"int": d.QuestionType.INTEGER, "decimal": d.QuestionType.DECIMAL} | {
    t.value: t for t in d.QuestionType
}
_CONTROLS = {
    "select1": d.QuestionType.SELECT_ONE,
    "select": d.QuestionType.SELECT_MULTIPLE,
    "trigger": d.QuestionType.ACKNOWLEDGE,
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A form ready to be published."""

    xform: str
    definition: d.FormDefinition
    warnings: tuple[str, ...]


def compile_xlsform(source: Path | bytes) -> Compiled:
    """Raises FormInvalid with pyxform's words, or ours for what pyxform lets pass."""
    warnings: list[str] = []
    data = source.read_bytes() if isinstance(source, Path) else source
    try:
        made = convert(
            xlsform=io.BytesIO(data), file_type=".xlsx", warnings=warnings, validate=False
        )
        warnings += xform.warnings(made.xform)
        return compile_xform(made.xform, warnings)
    except PyXFormError as fault:
        raise FormInvalid(str(fault)) from fault


def compile_xform(text: str, warnings: Iterable[str] = ()) -> Compiled:
    """An XForm as it is published, a row id in every repeat; raises FormInvalid."""
    root = _root(text)
    if give_row_ids(root):
        text = '<?xml version="1.0"?>' + etree.tostring(root, encoding="unicode")
    return Compiled(text, _Reader(root).definition(), tuple(warnings))


def read_xform(text: str) -> d.FormDefinition:
    """The definition an XForm says; raises FormInvalid (also for an undeclared prefix)."""
    return _Reader(_root(text)).definition()


def _root(text: str) -> etree._Element:
    try:
        return parsed(text.encode())
    except XmlBroken as fault:
        raise FormInvalid(f"the form's XML is ill-formed: {fault}") from fault


class _Reader:
    """Walks one XForm; holds what every question needs."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        spell_out(root)
        model = root.find("h:head/x:model", _NS)
        instance = root.find("h:head/x:model/x:instance/*", _NS)
        if model is None or instance is None:
            raise FormInvalid("the form has no primary instance")
        self.model = model
        self.instance = instance
        self.base = f"/{etree.QName(instance).localname}"
        self.words = xform.itext(model)
        self.binds = {b.get("nodeset", ""): b for b in model.findall("x:bind", _NS)}
        body = root.find("h:body", _NS)
        controls = [] if body is None else [c for c in body.iter() if isinstance(c.tag, str)]
        self.controls = {c.get("ref", ""): c for c in controls if c.get("ref")}
        self.beginnings, self.counts = xform.beginnings(root), xform.counts(root)
        self.repeats = {str(c.get("nodeset")) for c in controls if c.tag == f"{{{XF}}}repeat"}

    def definition(self) -> d.FormDefinition:
        datasets = tuple(self._datasets())
        questions = tuple(self._questions({e.container: e.dataset for e in datasets}))
        title = self.root.findtext("h:head/h:title", "", _NS)
        words = self.words if xform.asks_for_words(self.model) else {}
        made = d.FormDefinition(
            form_id=self.instance.get("id", ""),
            version=self.instance.get("version", ""),
            title=self._title(title),
            languages=tuple(sorted({lang for told in self.words.values() for lang in told})),
            unit_path=subject.unit_path(questions),
            questions=questions,
            sections=tuple(self._sections()),
            entities=datasets,
            choices=self._choices(),
            root=self.base[1:],
            lists=xform.beside(self.model),
            texts=words,
        )
        return _proven(made)

    def _title(self, title: str) -> d.Text:
        """`入户走访 / Household visit`: pyxform takes one title, so both languages share it."""
        zh, _, en = title.partition(" / ")
        return {"zh": zh, "en": en or zh}

    def _said(self, element: etree._Element | None, attribute: str = "ref") -> d.Text:
        """The words behind a label, hint or message."""
        if element is None:
            return {}
        ref = element.get(attribute) or ""
        if ref.startswith("jr:itext('"):
            return self.words.get(ref[10:-2], {})
        plain = (
            ref if attribute != "ref" else "".join(str(part) for part in element.itertext())
        ).strip()
        return {"zh": plain, "en": plain} if plain else {}

    def _leaves(self) -> list[etree._Element]:
        """Every question's node once; of a repeat only its template."""
        found: list[tuple[str, etree._Element]] = []
        for node in self.instance.iter():
            if not isinstance(node.tag, str) or len(node) or node is self.instance:
                continue
            path = self._path(node)
            if path.startswith("meta/") or "/meta/" in path:
                continue
            if is_row_id(self.binds.get(f"{self.base}/{path}")):
                continue
            if path not in [p for p, _ in found]:
                found.append((path, node))
        return [node for _, node in found]

    def _path(self, node: etree._Element) -> str:
        parts = [etree.QName(node).localname]
        for above in node.iterancestors():
            if above is self.instance:
                break
            parts.append(etree.QName(above).localname)
        return "/".join(reversed(parts))

    def _questions(self, datasets: Mapping[str, str]) -> list[d.Question]:
        return [self._question(node, datasets) for node in self._leaves()]

    def _question(self, node: etree._Element, datasets: Mapping[str, str]) -> d.Question:
        path = self._path(node)
        nodeset = f"{self.base}/{path}"
        bind = self.binds.get(nodeset)
        control = self.controls.get(nodeset)

        def said(name: str, space: str | None = None) -> str | None:
            return attribute(bind, name, space)

        repeat = next((r for r in self._containers(path)), None)
        ours = Ours(path, bind)
        return d.Question(
            path=path,
            type=_type(bind, control),
            section=path.rpartition("/")[0],
            repeat=repeat,
            label=self._said(_child(control, "label")) or _own_label(bind),
            hint=self._said(_child(control, "hint")),
            required_message=self._said(bind, f"{{{JR}}}requiredMsg"),
            relevant=said("relevant"),
            constraint=said("constraint"),
            constraint_message=self._said(bind, f"{{{JR}}}constraintMsg"),
            calculate=said("calculate"),
            **xform.evaluated(node, path, bind, control),
            initial=self.beginnings.get(nodeset),
            appearance=(control.get("appearance") or "") if control is not None else "",
            read_only=said("readonly") == "true()",
            policy=ours.one_of("policy", d.Policy) or d.Policy.FIRST,
            calculated=ours.yes("calculated"),
            sensitivity=ours.one_of("sensitivity", d.Sensitivity),
            dataset=datasets.get(repeat or "") if said("saveto", ENTITIES) else None,
            save_to=said("saveto", ENTITIES),
            source=ours.one_of("source", d.Source),
            focus=ours.yes("focus"),
            **ours.words(),
        )

    def _containers(self, path: str) -> list[str]:
        """Repeats around a path, the innermost first."""
        parts = path.split("/")[:-1]
        above = ["/".join(parts[:i]) for i in range(len(parts), 0, -1)]
        return [p for p in above if f"{self.base}/{p}" in self.repeats]

    def _sections(self) -> list[d.Section]:
        found: dict[str, d.Section] = {}
        for ref, control in self.controls.items():
            if control.tag == f"{{{XF}}}group" and ref.startswith(self.base + "/"):
                bind = self.binds.get(ref)
                path = ref[len(self.base) + 1 :]
                found[path] = d.Section(
                    path=path,
                    label=self._said(_child(control, "label")),
                    relevant=attribute(bind, "relevant", None),
                    repeat=ref in self.repeats,
                    count=self.counts.get(ref),
                )
        return list(found.values())

    def _datasets(self) -> list[d.EntityMap]:
        found: dict[str, d.EntityMap] = {}
        for node in self.instance.iter("{*}entity"):
            meta = node.getparent()
            container = meta.getparent() if meta is not None else None
            if container is not None and node.get("dataset"):
                path = self._repeat_of(container)
                found[path] = d.EntityMap(
                    str(node.get("dataset")),
                    path,
                    self._condition(container, "create"),
                    self._condition(container, "update"),
                )
        return list(found.values())

    def _condition(self, container: etree._Element, what: str) -> str | None:
        """`create_if` or `update_if`; None where it always holds. Asked of the entity's element,
        which is how pyxform writes its relative paths."""
        inside = "" if container is self.instance else f"/{self._path(container)}"
        bind = self.binds.get(f"{self.base}{inside}/meta/entity/@{what}")
        told = attribute(bind, "calculate", None)
        return None if told in (None, "true()", "1") else told

    def _repeat_of(self, container: etree._Element) -> str:
        """The repeat whose rows become entities; "" where the form itself becomes one."""
        path = "" if container is self.instance else self._path(container)
        return path if f"{self.base}/{path}" in self.repeats else ""

    def _choices(self) -> dict[str, tuple[d.Choice, ...]]:
        standing = {
            str(instance.get("id")): tuple(
                self._choice(item) for item in instance.findall("x:root/x:item", _NS)
            )
            for instance in self.model.findall("x:instance[@id]", _NS)
            if instance.get("src") is None
        }
        return standing | {
            ref[len(self.base) + 1 :]: tuple(
                d.Choice(name, self._said(label)) for name, label in items
            )
            for ref, control in self.controls.items()
            if (items := xform.written_out(control))
        }

    def _choice(self, item: etree._Element) -> d.Choice:
        label = item.findtext("x:label", "", _NS)
        words = self.words.get(item.findtext("x:itextId", "", _NS), {})
        told = words or {"zh": label, "en": label}
        return d.Choice(item.findtext("x:name", "", _NS), told, xform.columns(item))


def _own_label(bind: etree._Element | None) -> d.Text:
    """A calculation has no control to hang a label on; ours stands at its bind."""
    told = {lang: attribute(bind, f"label_{lang}", RUHU) for lang in ("zh", "en")}
    return {lang: words for lang, words in told.items() if words}


def _child(control: etree._Element | None, name: str) -> etree._Element | None:
    return None if control is None else control.find(f"x:{name}", _NS)


def _type(bind: etree._Element | None, control: etree._Element | None) -> d.QuestionType:
    kind = etree.QName(control).localname if control is not None else ""
    if kind in _CONTROLS:
        return _CONTROLS[kind]
    if kind == "upload" and control is not None:
        image = (control.get("mediatype") or "").startswith("image/")
        return d.QuestionType.IMAGE if image else d.QuestionType.FILE
    calculate = attribute(bind, "calculate", None)
    if control is None:
        return d.QuestionType.CALCULATE if calculate else d.QuestionType.HIDDEN
    kept = attribute(bind, "type", None) or ""
    if kept == "string" and attribute(bind, "readonly", None) == "true()" and not calculate:
        return d.QuestionType.NOTE
    return _TYPES.get(kept, d.QuestionType.TEXT)


def _proven(definition: d.FormDefinition) -> d.FormDefinition:
    """Every rule is compiled here, or the form is refused with the question and the column."""
    try:
        plan(definition)
    except BadRule as fault:
        raise FormInvalid(str(fault), question=fault.path, column=fault.column) from fault
    return definition
