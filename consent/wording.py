"""The words of a wish against what the people in it have ruled out: the part of the gate that reads.

Prompt, negative prompt, captions and names go through here and nowhere else, at every moment of a job's life, so that
a context ruled out while a picture waited stops it too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from consent.asking import Asking
from consent.contexts import (
    FORBIDDEN_TO_ALL,
    FORBIDDEN_WITH_A_PERSON,
    LABELS,
    MOST_CHARACTERS,
    NEVER,
    OWN_WORD,
    PUBLIC_NAME,
    TOO_LONG,
    Finding,
    Lists,
)
from consent.errors import Reason


@dataclass(frozen=True)
class Depicted:
    """Somebody a wish would show: a real person or a character, and what their consent rules out in words."""

    handle: str
    real: bool
    forbidden: frozenset[str] = frozenset()
    own_words: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Exceptions:
    """What the database adds to the lists: phrases moderators vouch for, and names of people who said never."""

    notes: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()


def against(
    lists: Lists, asking: Asking, depicted: Sequence[Depicted], exceptions: Exceptions
) -> tuple[Reason, ...]:
    """Every reason the words of a wish give against it; none when all is well."""
    ruled = _ruled_out(depicted)
    reasons = [
        Reason("unknown_context", f"{who} rules out “{context}”, which this version does not know: update the studio.")
        for context, who in ruled.items() if context not in lists.contexts
    ]
    forbidden = ruled.keys() & lists.contexts.keys()
    own = frozenset(word for person in depicted for word in person.own_words)
    whose = ", ".join(person.handle for person in depicted if person.own_words)
    # Whoever is in a picture by their own consent may be named in it, also if they are called like somebody known.
    named = frozenset(person.handle for person in depicted)

    def found(text: str, contexts: Collection[str]) -> tuple[Finding, ...]:
        return lists.check(
            text, contexts, own, never=exceptions.never, allowed=exceptions.notes, named=named
        )

    if asking.prompt is not None:
        reasons += _reasons(lists, found(asking.prompt, forbidden), "The prompt", ruled, whose)
    if asking.pose_prompt:
        reasons += _reasons(lists, found(asking.pose_prompt, forbidden), "The pose prompt", ruled, whose)
    if asking.negative:
        kept_away = lists.check_negative(asking.negative, forbidden)
        reasons += _reasons(lists, kept_away, "The negative prompt", ruled, whose)
    labels = LABELS if any(person.real for person in depicted) else frozenset()
    for caption in asking.captions:
        where = f"The caption “{_short(caption)}”"
        reasons += _reasons(lists, found(caption, forbidden | labels), where, ruled, whose)
    return tuple(dict.fromkeys(reasons))


def against_name(lists: Lists, handle: str, exceptions: Exceptions) -> tuple[Reason, ...]:
    """Why nobody can be registered under this name: it is a label, or it is somebody who never agreed."""
    findings = lists.check(
        handle, FORBIDDEN_WITH_A_PERSON | LABELS, never=exceptions.never, allowed=exceptions.notes
    )
    return _reasons(lists, findings, "The name", {}, "")


def _ruled_out(depicted: Sequence[Depicted]) -> dict[str, str]:
    """Each forbidden context with who rules it out; an empty name is the house itself."""
    ruled = {context: person.handle for person in depicted for context in sorted(person.forbidden)}
    house = FORBIDDEN_WITH_A_PERSON if any(person.real for person in depicted) else FORBIDDEN_TO_ALL
    return ruled | dict.fromkeys(sorted(house), "")


def _reasons(
    lists: Lists, findings: Iterable[Finding], where: str, ruled: Mapping[str, str], whose: str
) -> tuple[Reason, ...]:
    """A reason for each finding, in a sentence that names context and word."""
    return tuple(dict.fromkeys(_reason(lists, finding, where, ruled, whose) for finding in findings))


def _reason(lists: Lists, finding: Finding, where: str, ruled: Mapping[str, str], whose: str) -> Reason:
    says = f"{where} says “{finding.word}”"
    match finding.context:
        case context if context == TOO_LONG:
            return Reason(TOO_LONG, f"{where} has {finding.end} characters; say it in {MOST_CHARACTERS}.")
        case context if context == PUBLIC_NAME:
            return Reason(PUBLIC_NAME, f"{says}, a name on the list of people who have not agreed to be drawn here. "
                                       "If it means something else, a moderator can note that: `lists allow`.")
        case context if context == NEVER:
            return Reason(NEVER, f"{says}, who has said no to everybody, once and for all: please respect it.")
        case context if context == OWN_WORD:
            return Reason(OWN_WORD, f"{says}, a word that {whose} has ruled out: leave it out.")
        case context:
            who = ruled.get(context)
            told = f"{who} has ruled that out" if who else _HOUSE.get(context, "that is no label for a person")
            about = lists.contexts[context].is_about
            return Reason(f"context_{context}", f"{says}, which is about {about}: {told}.")


_HOUSE = {context: "that is never drawn here" for context in FORBIDDEN_TO_ALL} | {
    context: "that is never drawn with a real person" for context in FORBIDDEN_WITH_A_PERSON - FORBIDDEN_TO_ALL
}


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
