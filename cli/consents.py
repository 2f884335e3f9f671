"""`likeness consent …` after the first yes: showing oneself, amending, ending, looking at one's pictures."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from cli.asking import question, stands
from cli.door import asker, open_house, person
from cli.files import read, write
from cli.show import answer, moment, table
from consent.people import Actor
from studio import amendments, challenges, endings, grants, jobs, links, reviews, subjects
from studio.house import Studio
from studio.views import ChallengeView, ConsentView, ReviewView, WithdrawalView

WARNING = "It cannot be undone."


def limits_of(arguments: Namespace, studio: Studio, now: Mapping[str, Any]) -> dict[str, Any]:
    """The limits on a command line, as fields of a scope; lists of what is forbidden are added to `now`."""
    found: dict[str, Any] = {}
    if arguments.only_me:
        found["askers"] = "only_me"
    elif arguments.asker:
        found |= {"askers": "people", "people": _parties(studio, arguments.asker)}
    elif arguments.role:
        found |= {"askers": "role", "roles": arguments.role}
    if arguments.block:
        found["blocked"] = [*now.get("blocked", ()), *_parties(studio, arguments.block)]
    if arguments.place:
        found["places"] = arguments.place
    if arguments.stylised:
        found["realism"] = "stylised"
    for name, words in (("forbidden", arguments.forbid), ("own_words", arguments.never_word)):
        if words:
            found[name] = [*now.get(name, ()), *words]
    if arguments.alone:
        found["company"] = "alone"
    plain = {"review": arguments.review, "daily_limit": arguments.daily, "keep_photos_days": arguments.keep_photos}
    return found | {name: value for name, value in plain.items() if value is not None}


def narrow(arguments: Namespace) -> None:
    """`consent narrow HANDLE`."""
    with open_house(arguments) as studio:
        now = _newest(studio, arguments.handle)
        changes = limits_of(arguments, studio, now.limits if now else {})
        if arguments.drop and now:
            changes["purposes"] = [purpose for purpose in now.purposes if purpose not in arguments.drop]
        view = amendments.narrow(studio, asker(arguments, studio), arguments.handle, changes)
    answer(arguments, view, lambda: in_full(view))


def widen(arguments: Namespace) -> None:
    """`consent widen HANDLE`: the notice, and a yes that somebody typed."""
    with open_house(arguments) as studio:
        actor, now = asker(arguments, studio), _newest(studio, arguments.handle)
        changes = limits_of(arguments, studio, now.limits if now else {})
        changes |= _taken_back(arguments, studio, now.limits if now else {})
        if arguments.purposes and now:
            changes["purposes"] = sorted({*now.purposes, *arguments.purposes})
        _read_notice(arguments, studio, actor, "agree to more", "consent widen")
        view = amendments.widen(studio, actor, arguments.handle, changes, notice_read=True)
    answer(arguments, view, lambda: in_full(view))


def renew(arguments: Namespace) -> None:
    """`consent renew HANDLE`: the notice, and a yes that somebody typed."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        _read_notice(arguments, studio, actor, f"agree to it for {arguments.months} months more", "consent renew")
        view = amendments.renew(studio, actor, arguments.handle, arguments.months, notice_read=True)
    answer(arguments, view, lambda: stands(view))


def pause(arguments: Namespace) -> None:
    """`consent pause HANDLE`."""
    with open_house(arguments) as studio:
        view = amendments.pause(studio, asker(arguments, studio), arguments.handle)
    answer(arguments, view, lambda: f"{view.handle}: paused by {' and '.join(view.paused_by)}. Nothing is deleted.")


def resume(arguments: Namespace) -> None:
    """`consent resume HANDLE`."""
    with open_house(arguments) as studio:
        view = amendments.resume(studio, asker(arguments, studio), arguments.handle)
    rests = f" It still rests for the {' and '.join(view.paused_by)}." if view.paused_by else ""
    answer(arguments, view, lambda: f"{stands(view)}{rests}")


def revoke(arguments: Namespace) -> None:
    """`consent revoke HANDLE --why TEXT`."""
    with open_house(arguments) as studio:
        view = endings.revoke(studio, asker(arguments, studio), arguments.handle, arguments.why)
    answer(arguments, view, lambda: f"{view.handle}: revoked. {erased(view)}")


def invalidate(arguments: Namespace) -> None:
    """`consent invalidate HANDLE --what TEXT`."""
    with open_house(arguments) as studio:
        view = endings.invalidate(studio, asker(arguments, studio), arguments.handle, arguments.what)
    answer(arguments, view, lambda: f"{view.handle}: invalid. {erased(view)} An incident is open.")


