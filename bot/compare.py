"""`/compare`: one wish several times with one thing changed, on one labelled sheet."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot import attachments, words
from bot.asking import Asked, actor_of, channel_of, job_id_of, stands_in_line
from bot.failures import answering
from bot.imagine import pixels, suggest_prompt, suggest_sampler, suggest_size
from bot.words import pictures as say
from generation.request import MAX_GUIDANCE, MAX_SEED, MAX_STEPS
from studio import sweeps
from studio.imagine import ask_images
from studio.wishes import wish_for


@app_commands.command(name="compare", description=say.COMPARE)
@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.describe(
    prompt=words.PROMPT_OPTION,
    axis=say.AXIS,
    values=say.VALUES,
    pose=words.POSE_OPTION,
    negative=words.NEGATIVE_OPTION,
    size=say.SIZE,
    seed=words.SEED_OPTION,
    steps=words.STEPS_OPTION,
    cfg=words.CFG_OPTION,
    sampler=words.SAMPLER_OPTION,
)
@app_commands.choices(axis=[app_commands.Choice(name=say.AXES[axis], value=axis) for axis in sweeps.AXES])
async def compare(
    interaction: Asked,
    prompt: str,
    axis: str = "weight",
    values: str = "",
    pose: discord.Attachment | None = None,
    negative: str = "",
    size: str = "",
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    steps: app_commands.Range[int, 1, MAX_STEPS] | None = None,
    cfg: app_commands.Range[float, 1.0, MAX_GUIDANCE] | None = None,
    sampler: str = "",
) -> None:
    """Queue a job for every value; the sheet comes when the last one is there."""
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
        )
        cells = sweeps.sweep(wish, axis, values)
        await asyncio.to_thread(
            ask_images,
            client.studio,
            actor,
            [cell.wish for cell in cells],
            cells=[cell.name for cell in cells],
            pose=await attachments.read(pose) if pose else None,
            pose_name=pose.filename if pose else "",
            channel=channel,
            job_id=job_id_of(interaction),
        )
        await stands_in_line(interaction)


compare.autocomplete("prompt")(suggest_prompt)
compare.autocomplete("sampler")(suggest_sampler)
compare.autocomplete("size")(suggest_size)

COMMANDS: tuple[app_commands.Command[Any, ..., Any], ...] = (compare,)
ITEMS = ()
