"""What an activity entry changed, field by field: before and after, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from calmony_desktop.billing.cancelling import CancellationReason
from calmony_desktop.billing.money import plain
from calmony_desktop.operations.wording import day_in_words
from calmony_desktop.store import business, database, settling
from calmony_desktop.store.activity import ActivityRow

_NONE: Final = "none"
#: So many items of a list are said, such as the ids that an import brought.
_MOST_LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry says of one field; a side that it says nothing of is None."""

    field: str
    before: str | None
    after: str | None


def read_changes(entry: ActivityRow) -> tuple[Change, ...]:
    """`describe_changes`, in the business's time zone and the invoice's currency.

    Raises KnownError when the file cannot be read.
    """
    with database.reading():
        time_zone = business.time_zone()
        is_invoice = entry.object_kind == "invoice"
        invoice = settling.read_to_settle(entry.object_id) if is_invoice else None
    return describe_changes(entry, time_zone, invoice.currency if invoice else None)


def describe_changes(
    entry: ActivityRow, time_zone: str, currency: str | None = None
) -> tuple[Change, ...]:
    """What differs between the entry's before and after; fields that are the same are left out.

    Instants are shown in ``time_zone`` (an IANA name), amounts in ``currency`` unless the entry
    names their own. What another version of this program wrote is shown as plainly as can be.
    """
    before, after = ({} if side is None else side for side in (entry.before, entry.after))
    words = _Words(time_zone, currency)
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return (Change("Value", words.of("", before), words.of("", after)),)
    if entry.action == "import":
        # Not a change of a field, but how many records met with each outcome.
        said = ((_name(kind), words.of("", counts)) for kind, counts in after.items())
        return tuple(Change(kind, None, counts) for kind, counts in said if counts != _NONE)
    return tuple(_changes(before, after, words, missing=None))


def reason_in_words(reason: str) -> str:
    """A reason of the provider's list as a person chose it; another one as it is."""
    known = reason in CancellationReason.__members__.values()
    return CancellationReason(reason).words if known else reason


def instant_in_words(at: int, time_zone: str) -> str:
    """An instant (seconds, UTC) in ``time_zone`` (an IANA name): 31 March 2026, 14:05.

    Midnight is how a mere day is kept, so its hour is left out.
    """
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
        there = moment.astimezone(ZoneInfo(time_zone))
    except OverflowError:
        return str(at)
    day = day_in_words(there.date())
    return f"{day}, {there:%H:%M}" if there.hour or there.minute else day


def _changes(
    before: dict[str, Any], after: dict[str, Any], words: _Words, *, missing: str | None
) -> Iterator[Change]:
    """The rows of two objects; ``missing`` is what is said of a side that has no such field."""
    words_before, words_after = words.within(before), words.within(after)
    for key in _in_order(before, after):
        old, new = before.get(key), after.get(key)
        if (old == new and (key in before) == (key in after)) or _is_left_out(key, before, after):
            continue
        if key in _LISTED and isinstance(new, list):
            yield from _listed(_LISTED[key], new, words)
        elif isinstance(old, dict) or isinstance(new, dict):
            was, now = (side if isinstance(side, dict) else {} for side in (old, new))
            # An empty field of an object is not kept at all.
            both = isinstance(old, dict) and isinstance(new, dict)
            for change in _changes(was, now, words_after, missing=_NONE if both else None):
                yield Change(f"{_name(key)} · {change.field}", change.before, change.after)
        else:
            yield Change(
                _name(key),
                words_before.of(key, old) if key in before else missing,
                words_after.of(key, new) if key in after else missing,
            )


