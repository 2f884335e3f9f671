"""The message of a wish: from its place in line to the pictures, with buttons that still work tomorrow."""

from __future__ import annotations

from typing import Any

import pytest

from bot import failures, imagine, redrawing
from bot.client import LikenessClient
from bot.journal import Journal
from bot.words import pictures as say
from db.tables import JobRow
from generation.request import FACE_DENOISE, ImageWish
from studio import grants, jobs, preferences, reports, work
from studio.house import Studio
from studio.imagine import ask_images, in_a_row
from tests.bot.conftest import Server, png
from tests.bot.pictures_stage import WISH, custom_ids, draw_all, drawn, learnt, newest, pictures


async def test_several_pictures_come_into_one_message_as_they_are_drawn(server: Server) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH, count=3, seed=7)
    first, second, third = newest(server, 3)
    assert [job.place for job in (first, second, third)] == [1, 2, 3]
    wishes = in_a_row(ImageWish(WISH, seed=7), 3)
    anna = server.party(server.anna)
    twice = ask_images(server.studio, anna, wishes, channel=first.channel, job_id=first.batch)
    assert [job.id for job in twice] == [first.id, second.id, third.id]
    assert server.events().count("image.asked") == 3

    draw_all(server, [first, second])
    await server.look(2)
    assert len(asked.response.attachments) == 2
    assert "2 of 3 drawn" in asked.response.content
    assert "Cancel" in custom_ids(asked.response)

    draw_all(server, [third])
    await server.look(2)
    assert len(asked.response.attachments) == pictures(server) == 3
    label, facts = asked.response.content.split("\n")
    assert label == "AI-generated · radke, with consent · asked by @anna"
    assert "seeds 7, 8, 9" in facts
    assert server.events().count("image.delivered") == 3


async def test_one_of_several_that_fails_first_leaves_the_others_waiting(server: Server) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH, count=2, seed=7)
    first, second = newest(server, 2)
    work.claim(server.studio, second.id)
    work.fail(server.studio, second.id, "The machine ran out of memory.")
    await server.look(2)
    assert "Picture 2: The machine ran out of memory." in asked.response.content
    assert "0 of 2 drawn" in asked.response.content
    assert say.CANCEL in custom_ids(asked.response)

    draw_all(server, [first])
    await server.look(2)
    assert "seed 7" in asked.response.content
    assert "Picture 2: The machine ran out of memory." in asked.response.content
    grants.withdraw(server.studio, server.party(server.radke), "radke")
    await server.look(10)
    assert pictures(server) == 0


async def test_a_withdrawal_in_the_middle_of_several_leaves_no_message_of_them(server: Server) -> None:
    learnt(server)
    await server.anna.slash(server.channel, "imagine", prompt=WISH, count=2)
    first, _ = newest(server, 2)
    draw_all(server, [first])
    await server.look(2)
    assert pictures(server) == 1

    grants.withdraw(server.studio, server.party(server.radke), "radke")
    await server.look(20)

    assert list(server.channel.history()) == []
    assert jobs.undelivered(server.studio, "discord:") == []


async def test_a_sheet_comes_as_one_labelled_picture_when_all_are_there(server: Server) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "compare", prompt=WISH)
    cells = newest(server, 4)
    assert [job.cell for job in cells] == ["weight 0", "weight 0.6", "weight 0.8", "weight 1"]
    assert [job.prompt for job in cells][1] == "<lora:radke:0.6> radke on a bench"

    draw_all(server, cells[:3])
    await server.look(4)
    assert pictures(server) == 0
    draw_all(server, cells[3:])
    await server.look(2)

    assert pictures(server) == 1
    assert "weight 0 · weight 0.6 · weight 0.8 · weight 1" in asked.response.content
    assert asked.response.attachments[0].filename == "radke-compared.png"
    assert server.events().count("image.delivered") == 4


