"""Plain text from data made ready to draw: cleaned, measured, wrapped. Nothing is markup here.

Other scripts will join here as well: what is one run of one font today becomes several.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from calmony_desktop.documents.fonts import Font, advance, covers

#: Stands, visibly, for a character that no font of the document has.
MISSING = "□"

_NO_BREAK_SPACE = "\u00a0"
_NO_BREAK_SPACES = frozenset("\u00a0\u2007\u202f")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a piece of text looks: size and leading in points, colour as ``#rrggbb``."""

    font: Font
    size: float
    leading: float
    colour: str


def printable(text: str) -> str:
    """``text`` as it can be drawn, its lines ending with ``\\n``.

    Composed (NFC), because without shaping a combining mark would not find its letter. Invisible
    characters are left out, and one that the font lacks becomes `MISSING`.
    """
    lines = unicodedata.normalize("NFC", text).splitlines()
    return "\n".join("".join(map(_drawable, line)) for line in lines)


def missing(text: str) -> set[str]:
    """The characters of ``text`` that are drawn as `MISSING`."""
    composed = set(unicodedata.normalize("NFC", text)) - {MISSING}
    return {character for character in composed if _drawable(character) == MISSING}


@lru_cache(maxsize=4096)
def _drawable(character: str) -> str:
    if character in _NO_BREAK_SPACES:
        return _NO_BREAK_SPACE
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cf" or "VARIATION SELECTOR" in unicodedata.name(character, ""):
        return ""
    return character if category != "Cc" and covers(character) else MISSING


def text_width(text: str, style: TextStyle) -> float:
    """How wide ``text`` (already printable, one line) is in points."""
    return sum(advance(character, style.font) for character in text) * style.size / 1000


def wrap(text: str, style: TextStyle, width: float) -> list[str]:
    """``text`` as printable lines of at most ``width`` points.

    Lines end after a space, or inside a word that is wider than a whole line. Empty text gives no
    line; of several empty lines in a row one is kept.
    """
    lines: list[str] = []
    for paragraph in printable(text).strip().split("\n"):
        wrapped = _wrap_paragraph(paragraph, style, width)
        if wrapped or (lines and lines[-1]):
            lines += wrapped or [""]
    return lines


def _wrap_paragraph(paragraph: str, style: TextStyle, width: float) -> list[str]:
    lines = []
    room = width * 1000 / style.size
    start = after_space = 0
    used = 0.0
    for index, character in enumerate(paragraph):
        step = advance(character, style.font)
        if used + step > room and index > start and character != " ":
            cut = after_space if after_space > start else index
            lines.append(paragraph[start:cut].rstrip(" "))
            start = cut
            used = sum(advance(kept, style.font) for kept in paragraph[start:index])
        used += step
        if character == " ":
            after_space = index + 1
    last = paragraph[start:].rstrip(" ")
    return [*lines, last] if last else lines


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
