"""The schematic demo district: made by hand and by seed, nothing in it was ever surveyed.

In: a seed and a last day. Out: areas, background, reports, crews, account names, and the truth
that was planted among the reports. Whole numbers are drawn, nothing else, so that a seed gives
the same district on every machine.
"""

from geo_service.demo.district import END, Demo, demo_district
from geo_service.demo.files import boundary_texts, report_texts, write_demo
from geo_service.demo.pictures import draw_photo
from geo_service.demo.work import Act, plan_work