async def test_every_button_under_a_picture_is_answered_after_a_restart(server: Server, studio: Studio) -> None:
    learnt(server)
    asked = await drawn(server, seed=5)
    await server.env.restart_bot(LikenessClient(studio))

    info = await server.eve.click(asked.response, label=say.INFO)
    assert info.ephemeral
    assert "seed `5`" in info.response.content
    for label in (say.AGAIN, say.VARY, say.UPSCALE, say.FACE):
        await server.eve.click(asked.response, label=label)
    again, varied, larger, faced = newest(server, 4)
    assert {again.asker, varied.asker, larger.asker, faced.asker} == {"eve"}
    wishes = [_wish(server, job.id) for job in (again, varied, larger, faced)]
    assert wishes[0]["seed"] != 5
    assert (wishes[1]["seed"], wishes[1]["variation_strength"]) == (5, 0.25)
    assert (wishes[2]["seed"], wishes[2]["hires"]) == (5, 2.0)
    assert (wishes[3]["seed"], wishes[3]["face_denoise"]) == (5, FACE_DENOISE)
    await server.eve.click(asked.response, label=say.COMPARE_BUTTON)
    assert len({job.batch for job in newest(server, 4)}) == 1


async def test_a_face_is_drawn_once_more_once(server: Server) -> None:
    learnt(server)
    asked = await drawn(server, seed=5)
    await server.anna.click(asked.response, label=say.FACE)
    draw_all(server, newest(server, 1))
    await server.look(2)
    faced = server.channel.history()[-1]
    again = await server.anna.click(faced, label=say.FACE)
    assert say.FACE_AGAIN in again.response.content
    assert _wish(server, server.job.id)["face_denoise"] == FACE_DENOISE
    form = await server.anna.click(faced, label=say.EDIT)
    words = {"prompt": "<lora:radke:1> radke in a boat", "negative": "", "seed": "5", "steps": "20", "cfg": "4"}
    await server.anna.submit_modal(form, words)
    assert _wish(server, server.job.id)["face_denoise"] == 0


def _wish(server: Server, job_id: str) -> dict[str, object]:
    with server.studio.sessions() as session:
        return dict(session.get_one(JobRow, job_id).params["wish"])


async def test_the_form_changes_the_words_and_asks_again(server: Server) -> None:
    learnt(server)
    asked = await drawn(server, seed=5)
    form = await server.anna.click(asked.response, label=say.EDIT)
    filled = {"prompt": "<lora:radke:1> radke in a boat", "negative": "blurry", "seed": "6", "steps": "12"}
    await server.anna.submit_modal(form, {**filled, "cfg": "5,5"})
    wish = _wish(server, server.job.id)
    assert (wish["prompt"], wish["negative"], wish["seed"]) == ("<lora:radke:1> radke in a boat", "blurry", 6)
    assert (wish["steps"], wish["guidance"]) == (12, 5.5)


async def test_whoever_asked_deletes_the_picture_and_its_message(server: Server) -> None:
    learnt(server)
    asked = await drawn(server)
    before = len(server.files())
    refused = await server.eve.click(asked.response, label=say.DELETE)
    assert "Only whoever asked for it" in refused.followups[0].content
    assert pictures(server) == 1

    deleted = await server.anna.click(asked.response, label=say.DELETE)

    assert deleted.followups[0].content == say.DELETED
    assert pictures(server) == 0
    assert len(server.files()) < before
    assert server.events()[-1] in ("image.withdrawn", "image.message-deleted")


async def test_a_reported_picture_leaves_its_message_and_comes_back_if_it_may_stay(server: Server) -> None:
    learnt(server)
    asked = await drawn(server)
    form = await server.eve.click(asked.response, label=say.REPORT)
    await server.eve.submit_modal(form, {"why": "that is not what they said"})
    await server.look(2)
    assert pictures(server) == 0

    mo = server.party(server.mo, is_moderator=True)
    reports.close(server.studio, mo, str(reports.reports(server.studio, mo)[0].id), "keep")
    await server.look(30)
    assert pictures(server) == 1


async def test_a_waiting_job_is_stopped_by_whoever_asked_and_by_nobody_else(server: Server) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH, count=2)
    await server.look()
    refused = await server.eve.click(asked.response, label=say.CANCEL)
    assert "Only whoever asked for it" in refused.followups[0].content

    await server.anna.click(asked.response, label=say.CANCEL)
    await server.look(3)

    assert {job.state for job in newest(server, 2)} == {"cancelled"}
    assert "was stopped" in asked.response.content


