"""Billing here: taxes, billed periods, numbers; cancelling at period end; a sealed trail."""

import hashlib
import json
import re

from peewee import (
    BigIntegerField,
    Check,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

DATE = "{0} GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]' AND date({0}) IS {0}"
REASONS = (
    "customer_service",
    "low_quality",
    "missing_features",
    "other",
    "switched_service",
    "too_complex",
    "too_expensive",
    "unused",
)
FLAG = "INTEGER NOT NULL DEFAULT 0 CHECK ({0} IN (0, 1){1})"

#: What an entry's seal is made of, beside the seal of the one before.
SEALED = (
    "operation_id at operator action object_kind object_id customer_id before after reason note"
).split()


def up(migrator, db):
    add_columns(db)
    create_tables(db)
    choose_prefix(db)
    seal_what_is_there(db)
    if isinstance(db, SqliteDatabase):
        make_append_only(db)


def add_columns(db):
    reasons = ", ".join(map(repr, REASONS))
    for table, column, kind in (
        ("customers", "tax_rate", "TEXT"),
        (
            "customers",
            "tax_exempt",
            "TEXT NOT NULL DEFAULT 'none' CHECK (tax_exempt IN ('none', 'exempt', 'reverse'))",
        ),
        ("business", "invoice_prefix", "TEXT NOT NULL DEFAULT 'INV' CHECK (invoice_prefix <> '')"),
        (
            "subscriptions",
            "cancel_requested_here",
            FLAG.format(
                "cancel_requested_here",
                " AND (cancel_requested_here = 0 OR cancel_at_period_end = 1)",
            ),
        ),
        (
            "subscriptions",
            "cancellation_reason",
            f"TEXT CHECK (cancellation_reason IN ({reasons}))",
        ),
        ("subscriptions", "cancellation_note", "TEXT"),
        ("invoices", "issued_here", FLAG.format("issued_here", "")),
        ("invoices", "changed_here", FLAG.format("changed_here", "")),
        ("activity", "reason", "TEXT"),
        ("activity", "note", "TEXT"),
        ("activity", "seal", "TEXT NOT NULL DEFAULT ''"),
    ):
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    db.execute_sql(
        "CREATE INDEX subscriptions_next_billing_date ON subscriptions (next_billing_date)"
    )


def create_tables(db):
    class Record(Model):
        class Meta:
            database = db
            legacy_table_names = False
            strict_tables = True

    class Subscription(Record):
        id = TextField(primary_key=True)

        class Meta:
            table_name = "subscriptions"

    class Invoice(Record):
        id = TextField(primary_key=True)

        class Meta:
            table_name = "invoices"

    class Activity(Record):
        id = IntegerField(primary_key=True)

        class Meta:
            table_name = "activity"

    class BilledPeriod(Record):
        subscription = ForeignKeyField(Subscription, column_name="subscription_id", index=False)
        period_start_on = TextField()
        period_end_on = TextField()
        anchor_on = TextField()
        invoice = ForeignKeyField(Invoice, column_name="invoice_id")

        class Meta:
            table_name = "billed_periods"
            # The same period is never billed twice.
            primary_key = CompositeKey("subscription", "period_start_on")
            constraints = [
                *(
                    Check(DATE.format(each))
                    for each in ("period_start_on", "period_end_on", "anchor_on")
                ),
                Check("period_start_on < period_end_on"),
            ]

    class InvoiceSeries(Record):
        series = TextField(primary_key=True)
        first = IntegerField()
        last = IntegerField()

        class Meta:
            table_name = "invoice_series"
            constraints = [Check("first >= 1"), Check("last >= first")]

    class ActivityHead(Record):
        id = IntegerField(primary_key=True)
        entries = IntegerField()
        seal = TextField()

        class Meta:
            table_name = "activity_head"
            constraints = [Check("id = 1")]

    class Handover(Record):
        activity = ForeignKeyField(
            Activity, column_name="activity_id", primary_key=True, index=False
        )
        handed_over_at = BigIntegerField()

        class Meta:
            table_name = "handovers"

    db.create_tables([BilledPeriod, InvoiceSeries, ActivityHead, Handover], safe=False)


def choose_prefix(db):
    """Go on with the prefix of the newest number that is written like NW-2026-0001."""
    newest_first = db.execute_sql(
        "SELECT number FROM invoices WHERE number LIKE '%-____-%' ORDER BY issued_on DESC, id"
    )
    for (number,) in newest_first.fetchall():
        match = re.fullmatch(r"([A-Za-z0-9]{1,12})-[12][0-9]{3}-[0-9]+", number)
        if match:
            db.execute_sql(f"UPDATE business SET invoice_prefix = {db.param}", (match[1],))
            return


def seal_what_is_there(db):
    entries, seal = 0, ""
    names = ", ".join(f'"{name}"' for name in SEALED)
    for key, *values in db.execute_sql(f"SELECT id, {names} FROM activity ORDER BY id").fetchall():
        content = dict(zip(SEALED, values, strict=True))
        for name in ("before", "after"):
            content[name] = None if content[name] is None else json.loads(content[name])
        text = json.dumps(
            [seal, content], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        seal = hashlib.sha256(text.encode()).hexdigest()
        db.execute_sql(f"UPDATE activity SET seal = {db.param} WHERE id = {db.param}", (seal, key))
        entries += 1
    db.execute_sql(
        f"INSERT INTO activity_head (id, entries, seal) VALUES (1, {db.param}, {db.param})",
        (entries, seal),
    )


def make_append_only(db):
    """Refuse whatever changes or removes an entry, INSERT OR REPLACE included.

    A replacing INSERT removes the old row without any DELETE trigger, so it is met before it does.
    """
    refuse = "SELECT RAISE(ABORT, 'the activity trail is append-only')"
    for event in ("UPDATE", "DELETE"):
        db.execute_sql(
            f"CREATE TRIGGER activity_no_{event.lower()} BEFORE {event} ON activity "
            f"BEGIN {refuse}; END"
        )
    db.execute_sql(
        "CREATE TRIGGER activity_no_replace BEFORE INSERT ON activity WHEN EXISTS ("
        "SELECT 1 FROM activity WHERE id = new.id OR operation_id = new.operation_id) "
        f"BEGIN {refuse}; END"
    )
    db.execute_sql(
        "CREATE TRIGGER activity_sealed BEFORE INSERT ON activity WHEN length(new.seal) <> 64 "
        "BEGIN SELECT RAISE(ABORT, 'an activity entry needs its seal'); END"
    )
    # The head moves on by one entry at a time.
    for name, event in (
        ("delete", "DELETE ON activity_head"),
        (
            "leap",
            "UPDATE ON activity_head WHEN new.id <> old.id OR new.entries <> old.entries + 1",
        ),
        ("replace", "INSERT ON activity_head WHEN EXISTS (SELECT 1 FROM activity_head)"),
    ):
        db.execute_sql(f"CREATE TRIGGER activity_head_no_{name} BEFORE {event} BEGIN {refuse}; END")
    for name, event in (
        ("update", "UPDATE ON handovers"),
        ("delete", "DELETE ON handovers"),
        (
            "replace",
            "INSERT ON handovers WHEN EXISTS ("
            "SELECT 1 FROM handovers WHERE activity_id = new.activity_id)",
        ),
    ):
        db.execute_sql(f"CREATE TRIGGER handovers_no_{name} BEFORE {event} BEGIN {refuse}; END")
