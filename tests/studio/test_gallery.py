"""The gallery: in by one person's wish and everybody's consent, out of sight as soon as one of them goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.errors import NotAllowed
from generation.request import ImageWish
from studio import amendments, audit, delivery, endings, gallery, removals, reports
from studio.errors import JobEnded, UnknownPicture
from studio.house import Studio
from studio.imagine import ask_image
from tests.studio.conftest import People
from tests.studio.evenings import draw, live_subject, picture

PLACE = "discord:7:70"


def test_its_asker_or_whoever_is_in_it_puts_a_picture_into_the_gallery_and_it_can_be_paged(
    studio: Studio, people: People
) -> None:
    live_subject(studio, people)
    first, second, third = (picture(studio, people.anna) for _ in range(3))
    for job_id, who in ((first, people.anna), (second, people.radke), (third, people.anna)):
        gallery.show(studio, who, job_id)
    assert gallery.show(studio, people.anna, third) == gallery.show(studio, people.radke, third)

    newest = gallery.page(studio)
    assert newest.exhibit is not None
    assert (newest.exhibit.job_id, newest.older, newest.newer) == (third, True, False)
    assert newest.exhibit.label == "AI-generated · radke, with consent · asked by @anna"
    middle = gallery.page(studio, at=newest.exhibit.seq)
    assert middle.exhibit is not None
    assert (middle.exhibit.job_id, middle.older, middle.newer) == (second, True, True)
    back = gallery.page(studio, at=middle.exhibit.seq, towards="newer").exhibit
    assert back is not None
    assert back.job_id == third
    assert gallery.page(studio, "nobody").exhibit is None
    assert gallery.handles(studio) == ["radke"]
    assert [event.kind for event in audit.events(studio)].count("gallery.shown") == 3


def test_somebody_else_and_a_picture_of_nobody_and_one_on_its_way_are_refused(
    studio: Studio, people: People
) -> None:
    live_subject(studio, people)
    with pytest.raises(NotAllowed, match="the people in it"):
        gallery.show(studio, people.mo, picture(studio, people.anna))
    nobody = ask_image(studio, people.anna, ImageWish("a bench"))
    draw(studio, nobody.id)
    with pytest.raises(JobEnded, match="not handed over yet"):
        gallery.show(studio, people.anna, nobody.id)
    delivery.confirm(studio, nobody.id)
    with pytest.raises(NotAllowed, match="nobody in particular"):
        gallery.show(studio, people.anna, nobody.id)


def test_who_has_not_ticked_the_gallery_is_not_shown(studio: Studio, people: People) -> None:
    live_subject(studio, people, ("train", "generate"))
    with pytest.raises(NotAllowed, match="has not agreed to the gallery"):
        gallery.show(studio, people.radke, picture(studio, people.anna))


def test_what_somebody_in_it_has_taken_out_comes_back_only_by_them(studio: Studio, people: People) -> None:
    live_subject(studio, people)
    job_id = picture(studio, people.anna)
    gallery.show(studio, people.anna, job_id)
    with pytest.raises(NotAllowed, match="can take it out"):
        gallery.take_out(studio, replace(people.mo, is_moderator=False), job_id)

    gallery.take_out(studio, people.radke, job_id)

    assert gallery.page(studio).exhibit is None
    with pytest.raises(UnknownPicture):
        gallery.take_out(studio, people.radke, job_id)
    with pytest.raises(NotAllowed, match="please respect it"):
        gallery.show(studio, people.anna, job_id)
    gallery.show(studio, people.radke, job_id)
    assert gallery.page(studio).exhibit is not None


@pytest.mark.parametrize("how", ["pause", "narrow", "withdraw", "report"])
def test_when_the_yes_goes_the_picture_and_its_message_go(studio: Studio, people: People, how: str) -> None:
    handle = live_subject(studio, people)
    job_id = picture(studio, people.anna)
    gallery.show(studio, people.anna, job_id)
    shown = gallery.unposted(studio)[0]
    assert gallery.posted(studio, shown, PLACE)
    assert gallery.unposted(studio) == []
    assert gallery.tidy(studio) == 0

    if how == "pause":
        amendments.pause(studio, people.radke, handle)
    elif how == "narrow":
        amendments.narrow(studio, people.radke, handle, {"purposes": ["train", "generate"]})
    elif how == "withdraw":
        endings.withdraw(studio, people.radke, handle, erase=True)
    else:
        reports.report(studio, people.mo, job_id, "not nice")

    assert gallery.page(studio).exhibit is None
    gallery.tidy(studio)
    assert [removal.place for removal in removals.due(studio)] == [PLACE]


def test_a_picture_that_went_while_it_was_posted_is_taken_back(studio: Studio, people: People) -> None:
    handle = live_subject(studio, people)
    gallery.show(studio, people.anna, picture(studio, people.anna))
    shown = gallery.unposted(studio)[0]
    endings.withdraw(studio, people.radke, handle, erase=True)
    assert not gallery.posted(studio, shown, PLACE)
    assert PLACE in [removal.place for removal in removals.due(studio)]
