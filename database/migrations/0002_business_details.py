"""What an invoice's document needs of the business and the buyer: language, page size, logo."""

from peewee import BlobField, Check, Model, TextField

PAGE_SIZES = "page_size IN ('A4', 'Letter')"


def up(migrator, db):
    class Logo(Model):
        digest = TextField(primary_key=True)
        image = BlobField()

        class Meta:
            database = db
            table_name = "logos"
            strict_tables = True
            constraints = [Check("length(image) <= 1048576")]

    db.create_tables([Logo], safe=False)
    db.execute_sql("ALTER TABLE customers ADD COLUMN language TEXT")
    db.execute_sql("ALTER TABLE business ADD COLUMN language TEXT NOT NULL DEFAULT 'en'")
    db.execute_sql(
        f"ALTER TABLE business ADD COLUMN page_size TEXT NOT NULL DEFAULT 'A4' CHECK ({PAGE_SIZES})"
    )