async def test_a_preview_is_shown_while_it_is_drawn_and_taken_down_when_the_subject_withdraws(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(server)
    mo = server.party(server.mo, is_moderator=True)
    preferences.set_channel(server.studio, mo, f"discord:{server.channel.id}", spoiler=True)
    asked = await _half_drawn(server, monkeypatch)
    assert [file.filename for file in asked.response.attachments] == ["SPOILER_preview.png"]
    edits = len(server.env.http_requests)
    await server.look(2)
    assert len(server.env.http_requests) == edits  # nothing new is worth no edit

    grants.withdraw(server.studio, server.party(server.radke), "radke")
    await server.look(1)
    assert pictures(server) == 0


async def test_no_preview_is_shown_where_the_channel_has_none_or_the_subject_is_asked_first(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(server, review="ask_me_first")
    asked = await _half_drawn(server, monkeypatch)
    assert "5 of 20" in asked.response.content
    assert pictures(server) == 0

    monkeypatch.setattr(jobs, "preview", lambda *_: png(size=(64, 64)))  # as if the gate allowed it
    mo = server.party(server.mo, is_moderator=True)
    preferences.set_channel(server.studio, mo, f"discord:{server.channel.id}", previews=False)
    await server.look(4)
    assert pictures(server) == 0


async def _half_drawn(server: Server, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A picture in the middle of its steps, as the runner keeps it."""
    work.heartbeat(server.studio, "runner-0", "cpu")
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    work.claim(server.studio, server.job.id)
    work.keep(server.studio, server.job.id, "preview", png(size=(64, 64)))
    said = {"phase": "drawing", "step": 5, "steps": 20, "preview": "step-5"}
    monkeypatch.setattr(type(server.studio.queue), "progress", lambda *_: said)
    await server.look(4)
    return asked


def kill(monkeypatch: pytest.MonkeyPatch, module: object, at: str) -> None:
    """Let the bot get no further than to this call, and say nothing any more."""

    async def nothing(*_: object) -> None: ...

    def killed(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(module, at, killed)
    monkeypatch.setattr(failures, "tell", nothing)


@pytest.mark.parametrize("left_in_the_journal", [False, True])
async def test_an_answer_the_bot_was_killed_over_is_ended_at_its_next_start(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch, left_in_the_journal: bool
) -> None:
    learnt(server)
    picture = await drawn(server)
    kill(monkeypatch, redrawing, "ask_images")
    if left_in_the_journal:  # killed between the row and the end of its line
        monkeypatch.setattr(Journal, "end", lambda *_: None)
    asked = await server.anna.click(picture.response, label=say.AGAIN)
    assert not asked.response.content, "still thinking"
    monkeypatch.undo()

    await server.env.restart_bot(LikenessClient(studio))
    await server.look()

    assert asked.response.content == say.RESTARTED
    assert server.rows()["open_answers"] == 0
    assert jobs.undelivered(studio, "discord:") == []
    assert (studio.settings.home / "answers.open").read_text().strip() == ""


@pytest.mark.parametrize("at", ["actor_of", "ask_images", "stands_in_line"])
async def test_a_wish_the_bot_was_killed_over_goes_on_at_its_next_start_and_is_asked_once(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    learnt(server)
    kill(monkeypatch, imagine, at)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH, count=2)
    assert not asked.response.content, "still thinking"
    monkeypatch.undo()

    await server.env.restart_bot(LikenessClient(studio))
    await server.look()

    first, second = jobs.undelivered(studio, "discord:")
    assert (first.asker, first.prompt, second.prompt) == ("anna", WISH, WISH)
    assert server.rows()["open_answers"] == 0
    assert (studio.settings.home / "answers.open").read_text().strip() == ""


async def test_a_wish_the_bot_was_killed_over_in_a_channel_that_is_gone_keeps_nobody_waiting(
    server: Server, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt(server)
    hall = server.env.guild.create_text_channel("hall")
    kill(monkeypatch, imagine, "ask_images")
    await server.anna.slash(hall, "imagine", prompt=WISH)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    monkeypatch.undo()
    server.env.backend.delete_channel(hall.id)

    await server.env.restart_bot(LikenessClient(studio))
    await server.look()

    (job,) = jobs.undelivered(studio, "discord:")
    assert job.channel == f"discord:{server.channel.id}:{asked.response.id}"
