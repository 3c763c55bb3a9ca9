from __future__ import annotations

import unicodedata

import pytest

from calmony_desktop.documents.fonts import (
    Font,
    covers,
    han_language,
    typeface,
    typeface_for,
)
from calmony_desktop.paths import resource

FILES = sorted(path.stem for path in resource("fonts").glob("*.ttf"))

TEN_SCRIPTS = (
    "ąćęłńóśźż ğış äöüß ñ ÆØÅ ệ",
    "Ελλάδα ᾧ",
    "Україна Қазақстан № ѣ",
    "شركة پاکستان ٹیلی ٢٥،",
    "חברת החשמל שָׁלוֹם ״׳",
    "क्षेत्रीय श्री १२३ ।",
    "บริษัท น้ำแข็งที่ดี ๑๒๓",
    "深圳市科技有限公司，臺灣",
    "株式会社ひらがなカタカナ々〒「」",
    "주식회사 한국",
)


@pytest.mark.parametrize("text", [*TEN_SCRIPTS, "€£¥₹₩₪₫₺₽฿−–…·□"])
@pytest.mark.parametrize("font", Font)
def test_every_weight_draws_ten_scripts_and_the_signs_of_currencies(text, font):
    for character in text.replace(" ", ""):
        assert typeface_for(character, font) is not None, unicodedata.name(character)


def test_what_no_font_has_is_not_covered():
    assert not covers("\U0001f600")
    assert not covers("\ud800")


@pytest.mark.parametrize(
    ("character", "font", "name"),
    [
        ("A", Font.REGULAR, "Inter-Regular"),
        ("Ж", Font.BOLD, "Inter-Bold"),
        ("Ҟ", Font.REGULAR, "NotoSans-Regular"),
        ("ش", Font.REGULAR, "NotoSansArabic-Regular"),
        ("ش", Font.SEMI_BOLD, "NotoSansArabic-Bold"),
        ("한", Font.BOLD, "NotoSansKR-Regular"),
        ("直", Font.REGULAR, "NotoSansSC-Regular"),
    ],
)
def test_a_character_is_drawn_by_the_typeface_of_its_script(character, font, name):
    assert typeface_for(character, font).name == name


@pytest.mark.parametrize(
    ("tag", "region"), [("ja", "JP"), ("ja-JP", "JP"), ("ko", "KR"), ("zh-Hans", "SC"), ("", "SC")]
)
def test_han_characters_have_the_forms_of_the_reader(tag, region):
    assert typeface_for("直", Font.REGULAR, han_language(tag)).name == f"NotoSans{region}-Regular"


def test_what_the_reader_s_typeface_lacks_comes_from_another():
    assert typeface_for("们", Font.REGULAR, "ja").name == "NotoSansSC-Regular"
    assert typeface_for("한", Font.REGULAR, "ja").name == "NotoSansKR-Regular"


def test_what_chinese_japanese_and_korean_share_is_as_wide_in_each():
    faces = [typeface(f"NotoSans{region}-Regular") for region in ("SC", "JP", "KR")]
    inter = set(typeface("Inter-Regular").face.unicodes)
    for code in set(faces[1].face.unicodes) - inter:
        glyphs = [(face, face.glyph(chr(code))) for face in faces]
        assert len({face.advance(glyph) for face, glyph in glyphs if glyph}) == 1, hex(code)


@pytest.mark.parametrize("name", FILES)
def test_fonts_are_shipped_with_truetype_outlines(name):
    data = resource("fonts", f"{name}.ttf").read_bytes()
    assert data[:4] == b"\x00\x01\x00\x00"
    assert b"glyf" in data[:500]


@pytest.mark.parametrize("name", FILES)
def test_the_licence_of_every_font_lies_beside_it(name):
    if name.startswith("Inter"):
        licence = "OFL.txt"
    else:
        licence = "OFL-NotoCJK.txt" if name[8:10] in ("JP", "KR", "SC") else "OFL-Noto.txt"
    text = resource("fonts", licence).read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "SIL Open Font License" in typeface(name).face.get_name(13)


def test_every_font_is_named_with_its_licence_in_the_folder_s_readme():
    readme = resource("fonts", "README.md").read_text(encoding="utf-8")
    for name in FILES:
        assert name.partition("-")[0] in readme, name
