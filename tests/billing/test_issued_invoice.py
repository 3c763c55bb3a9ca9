"""The parties of an invoice survive being kept."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from calmony_desktop.billing.issued_invoice import Party


@given(party=st.builds(Party, **{field.name: st.text() for field in fields(Party)}))
def test_a_party_reads_back_as_it_was_kept(party: Party) -> None:
    assert Party.from_dict(party.as_dict()) == party


def test_only_what_is_known_of_a_party_is_kept() -> None:
    assert Party(name="Anna", country="DE").as_dict() == {"name": "Anna", "country": "DE"}
    assert Party.from_dict({}) == Party()


def test_what_a_newer_version_kept_of_a_party_is_left_out() -> None:
    assert Party.from_dict({"name": "Anna", "invented_later": "x"}) == Party(name="Anna")
