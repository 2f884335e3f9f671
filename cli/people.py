"""`likeness subject` and `likeness consent`: who can be drawn, and their yes."""

from __future__ import annotations

import sys
from argparse import Namespace

from cli.door import asker, open_house, person
from cli.errors import Unanswered
from cli.show import answer, cell, count, moment, table
from consent.ledger import EventKind
from studio import audit, grants, subjects
from studio.house import Studio
from studio.views import ConsentView, SubjectView, WithdrawalView


def add_subject(arguments: Namespace) -> None:
    """`subject add HANDLE --owner NAME`."""
    with open_house(arguments) as studio:
        actor, owner = asker(arguments, studio), person(studio, arguments.owner)
        view = subjects.add_subject(studio, actor, arguments.handle, owner=owner)
    answer(
        arguments,
        view,
        lambda: (
            f"{view.handle} is registered and depicts {view.owner}. Nothing can be stored or "
            f"drawn yet: next, `likeness consent ask {view.handle}`."
        ),
    )


def list_subjects(arguments: Namespace) -> None:
    """`subject list`."""
    with open_house(arguments) as studio:
        views = subjects.subjects(studio)
    answer(arguments, views, lambda: _subject_table(views) if views else "There are no subjects yet.")


def ask(arguments: Namespace) -> None:
    """`consent ask HANDLE`."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        purposes = tuple(arguments.purposes or grants.DEFAULT_PURPOSES)
        view = grants.ask(studio, actor, arguments.handle, purposes, arguments.months)
        owner = subjects.subject(studio, arguments.handle).owner
    answer(
        arguments,
        view,
        lambda: (
            f"{owner} is asked for: {cell(view.purposes)}. Only they can answer: "
            f"`likeness consent give {view.handle} --as {owner}`, or `refuse`."
        ),
    )


def give(arguments: Namespace) -> None:
    """`consent give HANDLE`: shows the notice, and takes a yes that somebody typed."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        subject = subjects.subject(studio, arguments.handle)
        offered, until = _offered(studio, subject)
        purposes = tuple(arguments.purposes or offered)
        if (
            subject.owner_party == actor.party and not arguments.yes
        ):  # the rules refuse everybody else in words
            question = (
                f"{grants.notice()}\n\nDo you, {actor.name}, agree to this, for {cell(purposes)}, {until}? "
                "Type yes: "
            )
            _question(question, "consent give")
        view = grants.give(studio, actor, arguments.handle, purposes)  # to what was read, and to nothing else
    next_step = (
        ""
        if view.state == "active"
        else (
            f" Somebody who is neither {actor.name} nor the asker confirms it now: "
            f"`likeness consent verify {view.handle} --as NAME`."
        )
    )
    answer(arguments, view, lambda: f"{_stands(view)}{next_step}")


def refuse(arguments: Namespace) -> None:
    """`consent refuse HANDLE`."""
    with open_house(arguments) as studio:
        view = grants.refuse(studio, asker(arguments, studio), arguments.handle)
    answer(arguments, view, lambda: f"{view.handle}: refused. Nothing of {view.handle} is kept.")


def verify(arguments: Namespace) -> None:
    """`consent verify HANDLE`."""
    with open_house(arguments) as studio:
        view = grants.verify(studio, asker(arguments, studio), arguments.handle)
    answer(arguments, view, lambda: _stands(view))


def withdraw(arguments: Namespace) -> None:
    """`consent withdraw HANDLE`: stops and erases; says what."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        subject = subjects.subject(studio, arguments.handle)
        if subject.owner_party == actor.party and not arguments.yes:
            kept = f"{count(subject.photos, 'photo')} and {count(subject.pictures, 'picture')}"
            question = (
                f"This ends the consent and erases everything of {subject.handle}: {kept}, captions, "
                "adapters and the key. It cannot be undone. Type yes: "
            )
            _question(question, "consent withdraw")
        view = grants.withdraw(studio, actor, arguments.handle)
    answer(arguments, view, lambda: f"{view.handle}: withdrawn. {in_words(view)}")


def in_words(erased: WithdrawalView) -> str:
    """What a withdrawal stopped and erased."""
    gone = (
        count(erased.photos, "photo"),
        count(erased.adapters, "adapter"),
        count(erased.pictures, "picture"),
    )
    stopped = count(erased.jobs_stopped, "job")
    return f"Stopped {stopped}; erased {', '.join(gone)} and the key they were encrypted with."


def show(arguments: Namespace) -> None:
    """`consent show HANDLE`: where it stands, its versions, and the newest events that brought it there."""
    kinds = [kind for kind in EventKind if kind.startswith("consent.")]
    with open_house(arguments) as studio:
        view = subjects.subject(studio, arguments.handle)
        versions = grants.consents(studio, arguments.handle)
        events = audit.events(studio, handle=arguments.handle, kinds=kinds)

    def words() -> str:
        parts = [_subject_table([view])]
        if versions:
            parts.append(_version_table(versions))
        if events:
            rows = [(event.at, event.kind, event.actor) for event in events]
            parts.append(table(("at (UTC)", "event", "by"), rows))
        return "\n\n".join(parts)

    answer(arguments, {"subject": view, "consents": versions, "events": events}, words)


def _offered(studio: Studio, subject: SubjectView) -> tuple[tuple[str, ...], str]:
    """What a yes is to, and until when: what was asked, or else what the studio wants at the least."""
    if subject.consent == "asked" and subject.expires_at and subject.expires_at > studio.clock():
        return subject.purposes, f"until {_day(subject)}"
    return grants.DEFAULT_PURPOSES, "for 12 months"


def _question(text: str, command: str) -> None:
    """Ask somebody at the terminal; anything but `yes` is a no, and silence is no yes."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Unanswered(
            f"`likeness {command}` asks a person. Answer at a terminal, or add --yes if it is your yes."
        )
    print(text, end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() != "yes":
        raise Unanswered("That was not a yes. Nothing was changed.")


def _stands(view: ConsentView) -> str:
    return f"{view.handle}: {view.state}, for {cell(view.purposes)}, until {_day(view)}."


def _day(view: SubjectView | ConsentView) -> str:
    """The date a consent ends by itself."""
    return moment(view.expires_at)[:10] if view.expires_at else cell(None)


def _version_table(versions: list[ConsentView]) -> str:
    return table(
        ("version", "state", "for", "until", "asked by", "verified by"),
        [(v.version, v.state, v.purposes, _day(v), v.asked_by, v.verified_by) for v in versions],
    )


def _subject_table(views: list[SubjectView]) -> str:
    return table(
        ("handle", "depicts", "consent", "for", "until", "photos", "trained", "pictures"),
        [
            (
                v.handle,
                v.owner,
                v.consent or "never asked",
                v.purposes,
                _day(v),
                v.photos,
                v.trained_at,
                v.pictures,
            )
            for v in views
        ],
    )
