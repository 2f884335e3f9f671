"""The model that tests/consent/test_model.py walks: a world of one subject and four moderators, and what may happen.

The rules are the studio's own (`consent.lifecycle.perform`, `consent.rules.decide`); only who tries what, and what
really happened (`Past`, in words that know nothing of states), is kept here. Everybody is a moderator, the subject
too, so that nothing is kept from anybody by not being one; Eve alone is none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from consent import lifecycle, rules
from consent.errors import NotAllowed
from consent.evidence import Evidence
from consent.lifecycle import Consent, Doing, Story
from consent.scope import Purpose, Scope
from consent.states import CLOCK, OVER, Act, State

RADKE, ANNA, MO, MIA, EVE = (UUID(int=number) for number in range(1, 6))
NAMES = {RADKE: "radke", ANNA: "anna", MO: "mo", MIA: "mia", EVE: "eve", CLOCK: "the clock"}
PEOPLE = (RADKE, ANNA, MO, MIA, EVE)
"""Radke is the subject. Anna asks, Mo may hand in photos, Mia does neither; all of them moderate. Eve does not."""

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAYS = (START, START + timedelta(days=200))
SOON, LATE = START + timedelta(days=100), START + timedelta(days=400)
"""Two ends of a consent: one between the two days of this world, one after them."""

FEW, MANY = frozenset({Purpose.TRAIN}), frozenset({Purpose.TRAIN, Purpose.GALLERY})
LITTLE, SHORT, LONG = Scope(FEW, SOON), Scope(MANY, SOON), Scope(MANY, LATE)
SCOPES = (LITTLE, SHORT, LONG)


@dataclass(frozen=True)
class Past:
    """What has really happened since the newest question, whatever the rules made of it.

    agreed     what the person last said yes to (None: they have not, or have said stop since)
    paper      who has read a document with their yes on it
    eyes       who confirmed the yes
    own_work   whether one of them had asked or handed in photos before
    seen       whether anybody saw or called the person
    by_link    whether the yes came by a link
    nobody     whether a moderator has said that the character is nobody real
    held       who holds the consent: `radke`, `a moderator`
    ended      whether somebody has ended it since
    """

    agreed: Scope | None = None
    paper: frozenset[UUID] = frozenset()
    eyes: frozenset[UUID] = frozenset()
    own_work: bool = False
    seen: bool = False
    by_link: bool = False
    nobody: bool = False
    held: frozenset[str] = frozenset()
    ended: bool = False


@dataclass(frozen=True)
class World:
    """Where everything stands; `asked` and `trained` over all time: who else asked, and who handed in photos."""

    consent: Consent | None = None
    past: Past = Past()
    day: int = 0
    asked: frozenset[UUID] = frozenset()
    trained: frozenset[UUID] = frozenset()
    never: bool = False
    character: bool = False

    @property
    def now(self) -> datetime:
        return DAYS[self.day]

    @property
    def story(self) -> Story:
        return Story(RADKE, self.asked, self.trained, self.character, self.never)

    def allowed(self) -> frozenset[Purpose]:
        """What the gate lets pass now."""
        consent = self.consent
        standing = rules.Standing(
            "radke", consent.state if consent else None, consent.scope if consent else None, owner=RADKE,
            evidence=consent.evidence if consent else None, never=self.never)
        return frozenset(p for p in (Purpose.TRAIN, Purpose.GALLERY)
                         if rules.decide(p, [standing], self.now).allowed)


@dataclass(frozen=True)
class Step:
    """Somebody did something, and it passed. `doing` is None for what is no act on a consent."""

    before: World
    what: str
    actor: UUID
    doing: Doing | None
    after: World

    def __str__(self) -> str:
        return f"{NAMES[self.actor]}: {self.what}"


def steps(world: World) -> Iterator[Step]:
    """Everything anybody can do in a world, by everybody, with every choice that matters."""
    for act in Act:
        state = world.consent.state if world.consent else None
        if (state, act) not in lifecycle.MOVES:
            continue  # refused by the table, whoever tries (tests/consent/test_states.py)
        for doing in _tries(world, act):
            try:
                consent = lifecycle.perform(world.consent, world.story, doing)
            except NotAllowed:
                continue
            after = replace(world, consent=replace(consent, version=1), past=_remembered(world, doing),
                            asked=world.asked | ({doing.actor} - {RADKE} if act is Act.ASK else set()))
            yield Step(world, act, doing.actor, doing, after)
    allowed = world.allowed()
    if Purpose.TRAIN in allowed and not world.trained:
        yield Step(world, "hands in photos", MO, None, replace(world, trained=frozenset({MO})))
    if world.day + 1 < len(DAYS):
        yield Step(world, "time passes", CLOCK, None, replace(world, day=world.day + 1))
    for actor in PEOPLE:
        yield from _refusing_everybody(world, actor)


def _tries(world: World, act: Act) -> Iterator[Doing]:
    """Every way in which everybody may try an act."""
    for actor in (*PEOPLE, CLOCK):
        base = Doing(act, actor, world.now, is_moderator=actor not in (EVE, CLOCK))
        match act:
            case Act.ASK if actor in (RADKE, ANNA):
                yield replace(base, scope=SHORT if world.day == 0 else LONG)
            case Act.ASK:
                pass  # who else asks makes no difference that Anna does not make
            case Act.GIVE:
                for scope in (None, *SCOPES):
                    for how in (Evidence.WORD, Evidence.LINK):
                        yield replace(base, scope=scope, evidence=how, notice_read=True)
            case Act.VERIFY:
                for how in (Evidence.WORD, Evidence.LIVE, Evidence.LINK):
                    for nobody in {False, world.character}:
                        yield replace(base, evidence=how, nobody_real=nobody)
            case Act.NARROW | Act.WIDEN | Act.RENEW if actor in (RADKE, ANNA, MO):
                for scope in SCOPES:
                    for read in (True, False)[: 2 if actor == RADKE else 1]:
                        yield Doing(act, actor, world.now, base.is_moderator, scope, read)
            case Act.NARROW | Act.WIDEN | Act.RENEW:
                pass  # Mia and Eve are nothing here that Anna and Mo are not
            case _:
                yield base


def _refusing_everybody(world: World, actor: UUID) -> Iterator[Step]:
    """The standing no as the studio does it: of one's own, and everything of one's own ends with it."""
    if actor != RADKE:
        return  # somebody else's standing no is about somebody else
    if world.never:
        yield Step(world, "takes the standing no back", actor, None, replace(world, never=False))
        return
    after = replace(world, never=True)
    state = world.consent.state if world.consent else None
    act = Act.REFUSE if state is State.ASKED else Act.WITHDRAW
    if state is not None and (state not in OVER or state is State.EXPIRED):
        doing = Doing(act, actor, world.now)
        consent = lifecycle.perform(world.consent, after.story, doing)
        after = replace(after, consent=replace(consent, version=1), past=_remembered(world, doing))
    yield Step(world, "says no to everybody", actor, None, after)


def _remembered(world: World, doing: Doing) -> Past:
    """What has really happened, now that this has."""
    past, actor = world.past, doing.actor
    side = "radke" if actor == RADKE else "a moderator"
    match doing.act:
        case Act.ASK:
            return Past()
        case Act.GIVE:
            agreed = doing.scope or (world.consent.scope if world.consent else None)
            return replace(past, agreed=agreed if actor == RADKE else None, by_link=doing.evidence is Evidence.LINK)
        case Act.ATTEST:
            return replace(past, paper=past.paper | {actor})
        case Act.VERIFY:
            seen = doing.evidence in (Evidence.LIVE, Evidence.LINK)
            own_work = past.own_work or actor in world.asked | world.trained
            return replace(past, eyes=past.eyes | {actor}, own_work=own_work, seen=past.seen or seen,
                           nobody=doing.nobody_real)
        case Act.NARROW | Act.WIDEN | Act.RENEW:
            more = doing.act is not Act.NARROW
            # More is agreed to by the person, under a notice that was read; taking back is taking back.
            good = actor == RADKE and (doing.notice_read or not more)
            return replace(past, agreed=doing.scope if good else None)
        case Act.PAUSE:
            return replace(past, held=past.held | {side})
        case Act.RESUME:
            return replace(past, held=past.held - {side})
        case _:
            return replace(past, agreed=None, paper=frozenset(), ended=True)


def walk(check: Callable[[World], list[str]], check_step: Callable[[Step], list[str]],
         start: World) -> tuple[int, int, list[str], list[Step]]:
    """Every world that can be reached, breadth first, to the fixed point, or to the first broken invariant.

    Returns how many worlds and steps there were, the invariants that broke, and the shortest way to them.
    """
    came: dict[World, Step | None] = {start: None}  # how each world was reached first
    waiting, taken = deque([start]), 0
    while waiting:
        for step in steps(waiting.popleft()):
            taken += 1
            after = _what_matters(step.after)
            broken = check_step(step)
            if after not in came:
                broken = [*broken, *check(after)]
                came[after] = step
                waiting.append(after)
            if broken:
                return len(came), taken, broken, [*_way_to(came, step.before), step]
    return len(came), taken, [], []


def _what_matters(world: World) -> World:
    """A world without what no rule reads any more: of a consent that is over only that it is, until the next."""
    consent = world.consent
    if consent is None or consent.state not in OVER:
        return world
    return replace(world, consent=Consent(consent.state, SHORT), past=Past(ended=True))


def _way_to(came: dict[World, Step | None], world: World) -> list[Step]:
    way: list[Step] = []
    step = came[world]
    while step is not None:
        way.append(step)
        step = came[_what_matters(step.before)]
    return way[::-1]
