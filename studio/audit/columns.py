"""Two ways the tables write the same id, and how to compare them.

The ledger keeps ids as text, because its chain is over text; everything else keeps them as the database does, which
on SQLite is 32 digits without dashes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class as_text(FunctionElement[str]):  # noqa: N801 (read as a function of SQL)
    """A column of ids as the ledger writes them."""

    type = String()
    inherit_cache = True

    def __init__(self, column: Any) -> None:
        super().__init__(column)


@compiles(as_text)
def _cast(element: as_text, compiler: SQLCompiler, **more: Any) -> str:
    return f"CAST({_column(element, compiler, more)} AS TEXT)"


@compiles(as_text, "sqlite")
def _dashed(element: as_text, compiler: SQLCompiler, **more: Any) -> str:
    column = _column(element, compiler, more)
    parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return " || '-' || ".join(f"substr({column}, {start}, {length})" for start, length in parts)


def _column(element: as_text, compiler: SQLCompiler, more: dict[str, Any]) -> str:
    clauses: list[ColumnElement[Any]] = list(element.clauses)
    return str(compiler.process(clauses[0], **more))
