"""What a scope is particular about beside its purposes: who asks, where, how it looks, with whom, how often.

It fails closed: where a scope is particular and the wish does not say, the answer is no.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from consent.asking import Asking
from consent.errors import Reason
from consent.scope import Askers, Company, Purpose, Realism, Review, Scope

PICTURES = frozenset({Purpose.GENERATE, Purpose.NIGHTLY})
"""What makes new pictures: the rest is about photos, or shows what was made under these rules."""


def against_particulars(purpose: Purpose, name: str, scope: Scope, owner: UUID | None, asking: Asking, *,
                        used_today: int, alone: bool) -> list[Reason]:
    """Every reason in one scope, beside purpose and date, against one wish."""
    reasons: list[Reason] = []
    if purpose is not Purpose.NIGHTLY and asking.party in scope.blocked:
        reasons.append(Reason("blocked", f"{name} does not want this from you: please respect it."))
    elif purpose is not Purpose.NIGHTLY and scope.blocked and asking.party is None:
        reasons.append(_unknown_asker(name))
    if purpose is Purpose.GENERATE:
        reasons.extend(_against_asker(name, scope, owner, asking))
    if purpose in PICTURES:
        if scope.places and asking.place not in scope.places:
            reasons.append(Reason("not_here", f"{name} agreed to pictures in other places than this: ask in "
                                              f"{', '.join(sorted(scope.places))}."))
        if scope.realism is not Realism.ANY and not asking.stylised:
            reasons.append(Reason("not_stylised", f"{name} agreed to stylised pictures only: say one of the styles, "
                                                  "like “watercolour” or “pencil drawing”, and nothing about photos."))
        if scope.company is not Company.WITH_OTHERS and not alone:
            reasons.append(Reason("not_alone", f"{name} agreed to pictures alone: leave the others out."))
        if scope.daily_limit is not None and used_today >= scope.daily_limit:
            reasons.append(Reason("daily_limit", f"{name} agreed to {scope.daily_limit} pictures a day, and there have "
                                                 "been as many today: come back tomorrow."))
    return reasons


def _against_asker(name: str, scope: Scope, owner: UUID | None, asking: Asking) -> list[Reason]:
    """Who may ask for pictures; whoever is in them always may."""
    if scope.askers is Askers.MEMBERS or (asking.party is not None and asking.party == owner):
        return []
    if asking.party is None:
        return [_unknown_asker(name)]
    if scope.askers is Askers.PEOPLE and asking.party in scope.people:
        return []
    if scope.askers is Askers.ROLE and asking.roles & scope.roles:
        return []
    return [Reason("not_your_wish", f"{name} has not agreed to pictures you ask for: let {name} ask, or somebody "
                                    "whom they have named.")]


def _unknown_asker(name: str) -> Reason:
    return Reason("asker_unknown", f"{name} has agreed to what certain people ask for, and nobody says who asks: "
                                   "ask under a name.")


def reviewers(purpose: Purpose, scopes: Mapping[str, tuple[Scope | None, UUID | None]], asking: Asking,
              wish: Review) -> tuple[str, ...]:
    """Who wants to be asked first, or told; not who has approved it already, nor who asked for it themself."""
    if purpose not in PICTURES:
        return ()
    return tuple(
        handle for handle, (scope, owner) in scopes.items()
        if scope is not None and scope.review is wish and handle not in asking.approved
        and (asking.party is None or asking.party != owner)
    )
