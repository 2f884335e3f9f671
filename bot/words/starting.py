"""What whoever starts the bot reads in the terminal."""

from __future__ import annotations

NO_TOKEN = (
    "There is no Discord token. Make an application with a bot on discord.com/developers/applications, copy "
    "its token, and set DISCORD_TOKEN in the environment or in .env (docs/guide/discord.md)."
)
BAD_TOKEN = "Discord does not accept this DISCORD_TOKEN. Reset it in the developer portal and copy it again."
PUBLIC_BOT = (
    "This application is public: anybody can add it to a server of their own. It serves only those of DISCORD_GUILDS, "
    "or the first one. Switch “Public Bot” off in the developer portal (docs/guide/discord.md)."
)


def no_discord(reason: str) -> str:
    """Discord did not answer at the start."""
    return (
        f"Discord cannot be reached ({reason or 'no answer'}). Check the connection of this machine, and "
        "DISCORD_API_URL and DISCORD_GATEWAY_URL if they are set."
    )
