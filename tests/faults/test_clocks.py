"""Time zones, daylight saving, a clock that is set back: no date shifts, nothing is done twice."""

from __future__ import annotations

import random
import time
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calmony_desktop.billing.cancelling import UNDO_SECONDS
from calmony_desktop.errors import KnownError
from calmony_desktop.operations import operator
from calmony_desktop.operations.cancel_subscription import cancel_subscription
from calmony_desktop.operations.check_database import check_database
from calmony_desktop.operations.import_records import import_objects
from calmony_desktop.operations.record_payment import record_payment
from calmony_desktop.operations.run_billing import run_billing
from calmony_desktop.operations.undo_cancellation import undo_cancellation, undo_deadline
from calmony_desktop.store import activity, business
from calmony_desktop.store.business import BusinessDetails
from calmony_desktop.store.database import close_database, open_database
from calmony_desktop.store.models import Invoice, Subscription

from .conftest import IS_LONG, Tally, chosen
from .deeds import DEEDS, NOW, Base, course, set_clock

#: With hours that are missing or come twice at noon, at midnight and by half; with a day that was
#: left out, and dates that are ahead of or behind almost everybody's.
ZONES = (
    *("Europe/Berlin", "Africa/Cairo", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut"),
    *("America/Santiago", "America/Havana", "Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"),
    *("Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Europe/Dublin", "Pacific/Apia"),
    *("Antarctica/Troll", "Atlantic/Azores", "America/Sao_Paulo", "Pacific/Chatham", "Asia/Gaza"),
)
SOME = ZONES if IS_LONG else ZONES[:2]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operator, "time", operator.time)
    set_clock(NOW)


@pytest.fixture
def move_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Moves this computer to a time zone."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system cannot change a program's time zone while it runs")

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_every_operation_does_the_same_wherever_the_computer_is(
    base: Base, work: Callable[[], Path], move_to: Callable[[str], None], tally: Tally
) -> None:
    move_to("UTC")
    expected = {deed: course(deed, work(), base.ids) for deed in DEEDS}
    wrong, runs = [], 0
    for zone in SOME:
        move_to(zone)
        for deed in DEEDS:
            if course(deed, work(), base.ids) != expected[deed]:
                wrong.append(f"{deed} in {zone} is another")
            runs += 1
    tally("operations in other time zones", runs=runs, goal=len(ZONES) * len(DEEDS), lost=wrong)


def changes_of_the_clock(zone: str) -> list[date]:
    """The days of two years on which the zone's clocks are changed, or two days where none are."""
    tz = zoneinfo.ZoneInfo(zone)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(730)]
    found = [
        day
        for day in days
        if datetime(day.year, day.month, day.day, tzinfo=tz).utcoffset()
        != datetime(day.year, day.month, day.day, 23, 59, tzinfo=tz).utcoffset()
    ]
    return found or [date(2026, 3, 29), date(2026, 12, 31)]


