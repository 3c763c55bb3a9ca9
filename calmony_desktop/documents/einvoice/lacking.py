"""What keeps an invoice from being said in EN 16931."""

from __future__ import annotations


class Lacking(Exception):
    """Its text is the noun that is missing: “the buyer's country”."""
