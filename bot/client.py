"""The client: no privileged intent, no message content, nobody pinged unless a sentence means to."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot import leftovers, resuming
from bot.asking import server_of
from bot.deliveries import Deliveries
from bot.failures import tell
from bot.forms import submitted
from bot.journal import Begun, Journal
from bot.rooms import ROOMS
from bot.rounds import Rounds
from bot.rush import Rush
from bot.translations import Translations
from bot.words import starting
from db.engine import give_way
from studio import answers, preferences
from studio.house import Studio
from studio.lists import read_lists

_log = logging.getLogger(__name__)


class Commands(app_commands.CommandTree["LikenessClient"]):
    """The command tree; what a command could not turn into a sentence itself is turned into one here."""

    async def interaction_check(self, interaction: discord.Interaction[LikenessClient], /) -> bool:
        """Offer nothing in a server that is not served; everything else is refused there by `asking.actor_of`."""
        server = server_of(interaction)
        if interaction.type is not discord.InteractionType.autocomplete or server is None:
            return True
        served = await asyncio.to_thread(preferences.serves, interaction.client.studio, server)
        if not served:
            await interaction.response.autocomplete([])
        return served

    async def on_error(
        self, interaction: discord.Interaction[LikenessClient], error: app_commands.AppCommandError, /
    ) -> None:
        """The last net under every command."""
        inner = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await tell(interaction, inner)


class LikenessClient(discord.Client):
    """One connection to Discord over one studio."""

    def __init__(self, studio: Studio, **options: Any) -> None:
        # Do not add `message_content` here: photos come from command options only (bot/attachments.py).
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            **options,
        )
        self.studio = studio
        self.journal = Journal(studio.settings.home / "answers.open", studio.vault)
        self.rush = Rush()
        give_way(studio.engine, self.rush.wait)
        self.tree = Commands(self)
        for room in ROOMS:
            for command in room.COMMANDS:
                self.tree.add_command(command)
        self.deliveries = Deliveries(self)
        self._ending: asyncio.Task[None] | None = None
        self._to_go_on: list[Begun] = []
        self.rounds = Rounds(self)

    async def setup_hook(self) -> None:
        """Once per start: buttons of earlier runs answer again, commands are made known, deliveries begin."""
        for room in ROOMS:
            self.add_dynamic_items(*room.ITEMS)
        begun = self.journal.left()  # before any answer of this start is begun
        left = {each.answer.id: each.answer for each in begun}
        left |= {answer.id: answer for answer in await asyncio.to_thread(answers.left_open, self.studio)}
        self._to_go_on = [replace(each, answer=left.pop(each.answer.id)) for each in begun if each.asked is not None]
        if self.application is not None and self.application.bot_public:
            _log.warning(starting.PUBLIC_BOT)
        await self.tree.set_translator(Translations())
        await self.tree.sync()
        self.deliveries.start()
        self._ending = asyncio.create_task(leftovers.end_them(self, list(left.values())))
        self.rounds.start()

    async def on_ready(self) -> None:
        """Go on with what an earlier start was killed at, which needs the servers' channels. Then read the lists of
        contexts (once): the first wish would wait for them. Acknowledgements go first.
        """
        to_go_on, self._to_go_on = self._to_go_on, []
        await resuming.go_on(self, to_go_on)
        await asyncio.to_thread(read_lists, self.rush.wait)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Hand in what somebody filled in; commands and buttons find their own way."""
        await submitted(interaction, [form for room in ROOMS for form in getattr(room, "FORMS", ())])

    async def close(self) -> None:
        """Let what is on its way arrive, then leave."""
        await self.deliveries.drain()
        if self._ending is not None:
            await asyncio.gather(self._ending, return_exceptions=True)
        await self.rounds.drain()
        await super().close()
        self.journal.close()
