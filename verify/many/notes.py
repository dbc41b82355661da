"""D19 notes at different houses in nearly the same words.

Character 5-grams; candidates by MinHash (Broder 1997; 64 permutations in bands of 2), then their
weighted Jaccard Σ idf(common)/Σ idf(either) with idf = log(N / n) over all notes of the township,
so that a common phrase hardly counts. What stands in 《》 or quotation marks is removed first.
"""

import math
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from forms.definition import QuestionType, Sensitivity
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.township import Seen, Township

GRAM, PERMUTATIONS, BAND = 5, 64, 2
PRIME = 4_294_967_291
"""The largest prime below 2³²."""
HIDDEN = frozenset({Sensitivity.P1, Sensitivity.P2})
"""Texts that are not compared. What is said of a person otherwise (P3) is what notes are."""
QUOTED = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」|『[^』]*』|\"[^\"]*\"")
_MULTIPLY, _ADD = np.random.default_rng(2026).integers(1, PRIME, (2, PERMUTATIONS, 1), np.uint64)


@dataclass(frozen=True)
class Notes(Limits):
    NAME: ClassVar[str] = "copied_notes"
    jaccard: float = 0.8
    visits: int = 3
    """At so many houses with one account."""
    letters: int = 12


@dataclass(frozen=True, slots=True)
class Note:
    """One free text of one visit."""

    rec: str
    unit: str
    author: str
    path: str
    text: str


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Notes.of(figures)
    return alike([n for v in seen.visits for n in _notes(v, seen, limits)], limits)


def _notes(visit: Seen, seen: Township, limits: Notes) -> list[Note]:
    form = seen.definitions.get(visit.form)
    paths = {
        q.path
        for q in (form.questions if form else ())
        if q.type is QuestionType.TEXT and not (q.repeat or q.save_to or q.sensitivity in HIDDEN)
    }
    return [
        Note(visit.id, visit.unit, visit.author, path, text)
        for path in sorted(paths)
        if isinstance(value := visit.answers.get(path), str)
        and len(text := plain(value)) >= limits.letters
    ]


def plain(text: str) -> str:
    """Its letters and figures alone, without what it quotes."""
    told = QUOTED.sub("", unicodedata.normalize("NFKC", text))
    return "".join(letter for letter in told.casefold() if letter.isalnum())


def alike(notes: Sequence[Note], limits: Notes) -> Told:
    """Notes that one account wrote alike at several houses."""
    grams = [_grams(note.text) for note in notes]
    usual = Counter(gram for each in grams for gram in each)
    near: dict[int, set[int]] = defaultdict(set)
    for i, j in _candidates(grams):
        one, other = notes[i], notes[j]
        if (
            one.author == other.author
            and one.unit != other.unit
            and jaccard(grams[i], grams[j], usual, len(notes)) >= limits.jaccard
        ):
            near[i].add(j)
            near[j].add(i)
    told: list[tuple[str, Found]] = []
    for at, others in sorted(near.items()):
        houses = len({notes[at].unit} | {notes[j].unit for j in others})
        if houses >= limits.visits:
            told.append((notes[at].rec, _found(notes[at].path, houses, limits)))
    return told


def _grams(text: str) -> frozenset[int]:
    """Numbers of its 5-grams, the same on every machine."""
    windows = (text[i : i + GRAM] for i in range(len(text) - GRAM + 1))
    return frozenset(zlib.crc32(window.encode()) for window in windows)


def jaccard(
    one: Collection[int], other: Collection[int], usual: Mapping[int, int], notes: int
) -> float:
    """How alike, 0…1, by the grams' inverse frequency."""

    def weight(grams: Collection[int]) -> float:
        return math.fsum(math.log((1 + notes) / usual[gram]) for gram in grams)

    either = weight(set(one) | set(other))
    return weight(set(one) & set(other)) / either if either else 0.0


def _candidates(grams: Sequence[frozenset[int]]) -> set[tuple[int, int]]:
    """Pairs that share a band of their signatures: at Jaccard 0.5 nearly all of them do."""
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for at, each in enumerate(grams):
        if each:
            signature = _signature(each)
            for band in range(0, PERMUTATIONS, BAND):
                buckets[band, signature[band : band + BAND].tobytes()].append(at)
    return {(i, j) for each in buckets.values() for k, j in enumerate(each) for i in each[:k]}


def _signature(grams: Collection[int]) -> NDArray[np.uint64]:
    numbers = np.fromiter(grams, dtype=np.uint64, count=len(grams))
    made: NDArray[np.uint64] = ((_MULTIPLY * numbers + _ADD) % np.uint64(PRIME)).min(axis=1)
    return made


def _found(path: str, houses: int, limits: Notes) -> Found:
    return to_check(
        "D19",
        0.4,
        f"这段话与另外 {houses - 1} 户写的几乎一样（已去掉引用的政策原文和常用语）。"
        "请补一句这户自己的情况",
        f"These words are nearly those at {houses - 1} other households (quoted policy and common "
        "phrases left out). Please add a sentence on this household's own situation",
        path,
        {"households": houses, "limit": limits.jaccard},
    )


ABOUT = Check(
    "D19",
    "几户的文字几乎一样",
    "Notes in nearly the same words",
    "五字片段的加权相似度（MinHash 找出可能的，再精确计算）",
    "Weighted likeness of five-letter pieces (MinHash finds candidates, then exactly)",
    "去掉书名号和引号里的政策原文；常用语按出现次数降权；不满十二个字的不看；至少三户才提示",
    "What is quoted is removed, common phrases weigh little, notes under twelve letters are not "
    "looked at, and it takes three households",
    "Broder 1997 (MinHash)",
    (Notes.NAME,),
    Figure(
        "文字相似多少才提示",
        "How alike notes must be",
        {
            "jaccard": ("相似度", "likeness"),
            "visits": ("至少几户", "households at least"),
            "letters": ("至少几个字", "letters at least"),
        },
    ),
)
CHECK = Many("D19", township.read, judge, ABOUT)
