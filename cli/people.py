"""`likeness subject` and `likeness consent`: who can be drawn, and their yes."""

from __future__ import annotations

from argparse import Namespace

from cli.asking import day, question, stands
from cli.consents import in_full, limits_of
from cli.door import asker, open_house, person
from cli.show import answer, cell, count, table
from consent.ledger import EventKind
from consent.people import Actor
from studio import audit, grants, links, subjects
from studio.house import Studio
from studio.views import ConsentView, SubjectView, WithdrawalView


def add_subject(arguments: Namespace) -> None:
    """`subject add HANDLE --owner NAME`."""
    with open_house(arguments) as studio:
        actor, owner = asker(arguments, studio), person(studio, arguments.owner)
        kind = "character" if arguments.rights else "real_person"
        view = subjects.add_subject(
            studio, actor, arguments.handle, owner=owner, kind=kind, rights=arguments.rights
        )
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
        limits = limits_of(arguments, studio, {})
        view = grants.ask(studio, actor, arguments.handle, purposes, arguments.months, limits)
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
        actor = _answerer(arguments, studio)
        subject = subjects.subject(studio, arguments.handle)
        offered, until = _offered(studio, subject)
        purposes = tuple(arguments.purposes or offered)
        if (
            subject.owner_party == actor.party and not arguments.yes
        ):  # the rules refuse everybody else in words
            asked = _particular(studio, subject)
            words = (
                f"{grants.notice()}\n\n{asked}Do you, {actor.name}, agree to this, for {cell(purposes)}, {until}? "
                "Type yes: "
            )
            question(words, "consent give")
        limits = limits_of(arguments, studio, {})
        # To what was read, and to nothing else.
        view = grants.give(studio, actor, arguments.handle, purposes, limits=limits)
    next_step = (
        ""
        if view.state == "active"
        else (
            f" Somebody who is neither {actor.name} nor the asker confirms it now: "
            f"`likeness consent verify {view.handle} --as NAME`."
        )
    )
    answer(arguments, view, lambda: f"{stands(view)}{next_step}")


def refuse(arguments: Namespace) -> None:
    """`consent refuse HANDLE`."""
    with open_house(arguments) as studio:
        view = grants.refuse(studio, _answerer(arguments, studio), arguments.handle)
    answer(arguments, view, lambda: f"{view.handle}: refused. Nothing of {view.handle} is kept.")


def verify(arguments: Namespace) -> None:
    """`consent verify HANDLE`."""
    with open_house(arguments) as studio:
        view = grants.verify(
            studio,
            asker(arguments, studio),
            arguments.handle,
            called=arguments.called,
            nobody_real=arguments.nobody_real,
        )
    answer(arguments, view, lambda: stands(view))


def withdraw(arguments: Namespace) -> None:
    """`consent withdraw HANDLE`: stops and erases; says what."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        subject = subjects.subject(studio, arguments.handle)
        if subject.owner_party == actor.party and not arguments.yes and not arguments.keep:
            kept = f"{count(subject.photos, 'photo')} and {count(subject.pictures, 'picture')}"
            words = (
                f"This ends the consent and erases everything of {subject.handle}: {kept}, captions, "
                "adapters and the key. It cannot be undone. Type yes: "
            )
            question(words, "consent withdraw")
        view = grants.withdraw(studio, actor, arguments.handle, erase=not arguments.keep)
    kept = f"Stopped {count(view.jobs_stopped, 'job')}; what there is stays, out of reach: withdraw again to erase it."
    answer(
        arguments, view, lambda: f"{view.handle}: withdrawn. {kept if arguments.keep else in_words(view)}"
    )


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
    if arguments.notice:
        answer(arguments, {"notice": grants.notice()}, grants.notice)
        return
    kinds = [kind for kind in EventKind if kind.startswith("consent.")]
    with open_house(arguments) as studio:
        view = subjects.subject(studio, arguments.handle)
        versions = grants.consents(studio, arguments.handle)
        events = audit.events(studio, handle=arguments.handle, kinds=kinds)

    def words() -> str:
        parts = [_subject_table([view])]
        if versions:
            parts += [_version_table(versions), in_full(versions[-1])]
        if events:
            rows = [(event.at, event.kind, event.actor) for event in events]
            parts.append(table(("at (UTC)", "event", "by"), rows))
        return "\n\n".join(parts)

    answer(arguments, {"subject": view, "consents": versions, "events": events}, words)


def _answerer(arguments: Namespace, studio: Studio) -> Actor:
    """Who answers: whoever asks, or the person a one-time link was made for."""
    return links.use(studio, arguments.link, arguments.handle) if arguments.link else asker(arguments, studio)


def _offered(studio: Studio, subject: SubjectView) -> tuple[tuple[str, ...], str]:
    """What a yes is to, and until when: what was asked, or else what the studio wants at the least."""
    if subject.consent == "asked" and subject.expires_at and subject.expires_at > studio.clock():
        return subject.purposes, f"until {day(subject)}"
    return grants.DEFAULT_PURPOSES, "for 12 months"


def _particular(studio: Studio, subject: SubjectView) -> str:
    """What a question is particular about, in plain words; nothing where it asks for as much as the notice says."""
    versions = grants.consents(studio, subject.handle)
    if not versions or versions[-1].state != "asked" or not versions[-1].limits:
        return ""
    return "\n".join(["You are asked for this:", *versions[-1].sentences, "", ""])


def _version_table(versions: list[ConsentView]) -> str:
    return table(
        ("version", "state", "for", "until", "asked by", "verified by"),
        [(v.version, v.state, v.purposes, day(v), v.asked_by, v.verified_by) for v in versions],
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
                day(v),
                v.photos,
                v.trained_at,
                v.pictures,
            )
            for v in views
        ],
    )
