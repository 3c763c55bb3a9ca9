"""The language of an invoice: its words, its locale, and whose Han characters it shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from calmony_desktop.billing.issued_invoice import IssuedInvoice
from calmony_desktop.documents.fonts import han_language
from calmony_desktop.documents.words import ENGLISH, WORDS, Words

#: What is read there, where no language is known.
_LANGUAGE_OF_COUNTRY: Final = {"JP": "ja", "KR": "ko"}


@dataclass(frozen=True, slots=True)
class Wording:
    """How a document speaks. ``han`` is a `fonts.han_language`."""

    words: Words
    locale: Locale
    han: str

    @property
    def tag(self) -> str:
        """The language as BCP 47 writes it: ``de`` or ``de-CH``."""
        return str(self.locale).replace("_", "-")


def wording_for(invoice: IssuedInvoice) -> Wording:
    """In the buyer's language or else the seller's; in English where it is not among `WORDS`."""
    tag = invoice.buyer.language or invoice.seller.language
    parties = (invoice.buyer, invoice.seller)
    readers = (tag, *(_LANGUAGE_OF_COUNTRY.get(party.country.upper(), "") for party in parties))
    return wording(tag, next(filter(None, readers), ""))


@lru_cache(maxsize=256)
def wording(tag: str, reader: str = "") -> Wording:
    """The wording of the language ``tag``, with Han characters for a ``reader`` of that language.

    Both are BCP 47; a region that CLDR does not know is left out.
    """
    language = tag.lower().replace("_", "-").partition("-")[0]
    han = han_language(reader or tag)
    if language not in WORDS:
        return Wording(ENGLISH, Locale("en"), han)
    try:
        locale = Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (ValueError, UnknownLocaleError):
        locale = Locale(language)
    return Wording(WORDS[language], locale, han)
