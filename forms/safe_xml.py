"""The one way XML from outside is read: nothing beyond the bytes is touched, nothing grows."""

from lxml import etree


class XmlBroken(ValueError):
    """Not XML that is taken; the message says why, `line` and `column` where, from 1."""

    def __init__(self, words: str, line: int = 0, column: int = 0) -> None:
        super().__init__(words)
        self.line, self.column = line, column


def parsed(data: bytes) -> etree._Element:
    """The root, without comments and processing instructions. Raises XmlBroken, for a document
    type too: entities come from there."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as fault:
        line, column = fault.position
        raise XmlBroken(fault.msg or str(fault), line or 0, column or 0) from fault
    except ValueError as fault:
        raise XmlBroken(str(fault)) from fault
    doctype: str = root.getroottree().docinfo.doctype  # type: ignore[union-attr]
    if doctype:
        raise XmlBroken("no document type is taken", 1, 1)
    return root
