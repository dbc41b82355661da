"""Column shapes that recur, so that a table reads as a sentence."""

from typing import Annotated

from sqlalchemy import String, Text
from sqlalchemy.orm import mapped_column

Id = Annotated[str, mapped_column(String(36))]
"""UUID text, lower case."""
Code = Annotated[str, mapped_column(String(64))]
"""A short stable word or number: area code, role, kind, state."""
Moment = Annotated[str, mapped_column(String(24))]
"""UTC text as made by `store.clock`."""
Json = Annotated[str, mapped_column(Text)]
"""JSON text, pasted into answers undecoded where possible."""
Sha = Annotated[str, mapped_column(String(64))]
"""SHA-256 in lower-case hex."""
