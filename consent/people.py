"""Who acts: one known person, by the name the studio uses for them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf something is asked.

    `party` is a random id; the Discord id it stands for lives in a separate, deletable row.
    `is_moderator` is what the door they came through vouches for (a Discord permission, a shell on the
    machine), and so are their `roles`, in the door's own words.
    """

    party: UUID
    name: str
    is_moderator: bool = False
    via: str = "terminal"
    roles: frozenset[str] = frozenset()
