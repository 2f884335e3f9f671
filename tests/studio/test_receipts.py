"""What a person holds of their consent, and everything there is of them: for them, whole, and for nobody else."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import asdict
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from consent.anchors import Anchor, read_anchors
from consent.errors import NotAllowed
from consent.people import Actor
from consent.receipt import SCHEMA, STATES, to_json
from consent.receipt_page import HAPPENED, PURPOSES, STANDS, page
from consent.scope import Purpose
from consent.states import EVENTS, State
from consent.tampering import Tampering
from db.errors import VaultError
from generation.request import ImageWish
from studio import (
    appeals,
    audit,
    endings,
    grants,
    job_files,
    own_data,
    parties,
    preferences,
    strikes,
    subjects,
    work,
)
from studio.house import Studio
from studio.imagine import ask_image
from studio.own_data import Handed, write_zip
from studio.preferences import MemberPreferences
from studio.receipts import receipt
from studio.work import ImageWork
from tests.studio.conftest import People, png, vault_files


def draw(studio: Studio, asker: Actor, prompt: str) -> None:
    """A picture of those in the prompt, as a runner makes it."""
    job = ask_image(studio, asker, ImageWish(prompt=prompt, seed=7))
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    picture = png((64, 64), (7, len(prompt), 9))
    work.finish_image(studio, claimed, picture, width=64, height=64, seed=7, parameters=prompt, skeleton=None)
    studio.queue.cancel(job.id)


def zipped(studio: Studio, actor: Actor, handle: str = "radke") -> tuple[Handed, dict[str, bytes]]:
    stream = io.BytesIO()
    handed = write_zip(studio, actor, handle, stream)
    with zipfile.ZipFile(stream) as archive:
        assert archive.testzip() is None
        return handed, {name: archive.read(name) for name in archive.namelist()}


def test_a_receipt_has_the_fields_of_the_standard(studio: Studio, people: People, consenting: str) -> None:
    said = json.loads(json.dumps(to_json(receipt(studio, people.radke, consenting))))
    assert said["schema_version"] == SCHEMA
    assert {"receipt_id", "record_id", "pii_principal_id", "party_identification", "events"} <= said.keys()
    processing = said["pii_processing"]
    assert processing["privacy_notice"].keys() == {"version", "sha256", "text"}
    assert processing["privacy_notice"]["text"].startswith("You are asked")
    agreed = {purpose["purpose"]: purpose["agreed"] for purpose in processing["purposes"]}
    assert agreed == {purpose.value: purpose in ("train", "generate") for purpose in Purpose}
    assert {"collection_method", "storage_locations", "retention_period", "recipients", "withdrawal_method",
            "jurisdiction", "pii_information"} <= processing["purposes"][0].keys()  # fmt: skip
    assert [(event["event_type"], event["event_state"]) for event in said["events"]] == [
        ("consent.asked", "ConsentRequested"),
        ("consent.given", "ConsentGiven"),
        ("consent.verified", "ConsentGiven"),
    ]
    assert all(event.keys() == {"event_type", "event_state", "event_time", "validity_duration", "entity_id"}
               for event in said["events"])  # fmt: skip


def test_every_act_and_state_has_its_words_on_a_receipt() -> None:
    assert set(STATES) == set(EVENTS.values())
    assert {kind.removeprefix("consent.") for kind in EVENTS.values()} == set(HAPPENED)
    assert set(State) - {State.REPLACED} == set(STANDS), "the newest version is never a replaced one"
    assert set(PURPOSES) == set(Purpose)


def test_a_receipt_anchors_the_ledger_up_to_itself(studio: Studio, people: People, consenting: str) -> None:
    said = receipt(studio, people.radke, consenting)
    newest = audit.events(studio)[-1]
    assert (newest.kind, newest.ref, newest.seq) == ("export.made", "receipt", said.ledger_head.seq)
    for text in (json.dumps(to_json(said)), page(said)):
        assert read_anchors(text) == [said.ledger_head]
    assert audit.check(studio, [said.ledger_head]).whole
    forged = Anchor(said.ledger_head.seq, "0" * 64)
    assert audit.check(studio, [forged]).tamperings == (Tampering.REWRITTEN,)


class Reader(HTMLParser):
    """What a person reads, and what the page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open, self.fetched = "", [], []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.fetched += [value for name, value in attributes if name in ("src", "href") or tag == "script"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    assert reader.fetched == [], "the page needs nothing from elsewhere"
    assert "url(" not in html
    return reader.text


def test_the_page_says_what_was_agreed_how_to_stop_and_who_confirmed_it(
    studio: Studio, people: People, consenting: str
) -> None:
    said = receipt(studio, people.radke, consenting)
    text = read(page(said))
    assert re.search(r"✓ yes\s*draw you when a member asks for it", text)
    assert re.search(r"– no\s*show pictures of you in the community's gallery", text)
    for words in ("likeness consent withdraw", "mo confirmed it", "You are asked whether", str(said.ledger_head)):
        assert words in text
    assert "One moderator alone" in text


def test_what_people_wrote_is_no_markup_on_the_page(studio: Studio, people: People) -> None:
    evil = parties.actor(studio, "discord", "66", "<script>alert(1)</script>", is_moderator=True)
    subjects.add_subject(studio, people.anna, "radke", owner=people.radke)
    grants.ask(studio, people.anna, "radke", limits={"own_words": ["<img src=x>"]})
    grants.give(studio, people.radke, "radke")
    grants.verify(studio, evil, "radke")
    assert "<script>alert(1)</script> confirmed it" in read(page(receipt(studio, people.radke, "radke")))


def test_a_receipt_after_the_end_says_so(studio: Studio, people: People, trained: str) -> None:
    endings.withdraw(studio, people.radke, trained)
    said = receipt(studio, people.radke, trained)
    assert said.state == "withdrawn"
    assert STANDS["withdrawn"] in read(page(said))


def test_only_the_person_and_moderators_get_receipts_and_data(
    studio: Studio, people: People, trained: str
) -> None:
    before = audit.count(studio)
    for act in (receipt, zipped):
        with pytest.raises(NotAllowed):
            act(studio, people.anna, trained)
    assert audit.count(studio) == before
    assert receipt(studio, people.mo, trained).handle == "radke"


def test_there_is_no_receipt_where_nobody_was_asked(studio: Studio, people: People, subject: str) -> None:
    with pytest.raises(NotAllowed, match="never asked"):
        receipt(studio, people.radke, subject)


def test_the_zip_holds_everything_of_a_person(studio: Studio, people: People, trained: str) -> None:
    draw(studio, people.anna, "<lora:radke:1> radke by the sea")
    handed, files = zipped(studio, people.radke)
    assert (handed.photos, handed.pictures, handed.withheld) == (6, 1, 0)
    assert {name.partition("/")[0] for name in files} == {
        "README.txt", "receipt.html", "receipt.json", "consents.json", "photos", "pictures", "events.jsonl",
        "settings.json", "strikes.json",
    }  # fmt: skip
    (drawn,) = [name for name in files if name.startswith("pictures/") and name.endswith(".png")]
    settings = json.loads(files[drawn.replace(".png", ".json")])
    assert hashlib.sha256(files[drawn]).hexdigest() == settings["sha256"]
    assert (settings["prompt"], settings["seed"], settings["asked_by"]) == (
        "<lora:radke:1> radke by the sea", 7, "anna")  # fmt: skip
    assert files["photos/001.txt"] == b"a photo of radke\n"
    events = [json.loads(line) for line in files["events.jsonl"].decode().splitlines()]
    assert len(events) == handed.events
    assert events[-2]["event"] == events[-1]["event"] == "export.made"
    assert json.loads(files["consents.json"])[0]["verified_by"] == "mo"


def test_the_zip_says_what_is_kept_of_the_person_as_a_member(
    studio: Studio, people: People, trained: str
) -> None:
    for member, words in ((people.radke, "a naked man on a bench"), (people.anna, "a naked woman on a horse")):
        with pytest.raises(NotAllowed):
            ask_image(studio, member, ImageWish(words))
    preferences.set_member(studio, people.radke, negative="hats", steps=30, tell_by_dm=True)
    preferences.set_member(studio, people.anna, negative="horses")
    own = strikes.mine(studio, people.radke).strikes[0]
    strikes.appeal(studio, people.radke, str(own.id), "a statue by Rodin")
    appeals.decide(studio, people.mo, str(own.id), lift=True)

    _, files = zipped(studio, people.mo)

    settings = json.loads(files["settings.json"])
    assert (settings["negative"], settings["steps"], settings["tell_by_dm"]) == ("hats", 30, True)
    (strike,) = json.loads(files["strikes.json"])
    assert strike["id"] == str(own.id)
    assert (strike["about"], strike["severity"], strike["state"]) == (["nudity"], 2, "lifted")
    assert (strike["appeal"], strike["decided_by"]) == ("a statue by Rodin", "mo")
    assert strike["counts_until"] == own.counts_until.isoformat()
    assert b"settings.json" in files["README.txt"]
    assert b"strikes.json" in files["README.txt"]
    assert not [name for name, data in files.items() if b"naked" in data or b"horse" in data]


def test_a_zip_without_strikes_and_settings_says_so(studio: Studio, people: People, consenting: str) -> None:
    _, files = zipped(studio, people.radke)
    assert json.loads(files["strikes.json"]) == []
    assert json.loads(files["settings.json"]) == asdict(MemberPreferences())


def test_nothing_lies_in_clear_but_in_the_zip(studio: Studio, people: People, trained: str) -> None:
    draw(studio, people.anna, "<lora:radke:1> radke by the sea")
    before = vault_files(studio)
    _, files = zipped(studio, people.radke)
    assert vault_files(studio) == before
    clear = [data[-100:] for name, data in files.items() if name.endswith(".png")]
    assert len(clear) == 7
    kept = [path.read_bytes() for path in studio.settings.home.rglob("*") if path.is_file()]
    assert not [data for data in clear for bytes_kept in kept if data in bytes_kept]


def test_a_moderator_who_takes_data_out_is_written_down_and_the_person_is_not(
    studio: Studio, people: People, trained: str
) -> None:
    def looks() -> list[tuple[str | None, str | None]]:
        return [(event.actor, event.ref) for event in audit.events(studio, kinds=["moderator.looked"])]

    zipped(studio, people.radke)
    assert looks() == []
    zipped(studio, people.mo)
    assert looks() == [("mo", "data")]


def test_a_picture_with_somebody_who_no_longer_agrees_stays_out(
    studio: Studio, people: People, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = parties.actor(studio, "discord", "9", "ada")
    subjects.add_subject(studio, people.anna, "ada", owner=ada)
    grants.ask(studio, people.anna, "ada")
    grants.give(studio, ada, "ada")
    grants.verify(studio, people.mo, "ada")
    draw(studio, people.anna, "<lora:radke:1> radke alone")
    real = own_data.jobs.subjects_of
    with_ada = lambda session, job: [subjects.find(session, "ada"), *real(session, job)]  # noqa: E731
    monkeypatch.setattr(own_data.jobs, "subjects_of", with_ada)
    monkeypatch.setattr(own_data.job_files, "owner_of_picture", lambda people: job_files.owner_of(people[1].id))
    assert zipped(studio, people.radke)[0].withheld == 0
    endings.withdraw(studio, ada, "ada")
    handed, files = zipped(studio, people.radke)
    assert (handed.pictures, handed.withheld) == (0, 1)
    assert not [name for name in files if name.startswith("pictures/") and name.endswith(".png")]
    assert b"1 of the pictures show somebody else" in files["README.txt"]


def test_a_withdrawal_in_between_ends_the_zip(
    studio: Studio, people: People, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, reads = studio.vault.read, []

    def read_slowly(*which: object) -> bytes:
        reads.append(which)
        if len(reads) == 3:
            endings.withdraw(studio, people.radke, trained)
        return real(*which)  # type: ignore[arg-type]

    monkeypatch.setattr(type(studio.vault), "read", lambda self, *which: read_slowly(*which))
    with pytest.raises(VaultError):
        write_zip(studio, people.radke, trained, io.BytesIO())


def test_a_receipt_of_a_consent_that_ran_out_says_so(studio: Studio, people: People, consenting: str) -> None:
    from dataclasses import replace

    later = replace(studio, clock=lambda: (studio.clock() + timedelta(days=800)))
    assert receipt(later, people.radke, consenting).state == "expired"
    assert not audit.check(studio).strays
