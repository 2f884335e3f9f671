"""How a community has set its studio up: a channel's ways, a server's places, a member's habits.

What moderators change for others is in the ledger; what a member likes is their own business and is not. A channel or
a server is named in the door's own words (`discord:123`), as `gate.place_of` gives it.

It also says whose moderators count. “Manage Server” is a permission anybody has in a server of their own, so it makes
a moderator only in the servers this studio serves: those of DISCORD_GUILDS, or, where that is silent, the first one
that took it on. Do not widen that to the owner of the bot's application: hosting is no right over anybody's consent.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotAllowed, Reason
from consent.people import Actor
from db.tables import ChannelRow, MemberRow, ServerRow
from generation.request import ImageWish, check
from studio.house import Studio

MAY_BE_PUBLIC = ("about", "gallery", "help", "nightly", "queue", "stats")
"""Commands whose answer everybody in the channel may see, if the server wants that; all others decide for
themselves."""


@dataclass(frozen=True)
class ChannelPreferences:
    """How one channel uses the studio. `width`, `height` and `steps` are used where a wish is silent.

    `allowed` False: nothing is drawn or learnt there. `previews` False: no half-drawn picture is shown there.
    """

    place: str
    allowed: bool = True
    previews: bool = True
    spoiler: bool = False
    width: int | None = None
    height: int | None = None
    steps: int | None = None


@dataclass(frozen=True)
class ServerPreferences:
    """Where in a server moderators and gallery are (channels like `discord:123`), and what everybody may see."""

    server: str
    moderators_channel: str | None = None
    gallery_channel: str | None = None
    public_commands: tuple[str, ...] = ("gallery", "stats")


@dataclass(frozen=True)
class MemberPreferences:
    """What somebody's wishes are like where they are silent. `tell_by_dm`: they asked for direct messages."""

    negative: str = ""
    steps: int | None = None
    guidance: float | None = None
    sampler: str | None = None
    tell_by_dm: bool = False


_View = TypeVar("_View", ChannelPreferences, ServerPreferences, MemberPreferences)


def channel(studio: Studio, place: str) -> ChannelPreferences:
    """How a channel uses the studio."""
    with studio.readers() as session:
        return channel_in(session, place)


def channel_in(session: Session, place: str) -> ChannelPreferences:
    """The same, within a transaction."""
    row = session.get(ChannelRow, place)
    return _read(ChannelPreferences, row) if row else ChannelPreferences(place)


def server(studio: Studio, name: str) -> ServerPreferences:
    """What a server has set."""
    with studio.readers() as session:
        row = session.get(ServerRow, name)
        return _read(ServerPreferences, row) if row else ServerPreferences(name)


def member(studio: Studio, party: UUID) -> MemberPreferences:
    """What somebody likes."""
    with studio.readers() as session:
        row = session.get(MemberRow, party)
        return _read(MemberPreferences, row) if row else MemberPreferences()


def set_channel(studio: Studio, actor: Actor, place: str, **changes: Any) -> ChannelPreferences:
    """Change how a channel uses the studio; for moderators. Raises NotAllowed and BadRequest (a size, steps)."""
    _require_moderator(actor)
    with studio.sessions.begin() as session:
        after = replace(channel_in(session, place), **changes)
        _require_drawable(steps=after.steps, width=after.width, height=after.height)
        _merge(session, ChannelRow, after, changed_by=actor.party, changed_at=studio.clock())
        studio.record(session, "settings.changed", actor, place=place, **changes)
    return after


