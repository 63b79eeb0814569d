"""Names and texts of the schematic district, as `names.toml` has them."""

import tomllib
from importlib.resources import files

_TOLD = tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))

ALLEY_ENDINGS: str = _TOLD["alley_endings"]
MARKETS: str = _TOLD["markets"]
PLAZAS: str = _TOLD["plazas"]
STATIONS: str = _TOLD["stations"]
COMMERCIALS: str = _TOLD["commercials"]
SUBDISTRICTS: dict[str, list[str]] = _TOLD["subdistricts"]
THROUGH: dict[int, list[str]] = {int(row): names for row, names in _TOLD["through"].items()}
STREETS: dict[str, str] = _TOLD["streets"]
ALLEY_STEMS: dict[str, str] = _TOLD["alley_stems"]
COMPOUNDS: dict[str, str] = _TOLD["compounds"]
ALIASES: dict[str, str] = _TOLD["aliases"]
WRONG: dict[str, str] = _TOLD["wrong"]
WHERE: dict[str, str] = _TOLD["where"]
STATUS: dict[str, str] = _TOLD["status"]
SAID: dict[str, list[str]] = {key: words.split() for key, words in _TOLD["said"].items()}
"""What people of the demo say in the log of a case."""
CAUSE: dict[str, str] = _TOLD["cause"]
MEASURE: dict[str, str] = _TOLD["measure"]
"""Why it comes back, and what is done about that, by the skill that a category needs."""
