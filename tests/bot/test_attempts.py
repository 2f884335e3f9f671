"""Thirty ways to use somebody's subject without the right to: none shows it, none draws it, each says why.

Radke lets Anna draw them, and nobody else; Eve is a member like any other. What Anna asked for lies in the channel
with all its buttons, and Eve tries what a member can try, and what somebody with their own client can.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from simcord.actors import _component_click
from simcord.results import InteractionResult
from sqlalchemy import select

from bot.words import pictures as say
from db.tables import JobRow
from studio import amendments, grants
from tests.bot.conftest import Server, png
from tests.bot.pictures_stage import WISH, custom_ids, draw_all, drawn, learnt, newest

ONLY_ANNA = "radke has not agreed to pictures you ask for"


class Scene:
    """Anna's picture of Radke, several of them, Eve's own of a bench, and what there was before Eve tried anything."""

    def __init__(self, server: Server, asked: Any) -> None:
        self.server, self.eve, self.channel = server, server.eve, server.channel
        self.message, self.job = asked.response, server.job
        self.elsewhere = server.env.guild.create_text_channel("elsewhere")
        self.own: Any = None
        self.several: Any = None

    async def press(self, custom_id: str, on: Any = None, actor: Any = None) -> InteractionResult:
        """Press a button whose id was written by hand, as a client of one's own can send it."""
        stored = on or self.message
        backend = self.server.env.backend
        message = backend.get_message(stored.channel_id, stored.id)
        before = message.components
        message.components = [
            {"type": 1, "components": [{"type": 2, "style": 2, "label": "x", "custom_id": custom_id}]}
        ]
        try:
            return await _component_click(actor or self.eve, stored, label=None, custom_id=custom_id)
        finally:
            message.components = before


Attempt = Callable[[Scene], Awaitable[str]]
"""Tries something and returns what Eve is told."""


def _jobs(server: Server) -> int:
    with server.studio.sessions() as session:
        return len(session.scalars(select(JobRow.id)).all())


def _told(result: InteractionResult) -> str:
    """All that was said to whoever tried."""
    said = [result.response] if result.response else []
    return " ".join(message.content for message in [*said, *result.followups])


def typed(prompt: str, **options: Any) -> Attempt:
    """`/imagine` by hand."""

    async def attempt(scene: Scene) -> str:
        return _told(await scene.eve.slash(scene.channel, "imagine", prompt=prompt, **options))

    return attempt


def compared(prompt: str, **options: Any) -> Attempt:
    """`/compare` by hand."""

    async def attempt(scene: Scene) -> str:
        return _told(await scene.eve.slash(scene.channel, "compare", prompt=prompt, **options))

    return attempt


def pressed(label: str) -> Attempt:
    """A button under Anna's picture."""

    async def attempt(scene: Scene) -> str:
        return _told(await scene.eve.click(scene.message, label=label))

    return attempt


def edited_id(act: str) -> Attempt:
    """A button's id on a message of Eve's own, with the id of Anna's job written into it."""

    async def attempt(scene: Scene) -> str:
        return _told(await scene.press(f"likeness:{act}:{scene.job.id}", on=scene.own.response))

    return attempt


def edited_form(prompt: str) -> Attempt:
    """The form under Anna's picture, filled in by Eve."""

    async def attempt(scene: Scene) -> str:
        form = await scene.eve.click(scene.message, label=say.EDIT)
        return _told(await scene.eve.submit_modal(form, {"prompt": prompt, "steps": "8"}))

    return attempt


def menu(name: str) -> Attempt:
    """A menu on Anna's message."""

    async def attempt(scene: Scene) -> str:
        return _told(await scene.eve.context_menu(scene.channel, name, scene.message.message))

    return attempt


async def on_a_form_of_ones_own(scene: Scene) -> str:
    """Eve's own picture's form, with Radke written into it."""
    form = await scene.eve.click(scene.own.response, label=say.EDIT)
    return _told(await scene.eve.submit_modal(form, {"prompt": WISH, "steps": "8"}))


async def re_run_of_a_repost(scene: Scene) -> str:
    """Anna's picture, saved and posted by Eve, and “Run again” on that."""
    data = await scene.message.attachments[0].read()
    posted = await scene.eve.send(scene.channel, "mine", attachments=[("mine.png", data)])
    return _told(await scene.eve.context_menu(scene.channel, say.MENU_AGAIN, posted))


async def info_of_a_repost_elsewhere(scene: Scene) -> str:
    """The picture carried into another channel, and “Info” there."""
    data = await scene.message.attachments[0].read()
    posted = await scene.eve.send(scene.elsewhere, "mine", attachments=[("mine.png", data)])
    return _told(await scene.eve.context_menu(scene.elsewhere, say.MENU_INFO, posted))


async def after_the_yes_was_taken_back(scene: Scene) -> str:
    """Anna herself, with an old button, when Radke has withdrawn."""
    grants.withdraw(scene.server.studio, scene.server.party(scene.server.radke), "radke")
    return _told(await scene.press(f"likeness:again:{scene.job.id}", actor=scene.server.anna))


async def while_the_yes_rests(scene: Scene) -> str:
    """Anna herself, while Radke's consent is paused."""
    amendments.pause(scene.server.studio, scene.server.party(scene.server.radke), "radke")
    return _told(await scene.server.anna.click(scene.message, label=say.AGAIN))


async def several_at_once(scene: Scene) -> str:
    """“Again” under several pictures of Anna's."""
    return _told(await scene.eve.click(scene.several.response, label=say.AGAIN))


def one_of_several(label: str) -> Attempt:
    """One of several of Anna's pictures, chosen, and a button of it pressed."""

    async def attempt(scene: Scene) -> str:
        about = custom_ids(scene.several.response)[say.PICK]
        chosen = await scene.eve.select(scene.several.response, [f"{about.rpartition(':')[2]}-1"], custom_id=about)
        return _told(await scene.eve.click(chosen.response, label=label))

    return attempt


