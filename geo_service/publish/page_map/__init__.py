"""The map as one file: folium puts the page together, all it needs lies inside.

In: areas, weeks and their figures. Out: one page that opens from a stick without any network and
asks nobody for anything. What people wrote goes in as data, never through folium: it executes
much of what it is given.
"""

from geo_service.publish.page_map.page import SHOWN_LAYERS, MapFacts, page_map
