from __future__ import annotations

import json

import pytest

from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.export_records import export_records
from calmony_desktop.operations.import_records import import_paths
from calmony_desktop.store import activity, business, database
from calmony_desktop.store.models import Business


def _kept(rows):
    (subscription,) = rows("subscriptions")
    return subscription


def test_a_subscription_is_kept_with_its_items_and_price(provider, bring_in, rows):
    bring_in(provider.customer(), provider.product(), provider.subscription())
    kept = _kept(rows)
    assert kept["plan"] == "Team"
    assert (kept["amount"], kept["currency"]) == (3800, "EUR")
    assert (kept["interval"], kept["interval_count"]) == ("month", 1)
    assert kept["next_billing_date"] == "2026-04-01"
    (item,) = rows("subscription_items")
    assert (item["price_id"], item["quantity"]) == ("price_team", "2")
    assert rows("prices")[0]["unit_amount"] == "1900"


def test_the_oldest_shape_has_a_plan_and_a_quantity_at_the_top(provider, bring_in, rows):
    plan = {
        "id": "gold",
        "object": "plan",
        "amount": 2000,
        "created": provider.march,
        "currency": "usd",
        "interval": "year",
        "interval_count": 1,
        "name": "Gold Special",
    }
    bring_in(
        provider.customer(),
        {
            "id": "sub_old",
            "object": "subscription",
            "billing": "charge_automatically",
            "cancel_at_period_end": False,
            "current_period_end": provider.march + 365 * provider.day,
            "current_period_start": provider.march,
            "customer": "cus_ada",
            "plan": plan,
            "quantity": 3,
            "start": provider.march,
            "status": "active",
            "trial_end": None,
        },
    )
    kept = _kept(rows)
    assert (kept["plan"], kept["amount"], kept["interval"]) == ("Gold Special", 6000, "year")
    assert kept["next_billing_date"] == "2027-03-01"
    assert kept["created_at"] == provider.march


def test_periods_may_stand_on_the_subscription_or_on_its_items(provider, bring_in, rows):
    item = provider.item()
    del item["current_period_end"], item["current_period_start"]
    bring_in(
        provider.customer(),
        provider.subscription(
            items=provider.items(item),
            current_period_start=provider.march,
            current_period_end=provider.march + 31 * provider.day,
        ),
    )
    assert _kept(rows)["next_billing_date"] == "2026-04-01"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "trialing", "trial_end": 1_773_000_000}, "2026-03-08"),
        ({"status": "canceled"}, None),
        ({"status": "incomplete"}, None),
        ({"status": "paused"}, None),
        ({"cancel_at_period_end": True}, None),
        ({"cancel_at": 1_773_000_000}, None),
        ({"pause_collection": {"behavior": "void"}}, None),
        ({"status": "past_due"}, "2026-04-01"),
    ],
)
def test_the_next_billing_date_follows_the_rule(provider, bring_in, rows, changes, expected):
    bring_in(provider.customer(), provider.subscription(**changes))
    kept = _kept(rows)
    assert kept["next_billing_date"] == expected
    assert kept["status"] == changes.get("status", "active")


def test_several_items_add_up_and_are_all_named(provider, bring_in, rows):
    items = provider.items(
        provider.item(price=provider.price(nickname="Seats")),
        provider.item(
            id="si_extra",
            current_period_end=provider.march + 7 * provider.day,
            price=provider.price(
                "price_extra",
                nickname="Support",
                unit_amount=None,
                unit_amount_decimal="100.5",
            ),
            quantity=3,
        ),
    )
    bring_in(provider.customer(), provider.subscription(items=items))
    kept = _kept(rows)
    assert kept["plan"] == "Seats + Support"
    assert kept["amount"] == 3800 + 302  # 301.5 rounds away from zero
    assert kept["next_billing_date"] == "2026-03-08"  # the earliest item's


@pytest.mark.parametrize(
    ("price", "quantity", "amount", "is_noted"),
    [
        ({"recurring": {"interval": "month", "usage_type": "metered"}}, None, 0, True),
        ({"unit_amount": None, "unit_amount_decimal": None}, 2, 0, True),
        ({"transform_quantity": {"divide_by": 5, "round": "up"}}, 6, 3800, False),
        ({"transform_quantity": {"divide_by": 5, "round": "down"}}, 6, 1900, False),
        (
            {
                "unit_amount": None,
                "unit_amount_decimal": None,
                "tiers_mode": "graduated",
                "tiers": [
                    {"up_to": 5, "unit_amount": 100, "flat_amount": 1000},
                    {"up_to": None, "unit_amount": 50},
                ],
            },
            7,
            1600,
            False,
        ),
        (
            {
                "unit_amount": None,
                "unit_amount_decimal": None,
                "tiers_mode": "volume",
                "tiers": [
                    {"up_to": 5, "unit_amount": 100},
                    {"up_to": None, "unit_amount": 50, "flat_amount": 10},
                ],
            },
            7,
            360,
            False,
        ),
    ],
)
def test_the_amount_is_what_the_price_says(
    provider, bring_in, rows, price, quantity, amount, is_noted
):
    item = provider.item(price=provider.price(**price), quantity=quantity)
    report = bring_in(provider.customer(), provider.subscription(items=provider.items(item)))
    assert _kept(rows)["amount"] == amount
    assert any("counts as 0" in line.reason for line in report.lines) is is_noted