def added(day: date, interval: str, count: int) -> date:
    """``day`` and so many intervals: reckoned here once more, without any clock."""
    if interval in ("day", "week"):
        return day + timedelta(days=count * (7 if interval == "week" else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    for last in (31, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def test_a_billing_date_shifts_in_no_change_of_the_clock(tmp_path: Path, tally: Tally) -> None:
    """However near midnight the provider's instant is, and whatever the clock does that night."""
    wrong, runs = [], 0
    for zone in SOME:
        for change in changes_of_the_clock(zone)[: chosen(short=1, long=2)]:
            set_clock(NOW)
            open_database(tmp_path / f"{runs}.db")
            business.save(BusinessDetails(business.seller(), zone, invoice_prefix="NW"))
            expected = bring_in_around(change, zone)
            for id, (day, _) in expected.items():
                found = Subscription.get_by_id(id).next_billing_date
                if found != day:
                    wrong.append(f"{id} in {zone}: {found}, not {day}")
            last = change + timedelta(days=2)
            set_clock(int(datetime(last.year, last.month, last.day, 12, tzinfo=UTC).timestamp()))
            run_billing(last, operation_id="bill")
            wrong += [f"in {zone}, {each}" for each in shifted(expected, last)]
            wrong += [each.sentence for each in check_database().findings]
            runs += len(expected)
            close_database()
    tally("billing dates at a change of the clock", runs=runs, goal=1_000, lost=wrong)


def bring_in_around(change: date, zone: str) -> dict[str, tuple[date, str]]:
    """Import subscriptions that are billed around that day: by id, the day and the interval.

    An hour that is left out is read as the one after it, on the same day.
    """
    tz, objects, expected = zoneinfo.ZoneInfo(zone), [], {}
    for off in (-1, 0, 1):
        for hour, minute in ((0, 0), (2, 30), (23, 59)):
            for interval in ("day", "week", "month", "year"):
                day = change + timedelta(days=off)
                id = f"sub_{day}_{hour}_{minute}_{interval}"
                moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=tz)
                objects.append(subscription(id, interval, moment, added(day, interval, -1)))
                expected[id] = (day, interval)
    import_objects([CUSTOMER, *objects], source="provider")
    return expected


def shifted(expected: dict[str, tuple[date, str]], last: date) -> list[str]:
    """The subscriptions whose invoices are not for the periods of the calendar."""
    found: dict[str, list[date]] = {}
    for id, start in Invoice.select(Invoice.subscription_id, Invoice.period_start_on).tuples():
        found.setdefault(id, []).append(start)
    wrong = []
    for id, (day, interval) in expected.items():
        starts = []
        while (start := added(day, interval, len(starts))) <= last:
            starts.append(start)
        if sorted(found.get(id, [])) != starts:
            wrong.append(f"{id} was billed from {sorted(found.get(id, []))}, not {starts}")
        if Subscription.get_by_id(id).next_billing_date != added(day, interval, len(starts)):
            wrong.append(f"{id} bills next on another day")
    return wrong


CUSTOMER = {"id": "cus_1", "object": "customer", "created": NOW, "name": "Anna"}


def subscription(id: str, interval: str, end: datetime, start: date) -> dict[str, Any]:
    began = int(datetime(start.year, start.month, start.day, 12, tzinfo=UTC).timestamp())
    price = {
        "id": f"price_{interval}",
        "object": "price",
        "created": NOW,
        "currency": "eur",
        "unit_amount": 4900,
        "recurring": {"interval": interval, "interval_count": 1},
    }
    item = {
        "id": f"si_{id}",
        "object": "subscription_item",
        "quantity": 1,
        "price": price,
        "current_period_start": began,
        "current_period_end": int(end.timestamp()),
    }
    return {
        "id": id,
        "object": "subscription",
        "created": began,
        "start_date": began,
        "billing_cycle_anchor": int(end.timestamp()),
        "currency": "eur",
        "customer": "cus_1",
        "status": "active",
        "items": {"object": "list", "data": [item]},
    }


def test_a_cancellation_can_be_undone_for_ten_minutes_on_any_clock(
    base: Base, work: Callable[[], Path], tally: Tally
) -> None:
    """Set ahead, the time is over; set back, it is not longer than until the same hour."""
    wrong, steps = [], (-86_400 * 400, -86_400, -3_600, -1, 0, 1, 599, 600, 3_600, 86_400)
    for step in steps:
        set_clock(NOW)
        open_database(work() / "calmony.db")
        cancel_subscription(base.ids["cancel"], operation_id="cancel")
        set_clock(NOW + step)
        deadline = undo_deadline(base.ids["cancel"])
        try:
            undo_cancellation(base.ids["cancel"], operation_id="undo")
            is_undone = True
        except KnownError:
            is_undone = False
        expected = NOW + UNDO_SECONDS if step < UNDO_SECONDS else None
        if is_undone != (step < UNDO_SECONDS) or deadline != expected or check_database().findings:
            wrong.append(f"{step} seconds later: {is_undone}, {deadline}")
        close_database()
    tally("undoing on a clock that was set", runs=len(steps), goal=len(steps), lost=wrong)


def test_a_clock_that_jumps_puts_nothing_out_of_order(
    base: Base, work: Callable[[], Path], move_to: Callable[[str], None], tally: Tally
) -> None:
    """Days of work while the clock, and the computer's time zone, are set at random."""
    wrong, runs = [], chosen(short=3, long=60)
    for run in range(runs):
        wrong += [f"run {run}: {each}" for each in jumping(random.Random(run), base, work, move_to)]
    tally("days with a clock that jumps", runs=runs, goal=60, lost=wrong)


def jumping(
    rng: random.Random, base: Base, work: Callable[[], Path], move_to: Callable[[str], None]
) -> list[str]:
    """One such day; what is wrong in the end."""
    open_database(work() / "calmony.db")
    before = {each.operation_id for each in activity.latest(limit=1_000)}
    at, done = NOW, []
    for step in range(12):
        at += rng.choice((-86_400 * 400, -86_400, -3_601, -1, 0, 1, 3_599, 86_400, 86_400 * 20))
        set_clock(at)
        move_to(rng.choice(ZONES))
        operation = f"step-{step}"
        try:
            match rng.randrange(4):
                case 0:
                    cancel_subscription(base.ids["cancel"], operation_id=operation)
                case 1:
                    undo_cancellation(base.ids["cancel"], operation_id=operation)
                case 2:
                    run_billing(operation_id=operation)
                case 3:
                    today = datetime.fromtimestamp(at, UTC).date() - timedelta(days=1)
                    record_payment(
                        base.ids["pay"],
                        method="Cash",
                        received_on=today,
                        operation_id=operation,
                        amount=1,
                    )
        except KnownError as error:
            if not str(error).endswith("."):
                done.append(f"it was told {error}")
    entries = activity.latest(limit=1_000)
    order = [
        int(each.operation_id.split("-")[1].split("/")[0])
        for each in entries
        if each.operation_id not in before
    ]
    if order != sorted(order, reverse=True):
        done.append(f"the activity is out of order: {order}")
    done += [each.sentence for each in check_database().findings]
    close_database()
    return done
