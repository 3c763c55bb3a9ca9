"""Text is compared without case, marks or presentation forms."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.store.search_keys import fold, found_in, search_key, sort_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Łódź", "lodz"),
        ("ZOË", "zoe"),
        ("Zoe\u0308", "zoe"),
        ("Núñez", "nunez"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Ærø", "aero"),
        ("Þór", "thor"),
        ("Đặng", "dang"),
        ("İstanbul", "istanbul"),
        ("ısı", "isi"),
        ("ﬁnance", "finance"),
        ("ＡＣＭＥ", "acme"),
        ("O’Brien", "o'brien"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Ёлка", "елка"),
        ("  two   words\n", "two words"),
        ("東京", "東京"),
        ("ﾄｳｷｮｳ", "トウキョウ"),
        ("한국", "한국"),
        ("Nord\u00adlicht", "nordlicht"),
        ("\u200fא\u200dב", "אב"),
        ("\u0301", ""),
        ("", ""),
    ],
)
def test_text_is_folded_to(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(text=st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(text=st.text())
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(text=st.text(st.characters(categories=["L", "N", "Zs"])))
def test_case_makes_no_difference(text: str) -> None:
    assert fold(text.casefold()) == fold(text)


@pytest.mark.parametrize(
    ("name", "email", "key"),
    [
        ("Zoë", "a@x.example", "zoe"),
        (None, "Anna@X.example", "anna@x.example"),
        ("", "anna@x.example", "anna@x.example"),
        (" \u0301 ", None, "cus_1"),
        (None, None, "cus_1"),
    ],
)
def test_a_customer_is_sorted_by_name_else_email_else_id(
    name: str | None, email: str | None, key: str
) -> None:
    assert sort_key(name, email, "cus_1") == key


def test_the_index_holds_name_email_and_id_on_a_line_each() -> None:
    assert search_key("Zoë M", "Z@x.example", "cus_A1") == "zoe m\nz@x.example\ncus_a1"


@pytest.mark.parametrize(
    ("text", "term", "found"),
    [
        ("Anna Annasson", "anna", ["Anna", "Anna"]),
        ("anna@x.example", "X.EX", ["x.ex"]),
        ("Łódź Stolarnia", "lodz", ["Łódź"]),
        ("Zoe\u0308 Maria", "zoe mar", ["Zoe\u0308", "Mar"]),
        ("Straße", "ss", ["ß"]),
        ("Anna", "bo", []),
        ("", "anna", []),
    ],
)
def test_what_was_searched_for_is_found_in_a_text(text: str, term: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in found_in(text, term)] == found


@given(
    text=st.text(st.characters(min_codepoint=32, max_codepoint=126)), term=st.sampled_from("aB1 .")
)
def test_plain_letters_are_found_where_any_are(text: str, term: str) -> None:
    assert found_in(text, term) == found_in(f"{text}é", term)
