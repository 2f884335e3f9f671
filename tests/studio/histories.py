"""Random histories of a studio: people ask, answer, amend, train, draw, stop; programs crash; time jumps.

The studio, its database and its vault are real; only the drawing is not (`_finish` stores bytes through `studio.work`
as a runner does). Beside it runs `Person`, a second and much simpler telling of what each person has agreed to, kept
from nothing but the acts that passed. Where something is asked, claimed or delivered, or a photo lies in the vault,
that telling has to allow it.
"""

from __future__ import annotations

import atexit
import io
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from PIL import Image
from sqlalchemy import select

from consent.people import Actor
from consent.scope import months_later
from db.tables import PhotoRow
from generation.request import ImageWish
from studio import (
    amendments,
    approvals,
    delivery,
    endings,
    grants,
    intakes,
    job_files,
    jobs,
    parties,
    retention,
    reviews,
    subjects,
    work,
)
from studio.errors import SPOKEN
from studio.house import Studio, open_studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.train import NewPhoto, ask_training
from studio.work import ImageWork, TrainingWork

START = datetime(2026, 7, 1, 12, tzinfo=UTC)
HANDLES = ("radke", "vera")
EVERYBODY = ("radke", "vera", "anna", "mo", "mia", "eve")
MODERATORS = ("mo", "mia")
GRACE = timedelta(days=30)
"""After its end, what a consent left behind is kept for so long."""

SHARED_MEMORY = Path("/dev/shm")
ROOM = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
COUNTED: Counter[str] = Counter()
"""What happened in all histories of this process."""


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Person:
    """What somebody has agreed to, as they themself would tell it.

    `yes` is what they ticked, None while they have not said yes or have said stop; `seen` whether a moderator has
    confirmed it; `resting` who holds it; `stopped` whether they have said stop and that all of it shall go.
    """

    yes: frozenset[str] | None = None
    asked: frozenset[str] = frozenset()
    until: datetime = START
    seen: bool = False
    resting: set[str] = field(default_factory=set)
    only_me: bool = False
    first: bool = False
    stopped: bool = False
    keeps: bool = False
    never: bool = False

    def allows(self, purpose: str, now: datetime) -> bool:
        return self.yes is not None and self.seen and not self.resting and purpose in self.yes and now < self.until

    def may_be_kept(self, now: datetime) -> bool:
        """Whether photos of theirs may lie in the studio, once whoever cleans up has been."""
        if self.keeps:
            return True
        return self.yes is not None and now < self.until + GRACE


@cache
def template(learnt: bool) -> Path:
    """A studio to copy, because setting one up takes longer than a history: with nothing said, or all of it learnt."""
    folder = Path(tempfile.mkdtemp(prefix="likeness-histories-", dir=ROOM))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    studio = open_studio(Settings.from_environment({}, home=folder / "data"), clock=Clock())
    people = {name: parties.actor(studio, "discord", name, name, is_moderator=name in MODERATORS)
              for name in EVERYBODY}
    for handle in HANDLES:
        subjects.add_subject(studio, people["anna"], handle, owner=people[handle])
        if learnt:
            grants.ask(studio, people["anna"], handle)
            grants.give(studio, people[handle], handle)
            grants.verify(studio, people["mo"], handle)
            asked = ask_training(studio, people["anna"], handle, PHOTOS)
            learning = work.claim(studio, approvals.approve(studio, people["mo"], asked.id).id)
            assert isinstance(learning, TrainingWork)
            work.finish_training(studio, learning, b"adapter", {"loss": 0.1})
            studio.queue.cancel(learning.job_id)  # no runner took it out
    studio.close()
    return folder


def png(colour: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), (colour % 256, 80, 200)).save(buffer, "PNG")
    return buffer.getvalue()


PHOTOS = [NewPhoto(f"{number}.png", png(number * 40)) for number in range(5)]
PICTURE = png(250)
THE_RIGHT_ONE = ""
"""Whoever may, so that enough passes to go wrong; else anybody, who mostly may not."""

