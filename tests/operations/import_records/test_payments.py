from __future__ import annotations

from itertools import permutations

import pytest

from calmony_desktop.operations.import_records import import_objects


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "succeeded"}, "succeeded"),
        ({"status": "processing"}, "processing"),
        ({"status": "requires_capture"}, "processing"),
        ({"status": "requires_action"}, "requires_action"),
        ({"status": "requires_source_action"}, "requires_action"),
        ({"status": "requires_confirmation"}, "requires_action"),
        ({"status": "requires_payment_method"}, "requires_action"),
        (
            {
                "status": "requires_payment_method",
                "last_payment_error": {"message": "Your card was declined."},
            },
            "failed",
        ),
        ({"status": "canceled"}, "failed"),
    ],
)
def test_a_status_is_shown_as_the_table_says_and_kept_raw(
    provider, bring_in, rows, changes, status
):
    bring_in(provider.customer(), provider.payment_intent(latest_charge=None, **changes))
    (payment,) = rows("payment_intents")
    assert (payment["status"], payment["raw_status"]) == (status, changes["status"])
    failed = "last_payment_error" in changes
    assert payment["failure_message"] == ("Your card was declined." if failed else None)


def test_an_intent_keeps_its_failure_where_its_charge_is_not_in_the_file(provider, bring_in, rows):
    bring_in(
        provider.customer(),
        provider.payment_intent(
            status="requires_payment_method",
            latest_charge="ch_elsewhere",
            last_payment_error={"message": "Your card was declined."},
        ),
    )
    (payment,) = rows("payment_intents")
    assert payment["charge_id"] == "ch_elsewhere"
    assert payment["failure_message"] == "Your card was declined."


def test_an_intent_and_its_charge_are_one_row(provider, bring_in, rows):
    bring_in(
        provider.customer(),
        provider.payment_intent(),
        provider.charge(amount_refunded=500, description="Ignored"),
    )
    (payment,) = rows("payment_intents")
    assert payment["id"] == "pi_march"
    assert payment["charge_id"] == "ch_march"
    assert payment["amount"] == 4522
    assert payment["amount_refunded"] == 500
    assert payment["payment_method"] == "Visa ending 4242"
    assert payment["description"] == "Subscription update"
    assert payment["created_at"] == provider.march


def _sheet(**cells):
    row = {
        "id": "ch_march",
        "Created (UTC)": "2026-03-01 12:00",
        "Amount": "45.22",
        "Amount Refunded": "0.00",
        "Currency": "eur",
        "Status": "Paid",
        "Customer ID": "cus_ada",
        "Description": "Subscription update",
        "Card Brand": "Visa",
        "Card Last4": "4242",
    } | cells
    return ",".join(row) + "\n" + ",".join(f'"{cell}"' for cell in row.values()) + "\n"


def test_a_charge_in_every_order_of_arrival_becomes_the_row_of_its_intent(
    provider, bring_in_file, fresh, database, everything_kept
):
    sources = [
        ("customer.json", provider.customer()),
        ("intent.json", provider.payment_intent()),
        ("charge.json", provider.charge()),
        ("sheet.csv", _sheet()),
    ]
    results = []
    for number, order in enumerate(permutations(sources)):
        fresh(number)
        for name, content in order:
            bring_in_file(name, content)
        for name, content in order:
            report = bring_in_file(name, content)
            assert not report.changed, (order, name, report.as_text())
        results.append(everything_kept())
    assert len(results[0]["payment_intents"]) == 1
    assert results[0]["payment_intents"][0]["raw_status"] == "succeeded"
    assert all(result == results[0] for result in results)


def test_a_charge_without_an_intent_is_a_row_of_its_own(provider, bring_in, rows):
    bring_in(provider.customer(), provider.charge(payment_intent=None))
    (payment,) = rows("payment_intents")
    assert (payment["id"], payment["charge_id"]) == ("ch_march", None)
    assert payment["as_of"] == 0


