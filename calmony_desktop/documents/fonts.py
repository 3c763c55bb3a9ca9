"""The typeface of documents: Inter in three weights, embedded, never a standard-14 font.

The only module that knows how ReportLab keeps fonts. Other scripts will join here: a further
typeface is one more file, chosen for each character by `covers`.
"""

from __future__ import annotations

from enum import StrEnum

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from calmony_desktop.paths import resource


class Font(StrEnum):
    """A weight of Inter, by the name under which ReportLab knows it."""

    REGULAR = "Inter-Regular"
    SEMI_BOLD = "Inter-SemiBold"
    BOLD = "Inter-Bold"


def _registered(font: Font) -> TTFont:
    loaded = TTFont(font, str(resource("fonts", f"{font}.ttf")))
    registerFont(loaded)
    return loaded


# Registered once, while the module is imported: a font that is replaced while another thread
# renders would end up in its file twice.
_FACES = {font: _registered(font).face for font in Font}


def covers(character: str) -> bool:
    """True where the typeface can draw ``character`` (all weights cover the same)."""
    return ord(character) in _FACES[Font.REGULAR].charToGlyph


def advance(character: str, font: Font) -> float:
    """How far ``character`` moves the pen, in thousandths of the font size."""
    face = _FACES[font]
    return float(face.charWidths.get(ord(character), face.defaultWidth))
