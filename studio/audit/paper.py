"""An answer of the books as a file: CSV that a spreadsheet opens."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime

from studio.audit.questions import Answer


def as_csv(said: Answer) -> str:
    """RFC 4180, with a head line; times in ISO 8601, lists with semicolons."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(said.columns)
    lines.writerows([field(getattr(row, name)) for name in said.columns] for row in said.rows)
    return written.getvalue()


def field(value: object) -> str:
    """One field; what a spreadsheet would take for a formula begins with an apostrophe instead."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False, default=_inner)
    elif isinstance(value, Iterable) and not isinstance(value, str):
        value = "; ".join(map(str, value))
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text


def _inner(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
