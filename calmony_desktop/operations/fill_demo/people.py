"""The demo's customers: who they are and where they live, made by combining names and places."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from random import Random

from calmony_desktop.billing.countries import EUROPEAN_UNION
from calmony_desktop.operations.fill_demo.africa_oceania import AFRICA_AND_OCEANIA
from calmony_desktop.operations.fill_demo.americas import AMERICAS
from calmony_desktop.operations.fill_demo.asia import ASIA
from calmony_desktop.operations.fill_demo.countries import Country, Word
from calmony_desktop.operations.fill_demo.europe_east import EASTERN_EUROPE
from calmony_desktop.operations.fill_demo.europe_west import WESTERN_EUROPE
from calmony_desktop.store.search_keys import fold

COUNTRIES = WESTERN_EUROPE + EASTERN_EUROPE + AMERICAS + ASIA + AFRICA_AND_OCEANIA

#: Where private customers have their mailbox.
_MAIL_PROVIDERS = ("mailbox", "nordpost", "webpost", "inboxly", "kurier-mail", "bluepost")
_GERMAN_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the business knows it. Empty text means: not known.

    ``id`` is empty where any id will do. ``currency`` is what it is billed in; some pay for single
    orders in a ``second_currency``.
    """

    country: str
    currency: str
    locale: str
    name: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    vat_id: str = ""
    second_currency: str = ""
    id: str = ""

    @property
    def in_european_union(self) -> bool:
        """Whether sales to this customer fall under the rules of the EU's VAT."""
        return self.country in EUROPEAN_UNION


class Population:
    """As many different customers as somebody asks for, in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        rng = Random(f"countries {seed}")
        self._countries = [country for country in COUNTRIES for _ in range(country.share)]
        rng.shuffle(self._countries)
        met = Counter[str]()
        self._before: list[int] = []
        for country in self._countries:
            self._before.append(met[country.code])
            met[country.code] += 1
        self._first_name = rng.randrange(100_000)

    def person(self, index: int, rng: Random) -> Person:
        """The customer at ``index``; ``rng`` gives it the details that need not be different."""
        round_, position = divmod(index, len(self._countries))
        country = self._countries[position]
        ordinal = round_ * country.share + self._before[position]
        given, family, woman = _combination(country, self._first_name + ordinal)
        names = country.family_names(woman=woman)
        second = names[(names.index(family) + 1 + rng.randrange(len(names) - 1)) % len(names)]
        has_company = rng.random() < 0.6
        native = given.native != given.latin and not has_company and rng.random() < 0.8
        city, postal_code, region, street = _place(country, rng, native=native)
        company = ""
        if has_company:
            founder = country.family_names(woman=False)[names.index(family)].latin
            form = rng.choice(country.companies.split("|"))
            company = form.format(family=founder, city=city)
        name = _full_name(country, (given, family, second), native=native)
        if company and rng.random() < 0.3:
            name = company
        return Person(
            country=country.code,
            currency=country.currency,
            locale=country.locale,
            name="" if index % 41 == 17 else name,
            company=company,
            email=""
            if index % 53 == 29
            else _email(country, given.latin, family.latin, company, rng),
            phone=_digits(rng.choice(country.phones.split("|")), rng) if rng.random() < 0.9 else "",
            line1=country.line1.format(street=street, number=rng.randint(1, 148)),
            line2="" if rng.random() < 0.9 else f"{rng.choice('ABCD')}{rng.randint(1, 24)}",
            city=city,
            region=region,
            postal_code=postal_code,
            vat_id=_digits(country.vat, rng) if company and country.vat else "",
            second_currency=_second_currency(country, rng),
        )


def _combination(country: Country, number: int) -> tuple[Word, Word, bool]:
    """Given name, family name and whether it is a woman's; all differ until all are used up."""
    women, men = country.given_names()
    times, family = divmod(number, len(country.family_names(woman=True)))
    # Each family begins at another given name and goes on to the next one every time.
    order = (times + 7 * family) % (len(women) + len(men))
    woman = order < len(women)
    given = women[order] if woman else men[order - len(women)]
    return given, country.family_names(woman=woman)[family], woman


def _full_name(country: Country, words: tuple[Word, Word, Word], *, native: bool) -> str:
    order = country.native_order if native else country.order
    given, family, second = (word.native if native else word.latin for word in words)
    return order.format(given=given, family=family, second=second)


def _place(country: Country, rng: Random, *, native: bool) -> tuple[str, str, str, str]:
    """City, postal code, region and street, in the script asked for where the country has it."""
    place = rng.choice(_in_script(country.places.split("|"), native=native))
    city, postal_code, region = (*(part.strip() for part in place.split(",")), "")[:3]
    street = rng.choice(_in_script(country.streets.split("|"), native=native))
    return city, _digits(postal_code, rng), region, street


def _in_script(texts: list[str], *, native: bool) -> list[str]:
    """Those of ``texts`` in Latin letters, or those that are not; all where there are none."""
    fitting = [text for text in texts if _is_latin(text) is not native]
    return fitting or texts


@cache
def _is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(letter) for letter in text if letter.isalpha())


def _email(country: Country, given: str, family: str, company: str, rng: Random) -> str:
    if country.locale.startswith("de"):
        given, family, company = (
            text.translate(_GERMAN_UMLAUTS) for text in (given, family, company)
        )
    first, last = _slug(given), _slug(family)
    local = rng.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{first}.{last}", first, last))
    if company:
        words = [word for word in map(_slug, company.split()) if len(word) > 2]
        domain = "-".join(words[:2])
        return f"{rng.choice((local, local, 'info', 'office', 'accounts'))}@{domain}.example"
    if "." not in local:
        local += str(rng.randint(61, 99))
    return f"{local}@{rng.choice(_MAIL_PROVIDERS)}.example"


def _slug(text: str) -> str:
    """``text`` as it stands in an email address: plain lower-case letters and digits."""
    return "".join(re.findall(r"[a-z0-9]+", fold(text)))


def _digits(pattern: str, rng: Random) -> str:
    """``pattern`` with a digit for each ``#``."""
    return re.sub("#", lambda _: rng.choice("0123456789"), pattern)


def _second_currency(country: Country, rng: Random) -> str:
    """Some who are not paid in euros themselves order in euros or dollars now and then."""
    if country.currency == "EUR" or rng.random() > 0.06:
        return ""
    return "EUR" if country.code in EUROPEAN_UNION or country.code in ("CH", "GB") else "USD"
