"""A number is issued here once: the database itself holds it now, beside the series."""

from calmony_desktop.errors import KnownError


def up(migrator, db):
    refuse_a_number_used_twice(db)
    # The provider may well use a number twice, say for a void invoice and the one in its place.
    db.execute_sql(
        "CREATE UNIQUE INDEX invoices_number_issued_here ON invoices (number) WHERE issued_here = 1"
    )


def refuse_a_number_used_twice(db):
    """This program never does that, so somebody changed the file past it."""
    twice = db.execute_sql(
        "SELECT number FROM invoices WHERE issued_here = 1 GROUP BY number HAVING count(number) > 1"
    ).fetchall()
    if twice:
        numbers = ", ".join(sorted(number for (number,) in twice))
        raise KnownError(
            "The database was changed by another program: more than one invoice issued here has "
            f"the number {numbers}. Open the latest backup instead. Nothing was changed."
        )
