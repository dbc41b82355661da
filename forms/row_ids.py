"""Every repeat gets a hidden id of its rows, so that a row is known by it and never by its place.

Our own app keeps row ids beside the form; other clients of the ODK world keep only what is in the
form. So the XForm of an uploaded form gets a node in each repeat that is filled once.
"""

from lxml import etree

from forms.bind import RUHU, XF

ROW_ID = "ruhu_row"
_ONCE = "once(substr(uuid(), 0, 8))"
_NS = {"x": XF, "h": "http://www.w3.org/1999/xhtml"}


def with_row_ids(xform: str) -> str:
    """The same XForm with a row id in every repeat; unchanged where all have one."""
    root = etree.fromstring(xform.encode(), etree.XMLParser(resolve_entities=False))
    model = root.find("h:head/x:model", _NS)
    instance = root.find("h:head/x:model/x:instance/*", _NS)
    if model is None or instance is None:
        return xform
    missing = [p for p in _repeats(root) if _put(instance, p)]
    for path in missing:
        bind = etree.SubElement(model, f"{{{XF}}}bind", {"nodeset": f"{path}/{ROW_ID}"})
        bind.set("type", "string")
        bind.set("readonly", "true()")
        bind.set("calculate", _ONCE)
        bind.set(f"{{{RUHU}}}row", "yes")
    if not missing:
        return xform
    return '<?xml version="1.0"?>' + etree.tostring(root, encoding="unicode")


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
