"""Rows that are not accepted: the first thing wrong with each."""

import json
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.intake.readers.raw import RawTable
from geo_service.terms import FRAMES


@dataclass
class Refusals:
    """Collects what is wrong with rows; of several faults of a row the first told stays."""

    reason: NDArray[np.object_]
    field: NDArray[np.object_]
    value: NDArray[np.object_]

    @classmethod
    def none(cls, n: int) -> Self:
        """Return no refusal for `n` rows."""
        return cls(*(np.full(n, None, dtype=object) for _ in range(3)))

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Where a row is refused."""
        return np.asarray(pd.notna(self.reason), dtype=bool)

    def refuse(
        self, where: NDArray[np.bool_], field: str, value: pd.Series | None, reason: str
    ) -> None:
        """Refuse rows `where` nothing else is wrong yet."""
        rows = np.flatnonzero(where & ~self.refused)
        if len(rows):
            self.reason[rows] = f"intake.{reason}"
            self.field[rows] = field
            self.value[rows] = None if value is None else value.iloc[rows].to_numpy(dtype=object)

    def table(self, file: str, raw: RawTable, ids: pd.Series | None) -> pd.DataFrame:
        """Return table ``rejects``: refused rows and torn ones, in the order of their lines."""
        rows = np.flatnonzero(self.refused)
        refused = pd.DataFrame(
            {
                "line": raw.lines[rows],
                "report_id": ids.iloc[rows].to_numpy(dtype=object) if ids is not None else None,
                "field": self.field[rows],
                "value": self.value[rows],
                "reason": self.reason[rows],
                "row": rows_as_json(raw.cells.iloc[rows]),
            }
        )
        parts = [part for part in (refused, raw.torn) if len(part)]
        if not parts:
            return FRAMES["rejects"].empty()
        both = pd.concat(parts, ignore_index=True).sort_values("line", kind="stable")
        both["file"] = file
        return FRAMES["rejects"].conform(both.reset_index(drop=True))


def rows_as_json(cells: pd.DataFrame) -> list[str]:
    """Return each row as a JSON object; an empty cell is null, for it may be the one to mend."""
    records = cells.astype(object).where(cells.notna(), None).to_dict("records")
    return [json.dumps(record, ensure_ascii=False) for record in records]
