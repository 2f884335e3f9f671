"""A pose is read without a subject; its photo goes at once, its skeleton after a day, and it is only its asker's."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from consent.errors import NotAllowed
from generation.request import ImageWish
from studio import audit, delivery, job_files, jobs, poses
from studio.errors import BadUpload, JobEnded
from studio.house import Studio
from studio.imagine import ask_image
from studio.settings import Settings
from tests.studio.conftest import People, png, vault_files

GPS = b"48.137154"


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """SQLite alone: nothing here is particular to a database."""
    return Settings.from_environment({}, home=tmp_path / "data")


def photo() -> bytes:
    """A JPEG that says where it was taken."""
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x010E] = GPS.decode()
    Image.new("RGB", (96, 128), (40, 90, 30)).save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_what_the_runner_gets_is_the_picture_without_what_its_file_said(studio: Studio, people: People) -> None:
    assert GPS in photo()
    claimed = poses.claim(studio, poses.ask_pose(studio, people.anna, photo()).id)
    assert claimed.file.startswith(b"\x89PNG")
    assert GPS not in claimed.file


def test_the_photo_goes_as_soon_as_it_is_read_and_the_skeleton_a_day_later(studio: Studio, people: People) -> None:
    job = poses.ask_pose(studio, people.anna, photo())
    (upload,) = vault_files(studio)
    for _ in range(2):  # a runner that was killed is at it again
        claimed = poses.claim(studio, job.id)
    poses.finish(studio, claimed.job_id, png(), people=2, source="photo")
    assert upload not in vault_files(studio)
    with pytest.raises(JobEnded):
        poses.claim(studio, job.id)
    seen = poses.fetch_pose(studio, people.anna, job.id)
    assert (seen.png, seen.people, seen.source) == (png(), 2, "photo")
    handed = delivery.fetch(studio, job.id)
    assert (handed.skeleton, handed.people, handed.png) == (png(), 2, None)
    delivery.confirm(studio, job.id)
    assert jobs.view(studio, job.id).delivered_at is not None

    age(studio, hours=2)
    assert job_files.sweep(studio) == 0
    later = replace(studio, clock=lambda: studio.clock() + timedelta(hours=25))
    assert job_files.sweep(later) == 1
    with pytest.raises(JobEnded, match="send the picture again"):
        poses.fetch_pose(studio, people.anna, job.id)


def test_a_runner_killed_before_the_photo_was_deleted_deletes_it_when_it_is_back(
    studio: Studio, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = poses.ask_pose(studio, people.anna, photo())
    (upload,) = vault_files(studio)
    with monkeypatch.context() as killed:
        killed.setattr(poses, "_drop_photo", lambda *_: None)
        poses.finish(studio, poses.claim(studio, job.id).job_id, png(), people=1, source="photo")
    assert upload in vault_files(studio)
    with pytest.raises(JobEnded):
        poses.claim(studio, job.id)
    assert upload not in vault_files(studio)
    assert poses.fetch_pose(studio, people.anna, job.id).png == png()


def age(studio: Studio, hours: float) -> None:
    """Make every file in the vault so much older."""
    for file in vault_files(studio):
        written = file.stat().st_mtime - hours * 3600
        os.utime(file, (written, written))


def test_nobody_else_fetches_a_skeleton(studio: Studio, people: People) -> None:
    job = poses.ask_pose(studio, people.anna, photo())
    with pytest.raises(JobEnded, match="queued"):
        poses.fetch_pose(studio, people.anna, job.id)
    poses.finish(studio, poses.claim(studio, job.id).job_id, png(), people=1, source="photo")
    with pytest.raises(NotAllowed):
        poses.fetch_pose(studio, people.radke, job.id)
    assert poses.fetch_pose(studio, people.mo, job.id).people == 1


def test_a_pose_is_read_before_any_picture_is_drawn_and_the_ledger_hears_nothing(
    studio: Studio, people: People
) -> None:
    ask_image(studio, people.anna, ImageWish(prompt="a man in a park"))
    events = len(audit.events(studio))
    job = poses.ask_pose(studio, people.anna, photo())
    assert job.position == 1
    assert jobs.cancel(studio, people.anna, job.id).state == "cancelled"
    assert not vault_files(studio)
    assert len(audit.events(studio)) == events


def test_what_is_no_pose_picture_is_refused_in_words_and_nothing_is_kept(studio: Studio, people: People) -> None:
    with pytest.raises(BadUpload, match=r"notes\.png"):
        poses.ask_pose(studio, people.anna, b"text", name="notes.png")
    assert not jobs.recent(studio)
    assert not vault_files(studio)
