"""Text as search and sorting see it: without case, marks or presentation forms.

NFKC and casefolding alone miss what people type: “lodz” for Łódź, “zoe” for ZOË. So marks are
taken off after decomposition, and the few letters that Unicode does not decompose are spelled out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_SPELLED_OUT = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
    }
)


@lru_cache(maxsize=64)  # a customer's keys fold each text several times
def fold(text: str) -> str:
    """``text`` for comparing: without compatibility forms, case, marks and what nobody sees."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    # Casefolding can bring marks back (“İ” becomes “i̇”), so they are taken off after it.
    decomposed = unicodedata.normalize("NFKD", decomposed)
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and not unseen(c))
    return " ".join(unicodedata.normalize("NFC", letters).translate(_SPELLED_OUT).split())


def unseen(character: str) -> bool:
    """Whether nobody sees it, or types it: a soft hyphen, a mark of direction, a control."""
    return not character.isprintable() and not character.isspace()


def sort_key(name: str | None, email: str | None, customer_id: str) -> str:
    """What the customer list is sorted by: the first of name, email and id that there is."""
    return fold(name or "") or fold(email or "") or fold(customer_id)


def search_key(name: str | None, email: str | None, customer_id: str) -> str:
    """What the search index of a customer holds: a line each for name, email and id."""
    return "\n".join((fold(name or ""), fold(email or ""), fold(customer_id)))


def found_in(text: str, term: str) -> tuple[tuple[int, int], ...]:
    """Where in ``text`` the words of ``term`` stand, as start and end; folded they are the same.

    The last letter found takes the marks that follow it along.
    """
    whole, places = _folded_letters(text)
    spans = []
    for word in fold(term).split():
        start = whole.find(word)
        while start >= 0:
            spans.append((places[start], places[start + len(word)]))
            start = whole.find(word, start + len(word))
    return tuple(sorted(spans))


def _folded_letters(text: str) -> tuple[str, Sequence[int]]:
    """``text`` folded letter by letter, and where in it each of them comes from."""
    if text.isascii():
        return text.lower(), range(len(text) + 1)
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        folded = fold(character) or (" " if character.isspace() else "")
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), [*places, len(text)]
