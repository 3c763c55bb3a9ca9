"""Plain text from data made ready to draw: cleaned, measured, wrapped. Nothing is markup here."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from calmony_desktop.documents.bidi import (
    RIGHT_TO_LEFT_MARK,
    has_right_to_left,
    starts_right_to_left,
)
from calmony_desktop.documents.fonts import Font, covers
from calmony_desktop.documents.shaping import JOINERS, UNIT, line_width

#: Stands, visibly, for a character that no font of the document has.
MISSING: Final = "□"

_NO_BREAK_SPACE: Final = "\u00a0"
_NO_BREAK_SPACES: Final = frozenset("\u00a0\u2007\u202f")
#: Joiners matter after a letter of Arabic or Devanagari, and nowhere else.
_USELESS_JOINER: Final = re.compile(
    f"(?<![\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u0904-\u094d])[{JOINERS}]"
)
#: Controls, surrogates, and what Unicode leaves to others or to the future.
_MEANINGLESS: Final = frozenset(("Cc", "Cs", "Co", "Cn"))
#: What is drawn with the letter before it, or with the one after.
_DRAWN_WITH_NEXT: Final = "\u094d\u0e40\u0e41\u0e42\u0e43\u0e44"
_DRAWN_WITH_LAST: Final = JOINERS + "\u0e33"
#: More characters than these are never on one line.
_LONGEST_LINE: Final = 250
#: Sums of floats: what fills a line exactly may look too wide.
_HAIR: Final = 0.0005


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a piece of text looks: size and leading in points, colour as ``#rrggbb``."""

    font: Font
    size: float
    leading: float
    colour: str


@lru_cache(maxsize=4096)
def printable(text: str) -> str:
    """``text`` as it can be drawn, its lines ending with ``\\n``.

    Composed (NFC). Invisible characters are left out, among them all that would turn the direction
    of text, and one that no font has becomes `MISSING`.
    """
    return "\n".join("".join(map(_drawable, line)) for line in _visible(text).splitlines())


def missing(text: str) -> set[str]:
    """The characters of ``text`` that are drawn as `MISSING`."""
    characters = set(_visible(text)) - {MISSING}
    return {character for character in characters if _drawable(character) == MISSING}


def _visible(text: str) -> str:
    if text.isascii():
        return text
    seen = "".join(character for character in text if not _is_invisible(character))
    composed = unicodedata.normalize("NFC", seen)
    return unicodedata.normalize("NFC", _USELESS_JOINER.sub("", composed))


@lru_cache(maxsize=4096)
def _is_invisible(character: str) -> bool:
    is_format = unicodedata.category(character) == "Cf" and character not in JOINERS
    return is_format or "VARIATION SELECTOR" in unicodedata.name(character, "")


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    if character in _NO_BREAK_SPACES:
        return _NO_BREAK_SPACE
    if character.isspace():
        return " "
    if character in JOINERS:
        return character
    is_known = unicodedata.category(character) not in _MEANINGLESS and covers(character)
    return character if is_known else MISSING


def text_width(text: str, style: TextStyle) -> float:
    """How wide ``text`` (already printable), or its widest line, is in points."""
    return max(line_width(line, style.font) for line in text.split("\n")) * style.size / 1000


def wrap(text: str, style: TextStyle, width: float) -> list[str]:
    """``text`` as printable lines of at most ``width`` points.

    Lines end after a space, after a Chinese or Japanese character, or inside a word that is wider
    than a whole line. Empty text gives no line; of several empty lines in a row one is kept.
    """
    lines: list[str] = []
    for paragraph in printable(text).strip().split("\n"):
        wrapped = _wrap_paragraph(paragraph, style, width)
        if wrapped or (lines and lines[-1]):
            lines += wrapped or [""]
    return lines


def _wrap_paragraph(paragraph: str, style: TextStyle, width: float) -> list[str]:
    lines = []
    units = deque(filter(None, UNIT.findall(paragraph.strip(" "))))
    # Says of each line what it could not tell by itself: which way its paragraph runs.
    mark = RIGHT_TO_LEFT_MARK if starts_right_to_left(paragraph) else ""
    while units:
        line = _take_line(units, mark, style, width)
        # Only there is a word shaped differently beside others.
        while len(line) > 1 and has_right_to_left(paragraph) and _overflows(line, style, width):
            units.appendleft(line.pop())
        lines.append("".join(line).rstrip(" "))
    return lines


def _overflows(line: Sequence[str], style: TextStyle, width: float) -> bool:
    return text_width("".join(line).rstrip(" "), style) > width


def _take_line(units: deque[str], mark: str, style: TextStyle, width: float) -> list[str]:
    """Take from ``units`` what fits on a line: at least one, cut where it is too wide."""
    line: list[str] = []
    used = 0.0
    while units:
        unit = units.popleft()
        word = unit.rstrip(" ")
        room = width - used + _HAIR
        if len(word) <= _LONGEST_LINE and text_width(mark + word, style) <= room:
            line.append(unit if line else mark + unit)
            used += text_width(unit, style)
        elif line:
            units.appendleft(unit)
            break
        else:
            cut = _cut(word, mark, style, width)
            units.appendleft(unit[cut:])
            return [mark + unit[:cut]]
    return line


def _cut(word: str, mark: str, style: TextStyle, width: float) -> int:
    """How many characters of ``word`` go on a line; not between a letter and its mark."""

    def fits(end: int) -> bool:
        return text_width(mark + word[:end], style) <= width

    everywhere = range(1, min(len(word), _LONGEST_LINE) + 1)
    ends: Sequence[int] = [end for end in everywhere if _may_end(word, end)]
    if not ends or not fits(ends[0]):
        ends = everywhere
    # At least one, so that there is an end to it.
    fitting, too_many = 0, len(ends)
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if fits(ends[middle]):
            fitting = middle
        else:
            too_many = middle
    return ends[fitting]


def _may_end(word: str, end: int) -> bool:
    if end == len(word):
        return True
    following = word[end]
    return not (
        unicodedata.category(following).startswith("M")
        or following in _DRAWN_WITH_LAST
        or word[end - 1] in _DRAWN_WITH_NEXT
    )


def join_parts(parts: Sequence[str], style: TextStyle, width: float) -> list[str]:
    """``parts`` joined with “ · ”, broken between parts where a line would grow too long."""
    lines: list[str] = []
    for part in filter(None, map(str.strip, parts)):
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and text_width(printable(longer), style) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return [line for joined in lines for line in wrap(joined, style, width)]


def shorten(text: str, style: TextStyle, width: float) -> str:
    """``text`` on one printable line, its end cut off with “…” where it is too wide."""
    line = _NO_BREAK_SPACE.join(printable(text).split())
    first, *rest = wrap(line, style, width) or [""]
    if not rest:
        return first
    return wrap(line, style, width - text_width("…", style))[0] + "…"


def fitted(text: str, style: TextStyle, width: float, *, smallest: float = 0) -> TextStyle:
    """``style``, made smaller where ``text`` (printable, one line) would not fit in ``width``.

    ``smallest`` is a size in points that it doesn't go below, whether the text fits then or not.
    """
    natural = text_width(text, style)
    if natural <= width:
        return style
    return replace(style, size=max(smallest, style.size * width / natural))
