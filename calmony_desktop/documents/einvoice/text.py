"""Text from data as XML can hold it."""

from __future__ import annotations

import re
from typing import Final

#: Control characters, what XML forbids of them and what it only discourages; lone surrogates; the
#: two noncharacters that XML names.
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """``text`` on one line, without control characters and whatever else XML forbids."""
    return text.strip() if text.isprintable() else " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """Like `clean`, but lines stay: each ends with ``\\n`` and has no spaces at its end."""
    lines = (_ILLEGAL.sub("", line).replace("\t", " ").rstrip() for line in text.splitlines())
    return "\n".join(lines).strip()
