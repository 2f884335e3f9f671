"""A needle in everything a subject's life here leaves behind is found nowhere once it was erased."""

from __future__ import annotations

import io
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import inspect, text

from consent.people import Actor
from db import ledger
from generation.request import ImageWish
from studio import (
    audit,
    certificate,
    delivery,
    erasure,
    gathering,
    grants,
    job_files,
    jobs,
    parties,
    removals,
    subjects,
    work,
)
from studio.errors import UnknownErasure
from studio.house import Studio, open_studio
from studio.imagine import ask_image
from studio.settings import Settings
from studio.train import NewPhoto, ask_training
from studio.work import ImageWork, TrainingWork
from tests.crash import run_and_die
from tests.postgres import dump
from tests.studio.conftest import People, every_byte, png, queue_training, vault_files

PLACES = ("exif", "text", "file name", "caption", "prompt", "negative", "infotext", "details", "failure")
NEEDLES = {place: f"zeppelin-{place.replace(' ', '-')}-over-lakehurst" for place in PLACES}
MARKERS = {kind: f"marker bytes of a {kind} ".encode() * 40 for kind in ("adapter", "state", "preview")}
DEATHS = 20


def photos(count: int, colour: int) -> list[NewPhoto]:
    """Photos with a needle in their EXIF or text, their name and their caption."""
    taken = []
    for number in range(count):
        buffer = io.BytesIO()
        image = Image.new("RGB", (96, 128), (colour, number * 9, 200))
        if number % 2:
            exif = Image.Exif()
            exif[0x010E] = NEEDLES["exif"]
            image.save(buffer, "JPEG", exif=exif)
        else:
            texts = PngImagePlugin.PngInfo()
            texts.add_text("Comment", NEEDLES["text"])
            image.save(buffer, "PNG", pnginfo=texts)
        name = f"{NEEDLES['file name']}-{number}.png"
        taken.append(NewPhoto(name, buffer.getvalue(), f"radke and a {NEEDLES['caption']}"))
    return taken


def live(studio: Studio, people: People) -> None:
    """A training, a failed one, one at work, one nobody has approved; a picture handed over, one waiting; and vera."""
    radke, vera = people.radke, people.anna
    subjects.add_subject(studio, radke, "vera", owner=vera)
    grants.give(studio, vera, "vera")
    grants.verify(studio, people.mo, "vera")
    plain = [NewPhoto(p.name, p.data) for p in photos(6, 90)]
    trained = work.claim(studio, queue_training(studio, radke, "vera", plain, job_id="train-vera").id)
    assert isinstance(trained, TrainingWork)
    work.finish_training(studio, trained, b"adapter of vera", {})

    first = work.claim(studio, queue_training(studio, people.anna, "radke", photos(6, 10)).id)
    assert isinstance(first, TrainingWork)
    work.finish_training(studio, first, MARKERS["adapter"], {"note": NEEDLES["details"]})
    failed = queue_training(studio, people.anna, "radke", photos(7, 10))
    work.fail(studio, failed.id, f"It broke at {NEEDLES['failure']}.")
    at_work = queue_training(studio, people.anna, "radke", photos(7, 10))
    work.claim(studio, at_work.id)
    work.keep(studio, at_work.id, "state", MARKERS["state"])
    work.keep(studio, at_work.id, "preview", MARKERS["preview"])
    unseen = ask_training(studio, people.anna, "radke", photos(7, 10))  # waits for other eyes
    gathering.write(studio, people.mo, unseen.id, {1: f"radke and another {NEEDLES['caption']}"})

    wish = ImageWish(f"<lora:radke:1> radke in a {NEEDLES['prompt']}", negative=NEEDLES["negative"], seed=1)
    draw(studio, ask_image(studio, people.anna, wish, pose=png(), channel="discord:1:2").id)
    ask_image(studio, people.anna, wish, pose=png())
    both = ImageWish(f"<lora:radke:1> <lora:vera:1> radke and vera, {NEEDLES['prompt']}", seed=1)
    draw(studio, ask_image(studio, people.anna, both).id)
    draw(studio, ask_image(studio, radke, ImageWish("<lora:vera:1> vera alone", seed=1)).id)
    with studio.sessions.begin() as session:  # enough words for the database to split its pages
        subject = subjects.find(session, "radke").id
        for number in range(120):
            body = {"note": NEEDLES["details"] * (number % 5)} if number % 2 else {"note": "x" * number}
            ledger.append(session, "moderator.looked", actor=None, subject=subject if number % 2 else None,
                          ref=None, at=studio.clock(), details=body)  # fmt: skip


