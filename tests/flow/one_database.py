"""For figures that do not depend on the database: tests that import `backend` run on files alone.

What a database could change (rows kept, locks, kills, refresh after refresh) is tested on both.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Files


@pytest.fixture(scope="module")
def backend(new_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Return what makes stores that are files."""
    return Files(new_file, tmp_path_factory.mktemp("stores"))
