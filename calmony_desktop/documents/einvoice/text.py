"""Text from data as XML can hold it."""

from __future__ import annotations

import unicodedata


def clean(text: str) -> str:
    """``text`` without characters that XML forbids and without control characters.

    Its lines end with ``\\n``, spaces around it and at the ends of lines are left out.
    """
    lines = ("".join(map(_legal, line)).rstrip() for line in text.splitlines())
    return "\n".join(lines).strip()


def _legal(character: str) -> str:
    if character == "\t":
        return " "
    # Control characters, lone surrogates, and the noncharacters, which are all unassigned.
    is_legal = (
        unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"
    )
    return character if is_legal else ""
