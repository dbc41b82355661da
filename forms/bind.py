"""What an XForm's binds say: attributes in several namespaces, ours among them."""

from enum import Enum
from typing import Any, TypeVar

from lxml import etree

from store.errors import Invalid

RUHU = "https://ruhu.example/xforms"
ENTITIES = "http://www.opendatakit.org/xforms/entities"
XF = "http://www.w3.org/2002/xforms"
JR = "http://openrosa.org/javarosa"
AS_WRITTEN = ("photo_role", "was", "rule", "level", "about", "closed_by", "missing")
E = TypeVar("E", bound=Enum)


class FormInvalid(Invalid):
    """The form cannot be compiled; the detail says where."""

    code = "form_invalid"


def attribute(bind: etree._Element | None, name: str, space: str | None) -> str | None:
    """An attribute's words without blanks around them; None where there are none."""
    if bind is None:
        return None
    value = bind.get(f"{{{space}}}{name}" if space else name)
    return value.strip() if value else None


class Ours:
    """Our own attributes of one bind; what they may say stands in `forms.columns`."""

    def __init__(self, path: str, bind: etree._Element | None) -> None:
        self.path, self.bind = path, bind

    def told(self, name: str) -> str | None:
        return attribute(self.bind, name, RUHU)

    def words(self) -> dict[str, Any]:
        """Attributes that a question keeps as they are written, under the same name."""
        return {name: self.told(name) for name in AS_WRITTEN}

    def yes(self, name: str) -> bool:
        return self.told(name) == "yes"

    def one_of(self, name: str, kind: type[E]) -> E | None:
        told = self.told(name)
        try:
            return kind(told) if told else None
        except ValueError as fault:
            raise FormInvalid(f"{self.path}: {name} may not be {told!r}") from fault
