"""What the list of customers is sorted and filtered by, kept with each customer by triggers.

However a record is written, its customer's figures follow in the same transaction.
"""

import unicodedata

from peewee import SqliteDatabase

#: Subscriptions that can still bill.
ACTIVE = "status IN ('trialing', 'active', 'past_due', 'unpaid', 'paused')"

#: Hundredths of the currency's unit, whatever its minor unit is, so that balances can be sorted.
#: Clamped, so that no sum of them leaves 64 bits.
BALANCE = """
    min(CASE
        WHEN {0}.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'JPY', 'KMF', 'KRW', 'MGA', 'PYG', 'RWF',
                              'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN {0}.amount_remaining * 100
        WHEN {0}.currency IN ('BHD', 'JOD', 'KWD', 'OMR', 'TND') THEN {0}.amount_remaining / 10
        ELSE {0}.amount_remaining
    END, 100000000000000)
"""

LAST_PAYMENT_AT = """
    coalesce((SELECT created_at FROM payment_intents WHERE customer_id = {0}
              AND status = 'succeeded' ORDER BY created_at DESC LIMIT 1), 0)
"""
LAST_PAYMENT_FAILED = """
    coalesce((SELECT status = 'failed' FROM payment_intents WHERE customer_id = {0}
              ORDER BY created_at DESC, id DESC LIMIT 1), 0)
"""

COLUMNS = {
    "open_invoices": "INTEGER NOT NULL DEFAULT 0",
    "open_balance": "INTEGER NOT NULL DEFAULT 0",
    "last_payment_at": "INTEGER NOT NULL DEFAULT 0",
    "last_payment_failed": "INTEGER NOT NULL DEFAULT 0 CHECK (last_payment_failed IN (0, 1))",
    "active_subscriptions": "INTEGER NOT NULL DEFAULT 0",
    "main_currency": "TEXT",
}


def up(migrator, db):
    forget_what_nobody_sees(db)
    for name, kind in COLUMNS.items():
        db.execute_sql(f"ALTER TABLE customers ADD COLUMN {name} {kind}")
    work_out(db)
    # With what is searched beside what is sorted by, a walk in the order of the names needs no row.
    db.execute_sql("DROP INDEX customers_sort_key")
    for index in (
        "customers_sort_key_search_key ON customers (sort_key, search_key)",
        "customers_open_balance ON customers (open_balance)",
        "customers_last_payment_at ON customers (last_payment_at)",
        "customers_main_currency ON customers (main_currency)",
        "customers_with_open_invoices ON customers (key) WHERE open_invoices > 0",
        "customers_with_failed_payment ON customers (key) WHERE last_payment_failed = 1",
        "customers_with_active_subscription ON customers (key) WHERE active_subscriptions > 0",
    ):
        db.execute_sql(f"CREATE INDEX {index}")
    if isinstance(db, SqliteDatabase):
        follow_invoices(db)
        follow_payments(db)
        follow_subscriptions(db)
        follow_currencies(db)


def forget_what_nobody_sees(db):
    """Keys are made without soft hyphens, joiners and marks of direction now."""
    names = ("sort_key", "email_key", "search_key")
    found = db.execute_sql(f"SELECT key, {', '.join(names)} FROM customers").fetchall()
    for key, *texts in found:
        if not any("Cf" in map(unicodedata.category, text) for text in texts if not text.isascii()):
            continue
        seen = ["".join(c for c in text if unicodedata.category(c) != "Cf") for text in texts]
        clean = ["\n".join(" ".join(line.split()) for line in text.split("\n")) for text in seen]
        assignments = ", ".join(f"{name} = {db.param}" for name in names)
        db.execute_sql(f"UPDATE customers SET {assignments} WHERE key = {db.param}", (*clean, key))