def test_a_product_that_comes_later_names_the_plan(provider, bring_in, rows):
    bring_in(provider.customer(), provider.subscription())
    assert _kept(rows)["plan"] == "prod_team"
    report = bring_in(provider.product())
    assert _kept(rows)["plan"] == "Team"
    assert report.counts["subscription"].updated == 1
    bring_in(provider.product(name="Team Plus", updated=provider.march + 1))
    assert _kept(rows)["plan"] == "Team Plus"
    bring_in(provider.price(nickname="Team, monthly"))
    assert _kept(rows)["plan"] == "Team, monthly"


def test_an_older_subscription_never_undoes(provider, bring_in, rows):
    april = provider.march + 31 * provider.day
    renewed = provider.item(current_period_start=april, current_period_end=april + 2_592_000)
    bring_in(
        provider.customer(),
        provider.subscription(status="past_due", items=provider.items(renewed)),
    )
    report = bring_in(provider.subscription())
    assert report.counts["subscription"].unchanged == 1
    assert "older" in report.lines[-1].reason
    assert _kept(rows)["status"] == "past_due"
    assert _kept(rows)["next_billing_date"] == "2026-05-01"


def test_events_count_by_their_own_time_in_any_order(provider, bring_in, rows):
    now = provider.march + 100
    late = provider.event(provider.subscription(status="unpaid"), created=now + 60)
    early = provider.event(provider.subscription(status="past_due"), created=now)
    bring_in(provider.customer(), late)
    bring_in(early)
    assert _kept(rows)["status"] == "unpaid"
    bring_in(provider.event(provider.subscription(status="active"), created=now + 120))
    assert _kept(rows)["status"] == "active"


def test_what_the_provider_cancelled_is_not_revived_by_a_file_of_the_same_age(
    provider, bring_in, rows
):
    bring_in(provider.customer(), provider.subscription(status="canceled"))
    assert not bring_in(provider.subscription()).changed
    assert _kept(rows)["status"] == "canceled"


def test_what_was_cancelled_here_stays_so_and_both_sides_are_on_record(provider, bring_in, rows):
    bring_in(provider.customer(), provider.subscription())
    cancel_subscription("sub_team", operation_id="11111111-1111-4111-8111-111111111111")
    cancelled = _kept(rows)

    newer = provider.event(provider.subscription(), created=provider.march + 10**7)
    report = bring_in(newer)
    assert report.counts["subscription"].conflicting == 1
    assert "cancelled here" in report.lines[-1].reason
    assert not report.changed
    assert _kept(rows) == cancelled
    entries = activity.of_object("subscription", "sub_team")
    (conflict,) = [entry for entry in entries if entry.action == "import_conflict"]
    assert conflict.before["status"] == "canceled"
    assert conflict.after["status"] == "active"
    assert conflict.customer_id == "cus_ada"

    bring_in(newer)
    bring_in(provider.subscription(status="past_due"))
    entries = activity.of_object("subscription", "sub_team")
    assert [entry.after["status"] for entry in entries if entry.action == "import_conflict"] == [
        "active",
        "past_due",
    ]
    assert _kept(rows) == cancelled


