"""Shapes: tables in, GeoJSON, tiles, spreadsheets, files and maps out.

In: tables as terms names them, and areas. Out: bytes in the formats other programs read. Knows
no store and no web; folium lives in ``publish.page_map``, the map as one file, and
is loaded only by who draws a map.
"""

from geo_service.publish.catalogue import TABLES, Table, placed
from geo_service.publish.column_texts import written
from geo_service.publish.coverage import WHOLE, Looked, area_coverage, subdistrict_coverage
from geo_service.publish.documents import filled
from geo_service.publish.export import SUFFIXES, Rows, one_table, shaped, whole, write_export
from geo_service.publish.filters import ALL_WEEKS, SUBDISTRICT, Filter
from geo_service.publish.geojson import feature_collection, geometries_as_json
from geo_service.publish.layers import CELL_DAYS, CELL_M, layer_values, squares_in_degrees
from geo_service.publish.mvt import TILE_TYPE
from geo_service.publish.rejects import mendable
from geo_service.publish.safety import spreadsheet_safe
from geo_service.publish.tables import csv_stream, write_xlsx
from geo_service.publish.tiles import TileParams, TileSet
