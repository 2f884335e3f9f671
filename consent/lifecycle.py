"""What an act makes of a consent: every rule about who, when and how much, in one pure function.

`perform` is the only way a consent changes, in the studio as in the model check (tests/consent/test_model.py), which
walks every sequence of acts of everybody. There is no way round for the server's owner, for moderators or for
whoever hosts the machine, and none may be added: a consent that somebody else can give is not one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from consent.errors import NotAllowed, Reason
from consent.evidence import Evidence
from consent.scope import MOST_MONTHS, Scope, months_later
from consent.states import CLOCK, HANDS, MOVES, OVER, Act, Hand, State, participle


@dataclass(frozen=True)
class Story:
    """Everybody with a hand in a subject's story, whatever the version.

    `owner` is whom the subject depicts. `askers` made the subject, asked for a consent or made a link;
    `trainers` handed in photos. `character` is nobody real. `never` is a standing refusal of the owner's.
    """

    owner: UUID
    askers: frozenset[UUID] = frozenset()
    trainers: frozenset[UUID] = frozenset()
    character: bool = False
    never: bool = False


@dataclass(frozen=True)
class Consent:
    """One version of a consent as the rules see it. `pauses` says who holds it: the subject, a moderator, both."""

    state: State
    scope: Scope
    version: int = 1
    asked_by: UUID | None = None
    evidence: Evidence | None = None
    attested_by: UUID | None = None
    verified_by: UUID | None = None
    pauses: frozenset[Hand] = frozenset()


@dataclass(frozen=True)
class Doing:
    """An act by somebody, at a time (with a time zone).

    `scope` is what is asked for, agreed to or changed to. `notice_read` says that the notice of today was shown.
    `evidence` is what a verifier has gone by, or LINK for a yes that came by a one-time link. `nobody_real` is the
    verifier's word about a character.
    """

    act: Act
    actor: UUID
    at: datetime
    is_moderator: bool = False
    scope: Scope | None = None
    notice_read: bool = False
    evidence: Evidence = Evidence.WORD
    nobody_real: bool = False


def perform(consent: Consent | None, story: Story, doing: Doing) -> Consent:
    """The consent after an act: the same version moved, or a new one; raises NotAllowed with every reason."""
    state = consent.state if consent else None
    reasons = [*_against_actor(consent, story, doing), *_against_particulars(consent, story, doing)]
    following = MOVES.get((state, doing.act))
    if following is None:
        reasons.append(_against_move(state, doing.act))
    if reasons or following is None:
        raise NotAllowed(tuple(dict.fromkeys(reasons)))
    if doing.act is Act.ASK:
        assert doing.scope is not None  # `_against_particulars` has just said so
        version = consent.version + 1 if consent else 1
        return Consent(following, doing.scope, version, asked_by=doing.actor)
    assert consent is not None  # only asking starts from nothing
    after = replace(consent, state=following)
    match doing.act:
        case Act.GIVE:
            by_link = Evidence.LINK if doing.evidence is Evidence.LINK else None
            return replace(after, scope=doing.scope or consent.scope, evidence=by_link)
        case Act.ATTEST:
            return replace(after, scope=doing.scope or consent.scope, evidence=Evidence.DOCUMENT,
                           attested_by=doing.actor)
        case Act.VERIFY:
            return replace(after, verified_by=doing.actor, evidence=_evidence(consent, story, doing))
        case Act.NARROW | Act.WIDEN | Act.RENEW:
            assert doing.scope is not None
            return replace(after, scope=doing.scope, version=consent.version + 1)
        case Act.PAUSE:
            return replace(after, pauses=consent.pauses | {side_of(doing.actor, story.owner)})
        case Act.RESUME:
            left = consent.pauses - {side_of(doing.actor, story.owner)}
            return replace(after, pauses=left, state=State.PAUSED if left else State.ACTIVE)
        case _:
            return after


def side_of(actor: UUID, owner: UUID) -> Hand:
    """As whom somebody pauses or resumes: the subject, even one who is a moderator, is the subject."""
    return Hand.SUBJECT if actor == owner else Hand.MODERATOR


def replay(acts: Iterable[tuple[Act, UUID]], owner: UUID) -> list[State]:
    """The state of every version, oldest first, after these acts (by whom) in their order: what the ledger tells.

    Raises KeyError for an act that leads nowhere from where it stands.
    """
    states: list[State] = []
    pauses: frozenset[Hand] = frozenset()
    for act, actor in acts:
        before = states[-1] if states else None
        after = MOVES[before, act]
        if act is Act.PAUSE:
            pauses |= {side_of(actor, owner)}
        elif act is Act.RESUME:
            pauses -= {side_of(actor, owner)}
            after = State.PAUSED if pauses else State.ACTIVE
        if act is Act.ASK:
            states.append(after)
            pauses = frozenset()
        elif act in (Act.NARROW, Act.WIDEN, Act.RENEW):
            states[-1:] = [State.REPLACED, after]
        else:
            states[-1] = after
    return states


def _evidence(consent: Consent, story: Story, doing: Doing) -> Evidence:
    """What a verified consent rests on: how the yes came stays, a character is confirmed, else what was gone by."""
    if consent.evidence in (Evidence.LINK, Evidence.DOCUMENT):
        return consent.evidence
    return Evidence.TWO_PAIRS if story.character else doing.evidence


def _against_actor(consent: Consent | None, story: Story, doing: Doing) -> list[Reason]:
    """Whose hand an act takes."""
    act, actor, is_subject = doing.act, doing.actor, doing.actor == story.owner
    match HANDS.get(act):
        case Hand.ANYBODY if actor != CLOCK:
            return []
        case Hand.SUBJECT if is_subject:
            return []
        case Hand.SUBJECT:
            return [Reason("not_the_subject", f"A consent is {participle(act)} by the person it is about and by "
                                              "nobody else: they do it from their own account.")]
        case Hand.MODERATOR:
            return _against_moderator(story, doing)
        case Hand.OTHER_EYES:
            return [*_against_moderator(story, doing), *_against_eyes(consent, story, doing)]
        case Hand.EITHER:
            if not is_subject and not doing.is_moderator:
                return [Reason("not_yours", f"A consent is {participle(act)} by the person it is about or by a "
                                            "moderator: ask one of them.")]
            return _against_side(consent, story, doing)
        case Hand.CLOCK if actor == CLOCK:
            return []
        case _:
            return [Reason("not_the_clock", "A consent runs out by its date alone: withdraw it to end it sooner.")]


def _against_moderator(story: Story, doing: Doing) -> list[Reason]:
    """R5: a moderator acts on other people's consents, never on their own."""
    if doing.actor == story.owner:
        if HANDS[doing.act] is Hand.OTHER_EYES:
            return [Reason("verifier_is_subject", "Nobody verifies their own consent: "
                                                  "ask another moderator to do it.")]
        return [Reason("own_consent", f"Your own consent is not {participle(doing.act)}: withdraw it to end it.")]
    if doing.actor == CLOCK or not doing.is_moderator:
        return [Reason("not_a_moderator", f"Only a moderator can do that: a consent is {participle(doing.act)} by "
                                          "one who had no hand in it.")]
    return []


