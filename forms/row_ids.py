"""Every repeat gets a hidden id of its rows, so that a row is known by it and never by its place.

Our own app keeps row ids beside the form; other clients of the ODK world keep only what is in the
form. So every XForm gets a node in each repeat that is filled once. The app writes its own row id
into that node when it opens a form, and takes the node's for a row that is added.
"""

from lxml import etree

from forms.bind import RUHU, XF, attribute

ROW_ID = "ruhu_row"
_ONCE = "once(substr(uuid(), 0, 8))"
_NS = {"x": XF, "h": "http://www.w3.org/1999/xhtml"}


def give_row_ids(root: etree._Element) -> bool:
    """Put a row id into every repeat of an XForm; whether any lacked one."""
    model = root.find("h:head/x:model", _NS)
    instance = root.find("h:head/x:model/x:instance/*", _NS)
    if model is None or instance is None:
        return False
    missing = [p for p in _repeats(root) if _put(instance, p)]
    for path in missing:
        bind = etree.SubElement(model, f"{{{XF}}}bind", {"nodeset": f"{path}/{ROW_ID}"})
        bind.set("type", "string")
        bind.set("readonly", "true()")
        bind.set("calculate", _ONCE)
        bind.set(f"{{{RUHU}}}row", "yes")
    return bool(missing)


def is_row_id(bind: etree._Element | None) -> bool:
    """Whether a bind is of the hidden row id: its node is no question."""
    return attribute(bind, "row", RUHU) == "yes"


def _repeats(root: etree._Element) -> list[str]:
    return [str(each.get("nodeset")) for each in root.iterfind(".//x:repeat", _NS)]


def _put(instance: etree._Element, path: str) -> bool:
    """Whether the node was missing from the repeat's nodes, template and first row alike."""
    steps = path.strip("/").split("/")[1:]
    nodes = [instance]
    for name in steps:
        nodes = [c for n in nodes for c in n if isinstance(c.tag, str) and _named(c) == name]
    bare = [node for node in nodes if not any(_named(child) == ROW_ID for child in node)]
    for node in bare:
        space = etree.QName(node).namespace
        node.insert(0, etree.Element(f"{{{space}}}{ROW_ID}" if space else ROW_ID))
    return bool(bare)


def _named(node: etree._Element) -> str:
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else ""
