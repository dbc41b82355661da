"""What ids, paths and words must look like that a device sends."""

from forms.flatpath import DEEPEST

UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"
ROW = r"^[a-z0-9]{8}\Z"
PATH = r"^[A-Za-z_][A-Za-z0-9_.\-]*(/[A-Za-z_][A-Za-z0-9_.\-]*)*\Z"
_NAMES = PATH[1:-2]
_ROW = r"\[[a-z0-9]{8}\]"
_IN_ROWS = rf"^{_NAMES}({_ROW}/{_NAMES}){{0,{DEEPEST - 1}}}"
REPEAT = rf"{_IN_ROWS}\Z"
"""A repeat's flat path: in a repeat `plots[ab12cd34]/years`."""
DELETABLE = rf"{_IN_ROWS}({_ROW}(/{_NAMES})?)?\Z"
"""A question's, a row's, or a question's in a row."""
MOST_PATH, MOST_FLAT = 200, 300
"""Characters of a question's path, and of one with the ids of the rows around it."""
PLAIN = r"^[^\x00-\x1f\x7f]+\Z"
"""Words that are columns: PostgreSQL keeps no NUL."""