def work_out(db):
    """The figures of the customers that are there."""
    newest = " UNION ALL ".join(
        f"SELECT customer_id, currency, created_at FROM {table}"
        for table in ("payment_intents", "subscriptions", "invoices")
    )
    for columns, figures in (
        (
            "open_invoices, open_balance",
            f"count(*), sum({BALANCE.format('r')}) FROM invoices r WHERE r.status = 'open'",
        ),
        ("active_subscriptions", f"count(*) FROM subscriptions r WHERE {ACTIVE}"),
    ):
        db.execute_sql(
            f"UPDATE customers SET ({columns}) = "
            f"(SELECT {figures} AND r.customer_id = customers.id) "
            f"WHERE id IN (SELECT r.customer_id {figures[figures.index('FROM') :]})"
        )
    db.execute_sql(
        f"UPDATE customers SET last_payment_at = {LAST_PAYMENT_AT.format('customers.id')}, "
        f"last_payment_failed = {LAST_PAYMENT_FAILED.format('customers.id')} "
        "WHERE id IN (SELECT customer_id FROM payment_intents)"
    )
    db.execute_sql(
        f"WITH records AS ({newest}) UPDATE customers SET main_currency = coalesce(currency, ("
        "SELECT r.currency FROM records r WHERE r.customer_id = customers.id "
        "ORDER BY r.created_at LIMIT 1))"
    )


def follow_invoices(db):
    def add(row, sign):
        return (
            f"UPDATE customers SET open_invoices = open_invoices {sign} 1, "
            f"open_balance = open_balance {sign} {BALANCE.format(row)} "
            f"WHERE id = {row}.customer_id AND {row}.status = 'open';"
        )

    trigger(db, "invoices", "INSERT", "new.status = 'open'", add("new", "+"))
    trigger(db, "invoices", "DELETE", "old.status = 'open'", add("old", "-"))
    trigger(
        db,
        "invoices",
        "UPDATE OF status, amount_remaining, currency, customer_id",
        "old.status = 'open' OR new.status = 'open'",
        add("old", "-") + add("new", "+"),
    )


def follow_payments(db):
    def renew(row):
        customer = f"{row}.customer_id"
        return (
            f"UPDATE customers SET last_payment_at = {LAST_PAYMENT_AT.format(customer)}, "
            f"last_payment_failed = {LAST_PAYMENT_FAILED.format(customer)} WHERE id = {customer};"
        )

    trigger(db, "payment_intents", "INSERT", None, renew("new"))
    trigger(db, "payment_intents", "DELETE", None, renew("old"))
    trigger(
        db,
        "payment_intents",
        "UPDATE OF status, created_at, customer_id",
        "old.status <> new.status OR old.created_at <> new.created_at "
        "OR old.customer_id <> new.customer_id",
        renew("old") + renew("new"),
    )


def follow_subscriptions(db):
    def add(row, sign):
        return (
            f"UPDATE customers SET active_subscriptions = active_subscriptions {sign} 1 "
            f"WHERE id = {row}.customer_id AND {row}.{ACTIVE};"
        )

    trigger(db, "subscriptions", "INSERT", f"new.{ACTIVE}", add("new", "+"))
    trigger(db, "subscriptions", "DELETE", f"old.{ACTIVE}", add("old", "-"))
    trigger(
        db,
        "subscriptions",
        "UPDATE OF status, customer_id",
        "old.status <> new.status OR old.customer_id <> new.customer_id",
        add("old", "-") + add("new", "+"),
    )


def follow_currencies(db):
    """The provider's word for it, else the currency of the first record that comes."""
    own = "UPDATE customers SET main_currency = new.currency WHERE key = new.key;"
    is_told = "new.currency IS NOT NULL"
    trigger(db, "customers", "INSERT", is_told, own)
    trigger(db, "customers", "UPDATE OF currency", is_told, own)
    for table in ("payment_intents", "subscriptions", "invoices"):
        trigger(
            db,
            table,
            "INSERT",
            None,
            "UPDATE customers SET main_currency = new.currency "
            "WHERE id = new.customer_id AND main_currency IS NULL;",
            name="currency",
        )


def trigger(db, table, event, condition, statements, name="figures"):
    when = f"WHEN {condition} " if condition else ""
    db.execute_sql(
        f"CREATE TRIGGER {table}_{name}_{event.split()[0].lower()} AFTER {event} ON {table} "
        f"{when}BEGIN {statements} END"
    )
