"""What only evaluation asks of an XForm: choices on offer, counts, first values, lists."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from forms.bind import JR, XF
from forms.functions import NOT_ON_PHONES

_NS = {"x": XF}
_LANG = re.compile(r"\(([a-z]{2,3}(?:-[A-Za-z]+)?)\)\s*$")
_LIST = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_WHOLE = re.compile(r"\s*instance\(\s*['\"][^'\"]+['\"]\s*\)/root/item\s*")
_ALWAYS = frozenset({"true()", "yes", "true"})
_NEVER = frozenset({"false()", "no", "false"})
_BEGINNINGS = frozenset({"odk-instance-first-load", "odk-new-repeat", "odk-instance-load"})


def evaluated(
    leaf: etree._Element, path: str, bind: etree._Element | None, control: etree._Element | None
) -> dict[str, Any]:
    """Fields of a question that only evaluation asks for."""
    return {
        **required(bind.get("required") if bind is not None else None),
        **choices(control, path),
        **holds(bind, control),
        "default": default(leaf),
        "preload": preload(bind),
    }


def required(said: str | None) -> dict[str, Any]:
    """Whether a question must be answered: always, or under a condition."""
    told = (said or "").strip()
    if told in _ALWAYS:
        return {"required": True}
    return {"required_when": told} if told and told not in _NEVER else {}


def choices(control: etree._Element | None, path: str) -> dict[str, Any]:
    """Which list a question chooses from, and the expression where not all of it is on offer."""
    if control is None:
        return {}
    itemset = control.find("x:itemset", _NS)
    if itemset is None:
        return {"choices": path} if control.find("x:item", _NS) is not None else {}
    nodeset = itemset.get("nodeset") or ""
    found = _LIST.search(nodeset)
    told: dict[str, Any] = {"choices": found[1] if found else None}
    if not _WHOLE.fullmatch(nodeset):
        told["choice_filter"] = nodeset.strip()
    for column, usual in (("value", "name"), ("label", "label")):
        element = itemset.find(f"x:{column}", _NS)
        ref = (element.get("ref") or "") if element is not None else ""
        if ref and ref != usual and not ref.startswith("jr:itext("):
            told[f"choice_{column}"] = ref
    return told


def holds(bind: etree._Element | None, control: etree._Element | None) -> dict[str, Any]:
    """What words hold beside words, and the ends of a range."""
    told: dict[str, Any] = {}
    kind = etree.QName(control).localname if control is not None else ""
    said = (bind.get("type") or "") if bind is not None else ""
    if kind == "rank" or said in ("geotrace", "geoshape"):
        told["kept_as"] = "rank" if kind == "rank" else said
    if kind == "range" and control is not None:
        told |= {"least": _figure(control.get("start")), "most": _figure(control.get("end"))}
    return told


def _figure(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def beginnings(root: etree._Element) -> dict[str, str]:
    """{absolute path: expression} of what is worked out once, when a form or a row begins."""
    found: dict[str, str] = {}
    for action in root.iter(f"{{{XF}}}setvalue"):
        if _BEGINNINGS.intersection((action.get("event") or "").split()):
            found[action.get("ref") or ""] = action.get("value") or _quoted(action.text)
    return found


def changes(root: etree._Element) -> dict[str, str]:
    """{absolute path: expression} of what is worked out when another answer changes."""
    return {
        action.get("ref") or "": action.get("value") or ""
        for action in root.iter(f"{{{XF}}}setvalue")
        if "xforms-value-changed" in (action.get("event") or "").split()
    }


def _quoted(text: str | None) -> str:
    told = (text or "").strip()
    return f'"{told}"' if "'" in told else f"'{told}'"


def preload(bind: etree._Element | None) -> str | None:
    """`date today`, `property deviceid`: what the device fills in."""
    if bind is None or not bind.get(f"{{{JR}}}preload"):
        return None
    told = (bind.get(f"{{{JR}}}preload"), bind.get(f"{{{JR}}}preloadParams"))
    return " ".join(word for word in told if word)


def counts(root: etree._Element) -> dict[str, str]:
    """{absolute path of a repeat: how many rows it has, as an expression}"""
    return {
        repeat.get("nodeset") or "": said
        for repeat in root.iter(f"{{{XF}}}repeat")
        if (said := repeat.get(f"{{{JR}}}count"))
    }


def beside(model: etree._Element) -> dict[str, str]:
    """{id: file} of lists that come beside the form."""
    return {
        str(instance.get("id")): str(instance.get("src")).rpartition("/")[2]
        for instance in model.findall("x:instance[@id]", _NS)
        if instance.get("src")
    }


def columns(item: etree._Element) -> dict[str, str]:
    """What a choice's row says beside its name and its words."""
    told = ((etree.QName(cell).localname, cell.text or "") for cell in _elements(item))
    return {name: text for name, text in told if name not in ("name", "label", "itextId")}


def written_out(control: etree._Element) -> list[tuple[str, etree._Element | None]]:
    """(name, label) of choices that stand in the question itself, as older forms have them."""
    items = control.findall("x:item", _NS)
    return [(item.findtext("x:value", "", _NS), item.find("x:label", _NS)) for item in items]


def itext(model: etree._Element) -> dict[str, dict[str, str]]:
    """{id: {language: words}}"""
    words: dict[str, dict[str, str]] = {}
    for translation in model.findall("x:itext/x:translation", _NS):
        name = translation.get("lang", "")
        found = _LANG.search(name)
        lang = found[1] if found else name
        for entry in translation.findall("x:text", _NS):
            value = entry.find("x:value", _NS)
            told = "" if value is None else "".join(str(part) for part in value.itertext()).strip()
            if told and told != "-":
                words.setdefault(entry.get("id", ""), {})[lang] = told
    return words


def asks_for_words(model: etree._Element) -> bool:
    """Whether a rule uses `jr:itext(…)`."""
    rules = ("calculate", "relevant", "constraint", "required")
    return any("jr:itext(" in (b.get(r) or "") for b in model.iter(f"{{{XF}}}bind") for r in rules)


def default(leaf: etree._Element) -> str | None:
    """What stands in the form from the beginning."""
    told: str = "".join(str(part) for part in leaf.itertext())
    return told or None


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (child for child in parent if isinstance(child.tag, str))


def warnings(text: str) -> list[str]:
    """Functions in it that fill forms elsewhere and here, but not in the form app."""
    return [
        f"The form app does not know {name}(): it could not open this form; ODK Collect can."
        for name in sorted(NOT_ON_PHONES)
        if f"{name}(" in text
    ]
