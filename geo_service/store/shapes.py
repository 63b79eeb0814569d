"""A column of shapes: WKB in and out, PostGIS's own type where there is one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, LargeBinary, func
from sqlalchemy.types import UserDefinedType


class _PostgisShape(UserDefinedType[bytes]):
    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "geometry(Geometry, 4326)"

    def bind_expression(self, bindvalue: BindParameter[bytes]) -> ColumnElement[bytes]:
        return func.ST_GeomFromWKB(bindvalue, 4326, type_=self)

    def column_expression(self, colexpr: ColumnElement[Any]) -> ColumnElement[bytes]:
        return func.ST_AsBinary(colexpr, "NDR", type_=LargeBinary())


Shape = LargeBinary().with_variant(_PostgisShape(), "postgresql")
"""Shapes in WGS 84."""
