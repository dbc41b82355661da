"""Before anything opens an uploaded file: what it is, and that it does no harm.

A workbook is a zip of XML: it can say that it is small and be large, bring programs, or name
entities that grow or that stand on other machines. Nothing is parsed here that could do so.
"""

import io
import zipfile
from enum import Enum

from lxml import etree

from forms.remark import FormRefused, error
from forms.safe_xml import XmlBroken, parsed

MOST = 8 * 1024 * 1024
"""Bytes of an uploaded source."""
INFLATED = 96 * 1024 * 1024
"""Bytes of a workbook, unpacked: a choice list of 100,000 rows needs about 20 MB."""
MEMBERS = 500
_PIECE = 256 * 1024
_XML = (".xml", ".rels", ".vml")
_OLE = b"\xd0\xcf\x11\xe0"
_DECLARATIONS = tuple(
    word.encode(code)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for code in ("utf-8", "utf-16-le", "utf-16-be")
)


class Kind(Enum):
    """What an uploaded source is."""

    XLSX = "xlsx"
    XFORM = "xml"


def admit(data: bytes, name: str = "") -> Kind:
    """What the bytes are, whatever the file is called; raises FormRefused."""
    if not data.strip():
        raise refused("empty", "文件是空的", "the file is empty")
    if len(data) > MOST:
        most = MOST // 1024 // 1024
        raise refused("too_large", f"文件超过 {most} MB", f"the file is larger than {most} MB")
    if data.startswith(_OLE):
        raise refused(
            "workbook_old",
            "这是旧版 Excel 文件（.xls）或加了密码的文件，请另存为没有密码的 .xlsx",
            "this is an old Excel file (.xls) or one with a password; save it as .xlsx without one",
        )
    if data.startswith(b"PK"):
        _workbook(data)
        return Kind.XLSX
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        _no_declarations(data, "")
        return Kind.XFORM
    raise refused(
        "not_a_form",
        "既不是 Excel 工作簿（.xlsx），也不是 XForm（.xml）",
        "this is neither an Excel workbook (.xlsx) nor an XForm (.xml)",
    )


def refused(code: str, zh: str, en: str, **place: object) -> FormRefused:
    return FormRefused([error(code, zh, en, **place)])


def tree(data: bytes) -> etree._Element:
    """An XForm's root, read so that nothing outside it is touched. Raises FormRefused."""
    try:
        return parsed(data)
    except XmlBroken as fault:
        raise refused(
            "xml_broken",
            f"XML 写得不对，第 {fault.line} 行第 {fault.column} 个字附近",
            f"the XML is ill-formed near line {fault.line}, character {fault.column}: {fault}",
            row=fault.line,
        ) from fault


def _workbook(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            members = book.infolist()
            if len(members) > MEMBERS:
                raise _bomb()
            _no_macros([member.filename for member in members])
            left = INFLATED
            for member in members:
                left -= _counted(book, member, left)
            names = set(book.namelist())
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as fault:
        raise _broken() from fault
    except (ValueError, KeyError, zipfile.LargeZipFile) as fault:
        raise _broken() from fault
    if "xl/workbook.xml" not in names:
        raise _broken()


def _no_macros(names: list[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise refused(
            "workbook_macros",
            "工作簿里有宏，不接受；请另存为 .xlsx（不含宏的工作簿）",
            "the workbook holds macros, which are not taken; save it as .xlsx, a workbook without",
        )


def _counted(book: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """Bytes of one member as they really unpack; its header is not believed."""
    told, before = 0, b""
    with book.open(member) as stream:
        while piece := stream.read(_PIECE):
            told += len(piece)
            if told > left:
                raise _bomb()
            if member.filename.lower().endswith(_XML):
                _no_declarations(before + piece, member.filename)
                before = piece[-32:]
    return told


def _no_declarations(data: bytes, where: str) -> None:
    if any(word in data for word in _DECLARATIONS):
        raise refused(
            "xml_entities",
            "文件里有 DOCTYPE 或实体声明，为安全起见不接受",
            "the file declares a DOCTYPE or entities, which are not taken",
            column=where,
        )


def _bomb() -> FormRefused:
    most = INFLATED // 1024 // 1024
    return refused(
        "workbook_bomb",
        f"工作簿解开后超过 {most} MB，不接受",
        f"the workbook unpacks to more than {most} MB and is not taken",
    )


def _broken() -> FormRefused:
    return refused(
        "workbook_broken",
        "工作簿打不开，可能没有保存好；请在 Excel 或 WPS 里重新另存为 .xlsx",
        "the workbook cannot be opened; save it again as .xlsx in a spreadsheet program",
    )