def never(arguments: Namespace) -> None:
    """`consent never`: a standing no of one's own, or its end."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        if arguments.lift:
            endings.lift(studio, actor)
            answer(arguments, {"never": False}, lambda: f"{actor.name} may be asked again. Nothing erased comes back.")
            return
        if not arguments.yes:
            text = f"Nobody may ask {actor.name} any more, and whatever they agreed to ends and is erased. {WARNING}"
            question(f"{text} Type yes: ", "consent never")
        view = endings.never(studio, actor, tuple(arguments.names))
    said = f"{', '.join(view.names)}: never. Only {actor.name} can take that back. {view.caution}".strip()
    answer(arguments, view, lambda: said)


def attest(arguments: Namespace) -> None:
    """`consent attest HANDLE --document FILE`."""
    digest = hashlib.sha256(read(arguments.document)).hexdigest()
    with open_house(arguments) as studio:
        view = grants.attest(studio, asker(arguments, studio), arguments.handle, digest)
    answer(arguments, view, lambda: f"{stands(view)} A second moderator reads it and verifies.")


def link(arguments: Namespace) -> None:
    """`consent link HANDLE`."""
    with open_house(arguments) as studio:
        secret = links.make(studio, asker(arguments, studio), arguments.handle)
    command = f"likeness consent give {arguments.handle} --link {secret}"
    answer(
        arguments,
        {"secret": secret, "days": links.VALID.days},
        lambda: f"For {arguments.handle} alone, once, within {links.VALID.days} days:\n  {command}",
    )


def challenge(arguments: Namespace) -> None:
    """`consent challenge HANDLE`: draw, answer, look, or say the verdict."""
    with open_house(arguments) as studio:
        actor, handle = asker(arguments, studio), arguments.handle
        if arguments.look:
            write(arguments.look, challenges.look(studio, actor, handle))
            said = f"{arguments.look}: look, say the verdict, and delete that file. That you looked is recorded."
            answer(arguments, {"file": arguments.look}, lambda: said)
        elif arguments.passed or arguments.failed:
            view = challenges.judge(
                studio, actor, handle, passed=arguments.passed, nobody_real=arguments.nobody_real
            )
            answer(arguments, view, lambda: f"{stands(view)} The picture is deleted.")
        elif arguments.answer:
            drawn = challenges.answer(studio, actor, handle, read(arguments.answer), arguments.answer.name)
            answer(arguments, drawn, lambda: "Stored, encrypted, until a moderator has looked.")
        else:
            drawn = challenges.issue(studio, actor, handle)
            answer(arguments, drawn, lambda: _challenge(drawn))


def approve(arguments: Namespace) -> None:
    """`consent approve ID`, or a look at the picture first."""
    with open_house(arguments) as studio:
        actor, job_id = asker(arguments, studio), jobs.find_id(studio, arguments.id)
        if arguments.look:
            write(arguments.look, reviews.picture(studio, actor, job_id))
            answer(arguments, {"file": arguments.look}, lambda: f"{arguments.look}: approve it, or veto it.")
            return
        view = reviews.approve(studio, actor, job_id)
    answer(arguments, view, lambda: f"{job_id}: approved.")


def veto(arguments: Namespace) -> None:
    """`consent veto ID`."""
    with open_house(arguments) as studio:
        job_id = jobs.find_id(studio, arguments.id)
        view = reviews.veto(studio, asker(arguments, studio), job_id)
    answer(arguments, view, lambda: f"{job_id}: vetoed, and erased.")


def mine(arguments: Namespace) -> None:
    """`consent mine`: one's own subjects, what was agreed to, and the pictures that wait or were told of."""
    with open_house(arguments) as studio:
        actor = asker(arguments, studio)
        owned = [view for view in subjects.subjects(studio) if view.owner_party == actor.party]
        newest = [view for view in (_newest(studio, subject.handle) for subject in owned) if view]
        pictures = reviews.waiting(studio, actor)
    value = {"subjects": owned, "consents": newest, "pictures": pictures}
    answer(arguments, value, lambda: _mine(newest, pictures) if owned else "Nobody here is you, as far as is known.")


def in_full(view: ConsentView) -> str:
    """Where a consent stands, with its scope in plain words."""
    lines = [f"{view.handle}: {view.state}, version {view.version}.", *(f"  {line}" for line in view.sentences)]
    return "\n".join(lines)


def erased(view: WithdrawalView) -> str:
    """What an ending erased, in short."""
    return f"Stopped {view.jobs_stopped} jobs; erased {view.photos} photos and {view.pictures} pictures."


def _mine(consents: list[ConsentView], pictures: list[ReviewView]) -> str:
    parts = [in_full(view) for view in consents]
    if pictures:
        rows = [(view.job_id, view.handle, view.state, view.prompt, view.made_at) for view in pictures]
        parts.append(table(("picture", "of", "state", "prompt", "at (UTC)"), rows))
    return "\n\n".join(parts) or "You have not been asked yet."


def _challenge(drawn: ChallengeView) -> str:
    return (
        f"Write “{drawn.words}” on a sheet of paper, hold it beside your face, {drawn.pose}, and take a picture.\n"
        f"Hand it in before {moment(drawn.expires_at)} (UTC): likeness consent challenge {drawn.handle} --answer FILE"
    )


def _taken_back(arguments: Namespace, studio: Studio, now: Mapping[str, Any]) -> dict[str, Any]:
    """Limits that are lifted."""
    found: dict[str, Any] = {}
    for name, lifted in (("forbidden", arguments.allow), ("own_words", arguments.allow_word),
                         ("blocked", _parties(studio, arguments.unblock))):  # fmt: skip
        if lifted:
            found[name] = [word for word in now.get(name, ()) if word not in lifted]
    flags = {"askers": (arguments.anybody, "members"), "places": (arguments.anywhere, []),
             "realism": (arguments.any_style, "any"), "company": (arguments.with_others, "with_others"),
             "daily_limit": (arguments.no_daily, None)}  # fmt: skip
    return found | {name: value for name, (wanted, value) in flags.items() if wanted}


def _read_notice(arguments: Namespace, studio: Studio, actor: Actor, to_what: str, command: str) -> None:
    """Show the notice of today to the person themself; the rules refuse everybody else in words."""
    theirs = subjects.subject(studio, arguments.handle).owner_party == actor.party
    if theirs and not arguments.yes:
        question(f"{grants.notice()}\n\nDo you, {actor.name}, {to_what}? Type yes: ", command)


def _newest(studio: Studio, handle: str) -> ConsentView | None:
    versions = grants.consents(studio, handle)
    return versions[-1] if versions else None


def _parties(studio: Studio, names: list[str]) -> list[str]:
    return [str(person(studio, name).party) for name in names]
