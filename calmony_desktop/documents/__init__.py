"""The invoice as a document: laid out and written as PDF with ReportLab.

ReportLab runs whatever Python it finds in ``reportlab_settings`` or ``~/.reportlab_settings``,
and reads ``RL_*`` variables and ``SOURCE_DATE_EPOCH``. This package is imported before ReportLab
is, so here all of them are shut out: the same invoice has to give the same file on every machine.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType


def _shut_out_reportlab_settings() -> None:
    """Put our own settings module in place and drop the variables."""
    settings = ModuleType("reportlab_settings")
    # Streams stay binary: a fifth smaller than in ASCII 85.
    settings.useA85 = 0  # type: ignore[attr-defined]
    # Colours are never read as expressions.
    settings.toColorCanUse = None  # type: ignore[attr-defined]
    sys.modules["reportlab_settings"] = settings
    for name in list(os.environ):
        if name.upper().startswith("RL_") or name == "SOURCE_DATE_EPOCH":
            del os.environ[name]


_shut_out_reportlab_settings()
