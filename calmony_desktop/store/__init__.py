"""The database: models, queries that return frozen rows, search. The only package with Peewee."""
