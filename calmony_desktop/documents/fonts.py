"""The typefaces of documents: Inter, and for what it lacks the Noto of each script.

Which file draws a character depends on the character, the weight and, for what Chinese, Japanese
and Korean share, the language; never on the text around it. Each file is mapped into memory when
the first character needs it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache
from typing import Final

import uharfbuzz

from calmony_desktop.paths import resource


class Font(StrEnum):
    """A weight of Inter, by the name of its file."""

    REGULAR = "Inter-Regular"
    SEMI_BOLD = "Inter-SemiBold"
    BOLD = "Inter-Bold"


#: What stands in for Inter, in this order; with a bold file where there is one.
_SCRIPTS: Final = ("NotoSansArabic", "NotoSansHebrew", "NotoSansDevanagari", "NotoSansThai")
#: The forms of Han characters differ: the reader's own come first, and the others fill its gaps.
_HAN: Final = {
    "zh": ("NotoSansSC", "NotoSansJP", "NotoSansKR"),
    "ja": ("NotoSansJP", "NotoSansSC", "NotoSansKR"),
    "ko": ("NotoSansKR", "NotoSansSC", "NotoSansJP"),
}
_DEFAULT_HAN: Final = "zh"


class Typeface:
    """One font file. Lengths are thousandths of the font size, as in PDF."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(resource("fonts", f"{name}.ttf")))
        self.font = uharfbuzz.Font(self.face)
        self.scale = 1000 / self.face.upem
        self.space = self.glyph(" ")

    def glyph(self, character: str) -> int:
        """The glyph that draws ``character`` by itself; 0 where there is none."""
        return self.font.get_nominal_glyph(ord(character)) or 0

    def advance(self, glyph: int) -> float:
        """How far ``glyph`` moves the pen."""
        return float(self.font.get_glyph_h_advance(glyph) * self.scale)


@cache
def typeface(name: str) -> Typeface:
    """The typeface in ``resources/fonts/<name>.ttf``."""
    return Typeface(name)


def han_language(tag: str) -> str:
    """``zh``, ``ja`` or ``ko``: whose forms a text in the language ``tag`` (BCP 47) has."""
    language = tag.lower().partition("-")[0]
    return language if language in _HAN else _DEFAULT_HAN


@lru_cache(maxsize=16_384)
def typeface_for(character: str, font: Font, han: str = _DEFAULT_HAN) -> Typeface | None:
    """What draws ``character``; None where no file has it. ``han`` is a `han_language`."""
    for name in _candidates(font, han):
        if typeface(name).glyph(character):
            return typeface(name)
    return None


@cache
def _candidates(font: Font, han: str) -> tuple[str, ...]:
    weight = "Regular" if font is Font.REGULAR else "Bold"
    names = [f"{script}-{weight}" for script in _SCRIPTS]
    return (font.value, "NotoSans-Regular", *names, *(f"{name}-Regular" for name in _HAN[han]))


def covers(character: str) -> bool:
    """True where some typeface draws ``character`` (every weight finds the same ones)."""
    return typeface_for(character, Font.REGULAR) is not None
