"""Nothing is kept longer than it may be; the clock is the only thing that moves."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta

import pytest

from db import ledger
from db.tables import CaptionRow
from generation.request import ImageWish
from studio import audit, certificate, delivery, gate, grants, jobs, retention, subjects, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.work import TrainingWork
from tests.studio.conftest import People, photos, queue_training, vault_files

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # the clock is the same on both


def later(studio: Studio, **span: float) -> Studio:
    """The same studio after a while."""
    return replace(studio, clock=lambda: studio.clock() + timedelta(**span))


def left(studio: Studio, kind: str) -> int:
    return len([path for path in vault_files(studio) if path.suffix == f".{kind}"])


def learn(studio: Studio, people: People, handle: str) -> str:
    job = queue_training(studio, people.anna, handle, photos(6))
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, TrainingWork)
    work.finish_training(studio, claimed, b"adapter", {})
    studio.queue.cancel(job.id)
    return job.id


def test_photos_go_a_day_after_the_adapter_was_handed_over(
    studio: Studio, people: People, consenting: str
) -> None:
    job = learn(studio, people, consenting)
    retention.run(later(studio, days=6))
    assert left(studio, "photo") == 6, "nobody has fetched what was made of them"
    delivery.confirm(studio, job)
    retention.run(later(studio, hours=23))
    assert left(studio, "photo") == 6
    view = retention.run(later(studio, hours=25))
    assert (view.photos, view.erased) == (6, ())
    assert (left(studio, "photo"), left(studio, "adapter")) == (0, 1)
    events = audit.events(studio, kinds=["photo.deleted"])
    assert [event.details for event in events] == [{"why": "learnt from"}] * 6
    with studio.readers() as session:
        assert session.query(CaptionRow).count() == 0
        assert jobs.find(session, job).params["photos"] == []
    assert audit.verify(studio) == []
    assert not retention.run(later(studio, hours=26)).anything


def test_photos_stay_as_long_as_the_person_allowed(studio: Studio, people: People, subject: str) -> None:
    grants.ask(studio, people.anna, subject)
    grants.give(studio, people.radke, subject)
    grants.verify(studio, people.mo, subject)
    with studio.sessions.begin() as session:
        row = gate.newest_consent(session, subjects.find(session, subject).id)
        assert row is not None
        row.scope = {"keep_photos_days": 10}
    delivery.confirm(studio, learn(studio, people, subject))
    assert retention.run(later(studio, days=10, hours=23)).photos == 0
    assert retention.run(later(studio, days=11, hours=1)).photos == 6


def test_photos_a_training_still_needs_stay_and_those_nobody_learnt_from_go_after_30_days(
    studio: Studio, people: People, consenting: str
) -> None:
    job = queue_training(studio, people.anna, consenting, photos(6))
    assert retention.run(later(studio, days=40)).photos == 0
    work.fail(studio, job.id, "It broke.")
    assert retention.run(later(studio, days=29)).photos == 0
    assert retention.run(later(studio, days=31)).photos == 6


def test_everything_of_a_consent_that_ran_out_goes_30_days_later(
    studio: Studio, people: People, trained: str
) -> None:
    ask_image(studio, people.anna, ImageWish("<lora:radke:1> radke", seed=1))
    until = grants.consents(studio, trained)[0].expires_at - studio.clock()
    days = until / timedelta(days=1)
    view = retention.run(later(studio, days=days + 1))
    assert (view.expired, view.erased) == (1, ())
    assert left(studio, "adapter") == 1
    grants.ask(later(studio, days=days + 2), people.anna, trained)
    assert retention.run(later(studio, days=days + 31)).erased == (trained,), "a question is no answer"
    assert vault_files(studio) == set()
    mo = people.mo
    content = certificate.certificates(studio, mo, trained)[0].content
    assert (content["cause"], content["asked_by"], content["erased"]["adapters"]) == ("expired", None, 1)


def test_who_said_stop_new_images_keeps_what_there_is_until_they_say_more(
    studio: Studio, people: People, trained: str
) -> None:
    grants.withdraw(studio, people.radke, trained, erase=False)
    assert retention.run(later(studio, days=400)).erased == ()
    assert left(studio, "adapter") == 1
    assert grants.withdraw(studio, people.radke, trained).adapters == 1
    assert vault_files(studio) == set()


def test_the_files_of_failed_jobs_and_old_previews_go(studio: Studio, people: People, trained: str) -> None:
    with studio.sessions.begin() as session:
        owner = f"subject:{subjects.find(session, trained).id}"
        for kind in ("preview", "state", "picture"):
            studio.vault.write(session, owner, f"0123456789abcdef.{kind}", b"left by a program that died")
    half = studio.settings.home / "vault" / "studio" / f".{'0' * 32}.picture.{'0' * 16}.part"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    assert retention.run(studio).files == 0
    for path in vault_files(studio):
        os.utime(path, (0, 0))
    assert retention.run(studio).files == 4
    assert (left(studio, "photo"), left(studio, "adapter")) == (6, 1)
    with studio.readers() as session:
        told = ledger.events(session, kinds=["retention.run"])
    assert [entry.details and entry.details["files"] for entry in told] == [4]
