"""Ids as people type them: the beginning is enough, where it can only mean one.

Whole ids are taken first, so that one that begins another can be said. Compared as text: what is typed need not be a
UUID, and is refused in words whatever it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, Uuid, cast, func, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from studio.errors import StudioError

SHORTEST = 4
_Found = TypeVar("_Found")


def meant(
    session: Session,
    query: Select[_Found],
    columns: Sequence[InstrumentedAttribute[Any]],
    begun: str,
    error: type[StudioError],
    *,
    what: str,
    unknown: str,
) -> _Found:
    """What `query` finds by the id typed as `begun`, in any of `columns`; `error`, in words, where that is not clear.

    `what` it is, like “job”; `unknown` is the sentence for an id that is none.
    """
    typed, ids = begun.strip().lower(), [_as_text(column) for column in columns]
    if len(_without_dashes(typed)) < SHORTEST:
        raise error(f"Give at least {SHORTEST} characters of a {what}'s id. {unknown}")
    if not (typed.isascii() and typed.isprintable()):  # no id of ours, and not every database takes it as text
        raise error(unknown)
    whole = session.scalars(query.where(or_(*(one == form(typed) for one, form in ids))).limit(1)).all()
    begin = or_(*(one.startswith(form(typed), autoescape=True) for one, form in ids))
    found = whole or session.scalars(query.where(begin).limit(2)).all()
    if len(found) > 1:
        raise error(f"Several {what}s begin with {typed}. Give more of the id.")
    if not found:
        raise error(unknown)
    return found[0]


def _as_text(column: InstrumentedAttribute[Any]) -> tuple[ColumnElement[str], Any]:
    """A column to compare, and how what was typed is written in it: SQLite keeps UUIDs without dashes."""
    if isinstance(column.type, Uuid):
        return func.replace(cast(column, String), "-", ""), _without_dashes
    return column.expression, str


def _without_dashes(typed: str) -> str:
    return typed.replace("-", "")
