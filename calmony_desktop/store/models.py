"""The Peewee models: what the program's code sees of the tables.

Tables, checks and triggers are made by ``database/migrations``; a test holds these models against
the migrated schema. ``id`` is the payment provider's own id: opaque, case-sensitive text.
"""

from __future__ import annotations

from typing import Final

from peewee import (
    AutoField,
    BlobField,
    BooleanField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

from calmony_desktop.store.database import database
from calmony_desktop.store.fields import (
    CalendarDateField,
    ExactDecimalField,
    InstantField,
    JsonTextField,
    MinorUnitsField,
)

#: The ``api_version`` of what was made here: it sorts after every version of the provider's.
MADE_HERE: Final = "here"


class Record(Model):
    """The base of every table."""

    class Meta:
        """Bound to the one database; STRICT, so that a column only takes what it was made for."""

        database = database
        legacy_table_names = False
        strict_tables = True


class ImportedRecord(Record):
    """A record that comes from the payment provider.

    ``as_of`` is the latest instant that the source itself attests and ``api_version`` the shape it
    was read from: together they tell a newer object from an older one.
    """

    as_of = InstantField(default=0)
    api_version = TextField(default="")


class Business(Record):
    """The one row about the business itself: the seller of new invoices, and how they look.

    ``language`` is a BCP 47 tag, for buyers who have none of their own. ``invoice_prefix`` begins
    the numbers of invoices issued here: NW makes NW-2026-0001.
    """

    id = IntegerField(primary_key=True, default=1)
    seller = JsonTextField(default=dict)  # issued_invoice.Party.as_dict()
    time_zone = TextField(default="UTC")
    language = TextField(default="en")
    page_size = TextField(default="A4")
    invoice_prefix = TextField(default="INV")

    class Meta:
        """One row only, held by a check."""

        table_name = "business"


class Logo(Record):
    """A seller's logo: PNG or JPEG. Snapshots of sellers name it by its SHA-256."""

    digest = TextField(primary_key=True)
    image = BlobField()

    class Meta:
        """Never removed, so that an old invoice keeps the logo it was issued with."""

        table_name = "logos"


class Customer(ImportedRecord):
    """A customer. ``key`` is for the search index only and never leaves the store.

    ``tax_rate`` is a percentage, where the provider says which one the customer is charged. From
    ``open_invoices`` on the columns are kept by the database's triggers: what the list is sorted
    and filtered by.
    """

    key = AutoField()
    id = TextField(unique=True)
    name = TextField(null=True)
    email = TextField(null=True)
    phone = TextField(null=True)
    line1 = TextField(null=True)
    line2 = TextField(null=True)
    city = TextField(null=True)
    region = TextField(null=True)
    postal_code = TextField(null=True)
    country = TextField(null=True)  # ISO 3166-1 alpha-2 where the source keeps to it
    tax_id = TextField(null=True)
    description = TextField(null=True)
    currency = TextField(null=True)
    language = TextField(null=True)  # BCP 47, the first of the preferred ones
    tax_rate = ExactDecimalField(null=True)
    tax_exempt = TextField(default="none")  # billing.taxes.Exemption
    created_at = InstantField(index=True)
    deleted_at = InstantField(null=True)
    sort_key = TextField()  # search_keys.sort_key(): the list's order
    email_key = TextField(index=True)  # search_keys.fold(email)
    search_key = TextField()  # search_keys.search_key(): what the trigram index holds
    open_invoices = IntegerField(default=0)
    open_balance = IntegerField(default=0, index=True)  # hundredths, of all currencies together
    last_payment_at = InstantField(default=0, index=True)  # 0 where none has succeeded
    last_payment_failed = BooleanField(default=False)  # the newest attempt
    active_subscriptions = IntegerField(default=0)
    unpaid_subscriptions = IntegerField(default=0)  # of these
    main_currency = TextField(null=True, index=True)  # theirs, else that of their first record

    class Meta:
        """All customers, those deleted at the provider included."""

        table_name = "customers"


#: With all that the list is searched, filtered and sorted by, a walk by name looks into no row.
Customer.add_index(
    Customer.index(
        *(Customer.sort_key, Customer.search_key, Customer.key, Customer.created_at),
        *(Customer.open_balance, Customer.last_payment_at, Customer.open_invoices),
        *(Customer.last_payment_failed, Customer.active_subscriptions, Customer.main_currency),
        name="customers_by_name",
    )
)
for _name, _test in (
    ("customers_with_open_invoices", Customer.open_invoices > 0),
    ("customers_with_failed_payment", Customer.last_payment_failed),
    ("customers_with_active_subscription", Customer.active_subscriptions > 0),
):
    Customer.add_index(Customer.index(Customer.key, where=_test, name=_name))


class PaymentIntent(ImportedRecord):
    """An attempt to take a payment: a payment intent, or a charge made without one.

    ``charge_id`` names the charge behind it, so that a CSV of charges and a JSON of payment
    intents meet in one row. ``invoice_id`` is no foreign key: the link can arrive before the
    invoice does. ``as_of`` is the intent's and 0 where only its charge is known, ``charge_as_of``
    the charge's and 0 where only the intent is.
    """

    id = TextField(primary_key=True)
    charge_id = TextField(null=True, unique=True)
    customer = ForeignKeyField(Customer, field=Customer.id, column_name="customer_id", index=False)
    invoice_id = TextField(null=True, index=True)
    amount = MinorUnitsField()
    amount_refunded = MinorUnitsField(default=0)
    currency = TextField()
    status = TextField()
    raw_status = TextField()
    description = TextField(null=True)
    failure_message = TextField(null=True)
    payment_method = TextField(null=True)  # "Visa ending 4242"
    created_at = InstantField()
    charge_as_of = InstantField(default=0)

    class Meta:
        """Read by customer, newest first."""

        table_name = "payment_intents"
        indexes = ((("customer", "created_at"), False),)


class PaymentCharge(Record):
    """A charge known to belong to a payment intent: every attempt, not only the latest.

    So that a charge that comes again, from a source that does not name its intent, is recognised.
    """

    charge_id = TextField(primary_key=True)
    payment = ForeignKeyField(PaymentIntent, column_name="payment_id", on_delete="CASCADE")

    class Meta:
        """Read by charge, and by payment when records are exported."""

        table_name = "payment_charges"


class Product(ImportedRecord):
    """A product: gives a price its name."""

    id = TextField(primary_key=True)
    name = TextField(null=True)

    class Meta:
        """Products are few."""

        table_name = "products"


class Price(ImportedRecord):
    """A recurring price (a *plan* in older API versions). ``unit_amount`` is in minor units."""

    id = TextField(primary_key=True)
    product_id = TextField(null=True)
    name = TextField(null=True)
    currency = TextField()
    unit_amount = ExactDecimalField(null=True)
    interval = TextField(null=True)
    interval_count = IntegerField(default=1)

    class Meta:
        """Prices are few."""

        table_name = "prices"


class Subscription(ImportedRecord):
    """A subscription.

    ``plan``, ``amount``, ``interval`` and ``next_billing_date`` are what its items and dates come
    to, worked out whenever it is written, so that reading needs no arithmetic.
    ``canceled_here`` is true once an operator cancelled it in this program, and
    ``cancel_requested_here`` once one asked here that it end with its period: no import undoes
    either.
    """

    id = TextField(primary_key=True)
    customer = ForeignKeyField(Customer, field=Customer.id, column_name="customer_id")
    plan = TextField()
    amount = MinorUnitsField()
    currency = TextField()
    interval = TextField(null=True)
    interval_count = IntegerField(default=1)
    status = TextField()
    raw_status = TextField()
    next_billing_date = CalendarDateField(null=True, index=True)
    created_at = InstantField()
    current_period_start_at = InstantField(null=True)
    current_period_end_at = InstantField(null=True)
    billing_cycle_anchor_at = InstantField(null=True)
    trial_end_at = InstantField(null=True)
    cancel_at_period_end = BooleanField(default=False)
    cancel_at = InstantField(null=True)
    canceled_at = InstantField(null=True)
    ended_at = InstantField(null=True)
    is_paused = BooleanField(default=False)
    canceled_here = BooleanField(default=False)
    cancel_requested_here = BooleanField(default=False)
    cancellation_reason = TextField(null=True)  # billing.cancelling.CancellationReason
    cancellation_note = TextField(null=True)

    class Meta:
        """Read by customer."""

        table_name = "subscriptions"


class SubscriptionItem(Record):
    """One price of a subscription, with its quantity."""

    subscription = ForeignKeyField(
        Subscription,
        column_name="subscription_id",
        backref="items",
        on_delete="CASCADE",
        index=False,
    )
    position = IntegerField()
    id = TextField(null=True)
    price = ForeignKeyField(Price, column_name="price_id", index=False)
    quantity = ExactDecimalField(null=True)
    current_period_end_at = InstantField(null=True)

    class Meta:
        """In the provider's order."""

        table_name = "subscription_items"
        primary_key = CompositeKey("subscription", "position")


class Invoice(ImportedRecord):
    """An invoice as it was issued. ``seller`` and ``buyer`` are its own snapshot of both.

    ``total`` is what the customer was asked for and ``amount_remaining`` what is left to pay.
    ``subscription_id`` is no foreign key: the invoice can arrive before its subscription.
    ``issued_here``: this program billed it. ``changed_here``: it was, or an operator recorded a
    payment on it or voided it here; an import does not undo that.
    """

    id = TextField(primary_key=True)
    number = TextField(null=True, index=True)
    customer = ForeignKeyField(Customer, field=Customer.id, column_name="customer_id", index=False)
    subscription_id = TextField(null=True, index=True)
    status = TextField()
    raw_status = TextField()
    currency = TextField()
    subtotal = MinorUnitsField()
    discount_amount = MinorUnitsField(default=0)
    tax_amount = MinorUnitsField(default=0)
    total = MinorUnitsField()
    amount_paid = MinorUnitsField(default=0)
    amount_remaining = MinorUnitsField(default=0)
    created_at = InstantField()
    paid_at = InstantField(null=True)
    voided_at = InstantField(null=True)
    issued_on = CalendarDateField()
    due_on = CalendarDateField(null=True)
    period_start_on = CalendarDateField(null=True)
    period_end_on = CalendarDateField(null=True)
    seller = JsonTextField()  # issued_invoice.Party.as_dict()
    buyer = JsonTextField()
    memo = TextField(null=True)
    footer = TextField(null=True)
    issued_here = BooleanField(default=False)
    changed_here = BooleanField(default=False)

    class Meta:
        """Read by customer, newest first."""

        table_name = "invoices"
        indexes = ((("customer", "issued_on"), False),)


Invoice.add_index(
    Invoice.index(
        Invoice.number,
        unique=True,
        where=Invoice.issued_here,
        name="invoices_number_issued_here",
    )
)


class InvoiceLine(Record):
    """One line of an invoice. ``amount`` is before its discount and without exclusive tax.

    ``period_end_on`` is the last day of the service, inclusive.
    """

    invoice = ForeignKeyField(
        Invoice, column_name="invoice_id", backref="lines", on_delete="CASCADE", index=False
    )
    position = IntegerField()
    description = TextField()
    quantity = ExactDecimalField()
    unit_amount = ExactDecimalField(null=True)
    amount = MinorUnitsField()
    discount_amount = MinorUnitsField(default=0)
    tax_rate = ExactDecimalField(null=True)
    period_start_on = CalendarDateField(null=True)
    period_end_on = CalendarDateField(null=True)
    price_id = TextField(null=True)

    class Meta:
        """In the invoice's order."""

        table_name = "invoice_lines"
        primary_key = CompositeKey("invoice", "position")


class InvoiceTax(Record):
    """The tax of one rate on an invoice."""

    invoice = ForeignKeyField(
        Invoice, column_name="invoice_id", backref="taxes", on_delete="CASCADE", index=False
    )
    position = IntegerField()
    label = TextField()
    rate = ExactDecimalField(null=True)
    taxable_amount = MinorUnitsField(null=True)
    amount = MinorUnitsField()
    exemption_reason = TextField(default="")

    class Meta:
        """In the invoice's order."""

        table_name = "invoice_taxes"
        primary_key = CompositeKey("invoice", "position")


class BilledPeriod(Record):
    """A period of a subscription for which there is an invoice: it is never billed again.

    ``period_end_on`` is the first day of the next period, ``anchor_on`` the day from which both are
    counted. The invoice was issued here or, found when the period fell due, by the provider.
    """

    subscription = ForeignKeyField(Subscription, column_name="subscription_id", index=False)
    period_start_on = CalendarDateField()
    period_end_on = CalendarDateField()
    anchor_on = CalendarDateField()
    invoice = ForeignKeyField(Invoice, column_name="invoice_id")

    class Meta:
        """One row a period, held by the primary key."""

        table_name = "billed_periods"
        primary_key = CompositeKey("subscription", "period_start_on")


class InvoiceSeries(Record):
    """A series of invoice numbers such as ``NW-2026-``: the first and the last one taken here."""

    series = TextField(primary_key=True)
    first = IntegerField()
    last = IntegerField()

    class Meta:
        """One row a year."""

        table_name = "invoice_series"


class WaitingRecord(Record):
    """An imported record whose customer is not here yet; attached by the import that brings it.

    ``waits_for`` is that customer's id, or the payment's that an invoice payment belongs to;
    ``payload`` is the record as import normalized it.
    """

    kind = TextField()
    id = TextField()
    waits_for = TextField(index=True)
    payload = JsonTextField()

    class Meta:
        """Few, unless somebody imports payments only."""

        table_name = "waiting_records"
        primary_key = CompositeKey("kind", "id")


class Activity(Record):
    """Who did what, when, to which object; before, after and why. Triggers keep it append-only.

    ``operation_id`` is a UUID made before the person is asked, so that a retry is no second one.
    ``seal`` is the SHA-256 over the entry and the seal of the one before.
    """

    id = AutoField()
    operation_id = TextField(unique=True)
    at = InstantField()
    operator = TextField()
    action = TextField()
    object_kind = TextField()
    object_id = TextField()
    customer_id = TextField(null=True)
    before = JsonTextField(null=True)
    after = JsonTextField(null=True)
    reason = TextField(null=True)
    note = TextField(null=True)
    seal = TextField(default="")

    class Meta:
        """Read by customer and by object."""

        table_name = "activity"
        indexes = (
            (("customer_id", "id"), False),
            (("object_kind", "object_id", "id"), False),
        )


class ActivityHead(Record):
    """How many entries the activity trail has and the seal of the last: tells a missing end."""

    id = IntegerField(primary_key=True, default=1)
    entries = IntegerField()
    seal = TextField()

    class Meta:
        """One row only, held by a check."""

        table_name = "activity_head"


class Handover(Record):
    """An activity entry that was handed over to the payment provider."""

    activity = ForeignKeyField(Activity, column_name="activity_id", primary_key=True, index=False)
    handed_over_at = InstantField()

    class Meta:
        """What is not in here, the provider has not been told."""

        table_name = "handovers"


#: Every table, parents first.
ALL_MODELS: tuple[type[Record], ...] = (
    Business,
    Logo,
    Customer,
    PaymentIntent,
    PaymentCharge,
    Product,
    Price,
    Subscription,
    SubscriptionItem,
    Invoice,
    InvoiceLine,
    InvoiceTax,
    BilledPeriod,
    InvoiceSeries,
    WaitingRecord,
    Activity,
    ActivityHead,
    Handover,
)
