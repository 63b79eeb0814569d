"""Write the district to ``data/``: ``python -m geo_service.demo [FOLDER]``."""

import sys
from pathlib import Path

from geo_service.demo import demo_district, write_demo


def main() -> None:
    """Write the default district."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "data")
    write_demo(folder / "boundaries", folder / "reports", demo_district())


if __name__ == "__main__":
    main()
