"""The menus on a message, the line, sheets and sweeps."""

from __future__ import annotations

import io
import json
from random import Random

from PIL import Image

from bot import words
from bot.pace import BETWEEN, FOR_RESULTS, MOST, WINDOW, Pace
from bot.words import pictures as say
from bot.words import queue as say_queue
from studio import poses, reports, sheets
from tests.bot.conftest import Server, png
from tests.bot.pictures_stage import WISH, drawn, learnt, newest, pictures


async def test_a_picture_is_recognised_by_its_message_and_after_it_was_saved_anew(server: Server) -> None:
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH, seed=5)
    server.finish_picture(server.job, scene(0))
    await server.look(2)
    data = await asked.response.attachments[0].read()
    smaller = io.BytesIO()
    Image.open(io.BytesIO(data)).resize((200, 200)).save(smaller, "JPEG", quality=70)
    posted = await server.eve.send(server.channel, "look", attachments=[("look.jpg", smaller.getvalue())])
    stranger = await server.eve.send(server.channel, "my cat", attachments=[("cat.png", scene(1))])

    info = await server.eve.context_menu(server.channel, say.MENU_INFO, asked.response.message)
    assert "seed `5`" in info.response.content
    assert "/imagine prompt:<lora:radke:1> radke on a bench seed:5" in info.response.content

    member = await server.eve.context_menu(server.channel, say.MENU_MADE, posted)
    assert member.ephemeral
    assert "This was made here: it is AI-generated." in member.response.content
    assert "radke" not in member.response.content
    moderator = await server.mo.context_menu(server.channel, say.MENU_MADE, posted)
    assert "of radke" in moderator.response.content
    assert "asked by anna" in moderator.response.content
    assert server.events().count("moderator.looked") == 1
    cat = await server.eve.context_menu(server.channel, say.MENU_MADE, stranger)
    assert cat.response.content == say.NOT_OURS


def scene(seed: int) -> bytes:
    """A picture with something in it, another for each seed: flat ones are alike."""
    random = Random(seed)
    small = Image.new("L", (9, 8))
    small.putdata([random.randrange(256) for _ in range(72)])
    buffer = io.BytesIO()
    small.resize((300, 300), Image.Resampling.BICUBIC).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


async def test_run_again_asks_for_the_same_with_another_seed_under_ones_own_name(server: Server) -> None:
    learnt(server)
    asked = await drawn(server, seed=5, pose=("pose.png", png(size=(128, 128))), steps=7)
    again = await server.eve.context_menu(server.channel, say.MENU_AGAIN, asked.response.message)
    # The pose picture is not kept, and this stand-in for a runner stores no skeleton: so it says so.
    assert "attach it to /imagine again" in again.response.content

    asked = await drawn(server, seed=5, steps=7)
    await server.eve.context_menu(server.channel, say.MENU_AGAIN, asked.response.message)
    job = server.job
    assert (job.asker, job.prompt, job.state) == ("eve", WISH, "queued")


async def test_a_repost_can_be_reported_and_the_original_disappears(server: Server) -> None:
    learnt(server)
    asked = await drawn(server)
    data = await asked.response.attachments[0].read()
    posted = await server.eve.send(server.channel, "look", attachments=[("look.png", data)])

    shown = await server.radke.context_menu(server.channel, say.MENU_REPORT, posted)
    form = await server.radke.click(shown.response, label=say.REPORT)
    await server.radke.submit_modal(form, {"why": "not like this"})
    await server.look(2)

    assert asked.response.attachments == []
    (report,) = reports.reports(server.studio, server.party(server.mo, is_moderator=True))
    assert (report.reported_by, report.reason) == ("radke", "not like this")


async def test_the_line_shows_ones_own_jobs_and_of_others_only_that_they_are_there(server: Server) -> None:
    learnt(server)
    await server.anna.slash(server.channel, "imagine", prompt=WISH)
    await server.eve.slash(server.channel, "imagine", prompt="a boat")

    line = await server.eve.slash(server.channel, "queue", whose=say_queue.ALL)
    assert line.ephemeral
    assert "2 waiting" in line.response.content
    assert "a boat" in line.response.content
    assert "radke" not in line.response.content

    await server.eve.select(line.response, [server.job.id])
    assert server.job.state == "cancelled"
    assert say_queue.NONE_OF_YOURS in line.response.content
    assert [job.state for job in newest(server, 2)] == ["queued", "cancelled"]


