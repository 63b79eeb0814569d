from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from geo_service.intake import ImportOptions, read_reports

NOW = datetime(2026, 6, 29, tzinfo=UTC)


@pytest.fixture
def write(tmp_path):
    """Write text or bytes to a file and return its path."""

    def _write(content, name="reports.csv", encoding="utf-8"):
        path = tmp_path / name
        data = content.encode(encoding) if isinstance(content, str) else content
        if name.endswith(".gz"):
            data = gzip.compress(data, mtime=0)
        path.write_bytes(data)
        return path

    return _write


@pytest.fixture
def read(write):
    """Write a file and read it as reports; the sums must always agree."""

    def _read(content, name="reports.csv", encoding="utf-8", **options):
        path = content if hasattr(content, "suffix") else write(content, name, encoding)
        got = read_reports(path, ImportOptions(**options), now=NOW)
        assert got.read == len(got.reports) + got.repeated + len(got.rejects)
        return got

    return _read


def warned(got):
    """Warnings as key → count, without the subject."""
    return {w.key.removeprefix("intake."): w.count for w in got.warnings}


def refused(got):
    """Rejects as (line, field, reason), without the subject."""
    return [
        (int(r.line), None if r.field != r.field else r.field, r.reason.removeprefix("intake."))
        for r in got.rejects.itertuples()
    ]


HEAD = "report_id,category,reported_at,lon,lat,fixed_at,verified_at,closed_at\n"


def line(*, id_="1", category="D01", reported_at="2026-05-01T08:00:00", lon="103.8", lat="36.1",
         fixed_at="", verified_at="", closed_at=""):  # fmt: skip
    cells = (id_, category, reported_at, lon, lat, fixed_at, verified_at, closed_at)
    return ",".join(cells) + "\n"
