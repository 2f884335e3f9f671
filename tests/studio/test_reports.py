"""Anybody can object to a picture; it is out of sight at once, and gone or back within 48 hours."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from PIL import Image

from consent.errors import NotAllowed
from db.tables import OutputRow
from generation.request import ImageWish
from miniature.world import photograph
from studio import audit, delivery, grants, jobs, marks, reports, tracing, work
from studio.errors import JobEnded, UnknownPicture, UnknownReport
from studio.house import Studio
from studio.imagine import ask_image
from studio.work import ImageWork
from tests.studio.conftest import People, vault_files

WORDS = "zeppelin"


def picture(number: int) -> bytes:
    buffer = io.BytesIO()
    photograph(number, size=128).image.convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def drawn(studio: Studio, people: People, png: bytes, seed: int = 1) -> str:
    """A finished picture of radke; returns its job."""
    wish = ImageWish(f"<lora:radke:1> radke in a {WORDS}", seed=seed)
    claimed = work.claim(studio, ask_image(studio, people.anna, wish).id)
    assert isinstance(claimed, ImageWork)
    work.finish_image(studio, claimed, png, width=128, height=128, seed=seed, parameters="radke", skeleton=None)
    studio.queue.cancel(claimed.job_id)
    return claimed.job_id


def handed(studio: Studio, job_id: str) -> bytes:
    png = delivery.fetch(studio, job_id).png
    assert png is not None
    return png


def test_a_file_is_traced_by_bytes_by_pixels_and_by_looks(studio: Studio, people: People, trained: str) -> None:
    job, other = drawn(studio, people, picture(1)), drawn(studio, people, picture(2), 2)
    ours = handed(studio, job)
    image = Image.open(io.BytesIO(ours)).convert("RGB")
    again, smaller = io.BytesIO(), io.BytesIO()
    image.save(again, "PNG")
    image.resize((64, 64)).save(smaller, "JPEG", quality=90)

    def found(data: bytes) -> list[tuple[str, str | None]]:
        return [(match.how, match.job_id) for match in tracing.made_here(studio, data)]

    assert found(ours) == [("file", job)]
    assert found(again.getvalue()) == [("pixels", job)]
    assert found(smaller.getvalue()) == [("looks", job)]
    assert found(handed(studio, other)) == [("file", other)]
    assert found(picture(3)) == []


def test_of_an_erased_picture_the_signed_statement_still_says_that_it_was_ours(
    studio: Studio, people: People, trained: str
) -> None:
    ours = handed(studio, drawn(studio, people, picture(1)))
    credential = marks.read(studio, ours).credential
    if credential is None:
        pytest.skip("c2pa-python is not installed")
    grants.withdraw(studio, people.radke, trained)
    (match,) = tracing.made_here(studio, ours)
    assert (match.how, match.job_id, match.handles, match.asker) == ("statement", None, (), None)
    assert str(match.output_id) == credential.statement["output"]


def test_a_reported_picture_is_hidden_with_its_copies_until_it_may_stay(
    studio: Studio, people: People, trained: str
) -> None:
    first, copy, other = (
        drawn(studio, people, picture(number), seed) for seed, number in enumerate((1, 1, 2))
    )
    seen = handed(studio, first)
    view = reports.report(studio, people.radke, seen, "This is not me.")
    assert view.copies == (copy,)
    assert view.due_at - view.reported_at == timedelta(hours=48)
    assert reports.report(studio, people.anna, first, "again").id == view.id
    for job in (first, copy):
        with pytest.raises(JobEnded, match="reported"):
            delivery.fetch(studio, job)
    with pytest.raises(NotAllowed, match="reported"):
        delivery.confirm(studio, first)
    assert jobs.view(studio, first).state == "done"
    handed(studio, other)
    reports.close(studio, people.mo, str(view.id)[:8], "keep")
    assert handed(studio, first) == seen
    handed(studio, copy)
    assert [event.kind for event in audit.events(studio)][-2:] == ["image.reported", "report.closed"]


def test_what_is_removed_is_gone_with_its_copies_and_known_when_it_turns_up_again(
    studio: Studio, people: People, trained: str
) -> None:
    before = vault_files(studio)
    job, copy = drawn(studio, people, picture(1)), drawn(studio, people, picture(1), 2)
    seen = handed(studio, job)
    view = reports.report(studio, people.anna, job, "no")
    closed = reports.close(studio, people.mo, str(view.id), "remove")
    assert (closed.verdict, closed.removed) == ("remove", 2)
    assert {path.name for path in vault_files(studio)} == {path.name for path in before}
    with studio.readers() as session:
        assert session.query(OutputRow).count() == 0
    assert {jobs.view(studio, each).state for each in (job, copy)} == {"refused"}
    assert jobs.view(studio, job).prompt is None
    again = io.BytesIO()
    Image.open(io.BytesIO(seen)).convert("RGB").save(again, "JPEG", quality=90)
    assert "removed" in {match.how for match in tracing.made_here(studio, again.getvalue())}
    assert audit.verify(studio) == []


def test_a_report_nobody_decides_removes_the_picture_after_48_hours(
    studio: Studio, people: People, trained: str
) -> None:
    job = drawn(studio, people, picture(1))
    reports.report(studio, people.anna, job, "no")
    almost = replace(studio, clock=lambda: studio.clock() + timedelta(hours=47, minutes=59))
    assert reports.overdue(almost) == 0
    late = replace(studio, clock=lambda: studio.clock() + timedelta(hours=48))
    assert [view.overdue for view in reports.reports(late, people.mo)] == [True]
    assert reports.overdue(late) == 1
    assert reports.reports(studio, people.mo) == []
    (view,) = reports.reports(studio, people.mo, everything=True)
    assert (view.verdict, view.closed_by, view.removed) == ("remove", None, 1)


def test_who_may_decide(studio: Studio, people: People, trained: str) -> None:
    job = drawn(studio, people, picture(1))
    view = reports.report(studio, people.radke, job, "no")
    with pytest.raises(NotAllowed, match="moderator"):
        reports.close(studio, people.radke, str(view.id), "keep")
    with pytest.raises(NotAllowed, match="another moderator"):
        reports.close(studio, replace(people.anna, is_moderator=True), str(view.id), "keep")
    with pytest.raises(NotAllowed):
        reports.reports(studio, people.anna)
    with pytest.raises(UnknownReport):
        reports.close(studio, people.mo, "ffffffff", "keep")
    with pytest.raises(UnknownPicture):
        reports.report(studio, people.anna, "no-such-job", "no")
    with pytest.raises(UnknownPicture):
        reports.report(studio, people.anna, picture(5), "no")
