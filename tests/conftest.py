"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real cities that lies beside the project, not in it."""
    folder = PROJECT.parent / "shared" / "data"
    if not folder.is_dir():
        reason = "the real cities (../shared/data) are not on this machine"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder
