from __future__ import annotations

import json

import pytest

from calmony_desktop.errors import KnownError


def _spoiled(provider, old, new):
    text = json.dumps(provider.customer("cus_bad", balance=777, x={"y": [1]}))
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("777", "NaN", "NaN"),
        ("777", "-Infinity", "Infinity"),
        ("[1]", "[NaN]", "NaN"),
        ('"name"', '"email"', "“email” twice"),
        ('"y": [1]', '"y": 1, "y": 2', "“y” twice"),
    ],
)
@pytest.mark.parametrize("layout", ["list", "lines", "event"])
def test_what_json_does_not_allow_spoils_one_object_only(
    provider, bring_in_file, rows, old, new, reason, layout
):
    good, bad = json.dumps(provider.customer("cus_good")), _spoiled(provider, old, new)
    text = {
        "list": f"[{bad}, {good}]",
        "lines": f"{bad}\n{good}\n",
        "event": f'[{{"object":"event","created":9,"data":{{"object":{bad}}}}}, {good}]',
    }[layout]
    report = bring_in_file("file.json", text)
    assert [row["id"] for row in rows("customers")] == ["cus_good"]
    (line,) = report.lines
    assert (line.kind, line.id) == ("customer", "cus_bad")
    assert reason in line.reason


@pytest.mark.parametrize("amount", ["true", "1e999", "19.0", "1E2", '"1900"', "9" * 400])
def test_an_amount_is_a_whole_number_or_nothing(provider, bring_in, bring_in_file, rows, amount):
    bring_in(provider.customer())
    text = json.dumps(provider.payment_intent(amount=4521)).replace("4521", amount)
    report = bring_in_file("file.json", text)
    assert rows("payment_intents") == []
    assert "amount" in report.lines[0].reason


def test_a_number_of_ten_thousand_digits_is_refused(bring_in_file):
    with pytest.raises(KnownError, match="thousands of digits"):
        bring_in_file("file.json", f'{{"id": {"9" * 10_000}}}')


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000])
def test_nesting_without_end_is_refused(bring_in_file, text):
    with pytest.raises(KnownError, match="nested too deeply"):
        bring_in_file("file.json", text)


def test_a_list_in_many_lists_is_refused_and_the_rest_goes_on(provider, bring_in_file, rows):
    report = bring_in_file(
        "file.json", f"[{'[' * 500 + ']' * 500}, {json.dumps(provider.customer())}]"
    )
    assert report.total.refused == 1
    assert len(rows("customers")) == 1


def test_a_line_nested_without_end_is_one_refused_line(provider, bring_in_file, rows):
    report = bring_in_file("file.jsonl", f"{'[' * 200_000}\n{json.dumps(provider.customer())}\n")
    assert len(rows("customers")) == 1
    assert "nested too deeply" in report.lines[0].reason


def test_objects_in_objects_in_objects_are_read_without_recursion(provider, bring_in, rows):
    charge = provider.charge()
    for _ in range(2000):
        charge = provider.charge(customer=provider.customer(), payment_intent=None, invoice=charge)
    bring_in(charge)
    assert len(rows("customers")) == 1


def test_text_that_is_not_utf_8_names_its_line(provider, bring_in_file):
    text = json.dumps(provider.customer(name="Jürgen"), ensure_ascii=False, indent=1)
    with pytest.raises(KnownError, match="line 10 is not UTF-8"):
        bring_in_file("file.json", text.encode("latin-1"))


def test_things_that_are_no_objects_are_lines(bring_in_file, provider):
    report = bring_in_file(
        "file.json", [1, "x", None, True, {}, {"object": 7}, {"id": "zzz"}, provider.customer()]
    )
    assert report.total.refused == 7
    assert report.counts["customer"].new == 1
    assert [line.position for line in report.lines] == [f"item {n}" for n in range(1, 8)]


def test_each_object_of_a_kind_that_is_not_kept_has_its_line(bring_in_file):
    report = bring_in_file(
        "file.json",
        [
            {"object": "account", "id": "acct_1"},
            {"object": "coupon", "id": "HALF"},
            {"object": "account", "id": "acct_2"},
            {"object": "refund", "id": "re_1"},
            {"object": "credit_note", "id": "cn_1"},
            {"object": "balance"},
        ],
    )
    assert report.total.refused == 6
    assert not report.changed
    text = report.as_text()
    assert "file.json, item 1: account acct_1: refused: not a kind that is kept\n" in text
    assert "file.json, item 2: coupon HALF: refused: a discount is read from the invoice" in text
    assert "file.json, item 3: account acct_2: refused: not a kind that is kept\n" in text
    assert "refund re_1: refused: a refund is read from its charge" in text
    assert "credit note cn_1: refused: credit notes are not kept yet" in text
    assert "file.json, item 6: balance: refused: not a kind that is kept\n" in text


@pytest.mark.parametrize(("number", "shown", "more"), [(20, 20, ""), (23, 20, "3")])
def test_a_short_report_sums_up_the_rest_of_what_is_alike(bring_in, number, shown, more):
    coupons = [{"object": "coupon", "id": f"OFF{each}"} for each in range(number)]
    report = bring_in(*coupons, {"object": "refund", "id": "re_1"})
    short = report.as_text(is_short=True)
    assert sum(f"coupon OFF{each}:" in short for each in range(number)) == shown
    assert (f"test: coupon and {more} more: refused: a discount is read" in short) is bool(more)
    assert "more" not in short or more
    assert "refund re_1" in short
    whole = report.as_text()
    assert all(f"item {each + 1}: coupon OFF{each}: refused" in whole for each in range(number))


def test_a_report_is_harmless_on_a_terminal(bring_in_file, provider):
    report = bring_in_file(
        "file.json", [{"object": "\x1b[2J", "id": "x"}, provider.customer("cus_\u202e")]
    )
    assert "\x1b" not in report.as_text()
    assert "\u202e" not in report.as_text()


def test_an_object_without_a_kind_is_known_by_its_id(bring_in, provider, rows):
    charge = provider.charge(payment_intent=None)
    del charge["object"]
    bring_in(provider.customer(), charge)
    assert rows("payment_intents")[0]["id"] == "ch_march"
