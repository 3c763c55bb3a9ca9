"""The countries the demo's customers live in: what names and addresses there are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple


class Word(NamedTuple):
    """A part of a name: in Latin letters, and as it is written at home where that differs."""

    latin: str
    native: str


@dataclass(frozen=True, slots=True)
class Country:
    """One country. ``share`` is how many customers it has among a few hundred.

    Lists are text, separated by spaces in ``women``, ``men`` and ``family`` (where ``_`` stands
    for a space, ``Latin:native`` gives both scripts and ``man/woman`` both forms of a family name)
    and by ``|`` elsewhere. ``#`` stands for any digit. A place is ``city, postal code[, region]``.
    """

    code: str
    currency: str
    locale: str
    share: int
    women: str
    men: str
    family: str
    places: str
    streets: str
    phones: str
    companies: str
    line1: str = "{street} {number}"
    order: str = "{given} {family}"
    native_order: str = "{given} {family}"
    vat: str = ""

    def given_names(self) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """Women's and men's given names."""
        return _words(self.women), _words(self.men)

    def family_names(self, *, woman: bool) -> tuple[Word, ...]:
        """Family names, in the form a woman or a man bears."""
        return tuple(
            Word(_form(word.latin, woman), _form(word.native, woman))
            for word in _words(self.family)
        )


@cache
def _words(text: str) -> tuple[Word, ...]:
    pairs = (token.replace("_", " ").partition(":") for token in text.split())
    return tuple(Word(latin, native or latin) for latin, _, native in pairs)


def _form(word: str, woman: bool) -> str:
    man_form, _, woman_form = word.partition("/")
    return (woman_form or man_form) if woman else man_form