def test_an_old_intent_names_its_charge_in_a_list(provider, bring_in, rows):
    intent = provider.payment_intent(
        charges={"object": "list", "data": [provider.charge(amount_refunded=22)]}
    )
    del intent["latest_charge"]
    bring_in(provider.customer(), provider.charge(payment_intent=None))
    bring_in(intent)
    (payment,) = rows("payment_intents")
    assert (payment["id"], payment["charge_id"], payment["amount_refunded"]) == (
        "pi_march",
        "ch_march",
        22,
    )


def test_a_failed_attempt_before_the_paid_one_is_not_counted(
    provider, fresh, database, everything_kept
):
    failed = provider.charge(
        "ch_first",
        status="failed",
        paid=False,
        failure_message="Declined",
        created=provider.march,
    )
    paid = provider.charge("ch_second", created=provider.march + 100)
    intent = provider.payment_intent(latest_charge="ch_second")
    results = []
    for number, order in enumerate(permutations([failed, paid, intent])):
        fresh(number)
        import_objects([provider.customer()], source="test")
        for each in order:
            import_objects([each], source="test")
        for each in order:
            assert not import_objects([each], source="test").changed
        results.append(everything_kept())
    assert all(result == results[0] for result in results)
    (payment,) = results[0]["payment_intents"]
    assert (payment["charge_id"], payment["status"]) == ("ch_second", "succeeded")
    assert payment["failure_message"] is None
    assert {row["charge_id"] for row in results[0]["payment_charges"]} == {
        "ch_first",
        "ch_second",
    }


def test_a_row_of_a_failed_attempt_is_recognised_without_its_intent(
    provider, bring_in, bring_in_file, rows
):
    bring_in(
        provider.customer(),
        provider.payment_intent(latest_charge="ch_second"),
        provider.charge("ch_first", status="failed", paid=False),
        provider.charge("ch_second", created=provider.march + 100),
    )
    report = bring_in_file("payments.csv", _sheet(id="ch_first", Status="Failed"))
    assert not report.changed
    assert len(rows("payment_intents")) == 1


def test_a_later_paid_charge_makes_a_stale_intent_succeed(provider, bring_in, rows):
    stale = provider.payment_intent(
        status="requires_payment_method",
        latest_charge="ch_first",
        last_payment_error={"message": "Declined"},
    )
    bring_in(provider.customer(), stale)
    bring_in(provider.charge("ch_second", created=provider.march + 60))
    bring_in(stale)
    (payment,) = rows("payment_intents")
    assert (payment["status"], payment["charge_id"]) == ("succeeded", "ch_second")
    assert payment["failure_message"] is None


def test_a_refund_is_not_undone_by_an_older_file(provider, bring_in, rows):
    charge = provider.charge()
    refunded = provider.charge(
        amount_refunded=4522,
        refunds={"object": "list", "data": [{"object": "refund", "created": provider.march + 9}]},
    )
    bring_in(provider.customer(), provider.payment_intent(), refunded)
    assert not bring_in(charge).changed
    assert rows("payment_intents")[0]["amount_refunded"] == 4522


def test_more_refunded_than_paid_is_refused(provider, bring_in, rows):
    report = bring_in(provider.customer(), provider.charge(amount_refunded=5000))
    assert rows("payment_intents") == []
    assert "more was refunded" in report.lines[0].reason
    bring_in(provider.payment_intent(amount=100))
    report = bring_in(provider.charge(amount_refunded=4000))
    assert "more was refunded" in report.lines[0].reason
    assert rows("payment_intents")[0]["amount_refunded"] == 0


def test_two_intents_cannot_claim_one_charge(provider, bring_in, rows):
    bring_in(provider.customer(), provider.payment_intent("pi_a"), provider.payment_intent("pi_b"))
    bring_in(provider.payment_intent("pi_c"))
    claims = [row["charge_id"] for row in rows("payment_intents")]
    assert claims.count("ch_march") == 1
    assert len(claims) == 3


