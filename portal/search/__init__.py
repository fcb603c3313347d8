"""One search index over every kind of page, on SQLite and PostgreSQL alike.

Domains write `entries.Entry` through `service`; pages read through `queries`. Text is folded by `portal.core.text`
before it reaches either database, and both hand their candidates to the same ranking: both give the same answers.
"""
