"""The names of countries, from Qt's own tables."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QLocale


@cache
def name(code: str | None) -> str:
    """The English name of an ISO 3166-1 alpha-2 code; anything else as it is."""
    if not code:
        return ""
    if len(code) != 2 or not code.isascii() or not code.isalpha():
        return code
    territory = QLocale.codeToTerritory(code.upper())
    if territory == QLocale.Country.AnyCountry:
        return code
    return QLocale.territoryToString(territory)
