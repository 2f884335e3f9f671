"""What is in the world, as Discord writes it on the wire."""

from __future__ import annotations

from typing import Any

from rehearsal.world import DM, Channel, File, Message, Role, User, World

CDN = "https://cdn.discordapp.com"  # as on the real wire: whoever wants it elsewhere has to say so
MOST_BYTES = 10 * 1024 * 1024  # of one upload, in a server without boosts
JOINED = "2026-01-01T00:00:00+00:00"


def user(account: User) -> dict[str, Any]:
    """An account."""
    return {
        "id": str(account.id),
        "username": account.name,
        "global_name": account.name,
        "discriminator": "0",
        "avatar": None,
        "bot": account.bot,
        "public_flags": 0,
    }


def role(role: Role) -> dict[str, Any]:
    """A role."""
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def member(world: World, account: User, *, with_user: bool = True) -> dict[str, Any]:
    """An account as a member of the server."""
    payload: dict[str, Any] = {
        "roles": [str(role.id) for role in world.held_roles.get(account.id, ())],
        "nick": None,
        "avatar": None,
        "joined_at": JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    if with_user:
        payload["user"] = user(account)
    return payload


def channel(world: World, place: Channel) -> dict[str, Any]:
    """A channel of the server, or a direct conversation."""
    if place.kind == DM:
        assert place.recipient is not None
        return {
            "id": str(place.id),
            "type": DM,
            "last_message_id": None,
            "flags": 0,
            "recipients": [user(place.recipient)],
        }
    return {
        "id": str(place.id),
        "type": place.kind,
        "guild_id": str(world.id),
        "name": place.name,
        "position": 0,
        "topic": None,
        "nsfw": False,
        "parent_id": None,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "flags": 0,
        "permission_overwrites": [
            {"id": str(account), "type": 1, "allow": "0", "deny": str(bits)}
            for account, bits in place.denied.items()
        ],
    }


def guild(world: World) -> dict[str, Any]:
    """The server with its channels, and the bot as its only listed member: no list of members is asked for."""
    return {
        "id": str(world.id),
        "name": world.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "description": None,
        "owner_id": str(world.owner.id),
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role(each) for each in world.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "vanity_url_code": None,
        "banner": None,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "unavailable": False,
        "large": False,
        "joined_at": JOINED,
        "member_count": len(world.held_roles),
        "members": [member(world, world.bot)],
        "channels": [channel(world, each) for each in world.channels.values() if each.kind != DM],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def attachment(file: File) -> dict[str, Any]:
    """A file, with its link on the CDN."""
    path = f"attachments/{file.channel_id}/{file.id}/{file.name}"
    payload: dict[str, Any] = {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.data),
        "url": f"{CDN}/{path}?ex=ffffffff&is=0&hm=0",
        "proxy_url": f"https://media.discordapp.net/{path}",
        "content_type": file.content_type,
        "description": file.description,
    }
    if file.width and file.height:
        payload |= {"width": file.width, "height": file.height}
    return payload


def message(world: World, said: Message, *, read: bool = True) -> dict[str, Any]:
    """A message; without `read` as a bot sees another's that lacks the intent for message content."""
    place = world.channels[said.channel_id]
    payload: dict[str, Any] = {
        "id": str(said.id),
        "channel_id": str(said.channel_id),
        "author": user(said.author),
        "content": said.content if read else "",
        "timestamp": said.at.isoformat(),
        "edited_timestamp": said.edited_at.isoformat() if said.edited_at else None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [attachment(file) for file in said.files] if read else [],
        "embeds": said.embeds if read else [],
        "components": said.components if read else [],
        "pinned": False,
        "type": 20 if said.answers else 0,
        "flags": said.flags,
        "reactions": [],
    }
    if said.nonce is not None:
        payload["nonce"] = said.nonce
    if said.author.bot:
        payload["application_id"] = str(world.application_id)
    if place.kind != DM:
        payload["guild_id"] = str(world.id)
    return payload


def application(world: World) -> dict[str, Any]:
    """The bot's application, private as the guide wants it."""
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "owner": user(world.owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "approximate_guild_count": 1,
        "integration_types_config": {"0": {}},
    }
