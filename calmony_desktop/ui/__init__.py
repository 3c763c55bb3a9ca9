"""The window. Knows operations, the store's row types and billing; never Peewee."""