def test_a_payment_without_a_customer_is_refused(provider, bring_in, rows):
    report = bring_in(
        provider.payment_intent(customer=None),
        provider.charge("ch_x", customer=None, payment_intent=None),
    )
    assert rows("payment_intents") == rows("waiting_records") == []
    assert report.total.refused == 2


def test_a_charge_without_a_customer_takes_its_intents(provider, bring_in, rows):
    report = bring_in(provider.charge(customer=None))
    assert report.total.waiting == 1
    bring_in(provider.customer(), provider.payment_intent())
    (payment,) = rows("payment_intents")
    assert payment["payment_method"] == "Visa ending 4242"
    assert rows("waiting_records") == []


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ({"type": "card", "card": {"brand": "amex", "last4": "5"}}, "American Express ending 5"),
        ({"type": "sepa_debit", "sepa_debit": {"last4": "3000"}}, "SEPA debit ending 3000"),
        ({"type": "link", "link": {}}, "Link"),
        ({"type": "bacs_debit", "bacs_debit": {"last4": "6789"}}, "Bacs debit ending 6789"),
        (None, None),
    ],
)
def test_the_payment_method_is_said_in_words(provider, bring_in, rows, details, text):
    bring_in(provider.customer(), provider.charge(payment_method_details=details))
    assert rows("payment_intents")[0]["payment_method"] == text


def test_a_card_of_the_oldest_charges_is_said_too(provider, bring_in, rows):
    old = provider.charge(source={"object": "card", "brand": "Visa", "last4": "1881"})
    del old["payment_method_details"]
    bring_in(provider.customer(), old)
    assert rows("payment_intents")[0]["payment_method"] == "Visa ending 1881"


def test_a_payment_is_linked_to_its_invoice_whichever_says_so(
    provider, fresh, database, everything_kept
):
    ways = [
        [provider.payment_intent(invoice="in_march")],
        [provider.payment_intent(), provider.charge(invoice="in_march")],
        [provider.payment_intent(), provider.invoice(payment_intent="pi_march")],
        [provider.payment_intent(), provider.charge(), provider.invoice(charge="ch_march")],
        [provider.payment_intent(), provider.invoice_payment()],
        [
            provider.payment_intent(),
            provider.invoice(payments={"object": "list", "data": [provider.invoice_payment()]}),
        ],
    ]
    number = 0
    for way in ways:
        objects = [provider.customer(), *way]
        for order in (objects, objects[::-1], [*objects[1:], objects[0]]):
            number += 1
            fresh(number)
            for each in order:
                import_objects([each], source="test")
            (payment,) = everything_kept()["payment_intents"]
            assert payment["invoice_id"] == "in_march", order
            for each in order:
                assert not import_objects([each], source="test").changed, order
            assert everything_kept()["waiting_records"] == []


def test_a_link_whose_payment_is_not_here_waits_for_it(provider, bring_in, rows):
    report = bring_in(provider.invoice_payment())
    assert report.counts["invoice_payment"].waiting == 1
    report = bring_in(provider.customer(), provider.payment_intent())
    assert report.counts["invoice_payment"].new == 1
    assert rows("payment_intents")[0]["invoice_id"] == "in_march"
    assert rows("waiting_records") == []


@pytest.mark.parametrize("amount", [True, 19.0, 19.5, "1900", -1, 10**16, None])
def test_only_whole_minor_units_are_an_amount(provider, bring_in, rows, amount):
    report = bring_in(provider.customer(), provider.payment_intent(amount=amount))
    assert report.counts["payment_intent"].refused == 1
    assert "amount" in report.lines[0].reason
    assert rows("payment_intents") == []


def test_yen_and_dinar_stay_in_the_providers_minor_units(provider, bring_in, rows):
    bring_in(
        provider.customer(),
        provider.payment_intent("pi_jpy", amount=1500, currency="jpy", latest_charge=None),
        provider.payment_intent("pi_kwd", amount=1500, currency="kwd", latest_charge=None),
    )
    assert [(row["amount"], row["currency"]) for row in rows("payment_intents")] == [
        (1500, "JPY"),
        (1500, "KWD"),
    ]
