"""Save an invoice as a PDF file under a name that is safe on every system."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from calmony_desktop.log import logged
from calmony_desktop.operations.render_invoice import render_stored_invoice
from calmony_desktop.operations.write_file import write_whole

_SUFFIX: Final = ".pdf"
_LONGEST_NAME: Final = 80
#: File systems count bytes (255 on most), and a character may take four.
_MOST_BYTES: Final = 240

#: Names that Windows keeps for devices, whatever the extension.
_DEVICE_NAMES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL"}
    | {f"{port}{digit}" for port in ("COM", "LPT") for digit in range(10)}
)


def suggested_file_name(number: str, customer_name: str) -> str:
    """``NW-2026-0042 Talleres Salgado S.L.pdf``: a name to offer in the file dialog.

    Whatever the data holds, it is a plain name of at most 80 characters out of letters, digits
    and ``_ . -`` and spaces: no path, no leading dot or dash, no device name of Windows.
    """
    text = unicodedata.normalize("NFKC", f"{number} {customer_name}")
    text = re.sub(r"[/\\:]+", "-", text)
    text = re.sub(r"[^\w\s.-]", "", text)
    text = re.sub(r"\.{2,}", ".", re.sub(r"\s+", " ", text)).strip(" .-")
    if not text or text.split(".")[0].rstrip().upper() in _DEVICE_NAMES:
        text = f"Invoice {text}".rstrip()
    stem = text[: _LONGEST_NAME - len(_SUFFIX)].encode()[: _MOST_BYTES - len(_SUFFIX)]
    return stem.decode(errors="ignore").rstrip(" .-") + _SUFFIX


@logged
def download_invoice(invoice_id: str, target: Path) -> tuple[str, ...]:
    """Write the PDF of the invoice with this id or number to ``target``, over what is there.

    Returns a sentence about each thing that had to be left out of it. Raises KnownError for a
    draft, where there is no such invoice, and where the file can't be written.
    """
    rendered = render_stored_invoice(invoice_id)
    write_whole(target, rendered.pdf)
    return rendered.left_out
