"""Save an invoice as a PDF file under a name that is safe on every system."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from calmony_desktop.billing.issued_invoice import IssuedInvoice
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


def download_invoice(invoice: IssuedInvoice, target: Path) -> Path:
    """Write the PDF of ``invoice`` to ``target``, over what is there; returns ``target``.

    Raises KnownError for a draft, and where the file can't be written.
    """
    # Here, because ReportLab would cost every start of the program a third of a second.
    from calmony_desktop.documents.invoice_pdf import render_invoice

    write_whole(target, render_invoice(invoice))
    return target
