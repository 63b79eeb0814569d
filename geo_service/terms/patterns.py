"""How an area's series behaves: the 17 published classes, and the four words people read."""

PATTERNS = (
    "no pattern",
    "new hotspot",
    "consecutive hotspot",
    "intensifying hotspot",
    "persistent hotspot",
    "diminishing hotspot",
    "sporadic hotspot",
    "oscillating hotspot",
    "historical hotspot",
    "new coldspot",
    "consecutive coldspot",
    "intensifying coldspot",
    "persistent coldspot",
    "diminishing coldspot",
    "sporadic coldspot",
    "oscillating coldspot",
    "historical coldspot",
)
"""By number, as they are published; 1–8 are hot and 9–16 the same eight of cold spots."""

PATTERN_WORDS = ("new", "lasting", "growing", "easing")
"""By number; what a supervisor reads, by a test of its own."""