def _in_order(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The fields that matter most first, then those that this version does not know."""
    places = {key: place for place, key in enumerate(_NAMES)}
    return sorted({**before, **after}, key=lambda key: (places.get(key, len(places)), key))


def _is_left_out(key: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    if key == "raw_status":
        return all(side.get(key) == side.get("status") for side in (before, after))
    if key == "currency":
        # The amounts say it; but where only it differs, nothing else would.
        is_changed = key in before and key in after
        return not is_changed and any(name in {**before, **after} for name in _AMOUNTS)
    if key.endswith("_at") and any(f"{key[:-3]}_on" in side for side in (before, after)):
        return True  # its day is said, which is what counts
    # Another operation's id, of which the entry's sentence says enough.
    return key == "undoes"


def _listed(title: str, items: list[Any], words: _Words) -> Iterator[Change]:
    """A row for each of the invoices that billing issued or found."""
    for item in items:
        if not isinstance(item, dict):
            yield Change(title, None, words.of("", item))
            continue
        inner = words.within(item)
        said = [inner.of("total", item["total"])] if "total" in item else []
        days = [inner.of(key, item[key]) for key in _PERIOD if key in item]
        if days:
            said.append(f"for {' to '.join(days)}" if len(days) == 2 else f"from {days[0]}")
        number = item.get("number") or item.get("id") or ""
        yield Change(f"{title} {number}".strip(), None, " ".join(said) or _NONE)


@dataclass(frozen=True, slots=True)
class _Words:
    """Says values in words."""

    time_zone: str
    currency: str | None

    def within(self, values: dict[str, Any]) -> _Words:
        """For the fields of an object that may name a currency of its own."""
        own = values.get("currency")
        return _Words(self.time_zone, own) if isinstance(own, str) else self

    def of(self, key: str, value: Any) -> str:
        """The value of the field ``key``."""
        if value is None or value in ("", [], {}):
            return _NONE
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, int):
            return self._number(key, value)
        if isinstance(value, str):
            return _text(key, value)
        if isinstance(value, list):
            said = [self.of(key, each) for each in value[:_MOST_LISTED]]
            left = len(value) - len(said)
            return "; ".join([*said, f"and {left:,} more"] if left else said)
        if isinstance(value, dict):
            inner = self.within(value)
            if all(type(each) is int for each in value.values()):
                counted = (f"{n:,} {_name(name).lower()}" for name, n in value.items() if n)
                return ", ".join(counted) or _NONE
            pairs = ((_name(name), inner.of(name, each)) for name, each in value.items())
            return ", ".join(f"{name}: {text}" for name, text in pairs if text != _NONE) or _NONE
        return str(value)

    def _number(self, key: str, value: int) -> str:
        if key.endswith("_at") or key in _INSTANTS:
            return instant_in_words(value, self.time_zone)
        if key not in _AMOUNTS:
            return f"{value:,}"
        if self.currency is None:
            return f"{value:,} in the smallest unit of its currency"
        return plain(value, self.currency)


def _text(key: str, value: str) -> str:
    if key.endswith(("_on", "_date")):
        try:
            return day_in_words(date.fromisoformat(value))
        except ValueError:
            return value
    if key.endswith("status"):
        return value.replace("_", " ")
    if key == "cancellation_reason":
        return reason_in_words(value)
    # Named by the SHA-256 of the image, of which the beginning tells two apart.
    return f"image {value[:8]}" if key == "logo" else value


def _name(key: str) -> str:
    return _NAMES.get(key) or key.replace("_", " ").strip().capitalize() or "Value"


#: What is said of fields whose own names would not do; in the order in which they are listed.
_NAMES: Final = {
    "status": "Status",
    "raw_status": "Status at the payment provider",
    "is_paused": "Paused",
    "next_billing_date": "Next billing date",
    "cancel_at_period_end": "Ends with its period",
    "cancel_at": "Set to end",
    "canceled_at": "Cancelled",
    "ended_at": "Ended",
    "ended_on": "Ended",
    "current_period_end_at": "End of the period",
    "number": "Invoice number",
    "amount_paid": "Paid",
    "amount_remaining": "Left to pay",
    "paid_at": "Paid since",
    "voided_at": "Voided",
    "payment": "Payment",
    "invoices": "Invoices",
    "already_billed": "Billed by the payment provider",
    "as_of": "As of",
    "id": "ID",
    "contact_name": "Contact",
    "line1": "Address",
    "line2": "Address, second line",
    "vat_id": "VAT ID",
    "iban": "IBAN",
    "bic": "BIC",
    "invoice_prefix": "Prefix of invoice numbers",
    "changes": "Changes handed over",
    "marked_here": "Changed here",
    "made_at": "Backup made",
    "last_activity_id": "Entries of the activity",
    "seal": "Seal of the last entry",
}
_LISTED: Final = {"invoices": "Invoice", "already_billed": "The payment provider’s invoice"}
_PERIOD: Final = ("period_start_on", "period_end_on")
_INSTANTS: Final = frozenset({"as_of", "cancel_at"})
_AMOUNTS: Final = frozenset(
    {"amount", "amount_paid", "amount_remaining", "subtotal", "tax_amount", "total"}
)
