"""Typefaces inside a PDF file: of each only the glyphs that the document draws.

A composite font with a code of its own for every glyph and what it stands for, so that the text
of a page can be read back whatever shaping did to it. What the file holds depends on the document
alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import uharfbuzz
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFDocument, PDFString

from calmony_desktop.documents.fonts import Typeface
from calmony_desktop.documents.pdf_objects import Stream, number
from calmony_desktop.documents.shaping import Glyph

#: What a font program needs inside a PDF file (ISO 32000-1, 9.9); characters are found by code.
_KEPT_TABLES: Final = frozenset("glyf head hhea hmtx loca maxp".split())
#: No more entries may stand in one block of a CMap.
_BLOCK: Final = 100
#: Characters that a code stands for. Readers take no heap of marks; its ActualText has them all.
_LONGEST: Final = 16


class EmbeddedTypeface:
    """A typeface as one document uses it."""

    def __init__(self, typeface: Typeface, name: str) -> None:
        self.name = name
        self._typeface = typeface
        self._codes: dict[tuple[int, str], str] = {}

    def code(self, glyph: Glyph) -> str:
        """The glyph's code in hexadecimal, given at its first use; 0000 stays for a missing one."""
        key = (glyph.glyph_id, glyph.text)
        code = self._codes.get(key)
        if code is None:
            code = self._codes[key] = f"{len(self._codes) + 1:04X}"
        return code

    def font(self, document: PDFDocument) -> PDFDictionary:
        """The font dictionary, once all pages are painted."""
        typeface, reference = self._typeface, document.Reference
        program, new_id = _subset(typeface, {glyph_id for glyph_id, _ in self._codes})
        tag = "".join(chr(ord("A") + byte % 26) for byte in hashlib.sha256(program).digest()[:6])
        name = f"/{tag}+{typeface.name}"
        glyphs = b"\0\0" + b"".join(
            new_id[glyph_id].to_bytes(2, "big") for glyph_id, _ in self._codes
        )
        widths = " ".join(number(typeface.advance(glyph_id)) for glyph_id, _ in self._codes)
        descendant = PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": name,
                "CIDSystemInfo": PDFDictionary(
                    {
                        "Registry": PDFString("Adobe"),
                        "Ordering": PDFString("Identity"),
                        "Supplement": 0,
                    }
                ),
                "FontDescriptor": reference(_descriptor(typeface, name, program)),
                "W": f"[1 [{widths}]]",
                "CIDToGIDMap": reference(Stream(glyphs, {})),
            }
        )
        return PDFDictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": name,
                "Encoding": "/Identity-H",
                "DescendantFonts": PDFArray([reference(descendant)]),
                "ToUnicode": reference(Stream(self._to_unicode().encode(), {})),
            }
        )

    def _to_unicode(self) -> str:
        entries = [
            f"<{code}> <{text[:_LONGEST].encode('utf-16-be').hex().upper()}>"
            for (_, text), code in self._codes.items()
            if text
        ]
        blocks = (entries[start : start + _BLOCK] for start in range(0, len(entries), _BLOCK))
        return "\n".join(
            (
                "/CIDInit /ProcSet findresource begin",
                "12 dict begin",
                "begincmap",
                "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
                "/CMapName /Adobe-Identity-UCS def",
                "/CMapType 2 def",
                "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange",
                *(
                    "\n".join((f"{len(block)} beginbfchar", *block, "endbfchar"))
                    for block in blocks
                ),
                "endcmap",
                "CMapName currentdict /CMap defineresource pop",
                "end",
                "end",
            )
        )


class FontBook:
    """The typefaces of one document, named in the order in which they are first used."""

    def __init__(self) -> None:
        self._embedded: dict[str, EmbeddedTypeface] = {}

    def embedded(self, typeface: Typeface) -> EmbeddedTypeface:
        """``typeface`` as this document uses it."""
        found = self._embedded.get(typeface.name)
        if found is None:
            found = EmbeddedTypeface(typeface, f"F{len(self._embedded) + 1}")
            self._embedded[typeface.name] = found
        return found

    def __iter__(self) -> Iterator[EmbeddedTypeface]:
        return iter(self._embedded.values())


def _subset(typeface: Typeface, glyphs: set[int]) -> tuple[bytes, dict[int, int]]:
    """A font program with ``glyphs`` and what they are made of, and where each is in it."""
    wanted = uharfbuzz.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    wanted.drop_table_tag_set.update(
        int.from_bytes(tag.encode(), "big")
        for tag in typeface.face.table_tags
        if tag not in _KEPT_TABLES
    )
    plan = uharfbuzz.SubsetPlan(typeface.face, wanted)
    program: bytes = plan.execute().blob.data
    return program, dict(plan.old_to_new_glyph_mapping)


class _Metrics(NamedTuple):
    ascent: float
    descent: float
    cap_height: float
    box: tuple[float, ...]


def _descriptor(typeface: Typeface, name: str, program: bytes) -> PDFDictionary:
    metrics = _metrics(typeface)
    return PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            # Symbolic: its glyphs are not those of a standard Latin set.
            "Flags": 4,
            "FontBBox": f"[{' '.join(map(number, metrics.box))}]",
            "ItalicAngle": 0,
            "Ascent": number(metrics.ascent),
            "Descent": number(metrics.descent),
            "CapHeight": number(metrics.cap_height),
            # Unknown, which 0 stands for.
            "StemV": 0,
            "FontFile2": Stream(program, {"Length1": len(program)}),
        }
    )


def _metrics(typeface: Typeface) -> _Metrics:
    def shorts(table: str, offset: int, count: int = 1) -> tuple[float, ...]:
        data: Any = typeface.face.reference_table(table).data
        values = (data[at : at + 2] for at in range(offset, offset + 2 * count, 2))
        return tuple(int.from_bytes(value, "big", signed=True) * typeface.scale for value in values)

    ascent, descent = shorts("hhea", 4, 2)
    # sCapHeight of OS/2, and xMin to yMax of head.
    (cap_height,) = shorts("OS/2", 88)
    return _Metrics(ascent, descent, cap_height, shorts("head", 36, 4))
