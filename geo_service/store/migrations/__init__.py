"""How a store's tables are made; Alembic runs it when a store is opened that has none.

Until the release there is one step, `versions/v0001_first.py`: a change alters `schema.py`, or the
step where something is PostGIS's own, and `VERSION`, whose test tells the new one.
"""