async def test_anothers_job_cannot_be_stopped_through_ones_own_list(server: Server) -> None:
    learnt(server)
    await server.anna.slash(server.channel, "imagine", prompt=WISH)
    theirs = server.job
    await server.eve.slash(server.channel, "imagine", prompt="a boat")
    line = await server.eve.slash(server.channel, "queue")
    stored = server.env.backend.get_message(line.response.channel_id, line.response.id)
    stored.components[0]["components"][0]["options"][0]["value"] = theirs.id

    refused = await server.eve.select(line.response, [theirs.id])

    assert "Only whoever asked for it" in refused.followups[0].content
    assert {job.state for job in newest(server, 2)} == {"queued"}


async def test_a_pose_comes_as_a_skeleton_with_how_many_people_are_in_it(server: Server) -> None:
    pose = json.dumps({"people": [{"pose_keypoints_2d": [1.0, 2.0, 1.0] * 18}]}).encode()
    asked = await server.anna.slash(server.channel, "pose", picture=("pose.json", pose))
    work = poses.claim(server.studio, server.job.id)
    poses.finish(server.studio, work.job_id, png(size=(64, 64)), people=1, source="json")
    await server.look(2)
    assert asked.response.content.startswith("One person in this pose.")
    assert pictures(server) == 1
    assert server.job.delivered_at is not None


async def test_somebodys_name_does_not_come_alive_in_what_the_bot_says(server: Server) -> None:
    loud = server.env.guild.add_member(server.env.create_user("**[x](https://x.example)** <@1>"))
    asked = await loud.slash(server.channel, "imagine", prompt="a bench")
    server.finish_picture(server.job, png(size=(300, 300)))
    await server.look(2)
    said = asked.response.content.split("\n")[0]
    assert said.endswith(r"asked by @\*\*\[x\](https\://x.example)\*\* \<@1\>")
    assert words.plain("`a` <@1>", keep_code=True) == r"`a` \<@1\>"


def test_a_sheet_names_every_picture_and_leaves_a_gap_for_one_that_is_missing() -> None:
    cells = [
        sheets.Cell("weight 0", png((255, 0, 0), (64, 64)), "a bench, Seed: 1"),
        sheets.Cell("weight 1", None),
        sheets.Cell("weight 2", png((0, 0, 255), (64, 64)), "a bench, Seed: 3"),
    ]
    with Image.open(io.BytesIO(sheets.compose(cells))) as sheet:
        side = 192
        assert sheet.size == (3 * side + 4 * sheets.GAP, side + sheets.BAND + 2 * sheets.GAP)
        middles = [sheet.getpixel((sheets.GAP + n * (side + sheets.GAP) + side // 2, 100)) for n in range(3)]
        assert (middles[0], middles[2]) == ((255, 0, 0), (0, 0, 255))
        assert len(set(middles)) == 3
        band = sheet.crop((sheets.GAP, sheets.GAP + side, sheets.GAP + side, sheet.height - sheets.GAP))
        assert len(band.convert("L").getcolors() or []) > 2  # something is written there
        assert sheet.text["parameters"] == "weight 0: a bench, Seed: 1\n\nweight 2: a bench, Seed: 3"  # type: ignore[attr-defined]


def test_progress_waits_for_its_turn_and_leaves_room_for_results() -> None:
    pace = Pace()
    assert pace.may_edit(1, 10, 100, result=False)
    assert not pace.may_edit(1, 10, 100 + BETWEEN - 1, result=False)
    assert pace.may_edit(1, 10, 100 + BETWEEN - 1, result=True)
    others = [pace.may_edit(1, 20 + n, 102, result=False) for n in range(MOST)]
    assert others.count(True) == MOST - FOR_RESULTS - 2
    assert pace.may_edit(1, 40, 102, result=True)
    assert not pace.may_edit(1, 41, 102, result=True)
    assert pace.may_edit(2, 50, 102, result=False)
    assert pace.may_edit(1, 41, 100 + WINDOW, result=True)