def _against_eyes(consent: Consent | None, story: Story, doing: Doing) -> list[Reason]:
    """R2 and R4: four eyes over the whole story, or one person with a second account would be enough."""
    actor, reasons = doing.actor, []
    askers = {*story.askers, consent.asked_by if consent else None}
    if actor in askers:
        reasons.append(Reason("verifier_asked", "You made this subject or asked for this consent: ask another "
                                                "moderator to verify it."))
    if actor in story.trainers:
        reasons.append(Reason("verifier_trained", "You handed in photos of this person: ask another moderator to "
                                                  "verify their consent."))
    if consent and doing.act is Act.VERIFY and actor == consent.attested_by:
        reasons.append(Reason("attested_alone", "A document is read by two moderators, and you were the first: "
                                                "ask another one."))
    return reasons


def _against_side(consent: Consent | None, story: Story, doing: Doing) -> list[Reason]:
    """A pause is ended by the side that made it: nobody ends the subject's, and the subject ends no moderator's."""
    side = side_of(doing.actor, story.owner)
    if consent is None or consent.state is not State.PAUSED or (doing.act is Act.RESUME) is (side in consent.pauses):
        return []
    if doing.act is Act.PAUSE:
        return [Reason("already_paused", "It is paused already: `consent resume` ends that.")]
    if side is Hand.MODERATOR:
        return [Reason("paused_by_subject", "The person paused this themself: only they can resume it.")]
    return [Reason("paused_by_moderator", "A moderator paused this: ask them to resume it.")]


