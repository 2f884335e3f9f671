"""A scope in plain words, line by line, as receipts and the terminal show it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from consent.scope import Askers, Company, Purpose, Realism, Review, Scope

_REVIEW = {
    Review.NONE: "Pictures are handed over without asking you first.",
    Review.TELL_ME: "You are told of every picture.",
    Review.ASK_ME_FIRST: "You see every picture first, and nobody else does until you approve it.",
}


def in_words(scope: Scope, purposes: Mapping[Purpose, str], names: Mapping[UUID, str] | None = None) -> tuple[str, ...]:
    """One sentence a field, to the person themself. `purposes` are the words for each, `names` for parties."""
    ticked = ", ".join(words for purpose, words in purposes.items() if purpose in scope.purposes)
    lines = [f"For: {ticked or 'nothing'}.", f"Until {scope.expires_at:%d %B %Y}.", _who(scope, names or {})]
    if scope.blocked:
        lines.append(f"Never for {_named(scope.blocked, names or {})}.")
    lines.append(f"Only in {', '.join(sorted(scope.places))}." if scope.places else "In every channel.")
    lines.append("Stylised pictures only." if scope.realism is Realism.STYLISED else "Any kind of picture.")
    if scope.forbidden or scope.own_words:
        lines.append(f"Nothing with {', '.join([*sorted(scope.forbidden), *sorted(scope.own_words)])}.")
    alone = scope.company is Company.ALONE
    lines.append("You alone in a picture." if alone else "Also together with others who have agreed.")
    lines.append(_REVIEW[scope.review])
    if scope.daily_limit is not None:
        lines.append(f"At most {scope.daily_limit} pictures a day.")
    kept = scope.keep_photos_days
    lines.append(f"Photos are kept for {kept} days after they were learnt from." if kept
                 else "Photos are deleted within days of being learnt from.")
    return tuple(lines)


def _who(scope: Scope, names: Mapping[UUID, str]) -> str:
    match scope.askers:
        case Askers.ONLY_ME:
            return "Only you may ask for pictures."
        case Askers.PEOPLE:
            return f"You and {_named(scope.people, names)} may ask for pictures."
        case Askers.ROLE:
            return f"You and whoever has the role {' or '.join(sorted(scope.roles))} may ask for pictures."
        case _:
            return "Every member may ask for pictures."


def _named(parties: frozenset[UUID], names: Mapping[UUID, str]) -> str:
    return ", ".join(sorted(names.get(party, str(party)) for party in parties)) or "nobody"
