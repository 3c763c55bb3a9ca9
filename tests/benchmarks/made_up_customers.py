"""Who the customers of the big database are: names of all scripts, collisions, a few domains."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any, Final, NamedTuple

from calmony_desktop.operations.fill_demo.countries import Country, Word
from calmony_desktop.operations.fill_demo.identifiers import short_id
from calmony_desktop.operations.fill_demo.people import COUNTRIES
from calmony_desktop.store import search_keys

CURRENCIES: Final = ("EUR", "USD", "GBP", "PLN", "JPY", "BRL")
_DOMAINS: Final = (
    *("mailbox.example",) * 5,
    *("inboxly.example",) * 3,
    *("nordpost.example",) * 2,
    "webpost.example",
    "kurier-mail.example",
    "bluepost.example",
)
_SYLLABLES: Final = (
    "al an ar bel ber bo brand cor da dal del dor el en er fal fen ga gar gel hal han har "
    "hol ing is ja kar ken kir kol la lan ler lin lo mar men mi mor na nel no ol or pal per ra ren "
    "ri ro sal sen sol ta ter tor ul va ver vin wal wen zan"
).split()

_COUNTRIES_BY_SHARE: Final = [country for country in COUNTRIES for _ in range(country.share)]


class MadeUpCustomer(NamedTuple):
    """A customer; ``buyer`` is their side of an invoice, as JSON."""

    id: str
    name: str | None
    email: str | None
    phone: str
    line1: str
    city: str
    postal_code: str
    country: str
    currency: str
    buyer: str


def made_up_customers(number: int, rng: Random) -> Iterator[MadeUpCustomer]:
    """So many customers, the same for the same ``rng``."""
    for _ in range(number):
        country = rng.choice(_COUNTRIES_BY_SHARE)
        given, family, name = _name(country, rng)
        local = f"{_slug(given)}.{_slug(family)}" if rng.random() < 0.7 else _slug(family)
        email = f"{local}{rng.randrange(2000)}@{rng.choice(_DOMAINS)}"
        city, postal_code = rng.choice(_places(country))
        yield customer(
            short_id("cus", rng),
            name=None if rng.random() < 0.025 else name,
            email=None if rng.random() < 0.02 else email,
            phone=f"+{rng.randrange(10**10, 10**11)}",
            line1=f"{rng.choice(_streets(country))} {rng.randrange(1, 200)}",
            city=city,
            postal_code=postal_code,
            country=country,
        )


def customer(id_: str, *, country: Country = COUNTRIES[0], **values: Any) -> MadeUpCustomer:
    """A customer from ``country`` with their side of an invoice."""
    buyer = {
        "name": values["name"] or values["email"] or id_,
        **{key: values[key] for key in ("email", "line1", "city", "postal_code")},
        "country": country.code,
    }
    text = json.dumps({key: value for key, value in buyer.items() if value}, ensure_ascii=False)
    currency = country.currency if country.currency in CURRENCIES else "USD"
    return MadeUpCustomer(id=id_, country=country.code, currency=currency, buyer=text, **values)


def _name(country: Country, rng: Random) -> tuple[str, str, str]:
    """Given and family name in Latin letters, and the name as the business knows it.

    A good third are common in their country, and so shared by many; the rest are rarer.
    """
    women, men = country.given_names()
    is_woman = rng.random() < 0.5
    given = rng.choice(women if is_woman else men)
    kind = rng.random()
    if kind < 0.35:
        family = rng.choice(_family_names(country, is_woman))
        if given.native != given.latin and rng.random() < 0.6:
            order = country.native_order
            native = order.format(given=given.native, family=family.native, second=family.native)
            return given.latin, family.latin, native
        surname = family.latin
    elif kind < 0.6:
        surname = rng.choice(_family_names(rng.choice(_COUNTRIES_BY_SHARE), is_woman)).latin
    elif kind < 0.9:
        surname = "".join(rng.choices(_SYLLABLES, k=3)).capitalize()
    else:
        surname = "-".join(rng.choice(_family_names(country, is_woman)).latin for _ in range(2))
    second = rng.choice(_family_names(country, is_woman)).latin
    return (
        given.latin,
        surname,
        country.order.format(given=given.latin, family=surname, second=second),
    )


@cache
def _family_names(country: Country, woman: bool) -> tuple[Word, ...]:
    return country.family_names(woman=woman)


@cache
def _places(country: Country) -> list[tuple[str, str]]:
    places = (place.split(",") for place in country.places.split("|"))
    return [(city, rest[0].strip().replace("#", "7") if rest else "") for city, *rest in places]


@cache
def _streets(country: Country) -> list[str]:
    return country.streets.split("|")


@cache
def _slug(text: str) -> str:
    return "".join(re.findall(r"[a-z0-9]+", search_keys.fold(text))) or "office"
