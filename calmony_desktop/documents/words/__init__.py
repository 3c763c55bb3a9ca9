"""The fixed words of an invoice, in every language that it can be in."""

from __future__ import annotations

from typing import Final

from calmony_desktop.documents.words import de, en, es, fr, ja
from calmony_desktop.documents.words.catalogue import Words

__all__ = ["ENGLISH", "WORDS", "Words"]

ENGLISH: Final = en.WORDS

#: By the language subtag of BCP 47. A further language is a module here and a line there.
WORDS: Final[dict[str, Words]] = {
    "en": en.WORDS,
    "de": de.WORDS,
    "fr": fr.WORDS,
    "es": es.WORDS,
    "ja": ja.WORDS,
}
