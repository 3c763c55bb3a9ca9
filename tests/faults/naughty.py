"""Text that has broken programs before: kept here, so that no test of it is ever without any."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

_HERE = Path(__file__).with_name("naughty-strings.json")
_SHARED = Path(__file__).resolve().parents[2] / "../shared/data/naughty-strings.json"
#: Too long to be written down.
_LONG = (
    *("x" * 500, "x" * 501, "x" * 5_000, "x" * 200_000, "<b>" * 5_000, "é" * 600, "word " * 2_000),
    *("ﷺ" * 400, "a\u0300" * 200, "Z" + "\u0335" * 120, "\U0001f600" * 500, "=" * 10_000),
)


def naughty_strings() -> list[str]:
    """Some hundreds of texts, each once; more where the shared ones are at hand."""
    groups = json.loads(_HERE.read_text("utf-8"))
    shared = json.loads(_SHARED.read_text("utf-8")) if _SHARED.is_file() else []
    return list(dict.fromkeys(chain(*groups.values(), _LONG, _characters(), shared)))


def _characters() -> Iterator[str]:
    """Every control character, and some of each category, alone and between letters."""
    seen: dict[str, int] = {}
    for code in (*range(0x00, 0x100), *range(0x100, 0x11_0000, 97)):
        character = chr(code)
        category = unicodedata.category(character)
        seen[category] = seen.get(category, 0) + 1
        if category == "Cc" or seen[category] <= 8:
            yield character
            yield f"a{character}b"
