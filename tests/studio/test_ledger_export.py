"""The ledger as a file: nothing personal in it without its details, and a chain that anybody can walk."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from consent.anchors import Anchor
from consent.errors import NotAllowed
from consent.ledger import Details, Event, EventKind
from consent.tampering import verify_chain
from generation.request import ImageWish
from studio import audit, delivery, endings, reports, work
from studio.audit.export import ledger_lines
from studio.audit.questions import About, ask
from studio.house import Studio
from studio.imagine import ask_image
from studio.own_data import write_zip
from studio.receipts import receipt
from studio.work import ImageWork
from tests.studio.conftest import People, png
from tests.studio.seeded import seed, snowflake

ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
REF = re.compile(rf"{ID}|(imagine|train|picture|ix)-[0-9a-f]+|data|photos|receipt|ledger|images-of|about-asker")
"""All that may stand in the only column that is neither a number, a time, a digest nor a random id."""


def exported(studio: Studio, people: People, *, details: bool = False) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ledger_lines(studio, people.mo, details=details)]


def read_back(line: dict[str, Any]) -> tuple[Event, Details | None]:
    """An event as somebody else reads it from the file."""
    told = {field.name: line[field.name] for field in fields(Event)}
    people = {name: UUID(told[name]) if told[name] else None for name in ("actor", "subject")}
    event = Event(**(told | people | {"at": datetime.fromisoformat(told["at"])}))
    return event, Details(bytes.fromhex(line["salt"]), line["details"]) if "salt" in line else None


@pytest.fixture
def evening(studio: Studio, people: People, trained: str) -> list[str]:
    """Everything that happens to a picture and a person; returns what nobody may read out of the chain."""
    prompt = "<lora:radke:1> radke at the harbour at night"
    job = ask_image(studio, people.anna, ImageWish(prompt=prompt, seed=7), channel="discord:100200300:400500600")
    claimed = work.claim(studio, job.id)
    assert isinstance(claimed, ImageWork)
    work.finish_image(studio, claimed, png(), width=96, height=128, seed=7, parameters=prompt, skeleton=None)
    studio.queue.cancel(job.id)
    delivery.confirm(studio, job.id)
    receipt(studio, people.radke, trained)
    with (studio.settings.home.parent / "radke.zip").open("wb") as file:
        write_zip(studio, people.mo, trained, file)
    ask(studio, people.mo, "images-of", About("radke"))
    ask(studio, people.mo, "about-asker", About(asker="anna"))
    report = reports.report(studio, people.radke, job.id, "not how I want to be seen")
    reports.close(studio, people.mo, str(report.id), "remove")
    audit.anchor(studio, people.mo)
    endings.revoke(studio, people.mo, trained, "a letter from radke's lawyer")
    with pytest.raises(NotAllowed):
        ask_image(studio, people.anna, ImageWish(prompt=prompt))
    return ["radke", "anna", "harbour", "lawyer", "seen", "100200300", "400500600", "discord"]


def test_without_details_nothing_personal_can_be_read_out_of_the_chain(
    studio: Studio, people: People, evening: list[str]
) -> None:
    *events, head = exported(studio, people)
    assert len(events) == head["events"] == audit.count(studio)
    assert {"image.delivered", "report.closed", "erasure.finished", "image.refused"} <= {e["kind"] for e in events}
    for event in events:
        assert event.keys() == {field.name for field in fields(Event)}
        assert event["kind"] in set(EventKind)
        assert event["ref"] is None or REF.fullmatch(event["ref"]), event["ref"]
        assert all(event[name] is None or re.fullmatch(ID, event[name]) for name in ("actor", "subject"))
        assert all(re.fullmatch(r"[0-9a-f]{64}", event[name]) for name in ("commitment", "prev", "hash"))
    text = json.dumps([*events, head])
    assert [word for word in evening if word in text] == []


def test_a_long_history_gives_away_no_name_no_account_and_no_prompt(studio: Studio, people: People) -> None:
    seed(studio, 60)
    text = "\n".join(ledger_lines(studio, people.mo))
    names = ["radke", "mallory", "doll7", "member3", "anna", "rosa"]
    for secret in [*names, *map(snowflake, [*names, "mo", "ben", "eve"]), "picture of", "slipped", "nudity"]:
        assert secret not in text
    assert "slipped through" in "\n".join(ledger_lines(studio, people.mo, details=True))


@pytest.mark.parametrize("details", [False, True])
def test_somebody_else_can_walk_the_chain_in_the_file(
    studio: Studio, people: People, evening: list[str], details: bool
) -> None:
    *events, head = exported(studio, people, details=details)
    anchor = Anchor(events[-1]["seq"], events[-1]["hash"])
    assert head == {"ledger_head": str(anchor), "events": anchor.seq, "details": details}
    assert verify_chain(map(read_back, events), [anchor]) == []
    events[3]["kind"] = "image.made"
    assert [fault.kind for fault in verify_chain(map(read_back, events))] == ["edited"]


def test_an_export_is_written_down_before_its_first_line(studio: Studio, people: People, evening: list[str]) -> None:
    lines = ledger_lines(studio, people.mo, details=True)
    newest = audit.events(studio)[-1]
    assert (newest.kind, newest.actor, newest.ref) == ("export.made", "mo", "ledger-with-details")
    next(lines)


def test_an_export_read_slowly_keeps_no_erasure_waiting(
    studio: Studio, people: People, trained: str
) -> None:
    lines = ledger_lines(studio, people.mo)
    next(lines)
    assert endings.withdraw(studio, people.radke, trained).photos == 6
    assert len(list(lines)) > 5


def test_only_a_moderator_takes_the_ledger_out(studio: Studio, people: People) -> None:
    with pytest.raises(NotAllowed):
        ledger_lines(studio, people.anna)
