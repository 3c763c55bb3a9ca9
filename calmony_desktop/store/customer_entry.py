"""A customer in the list: apart from the other rows, which the first paint can do without."""

from __future__ import annotations

from dataclasses import dataclass


def display_name(name: str | None, email: str | None, customer_id: str) -> str:
    """What to call a customer: the first of name, email and id that there is."""
    return name or email or customer_id


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """A customer in the list. ``needs_attention``: a subscription is past due or unpaid."""

    id: str
    name: str | None
    email: str | None
    needs_attention: bool

    @property
    def display_name(self) -> str:
        """What to call this customer."""
        return display_name(self.name, self.email, self.id)
