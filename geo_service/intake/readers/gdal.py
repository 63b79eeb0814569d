"""Files that only GDAL reads: in a process of its own, with little memory, time and disk.

The reader is much code in C++ that was not made for hostile files. It gets a copy under a plain
name in a private folder, a driver by name, and limits; what it finds comes back as Parquet. If it
dies or takes too much, the file is refused and nothing else happens.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray

from geo_service.intake.readers import gdal_worker
from geo_service.intake.readers.files import bad_file
from geo_service.terms import BadInput


@dataclass(frozen=True)
class ReaderLimits:
    """What reading one file may take.

    Parameters
    ----------
    memory_bytes
        Address space; the libraries alone take 0.6 GB of it, a city's OpenStreetMap 1 GB.
    cpu_seconds, wall_seconds
        A country's extract of 1 GB takes about a minute.
    disk_bytes
        The index of an OpenStreetMap file is twice the file; twice as large is no file to take.
    """

    memory_bytes: int = 4 * 1024**3
    cpu_seconds: int = 120
    wall_seconds: int = 300
    disk_bytes: int = 8 * 1024**3


EVERY_LAYER: Final = "*"
"""Asks for all layers that have shapes, one after another."""


@dataclass(frozen=True)
class Ask:
    """A layer to read: its name (None: the first with shapes), columns and rows wanted."""

    layer: str | None = None
    columns: Sequence[str] | None = None
    where: str | None = None


@dataclass(frozen=True)
class Layer:
    """A layer that was read: properties, shapes (None where there is none), its system's name."""

    properties: pd.DataFrame
    shapes: NDArray[np.object_]
    crs: str | None


Fill = Callable[[Path], object]
"""Puts the file into a folder."""

_RASTER: Final = ("VRT", "DERIVED", "WMS", "WCS", "WMTS", "HTTP", "Rasterlite", "STACIT", "STACTA")
"""Of those that are no vector drivers, the ones that open other files and addresses."""


def read_layers(
    path: Path,
    fill: Fill,
    main: str,
    driver: str,
    asks: Sequence[Ask],
    limits: ReaderLimits | None = None,
    *,
    foreign: str = "areas_foreign",
) -> list[Layer]:
    """Read the layers asked for of a file from outside.

    `fill` puts what is read into an empty folder, under names of its own, of which `main` is the
    one that `driver`, and no other, reads. `path` is for messages only; `foreign` is the sentence
    where the file is something else.

    Raises
    ------
    BadInput
        If the reader finds something else, dies, or takes too much.
    """
    limits = limits or ReaderLimits()
    with _folder(path) as folder:
        fill(folder)
        status = _run(path, folder, main, driver, asks, limits)
        if status == gdal_worker.FOREIGN:
            raise bad_file(path, foreign)
        told = folder / "told.json"
        if status != 0 or not told.exists():
            raise too_much(path, limits)
        found = json.loads(told.read_text(encoding="utf-8"))
        return [
            _layer(folder / f"layer-{i}.parquet", one["names"], one["crs"])
            for i, one in enumerate(found)
        ]


def too_much(path: Path, limits: ReaderLimits) -> BadInput:
    """Return the error of a file that broke its reader."""
    return bad_file(
        path, "reader_died", memory=limits.memory_bytes // 1024**2, seconds=limits.wall_seconds
    )


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="geo-service-") as name:
        try:
            yield Path(name)
        except OSError as error:
            raise bad_file(path, "file_unreadable", why=error.strerror or str(error)) from error


def _run(
    path: Path, folder: Path, main: str, driver: str, asks: Sequence[Ask], limits: ReaderLimits
) -> int:
    request = {
        "file": str(folder / main),
        "driver": driver,
        "layers": [asdict(ask) for ask in asks],
        **asdict(limits),
    }
    command = [sys.executable, "-I", gdal_worker.__file__, json.dumps(request)]
    # An environment of its own: nothing of ours configures it. One driver is left to it, so that
    # no file can choose another.
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "CPL_TMPDIR": str(folder),
        "GDAL_SKIP": ",".join(sorted({*_RASTER, *pyogrio.list_drivers()} - {driver})),
        "GDAL_DRIVER_PATH": "disable",
        "CPL_LOG": os.devnull,
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    try:
        return subprocess.run(  # noqa: S603 (our own script; the file's name is not in it)
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired as error:
        raise too_much(path, limits) from error


def _layer(file: Path, names: Sequence[str], crs: str | None) -> Layer:
    table = pq.read_table(file)
    shapes = shapely.from_wkb(table.column("shape").to_numpy(), on_invalid="ignore")
    columns = {name: table.column(i).to_pandas() for i, name in enumerate(names)}
    properties = pd.DataFrame(columns, index=range(len(table))).astype(object)
    return Layer(properties, np.asarray(shapes, dtype=object), crs)
