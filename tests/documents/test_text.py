from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.documents import style
from calmony_desktop.documents.bidi import RIGHT_TO_LEFT_MARK, starts_right_to_left
from calmony_desktop.documents.text import (
    MISSING,
    fitted,
    join_parts,
    missing,
    printable,
    shorten,
    text_width,
    wrap,
)

any_text = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("<b>AT&T</b> &amp;", "<b>AT&T</b> &amp;"),
        ("Zoe\u0308", "Zoë"),
        ("\ue000\ue001", MISSING * 2),
        ("a\x00b", f"a{MISSING}b"),
        ("a\ud800b", f"a{MISSING}b"),
        ("a\tb\u3000c", "a b c"),
        ("1\u202f000", "1\u00a0000"),
        ("a\u200bb\u202ec\ufeff", "abc"),
        ("❤\ufe0f", "❤"),
        ("one\r\ntwo", "one\ntwo"),
    ],
)
def test_text_is_drawn_as_it_is_with_a_mark_for_what_the_font_lacks(text, drawn):
    assert printable(text) == drawn


@given(any_text)
def test_what_is_printable_stays_as_it_is(text):
    assert printable(printable(text)) == printable(text)


@given(any_text)
def test_nothing_is_called_missing_but_what_is_drawn_as_missing(text):
    text = text.replace(MISSING, "")
    assert bool(missing(text)) == (MISSING in printable(text))


@given(any_text, st.floats(20, 500))
def test_wrapped_lines_fit_and_lose_nothing_but_space(text, width):
    lines = wrap(text, style.BODY, width)
    assert all(text_width(line, style.BODY) <= width + 0.001 for line in lines)
    shown = "".join(lines).replace(RIGHT_TO_LEFT_MARK, "")
    assert "".join(shown.split()) == "".join(printable(text).split())


def test_lines_end_between_words_and_only_an_overlong_word_is_cut():
    width = text_width("a word or", style.BODY)
    assert wrap("a word or mmmmmmmmmmmm two", style.BODY, width)[0] == "a word or"
    assert " ".join(wrap("a word or two", style.BODY, width)) == "a word or two"
    assert len(wrap("m" * 100, style.BODY, width)) > 10


def test_paragraphs_stay_and_runs_of_empty_lines_become_one():
    assert wrap("\none\n\n\n\ntwo\n", style.BODY, 200) == ["one", "", "two"]


def test_a_no_break_space_does_not_end_a_line():
    width = text_width("a KWD\u00a01.0", style.BODY) - 1
    assert wrap("a KWD\u00a01.0", style.BODY, width) == ["a", "KWD\u00a01.0"]


def test_parts_are_joined_while_they_fit_and_empty_ones_left_out():
    parts = ["Storgatan 8", "", "211 42 Malmö"]
    assert join_parts(parts, style.NOTE, 300) == ["Storgatan 8 · 211 42 Malmö"]
    assert join_parts(parts, style.NOTE, 70) == ["Storgatan 8", "211 42 Malmö"]


@given(any_text)
def test_a_shortened_text_is_one_line_that_fits(text):
    line = shorten(text, style.NOTE, 100)
    assert "\n" not in line
    assert text_width(line, style.NOTE) <= 100


def test_a_text_that_fits_is_not_shortened():
    assert shorten("KL-2026-0107", style.NOTE, 100) == "KL-2026-0107"
    assert shorten("KL-2026-0107 " * 5, style.NOTE, 100).endswith("…")


def test_a_number_too_wide_for_its_column_gets_smaller():
    text = "€10,000,000,000,000.00"
    smaller = fitted(text, style.BODY, 60)
    assert text_width(text, smaller) == pytest.approx(60)
    assert fitted("€1.00", style.BODY, 60) == style.BODY


def test_chinese_and_japanese_lines_are_filled_and_begin_with_no_closing_sign():
    text = (
        "支払期限は、請求書発行日から14日以内です。「振込手数料」はお客様のご負担でお願いします。"
        * 3
    )
    width = 12.5 * style.BODY.size
    lines = wrap(text, style.BODY, width)
    assert "".join(lines) == text
    for line in lines:
        assert line[0] not in "、。」ー"
        assert line[-1] != "「"
    for line in lines[:-1]:
        assert text_width(line, style.BODY) > width - 2.5 * style.BODY.size


def test_thai_lines_are_cut_between_letters_and_their_marks():
    lines = wrap("กรมพัฒนาธุรกิจการค้ากระทรวงพาณิชย์น้ำแข็งที่ดี" * 4, style.BODY, 70)
    assert len(lines) > 5
    for line in lines:
        assert unicodedata.category(line[0]) == "Lo"
        assert line[0] != "ำ"
        assert line[-1] not in "เแโใไ"


def test_lines_of_a_paragraph_from_right_to_left_all_run_that_way():
    lines = wrap("שלום Team plan 2026 with everything and more", style.BODY, 60)
    assert len(lines) > 2
    assert all(map(starts_right_to_left, lines))


def test_joiners_stay_only_where_they_shape_letters():
    assert printable("می\u200cخواهم") == "می\u200cخواهم"
    assert printable("क्\u200dष") == "क्\u200dष"
    assert printable("A\u200dc\u200cme\u200d") == "Acme"
    assert printable("می\u200c\u200c\u200cخ") == "می\u200cخ"


def test_private_characters_are_not_drawn_though_a_font_may_have_some():
    assert printable("\ue000") == MISSING
    assert missing("\ue000") == {"\ue000"}
