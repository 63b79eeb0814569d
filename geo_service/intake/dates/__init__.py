"""Texts to moments, however they are written."""
