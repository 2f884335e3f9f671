"""Every picture that is handed over says what made it, under which consent, and shows when it was changed."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from bot.pictures import for_viewing
from generation.provenance import SOURCE_TYPE, can_sign
from generation.request import ImageWish
from studio import delivery, grants, marks, tracing, work
from studio.house import Studio
from studio.imagine import ask_image
from studio.work import ImageWork
from tests.studio.conftest import People
from tests.studio.test_gate import finish

signed = pytest.mark.skipif(not can_sign(), reason="c2pa-python is not installed")
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)  # nothing here asks the database much
PROMPT = "<lora:radke:1> radke with a zeppelin"


@pytest.fixture
def handed(studio: Studio, people: People, trained: str) -> bytes:
    """A picture of radke as Anna gets it."""
    claimed = work.claim(studio, ask_image(studio, people.anna, ImageWish(PROMPT, seed=1)).id)
    assert isinstance(claimed, ImageWork)
    finish(studio, claimed)
    png = delivery.fetch(studio, claimed.job_id).png
    assert png is not None
    return png


def test_a_delivered_picture_says_that_a_computer_made_it(studio: Studio, handed: bytes) -> None:
    found = marks.read(studio, handed)
    assert found.xmp["DigitalSourceType"] == SOURCE_TYPE
    assert found.xmp["AISystemUsed"].startswith("Likeness ")
    with Image.open(io.BytesIO(handed)) as picture:
        picture.load()


@signed
def test_it_is_signed_and_names_the_consent_and_the_ledgers_head(
    studio: Studio, people: People, handed: bytes
) -> None:
    credential = marks.read(studio, handed).credential
    assert credential is not None
    assert (credential.ours, credential.faults) == (True, ())
    assert credential.source_type == SOURCE_TYPE
    said = credential.statement
    with studio.readers() as session:
        from db import ledger

        given = {event.event.ref for event in ledger.events(session, kinds=["consent.given"])}
        links = {event.event.seq: event.event.hash for event in ledger.events(session)}
    assert set(said["consents"]) == given
    assert links[said["ledger"]["seq"]] == said["ledger"]["hash"]


@signed
def test_a_studio_whose_clock_is_ahead_signs_with_something_valid_today(
    studio: Studio, people: People, trained: str
) -> None:
    ahead = replace(studio, clock=lambda: studio.clock() + timedelta(days=30))
    claimed = work.claim(ahead, ask_image(ahead, people.anna, ImageWish(PROMPT, seed=1)).id)
    assert isinstance(claimed, ImageWork)
    finish(ahead, claimed)
    png = delivery.fetch(ahead, claimed.job_id).png
    assert png is not None
    assert marks.read(ahead, png).credential is not None


@signed
def test_a_flipped_byte_shows(studio: Studio, handed: bytes) -> None:
    changed = bytearray(handed)
    changed[handed.index(b"IDAT") + 30] ^= 1
    credential = marks.read(studio, bytes(changed)).credential
    assert credential is not None
    assert not credential.intact
    assert "assertion.dataHash.mismatch" in credential.faults


@signed
def test_a_picture_of_another_studio_is_not_ours(studio: Studio, handed: bytes) -> None:
    file = next((studio.settings.home / marks.FOLDER).rglob("*.identity"))
    file.unlink()
    with studio.sessions.begin() as session:
        marks._make_identity(studio, session)
    credential = marks.read(studio, handed).credential
    assert credential is not None
    assert (credential.intact, credential.ours) == (True, False)


@signed
def test_a_picture_that_a_door_enlarged_is_signed_again(
    studio: Studio, people: People, handed: bytes
) -> None:
    enlarged, times = for_viewing(handed)
    assert times > 1
    assert marks.read(studio, enlarged).credential is None
    (made,) = tracing.made_here(studio, handed)
    assert made.job_id
    found = marks.read(studio, marks.renew(studio, made.job_id, enlarged))
    assert found.credential is not None
    assert found.credential.ours
    assert found.credential.statement["output"] == str(made.output_id)
    assert found.xmp["DigitalSourceType"] == SOURCE_TYPE


def test_the_marks_hold_no_name_no_account_and_no_prompt(
    studio: Studio, people: People, handed: bytes
) -> None:
    found = marks.read(studio, handed)
    statement = found.credential.statement if found.credential else {}
    said = json.dumps([dict(found.xmp), dict(statement)])
    assert not re.search("radke|anna|zeppelin|mo\\b", said)
    grants.withdraw(studio, people.radke, "radke")
    assert marks.read(studio, handed).xmp == found.xmp, "what has left the house keeps its marks"


def test_the_key_that_signs_lies_encrypted(studio: Studio, handed: bytes) -> None:
    kept = b"".join(path.read_bytes() for path in studio.settings.home.rglob("*") if path.is_file())
    assert b"PRIVATE KEY" not in kept
