"""The first schema: customers and what belongs to them, and the activity trail.

The models are a frozen copy: they stay as they are when the program's own models move on.
"""

from peewee import (
    SQL,
    AutoField,
    BigIntegerField,
    Check,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

CURRENCY = "length({0}) = 3 AND {0} NOT GLOB '*[^A-Z]*'"
DATE = "{0} GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]' AND date({0}) IS {0}"
# SQLite before 3.45 holds NULL for invalid.
JSON = "{0} IS NULL OR json_valid({0})"


def check(rule, column):
    return Check(rule.format(column))


def one_of(column, values):
    return Check(f"{column} IN ({', '.join(repr(value) for value in values)})")


PAYMENT_STATUSES = ("succeeded", "processing", "requires_action", "failed")
INVOICE_STATUSES = ("draft", "open", "paid", "uncollectible", "void")
SUBSCRIPTION_STATUSES = (
    "incomplete",
    "incomplete_expired",
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "paused",
    "canceled",
)


def flag():
    return IntegerField(default=0)


def is_flag(column):
    return Check(f"{column} IN (0, 1)")


def up(migrator, db):
    class Record(Model):
        class Meta:
            database = db
            legacy_table_names = False
            strict_tables = True

    class ImportedRecord(Record):
        as_of = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])
        api_version = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Business(Record):
        id = IntegerField(primary_key=True)
        seller = TextField()
        time_zone = TextField()

        class Meta:
            table_name = "business"
            constraints = [Check("id = 1"), check(JSON, "seller")]

    class Customer(ImportedRecord):
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
        country = TextField(null=True)
        tax_id = TextField(null=True)
        description = TextField(null=True)
        currency = TextField(null=True)
        created_at = BigIntegerField(index=True)
        deleted_at = BigIntegerField(null=True)
        sort_key = TextField(index=True)
        email_key = TextField(index=True)
        search_key = TextField()

        class Meta:
            table_name = "customers"
            constraints = [
                Check("length(id) BETWEEN 1 AND 255"),
                check(CURRENCY, "currency"),
            ]

    class PaymentIntent(ImportedRecord):
        id = TextField(primary_key=True)
        charge_id = TextField(null=True, unique=True)
        customer = ForeignKeyField(
            Customer, field=Customer.id, column_name="customer_id", index=False
        )
        invoice_id = TextField(null=True, index=True)
        amount = BigIntegerField()
        amount_refunded = BigIntegerField()
        currency = TextField()
        status = TextField()
        raw_status = TextField()
        description = TextField(null=True)
        failure_message = TextField(null=True)
        payment_method = TextField(null=True)
        created_at = BigIntegerField()
        charge_as_of = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])

        class Meta:
            table_name = "payment_intents"
            indexes = ((("customer", "created_at"), False),)
            constraints = [
                Check("length(id) BETWEEN 1 AND 255"),
                Check("amount >= 0"),
                Check("amount_refunded BETWEEN 0 AND amount"),
                check(CURRENCY, "currency"),
                one_of("status", PAYMENT_STATUSES),
            ]

    class PaymentCharge(Record):
        charge_id = TextField(primary_key=True)
        payment = ForeignKeyField(PaymentIntent, column_name="payment_id", on_delete="CASCADE")

        class Meta:
            table_name = "payment_charges"

    class Product(ImportedRecord):
        id = TextField(primary_key=True)
        name = TextField(null=True)

        class Meta:
            table_name = "products"

    class Price(ImportedRecord):
        id = TextField(primary_key=True)
        product_id = TextField(null=True)
        name = TextField(null=True)
        currency = TextField()
        unit_amount = TextField(null=True)
        interval = TextField(null=True)
        interval_count = IntegerField()

        class Meta:
            table_name = "prices"
            constraints = [
                check(CURRENCY, "currency"),
                one_of("interval", ("day", "week", "month", "year")),
                Check("interval_count > 0"),
            ]

    class Subscription(ImportedRecord):
        id = TextField(primary_key=True)
        customer = ForeignKeyField(Customer, field=Customer.id, column_name="customer_id")
        plan = TextField()
        amount = BigIntegerField()
        currency = TextField()
        interval = TextField(null=True)
        interval_count = IntegerField()
        status = TextField()
        raw_status = TextField()
        next_billing_date = TextField(null=True)
        created_at = BigIntegerField()
        current_period_start_at = BigIntegerField(null=True)
        current_period_end_at = BigIntegerField(null=True)
        billing_cycle_anchor_at = BigIntegerField(null=True)
        trial_end_at = BigIntegerField(null=True)
        cancel_at_period_end = flag()
        cancel_at = BigIntegerField(null=True)
        canceled_at = BigIntegerField(null=True)
        ended_at = BigIntegerField(null=True)
        is_paused = flag()
        canceled_here = flag()

        class Meta:
            table_name = "subscriptions"
            constraints = [
                Check("length(id) BETWEEN 1 AND 255"),
                check(CURRENCY, "currency"),
                one_of("status", SUBSCRIPTION_STATUSES),
                one_of("interval", ("day", "week", "month", "year")),
                Check("interval_count > 0"),
                check(DATE, "next_billing_date"),
                # Cancelled means never billed again: no date can be left behind.
                Check(
                    "next_billing_date IS NULL "
                    "OR status IN ('trialing', 'active', 'past_due', 'unpaid')"
                ),
                Check("canceled_here = 0 OR status = 'canceled'"),
                is_flag("cancel_at_period_end"),
                is_flag("is_paused"),
                is_flag("canceled_here"),
            ]

    class SubscriptionItem(Record):
        subscription = ForeignKeyField(
            Subscription, column_name="subscription_id", on_delete="CASCADE", index=False
        )
        position = IntegerField()
        id = TextField(null=True)
        price = ForeignKeyField(Price, column_name="price_id", index=False)
        quantity = TextField(null=True)
        current_period_end_at = BigIntegerField(null=True)

        class Meta:
            table_name = "subscription_items"
            primary_key = CompositeKey("subscription", "position")

    class Invoice(ImportedRecord):
        id = TextField(primary_key=True)
        number = TextField(null=True, index=True)
        customer = ForeignKeyField(
            Customer, field=Customer.id, column_name="customer_id", index=False
        )
        subscription_id = TextField(null=True, index=True)
        status = TextField()
        raw_status = TextField()
        currency = TextField()
        subtotal = BigIntegerField()
        discount_amount = BigIntegerField()
        tax_amount = BigIntegerField()
        total = BigIntegerField()
        amount_paid = BigIntegerField()
        amount_remaining = BigIntegerField()
        created_at = BigIntegerField()
        paid_at = BigIntegerField(null=True)
        voided_at = BigIntegerField(null=True)
        issued_on = TextField()
        due_on = TextField(null=True)
        period_start_on = TextField(null=True)
        period_end_on = TextField(null=True)
        seller = TextField()
        buyer = TextField()
        memo = TextField(null=True)
        footer = TextField(null=True)

        class Meta:
            table_name = "invoices"
            indexes = ((("customer", "issued_on"), False),)
            constraints = [
                Check("length(id) BETWEEN 1 AND 255"),
                check(CURRENCY, "currency"),
                one_of("status", INVOICE_STATUSES),
                check(DATE, "issued_on"),
                check(DATE, "due_on"),
                check(DATE, "period_start_on"),
                check(DATE, "period_end_on"),
                check(JSON, "seller"),
                check(JSON, "buyer"),
            ]

    class InvoiceLine(Record):
        invoice = ForeignKeyField(
            Invoice, column_name="invoice_id", on_delete="CASCADE", index=False
        )
        position = IntegerField()
        description = TextField()
        quantity = TextField()
        unit_amount = TextField(null=True)
        amount = BigIntegerField()
        discount_amount = BigIntegerField()
        tax_rate = TextField(null=True)
        period_start_on = TextField(null=True)
        period_end_on = TextField(null=True)
        price_id = TextField(null=True)

        class Meta:
            table_name = "invoice_lines"
            primary_key = CompositeKey("invoice", "position")
            constraints = [check(DATE, "period_start_on"), check(DATE, "period_end_on")]

    class InvoiceTax(Record):
        invoice = ForeignKeyField(
            Invoice, column_name="invoice_id", on_delete="CASCADE", index=False
        )
        position = IntegerField()
        label = TextField()
        rate = TextField(null=True)
        taxable_amount = BigIntegerField(null=True)
        amount = BigIntegerField()
        exemption_reason = TextField()

        class Meta:
            table_name = "invoice_taxes"
            primary_key = CompositeKey("invoice", "position")

    class WaitingRecord(Record):
        kind = TextField()
        id = TextField()
        waits_for = TextField(index=True)
        payload = TextField()

        class Meta:
            table_name = "waiting_records"
            primary_key = CompositeKey("kind", "id")
            constraints = [check(JSON, "payload")]

    class Activity(Record):
        id = AutoField()
        operation_id = TextField(unique=True)
        at = BigIntegerField()
        operator = TextField()
        action = TextField()
        object_kind = TextField()
        object_id = TextField()
        customer_id = TextField(null=True)
        before = TextField(null=True)
        after = TextField(null=True)

        class Meta:
            table_name = "activity"
            indexes = (
                (("customer_id", "id"), False),
                (("object_kind", "object_id", "id"), False),
            )
            constraints = [check(JSON, "before"), check(JSON, "after")]

    db.create_tables(
        [
            Business,
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
            WaitingRecord,
            Activity,
        ],
        safe=False,
    )
    # The demo, an import and the window all need the business's time zone from the first moment.
    db.execute_sql("INSERT INTO business (id, seller, time_zone) VALUES (1, '{}', 'UTC')")
    if isinstance(db, SqliteDatabase):
        create_search_index(db)


def create_search_index(db):
    """A trigram index over the customers' search keys, kept true by triggers."""
    db.execute_sql(
        "CREATE VIRTUAL TABLE customer_search USING fts5("
        "search_key, content='customers', content_rowid='key', tokenize='trigram')"
    )
    add = "INSERT INTO customer_search (rowid, search_key) VALUES (new.key, new.search_key)"
    remove = (
        "INSERT INTO customer_search (customer_search, rowid, search_key) "
        "VALUES ('delete', old.key, old.search_key)"
    )
    db.execute_sql(
        f"CREATE TRIGGER customer_search_insert AFTER INSERT ON customers BEGIN {add}; END"
    )
    db.execute_sql(
        f"CREATE TRIGGER customer_search_delete AFTER DELETE ON customers BEGIN {remove}; END"
    )
    db.execute_sql(
        "CREATE TRIGGER customer_search_update AFTER UPDATE OF search_key ON customers "
        f"WHEN old.search_key IS NOT new.search_key BEGIN {remove}; {add}; END"
    )
