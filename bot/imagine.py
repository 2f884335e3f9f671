"""`/imagine`: a prompt, and whose pose to take."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import discord
from discord import app_commands

from bot import attachments, words
from bot.asking import Asked, actor_of, channel_of, job_id_of, stands_in_line
from bot.failures import Said, answering
from bot.picture_buttons import BUTTONS
from bot.picture_forms import FORMS as FORMS
from bot.words import pictures as say
from generation.request import (
    MAX_CONTROL_WEIGHT,
    MAX_GUIDANCE,
    MAX_SEED,
    MAX_STEPS,
    SAMPLERS,
    ImageWish,
)
from studio.imagine import ask_images, in_a_row
from studio.sizes import sizes
from studio.subjects import usable_by
from studio.wishes import wish_for

MOST_AT_ONCE = 4
CONTROLS = ("openpose",)
"""What a picture under “pose” can steer; the bases' ControlNets read poses and nothing else."""

_MOST_CHOICES, _LONGEST_CHOICE = 25, 100  # Discord's limits
_BEGUN = re.compile(r"<(?:lora:?)?(?P<name>[^<>:]*)$", re.IGNORECASE)
_SIZE = re.compile(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*", re.IGNORECASE)


@app_commands.command(name="imagine", description=words.IMAGINE)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(
    prompt=words.PROMPT_OPTION,
    pose=words.POSE_OPTION,
    control=say.CONTROL,
    pose_prompt=say.POSE_PROMPT,
    negative=words.NEGATIVE_OPTION,
    count=say.COUNT,
    size=say.SIZE,
    seed=words.SEED_OPTION,
    steps=words.STEPS_OPTION,
    cfg=words.CFG_OPTION,
    sampler=words.SAMPLER_OPTION,
    strength=say.STRENGTH,
)
@app_commands.choices(control=[app_commands.Choice(name=name, value=name) for name in CONTROLS])
async def imagine(
    interaction: Asked,
    prompt: str,
    pose: discord.Attachment | None = None,
    control: str = CONTROLS[0],
    pose_prompt: str = "",
    negative: str = "",
    count: app_commands.Range[int, 1, MOST_AT_ONCE] = 1,
    size: str = "",
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    steps: app_commands.Range[int, 1, MAX_STEPS] | None = None,
    cfg: app_commands.Range[float, 1.0, MAX_GUIDANCE] | None = None,
    sampler: str = "",
    strength: app_commands.Range[float, 0.0, MAX_CONTROL_WEIGHT] = ImageWish.control_weight,
) -> None:
    """Queue one picture or a few; `bot/deliveries.py` brings them."""
    async with answering(interaction):
        client, actor = interaction.client, await actor_of(interaction)
        channel = await channel_of(interaction)
        width, height = pixels(size)
        wish = await asyncio.to_thread(
            wish_for,
            client.studio,
            actor,
            channel,
            prompt,
            negative=negative,
            seed=seed,
            steps=steps,
            guidance=cfg,
            width=width,
            height=height,
            sampler=sampler,
            control_weight=strength,
            pose_prompt=pose_prompt,
        )
        await asyncio.to_thread(
            ask_images,
            client.studio,
            actor,
            in_a_row(wish, count) if count > 1 else [wish],
            pose=await attachments.read(pose) if pose else None,
            pose_name=pose.filename if pose else "",
            channel=channel,
            job_id=job_id_of(interaction),
        )
        await stands_in_line(interaction)


def pixels(typed: str) -> tuple[int | None, int | None]:
    """Width and height as typed; None for both where nothing was. Raises Said."""
    if not typed.strip():
        return None, None
    found = _SIZE.fullmatch(typed)
    if found is None:
        raise Said(say.not_a_size(typed))
    return int(found[1]), int(found[2])


async def suggest_prompt(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Ways to go on with a prompt, out of the subjects this member may use."""
    actor = await actor_of(interaction)
    handles = await asyncio.to_thread(usable_by, interaction.client.studio, actor)
    return [app_commands.Choice(name=text, value=text) for text in completions(typed, handles)]


async def suggest_sampler(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Samplers with what was typed in their names."""
    matching = [name for name in SAMPLERS if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in matching[:_MOST_CHOICES]]


async def suggest_size(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    """Sizes the base draws well."""
    offered = [f"{width}x{height}" for width, height in sizes(interaction.client.studio.settings)]
    begun = typed.replace("×", "x").strip()
    return [app_commands.Choice(name=text, value=text) for text in offered if text.startswith(begun)]


imagine.autocomplete("prompt")(suggest_prompt)
imagine.autocomplete("sampler")(suggest_sampler)
imagine.autocomplete("size")(suggest_size)


def completions(typed: str, handles: list[str]) -> list[str]:
    """Ways to go on with a prompt: a `<lora:` begun at its end, or one to begin with. What fits a choice
    only.
    """
    begun = _BEGUN.search(typed)
    if begun:
        name = begun["name"].casefold()
        before = typed[: begun.start()]
        texts = [f"{before}<lora:{handle}:1>" for handle in handles if handle.startswith(name)]
    elif not typed.strip():
        texts = [f"<lora:{handle}:1> {handle}" for handle in handles]
    else:
        texts = []
    return [text for text in texts if len(text) <= _LONGEST_CHOICE][:_MOST_CHOICES]


COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (imagine,)
ITEMS = BUTTONS
