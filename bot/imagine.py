"""`/imagine`: a prompt, and whose pose to take."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import discord
from discord import app_commands

from bot import attachments, words
from bot.asking import Asked, actor_of, channel_of, job_id_of
from bot.failures import answering
from generation.request import DEFAULT_SAMPLER, MAX_GUIDANCE, MAX_SEED, MAX_STEPS, SAMPLERS, ImageWish
from studio.imagine import ask_image
from studio.subjects import usable_by

_MOST_CHOICES, _LONGEST_CHOICE = 25, 100  # Discord's limits
_BEGUN = re.compile(r"<(?:lora:?)?(?P<name>[^<>:]*)$", re.IGNORECASE)


@app_commands.command(name="imagine", description=words.IMAGINE)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(
    prompt=words.PROMPT_OPTION,
    pose=words.POSE_OPTION,
    negative=words.NEGATIVE_OPTION,
    seed=words.SEED_OPTION,
    steps=words.STEPS_OPTION,
    cfg=words.CFG_OPTION,
    sampler=words.SAMPLER_OPTION,
)
async def imagine(
    interaction: Asked,
    prompt: str,
    pose: discord.Attachment | None = None,
    negative: str = "",
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    steps: app_commands.Range[int, 1, MAX_STEPS] = ImageWish.steps,
    cfg: app_commands.Range[float, 1.0, MAX_GUIDANCE] | None = None,
    sampler: str = DEFAULT_SAMPLER,
) -> None:
    """Queue one picture; `bot/deliveries.py` brings it."""
    async with answering(interaction):
        client, actor = interaction.client, await actor_of(interaction)
        channel = await channel_of(interaction)
        await interaction.edit_original_response(content=words.READING_WISH)
        wish = ImageWish(
            prompt=prompt, negative=negative, seed=seed, steps=steps, guidance=cfg, sampler=sampler
        )
        # From here on the message is the deliveries' to edit: a line written here could cover the result.
        await asyncio.to_thread(
            ask_image,
            client.studio,
            actor,
            wish,
            pose=await attachments.read(pose) if pose else None,
            pose_name=pose.filename if pose else "",
            channel=channel,
            job_id=job_id_of(interaction),
        )


@imagine.autocomplete("sampler")
async def _sampler(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    matching = [name for name in SAMPLERS if typed.casefold() in name.casefold()]
    return [app_commands.Choice(name=name, value=name) for name in matching[:_MOST_CHOICES]]


@imagine.autocomplete("prompt")
async def _prompt(interaction: Asked, typed: str) -> list[app_commands.Choice[str]]:
    actor = await actor_of(interaction)
    handles = await asyncio.to_thread(usable_by, interaction.client.studio, actor)
    return [app_commands.Choice(name=text, value=text) for text in completions(typed, handles)]


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
ITEMS = ()