who = some.sampled_from([*[THE_RIGHT_ONE] * 10, *EVERYBODY])
whom = some.sampled_from(HANDLES)


class Histories(RuleBasedStateMachine):
    """One history. Whatever the studio refuses in words is refused; whatever it lets pass has to be right."""

    def __init__(self) -> None:
        super().__init__()
        COUNTED["histories"] += 1
        self.clock = Clock()
        self.folder = Path(tempfile.mkdtemp(prefix="likeness-history-", dir=ROOM))
        self.told = {handle: Person() for handle in HANDLES}
        self.jobs: list[str] = []
        self.claimed: dict[str, ImageWork | TrainingWork] = {}
        self.asked_by: dict[str, str] = {}
        self.approved: set[tuple[str, str]] = set()

    @initialize(learnt=some.sampled_from([True, True, True, False]))
    def begin(self, learnt: bool) -> None:
        """Most of what can go wrong goes wrong after a yes, and once there is something to draw with."""
        shutil.copytree(template(learnt) / "data", self.folder / "data")
        self.studio = self._open()
        self.people = {name: self._actor(name) for name in EVERYBODY}
        if learnt:
            until = months_later(START, 12)
            self.told = {handle: Person(yes=frozenset({"train", "generate"}), until=until, seen=True)
                         for handle in HANDLES}

    def teardown(self) -> None:
        if hasattr(self, "studio"):
            self.studio.close()
        shutil.rmtree(self.folder)

    def _open(self) -> Studio:
        return open_studio(Settings.from_environment({}, home=self.folder / "data"), clock=self.clock)

    def _actor(self, name: str) -> Actor:
        return parties.actor(self.studio, "discord", name, name, is_moderator=name in MODERATORS)

    def _try(self, what: str, act: Callable[[], Any]) -> Any:
        """Do it; None when the studio says no in words."""
        COUNTED["steps"] += 1
        try:
            done = act()
        except SPOKEN:
            COUNTED[f"{what}: refused"] += 1
            return None
        COUNTED[what] += 1
        return done if done is not None else True

    # Asking and answering.

    @rule(by=who, handle=whom, gallery=some.booleans())
    def ask(self, by: str, handle: str, gallery: bool) -> None:
        by = by or "anna"
        wanted = ["train", "generate", *(["gallery"] if gallery else [])]
        if self._try("ask", lambda: grants.ask(self.studio, self.people[by], handle, wanted)):
            self.told[handle].asked = frozenset(wanted)

    @rule(by=who, handle=whom, only_me=some.booleans(), first=some.booleans())
    def give(self, by: str, handle: str, only_me: bool, first: bool) -> None:
        by = by or handle
        limits = ({"askers": "only_me"} if only_me else {}) | ({"review": "ask_me_first"} if first else {})
        given = self._try("give", lambda: grants.give(self.studio, self.people[by], handle, limits=limits))
        if given:
            assert by == handle, "nobody says yes for somebody else"
            assert not self.told[handle].never
            self.told[handle] = Person(yes=frozenset(given.purposes), until=given.expires_at, only_me=only_me,
                                       first=first, keeps=self.told[handle].keeps)
            assert given.expires_at <= months_later(self.clock.now, 12)

    @rule(by=who, handle=whom)
    def verify(self, by: str, handle: str) -> None:
        by = by or "mo"
        if self._try("verify", lambda: grants.verify(self.studio, self.people[by], handle)):
            assert by in MODERATORS
            self.told[handle].seen = True

    @rule(by=who, handle=whom)
    def refuse(self, by: str, handle: str) -> None:
        by = by or handle
        if self._try("refuse", lambda: grants.refuse(self.studio, self.people[by], handle)):
            assert by == handle
            self.told[handle] = Person(stopped=True, never=self.told[handle].never)

    @rule(by=who, handle=whom, less=some.sampled_from(["gallery", "train", "only_me", "first"]))
    def narrow(self, by: str, handle: str, less: str) -> None:
        person, by = self.told[handle], by or handle
        purposes = sorted((person.yes or frozenset()) - {less})
        changes: dict[str, Any] = {"only_me": {"askers": "only_me"}, "first": {"review": "ask_me_first"}}.get(
            less, {"purposes": purposes})
        if self._try("narrow", lambda: amendments.narrow(self.studio, self.people[by], handle, changes)):
            assert by == handle
            person.yes = frozenset(purposes) if "purposes" in changes else person.yes
            person.only_me |= less == "only_me"
            person.first |= less == "first"

    @rule(by=who, handle=whom, read=some.booleans())
    def widen(self, by: str, handle: str, read: bool) -> None:
        by = by or handle
        changes = {"purposes": ["train", "generate", "gallery"], "askers": "members", "review": "none"}
        if self._try("widen", lambda: amendments.widen(self.studio, self.people[by], handle, changes,
                                                       notice_read=read)):
            assert by == handle
            assert read
            self.told[handle] = replace(self.told[handle], yes=frozenset(changes["purposes"]), only_me=False,
                                        first=False)

    @rule(by=who, handle=whom, read=some.booleans())
    def renew(self, by: str, handle: str, read: bool) -> None:
        by = by or handle
        renewed = self._try("renew", lambda: amendments.renew(self.studio, self.people[by], handle, 24,
                                                              notice_read=read))
        if renewed:
            assert by == handle
            assert read
            self.told[handle].until = renewed.expires_at

    @rule(by=who, handle=whom)
    def pause(self, by: str, handle: str) -> None:
        by = by or handle
        if self._try("pause", lambda: amendments.pause(self.studio, self.people[by], handle)):
            self.told[handle].resting.add("subject" if by == handle else "moderator")

    @rule(by=who, handle=whom)
    def resume(self, by: str, handle: str) -> None:
        by = by or handle
        if self._try("resume", lambda: amendments.resume(self.studio, self.people[by], handle)):
            self.told[handle].resting.remove("subject" if by == handle else "moderator")

    # Stopping.

    @rule(by=who, handle=whom, erase=some.booleans())
    def withdraw(self, by: str, handle: str, erase: bool) -> None:
        by = by or handle
        if self._try("withdraw", lambda: grants.withdraw(self.studio, self.people[by], handle, erase=erase)):
            assert by == handle
            self.told[handle] = Person(stopped=True, keeps=not erase, never=self.told[handle].never)

    @rule(by=who, handle=whom, invalid=some.booleans())
    def end_by_a_moderator(self, by: str, handle: str, invalid: bool) -> None:
        if not by:
            return  # seldom enough: everything ends with it
        end = endings.invalidate if invalid else endings.revoke
        if self._try("revoke or invalidate", lambda: end(self.studio, self.people[by], handle, "told so")):
            assert by in MODERATORS
            self.told[handle] = Person(stopped=True, never=self.told[handle].never)

    @rule(by=who, handle=whom, lift=some.booleans())
    def never(self, by: str, handle: str, lift: bool) -> None:
        if not by and not self.told[handle].never:
            return  # likewise
        act = endings.lift if lift else endings.never
        if self._try("lift" if lift else "never", lambda: act(self.studio, self.people[handle])):
            self.told[handle] = replace(self.told[handle], never=False) if lift else Person(stopped=True, never=True)

    # Learning and drawing.

    @rule(handle=whom, only_me=some.booleans(), first=some.booleans())
    def a_whole_yes(self, handle: str, only_me: bool, first: bool) -> None:
        """Asked, given, verified and learnt, as it mostly goes; single acts alone seldom come so far."""
        self.ask("anna", handle, gallery=False)
        self.give(handle, handle, only_me, first)
        self.verify("mo", handle)
        self.train("anna", handle)
        if self.jobs:
            self._work_on(self.jobs[-1], finish=True)

    @rule(handles=some.sampled_from([("radke",), ("vera",), ("radke", "vera")]), by=who,
          upto=some.sampled_from(["asked", "taken up", "drawn", "delivered", "delivered"]))
    def a_picture(self, handles: tuple[str, ...], by: str, upto: str) -> None:
        """Asked for and drawn, and delivered or left at any point for something else to happen."""
        before = len(self.jobs)
        self.imagine(by, handles)
        if len(self.jobs) == before or upto == "asked":
            return
        self._work_on(self.jobs[-1], finish=upto != "taken up")
        if upto == "delivered":
            self._deliver(self.jobs[-1])

    @rule(handle=whom, upto=some.sampled_from(["drawn", "delivered"]))
    def a_picture_of_oneself(self, handle: str, upto: str) -> None:
        self.a_picture((handle,), handle, upto)

    @rule(by=some.sampled_from(["anna", "radke", "mo"]), handle=whom, approved=some.sampled_from([True, True, False]))
    def train(self, by: str, handle: str, approved: bool = True) -> None:
        """Asked for, and approved by somebody else at once or left waiting for other eyes."""
        job = self._try("train", lambda: ask_training(self.studio, self.people[by], handle, PHOTOS,
                                                         job_id=self._next_id()))
        if job:
            assert self.told[handle].allows("train", self.clock.now)
            self.jobs.append(job.id)
            if approved and by != handle:
                other = self.people["mia" if by == "mo" else "mo"]
                self._try("approve", lambda: approvals.approve(self.studio, other, job.id))

    @rule(by=some.sampled_from(["radke", "vera", "anna", "mo"]), data=some.data())
    def approve(self, by: str, data: Any) -> None:
        """Somebody approves what waits; whoever asked for it themself cannot."""
        waiting = intakes.waiting(self.studio, self.people["mo"])
        if not waiting:
            return
        one = data.draw(some.sampled_from(waiting))
        if self._try("approve", lambda: approvals.approve(self.studio, self.people[by], one.job_id)):
            assert by != one.trainer
            assert by in (one.handle, *MODERATORS)
            assert self.told[one.handle].allows("train", self.clock.now)

    @rule(by=who, handles=some.sampled_from([("radke",), ("vera",), ("radke", "vera")]))
    def imagine(self, by: str, handles: tuple[str, ...]) -> None:
        by = by or "anna"
        prompt = " and ".join(f"<lora:{handle}:1> {handle}" for handle in handles)
        wish = ImageWish(prompt=f"{prompt} in the park", seed=1)
        job = self._try("imagine", lambda: ask_image(self.studio, self.people[by], wish, job_id=self._next_id()))
        if job:
            self._must_allow(by, handles)
            self.jobs.append(job.id)
            self.asked_by[job.id] = by

    def _next_id(self) -> str:
        """The same in every replay of a history, so that one that fails can be made smaller."""
        return f"job-{len(self.jobs):04}"

    def _must_allow(self, by: str, handles: tuple[str, ...]) -> None:
        for handle in handles:
            person = self.told[handle]
            assert person.allows("generate", self.clock.now), f"{handle} has not agreed to this: {person}"
            assert not person.only_me or by == handle, f"{handle} lets nobody else ask"
            assert not person.never

    @rule(finish=some.booleans(), data=some.data())
    def work(self, finish: bool, data: Any) -> None:
        """A runner takes a job up, or goes on with one it has taken up, to its end or not."""
        if not self.jobs:
            return
        self._work_on(data.draw(some.sampled_from(self.jobs)), finish)

    def _work_on(self, job_id: str, finish: bool) -> None:
        claimed = self.claimed.get(job_id) or self._try("claim", lambda: work.claim(self.studio, job_id))
        if not claimed:
            return
        self.claimed[job_id] = claimed
        if finish:
            self._try("finish", lambda: self._finish(claimed))
            del self.claimed[job_id]

    def _finish(self, claimed: ImageWork | TrainingWork) -> None:
        if isinstance(claimed, TrainingWork):
            work.finish_training(self.studio, claimed, b"adapter", {"loss": 0.1})
        else:
            work.finish_image(self.studio, claimed, PICTURE, width=64, height=64, seed=1, parameters="radke",
                              skeleton=None)
        self.studio.queue.cancel(claimed.job_id)  # no runner took it out

    @rule(data=some.data(), by=who, yes=some.booleans())
    def review(self, data: Any, by: str, yes: bool) -> None:
        if not self.asked_by:
            return
        job_id = data.draw(some.sampled_from(sorted(self.asked_by)))
        by = by or next(iter(jobs.view(self.studio, job_id).handles), "radke")
        act = reviews.approve if yes else reviews.veto
        if self._try("approve" if yes else "veto", lambda: act(self.studio, self.people[by], job_id)):
            assert by in jobs.view(self.studio, job_id).handles
            self.approved.add((job_id, by)) if yes else self.approved.discard((job_id, by))

    @rule(data=some.data())
    def deliver(self, data: Any) -> None:
        """A door hands a picture over: what arrives has to be allowed at that very moment."""
        if not self.asked_by:
            return
        self._deliver(data.draw(some.sampled_from(sorted(self.asked_by))))

    def _deliver(self, job_id: str) -> None:
        handed = self._try("fetch", lambda: delivery.fetch(self.studio, job_id))
        if handed:
            self._must_allow_delivery(handed.job.handles, job_id)
            assert self._try("deliver", lambda: delivery.confirm(self.studio, job_id) or True)

    def _must_allow_delivery(self, handles: tuple[str, ...], job_id: str) -> None:
        by = self.asked_by[job_id]
        self._must_allow(by, handles)
        for handle in handles:
            seen = (job_id, handle) in self.approved or by == handle
            assert seen or not self.told[handle].first, f"{handle} wanted to see it first"

    @rule(handle=whom, data=some.data())
    def stop_between_fetching_and_confirming(self, handle: str, data: Any) -> None:
        """What was sent while somebody stopped is not delivered: the door has to take it back."""
        if not self.asked_by:
            return
        job_id = data.draw(some.sampled_from(sorted(self.asked_by)))
        handed = self._try("fetch", lambda: delivery.fetch(self.studio, job_id))
        self.withdraw(handle, handle, erase=True)
        if handed and handle in handed.job.handles:
            assert self._try("deliver", lambda: delivery.confirm(self.studio, job_id) or True) is None

    # The world.

    @rule()
    def crash(self) -> None:
        """The programs die at once: what they had in hand is gone, what stands in the database stands."""
        self.studio.close()
        self.claimed.clear()
        self.studio = self._open()

    @rule(jump=some.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=40), timedelta(days=380)]))
    def time_passes(self, jump: timedelta) -> None:
        self.clock.now += jump

    @rule()
    def clean_up(self) -> None:
        retention.run(self.studio)
        COUNTED["retention"] += 1
        for handle, person in self.told.items():
            assert person.may_be_kept(self.clock.now) or not self._photos_of(handle)

    @invariant()
    def no_photo_is_kept_of_anybody_who_has_said_that_all_shall_go(self) -> None:
        for handle, person in self.told.items():
            if person.yes is None and not person.keeps:
                assert not self._photos_of(handle), f"photos of {handle} are kept: {person}"

    def _photos_of(self, handle: str) -> list[str]:
        """Rows of photos, and everything in the vault under the subject's key but a selfie."""
        with self.studio.readers() as session:
            subject = subjects.find(session, handle)
            rows = list(session.scalars(select(PhotoRow.file).filter_by(subject_id=subject.id)))
            return rows + self.studio.vault.files(job_files.owner_of(subject.id))


@contextmanager
def counted() -> Any:
    """A fresh count of what happens."""
    COUNTED.clear()
    yield COUNTED
