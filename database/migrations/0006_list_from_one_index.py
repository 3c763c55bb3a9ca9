"""The list of customers by name, filtered or not, from one index that holds all it asks for.

And whether a customer needs attention stands with them, rather than with their subscriptions.
"""

from peewee import SqliteDatabase

#: Subscriptions that can still bill, and those of them that are not paid.
ACTIVE = "status IN ('trialing', 'active', 'past_due', 'unpaid', 'paused')"
UNPAID = "status IN ('past_due', 'unpaid')"


def up(migrator, db):
    db.execute_sql(
        "ALTER TABLE customers ADD COLUMN unpaid_subscriptions INTEGER NOT NULL DEFAULT 0"
    )
    unpaid = f"FROM subscriptions r WHERE r.{UNPAID}"
    db.execute_sql(
        "UPDATE customers SET unpaid_subscriptions = "
        f"(SELECT count(*) {unpaid} AND r.customer_id = customers.id) "
        f"WHERE id IN (SELECT r.customer_id {unpaid})"
    )
    db.execute_sql("DROP INDEX customers_sort_key_search_key")
    db.execute_sql(
        "CREATE INDEX customers_by_name ON customers (sort_key, search_key, key, created_at, "
        "open_balance, last_payment_at, open_invoices, last_payment_failed, "
        "active_subscriptions, main_currency)"
    )
    if isinstance(db, SqliteDatabase):
        follow_subscriptions(db)
        # In one piece it takes a tenth of the pages to look anything up.
        db.execute_sql("INSERT INTO customer_search (customer_search) VALUES ('optimize')")


def follow_subscriptions(db):
    """As migration 0005 does, and in the same statement."""
    for event in ("insert", "delete", "update"):
        db.execute_sql(f"DROP TRIGGER subscriptions_figures_{event}")

    def add(row, sign):
        return (
            f"UPDATE customers SET active_subscriptions = active_subscriptions {sign} 1, "
            f"unpaid_subscriptions = unpaid_subscriptions {sign} ({row}.{UNPAID}) "
            f"WHERE id = {row}.customer_id AND {row}.{ACTIVE};"
        )

    for event, when, statements in (
        ("INSERT", f"new.{ACTIVE}", add("new", "+")),
        ("DELETE", f"old.{ACTIVE}", add("old", "-")),
        (
            "UPDATE OF status, customer_id",
            "old.status <> new.status OR old.customer_id <> new.customer_id",
            add("old", "-") + add("new", "+"),
        ),
    ):
        db.execute_sql(
            f"CREATE TRIGGER subscriptions_figures_{event.split()[0].lower()} "
            f"AFTER {event} ON subscriptions WHEN {when} BEGIN {statements} END"
        )