def _against_particulars(consent: Consent | None, story: Story, doing: Doing) -> list[Reason]:
    """What an act needs beside the right hand and the right state."""
    act, scope, reasons = doing.act, doing.scope, []
    if story.never and act in (Act.ASK, Act.GIVE, Act.ATTEST, Act.VERIFY, Act.WIDEN, Act.RENEW):
        reasons.append(Reason("never", "This person has said no to everybody: only they can take that back, "
                                       "with `consent never --lift`."))
    if act in (Act.ASK, Act.NARROW, Act.WIDEN, Act.RENEW) and scope is None:
        return [*reasons, Reason("no_scope", "That needs a scope: say what it is for.")]
    if scope is not None:
        if not scope.purposes:
            reasons.append(Reason("no_purpose", "A consent to nothing is none: refuse or withdraw it instead."))
        if not doing.at < scope.expires_at <= months_later(doing.at, MOST_MONTHS):
            reasons.append(Reason("bad_end", f"A consent ends after today and within {MOST_MONTHS} months: "
                                             "choose another date."))
    if consent is not None and consent.state not in OVER:
        reasons.extend(_against_scope(consent, doing))
        over = consent.scope.expires_at <= doing.at
        if act is Act.EXPIRE and not over:
            reasons.append(Reason("not_yet", "Its date has not come: withdraw it to end it sooner."))
        if over and act not in (Act.EXPIRE, Act.REFUSE, Act.WITHDRAW, Act.REVOKE, Act.INVALIDATE):
            reasons.append(Reason("expired", "The consent has run out: ask for a new one."))
    if act is Act.VERIFY and consent is not None and consent.state is State.ACTIVE:
        better = doing.evidence is Evidence.LIVE and consent.evidence in (None, Evidence.WORD)
        reasons.extend([] if better else [_against_move(consent.state, act)])
    by_link = consent is not None and consent.evidence is Evidence.LINK
    if act is Act.VERIFY and by_link and doing.evidence not in (Evidence.LIVE, Evidence.LINK):
        reasons.append(Reason("link_unseen", "This yes came by a link, which anybody could have opened: see a live "
                                             "challenge, or call the person and say so with --called."))
    if act is Act.VERIFY and story.character and not doing.nobody_real:
        reasons.append(Reason("not_confirmed", "A character is confirmed to be nobody real and no portrayed actor: "
                                               "look at it, and say so with --nobody-real."))
    return reasons


def _against_scope(consent: Consent, doing: Doing) -> list[Reason]:
    """Less needs the wish alone, more needs the notice of today, and an answer is to what was asked."""
    old, new = consent.scope, doing.scope or consent.scope
    if doing.act in (Act.GIVE, Act.ATTEST) and not new.within(old):
        return [Reason("wider_than_asked", "That is more than was asked for: ask for it anew, or widen it later.")]
    if doing.act is Act.NARROW and (new == old or not new.within(old)):
        return [Reason("not_narrower", "That takes nothing back, or also allows more: use `consent widen`.")]
    if doing.act in (Act.WIDEN, Act.RENEW) and not doing.notice_read:
        return [Reason("notice_unread", "To agree to more, the notice has to be read anew: do it there.")]
    if doing.act is Act.RENEW and (new.expires_at <= old.expires_at
                                   or not replace(new, expires_at=old.expires_at).within(old)):
        return [Reason("not_a_renewal", "Renewing moves the end and nothing else: use `consent widen`.")]
    if doing.act is Act.WIDEN and new.within(old):
        return [Reason("not_wider", "That allows nothing new: use `consent narrow`.")]
    return []


def _against_move(state: State | None, act: Act) -> Reason:
    """Why `act` leads nowhere from `state`."""
    if state is None:
        return Reason("never_asked", "There is no consent to do that to: ask for one first.")
    if act is Act.ASK:
        return Reason("already_open", f"The consent is already {state}: there is nothing to ask again.")
    if state in OVER:
        todo = "it is over for good; a new one has to be asked for."
    elif state is State.ASKED and act is Act.WITHDRAW:
        todo = "there is nothing to withdraw yet; refuse it instead."
    elif state is State.ASKED:
        todo = "the person has to answer first."
    elif act in (Act.GIVE, Act.REFUSE):
        todo = "it has been answered already; withdraw it to end it."
    elif state is State.GIVEN:
        todo = "a moderator has to verify it first."
    else:
        todo = "that has been done already."
    return Reason("no_such_move", f"A consent that is {state} cannot be {participle(act)}: {todo}")
