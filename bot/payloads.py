"""What Discord sent of an interaction, put together again from what the library made of it.

The library keeps no interaction as it came. What is here is what a command that becomes a job needs, in Discord's own
names (https://discord.com/developers/docs/interactions/receiving-and-responding), so that the library reads it again.
"""

from __future__ import annotations

from typing import Any

import discord

GO_ON = ("imagine", "compare", "pose", "train")
"""Commands that are gone on with after a kill (`bot/resuming.py`): one interaction of theirs is one job."""


def goes_on(interaction: discord.Interaction[Any]) -> bool:
    """Whether this is a command to go on with after a kill."""
    data: Any = interaction.data
    command = interaction.type is discord.InteractionType.application_command
    return command and data.get("name") in GO_ON and isinstance(interaction.user, discord.Member)


def payload_of(interaction: discord.Interaction[Any]) -> dict[str, Any]:
    """A member's command as the library would read it again."""
    assert isinstance(interaction.user, discord.Member)
    return {
        "id": str(interaction.id),
        "application_id": str(interaction.application_id),
        "type": interaction.type.value,
        "token": interaction.token,
        "version": interaction.version,
        "data": interaction.data,
        "guild_id": str(interaction.guild_id),
        "channel": {"id": str(interaction.channel_id)},
        "member": _member(interaction.user, interaction.permissions),
        "app_permissions": str(interaction.app_permissions.value),
        "locale": interaction.locale.value,
        "attachment_size_limit": interaction.filesize_limit,
    }


def _member(member: discord.Member, permissions: discord.Permissions) -> dict[str, Any]:
    return {
        "user": {
            "id": str(member.id),
            "username": member.name,
            "discriminator": member.discriminator,
            "global_name": member.global_name,
            "avatar": None,
        },
        "nick": member.nick,
        "roles": [str(role.id) for role in member.roles if not role.is_default()],
        "permissions": str(permissions.value),
        "flags": 0,
    }
