from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase.pdfmetrics import getFont

from calmony_desktop.documents.fonts import Font, advance, covers
from calmony_desktop.paths import resource


def test_all_weights_can_draw_the_same_characters():
    first, *others = [set(getFont(font.value).face.charToGlyph) for font in Font]
    assert all(other == first for other in others)


@pytest.mark.parametrize("font", Font)
def test_a_character_moves_the_pen_as_reportlab_says(font):
    assert advance("W", font) == pytest.approx(getFont(font.value).stringWidth("W", 1000))
    assert advance("W", font) > advance("i", font)


def test_european_letters_are_covered_and_chinese_ones_are_not():
    assert all(map(covers, "ąćęłńóśźż ğış äöüß ñ ÆØÅ Ελλάδα Україна €£¥₹−–…·"))
    assert not covers("株")


@pytest.mark.parametrize("weight", ["Regular", "Medium", "SemiBold", "Bold"])
def test_fonts_are_shipped_with_truetype_outlines(weight):
    data = resource("fonts", f"Inter-{weight}.ttf").read_bytes()
    assert data[:4] == b"\x00\x01\x00\x00"
    assert b"glyf" in data[:500]


def test_the_licence_of_the_fonts_lies_beside_them():
    text = Path(resource("fonts", "OFL.txt")).read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
