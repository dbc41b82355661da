"""Reading our markdown: files, links, fenced blocks, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```\s*$", re.M | re.S)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
CODE = re.compile(r"`(?P<text>[^`\n]+)`")


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after its fence, and what stands in it."""

    info: tuple[str, ...]
    text: str
    line: int


def files() -> list[Path]:
    """Every markdown file of the project, never of an installed library."""
    own = [ROOT / name for name in ("README.md", "CHANGELOG.md")]
    rooms = ("docs", "forms", "benchmarks")
    return sorted({*own, *(p for room in rooms for p in (ROOT / room).rglob("*.md"))})


def blocks(path: Path) -> Iterator[Block]:
    text = path.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(tuple(found["info"].split()), found["text"], line)


def prose(path: Path) -> str:
    """The text without its fenced blocks."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


def rows(path: Path, heading: str) -> list[list[str]]:
    """Cells of the first table below a heading, without its head."""
    after = path.read_text(encoding="utf-8").partition(f"\n{heading}\n")[2]
    lines = [line for line in after.partition("\n#")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
