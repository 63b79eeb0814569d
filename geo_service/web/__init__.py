"""Faces: Flask, one blueprint a subject.

In: requests, and a store to read. Out: pages, JSON, files. A route reads the question, asks the
store, shapes, answers; it computes no statistics and imports no step. Nothing here starts at
import: :func:`create_app` makes an application, :func:`serve` runs it.
"""

from geo_service.web.base.app import create_app
from geo_service.web.base.serve import serve