def set_server(studio: Studio, actor: Actor, name: str, **changes: Any) -> ServerPreferences:
    """Change what a server has set; for moderators of a server that is served. Raises NotAllowed."""
    _require_moderator(actor)
    if not moderates(studio, name):
        raise NotAllowed((Reason("not_served", NOT_SERVED),))
    if set(changes.get("public_commands", ())) - set(MAY_BE_PUBLIC):
        listed = ", ".join(MAY_BE_PUBLIC)
        raise NotAllowed((Reason("not_public", f"Only these answers can be for everybody: {listed}."),))
    with studio.sessions.begin() as session:
        row = session.get(ServerRow, name)
        before = _read(ServerPreferences, row) if row else ServerPreferences(name)
        after = replace(before, **changes)
        since = row.since if row else studio.clock()
        public = sorted(after.public_commands)
        after = replace(after, public_commands=tuple(public))
        _merge(session, ServerRow, after, since=since, public_commands=public)
        said = {field: list(value) if isinstance(value, tuple) else value for field, value in changes.items()}
        studio.record(session, "settings.changed", actor, place=name, **said)
    return after


def set_member(studio: Studio, actor: Actor, **changes: Any) -> MemberPreferences:
    """Change what one likes oneself. Raises BadRequest for what cannot be drawn with."""
    with studio.sessions.begin() as session:
        row = session.get(MemberRow, actor.party)
        after = replace(_read(MemberPreferences, row) if row else MemberPreferences(), **changes)
        _require_drawable(
            steps=after.steps, guidance=after.guidance, sampler=after.sampler, negative=after.negative
        )
        _merge(session, MemberRow, after, party_id=actor.party)
    return after


# Which servers are served.

NOT_SERVED = (
    "This studio serves another server, so nothing is drawn here. Whoever hosts it can add this one: DISCORD_GUILDS "
    "in its settings."
)


def serves(studio: Studio, name: str) -> bool:
    """Whether a server's members may use this studio: any may until one has taken it on, then that one alone."""
    if studio.settings.discord_guilds:
        return name.partition(":")[2] in studio.settings.discord_guilds
    with studio.readers() as session:
        first = session.scalar(select(ServerRow.server).order_by(ServerRow.since).limit(1))
    return first in (None, name)


def moderates(studio: Studio, name: str) -> bool:
    """Whether those who manage this server are moderators here; the first server that asks takes the studio on."""
    if not serves(studio, name):
        return False
    with studio.readers() as session:
        known = session.get(ServerRow, name) is not None
    return known or bool(studio.settings.discord_guilds) or _take_on(studio, name)


def _take_on(studio: Studio, name: str) -> bool:
    """Become the server of this studio, unless another has meanwhile."""
    with studio.sessions() as session, session.begin() as turn:
        # First the event: the ledger lets one transaction at a time in, so that of two servers one is first.
        studio.record(session, "server.served", None, place=name)
        first = session.scalar(select(ServerRow.server).limit(1))
        if first is not None:
            turn.rollback()
            return first == name
        _merge(session, ServerRow, ServerPreferences(name), since=studio.clock())
    return True


def served(studio: Studio) -> list[ServerPreferences]:
    """The servers that are served and have set something, or took the studio on."""
    with studio.readers() as session:
        rows = session.scalars(select(ServerRow).order_by(ServerRow.since)).all()
        views = [_read(ServerPreferences, row) for row in rows]
    return [view for view in views if serves(studio, view.server)]


def moderators_channels(studio: Studio) -> list[str]:
    """Where moderators are told of things: reports, appeals, the ledger's head."""
    return [view.moderators_channel for view in served(studio) if view.moderators_channel]


# Rows and views share their field names.


def _read(view: type[_View], row: ChannelRow | ServerRow | MemberRow) -> _View:
    values: dict[str, Any] = {field.name: getattr(row, field.name) for field in fields(view)}
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return view(**plain)


def _merge(session: Session, table: type[Any], view: _View, **more: Any) -> None:
    values = {field.name: getattr(view, field.name) for field in fields(view)}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    session.merge(table(**{**plain, **more}))
    session.flush()


def _require_drawable(**values: Any) -> None:
    """What would be refused at every wish is refused here, in the same words."""
    check(ImageWish("a test", **{name: value for name, value in values.items() if value is not None}))


def _require_moderator(actor: Actor) -> None:
    if not actor.is_moderator:
        raise NotAllowed((Reason("not_a_moderator", "Only a moderator can change that for others: ask one."),))
