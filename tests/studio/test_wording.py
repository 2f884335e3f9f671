"""Every path into the studio reads the words, at every moment, and writes down what it refused under which lists."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from consent.errors import NotAllowed
from db.tables import ConsentRow
from generation.request import ImageWish
from studio import amendments, audit, jobs, lists, subjects, work
from studio.errors import BadNote
from studio.house import Studio
from studio.imagine import ask_image
from studio.train import NewPhoto
from tests.studio.conftest import People, photos, png, queue_training, vault_files


def rule_out(studio: Studio, **limits: Any) -> None:
    """What narrowing writes: the newest version of the consent rules this out."""
    with studio.sessions.begin() as session:
        row = session.scalars(select(ConsentRow).order_by(ConsentRow.version.desc()).limit(1)).one()
        row.scope = (row.scope or {}) | limits


def wish(words: str, negative: str = "") -> ImageWish:
    return ImageWish(prompt=f"<lora:radke:1> radke {words}", negative=negative, seed=1)


def test_a_forbidden_word_is_refused_with_word_and_context_and_the_refusal_is_kept_with_the_lists_version(
    studio: Studio, people: People, trained: str
) -> None:
    rule_out(studio, forbidden=["alcohol"], own_words=["porsche"])
    kept = vault_files(studio)
    with pytest.raises(NotAllowed) as refusal:
        ask_image(studio, people.anna, wish("n4ked in a porsche with a 🍺", negative="clothes"), pose=png())
    codes = {reason.code for reason in refusal.value.reasons}
    assert codes == {"context_nudity", "own_word", "context_alcohol"}
    assert "“n4ked in”" in str(refusal.value)
    event = audit.events(studio)[-1]
    assert (event.kind, event.subject) == ("image.refused", "radke")
    assert event.details is not None
    assert set(event.details["reasons"]) == codes
    assert event.details["lists"] == lists.read_lists().version
    assert jobs.recent(studio)[0].kind == "train"
    assert vault_files(studio) == kept


def test_a_pose_prompt_is_read_when_it_is_asked_and_while_it_waits(
    studio: Studio, people: People, trained: str
) -> None:
    with pytest.raises(NotAllowed, match="pose prompt says “naked”"):
        ask_image(studio, people.anna, replace(wish("in a park"), pose_prompt="a naked man"))
    waiting = ask_image(studio, people.anna, replace(wish("in a park"), pose_prompt="a man with a 🍺"))
    rule_out(studio, forbidden=["alcohol"])
    with pytest.raises(NotAllowed):
        work.claim(studio, waiting.id)


def test_words_and_consent_are_refused_at_once(studio: Studio, people: People, subject: str) -> None:
    with pytest.raises(NotAllowed) as refusal:
        ask_image(studio, people.anna, wish("naked"))
    assert [reason.code for reason in refusal.value.reasons] == ["not_asked", "context_nudity"]


def test_a_picture_of_nobody_is_read_too_and_its_refusal_kept(studio: Studio, people: People) -> None:
    for prompt in ("a nazi parade", "taylor swift on a beach", "a german passport"):
        with pytest.raises(NotAllowed):
            ask_image(studio, people.anna, ImageWish(prompt=prompt))
        assert audit.events(studio)[-1].kind == "image.refused"
    assert jobs.recent(studio) == []
    assert ask_image(studio, people.anna, ImageWish(prompt="a man with a beer in a park")).state == "queued"


def test_what_is_asked_is_kept_with_the_lists_it_passed(studio: Studio, people: People, trained: str) -> None:
    ask_image(studio, people.anna, wish("playing guitar"))
    kept = {event.kind: event.details for event in audit.events(studio)}
    for kind in ("image.asked", "training.asked"):
        details = kept[kind]
        assert details is not None
        assert details["lists"] == lists.read_lists().version


def test_a_context_ruled_out_while_a_picture_waits_stops_it(studio: Studio, people: People, trained: str) -> None:
    job = ask_image(studio, people.anna, wish("with a beer"))
    rule_out(studio, forbidden=["alcohol"])
    with pytest.raises(NotAllowed, match="radke has ruled that out"):
        work.claim(studio, job.id)
    assert jobs.view(studio, job.id).state == "refused"


def test_a_context_that_is_not_known_cannot_be_ruled_out(studio: Studio, people: People, trained: str) -> None:
    with pytest.raises(NotAllowed, match="no context “gambling”, only alcohol"):
        amendments.narrow(studio, people.radke, "radke", {"forbidden": ["gambling"]})
    amendments.narrow(studio, people.radke, "radke", {"forbidden": ["alcohol"], "own_words": ["casino"]})
    with pytest.raises(NotAllowed, match="“casino”, a word that radke has ruled out"):
        ask_image(studio, people.anna, wish("in a casino"))


def test_a_malicious_caption_is_refused_and_no_photo_is_kept(
    studio: Studio, people: People, consenting: str
) -> None:
    taken = [*photos(5), NewPhoto("6.png", png(colour=(1, 2, 3)), "radke, an alc0holic")]
    with pytest.raises(NotAllowed, match="alc0holic"):
        queue_training(studio, people.anna, consenting, taken)
    assert audit.events(studio)[-1].kind == "training.refused"
    assert vault_files(studio) == set()


@pytest.mark.parametrize("kind", ["real_person", "character"])
def test_a_name_that_is_somebodys_else_is_no_subjects_name_until_a_moderator_vouches(
    studio: Studio, people: People, kind: str
) -> None:
    def add() -> str:
        view = subjects.add_subject(studio, people.anna, "drake", owner=people.radke, kind=kind, rights="mine")
        return view.handle

    with pytest.raises(NotAllowed, match="“drake”"):
        add()
    assert audit.events(studio)[-1].kind == "subject.refused"
    assert subjects.subjects(studio) == []
    with pytest.raises(NotAllowed, match="moderator"):
        lists.allow(studio, people.anna, "drake", "my name")
    lists.allow(studio, people.mo, "drake", "a member called Drake Ng")
    assert add() == "drake"


def test_a_note_opens_a_phrase_until_it_is_taken_back(studio: Studio, people: People, trained: str) -> None:
    rule_out(studio, forbidden=["alcohol"])
    asked = wish("in front of the beer museum")
    with pytest.raises(NotAllowed):
        ask_image(studio, people.anna, asked)
    lists.allow(studio, people.mo, "beer  museum", "the one in our street")
    assert ask_image(studio, people.anna, asked).state == "queued"
    assert [(note.phrase, note.made_by) for note in lists.notes(studio)] == [("beer museum", "mo")]
    lists.disallow(studio, people.mo, "Beer Museum")
    assert lists.notes(studio) == []
    with pytest.raises(NotAllowed):
        ask_image(studio, people.anna, asked)
    changes = [event.details for event in audit.events(studio, kinds=["list.changed"])]
    assert [next(iter(change or {})) for change in changes] == ["allowed", "disallowed"]


@pytest.mark.parametrize("phrase", ["", "beer", "naked radke", "x" * 101, "radke at a nazi parade"])
def test_a_note_that_opens_a_context_is_not_taken(studio: Studio, people: People, phrase: str) -> None:
    with pytest.raises(BadNote):
        lists.allow(studio, people.mo, phrase, "because")
    with pytest.raises(BadNote):
        lists.disallow(studio, people.mo, "never noted")
    assert lists.notes(studio) == []
