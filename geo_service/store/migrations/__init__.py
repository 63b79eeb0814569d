"""Steps from one shape of the store to the next; Alembic walks them when a store is opened.

A change of ``schema.py`` needs a new file in ``versions/`` (``v0002_what.py``, ``revision`` one
higher, ``down_revision`` the one before) and ``HEAD`` in ``geo_service/store/opening.py``; the
tests compare the tables that the steps make with those that ``schema.py`` describes.
"""
