from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.documents.fonts import Font, typeface
from calmony_desktop.documents.shaping import UNIT, line_width, shape_line
from calmony_desktop.documents.text import printable

any_text = st.text(st.characters(exclude_categories=()), max_size=200)
several_scripts = st.text("aA1. -(ø€אבש״،لاشةि क्षनที่ำเ株。「ー한́\u200d\u00a0", max_size=60)


def glyphs_of(line: str, han: str = "zh") -> list[int]:
    words = shape_line(line, Font.REGULAR, han)
    return [glyph.glyph_id for word in words for glyph in word.glyphs]


@given(any_text | several_scripts)
def test_no_printable_text_asks_for_a_glyph_that_is_missing(text):
    for line in printable(text).split("\n"):
        assert 0 not in glyphs_of(line)


@given(several_scripts)
def test_a_word_is_as_wide_as_its_glyphs_move_the_pen(text):
    line = printable(text).replace("\n", " ")
    words = shape_line(line, Font.SEMI_BOLD, "ja")
    advances = [glyph.advance for word in words for glyph in word.glyphs]
    assert line_width(line, Font.SEMI_BOLD) == pytest.approx(sum(advances))


@given(several_scripts)
def test_units_make_up_the_text_they_were_cut_from(text):
    assert "".join(UNIT.findall(text)) == text


def test_arabic_letters_are_joined():
    isolated = [glyphs_of(letter)[0] for letter in "سلم"]
    assert not set(glyphs_of("سلم")) & set(isolated)


def test_devanagari_letters_become_conjuncts():
    assert len(glyphs_of("क्ष")) == 1


def test_what_runs_from_right_to_left_is_drawn_from_its_end():
    assert glyphs_of("אב") == [glyphs_of("ב")[0], glyphs_of("א")[0]]


def test_figures_among_arabic_keep_their_order():
    first, *_ = shape_line("ثمن 12", Font.REGULAR, "zh")
    assert [glyph.text for glyph in first.glyphs] == ["1", "2"]


def test_a_ligature_from_right_to_left_has_a_glyph_for_every_letter():
    (word,) = shape_line("لا", Font.REGULAR, "zh")
    assert [glyph.text for glyph in word.glyphs] == ["ا", "ل"]
    assert word.glyphs[1].glyph_id == word.typeface.space
    assert word.width == pytest.approx(word.typeface.advance(word.glyphs[0].glyph_id))


@pytest.mark.parametrize(
    ("line", "actual_text"), [("श्री", "श्री"), ("น้ำ", "น้ำ"), ("Zoë", ""), ("株式", ""), ("שלום", "")]
)
def test_what_its_glyphs_do_not_spell_says_its_text(line, actual_text):
    assert shape_line(line, Font.REGULAR, "zh")[0].actual_text == actual_text


@pytest.mark.parametrize("text", ["->", "2x4", "<=", "ffi", "(c)"])
def test_data_is_not_turned_into_signs(text):
    inter = typeface("Inter-Regular")
    assert glyphs_of(text) == [inter.glyph(character) for character in text]


def test_amounts_below_each_other_are_as_wide():
    assert line_width("€111.11", Font.REGULAR) == line_width("€888.88", Font.REGULAR)


def test_latin_letters_are_kerned():
    letters = line_width("A", Font.REGULAR) + line_width("V", Font.REGULAR)
    assert line_width("AV", Font.REGULAR) < letters


def test_han_characters_are_drawn_in_the_reader_s_form():
    faces = {shape_line("直", Font.REGULAR, han)[0].typeface.name for han in ("zh", "ja", "ko")}
    assert len(faces) == 3


def test_a_mark_is_drawn_with_its_letter():
    (word,) = shape_line("x\u0323", Font.REGULAR, "zh")
    letter, mark = word.glyphs
    assert mark.advance == 0
    assert letter.text == "x\u0323"
