"""The XPath functions of the ODK XForms specification that this server evaluates.

https://getodk.github.io/xforms-spec/#xpath-functions
"""

from forms.functions import booleans, dates, geo, lists, nodesets, numbers, selects, strings
from forms.functions.table import Function

FUNCTIONS: dict[str, Function] = (
    booleans.TABLE
    | strings.TABLE
    | numbers.TABLE
    | dates.TABLE
    | nodesets.TABLE
    | selects.TABLE
    | lists.TABLE
    | geo.TABLE
)
"""{name: function}; a name that is not here is refused when a form is uploaded."""
NOT_ON_PHONES = frozenset({"intersects"})
"""Known to ODK Collect and to this server, but not to the engine of the form app."""