def draw(studio: Studio, job_id: str) -> None:
    """Do a runner's part and the door's."""
    claimed = work.claim(studio, job_id)
    assert isinstance(claimed, ImageWork)
    told = f"{claimed.wish.prompt} {NEEDLES['infotext'] if 'radke' in claimed.wish.prompt else ''}\nSteps: 20"
    work.finish_image(
        studio, claimed, png(), width=96, height=128, seed=1, parameters=told, skeleton=png()
    )
    delivery.fetch(studio, job_id)
    delivery.confirm(studio, job_id)


def found(data: bytes) -> list[str]:
    """Which needles and markers are in these bytes."""
    texts = [place for place, needle in NEEDLES.items() if needle.encode() in data]
    return texts + [kind for kind, marker in MARKERS.items() if marker[:40] in data]


def others(studio: Studio) -> dict[str, bytes]:
    """Every file that is not radke's alone, by its place in the vault."""
    with studio.readers() as session:
        own = studio.vault.file_of(job_files.owner_of(subjects.find(session, "radke").id), "0" * 8)
        folder = own.partition("/")[0]
        root = studio.settings.home / "vault"
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in vault_files(studio)
            if path.parent.name != folder
        }


def test_no_needle_is_left_and_the_certificate_counts_right(
    studio: Studio, people: People, consenting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    live(studio, people)
    before = every_byte(studio) + dump(studio.settings.database_url)
    there = Counter(path.suffix for path in vault_files(studio) if path.parent.name.startswith("subject"))
    shared = others(studio)
    assert {"caption", "prompt", "negative", "infotext", "details", "failure"} == set(found(before)), (
        "the needles lie where erasure has to look, and what is encrypted or cleaned away was never on the disk"
    )
    assert b"\x89PNG\r\n" not in before
    assert list(scratch.iterdir()) == []

    erased = grants.withdraw(studio, people.radke, consenting)
    with pytest.raises(UnknownErasure, match="1 messages with pictures are being deleted"):
        certificate.certificates(studio, people.radke, "radke")
    delete_messages(studio)

    assert found(every_byte(studio)) == []
    assert found(dump(studio.settings.database_url)) == []
    assert [path for path in scratch.rglob("*") if path.is_file()] == []
    assert (erased.photos, erased.adapters, erased.pictures, erased.jobs_stopped) == (7, 1, 2, 3)
    kept = others(studio)
    assert kept.items() <= shared.items()
    gone = {file.rpartition(".")[2] for file in shared.keys() - kept.keys()}
    assert gone <= {"pose", "picture", "skeleton"}, "the waiting pose, and what vera was in with radke"
    assert len([file for file in kept if file.endswith(".photo")]) == 6
    content = certificate.certificates(studio, people.radke, "radke")[0].content
    assert content["erased"] == {
        "photos": 7, "captions": 7, "prompts": 3, "pictures": 2, "adapters": 1,
        "details": content["erased"]["details"],
    }  # fmt: skip
    assert content["files"] == {
        "adapter": 1, "photo": 7, "picture": 2, "pose": 1, "preview": 1, "skeleton": 2, "state": 1,
    }  # fmt: skip
    assert there[".photo"] == 13
    assert content["key_destroyed"]
    places = {item["where"]: item["count"] for item in content["not_reached"][:-1]}
    assert places == {"a place nobody wrote down": 1}
    assert content["messages_deleted"] == 1
    assert audit.verify(studio) == []


def delete_messages(studio: Studio) -> None:
    """Do the bot's part: the messages that pictures stood in go, and the certificate is written."""
    for removal in removals.due(studio):
        removals.deleted(studio, removal.id)
    erasure.resume(studio)


def state(studio: Studio) -> dict[str, Any]:
    """What an erasure leaves, without what differs every time: rows, files, needles, the certificate."""
    delete_messages(studio)
    inspector = inspect(studio.engine)
    with studio.engine.connect() as connection:
        counted = {
            name: connection.execute(text(f'SELECT COUNT(*) FROM "{name}"')).scalar()  # noqa: S608
            for name in inspector.get_table_names()
        }
        rows = connection.execute(text("SELECT kind FROM ledger ORDER BY seq")).scalars().all()
        jobs_now = connection.execute(text("SELECT state, error, params FROM jobs ORDER BY id")).all()
    content = [
        {name: view.content[name] for name in ("erased", "files", "jobs_stopped", "key_destroyed", "not_reached")}
        for view in certificate.certificates(studio, moderator(studio), "radke")
    ]
    return {
        "rows": counted,
        "events": Counter(rows),
        "jobs": Counter(map(str, jobs_now)),
        "files": others(studio),
        "all": len(vault_files(studio)),
        "needles": found(every_byte(studio)),
        "certificate": content,
    }


def moderator(studio: Studio) -> Actor:
    return parties.actor(studio, "discord", "3", "mo", is_moderator=True)


def test_killed_at_any_write_and_begun_again_it_ends_the_same(tmp_path: Path) -> None:
    template = Settings.from_environment({}, home=tmp_path / "template")
    studio = open_studio(template)
    live(studio, consenting(studio))
    everybody = others(studio)
    studio.close()

    def copy(name: str) -> Settings:
        home = tmp_path / name
        shutil.copytree(template.home, home)
        return Settings.from_environment({}, home=home)

    def withdraw(settings: Settings) -> None:
        opened = open_studio(settings)
        grants.withdraw(opened, radke(opened), "radke")
        opened.close()

    undisturbed = copy("undisturbed")
    ended, writes = run_and_die(lambda: withdraw(undisturbed), None)
    assert ended == 0
    assert writes > 2 * DEATHS
    opened = open_studio(undisturbed)
    expected = state(opened)
    opened.close()
    assert expected["needles"] == []
    assert expected["files"].items() <= everybody.items()

    for moment in sorted(random.Random(20261122).sample(range(1, writes + 1), DEATHS)):
        settings = copy(f"death-{moment}")
        died, _ = run_and_die(lambda settings=settings: withdraw(settings), moment)  # type: ignore[misc]
        assert died == 9, f"it should have died at write {moment} of {writes}"
        opened = open_studio(settings)
        with opened.readers() as session:
            begun = bool(ledger.events(session, kinds=["erasure.started"]))
        if not begun:  # nothing has happened, and the person says it again
            grants.withdraw(opened, radke(opened), "radke")
        erasure.resume(opened)
        assert state(opened) == expected, f"killed at write {moment} of {writes}"
        assert jobs.open_jobs(opened) == 0
        opened.close()
        shutil.rmtree(settings.home)


def consenting(studio: Studio) -> People:
    people = People(
        radke=radke(studio),
        anna=parties.actor(studio, "discord", "2", "anna"),
        mo=moderator(studio),
    )
    subjects.add_subject(studio, people.anna, "radke", owner=people.radke)
    grants.ask(studio, people.anna, "radke")
    grants.give(studio, people.radke, "radke")
    grants.verify(studio, people.mo, "radke")
    return people


def radke(studio: Studio) -> Actor:
    return parties.actor(studio, "discord", "1", "radke")
