"""The shape of a check over many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from verify.described import Check
from verify.finding import Found

Told = Sequence[tuple[str, Found]]
"""[(record, what is to be checked of it)]; a record is a visit or a household"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Many(Generic[T]):
    """`read` reads and `judge` judges (pure); `about` is its line of the catalogue, None where it
    has one already."""

    rule: str
    read: Callable[[Session, str, datetime], T]
    judge: Callable[[T, Mapping[str, Any]], Told]
    about: Check | None
