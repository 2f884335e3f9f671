"""/imagine: a wish, a pose picture, and the refusals."""

from __future__ import annotations

import io
import json

import discord
from PIL import Image

from bot import words
from bot.imagine import completions
from bot.words import own
from generation.request import SAMPLERS
from studio import preferences
from tests.bot.conftest import Server, photos, png
from tests.bot.pictures_stage import learnt

WISH = "<lora:radke:1> radke playing guitar"


async def test_the_picture_arrives_once_in_the_message_of_the_wish_with_its_label(server: Server) -> None:
    learnt(server)
    pose = png((10, 200, 90), (128, 128))
    asked = await server.anna.slash(
        server.channel, "imagine", prompt=WISH, pose=("pose.png", pose), negative="blurry", seed=7
    )
    await server.look()
    assert asked.response.content.startswith("Picture `<lora:radke:1> radke playing guitar` · next in line")

    drawn = server.finish_picture(server.job, png(size=(64, 64)))
    await server.look(10)

    assert drawn.pose is not None
    assert (drawn.wish.negative, drawn.wish.seed) == ("blurry", 7)
    assert asked.response.content.split("\n")[0] == "AI-generated · radke, with consent · asked by @anna"
    assert len(asked.response.attachments) == 1
    assert sum(len(message.attachments) for message in server.channel.history()) == 1
    assert server.events().count("image.delivered") == 1


async def test_a_small_picture_is_shown_large_and_keeps_its_parameters(server: Server) -> None:
    original = io.BytesIO()
    Image.new("RGB", (64, 64), (1, 2, 3)).save(original, "PNG")
    learnt(server)
    asked = await server.anna.slash(server.channel, "imagine", prompt=WISH)
    server.finish_picture(server.job, original.getvalue())
    await server.look()

    seen = Image.open(io.BytesIO(await asked.response.attachments[0].read()))

    assert seen.size == (384, 384)
    assert "shown 6× enlarged" in asked.response.content


async def test_without_a_yes_it_is_refused_with_the_reason_and_nothing_is_stored(server: Server) -> None:
    await server.anna.slash(server.channel, "consent ask", member=server.radke, subject="radke")
    before = server.rows()

    refused = await server.anna.slash(server.channel, "imagine", prompt=WISH, pose=("pose.png", png()))

    assert "radke has been asked and has not answered yet" in refused.response.content
    assert server.rows() == before
    assert server.events()[-1] == "image.refused"
    assert server.files() == []


async def test_an_unknown_lora_names_the_known_ones(server: Server) -> None:
    learnt(server)
    refused = await server.anna.slash(server.channel, "imagine", prompt="<lora:radka:1> on a bench")
    assert "There is no <lora:radka>. Known: <lora:radke:1>." in refused.response.content


async def test_a_wish_that_cannot_be_drawn_says_what_to_change(server: Server) -> None:
    sampler = await server.anna.slash(server.channel, "imagine", prompt="a bench", sampler="Magic")
    long = await server.anna.slash(server.channel, "imagine", prompt="word " * 1100)
    pose = await server.anna.slash(
        server.channel, "imagine", prompt="a bench", pose=("pose.json", b'{"people": ')
    )

    assert "no sampler 'Magic'" in sampler.response.content
    assert "characters; at most" in long.response.content
    assert "pose.json looks like JSON but cannot be read" in pose.response.content
    assert server.rows()["jobs"] == 0


async def test_openpose_json_is_a_pose(server: Server) -> None:
    pose = json.dumps({"people": [{"pose_keypoints_2d": [1.0, 2.0, 1.0] * 18}]}).encode()
    await server.anna.slash(server.channel, "imagine", prompt="a bench", pose=("pose.json", pose))
    drawn = server.finish_picture(server.job, png())
    assert drawn.pose is not None
    assert json.loads(drawn.pose) == json.loads(pose)