def test_the_provider_may_confirm_what_was_cancelled_here(provider, bring_in, rows):
    bring_in(provider.customer(), provider.subscription())
    cancel_subscription("sub_team", operation_id="11111111-1111-4111-8111-111111111111")
    ended = provider.march + 10**7
    report = bring_in(provider.subscription(status="canceled", canceled_at=ended, ended_at=ended))
    assert report.counts["subscription"].conflicting == 0
    kept = _kept(rows)
    assert (kept["canceled_at"], kept["canceled_here"]) == (ended, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": "sleeping"}, "not a status"),
        ({"customer": None}, "names no customer"),
        ({"items": None}, "no price or plan"),
        ({"items": {"data": [{"id": "si_x", "price": "price_team"}]}}, "no price"),
        ({"created": None, "start_date": None}, "start"),
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused(provider, bring_in, rows, changes, reason):
    report = bring_in(provider.customer(), provider.subscription(**changes))
    assert rows("subscriptions") == []
    assert any(line.kind == "subscription" and reason in line.reason for line in report.lines)


def test_dates_are_those_of_the_business_and_not_of_the_computer(
    provider, bring_in, rows, monkeypatch
):
    with database.writing():
        Business.update(time_zone="Asia/Tokyo").execute()
    assert business.time_zone() == "Asia/Tokyo"
    late = provider.item(current_period_end=1_775_055_600)  # 1 April, 15:00 UTC
    bring_in(provider.customer(), provider.subscription(items=provider.items(late)))
    assert _kept(rows)["next_billing_date"] == "2026-04-02"
    monkeypatch.setenv("TZ", "America/Los_Angeles")
    assert not bring_in(provider.subscription(items=provider.items(late))).changed


def _without_kind(value):
    return {key: each for key, each in value.items() if key != "object"}


@pytest.mark.parametrize("items", ["list object", "list object without its kind", "list"])
@pytest.mark.parametrize("key", ["price", "plan"])
def test_a_price_in_an_item_needs_not_say_what_it_is(provider, bring_in, rows, key, items):
    price = {
        "id": "gold",
        "unit_amount": 1500,
        "currency": "usd",
        "recurring": {"interval": "month", "interval_count": 1},
        "product": {"id": "Gold", "name": "Gold plan"},
    }
    item = {"id": "si_1", "quantity": 2, key: price}
    lists = {
        "list object": {"object": "list", "data": [item]},
        "list object without its kind": {"data": [item]},
        "list": [item],
    }
    customer = _without_kind(provider.customer("4711"))
    report = bring_in(provider.subscription(items=lists[items], customer=customer, currency="usd"))
    assert report.lines == ()
    (subscription,) = rows("subscriptions")
    assert (subscription["customer_id"], subscription["amount"]) == ("4711", 3000)
    assert subscription["plan"] == "Gold plan"
    assert [row["id"] for row in rows("prices")] == ["gold"]


def test_an_old_plan_needs_not_say_what_it_is(provider, bring_in, rows):
    plan = {"id": "gold", "amount": 900, "currency": "eur", "interval": "month", "name": "Gold"}
    old = provider.subscription(plan=plan, quantity=3)
    del old["items"]
    report = bring_in(provider.customer(), old)
    assert report.lines == ()
    assert [(row["amount"], row["plan"]) for row in rows("subscriptions")] == [(2700, "Gold")]


def test_an_id_on_its_own_is_a_reference_and_no_broken_object(provider, bring_in, rows):
    report = bring_in(provider.customer(), provider.subscription(customer={"id": "cus_ada"}))
    assert report.lines == ()
    assert [row["customer_id"] for row in rows("subscriptions")] == ["cus_ada"]


def test_what_an_object_says_it_is_counts_more_than_where_it_is(provider, bring_in):
    source = {"id": "acct_1", "object": "account", "created": 1}
    report = bring_in(provider.charge(customer=source))
    assert "customer" not in report.counts


def test_why_it_was_cancelled_comes_in_and_goes_out_again(provider, bring_in, rows, tmp_path):
    details = {"comment": "Zu teuer\nfür uns", "feedback": "too_expensive", "reason": None}
    bring_in(
        provider.customer(),
        provider.subscription(status="canceled", cancellation_details=details),
        provider.subscription(id="sub_early", items=provider.items(provider.item(id="si_early"))),
    )
    before = rows("subscriptions")
    whys = {each["id"]: (each["cancellation_reason"], each["cancellation_note"]) for each in before}
    assert whys == {
        "sub_team": ("too_expensive", "Zu teuer\nfür uns"),
        "sub_early": (None, None),
    }
    export_records(tmp_path)
    lines = (tmp_path / "subscriptions.jsonl").read_text(encoding="utf-8").splitlines()
    exported = [json.loads(line) for line in lines]
    assert [each["cancellation_details"] for each in exported if each["id"] == "sub_team"] == [
        {"comment": "Zu teuer\nfür uns", "feedback": "too_expensive"}
    ]
    report = import_paths([tmp_path])
    assert (report.changed, rows("subscriptions")) == (False, before)
    # A file of before the provider kept it says nothing of it; one that has none takes it away.
    bring_in(provider.subscription(status="canceled"))
    assert rows("subscriptions") == before
    empty = dict.fromkeys(details)
    bring_in(provider.subscription(status="canceled", cancellation_details=empty))
    assert {each["cancellation_reason"] for each in rows("subscriptions")} == {None}


@pytest.mark.parametrize(
    ("details", "note"),
    [
        ("unused", "are no object"),
        ({"feedback": "bored"}, "“bored” is none that is known"),
        ({"feedback": ["unused"]}, "is none that is known"),
        ({"feedback": 3, "comment": None}, "“3” is none that is known"),
        ({"comment": {"text": "no"}}, "the comment on its cancellation is no text"),
        ({"comment": "x" * 6000}, "shortened to 5,000"),
        ({"comment": "a\x00b"}, "control character"),
    ],
)
def test_a_bad_reason_is_reported_and_the_subscription_still_comes_in(
    provider, bring_in, rows, details, note
):
    report = bring_in(provider.customer(), provider.subscription(cancellation_details=details))
    assert any(note in line.reason for line in report.lines)
    kept = _kept(rows)
    assert kept["cancellation_reason"] is None
    assert len(kept["cancellation_note"] or "") in (0, 2, 5000)


def test_a_long_note_of_ours_survives_an_export(provider, bring_in, rows, tmp_path):
    bring_in(provider.customer(), provider.subscription())
    cancel_subscription(
        "sub_team", operation_id="11111111-1111-4111-8111-111111111111", note="so " * 1500
    )
    before = rows("subscriptions")
    export_records(tmp_path)
    assert not import_paths([tmp_path]).changed
    assert rows("subscriptions") == before
