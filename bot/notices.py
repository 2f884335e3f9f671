"""What the bot posts by itself for moderators and subjects: reports, certificates, the ledger's head once a day.

What was posted is written down, so that a restart posts nothing twice; between a message and that line Discord's own
memory of the nonce keeps a second one away.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import logging
from typing import TYPE_CHECKING

import discord

from bot.asking import DOOR
from bot.words import moderate as told
from bot.words import own as say
from studio import alarms, certificate, preferences, reports
from studio.audit import anchors
from studio.certificate import Untold

if TYPE_CHECKING:
    from bot.client import LikenessClient

_log = logging.getLogger(__name__)

AGAIN = 3600.0  # seconds to leave a channel alone that the bot may not write in
_refused: dict[str, float] = {}  # only to ask less often; may be lost at any time


async def post_certificates(client: LikenessClient) -> None:
    """In short to the moderators, whole to a subject who wants direct messages; `/consent mine` has it for all."""
    for untold in await asyncio.to_thread(certificate.untold, client.studio):
        view = untold.certificate
        kept = sum(item["what"] == "messages" for item in view.content["not_reached"])
        deleted = view.content.get("messages_deleted", 0)
        line = say.certificate_for_moderators(view.handle, view.content["cause"], deleted, kept, view.sha256)
        for place in await asyncio.to_thread(preferences.moderators_channels, client.studio):
            await _post(client, place, line, nonce=untold.erasure.hex[:25])
        if untold.by_dm and untold.account is not None:
            await _write(client, untold)
        await asyncio.to_thread(certificate.told, client.studio, untold.erasure)


async def post_heads(client: LikenessClient) -> None:
    """The ledger's head, once a day, where whoever could change the ledger cannot reach it."""
    for place in await asyncio.to_thread(preferences.moderators_channels, client.studio):
        if client.loop.time() < _refused.get(place, 0.0):
            continue
        line = await asyncio.to_thread(anchors.due_at, client.studio, place)
        if line is None:
            continue
        day = line.split()[2][:10]
        nonce = hashlib.sha256(f"{place} {day}".encode()).hexdigest()[:25]
        if await _post(client, place, say.head(line), nonce=nonce):
            await asyncio.to_thread(anchors.posted_at, client.studio, place, line)
        else:
            _refused[place] = client.loop.time() + AGAIN


async def post_reports(client: LikenessClient) -> None:
    """Each open report once in every moderators' channel: without the picture, for a channel has more eyes than two."""
    for alarm in await asyncio.to_thread(alarms.untold, client.studio):
        if client.loop.time() < _refused.get(alarm.place, 0.0):
            continue
        nonce = hashlib.sha256(f"{alarm.place} {alarm.report}".encode()).hexdigest()[:25]
        if await _post(client, alarm.place, told.reported(alarm), nonce=nonce):
            await asyncio.to_thread(alarms.told, client.studio, alarm.report, alarm.place)
        else:
            _refused[alarm.place] = client.loop.time() + AGAIN


async def end_reports(client: LikenessClient) -> None:
    """Remove reported pictures whose 48 hours are over: the promise holds too while no runner is there."""
    await asyncio.to_thread(reports.overdue, client.studio)


async def _post(client: LikenessClient, place: str, content: str, *, nonce: str) -> bool:
    """False where the bot may not write. Nobody is pinged, whoever is named."""
    channel = client.get_partial_messageable(int(place.removeprefix(DOOR)))
    try:
        await channel.send(content, nonce=nonce, allowed_mentions=discord.AllowedMentions.none())
    except (discord.Forbidden, discord.NotFound) as error:
        _log.warning("%s cannot be written to (%s): set the moderators' channel anew with /settings", place, error)
        return False
    return True


async def _write(client: LikenessClient, untold: Untold) -> None:
    text = certificate.in_words(untold.certificate).encode()
    file = discord.File(io.BytesIO(text), f"erasure-{untold.certificate.handle}.txt")
    try:
        channel = await client.create_dm(discord.Object(int(untold.account or 0)))
        await channel.send(say.CERTIFICATE_BY_DM, file=file, nonce=untold.erasure.hex[:25])
    except discord.Forbidden:
        _log.info("%s has closed direct messages; the certificate is in /consent mine", untold.certificate.handle)