async def test_where_a_wish_is_silent_it_is_as_the_member_and_the_channel_like_it(server: Server) -> None:
    mo, anna = server.party(server.mo, is_moderator=True), server.party(server.anna)
    place = f"discord:{server.channel.id}"
    preferences.set_channel(server.studio, mo, place, width=96, height=64, steps=9)
    preferences.set_member(server.studio, anna, negative="blurry", steps=12, sampler="Heun")

    await server.anna.slash(server.channel, "imagine", prompt="a bench")
    likes = server.finish_picture(server.job, png()).wish
    await server.eve.slash(server.channel, "imagine", prompt="a bench")
    channels = server.finish_picture(server.job, png()).wish
    await server.anna.slash(
        server.channel, "imagine", prompt="a bench", size="64x64", steps=5, sampler="DDIM", negative="dark", cfg=3.0
    )
    said = server.finish_picture(server.job, png()).wish

    assert (likes.negative, likes.steps, likes.sampler, likes.width) == ("blurry", 12, "Heun", 96)
    assert (channels.steps, channels.width, channels.height, channels.negative) == (9, 96, 64, "")
    assert (said.steps, said.width, said.sampler, said.negative, said.guidance) == (5, 64, "DDIM", "dark", 3.0)


async def test_words_of_others_do_not_come_alive_in_what_the_bot_says(server: Server) -> None:
    asked = await server.anna.slash(
        server.channel, "imagine", prompt="a bench `@everyone` **bold** [link](https://example.org)"
    )
    await server.look()
    assert "`a bench ˋ@everyoneˋ **bold** [link](https://example.org)`" in asked.response.content
    assert not asked.response.message.mention_everyone


async def test_loras_one_may_use_are_offered_while_typing(server: Server) -> None:
    learnt(server)
    offered = await server.eve.autocomplete(server.channel, "imagine", "prompt", "a <lora:ra")
    assert [choice["value"] for choice in offered] == ["a <lora:radke:1>"]

    erase = await server.radke.slash(server.channel, "consent withdraw", subject="radke")
    await server.radke.click(erase.response, label=own.ERASE_BUTTON)
    assert await server.eve.autocomplete(server.channel, "imagine", "prompt", "a <lora:ra") == []


async def test_samplers_are_offered_by_any_part_of_their_name(server: Server) -> None:
    offered = await server.anna.autocomplete(server.channel, "imagine", "sampler", "2m")
    assert [choice["value"] for choice in offered] == [name for name in SAMPLERS if "2M" in name]
    assert offered


def test_a_completion_goes_on_with_what_was_typed_or_is_not_offered() -> None:
    known = ["anna", "radke"]
    assert completions("", known) == ["<lora:anna:1> anna", "<lora:radke:1> radke"]
    assert completions("a <lo", known) == []
    assert completions("a <lora", known) == ["a <lora:anna:1>", "a <lora:radke:1>"]
    assert completions("a <lora:r", known) == ["a <lora:radke:1>"]
    assert completions("a <lora:radke:1> on a bench", known) == []
    assert completions("x" * 95 + "<lora:r", known) == []


async def test_a_channel_the_bot_cannot_bring_a_picture_to_is_refused_before_anything_is_stored(
    server: Server,
) -> None:
    learnt(server)
    before = server.rows()
    quiet = server.env.guild.create_text_channel(
        "quiet", overwrites={server.env.guild.default_role: discord.PermissionOverwrite(attach_files=False)}
    )

    refused = await server.anna.slash(quiet, "imagine", prompt=WISH)

    assert refused.response.content == words.cannot_reach("Attach Files")
    assert server.rows() == before


async def test_photos_are_no_option_of_a_picture_and_a_training_takes_no_pose(server: Server) -> None:
    commands = {command.name: command for command in await server.env.bot.tree.fetch_commands()}
    assert {option.name for option in commands["imagine"].options} == {
        "prompt", "pose", "control", "pose_prompt", "negative", "count", "size", "seed", "steps", "cfg", "sampler",
        "strength",
    }  # fmt: skip
    assert [option.name for option in commands["train"].options][1:] == [*photos(18)]
