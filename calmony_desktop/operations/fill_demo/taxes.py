"""What tax an invoice of the demo company bears, and what its lines come to.

Sales within Germany and to consumers elsewhere in the European Union bear German VAT (the company
stays below the threshold of article 59c of Directive 2006/112/EC); a business in another member
state owes the tax itself (article 196); sales to other countries are outside the scope.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from calmony_desktop.billing.money import round_minor
from calmony_desktop.operations.fill_demo.people import Person
from calmony_desktop.operations.fill_demo.records import Line


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A rate in percent, and the provider's name for why it applies."""

    key: str
    percent: int
    taxability_reason: str


STANDARD = TaxRule("standard", 19, "standard_rated")
REDUCED = TaxRule("reduced", 7, "reduced_rated")
REVERSE_CHARGE = TaxRule("reverse", 0, "reverse_charge")
OUTSIDE = TaxRule("outside", 0, "not_subject_to_tax")
RULES = (STANDARD, REDUCED, REVERSE_CHARGE, OUTSIDE)


@dataclass(frozen=True, slots=True)
class TaxedLines:
    """The lines that one rule covers; amounts in minor units."""

    rule: TaxRule
    taxable_amount: int
    amount: int
    by_line: dict[int, int]


def rule_for(line: Line, person: Person) -> TaxRule:
    """The rule of tax for ``line`` sold to ``person``."""
    if person.country == "DE" or (person.in_european_union and not person.vat_id):
        return REDUCED if line.is_reduced else STANDARD
    return REVERSE_CHARGE if person.in_european_union else OUTSIDE


def taxes(lines: list[Line], person: Person) -> list[TaxedLines]:
    """The tax per rule, rounded once per rule; ``by_line`` shares it out by the line's index."""
    return [
        _taxed(rule, [(i, line) for i, line in enumerate(lines) if rule_for(line, person) is rule])
        for rule in RULES
        if any(rule_for(line, person) is rule for line in lines)
    ]


def _taxed(rule: TaxRule, lines: list[tuple[int, Line]]) -> TaxedLines:
    def share(net: int) -> int:
        return round_minor(Decimal(net * rule.percent) / 100)

    taxable = sum(line.net for _, line in lines)
    by_line = {index: share(line.net) for index, line in lines}
    # What rounding each line loses or gains goes to the last, so that the lines come to the sum.
    by_line[lines[-1][0]] += share(taxable) - sum(by_line.values())
    return TaxedLines(rule, taxable, share(taxable), by_line)


def net(lines: Iterable[Line]) -> int:
    """What the lines come to less their discounts, without tax."""
    return sum(line.net for line in lines)
