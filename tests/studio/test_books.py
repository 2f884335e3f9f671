"""The books can be believed: against heads written down elsewhere, and against the consents there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from consent.anchors import Anchor, line, read_anchors
from consent.errors import NotAllowed
from consent.people import Actor
from consent.states import Act
from consent.tampering import Tampering
from studio import audit, consents, endings, gate, grants
from studio.audit.anchors import FILE
from studio.errors import HomeUnusable
from studio.house import Studio
from studio.subjects import find
from tests.studio.conftest import People

CUT = (
    "DELETE FROM ledger_details WHERE seq = (SELECT max(seq) FROM ledger)",
    "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)",
)


def disarm(studio: Studio) -> None:
    """What an intruder with the database's password does first."""
    with studio.engine.begin() as connection:
        if studio.engine.dialect.name == "postgresql":
            for table in ("ledger", "ledger_details"):
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in names.scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")


def forge(studio: Studio, *statements: str) -> None:
    disarm(studio)
    with studio.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def act(studio: Studio, actor: Actor, what: Act, **changes: object) -> None:
    """An act on radke's consent, with the scope changed like this."""
    with studio.sessions.begin() as session:
        subject = find(session, "radke")
        consent = gate.newest_consent(session, subject.id)
        assert consent is not None
        scope = consents.scope_with(gate.scope_of(consent), changes) if changes else None
        consents.act(studio, session, actor, subject, what, scope=scope, notice_read=True)


def test_a_head_is_written_down_and_names_itself(studio: Studio, people: People, consenting: str) -> None:
    said = audit.anchor(studio, people.mo)
    newest = audit.events(studio)[-1]
    (anchor,) = read_anchors(said)
    assert (newest.kind, newest.actor) == ("ledger.anchored", "mo")
    assert anchor.seq == newest.seq == audit.count(studio)
    assert (studio.settings.home / FILE).read_text() == said + "\n"
    assert audit.known_anchors(studio) == [anchor]
    found = audit.check(studio)
    assert found.whole
    assert (found.events, found.anchors, found.erased) == (anchor.seq, 1, 0)


def test_somebody_who_does_not_moderate_writes_no_head_down(studio: Studio, people: People) -> None:
    with pytest.raises(NotAllowed):
        audit.anchor(studio, people.anna)
    assert audit.known_anchors(studio) == []


def test_the_clock_writes_a_head_down_once_a_day_and_only_if_it_has_moved(
    studio: Studio, people: People, consenting: str
) -> None:
    first = audit.anchor_daily(studio)
    assert first is not None
    assert read_anchors(first)[0].seq == audit.count(studio)
    tomorrow = replace(studio, clock=lambda: studio.clock() + timedelta(hours=25))
    assert audit.anchor_daily(tomorrow) is None, "nothing has happened since"
    endings.revoke(studio, people.mo, consenting, "asked to")
    assert audit.anchor_daily(studio) is None, "not yet"
    assert audit.anchor_daily(tomorrow) is not None
    assert [anchor.seq for anchor in audit.known_anchors(studio)] == [4, audit.count(studio)]
    assert audit.check(studio).whole


def test_a_head_that_cannot_be_written_down_is_said_all_the_same(studio: Studio, people: People) -> None:
    (studio.settings.home / FILE).mkdir()
    with pytest.raises(HomeUnusable, match=r"1:[0-9a-f]{64}$"):
        audit.anchor(studio, people.mo)


def test_a_cut_tail_shows_against_the_file_in_the_data_folder(
    studio: Studio, people: People, consenting: str
) -> None:
    audit.anchor(studio, people.mo)
    forge(studio, *CUT)
    assert audit.check(studio).tamperings == (Tampering.CUT,)


def test_whoever_changes_that_file_too_is_found_by_what_was_posted(
    studio: Studio, people: People, consenting: str
) -> None:
    posted = read_anchors(audit.anchor(studio, people.mo))
    forge(studio, *CUT)
    (studio.settings.home / FILE).unlink()
    assert audit.check(studio).whole, "nothing here knows"
    assert audit.check(studio, posted).tamperings == (Tampering.CUT,)


def test_anchors_are_found_in_whatever_text_they_stand_in() -> None:
    digest = "5e" * 32
    posted = f"today's head is `12:{digest}`, said mo at 10:30\n{{\"ledger_head\": \"7:{digest}\"}}"
    assert read_anchors(posted) == [Anchor(12, digest), Anchor(7, digest)]
    assert read_anchors(f"12:{digest}0 and 0:{digest} and 12:{digest[:-1]}") == []


def test_a_line_to_post_is_read_back(studio: Studio) -> None:
    anchor = Anchor(12, "ab" * 32)
    assert read_anchors(line(anchor, studio.clock())) == [anchor]


def test_a_whole_life_of_a_consent_is_played_again_to_the_rows_there_are(
    studio: Studio, people: People, trained: str
) -> None:
    endings.withdraw(studio, people.radke, trained)
    grants.ask(studio, people.anna, trained)
    grants.refuse(studio, people.radke, trained)
    grants.ask(studio, people.anna, trained)
    grants.give(studio, people.radke, trained)
    grants.verify(studio, people.mo, trained)
    act(studio, people.radke, Act.NARROW, daily_limit=3)
    act(studio, people.radke, Act.PAUSE)
    act(studio, people.mo, Act.PAUSE)
    act(studio, people.radke, Act.RESUME)
    assert audit.check(studio).strays == (), "one of the two still holds it"
    act(studio, people.mo, Act.RESUME)
    act(studio, people.radke, Act.RENEW, expires_at=studio.clock() + timedelta(days=700))
    assert audit.check(studio).strays == ()
    forge(studio, "UPDATE consents SET scope = NULL WHERE state = 'active'")
    assert [fault.kind for fault in audit.check(studio).strays] == ["scope"], "the daily limit is gone"
    forge(studio, "UPDATE consents SET scope = '{\"daily_limit\": 3}' WHERE state = 'active'")
    assert audit.check(studio).strays == ()
    endings.revoke(studio, people.mo, trained, "asked by a court")
    assert audit.check(studio).whole


@pytest.mark.parametrize(("statement", "kind"), [
    ("UPDATE consents SET state = 'paused'", "state"),
    ("UPDATE consents SET verified_by = asked_by", "verifier"),
    ("UPDATE consents SET verified_by = NULL", "verifier"),
    ("DELETE FROM consents", "versions"),
    ("UPDATE consents SET purposes = '[\"train\", \"generate\", \"gallery\"]'", "scope"),
    ("UPDATE consents SET scope = '{\"daily_limit\": 40}'", "scope"),
    ("UPDATE consents SET expires_at = '2999-01-01 00:00:00.000000'", "scope"),
])  # fmt: skip
def test_a_consent_that_was_changed_beside_the_ledger_shows(
    studio: Studio, people: People, consenting: str, statement: str, kind: str
) -> None:
    forge(studio, statement)
    found = audit.check(studio)
    assert [fault.kind for fault in found.strays] == [kind]
    assert found.faults == (), "the ledger itself is whole"
    assert not found.whole


def test_an_event_that_could_not_have_been_shows(studio: Studio, people: People, consenting: str) -> None:
    with studio.sessions.begin() as session:
        owner = session.execute(text("SELECT subject, ref FROM ledger WHERE kind = 'consent.given'")).one()
        studio.record(session, "consent.given", people.radke, UUID(owner.subject), owner.ref)
    (stray,) = audit.check(studio).strays
    assert (stray.kind, stray.seq) == ("act", audit.count(studio))
    assert "consent.given" in stray.sentence
