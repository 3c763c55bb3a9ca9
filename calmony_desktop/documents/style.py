"""How an invoice looks: colours, text styles and measures. Lengths are points.

The colours are those of the window's light theme, so that paper and screen belong together.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from calmony_desktop.billing.statuses import InvoiceStatus
from calmony_desktop.documents.fonts import Font
from calmony_desktop.documents.text import TextStyle

INK: Final = "#1B2330"
MUTED: Final = "#5B6577"
ACCENT: Final = "#0B6E69"
WHITE: Final = "#FFFFFF"
HAIRLINE: Final = "#E2E5EA"
STRONG_LINE: Final = "#AFB3BA"
#: Behind the text of every page of a void invoice and of a draft: plain to see, and text on it
#: stays legible.
VOID_WATERMARK: Final = "#F3E3E1"
DRAFT_WATERMARK: Final = "#EAECF0"

TITLE: Final = TextStyle(Font.SEMI_BOLD, 21.5, 26, INK)
SELLER: Final = TextStyle(Font.SEMI_BOLD, 10.5, 14.5, INK)
LETTERHEAD: Final = TextStyle(Font.REGULAR, 8.5, 13, MUTED)
BODY: Final = TextStyle(Font.REGULAR, 9.25, 14, INK)
STRONG: Final = TextStyle(Font.SEMI_BOLD, 9.25, 14, INK)
QUIET: Final = TextStyle(Font.REGULAR, 9.25, 14, MUTED)
TOTAL: Final = TextStyle(Font.SEMI_BOLD, 11.25, 15, INK)
LABEL: Final = TextStyle(Font.REGULAR, 8, 15, MUTED)
COLUMN_HEADING: Final = TextStyle(Font.SEMI_BOLD, 8, 12, MUTED)
NOTE: Final = TextStyle(Font.REGULAR, 8, 12, MUTED)
SMALL_HEADING: Final = TextStyle(Font.SEMI_BOLD, 8, 12.5, INK)
PILL: Final = TextStyle(Font.SEMI_BOLD, 8, 16, INK)

MARGIN: Final = 56.7
TOP_MARGIN: Final = 51.0
#: Holds the line with the number and “Page x of y”.
BOTTOM_MARGIN: Final = 48.0


class PillColours(NamedTuple):
    """Text and ground of a status mark."""

    text: str
    ground: str


PILL_COLOURS: Final = {
    InvoiceStatus.DRAFT: PillColours("#4A5364", "#ECEEF2"),
    InvoiceStatus.PAID: PillColours("#0F6B41", "#E2F5EA"),
    InvoiceStatus.OPEN: PillColours("#1A56A8", "#E3EEFC"),
    InvoiceStatus.UNCOLLECTIBLE: PillColours("#A61B10", "#FDE6E3"),
    InvoiceStatus.VOID: PillColours("#4A5364", "#ECEEF2"),
}
