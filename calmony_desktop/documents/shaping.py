"""Characters made into glyphs with HarfBuzz: joined, stacked, ordered and kerned as a script asks.

A line is shaped word by word, and a word looks the same wherever it stands. So words are shaped
once and kept across documents, and a line is exactly as wide as its words are together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final, NamedTuple

import uharfbuzz

from calmony_desktop.documents.bidi import RIGHT_TO_LEFT_MARK, direction_runs
from calmony_desktop.documents.fonts import Font, Typeface, typeface_for

#: Letters may be joined or kept apart with these; they belong to the letters around them.
JOINERS: Final = "\u200c\u200d"

#: Every typeface has these, or needs nothing to draw them.
_WITH_ANY: Final = JOINERS + " \u00a0"

#: Chinese and Japanese: a line may end after each of these.
_IDEOGRAPH: Final = (
    "\u2e80-\u2fdf\u3003-\u3007\u3012-\u3013\u3020-\u30fa\u30fe-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff04-\uff07\uff0a-\uff0b\uff0d\uff0f-\uff19\uff1c-\uff1e\uff20-\uff3a"
    "\uff3e-\uff5a\U00020000-\U0003ffff"
)
#: No line begins with one of these, nor ends with one of those (JIS X 4051).
_CLOSING: Final = "、。，．・：；？！ー々゛゜ゝゞヽヾ）」』】〕〉》］｝〙〛"
_OPENING: Final = "（「『【〔〈《［｛〘〚"
#: What is never broken, with the spaces after it.
UNIT: Final = re.compile(
    rf"[{_OPENING}]*(?:[{_IDEOGRAPH}]|[^ {_IDEOGRAPH}{_OPENING}{_CLOSING}]+)?[{_CLOSING}]* *"
)

#: Characters. What is longer is rare, and would only fill the memory.
_KEPT_WORD: Final = 30
_KEPT_LINE: Final = 100

#: Inter would draw -> as an arrow and 2x4 with a times sign.
_INTER_FEATURES: Final = {"calt": False, "liga": False}
#: In columns of amounts figures are of one width. That would set hyphens of numbers apart.
_AMOUNT: Final = re.compile(r"[^\w-]*\d[\d.,]*[^\w-]*")
_AMOUNT_FEATURES: Final = {**_INTER_FEATURES, "tnum": True}


class Glyph(NamedTuple):
    """A glyph of a word. Lengths are thousandths of the font size.

    ``width`` is the glyph's own, ``advance`` how far it moves the pen here. ``text`` is what it
    stands for: mostly a character, several for a ligature, none for a part of something else.
    """

    glyph_id: int
    text: str
    width: float
    advance: float
    x_offset: float
    y_offset: float


class Word(NamedTuple):
    """A piece of text in one typeface, its glyphs from left to right.

    ``actual_text`` is the whole text where the glyphs one by one don't spell it.
    """

    typeface: Typeface
    glyphs: tuple[Glyph, ...]
    width: float
    actual_text: str


def shape_line(line: str, font: Font, han: str) -> tuple[Word, ...]:
    """The words of a printable line as they stand on paper, from left to right."""
    return _kept_line(line, font, han) if len(line) <= _KEPT_LINE else _line(line, font, han)


def line_width(line: str, font: Font) -> float:
    """How wide a printable line is, in thousandths of the font size.

    What Chinese, Japanese and Korean share is as wide in each of their typefaces.
    """
    return sum(word.width for word in shape_line(line, font, "zh"))


def _line(line: str, font: Font, han: str) -> tuple[Word, ...]:
    shaped: list[Word] = []
    for run in direction_runs(line):
        words = [
            _shaped(piece, typeface, run.is_right_to_left)
            for unit in UNIT.findall(run.text.replace(RIGHT_TO_LEFT_MARK, ""))
            for typeface, piece in _pieces(unit, font, han)
        ]
        shaped += reversed(words) if run.is_right_to_left else words
    return tuple(shaped)


_kept_line = lru_cache(maxsize=8192)(_line)


def _pieces(unit: str, font: Font, han: str) -> Iterator[tuple[Typeface, str]]:
    """``unit`` cut where the typeface changes; marks and spaces stay with their letter."""
    typefaces: list[Typeface] = []
    for character in unit:
        typeface = typeface_for(character, font, han)
        if typefaces and (
            character in _WITH_ANY
            or (unicodedata.combining(character) and typefaces[-1].glyph(character))
        ):
            typeface = typefaces[-1]
        if typeface is None:
            raise ValueError(f"U+{ord(character):04X} is not printable")
        typefaces.append(typeface)
    start = 0
    for typeface, group in groupby(typefaces):
        end = start + len(list(group))
        yield typeface, unit[start:end]
        start = end


def _shaped(text: str, typeface: Typeface, is_right_to_left: bool) -> Word:
    shape = _kept_word if len(text) <= _KEPT_WORD else _shape
    return shape(text, typeface, is_right_to_left)


def _shape(text: str, typeface: Typeface, is_right_to_left: bool) -> Word:
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if is_right_to_left else "ltr"
    # Otherwise the machine's locale would choose.
    buffer.language = "en"
    uharfbuzz.shape(typeface.font, buffer, _features(text, typeface))
    clusters = _clusters(text, buffer, typeface)
    if is_right_to_left:
        glyphs = [glyph for cluster in clusters for glyph in _spelled_backwards(cluster, typeface)]
    else:
        glyphs = [glyph for cluster in clusters for glyph in cluster]
    spells = is_right_to_left or all(len(cluster) == 1 for cluster in clusters)
    width = sum(glyph.advance for glyph in glyphs)
    return Word(typeface, tuple(glyphs), width, "" if spells else text)


_kept_word = lru_cache(maxsize=16_384)(_shape)


def _features(text: str, typeface: Typeface) -> dict[str, bool]:
    if not typeface.name.startswith("Inter"):
        return {}
    return _AMOUNT_FEATURES if _AMOUNT.fullmatch(text) else _INTER_FEATURES


def _clusters(text: str, buffer: uharfbuzz.Buffer, typeface: Typeface) -> list[list[Glyph]]:
    """The glyphs of each indivisible group of characters; the first has the text of all."""
    shaped = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _ in shaped})
    end_of = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    scale = typeface.scale
    clusters = []
    for start, group in groupby(shaped, key=lambda one: one[0].cluster):
        stands_for = text[start : end_of[start]].replace("\u00a0", " ")
        clusters.append(
            [
                Glyph(
                    info.codepoint,
                    "" if index else stands_for,
                    typeface.advance(info.codepoint),
                    position.x_advance * scale,
                    position.x_offset * scale,
                    position.y_offset * scale,
                )
                for index, (info, position) in enumerate(group)
            ]
        )
    return clusters


def _spelled_backwards(cluster: list[Glyph], typeface: Typeface) -> list[Glyph]:
    """A right-to-left cluster with a character a glyph, as readers of PDF files expect it.

    They sort what they find on a line by place and then turn it round, inside a ligature and
    inside an ActualText too. So the widest glyph gets the last character, and invisible spaces
    over it the ones before.
    """
    first, *before = reversed(cluster[0].text)
    base = max(range(len(cluster)), key=lambda index: cluster[index].advance)
    step = cluster[base].advance / (1 + len(before))
    space = typeface.space
    glyphs = [glyph._replace(text="") for glyph in cluster]
    glyphs[base] = glyphs[base]._replace(text=first, advance=step)
    glyphs[base + 1 : base + 1] = [
        Glyph(space, character, typeface.advance(space), step, 0, 0) for character in before
    ]
    return glyphs
