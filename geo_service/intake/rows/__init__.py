"""Cells to fields: columns, ids, points, words, and what is refused."""
