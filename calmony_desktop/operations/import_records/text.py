"""Text from outside, made fit to be kept and shown: bounded, and free of what deceives or breaks.

NUL and lone surrogates cannot be stored everywhere, control characters break a line apart, and
bidirectional controls make a text read as another. What is taken off is reported.
"""

from __future__ import annotations

import re
from typing import Final

from calmony_desktop.operations.import_records.records import Refused

LONGEST_TEXT: Final = 500
LONGEST_DESCRIPTION: Final = 5_000
_LONGEST_ID: Final = 255

_HARMFUL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
#: The same without line breaks and tabs.
_NOWHERE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SPACES: Final = str.maketrans("\n\t", "  ")
_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str, label: str, notes: list[str], *, longest: int = LONGEST_TEXT) -> str | None:
    """``text`` as it is kept, None where nothing is in it; what was changed goes to ``notes``.

    Line breaks and tabs stay in descriptions (``longest`` above that of a name) and become spaces
    elsewhere.
    """
    # Nothing printable is harmful, and that much is told faster.
    if not text.isprintable() and _HARMFUL.search(text) is not None:
        text = _without_harm(text, label, notes, is_description=longest > LONGEST_TEXT)
    if len(text) > longest:
        notes.append(f"{label} is {len(text):,} characters long and was shortened to {longest:,}")
        text = text[:longest]
    return None if text.isspace() else text or None


def checked_id(value: object, label: str) -> str:
    """An id: opaque text of 1 to 255 characters. Raises Refused for anything else."""
    if not isinstance(value, str):
        raise Refused(f"its {label} is no text")
    if not value.strip():
        raise Refused(f"its {label} is empty")
    if len(value) > _LONGEST_ID:
        raise Refused(f"its {label} is longer than {_LONGEST_ID} characters")
    if not value.isprintable() and _HARMFUL.search(value) is not None:
        raise Refused(f"its {label} has control characters in it")
    return value


def _without_harm(text: str, label: str, notes: list[str], *, is_description: bool) -> str:
    text = _LINE_BREAK.sub("\n", text)
    kept = text if is_description else text.translate(_SPACES)
    if kept != text:
        notes.append(f"{label} had line breaks or tabs, now spaces")
    cleaned = _NOWHERE.sub("", kept)
    if cleaned != kept:
        removed = len(kept) - len(cleaned)
        notes.append(f"{label} had {removed} control character{'s' * (removed > 1)}, taken off")
    return cleaned
