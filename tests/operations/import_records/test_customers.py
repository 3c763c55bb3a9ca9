from __future__ import annotations

import pytest


def test_a_customer_is_kept_with_all_that_the_profile_shows(provider, bring_in, rows):
    bring_in(
        provider.customer(
            phone="+49 30 1",
            address={
                "line1": "Hauptstr. 1",
                "line2": None,
                "city": "Berlin",
                "state": "BE",
                "postal_code": "10115",
                "country": "DE",
            },
            tax_ids={"object": "list", "data": [{"type": "eu_vat", "value": "DE123456789"}]},
            preferred_locales=["de-AT", "en"],
        )
    )
    (customer,) = rows("customers")
    assert customer["name"] == "Ada Lovelace"
    assert (customer["line1"], customer["region"], customer["country"]) == (
        "Hauptstr. 1",
        "BE",
        "DE",
    )
    assert customer["tax_id"] == "DE123456789"
    assert customer["currency"] == "EUR"
    assert customer["language"] == "de-AT"
    assert customer["created_at"] == provider.march


def test_a_customer_of_the_oldest_api_is_read(bring_in, rows, provider):
    old = {
        "id": "cus_old",
        "object": "customer",
        "account_balance": 0,
        "created": provider.march,
        "currency": "usd",
        "description": "Bob",
        "email": None,
        "tax_info": {"tax_id": "GB123", "type": "vat"},
    }
    assert bring_in(old).counts["customer"].new == 1
    (customer,) = rows("customers")
    assert (customer["name"], customer["email"], customer["tax_id"]) == (None, None, "GB123")


def test_a_shape_that_does_not_know_names_does_not_take_them_away(provider, bring_in, rows):
    bring_in(provider.customer(phone="1"))
    bring_in(
        {
            "id": "cus_ada",
            "object": "customer",
            "account_balance": 0,
            "created": provider.march + 9,
            "email": "new@example.org",
        }
    )
    (customer,) = rows("customers")
    assert customer["name"] == "Ada Lovelace"
    assert customer["phone"] == "1"
    assert customer["email"] == "new@example.org"


def test_the_same_api_version_can_take_a_name_away(provider, bring_in, rows):
    bring_in(provider.customer())
    bring_in(provider.customer(name=None))
    assert rows("customers")[0]["name"] is None


@pytest.mark.parametrize("stub_comes_first", [True, False])
def test_a_deleted_customer_is_marked_and_stays(provider, bring_in, rows, stub_comes_first):
    stub = {"id": "cus_ada", "object": "customer", "deleted": True}
    order = [stub, provider.customer()] if stub_comes_first else [provider.customer(), stub]
    first, _ = (bring_in(each) for each in order)
    assert first.counts["customer"].waiting == int(stub_comes_first)
    (customer,) = rows("customers")
    assert customer["name"] == "Ada Lovelace"
    deleted_at = customer["deleted_at"]
    assert deleted_at is not None

    again = [bring_in(each) for each in (stub, provider.customer(), stub)]
    assert not any(report.changed for report in again)
    assert rows("customers")[0]["deleted_at"] == deleted_at
    assert rows("waiting_records") == []


def test_a_deletion_event_says_when(provider, bring_in, rows):
    bring_in(
        provider.event(
            provider.customer(), created=provider.march + 5, event_type="customer.deleted"
        )
    )
    assert rows("customers")[0]["deleted_at"] == provider.march + 5


def test_a_customer_inside_another_object_is_kept_too(provider, bring_in, rows):
    bring_in(provider.charge(customer=provider.customer("cus_inside"), payment_intent=None))
    assert [row["id"] for row in rows("customers")] == ["cus_inside"]
    assert rows("payment_intents")[0]["customer_id"] == "cus_inside"


def test_a_customer_named_in_passing_does_not_undo_a_name(provider, bring_in, rows):
    bring_in(provider.customer(name="New Name"))
    report = bring_in(provider.charge(customer=provider.customer(name="Old Name")))
    assert rows("customers")[0]["name"] == "New Name"
    assert report.counts["customer"].unchanged == 1


def test_ids_are_case_sensitive(provider, bring_in, rows):
    bring_in(provider.customer("cus_a"), provider.customer("cus_A"))
    assert {row["id"] for row in rows("customers")} == {"cus_a", "cus_A"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created": None}, "created"),
        ({"created": "2026-01-01"}, "no instant"),
        ({"created": -1}, "no instant"),
        ({"id": ""}, "empty"),
        ({"id": 7}, "no text"),
        ({"id": "x" * 256}, "longer than 255"),
        ({"id": "cus\x00"}, "control characters"),
        ({"name": ["Ada"]}, "no text"),
        ({"currency": "eurodollar"}, "ISO 4217"),
    ],
)
def test_a_customer_that_cannot_be_used_is_refused_with_a_line(
    provider, bring_in, rows, changes, reason
):
    report = bring_in(provider.customer(**changes), provider.customer("cus_good"))
    assert [row["id"] for row in rows("customers")] == ["cus_good"]
    (line,) = report.lines
    assert (line.source, line.position, line.outcome) == ("test", "item 1", "refused")
    assert reason in line.reason
    assert report.counts["customer"].refused == 1
