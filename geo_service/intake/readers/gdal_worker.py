"""Reads one file by GDAL in a process of its own: run as a script, imported by nobody.

What it is told stands in its only argument; what it finds it writes beside the file, one Parquet
table a layer with shapes as WKB, and ``told.json``. It may die: its caller expects that.
"""

import json
import resource
import sqlite3
import sys
from pathlib import Path
from typing import Any

FOREIGN = 3
"""Exit status where the file is no such thing or holds what is not accepted."""

TOO_MANY_DRIVERS = 4
"""Exit status where the library did not put away the drivers that it was told to."""


def limit(memory_bytes: int, cpu_seconds: int, disk_bytes: int) -> None:
    """Bind this process before it looks at anything."""
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, disk_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def is_plain_database(path: Path) -> bool:
    """Tell whether a GeoPackage has no virtual table but those of an index.

    Others name files and addresses that the reader would open.
    """
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            texts = database.execute("SELECT lower(sql) FROM sqlite_master WHERE sql IS NOT NULL")
            made = [" ".join(str(text).split()) for (text,) in texts]
    except (sqlite3.Error, UnicodeError):
        return False
    virtual = [text for text in made if "virtual table" in text]
    return all(" using rtree" in text for text in virtual) and not any(
        "load_extension" in text or "virtualogr" in text or "/vsi" in text for text in made
    )


def read(told: dict[str, Any]) -> int:
    """Read the layers told; returns the exit status."""
    # pyogrio takes these along if it finds them: half a second and much memory for nothing.
    for name in ("geopandas", "shapely"):
        sys.modules[name] = None  # type: ignore[assignment]
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyogrio.raw
    from pyogrio.errors import DataLayerError, DataSourceError

    path = Path(told["file"])
    if told["driver"] == "GPKG" and not is_plain_database(path):
        return FOREIGN
    if set(pyogrio.list_drivers()) != {told["driver"]}:
        return TOO_MANY_DRIVERS
    found = []
    try:
        shaped = [name for name, geometry in pyogrio.list_layers(path) if geometry is not None]
        asks = told["layers"]
        if asks[0].get("layer") == "*":
            asks = [{"layer": name} for name in shaped]
        if not asks:
            return FOREIGN
        for number, ask in enumerate(asks):
            layer = ask.get("layer") or next(iter(shaped), None)
            if layer is None:
                return FOREIGN
            if pyogrio.read_info(path, layer=layer)["driver"] != told["driver"]:
                return FOREIGN
            meta, _, shapes, fields = pyogrio.raw.read(
                path, layer=layer, columns=ask.get("columns"), where=ask.get("where")
            )
            columns = {f"f{i}": _column(np, pa, values) for i, values in enumerate(fields)}
            columns["shape"] = pa.array(shapes, type=pa.large_binary(), from_pandas=True)
            pq.write_table(pa.table(columns), path.parent / f"layer-{number}.parquet")
            found.append({"names": list(map(str, meta["fields"])), "crs": meta["crs"]})
    except (DataSourceError, DataLayerError, ValueError, RuntimeError, UnicodeError):
        return FOREIGN
    (path.parent / "told.json").write_text(json.dumps(found), encoding="utf-8")
    return 0


def _column(np: Any, pa: Any, values: Any) -> Any:  # noqa: ANN401 (modules not imported yet)
    if values.dtype != object:
        return pa.array(values, from_pandas=True)
    texts = [
        None if value is None or value != value else value if isinstance(value, str) else str(value)
        for value in (v.tolist() if isinstance(v, np.ndarray) else v for v in values)
    ]
    return pa.array(texts, type=pa.large_string())


if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    limit(request["memory_bytes"], request["cpu_seconds"], request["disk_bytes"])
    sys.exit(read(request))
