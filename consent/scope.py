"""What a person may say yes to, and what the yes covers.

Every field has an order, from narrow to wide, so that two scopes can be compared (`Scope.within`): narrowing needs
nothing but the wish, widening needs the person and a fresh notice.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

DEFAULT_MONTHS = 12
MOST_MONTHS = 36


class Purpose(StrEnum):
    """One thing a consent can be given for; each is ticked separately and none is ticked beforehand."""

    TRAIN = "train"
    GENERATE = "generate"
    NIGHTLY = "nightly"
    GALLERY = "gallery"
    MEASURE_LIKENESS = "measure_likeness"


class Askers(StrEnum):
    """Who may ask for pictures."""

    ONLY_ME = "only_me"
    PEOPLE = "people"
    ROLE = "role"
    MEMBERS = "members"


class Realism(StrEnum):
    """What the pictures may look like."""

    STYLISED = "stylised"
    ANY = "any"


class Company(StrEnum):
    """Who else may be in a picture."""

    ALONE = "alone"
    WITH_OTHERS = "with_others"


class Review(StrEnum):
    """What happens before a picture is handed over."""

    ASK_ME_FIRST = "ask_me_first"
    TELL_ME = "tell_me"
    NONE = "none"


@dataclass(frozen=True)
class Scope:
    """What one consent covers. What is not said is as wide as the notice says, and never wider.

    purposes           what it is for; an empty set allows nothing
    expires_at         when it ends (timezone-aware)
    askers             who may ask for pictures; with PEOPLE those in `people`, with ROLE whoever has one of `roles`
    blocked            never from these people, whatever `askers` says
    places             channels in the door's own words, like `discord:123` or `terminal`; empty: anywhere
    realism            any picture, or stylised ones only
    forbidden          contexts that are forbidden beside the house's own (names of `contexts.toml`)
    own_words          words of the person's own that no prompt about them may hold
    company            alone, or with other consenting subjects
    review             none, tell me, or ask me first: then a picture is held until the person approves it
    daily_limit        pictures a day (UTC) at most; None: no limit
    keep_photos_days   how long photos are kept once they were learnt from; None: until they were
    """

    purposes: frozenset[Purpose]
    expires_at: datetime
    askers: Askers = Askers.MEMBERS
    people: frozenset[UUID] = frozenset()
    roles: frozenset[str] = frozenset()
    blocked: frozenset[UUID] = frozenset()
    places: frozenset[str] = frozenset()
    realism: Realism = Realism.ANY
    forbidden: frozenset[str] = frozenset()
    own_words: frozenset[str] = frozenset()
    company: Company = Company.WITH_OTHERS
    review: Review = Review.NONE
    daily_limit: int | None = None
    keep_photos_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing (ValueError)."""
        for name, number in (("daily_limit", self.daily_limit), ("keep_photos_days", self.keep_photos_days)):
            if number is not None and not 0 <= number <= 100_000:
                raise ValueError(f"{name} is a number from 0 to 100000, not {number}")

    @classmethod
    def of(cls, purposes: Iterable[str], expires_at: datetime,
           limits: Mapping[str, Any] | None = None) -> Scope:
        """Build a scope from plain words, as they are stored; an unknown word or field raises ValueError.

        `limits` is what `limits` gives; None, as in rows from before there were any, is no limits.
        """
        scope = cls(frozenset(Purpose(purpose) for purpose in purposes), expires_at)
        read = {}
        for name, value in (limits or {}).items():
            if name not in _READ:
                raise ValueError(f"a scope has no field {name!r}")
            read[name] = _READ[name](value)
        return replace(scope, **read)

    def limits(self) -> dict[str, Any]:
        """Everything but purposes and end, as JSON; what is as wide as it can be is left out."""
        widest = Scope(self.purposes, self.expires_at)
        values = {name: getattr(self, name) for name in _READ if getattr(self, name) != getattr(widest, name)}
        return {name: sorted(map(str, value)) if isinstance(value, frozenset) else value
                for name, value in values.items()}

    def within(self, other: Scope) -> bool:
        """Whether this allows nothing that `other` does not allow."""
        return (
            self.purposes <= other.purposes
            and self.expires_at <= other.expires_at
            and _askers_within(self, other)
            and self.blocked >= other.blocked
            and (not other.places or (bool(self.places) and self.places <= other.places))
            and _REALISM.index(self.realism) <= _REALISM.index(other.realism)
            and self.forbidden >= other.forbidden
            and self.own_words >= other.own_words
            and _COMPANY.index(self.company) <= _COMPANY.index(other.company)
            and _REVIEW.index(self.review) <= _REVIEW.index(other.review)
            and _limit(self.daily_limit) <= _limit(other.daily_limit)
            and (self.keep_photos_days or 0) <= (other.keep_photos_days or 0)
        )


_REALISM = (Realism.STYLISED, Realism.ANY)
_COMPANY = (Company.ALONE, Company.WITH_OTHERS)
_REVIEW = (Review.ASK_ME_FIRST, Review.TELL_ME, Review.NONE)


def _askers_within(narrow: Scope, wide: Scope) -> bool:
    """Only me is within everything, everything is within members; lists and roles are within longer ones."""
    if narrow.askers is Askers.ONLY_ME or wide.askers is Askers.MEMBERS:
        return True
    if narrow.askers is not wide.askers:
        return False
    return narrow.people <= wide.people if narrow.askers is Askers.PEOPLE else narrow.roles <= wide.roles


def _limit(number: int | None) -> float:
    return float("inf") if number is None else number


def _words(value: Iterable[Any]) -> frozenset[str]:
    return frozenset(str(word) for word in value)


def _parties(value: Iterable[Any]) -> frozenset[UUID]:
    return frozenset(UUID(str(party)) for party in value)


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


_READ: Mapping[str, Any] = {
    "askers": Askers, "people": _parties, "roles": _words, "blocked": _parties, "places": _words,
    "realism": Realism, "forbidden": _words, "own_words": _words, "company": Company, "review": Review,
    "daily_limit": _number, "keep_photos_days": _number,
}
"""How each limit is read back from JSON."""


def months_later(start: datetime, months: int) -> datetime:
    """The same day so many months on, or the last of its month: 31 January and one month is 28 February."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return start.replace(year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1]))
