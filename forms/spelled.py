"""The spellings that the ODK XForms specification allows beside the one that pyxform writes.

`type="xsd:int"`, `orx:version`, `ref="age"` within a group, `bind="age"`: read as they stand, they
would make an integer a text and leave a question without words, and nothing would be said.
"""

from lxml import etree

from forms.bind import XF

_NS = {"x": XF, "h": "http://www.w3.org/1999/xhtml"}
_OPENROSA = "http://openrosa.org/xforms"
_CONTROLS = frozenset({
    "input", "secret", "select", "select1", "rank", "range", "upload", "trigger", "group",
    "repeat", "setvalue", "setgeopoint",
})  # fmt: skip


def spell_out(root: etree._Element) -> None:
    """Changes the tree: every type without its prefix, every control with an absolute path, the
    version where it is looked for. For a tree that is read, not for the one that is published."""
    instance = root.find("h:head/x:model/x:instance/*", _NS)
    version = f"{{{_OPENROSA}}}version"
    if instance is not None and instance.get(version) and not instance.get("version"):
        instance.set("version", instance.get(version, ""))
    named: dict[str, str] = {}
    for bind in root.iter(f"{{{XF}}}bind"):
        nodeset = "/".join(step.rpartition(":")[2] for step in bind.get("nodeset", "").split("/"))
        bind.set("nodeset", nodeset)
        bind.set("type", bind.get("type", "").rpartition(":")[2])
        if bind.get("id"):
            named[bind.get("id", "")] = nodeset
    for place in ("h:head/x:model", "h:body"):
        found = root.find(place, _NS)
        if found is not None:
            _controls(found, "", named)


def _controls(above: etree._Element, context: str, named: dict[str, str]) -> None:
    for control in above:
        if not isinstance(control.tag, str):
            continue
        here = context
        if etree.QName(control).localname in _CONTROLS:
            here = _placed(control, context, named)
        _controls(control, here, named)


def _placed(control: etree._Element, context: str, named: dict[str, str]) -> str:
    """The path a control stands for, written into it; the one around it where it has none."""
    told = "nodeset" if control.get("nodeset") else "ref"
    path = control.get(told) or named.get(control.get("bind", ""), "")
    if not path:
        return context
    if not path.startswith("/"):
        path = _joined(context, path)
    control.set(told, path)
    return path


def _joined(context: str, path: str) -> str:
    steps = context.split("/")
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)