ATTEMPTS: dict[str, list[tuple[str, Attempt, str]]] = {
    "typed": [
        ("as it is", typed(WISH), ONLY_ANNA),
        ("without a weight", typed("<lora:radke> on a bench"), ONLY_ANNA),
        ("at a weight of nothing", typed("<lora:radke:0> on a bench"), ONLY_ANNA),
        ("at a negative weight", typed("<lora:radke:-1> on a bench"), ONLY_ANNA),
        ("by the long grammar", typed("<lora:radke:0.5:unet=1> on a bench"), ONLY_ANNA),
        ("in capitals", typed("<lora:RADKE:1> on a bench"), "There is no <lora:RADKE>"),
        ("with a letter that looks the same", typed("<lora:rаdke:1> on a bench"), "There is no <lora:rаdke>"),
        ("twice", typed("<lora:radke:1> <lora:radke:0.5> on a bench"), "twice"),
        ("in the negative prompt", typed("a bench", negative="<lora:radke:1>"), "works in the prompt only"),
        ("in the pose prompt", typed("a bench", pose_prompt="<lora:radke:1> sitting"), "works in the prompt only"),
        ("several at once", typed(WISH, count=4), ONLY_ANNA),
        ("with a pose", typed(WISH, pose=("pose.png", png())), ONLY_ANNA),
        ("at another size", typed(WISH, size="64x96"), ONLY_ANNA),
        ("compared by weight", compared(WISH), ONLY_ANNA),
        ("compared by seed", compared(WISH, axis="seed", values="1,2,3"), ONLY_ANNA),
        ("compared at nothing", compared(WISH, values="0"), ONLY_ANNA),
    ],
    "the buttons of Anna's message": [
        ("Again", pressed(say.AGAIN), ONLY_ANNA),
        ("Vary", pressed(say.VARY), ONLY_ANNA),
        ("Upscale", pressed(say.UPSCALE), ONLY_ANNA),
        ("Face", pressed(say.FACE), ONLY_ANNA),
        ("Compare", pressed(say.COMPARE_BUTTON), ONLY_ANNA),
        ("Delete", pressed(say.DELETE), "Only whoever asked for it"),
        ("the form, left as it is", edited_form(WISH), ONLY_ANNA),
        ("the form, changed", edited_form("<lora:radke:0.5> in a boat"), ONLY_ANNA),
        ("Run again, from the menu", menu(say.MENU_AGAIN), ONLY_ANNA),
    ],
    "ids written by hand": [
        ("Again in another channel", edited_id("again"), "was not made in this channel"),
        ("Vary in another channel", edited_id("vary"), "was not made in this channel"),
        ("Info in another channel", edited_id("info"), "was not made in this channel"),
        ("Edit in another channel", edited_id("edit"), "was not made in this channel"),
        ("Upscale in another channel", edited_id("upscale"), "was not made in this channel"),
        ("Face in another channel", edited_id("face"), "was not made in this channel"),
        ("Compare in another channel", edited_id("compare"), "was not made in this channel"),
        ("Delete", edited_id("delete"), "Only whoever asked for it"),
        ("Cancel", edited_id("cancel"), "over already"),
        ("the form of a picture of one's own", on_a_form_of_ones_own, ONLY_ANNA),
    ],
    "carried elsewhere": [
        ("Run again on a re-post", re_run_of_a_repost, "not one of my messages"),
        ("Info on a re-post in another channel", info_of_a_repost_elsewhere, "was not made in this channel"),
        ("Again under several", several_at_once, ONLY_ANNA),
        ("Vary, one of several", one_of_several(say.VARY), ONLY_ANNA),
        ("Face, one of several", one_of_several(say.FACE), ONLY_ANNA),
    ],
    "while the yes rests": [("Anna's own button", while_the_yes_rests, "rests for now")],
    "after the yes was taken back": [("Anna's own button", after_the_yes_was_taken_back, "has been erased")],
}


@pytest.mark.parametrize("group", ATTEMPTS)
async def test_every_attempt_is_refused_with_its_reason_and_draws_nothing(server: Server, group: str) -> None:
    scene = await _scene(server, group)
    before, asked = _jobs(server), server.events().count("image.asked")
    got_through = []
    for name, attempt, reason in ATTEMPTS[group]:
        told = await attempt(scene)
        if reason not in told or _jobs(server) != before:
            got_through.append((name, told, _jobs(server) - before))
    assert got_through == []
    assert server.events().count("image.asked") == asked


async def test_nothing_of_the_subject_is_offered_while_typing(server: Server) -> None:
    scene = await _scene(server, "")
    for command in ("imagine", "compare"):
        for begun in ("", "a <lora:", "a <lora:ra", "<radke"):
            assert await scene.eve.autocomplete(scene.channel, command, "prompt", begun) == []
        assert await server.anna.autocomplete(scene.channel, command, "prompt", "a <lora:ra") != []


def test_there_are_thirty_of_them() -> None:
    assert sum(len(rows) for rows in ATTEMPTS.values()) >= 30


async def _scene(server: Server, group: str) -> Scene:
    """Radke has been learnt, and lets Anna ask and nobody else."""
    learnt(server, askers="people", people=[str(server.party(server.anna).party)])
    scene = Scene(server, await drawn(server))
    if group == "ids written by hand":
        scene.own = await server.eve.slash(scene.elsewhere, "imagine", prompt="a bench")
        draw_all(server, newest(server, 1))
        await server.look(2)
    if group == "carried elsewhere":
        scene.several = await drawn(server, count=2)
    return scene
