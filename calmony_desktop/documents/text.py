"""Plain text from data made ready to draw: cleaned, measured, wrapped. Nothing is markup here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from calmony_desktop.documents.fonts import Font, advance, covers

#: Stands, visibly, for a character that no font of the document has.
MISSING = "□"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a piece of text looks: size and leading in points, colour as ``#rrggbb``."""

    font: Font
    size: float
    leading: float
    colour: str


def printable(text: str) -> str:
    """``text`` as it can be drawn; lines end with ``\\n``.

    Composed (NFC), because without shaping a combining mark would not find its letter. Invisible
    characters are left out, and one that the font lacks becomes `MISSING`.
    """
    characters = (
        character if covers(character) else MISSING
        for character in _visible("\n".join(text.splitlines()))
        if character != "\n"
    )
    if "\n" not in text and len(text.splitlines()) < 2:
        return "".join(characters)
    return "\n".join(printable(line) for line in text.splitlines())


def missing(text: str) -> set[str]:
    """The characters of ``text`` that are drawn as `MISSING`."""
    return {character for character in _visible(text) if not covers(character)}


def _visible(text: str) -> Iterator[str]:
    for character in unicodedata.normalize("NFC", text):
        if character.isspace() and not covers(character):
            yield " "
