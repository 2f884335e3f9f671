"""The beginning of an id is enough wherever one is typed; what is unclear, or is no id at all, is said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from db.tables import StrikeRow
from generation.request import ImageWish
from studio import appeals, batches, incidents, jobs, reports, strikes
from studio.errors import StudioError, UnknownJob, UnknownStrike
from studio.house import Studio
from studio.imagine import ask_images
from tests.studio.conftest import People
from tests.studio.test_reports import drawn, picture

ONE, TWO = UUID("3f2a0000-0000-4000-8000-000000000001"), UUID("3f2a0000-0000-4000-8000-000000000002")


def struck(studio: Studio, people: People, **whose: UUID) -> None:
    """Strikes of these ids, against these people."""
    with studio.sessions.begin() as session:
        for name, strike in whose.items():
            party = getattr(people, name).party
            session.add(
                StrikeRow(
                    id=strike, party_id=party, given_at=studio.clock(), severity=1, reasons=["nudity"], state="given"
                )
            )


def test_a_strike_is_appealed_and_decided_by_the_beginning_of_its_id(studio: Studio, people: People) -> None:
    struck(studio, people, anna=ONE, radke=TWO)
    assert strikes.appeal(studio, people.anna, "3f2a", "a statue").id == ONE, "another's does not make it unclear"
    with pytest.raises(UnknownStrike, match="Several strikes begin with 3f2a"):
        appeals.decide(studio, people.mo, "3f2a", lift=True)
    assert appeals.decide(studio, people.mo, str(ONE)[:-1] + "1", lift=True).id == ONE


def test_a_picture_is_reported_by_the_beginning_of_its_job_s_id_its_own_or_its_digest(
    studio: Studio, people: People, trained: str
) -> None:
    job = drawn(studio, people, picture(1))
    view = reports.report(studio, people.anna, job[:16], "no")
    assert view.job_id == job
    with studio.readers() as session:
        output = reports._output(session, job, None)
        for typed in (str(output.id), output.id.hex[:8], str(output.id)[:11].upper(), output.sha256[:12]):
            assert reports._output(session, typed, None).id == output.id
    assert reports.close(studio, people.mo, str(view.id)[:8], "keep").id == view.id


def test_a_sheet_is_fetched_by_the_beginning_of_the_id_its_pictures_share(
    studio: Studio, people: People, trained: str
) -> None:
    wish = ImageWish("<lora:radke:1> radke on a bench", seed=1)
    ask_images(studio, people.anna, [wish, wish], cells=("1", "2"), job_id="compare-81d07e")
    ask_images(studio, people.anna, [wish], job_id="compare-81ff")
    assert batches.find_id(studio, "compare-81d0") == "compare-81d07e"
    assert batches.find_id(studio, "compare-81d07e-2") == "compare-81d07e-2"
    assert batches.find_id(studio, "compare-81f") == "compare-81ff"
    with pytest.raises(UnknownJob, match="Several jobs begin with compare-81"):
        batches.find_id(studio, "compare-81")


ACTS: dict[str, Callable[[Studio, People, str], Any]] = {
    "jobs": lambda studio, people, typed: jobs.find_id(studio, typed),
    "batches": lambda studio, people, typed: batches.find_id(studio, typed),
    "strikes": lambda studio, people, typed: strikes.appeal(studio, people.anna, typed, "a statue"),
    "reports": lambda studio, people, typed: reports.report(studio, people.anna, typed, "no"),
    "decisions": lambda studio, people, typed: reports.close(studio, people.mo, typed, "keep"),
    "incidents": lambda studio, people, typed: incidents.close(studio, people.mo, typed, "done"),
}


@pytest.mark.parametrize("act", ACTS)
def test_whatever_is_typed_is_answered_in_words(studio: Studio, people: People, act: str) -> None:
    struck(studio, people, anna=ONE)
    odd = ("-" * 33, "0" * 31 + "-" * 4, "f" * 35, "ä" * 8, "\udcff" * 8, "a\0bcde")
    for typed in ("", "-", "3f2", "%%%%", "____", *odd):
        with pytest.raises(StudioError):
            ACTS[act](studio, people, typed)
