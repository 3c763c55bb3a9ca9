"""The few kinds of PDF objects that ReportLab does not write as an archive file needs them."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFDocument, PDFObject


class Stream(PDFObject):  # type: ignore[misc]
    """Data with a dictionary, deflated unless told otherwise or its dictionary names a filter.

    ReportLab's own puts no end of line before ``endstream`` (ISO 19005-3, 6.1.7.1).
    """

    __RefOnly__ = True

    def __init__(self, data: bytes, entries: dict[str, Any], *, deflate: bool = True) -> None:
        self._entries = dict(entries)
        if deflate and "Filter" not in entries:
            data = zlib.compress(data)
            self._entries["Filter"] = "/FlateDecode"
        self._entries["Length"] = len(data)
        self._data = data

    def format(self, document: PDFDocument) -> bytes:
        """As it stands in the file."""
        entries: bytes = PDFDictionary(self._entries).format(document)
        return entries + b"\nstream\n" + self._data + b"\nendstream\n"


@lru_cache(maxsize=16_384)
def number(value: float) -> str:
    """``value`` to a hundredth, the way PDF writes numbers."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text_string(text: str) -> str:
    """``text`` in UTF-16 with a byte order mark, in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
