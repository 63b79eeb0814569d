"""``python -m geo_service`` is the command line."""

from geo_service.cli import main

if __name__ == "__main__":
    main()
